/* An order, step by step; see order.h. */
#include "acme/order.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "acme/jws.h"
#include "base/err.h"

enum { PAGES = 8, LOOKED_AT = 32 };

static const char json[] = "application/json";

void
acme_run_progress(const struct acme_run *r, int percent, const char *step)
{
	if (r->job->progress != NULL)
		r->job->progress(r->job->arg, percent, step);
}

int
acme_run_pause(int retry_after, unsigned n)
{
	const int own = ACME_POLL_S << (n < 4 ? n : 4);

	if (retry_after > 0)
		return retry_after;
	return own < ACME_POLL_MAX_S ? own : ACME_POLL_MAX_S;
}

/* Takes j. */
static void
fact(const struct acme_run *r, json_t *j)
{
	if (j != NULL && r->job->fact != NULL)
		r->job->fact(r->job->arg, j);
	json_decref(j);
}

/* Takes j. */
static int
post(struct acme_run *r, const char *url, json_t *j, struct acme_reply *reply, struct err *e)
{
	char *text = j == NULL ? NULL : json_dumps(j, JSON_COMPACT);
	int error = text == NULL ? err_set(e, ERR_INTERNAL, "out of memory") :
	    acme_client_post(r->client, url, text, json, reply, e);

	json_decref(j);
	free(text);
	return error;
}

/* --- the account (7.3) ----------------------------------------------------------------------------- */

/* The server knows accounts by their keys: asked twice, it gives the same (7.3.1). */
static int
new_account(struct acme_run *r, struct err *e)
{
	const struct acme_directory_doc *d = acme_client_directory(r->client);
	const char *email = json_string_value(json_object_get(r->job->in, "email"));
	json_t *j = json_pack("{s:b}", "termsOfServiceAgreed", 1);
	struct acme_reply reply;
	int error;

	if (d->binding) {
		json_decref(j);
		return err_set(e, ERR_VALIDATION, "this authority wants accounts that were made on its website, which the cell "
		    "cannot use: choose another directory");
	}
	if (email != NULL)
		(void)json_object_set_new(j, "contact", json_pack("[s+]", "mailto:", email));	/* missing it is no harm */
	acme_client_kid(r->client, NULL);
	error = post(r, d->new_account, j, &reply, e);
	if (error < 0)
		return error;
	if (reply.location[0] == '\0')
		return err_set(e, ERR_REMOTE, "the authority does not say where the account is");
	acme_client_kid(r->client, reply.location);
	memcpy(r->account_url, reply.location, sizeof(r->account_url));
	fact(r, json_pack("{s:s}", "account_url", reply.location));
	return 0;
}

int
acme_order_account(struct acme_run *r, const char *url, struct err *e)
{
	if (url == NULL || !acme_url_ok(str_of(url)))
		return new_account(r, e);
	(void)str_copy(str_of(url), r->account_url, sizeof(r->account_url));	/* it fits: it is an address */
	acme_client_kid(r->client, url);
	return 0;
}

/* --- the order (7.4) ----------------------------------------------------------------------------------- */

static int
fetch(struct acme_run *r, const char *url, struct acme_reply *reply, struct err *e)
{
	int error = acme_client_post(r->client, url, NULL, json, reply, e);

	if (error == 0 && !acme_order_read(reply->body, &r->order))
		error = err_set(e, ERR_REMOTE, "the authority sends an order that cannot be read");
	return error;
}

static bool
is_open(const struct acme_run *r)
{
	const struct acme_order *o = &r->order;

	return (o->status == ACME_PENDING || o->status == ACME_READY || o->status == ACME_PROCESSING ||
	    o->status == ACME_VALID) && acme_order_names(o, r->names, r->nnames);
}

static void
adopt(struct acme_run *r, const char *url)
{
	(void)str_copy(str_of(url), r->order_url, sizeof(r->order_url));	/* it fits: it is an address */
	fact(r, json_pack("{s:s}", "order_url", r->order_url));
}

void
acme_order_forget(struct acme_run *r)
{
	r->order_url[0] = '\0';
	fact(r, json_pack("{s:n}", "order_url"));
}

