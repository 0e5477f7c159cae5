/* Sessions: the cookie comes from here and goes here. */
#include "api/session.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "api/account.h"
#include "api/change.h"
#include "api/feed.h"
#include "api/request.h"
#include "api/session_shape.h"
#include "auth/change.h"
#include "auth/device.h"
#include "auth/facts.h"
#include "auth/login.h"
#include "auth/visit.h"
#include "base/log.h"
#include "conf/txn.h"
#include "proxy/table.h"

static const char *
role_name(enum conf_role r)
{
	return api_roles[r == CONF_ROLE_ADMIN ? 0 : 1];
}

/* --- login ----------------------------------------------------------------------- */

static void
on_login_cancel(struct api_req *rq)
{
	auth_login_cancel(rq->state);
}

static void
login_refused(struct api_req *rq, const struct auth_login_result *r)
{
	const char *type = NULL;
	json_t *more = NULL;
	char address[ADDR_TEXT_MAX];

	log_line(LOG_AUTH, LOG_WARNING, r->locked_now ? "login failed, account locked" : "login failed",
	    "address", addr_text(&rq->caller.address, address), "err", r->e.detail, NULL);
	if (r->e.kind == ERR_FORBIDDEN)
		type = "zone";
	else if (r->time_untrusted)
		type = "time-untrusted";
	if (r->totp_required)
		more = json_pack("{s:b}", "totp_required", 1);
	api_fail_with(rq, &r->e, type, more);
}

static void
on_login(void *arg, const struct auth_login_result *r)
{
	struct api_req *rq = arg;
	const struct auth_session *s = r->session;

	rq->cancel = NULL;
	if (r->e.kind != ERR_NONE) {
		login_refused(rq, r);
		return;
	}
	log_line(LOG_AUTH, LOG_INFO, "login", "user", s->username, "session", s->id, NULL);
	api_account_cookie(rq, r->cookie);
	api_ok(rq, json_pack("{s:s, s:s, s:b, s:b, s:s}", "username", s->username, "role", role_name(s->role),
	    "must_change_password", r->must_change_password, "totp_enabled", r->totp_enabled,
	    "csrf_token", s->csrf));
}

static void
login_post(struct api_req *rq)
{
	const struct auth_login_ask ask = {
		.username = api_str(rq->body, "username"),
		.password = api_str(rq->body, "password"),
		.totp = api_str(rq->body, "totp"),
		.recovery_code = api_str(rq->body, "recovery_code"),
		.user_agent = api_header_get(rq, "User-Agent"),
		.address = rq->origin->via == AUTH_VIA_SOCKET ? NULL : &rq->caller.address,
		.zone = rq->caller.zone,
	};

	rq->state = auth_login_start(&rq->deps->auth, &ask, on_login, rq);
	if (rq->state == NULL)
		api_no_memory(rq);
	else
		rq->cancel = on_login_cancel;
}

/* --- by the device ------------------------------------------------------------------ */

static void
device_refused(struct api_req *rq, const struct conf_peer *p, const char *why)
{
	char address[ADDR_TEXT_MAX];

	log_line(LOG_AUTH, LOG_WARNING, "login by the device refused", "address", addr_text(&rq->caller.address, address),
	    "peer", p == NULL ? "" : p->name, "err", why, NULL);
	api_refuse(rq, 403, "forbidden", "%s", why);
}

static void
device_in(struct api_req *rq, const struct conf_user *u, const struct auth_session *s, const char *cookie)
{
	log_line(LOG_AUTH, LOG_INFO, "login by the device", "user", u->username, "peer", s->device, "session", s->id, NULL);
	auth_facts_login(rq->deps->auth.facts, u->username);
	api_account_cookie(rq, cookie);
	api_ok(rq, json_pack("{s:s, s:s, s:b, s:b, s:s}", "username", s->username, "role", role_name(s->role),
	    "must_change_password", u->must_change_password, "totp_enabled", u->totp_enabled, "csrf_token", s->csrf));
}

static void
vpn_login_post(struct api_req *rq)
{
	struct auth_session_ask ask = { .role = CONF_ROLE_PEER, .zone = rq->caller.zone, .address = &rq->caller.address,
		.user_agent = api_header_get(rq, "User-Agent") };
	const struct auth_session *s;
	const struct conf_peer *p;
	const char *why = NULL;
	const struct conf_user *u = auth_device_user(rq->conf, &rq->caller, &p, &why);
	char cookie[AUTH_COOKIE_TEXT];
	struct err e = { 0 };

	if (u == NULL) {
		device_refused(rq, p, why);
		return;
	}
	ask.username = u->username;
	ask.device = p->name;
	if (auth_sessions_create(rq->deps->auth.sessions, &ask, cookie, &s, &e) < 0)
		api_fail(rq, &e);
	else
		device_in(rq, u, s, cookie);
	sodium_memzero(cookie, sizeof(cookie));
}

