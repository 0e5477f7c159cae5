/* Secondaries: rows of the configuration, each with a sealed key, and what is
 * known of them. */
#include "api/secondary.h"

#include <string.h>

#include <sodium.h>

#include "api/account.h"
#include "api/change.h"
#include "api/request.h"
#include "api/row.h"
#include "api/secondary_shape.h"
#include "conf/public.h"
#include "conf/txn.h"
#include "dns/tsig.h"
#include "vault/vault.h"

enum { SECRET_TEXT = 4 * ((DNS_TSIG_SECRET_MAX + 2) / 3) + 1 };

/* rq->state between the request and its commit. */
struct draft {
	struct api_row_new row;
	bool made;			/* the key in rq->secret is ours, and shown once */
	bool clear;			/* the secret is to go */
};

/* --- reading ------------------------------------------------------------------------ */

static json_t *
serial_json(uint32_t serial)
{
	return serial == 0 ? json_null() : json_integer((json_int_t)serial);
}

static json_t *
text_json(const char *s)
{
	return s[0] == '\0' ? json_null() : json_string(s);
}

static json_t *
secondary_json(const struct api_req *rq, const json_t *row)
{
	const struct api_live *live = &rq->deps->live;
	json_t *out = conf_public(row), *more;
	struct api_secondary s;

	if (out == NULL)
		return NULL;
	live->dns_secondary(live->arg, api_text(row, "id"), &s);
	more = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "last_transfer_at", api_time_json(s.fetched_at),
	    "last_zone", text_json(s.fetched_zone), "last_serial", serial_json(s.fetched),
	    "notified_zone", text_json(s.notified_zone), "notified_serial", serial_json(s.notified),
	    "last_error", text_json(s.fault), "error_zone", text_json(s.fault_zone));
	if (more == NULL || json_object_update(out, more) < 0) {
		json_decref(out);
		out = NULL;
	}
	json_decref(more);
	return out;
}

static const struct api_rows secondaries = { .section = "dns", .array = "secondaries", .key = "id",
	.path = "/api/dns/secondaries", .noun = "dns.secondary", .none = "there is no such secondary", .show = secondary_json };

static void
secondaries_get(struct api_req *rq)
{
	api_rows_get(rq, &secondaries);
}

/* --- the key -------------------------------------------------------------------------- */

static size_t
decoded(const char *text, uint8_t out[DNS_TSIG_SECRET_MAX])
{
	size_t n = 0;

	if (text == NULL || sodium_base642bin(out, DNS_TSIG_SECRET_MAX, text, strlen(text), NULL, &n, NULL,
	    sodium_base64_VARIANT_ORIGINAL) != 0)
		return 0;
	return n;
}

/* The document for the vault. */
static bool
take_secret(struct api_req *rq, const char *text)
{
	rq->secret = json_pack("{s:s}", "tsig_secret", text);
	if (rq->secret == NULL)
		api_no_memory(rq);
	return rq->secret != NULL;
}

/* As long as what the algorithm gives out (RFC 2104 3). */
static bool
make_secret(struct api_req *rq, struct draft *d)
{
	const char *algorithm = api_text(rq->body, "algorithm");
	size_t n = algorithm != NULL && strcmp(algorithm, "hmac-sha512") == 0 ? 64 : 32;
	uint8_t raw[64];
	char text[SECRET_TEXT];

	randombytes_buf(raw, n);
	(void)sodium_bin2base64(text, sizeof(text), raw, n, sodium_base64_VARIANT_ORIGINAL);	/* returns it */
	d->made = take_secret(rq, text);
	sodium_memzero(raw, sizeof(raw));
	sodium_memzero(text, sizeof(text));
	return d->made;
}

/* Take tsig_secret out of the body: what is left belongs to the configuration.
 * False: answered. */
static bool
read_secret(struct api_req *rq, struct draft *d, bool creating)
{
	json_t *given = json_object_get(rq->body, "tsig_secret");
	const char *text = json_string_value(given);
	uint8_t raw[DNS_TSIG_SECRET_MAX];
	struct err e = { 0 };
	size_t n;
	bool ok = true;

	d->clear = given != NULL && json_is_null(given) && !creating;
	n = decoded(text, raw);
	sodium_memzero(raw, sizeof(raw));
	if (text != NULL && text[0] != '\0' && n < DNS_TSIG_SECRET_MIN) {
		(void)err_field(&e, ERR_VALIDATION, "tsig_secret", "must be base64 of %d to %d bytes",
		    DNS_TSIG_SECRET_MIN, DNS_TSIG_SECRET_MAX);	/* answered */
		api_fail(rq, &e);
		return false;
	}
	if (n > 0)
		ok = take_secret(rq, text);
	else if (creating)
		ok = make_secret(rq, d);
	(void)json_object_del(rq->body, "tsig_secret");	/* it may be absent */
	return ok;
}