/* Does the server say, now and for good, that it does not have what was asked for? */
static bool
is_gone(const struct acme_run *r, int error)
{
	const int status = acme_client_status(r->client);

	return error < 0 && status >= 400 && status < 500 && error != err_errno(ERR_RATE_LIMITED) &&
	    strcmp(acme_client_refusal(r->client), "badNonce") != 0;
}

/* 1: it goes on; 0: there is no such order any more; else why nobody can tell. */
static int
resume(struct acme_run *r, const char *url, struct err *e)
{
	struct acme_reply reply;
	int error = fetch(r, url, &reply, e);

	if (error == 0 && is_open(r)) {
		(void)str_copy(str_of(url), r->order_url, sizeof(r->order_url));	/* likewise */
		return 1;
	}
	if (error < 0 && !is_gone(r, error))
		return error;
	acme_order_forget(r);
	return 0;
}

/* One page of the account's orders: true when one of them is ours and goes on. What cannot be read is passed over: the
 * worst that follows is a second order. */
static bool
search_page(struct acme_run *r, char list[][ACME_URL_SIZE], size_t n, unsigned *looked)
{
	struct acme_reply reply;
	struct err ignored;

	while (n-- > 0 && (*looked)++ < LOOKED_AT)
		if (fetch(r, list[n], &reply, &ignored) == 0 && r->order.status != ACME_VALID && is_open(r)) {
			adopt(r, list[n]);
			return true;
		}
	return false;
}

/* The account's list of orders (7.1.2.1), which servers need not have. */
static bool
search(struct acme_run *r)
{
	char (*list)[ACME_URL_SIZE] = calloc(ACME_LISTED_MAX, sizeof(*list)), next[ACME_URL_SIZE];
	struct acme_account_doc a;
	struct acme_reply reply;
	unsigned looked = 0, page;
	bool found = false;
	struct err ignored;
	size_t n;

	next[0] = '\0';
	if (list != NULL && acme_client_post(r->client, r->account_url, NULL, json, &reply, &ignored) == 0 &&
	    acme_account_doc_read(reply.body, &a))
		memcpy(next, a.orders, sizeof(next));
	for (page = 0; page < PAGES && next[0] != '\0' && !found; page++) {
		if (acme_client_post(r->client, next, NULL, json, &reply, &ignored) < 0 ||
		    !acme_orders_read(reply.body, list, &n))
			break;
		memcpy(next, reply.next, sizeof(next));
		found = search_page(r, list, n, &looked);
	}
	free(list);
	return found;
}

static json_t *
order_payload(const struct acme_run *r, const char *replaces)
{
	json_t *names = json_array();
	size_t i;

	for (i = 0; i < r->nnames; i++)
		(void)json_array_append_new(names, json_pack("{s:s, s:s}", "type", "dns", "value", r->names[i]));
	return json_pack("{s:o, s:s*}", "identifiers", names, "replaces", replaces);
}

/* A predecessor that was replaced already, or that it does not know, is no reason to go without (RFC 9773 5). */
static int
post_order(struct acme_run *r, const char *replaces, struct acme_reply *reply, struct err *e)
{
	const struct acme_directory_doc *d = acme_client_directory(r->client);
	int error;

	if (d->window[0] == '\0')
		replaces = NULL;
	error = post(r, d->new_order, order_payload(r, replaces), reply, e);
	if (error == 0 || replaces == NULL)
		return error;
	if (strcmp(acme_client_refusal(r->client), "alreadyReplaced") != 0 &&
	    strcmp(acme_client_refusal(r->client), "malformed") != 0)
		return error;
	return post(r, d->new_order, order_payload(r, NULL), reply, e);
}

static int
new_order(struct acme_run *r, const char *replaces, struct err *e)
{
	struct acme_reply reply;
	int error = post_order(r, replaces, &reply, e);

	if (error < 0 && strcmp(acme_client_refusal(r->client), "accountDoesNotExist") == 0) {
		error = new_account(r, e);	/* the server has lost it */
		if (error == 0)
			error = post_order(r, replaces, &reply, e);
	}
	if (error < 0)
		return error;
	if (reply.location[0] == '\0')
		return err_set(e, ERR_REMOTE, "the authority does not say where the order is");
	adopt(r, reply.location);
	if (!acme_order_read(reply.body, &r->order) || !acme_order_names(&r->order, r->names, r->nnames)) {
		acme_order_forget(r);
		return err_set(e, ERR_REMOTE, "the authority sends another order than was made");
	}
	return 0;
}

