/* Tokens. */
#include "api/token.h"

#include <strings.h>

#include <sodium.h>

#include "api/account.h"
#include "api/change.h"
#include "api/request.h"
#include "api/row.h"
#include "api/user_shape.h"
#include "auth/facts.h"
#include "auth/time.h"
#include "conf/public.h"
#include "conf/txn.h"

enum { DEFAULT_S = 7776000 };

/* rq->state between the request and its commit. */
struct fresh {
	struct api_row_new row;
	char text[AUTH_TOKEN_TEXT];
};

static json_t *
token_json(const struct api_req *rq, const json_t *t)
{
	json_t *out = conf_public(t);
	int64_t used = auth_facts_token_last_used(rq->deps->auth.facts, api_text(t, "id"));

	if (out != NULL && json_object_set_new(out, "last_used_at", api_time_json(used)) < 0) {
		json_decref(out);
		return NULL;
	}
	return out;
}

static const struct api_rows tokens = { .array = "tokens", .key = "id", .path = "/api/tokens", .noun = "token",
	.none = "there is no such token", .show = token_json };

static void
tokens_get(struct api_req *rq)
{
	api_rows_get(rq, &tokens);
}

/* --- create ------------------------------------------------------------------------- */

static int
name_free(const struct api_req *rq, const json_t *list, struct err *e)
{
	const char *name = api_text(rq->body, "name");
	const json_t *t;
	size_t i;

	json_array_foreach(list, i, t)
		if (strcasecmp(api_text(t, "name"), name) == 0)
			return err_field(e, ERR_CONFLICT, "name", "there is a token of that name");
	return 0;
}

static int
create_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	const struct fresh *f = rq->state;
	json_t *list = json_object_get(draft, "tokens"), *t;
	int r = name_free(rq, list, e);

	if (r < 0)
		return r;
	t = json_pack("{s:s, s:O, s:O, s:s, s:o, s:o}", "id", f->row.id, "name", json_object_get(rq->body, "name"),
	    "scopes", json_object_get(rq->body, "scopes"), "created_by", rq->actor,
	    "created_at", api_time_json(rq->now),
	    "expires_at", api_time_json(rq->now + api_int(rq->body, "expires_in_s", DEFAULT_S)));
	if (json_array_append_new(list, t) < 0)
		return err_set(e, ERR_INTERNAL, "out of memory");
	return api_account_seal(rq, t, e);
}

static void
created(struct api_req *rq, const struct conf_result *r)
{
	struct fresh *f = rq->state;

	api_row_made(rq, r, "token", json_string(f->text));
	sodium_memzero(f->text, sizeof(f->text));
}

static void
tokens_post(struct api_req *rq)
{
	struct fresh *f = arena_alloc(rq->arena, sizeof(*f));
	json_t *secret = NULL;
	struct err e = { 0 };

	if (auth_scopes_check(json_object_get(rq->body, "scopes"), &e) < 0) {
		api_fail(rq, &e);
		return;
	}
	if (!rq->deps->auth.time->trusted) {
		(void)err_set(&e, ERR_UNAVAILABLE, "the clock is not trusted, so no token can be given an end"); /* answered */
		api_fail_with(rq, &e, "time-untrusted", NULL);
		return;
	}
	if (f == NULL || auth_token_make(f->text, &secret) < 0) {
		api_no_memory(rq);
		return;
	}
	f->row.t = &tokens;
	api_account_take(rq, secret, NULL);
	api_row_make(rq, &f->row, api_text(rq->body, "name"), create_edit, created);
}

/* --- revoke --------------------------------------------------------------------------- */

static void
token_delete(struct api_req *rq)
{
	api_row_delete(rq, &tokens);
}

const struct api_route api_token_routes[] = {
	{ HTTP_GET, "/api/tokens", AUTH_WHO_ADMIN, 0, tokens_get, "Tokens without their text", 0, 200,
	    NULL, NULL, &api_tokens_shape, NULL },
	{ HTTP_POST, "/api/tokens", AUTH_WHO_ADMIN, KIB(8), tokens_post, "Make a token; its text is shown only now",
	    API_CHANGES, 201, NULL, &api_token_new_shape, &api_token_made_shape, "409 503 507" },
	{ HTTP_DELETE, "/api/tokens/<id>", AUTH_WHO_ADMIN, 0, token_delete, "Revoke a token; it ends at once",
	    API_CHANGES | API_REV, 200, NULL, NULL, &api_deleted_shape, "404 412 507" },
	{ .path = NULL }
};