/* --- the session ------------------------------------------------------------------- */

static void
logout_post(struct api_req *rq)
{
	struct api_feed *feed = rq->api->feed;

	if (rq->caller.kind == AUTH_SESSION) {
		(void)auth_sessions_revoke(rq->deps->auth.sessions, rq->session.id); /* ended either way */
		api_account_cookie(rq, NULL);
	}
	api_message(rq, "logged out");
	api_feed_recheck(feed);
}

/* Names of the peers that are his. */
static json_t *
own_peers(const struct conf *c, const char *username)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < c->npeers; i++)
		if (c->peers[i].owner != NULL && str_ieq(str_of(c->peers[i].owner), str_of(username)))
			(void)json_array_append_new(list, json_string(c->peers[i].name));	/* a shorter list */
	return list;
}

static void
me_get(struct api_req *rq)
{
	const struct conf_user *u = rq->caller.user;
	const char *via = rq->caller.kind == AUTH_SOCKET ? "socket" : "token";
	const char *zone = conf_zone_name((enum conf_zone)rq->caller.zone);

	if (rq->caller.kind == AUTH_SESSION)
		api_ok(rq, json_pack("{s:s, s:s, s:s, s:b, s:b, s:o, s:s, s:s}", "username", u->username,
		    "role", role_name(u->role), "display_name", u->display_name,
		    "must_change_password", u->must_change_password, "totp_enabled", u->totp_enabled,
		    "peers", own_peers(rq->conf, u->username), "zone", zone, "via", "session"));
	else
		api_ok(rq, json_pack("{s:s, s:s, s:s, s:b, s:b, s:[], s:s, s:s}", "username", rq->actor,
		    "role", "admin", "display_name", rq->caller.kind == AUTH_TOKEN ? rq->token.name : "",
		    "must_change_password", 0, "totp_enabled", 0, "peers", "zone", zone, "via", via));
}

static void
csrf_get(struct api_req *rq)
{
	if (api_is_session(rq))
		api_ok(rq, json_pack("{s:s}", "csrf_token", rq->session.csrf));
}

/* --- on to a route ---------------------------------------------------------------------- */

static void
visit_done(struct api_req *rq, const struct auth_visit_to *to, const char *code)
{
	const uint16_t port = rq->deps->live.https_port(rq->deps->live.arg);
	char tail[8] = "";

	if (port != 443)
		(void)snprintf(tail, sizeof(tail), ":%u", port);	/* five digits fit */
	log_line(LOG_AUTH, LOG_INFO, "login at a route", "user", rq->session.username, "host", to->host, NULL);
	api_ok(rq, json_pack("{s:o}", "url", json_sprintf("https://%s%s" PROXY_ENTER_PATH "?code=%s", to->host, tail, code)));
}

static void
visit_post(struct api_req *rq)
{
	const uint16_t port = rq->deps->live.https_port(rq->deps->live.arg);
	char code[AUTH_COOKIE_TEXT];
	struct auth_visit_to to;
	struct err e = { 0 };

	if (!api_is_session(rq))
		return;
	if (auth_visit_read(rq->conf, api_str(rq->body, "to"), port, &to, &e) < 0 ||
	    auth_visits_code(rq->deps->auth.visits, &rq->session, &to, api_str(rq->body, "check"), code, &e) < 0)
		api_fail(rq, &e);
	else
		visit_done(rq, &to, code);
}

/* --- the own password ----------------------------------------------------------------- */

static int
password_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	json_t *user = api_account_find(draft, rq->session.username);

	if (user == NULL)
		return err_set(e, ERR_NOT_FOUND, "the account is gone");
	if (json_object_set_new(user, "must_change_password", json_false()) < 0)
		return err_set(e, ERR_INTERNAL, "out of memory");
	return api_account_seal(rq, user, e);
}

static void
password_changed(struct api_req *rq, const struct conf_result *r)
{
	struct api_feed *feed = rq->api->feed;

	(void)r;
	(void)auth_sessions_revoke_user(rq->deps->auth.sessions, rq->session.username,
	    rq->session.id); /* how many does not matter */
	api_message(rq, "password changed");
	api_feed_recheck(feed);
}