int
acme_order_begin(struct acme_run *r, const char *url, bool unsure, const char *replaces, struct err *e)
{
	int known = url == NULL || !acme_url_ok(str_of(url)) ? 0 : resume(r, url, e);

	if (known != 0)
		return known < 0 ? known : 0;
	if (url == NULL && unsure && search(r))
		return 0;
	return new_order(r, replaces, e);
}

/* --- its end ------------------------------------------------------------------------------------------- */

/* An order that failed: the authority's words, whatever it has them on. */
static int
failed(const struct acme_run *r, struct err *e)
{
	const struct acme_problem *p = &r->order.problem;
	int error;
	size_t i;

	if (!r->order.failed)
		return err_set(e, ERR_REMOTE, "the authority ends the order and gives no reason");
	error = acme_problem_err(p, "the authority ends the order", e);
	for (i = 0; error == err_errno(ERR_FORBIDDEN) && p->nsubs == 0 && i < r->nnames; i++)
		(void)err_field(e, ERR_FORBIDDEN, r->names[i], "%s", p->words);	/* the same is returned */
	return error;
}

/* Wait while it has this status. */
static int
wait_while(struct acme_run *r, enum acme_status status, struct acme_reply *reply, struct err *e)
{
	unsigned n = 0;
	int error = 0, pause;

	while (error == 0 && r->order.status == status) {
		pause = acme_run_pause(reply->retry_after, n++);
		if (!acme_client_wait(r->client, pause)) {
			error = err_set(e, ERR_UNAVAILABLE, "the authority takes its time; the order is gone on with later");
			if (e != NULL)
				e->retry_after = reply->retry_after;
			return error;
		}
		error = fetch(r, r->order_url, reply, e);
	}
	return error;
}

static int
finalize(struct acme_run *r, const void *csr, size_t n, struct acme_reply *reply, struct err *e)
{
	char url[ACME_URL_SIZE], *b64 = acme_base64url(csr, n);
	int error;

	memcpy(url, r->order.finalize, sizeof(url));
	error = post(r, url, b64 == NULL ? NULL : json_pack("{s:s}", "csr", b64), reply, e);
	free(b64);
	if (error < 0)
		return error;
	return acme_order_read(reply->body, &r->order) ? 0 :
	    err_set(e, ERR_REMOTE, "the authority sends an order that cannot be read");
}

int
acme_order_finish(struct acme_run *r, const void *csr, size_t n, struct err *e)
{
	struct acme_reply reply = { 0 };
	int error = 0;

	if (r->order.status == ACME_PENDING)	/* as it was before its names were proven */
		error = fetch(r, r->order_url, &reply, e);
	if (error == 0)
		error = wait_while(r, ACME_PENDING, &reply, e);
	if (error == 0 && r->order.status == ACME_READY)
		error = finalize(r, csr, n, &reply, e);
	if (error == 0)
		error = wait_while(r, ACME_PROCESSING, &reply, e);
	if (error == 0 && r->order.status != ACME_VALID)
		error = failed(r, e);
	return error;
}

int
acme_order_download(struct acme_run *r, const struct acme_chain_want *want, struct acme_chain *out, struct err *e)
{
	char url[ACME_URL_SIZE];
	struct acme_reply reply;
	bool gone;
	int error;

	if (r->order.certificate[0] == '\0')
		return err_set(e, ERR_REMOTE, "the authority does not say where the certificate is");
	memcpy(url, r->order.certificate, sizeof(url));
	error = acme_client_post(r->client, url, NULL, "application/pem-certificate-chain", &reply, e);
	gone = is_gone(r, error);
	if (error == 0) {
		error = acme_chain_read(reply.body, want, out, e);
		gone = error == err_errno(ERR_REMOTE);
	}
	if (error < 0 && gone)
		acme_order_forget(r);
	return error;
}
