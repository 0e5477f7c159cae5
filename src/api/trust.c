/* The trust store: rows of the configuration; see trust.h. */
#include "api/trust.h"

#include <stdlib.h>
#include <string.h>

#include "api/account.h"
#include "api/request.h"
#include "api/row.h"
#include "api/trust_shape.h"
#include "conf/public.h"
#include "conf/trust.h"

static json_t *
entry_json(const struct api_req *rq, const json_t *row)
{
	(void)rq;
	return conf_public(row);
}

static const struct api_rows entries = { .section = "vault", .array = "trust", .key = "id", .path = "/api/vault/trust",
	.noun = "vault.trust", .none = "nothing of that number is trusted", .show = entry_json };

static void
trust_get(struct api_req *rq)
{
	api_rows_get(rq, &entries);
}

/* Of the body; its shape has made sure that it is one. */
static enum conf_trust_kind
kind_of(const struct api_req *rq)
{
	const char *kind = api_text(rq->body, "kind");

	if (strcmp(kind, "wireguard") == 0)
		return CONF_TRUST_WIREGUARD;
	return strcmp(kind, "age") == 0 ? CONF_TRUST_AGE : CONF_TRUST_CA;
}

/* The row without its number. New reference; NULL with e. */
static json_t *
read_entry(const struct api_req *rq, struct err *e)
{
	const char *pem = api_text(rq->body, "pem"), *key = api_text(rq->body, "key");
	char sha256[CONF_TRUST_SHA256_SIZE], *kept;
	json_t *row;

	err_clear(e);
	if ((pem == NULL) == (key == NULL)) {
		(void)err_field(e, ERR_VALIDATION, "pem", "is needed, or key: one of both");	/* NULL tells */
		return NULL;
	}
	kept = conf_trust_read(kind_of(rq), str_of(pem != NULL ? pem : key), sha256, e);
	if (kept == NULL)
		return NULL;
	row = json_pack("{s:s, s:s, s:s, s:s, s:o}", "name", api_text(rq->body, "name"), "kind", api_text(rq->body, "kind"),
	    "pem", kept, "sha256", sha256, "added_at", api_time_json(rq->now));
	free(kept);
	return row;
}

/* What is added takes the place of the body. */
static void
trust_post(struct api_req *rq)
{
	struct err e;
	json_t *row = read_entry(rq, &e);

	if (row == NULL && e.kind != ERR_NONE) {
		api_fail(rq, &e);
	} else if (row == NULL) {
		api_no_memory(rq);
	} else {
		json_decref(rq->body);
		rq->body = row;
		api_row_post(rq, &entries, api_text(row, "name"), api_row_post_edit);
	}
}

static void
trust_delete(struct api_req *rq)
{
	api_row_delete(rq, &entries);
}

const struct api_route api_trust_routes[] = {
	{ HTTP_GET, "/api/vault/trust", AUTH_WHO_ADMIN, 0, trust_get, "Keys of others that the cell trusts", 0, 200,
	    NULL, NULL, &api_trust_list_shape, NULL },
	{ HTTP_POST, "/api/vault/trust", AUTH_WHO_ADMIN, KIB(32), trust_post, "Trust a certificate or a key", API_CHANGES, 201,
	    NULL, &api_trust_new_shape, &api_trust_shape, "409 507" },
	{ HTTP_DELETE, "/api/vault/trust/<id>", AUTH_WHO_ADMIN, 0, trust_delete, "Trust it no more", API_CHANGES | API_REV, 200,
	    NULL, NULL, &api_deleted_shape, "404 412 507" },
	{ .path = NULL }
};
