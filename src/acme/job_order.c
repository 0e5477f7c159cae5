/* From a request to a certificate; see job_order.h. */
#include "acme/job_order.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "acme/chain.h"
#include "acme/job_window.h"
#include "acme/order.h"
#include "acme/run.h"
#include "acme/solve.h"
#include "acme/window.h"
#include "base/err.h"
#include "sys/clk.h"

enum { CSR_MAX = 16 << 10, HTTP_PORT = 80 };

struct request {
	uint8_t der[CSR_MAX];
	size_t n;
	struct x509_bytes key;		/* in der */
};

/* --- the input ----------------------------------------------------------------------------------- */

static const char *
text(const json_t *in, const char *key)
{
	return json_string_value(json_object_get(in, key));
}

static int
read_names(struct acme_run *r, struct err *e)
{
	const json_t *list = json_object_get(r->job->in, "names"), *v;

	if (json_array_size(list) == 0 || json_array_size(list) > ACME_NAMES_MAX)
		return err_set(e, ERR_VALIDATION, "names has 1 to %d host names", ACME_NAMES_MAX);
	json_array_foreach(list, r->nnames, v) {
		const char *name = json_string_value(v);

		if (name == NULL || name[0] == '\0' || strlen(name) >= ACME_NAME_SIZE)
			return err_set(e, ERR_VALIDATION, "names has 1 to %d host names", ACME_NAMES_MAX);
		r->names[r->nnames] = name;
	}
	return 0;
}

static int
read_challenge(struct acme_run *r, struct err *e)
{
	const char *kind = text(r->job->in, "challenge");
	const json_t *port = json_object_get(r->job->in, "http_port");

	r->http_port = json_is_integer(port) ? (uint16_t)json_integer_value(port) : HTTP_PORT;
	if (kind != NULL && strcmp(kind, "http-01") == 0) {
		r->kind = ACME_HTTP_01;
		return 0;
	}
	r->kind = ACME_DNS_01;
	if (kind == NULL || strcmp(kind, "dns-01") != 0)
		return err_set(e, ERR_VALIDATION, "challenge is http-01 or dns-01");
	return r->job->solver != NULL ? 0 : err_set(e, ERR_VALIDATION, "nobody can set the DNS record of the challenge");
}

static int
read_request(const struct acme_run *r, struct request *q, struct err *e)
{
	const char *b64 = text(r->job->in, "csr");

	if (b64 == NULL || sodium_base642bin(q->der, sizeof(q->der), b64, strlen(b64), NULL, &q->n, NULL,
	    sodium_base64_VARIANT_ORIGINAL) < 0 || !acme_request_key(q->der, q->n, &q->key))
		return err_set(e, ERR_VALIDATION, "csr is no request for a certificate");
	return 0;
}

int
acme_run_resolver(const json_t *in, struct addr_port *out, struct err *e)
{
	const char *address = text(in, "resolver");

	out->port = (uint16_t)json_integer_value(json_object_get(in, "port"));
	if (address == NULL || !addr_read(str_of(address), &out->addr))
		return err_set(e, ERR_UNAVAILABLE, "the cell's own name service does not run");
	return 0;
}

static int
read_input(struct acme_run *r, struct request *q, struct err *e)
{
	const char *pem = text(r->job->in, "account_key");
	int error;

	if (!json_is_true(json_object_get(r->job->in, "tos_agreed")))
		return err_set(e, ERR_VALIDATION, "the authority's terms of service have to be agreed to");
	if (pem == NULL || !acme_account_read(str_of(pem), &r->account))
		return err_set(e, ERR_VALIDATION, "account_key is no P-256 key");
	error = read_names(r, e);
	if (error == 0)
		error = read_challenge(r, e);
	if (error == 0)
		error = read_request(r, q, e);
	return error < 0 ? error : acme_run_resolver(r->job->in, &r->resolver, e);
}

/* --- the run --------------------------------------------------------------------------------------- */