static int
seal(struct api_req *rq, json_t *row, struct err *e)
{
	const struct draft *d = rq->state;
	char ref[VAULT_REF_SIZE];
	json_t *v = NULL;
	int r;

	if (rq->dry_run || (rq->secret == NULL && !d->clear))
		return 0;
	if (rq->secret == NULL) {
		v = json_null();
	} else {
		r = vault_put(rq->deps->vault, rq->secret, ref, e);
		if (r < 0)
			return r;
		v = json_string(ref);
	}
	return json_object_set_new(row, "secret_ref", v) < 0 ? err_set(e, ERR_INTERNAL, "out of memory") : 0;
}

/* --- changes --------------------------------------------------------------------------- */

static int
create_edit(struct api_req *rq, json_t *doc, struct err *e)
{
	const struct draft *d = rq->state;
	int r = api_row_post_edit(rq, doc, e);

	return r < 0 ? r : seal(rq, api_row_own(&secondaries, doc, d->row.id), e);
}

static void
created(struct api_req *rq, const struct conf_result *r)
{
	const struct draft *d = rq->state;

	api_row_made(rq, r, "tsig_secret", d->made ? json_incref(json_object_get(rq->secret, "tsig_secret")) : NULL);
}

/* NULL: answered. */
static struct draft *
draft_new(struct api_req *rq)
{
	struct draft *d = arena_alloc(rq->arena, sizeof(*d));

	if (d == NULL)
		api_no_memory(rq);
	else
		*d = (struct draft){ .row.t = &secondaries };
	rq->state = d;
	return d;
}

static void
secondaries_post(struct api_req *rq)
{
	struct draft *d = draft_new(rq);

	if (d != NULL && read_secret(rq, d, true))
		api_row_make(rq, &d->row, api_text(rq->body, "name"), create_edit, created);
}

static int
update_edit(struct api_req *rq, json_t *doc, struct err *e)
{
	json_t *row = api_row_edit(rq, &secondaries, doc, e);
	int r = row == NULL ? err_errno(e->kind) : api_row_merge(row, rq->body, e);

	return r < 0 ? r : seal(rq, row, e);
}

static void
updated(struct api_req *rq, const struct conf_result *r)
{
	api_row_reply(rq, &secondaries, r, api_param(rq, "id"));
}

static void
secondary_put(struct api_req *rq)
{
	const struct api_change c = { .summary = arena_printf(rq->arena, "dns.secondary.update %s", api_param(rq, "id")),
		.record = true, .edit = update_edit, .done = updated };
	struct draft *d = draft_new(rq);

	if (d != NULL && read_secret(rq, d, false))
		api_change(rq, &c);
}

static void
secondary_delete(struct api_req *rq)
{
	api_row_delete(rq, &secondaries);
}

const struct api_route api_secondary_routes[] = {
	{ HTTP_GET, "/api/dns/secondaries", AUTH_WHO_ADMIN, 0, secondaries_get, "Name servers that fetch the public records",
	    0, 200, NULL, NULL, &api_secondaries_shape, NULL },
	{ HTTP_POST, "/api/dns/secondaries", AUTH_WHO_ADMIN, KIB(4), secondaries_post,
	    "Let a name server fetch the public records; a key that is made here is shown only now", API_CHANGES, 201,
	    NULL, &api_secondary_new_shape, &api_secondary_made_shape, "409 507" },
	{ HTTP_PUT, "/api/dns/secondaries/<id>", AUTH_WHO_ADMIN, KIB(4), secondary_put, "Change a secondary",
	    API_CHANGES | API_REV, 200, NULL, &api_secondary_in_shape, &api_secondary_shape, "404 409 412 507" },
	{ HTTP_DELETE, "/api/dns/secondaries/<id>", AUTH_WHO_ADMIN, 0, secondary_delete, "It fetches nothing any more",
	    API_CHANGES | API_REV, 200, NULL, NULL, &api_deleted_shape, "404 412 507" },
	{ .path = NULL }
};
