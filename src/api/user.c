/* Accounts. */
#include "api/user.h"

#include <strings.h>

#include "api/account.h"
#include "api/change.h"
#include "api/feed.h"
#include "api/request.h"
#include "api/row.h"
#include "api/user_shape.h"
#include "auth/change.h"
#include "auth/lockout.h"
#include "auth/secret.h"
#include "auth/totp.h"
#include "conf/txn.h"
#include "conf/use.h"

static void
not_found(struct api_req *rq)
{
	api_refuse(rq, 404, "not-found", "there is no such user");
}

/* Devices would be nobody's, and still come in. */
static int
owner_refusal(struct api_req *rq, const char *name, struct err *e)
{
	char devices[CONF_USE_MAX];

	return conf_use_user(conf_txn_current(rq->deps->txn), name, devices, sizeof(devices)) ?
	    err_set(e, ERR_CONFLICT, "it owns %s", devices) : 0;
}

static const struct api_rows users = { .array = "users", .key = "username", .path = "/api/auth/users", .noun = "user",
	.none = "there is no such user", .show = api_account_json, .keep = owner_refusal };

/* --- list, create -------------------------------------------------------------------- */

static void
users_get(struct api_req *rq)
{
	api_rows_get(rq, &users);
}

static int
create_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	static const char *const taken[] = { "username", "role", "display_name", "email" };
	json_t *user = json_object(), *v;
	size_t i;

	for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		v = json_object_get(rq->body, taken[i]);
		if (v != NULL && !json_is_null(v))
			(void)json_object_set(user, taken[i], v); /* what lacks is missed below */
	}
	(void)json_object_set_new(user, "created_at", api_time_json(rq->now)); /* likewise */
	if (json_array_append_new(json_object_get(draft, "users"), user) < 0)
		return err_set(e, ERR_INTERNAL, "out of memory");
	return api_account_seal(rq, user, e);
}

static void
created(struct api_req *rq, const struct conf_result *r)
{
	api_row_created(rq, &users, r, api_text(rq->body, "username"));
}

static void
password_made(struct api_req *rq)
{
	const struct api_change c = { .summary = arena_printf(rq->arena, "user.create %s",
		api_text(rq->body, "username")), .record = true, .edit = create_edit, .done = created };

	api_change(rq, &c);
}

static void
users_post(struct api_req *rq)
{
	const char *name = api_text(rq->body, "username");
	const struct auth_change_ask ask = { .what = AUTH_CHANGE_NEW, .username = name,
		.role = strcasecmp(api_text(rq->body, "role"), "admin") == 0 ? CONF_ROLE_ADMIN : CONF_ROLE_PEER,
		.new_password = api_str(rq->body, "password") };
	struct err e = { 0 };

	if (api_account_find(rq->conf->doc, name) == NULL) {
		api_account_change(rq, &ask, password_made);
		return;
	}
	(void)err_field(&e, ERR_CONFLICT, "username", "there is a user of that name"); /* answered */
	api_fail(rq, &e);
}

/* --- change, delete --------------------------------------------------------------------- */

static void
user_put(struct api_req *rq)
{
	api_row_put(rq, &users);
}

static void
user_delete(struct api_req *rq)
{
	if (rq->caller.kind == AUTH_SESSION && strcasecmp(api_param(rq, "username"), rq->session.username) == 0)
		api_refuse(rq, 409, "conflict", "this is your own account");
	else
		api_row_delete(rq, &users);
}

static void
unlock_post(struct api_req *rq)
{
	const char *name = api_param(rq, "username");
	const struct api_live *live = &rq->deps->live;
	bool locked;

	if (api_account_find(rq->conf->doc, name) == NULL) {
		not_found(rq);
		return;
	}
	locked = auth_lockout_clear(rq->deps->auth.lockout, name);
	live->save_observed(live->arg);		/* else the lock would be back after a kill */
	api_message(rq, locked ? "unlocked" : "was not locked");
}

/* --- password and second factor of somebody -------------------------------------------------- */

static int
reset_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	json_t *user = api_account_find(draft, api_text(rq->body, "username"));

	if (user == NULL)
		return err_set(e, ERR_NOT_FOUND, "there is no such user");
	if (json_object_set_new(user, "must_change_password", json_true()) < 0)
		return err_set(e, ERR_INTERNAL, "out of memory");
	return api_account_seal(rq, user, e);
}

