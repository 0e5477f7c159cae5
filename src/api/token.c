/* Tokens. */
#include "api/token.h"

#include <strings.h>

#include <sodium.h>

#include "api/account.h"
#include "api/change.h"
#include "api/request.h"
#include "api/user_shape.h"
#include "api/uuid.h"
#include "auth/facts.h"
#include "auth/time.h"
#include "conf/public.h"
#include "conf/txn.h"

enum { DEFAULT_S = 7776000 };

/* rq->state between the request and its commit. */
struct fresh {
	char id[API_UUID_SIZE];
	char text[AUTH_TOKEN_TEXT];
};

static json_t *
token_find(const json_t *doc, const char *id)
{
	json_t *t;
	size_t i;

	json_array_foreach(json_object_get(doc, "tokens"), i, t)
		if (strcmp(api_text(t, "id"), id) == 0)
			return t;
	return NULL;
}

static json_t *
token_json(const struct api_req *rq, const json_t *t)
{
	json_t *out = t != NULL ? conf_public(t) : NULL;
	int64_t used = t != NULL ? auth_facts_token_last_used(rq->deps->auth.facts, api_text(t, "id")) : 0;

	if (out != NULL && json_object_set_new(out, "last_used_at", api_time_json(used)) < 0) {
		json_decref(out);
		return NULL;
	}
	return out;
}

static void
tokens_get(struct api_req *rq)
{
	json_t *list = json_array();
	const json_t *t;
	size_t i;

	json_array_foreach(json_object_get(rq->conf->doc, "tokens"), i, t)
		if (json_array_append_new(list, token_json(rq, t)) < 0) {
			json_decref(list);
			list = NULL;
			break;
		}
	api_ok(rq, list);
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
	t = json_pack("{s:s, s:O, s:O, s:s, s:o, s:o}", "id", f->id, "name", json_object_get(rq->body, "name"),
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
	json_t *out = token_json(rq, token_find(r->conf->doc, f->id));

	if (out != NULL && json_object_set_new(out, "token", json_string(f->text)) < 0) {
		json_decref(out);
		out = NULL;
	}
	sodium_memzero(f->text, sizeof(f->text));
	api_header(rq, "Location", "/api/tokens/%s", f->id);
	api_ok(rq, out);
}

static void
tokens_post(struct api_req *rq)
{
	const struct api_change c = { .summary = arena_printf(rq->arena, "token.create %s",
		api_text(rq->body, "name")), .record = true, .edit = create_edit, .done = created };
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
	(void)api_uuid(f->id); /* returns the buffer */
	rq->state = f;
	api_account_take(rq, secret, NULL);
	api_change(rq, &c);
}

/* --- revoke --------------------------------------------------------------------------- */

static int
delete_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	json_t *list = json_object_get(draft, "tokens"), *t = token_find(draft, api_param(rq, "id")), *row;
	size_t i;

	if (t == NULL)
		return err_set(e, ERR_NOT_FOUND, "there is no such token");
	if (api_precondition(rq, 'r', api_rev(t), e) < 0)
		return err_errno(ERR_PRECONDITION);
	json_array_foreach(list, i, row)
		if (row == t)
			return json_array_remove(list, i);
	return 0;
}

static void
deleted(struct api_req *rq, const struct conf_result *r)
{
	(void)r;
	api_deleted(rq);
}

static void
token_delete(struct api_req *rq)
{
	const struct api_change c = { .summary = arena_printf(rq->arena, "token.delete %s", api_param(rq, "id")),
		.record = true, .edit = delete_edit, .done = deleted };

	api_change(rq, &c);
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