static void
password_proven(struct api_req *rq)
{
	const struct api_change c = { .summary = arena_printf(rq->arena, "user.password %s", rq->session.username),
		.record = true, .edit = password_edit, .done = password_changed };

	api_change(rq, &c);
}

static void
password_post(struct api_req *rq)
{
	bool old = json_object_get(rq->body, "current_password") == NULL;
	const struct auth_change_ask ask = { .what = AUTH_CHANGE_PASSWORD, .username = rq->session.username,
		.role = rq->session.role,
		.password = api_str(rq->body, old ? "old_password" : "current_password"),
		.new_password = api_str(rq->body, "new_password") };
	struct err e = { 0 };

	if (!api_is_session(rq))
		return;
	if (ask.password.p == NULL) {
		(void)err_field(&e, ERR_VALIDATION, "current_password", "is missing"); /* answered */
		api_fail(rq, &e);
		return;
	}
	api_account_change(rq, &ask, password_proven);
}

/* --- all sessions ------------------------------------------------------------------------ */

static void
sessions_get(struct api_req *rq)
{
	bool all = api_bool(rq->query, "all", false), mine = rq->caller.kind == AUTH_SESSION;

	if (all && !auth_caller_is_admin(&rq->caller)) {
		api_refuse(rq, 403, "forbidden", "only administrators see the sessions of others");
		return;
	}
	if (!all && !mine)
		api_ok(rq, json_array());
	else
		api_ok(rq, auth_sessions_list(rq->deps->auth.sessions, all ? NULL : rq->session.username,
		    mine ? rq->session.id : NULL));
}

/* Somebody else's session does not exist for a peer. */
static bool
may_end(const struct api_req *rq, const struct auth_session *s)
{
	return s != NULL && (auth_caller_is_admin(&rq->caller) || strcmp(s->username, rq->session.username) == 0);
}

static void
session_delete(struct api_req *rq)
{
	const char *id = api_param(rq, "id");
	struct api_feed *feed = rq->api->feed;

	if (!may_end(rq, auth_sessions_get(rq->deps->auth.sessions, id))) {
		api_refuse(rq, 404, "not-found", "there is no such session");
		return;
	}
	(void)auth_sessions_revoke(rq->deps->auth.sessions, id); /* it is there */
	api_deleted(rq);
	api_feed_recheck(feed);
}

const struct api_route api_session_routes[] = {
	{ HTTP_POST, "/api/auth/login", AUTH_WHO_PUBLIC, KIB(8), login_post, "Log in", 0, 200,
	    NULL, &api_login_in_shape, &api_login_shape, "401 403 423 429 503" },
	{ HTTP_POST, "/api/auth/vpn-login", AUTH_WHO_PUBLIC, 0, vpn_login_post,
	    "Sign in as the owner of the device that asks, from the VPN and without a password", 0, 200,
	    NULL, NULL, &api_login_shape, "403 429" },
	{ HTTP_POST, "/api/auth/logout", AUTH_WHO_USER, 0, logout_post, "End the own session", 0, 200,
	    NULL, NULL, &api_message_shape, NULL },
	{ HTTP_GET, "/api/auth/me", AUTH_WHO_USER, 0, me_get, "Who is asking", 0, 200,
	    NULL, NULL, &api_me_shape, NULL },
	{ HTTP_GET, "/api/auth/csrf-token", AUTH_WHO_USER, 0, csrf_get,
	    "What changes of this session have to carry in X-CSRF-Token", 0, 200, NULL, NULL, &api_csrf_shape, NULL },
	{ HTTP_POST, "/api/auth/visit", AUTH_WHO_USER, KIB(16), visit_post,
	    "Take the own login along to a route that asks for one", 0, 200,
	    NULL, &api_visit_in_shape, &api_visit_shape, NULL },
	{ HTTP_POST, "/api/auth/change-password", AUTH_WHO_USER, KIB(8), password_post,
	    "Change the own password; other sessions of the user end", API_CHANGES, 200,
	    NULL, &api_password_in_shape, &api_message_shape, "409 423 503 507" },
	{ HTTP_GET, "/api/auth/sessions", AUTH_WHO_USER, 0, sessions_get, "Open sessions, newest first", 0, 200,
	    &api_sessions_query_shape, NULL, &api_sessions_shape, NULL },
	{ HTTP_DELETE, "/api/auth/sessions/<id>", AUTH_WHO_USER, 0, session_delete, "End a session", 0, 200,
	    NULL, NULL, &api_deleted_shape, "404" },
	{ .path = NULL }
};