static void
reset_done(struct api_req *rq, const struct conf_result *r)
{
	struct api_feed *feed = rq->api->feed;
	const json_t *user = api_account_find(r->conf->doc, api_text(rq->body, "username"));

	(void)auth_sessions_revoke_user(rq->deps->auth.sessions, api_text(user, "username"), NULL); /* any number */
	api_message(rq, "the password is set; it has to be changed at the next login");
	api_feed_recheck(feed);
}

static void
reset_hashed(struct api_req *rq)
{
	const struct api_change c = { .summary = arena_printf(rq->arena, "user.password.reset %s",
		api_text(rq->body, "username")), .record = true, .edit = reset_edit, .done = reset_done };

	api_change(rq, &c);
}

static void
reset_post(struct api_req *rq)
{
	const struct conf_user *u = conf_user_find(rq->conf, api_text(rq->body, "username"));
	struct auth_change_ask ask = { .what = AUTH_CHANGE_RESET, .new_password = api_str(rq->body, "new_password") };

	if (u == NULL) {
		not_found(rq);
		return;
	}
	ask.username = u->username;
	ask.role = u->role;
	api_account_change(rq, &ask, reset_hashed);
}

static int
factor_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	json_t *user = api_row_edit(rq, &users, draft, e);

	if (user == NULL)
		return err_errno(e->kind);
	if (json_object_set_new(user, "totp_enabled", json_false()) < 0)
		return err_set(e, ERR_INTERNAL, "out of memory");
	return api_account_seal(rq, user, e);
}

static void
factor_off(struct api_req *rq, const struct conf_result *r)
{
	(void)r;
	auth_enrol_drop(rq->deps->enrol, api_param(rq, "username"));
	api_message(rq, "the second factor is off");
}

static void
factor_delete(struct api_req *rq)
{
	const struct conf_user *u = conf_user_find(rq->conf, api_param(rq, "username"));
	const struct auth_secrets *secrets = &rq->deps->auth.secrets;
	const struct api_change c = { .summary = arena_printf(rq->arena, "user.totp.off %s",
		api_param(rq, "username")), .record = true, .edit = factor_edit, .done = factor_off };
	json_t *doc, *next;

	if (u == NULL) {
		not_found(rq);
		return;
	}
	if (!u->totp_enabled) {
		api_header(rq, "X-Config-Generation", "%llu", (unsigned long long)rq->conf->generation);
		api_message(rq, "there was no second factor");
		return;
	}
	doc = secrets->open(secrets->arg, u->secret_ref);
	next = doc != NULL ? auth_secret_without_totp(doc) : NULL;
	json_decref(doc);
	if (next == NULL) {
		api_refuse(rq, 500, "internal", "the sealed document of this user does not open");
		return;
	}
	api_account_take(rq, next, u->secret_ref);
	api_change(rq, &c);
}

const struct api_route api_user_routes[] = {
	{ HTTP_GET, "/api/auth/users", AUTH_WHO_ADMIN, 0, users_get, "Accounts", 0, 200,
	    NULL, NULL, &api_users_shape, NULL },
	{ HTTP_POST, "/api/auth/users", AUTH_WHO_ADMIN, KIB(8), users_post, "Add an account", API_CHANGES, 201,
	    NULL, &api_user_new_shape, &api_user_shape, "409 503 507" },
	{ HTTP_PUT, "/api/auth/users/<username>", AUTH_WHO_ADMIN, KIB(4), user_put, "Change an account",
	    API_CHANGES | API_REV, 200, NULL, &api_user_in_shape, &api_user_shape, "404 409 412 507" },
	{ HTTP_DELETE, "/api/auth/users/<username>", AUTH_WHO_ADMIN, 0, user_delete, "Remove an account",
	    API_CHANGES | API_REV, 200, NULL, NULL, &api_deleted_shape, "404 409 412 507" },
	{ HTTP_POST, "/api/auth/users/<username>/unlock", AUTH_WHO_ADMIN, 0, unlock_post,
	    "Forget the failed logins of an account", 0, 200, NULL, NULL, &api_message_shape, "404" },
	{ HTTP_DELETE, "/api/auth/users/<username>/totp", AUTH_WHO_ADMIN, 0, factor_delete,
	    "Take the second factor off an account", API_CHANGES | API_REV, 200,
	    NULL, NULL, &api_message_shape, "404 409 412 507" },
	{ HTTP_POST, "/api/auth/admin/reset-password", AUTH_WHO_ADMIN, KIB(8), reset_post,
	    "Give an account a password that has to be changed at the next login", API_CHANGES, 200,
	    NULL, &api_user_reset_shape, &api_message_shape, "404 409 503 507" },
	{ .path = NULL }
};