static int
open_client(struct acme_run *r, struct err *e)
{
	struct acme_client_conf c = { .directory = text(r->job->in, "directory"), .account = &r->account,
	    .resolver = r->resolver, .tls = r->job->tls, .deadline_ms = r->deadline_ms };

	if (c.directory == NULL || !acme_url_ok(str_of(c.directory)))
		return err_set(e, ERR_VALIDATION, "directory is no address over https");
	acme_run_progress(r, 5, "asking the authority");
	return acme_client_open(&r->client, &c, e);
}

/* The certificate is good without it. */
static json_t *
ask_window(struct acme_run *r, const struct acme_chain *chain)
{
	struct acme_window w;
	struct err ignored;

	return chain->id[0] != '\0' && acme_window_ask(r->client, chain->id, &w, &ignored) > 0 ? acme_window_json(&w) : json_null();
}

/* The certificate is told before anything else can go wrong. */
static int
deliver(struct acme_run *r, const struct request *q, json_t **result, struct err *e)
{
	const struct acme_chain_want want = { q->key, r->names, r->nnames, clk_system.wall_s(&clk_system) };
	struct acme_chain chain;
	json_t *fact;
	int error;

	acme_run_progress(r, 90, "fetching the certificate");
	error = acme_order_download(r, &want, &chain, e);
	if (error < 0)
		return error;
	fact = json_pack("{s:s, s:o}", "chain", chain.pem, "window", ask_window(r, &chain));
	*result = json_pack("{s:O, s:I}", "names", json_object_get(r->job->in, "names"), "not_after", (json_int_t)chain.not_after);
	acme_chain_clear(&chain);
	if (fact != NULL && r->job->fact != NULL)
		r->job->fact(r->job->arg, fact);
	error = fact == NULL ? err_set(e, ERR_INTERNAL, "out of memory") : 0;
	json_decref(fact);
	return error;
}

/* Is there nothing left of the order to go on with? Asked after a failure; when the server cannot tell, it is kept. */
static bool
is_over(struct acme_run *r)
{
	struct acme_reply reply;
	struct err ignored;

	if (acme_client_post(r->client, r->order_url, NULL, "application/json", &reply, &ignored) < 0 ||
	    !acme_order_read(reply.body, &r->order))
		return false;
	return r->order.status != ACME_PENDING && r->order.status != ACME_READY && r->order.status != ACME_PROCESSING &&
	    r->order.status != ACME_VALID;
}

static int
carry_on(struct acme_run *r, const struct request *q, json_t **result, struct err *e)
{
	int error = 0;

	if (r->order.status == ACME_PENDING) {
		acme_run_progress(r, 30, "proving the names");
		error = acme_solve(r, e);
	}
	if (error == 0) {
		acme_run_progress(r, 80, "waiting for the certificate");
		error = acme_order_finish(r, q->der, q->n, e);
	}
	if (error == 0)
		error = deliver(r, q, result, e);
	if (error < 0 && r->order_url[0] != '\0' && is_over(r))
		acme_order_forget(r);
	return error;
}

static int
run(struct acme_run *r, const struct request *q, json_t **result, struct err *e)
{
	const json_t *in = r->job->in;
	int error = open_client(r, e);

	if (error < 0)
		return error;
	acme_run_progress(r, 10, "opening the account");
	error = acme_order_account(r, text(in, "account_url"), e);
	if (error < 0)
		return error;
	acme_run_progress(r, 20, "ordering");
	error = acme_order_begin(r, text(in, "order_url"), json_is_true(json_object_get(in, "unsure")), text(in, "replaces"), e);
	return error < 0 ? error : carry_on(r, q, result, e);
}

int
acme_job_order(const struct acme_job *job, json_t **result, struct err *e)
{
	struct acme_run *r = calloc(1, sizeof(*r));
	struct request *q = calloc(1, sizeof(*q));
	int error = err_set(e, ERR_INTERNAL, "out of memory");

	if (r != NULL && q != NULL) {
		r->job = job;
		r->deadline_ms = clk_system.mono_ms(&clk_system) + (uint64_t)(ACME_JOB_ORDER_S - ACME_CLEANUP_S) * 1000;
		error = read_input(r, q, e);
		if (error == 0)
			error = run(r, q, result, e);
		acme_client_close(r->client);
		acme_account_clear(&r->account);
	}
	free(q);
	free(r);
	return error;
}
