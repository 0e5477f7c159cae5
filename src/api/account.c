/* Users as records, as holders of secrets and of sessions. */
#include "api/account.h"

#include <string.h>
#include <strings.h>

#include "api/request.h"
#include "auth/change.h"
#include "auth/facts.h"
#include "auth/lockout.h"
#include "conf/public.h"
#include "vault/vault.h"

const char *const api_roles[] = { "admin", "peer", NULL };

static const struct api_member message_members[] = {
	{ "message", API_TEXT, .example = "\"done\"", .help = "What happened, for people" },
	{ .name = NULL }
};
const struct api_shape api_message_shape = { .name = "Message", .type = API_OBJECT, .members = message_members };

static const struct api_member deleted_members[] = {
	{ "deleted", API_BOOL, .example = "true", .help = "It is gone" },
	{ .name = NULL }
};
const struct api_shape api_deleted_shape = { .name = "Deleted", .type = API_OBJECT, .members = deleted_members };

json_t *
api_account_find(const json_t *doc, const char *username)
{
	json_t *user;
	size_t i;

	json_array_foreach(json_object_get(doc, "users"), i, user)
		if (strcasecmp(api_text(user, "username"), username) == 0)
			return user;
	return NULL;
}

/* A credential that is being checked or made. */
struct api_credential {
	struct auth_change *change;
	void (*next)(struct api_req *rq);
	const char *old_ref;
};

static void
on_cancel(struct api_req *rq)
{
	struct api_credential *c = rq->credential;

	auth_change_cancel(c->change);
}

static void
on_changed(void *arg, json_t *secret, const char *old_ref, const struct err *e)
{
	struct api_req *rq = arg;
	struct api_credential *c = rq->credential;

	c->change = NULL;
	rq->cancel = NULL;
	rq->secret = secret;
	if (e != NULL) {
		api_fail(rq, e);
		return;
	}
	c->old_ref = old_ref != NULL ? arena_strdup(rq->arena, old_ref) : NULL;
	c->next(rq);
}

void
api_account_change(struct api_req *rq, const struct auth_change_ask *ask, void (*next)(struct api_req *rq))
{
	struct api_credential *c = arena_alloc(rq->arena, sizeof(*c));

	if (c != NULL) {
		*c = (struct api_credential){ .next = next };
		rq->credential = c;
		c->change = auth_change_start(&rq->deps->auth, ask, on_changed, rq);
	}
	if (c == NULL || c->change == NULL)
		api_no_memory(rq);
	else
		rq->cancel = on_cancel;
}

int
api_account_seal(struct api_req *rq, json_t *user, struct err *e)
{
	const char *now = api_text(user, "secret_ref"), *old_ref;
	char ref[VAULT_REF_SIZE];
	int r;

	if (rq->credential == NULL || user == NULL)
		return err_set(e, ERR_INTERNAL, "out of memory");
	old_ref = rq->credential->old_ref;
	if ((now == NULL) != (old_ref == NULL) || (now != NULL && strcmp(now, old_ref) != 0))
		return err_set(e, ERR_CONFLICT, "the account was changed meanwhile: try again");
	if (rq->dry_run)
		return 0;
	r = vault_put(rq->deps->vault, rq->secret, ref, e);
	if (r < 0)
		return r;
	if (json_object_set_new(user, "secret_ref", json_string(ref)) < 0)
		return err_set(e, ERR_INTERNAL, "out of memory");
	return 0;
}

void
api_account_take(struct api_req *rq, json_t *secret, const char *old_ref)
{
	struct api_credential *c = arena_alloc(rq->arena, sizeof(*c));

	rq->secret = secret;
	rq->credential = c;
	if (c != NULL)
		c->old_ref = old_ref != NULL ? arena_strdup(rq->arena, old_ref) : NULL;
}

json_t *
api_account_json(const struct api_req *rq, const json_t *user)
{
	const struct auth_env *env = &rq->deps->auth;
	const char *name = api_text(user, "username");
	json_t *out = conf_public(user);
	int wait = auth_lockout_wait_s(env->lockout, name);

	if (out == NULL ||
	    json_object_set_new(out, "last_login_at", api_time_json(auth_facts_last_login(env->facts, name))) < 0 ||
	    json_object_set_new(out, "locked_until", api_time_json(wait > 0 ? rq->now + wait : 0)) < 0) {
		json_decref(out);
		return NULL;
	}
	return out;
}

void
api_account_cookie(struct api_req *rq, const char *value)
{
	const char *secure = rq->origin->tls ? "; Secure" : "";

	if (value != NULL)
		api_header(rq, "Set-Cookie", AUTH_COOKIE_NAME "=%s; Path=/; HttpOnly; SameSite=Strict%s", value, secure);
	else
		api_header(rq, "Set-Cookie", AUTH_COOKIE_NAME "=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict%s",
		    secure);
}
