/* Taking back a certificate; see job_revoke.h. */
#include "acme/job_revoke.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "acme/jws.h"
#include "acme/order.h"
#include "acme/run.h"
#include "base/err.h"
#include "sys/clk.h"

enum { DEADLINE_S = 120, CERT_MAX = 32 << 10, REASON_MAX = 10 };

static const char *
text(const json_t *in, const char *key)
{
	return json_string_value(json_object_get(in, key));
}

/* malloc'd; NULL with e. */
static char *
payload(const json_t *in, struct err *e)
{
	const char *b64 = text(in, "certificate");
	const json_int_t reason = json_integer_value(json_object_get(in, "reason"));
	uint8_t *der = malloc(CERT_MAX);
	char *url = NULL, *out = NULL;
	json_t *j = NULL;
	size_t n = 0;

	if (der != NULL && b64 != NULL && reason >= 0 && reason <= REASON_MAX &&
	    sodium_base642bin(der, CERT_MAX, b64, strlen(b64), NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 && n > 0)
		url = acme_base64url(der, n);
	if (url != NULL)
		j = json_pack("{s:s, s:I}", "certificate", url, "reason", reason);
	out = j == NULL ? NULL : json_dumps(j, JSON_COMPACT);
	json_decref(j);
	free(url);
	free(der);
	if (out == NULL)
		(void)err_set(e, ERR_VALIDATION, "certificate, reason");	/* NULL says it */
	return out;
}

static int
revoke(struct acme_run *r, const char *body, struct err *e)
{
	const struct acme_directory_doc *d = acme_client_directory(r->client);
	struct acme_reply reply;
	int error;

	if (d->revoke[0] == '\0')
		return err_set(e, ERR_VALIDATION, "this authority takes no certificates back");
	error = acme_order_account(r, text(r->job->in, "account_url"), e);
	if (error == 0)
		error = acme_client_post(r->client, d->revoke, body, "", &reply, e);
	return strcmp(acme_client_refusal(r->client), "alreadyRevoked") == 0 ? 0 : error;
}

static int
run(struct acme_run *r, const char *body, struct err *e)
{
	struct acme_client_conf c = { .directory = text(r->job->in, "directory"), .account = &r->account, .tls = r->job->tls,
	    .deadline_ms = clk_system.mono_ms(&clk_system) + DEADLINE_S * 1000 };
	const char *pem = text(r->job->in, "account_key");
	int error;

	if (c.directory == NULL || !acme_url_ok(str_of(c.directory)) || pem == NULL || !acme_account_read(str_of(pem), &r->account))
		return err_set(e, ERR_VALIDATION, "directory, account_key");
	error = acme_run_resolver(r->job->in, &c.resolver, e);
	if (error == 0)
		error = acme_client_open(&r->client, &c, e);
	return error < 0 ? error : revoke(r, body, e);
}

int
acme_job_revoke(const json_t *in, struct io_tls_client *tls, json_t **result, struct err *e)
{
	const struct acme_job job = { .in = in, .tls = tls };
	struct acme_run *r = calloc(1, sizeof(*r));
	char *body = payload(in, e);
	int error = err_errno(ERR_VALIDATION);

	if (r == NULL)
		error = err_set(e, ERR_INTERNAL, "out of memory");
	if (r != NULL && body != NULL) {
		r->job = &job;
		error = run(r, body, e);
		acme_client_close(r->client);
		acme_account_clear(&r->account);
	}
	if (error == 0)
		*result = json_object();
	free(body);
	free(r);
	return error;
}
