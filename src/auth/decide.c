/* The verdict over a request; see decide.h. */
#include "auth/decide.h"

#include <stdio.h>
#include <string.h>

#include "auth/login.h"
#include "auth/session.h"
#include "auth/token.h"

static bool
is_below(struct str path, struct str dir)
{
	return str_starts(path, dir) && (path.n == dir.n || path.p[dir.n] == '/');
}

static bool
is_auth_or_setup(struct str path)
{
	return is_below(path, STR("/api/auth")) || is_below(path, STR("/api/setup"));
}

bool
auth_caller_is_admin(const struct auth_caller *c)
{
	return c->kind == AUTH_TOKEN || c->kind == AUTH_SOCKET ||
	    (c->kind == AUTH_SESSION && c->session->role == CONF_ROLE_ADMIN);
}

/* Somebody with a name; the setup token is none. */
static bool
is_known(const struct auth_caller *c)
{
	if (c->kind == AUTH_SESSION)
		return c->user != NULL && c->user->enabled && c->user->role == c->session->role;
	return c->kind == AUTH_TOKEN || c->kind == AUTH_SOCKET;
}

/* SET-3: loopback and the socket need no setup token, the edge is never loopback. */
static bool
may_set_up(const struct auth_caller *c)
{
	return c->via != AUTH_VIA_EDGE || c->kind == AUTH_SETUP;
}

/* SET-9: the session made by setup, from its own address. */
static bool
has_grace(const struct auth_caller *c, int64_t now)
{
	return c->kind == AUTH_SESSION && now < c->session->grace_until &&
	    addr_eq(&c->address, &c->session->address);
}

static bool
zone_ok(const struct auth_caller *c, const struct auth_ask *a)
{
	enum conf_role role = auth_caller_is_admin(c) ? CONF_ROLE_ADMIN : CONF_ROLE_PEER;

	if (c->kind == AUTH_SOCKET)
		return true;
	return (c->zone & auth_role_zones(a->conf, role)) != 0 || has_grace(c, a->now);
}

static bool
right_ok(const struct auth_caller *c, const struct auth_ask *a)
{
	if (c->kind == AUTH_TOKEN)
		return (a->who == AUTH_WHO_ADMIN || a->who == AUTH_WHO_USER) &&
		    !auth_token_barred(a->path) &&
		    auth_scopes_allow(&c->token->scopes, a->path, a->mutating);
	switch (a->who) {
	case AUTH_WHO_ADMIN:
		return auth_caller_is_admin(c);
	case AUTH_WHO_USER:
		return true;
	case AUTH_WHO_PEER:
		return c->kind == AUTH_SESSION && c->session->role == CONF_ROLE_PEER;
	case AUTH_WHO_LOCAL:
		return c->kind == AUTH_SOCKET && (c->uid == 0 || c->uid == a->own_uid);
	default:
		return false;
	}
}

/* What a session may call while something is asked of its user first (AUT-7, AUT-8). */
static bool
is_way_out(struct str path, bool totp)
{
	if (totp && (str_eq(path, STR("/api/auth/totp")) || str_eq(path, STR("/api/auth/totp/confirm"))))
		return true;
	return str_eq(path, STR("/api/auth/me")) || str_eq(path, STR("/api/auth/csrf-token")) ||
	    str_eq(path, STR("/api/auth/change-password")) || str_eq(path, STR("/api/auth/logout"));
}

static enum auth_verdict
duties(const struct auth_caller *c, const struct auth_ask *a)
{
	if (c->kind != AUTH_SESSION)
		return AUTH_OK;
	if (c->user->must_change_password && !is_way_out(a->path, false))
		return AUTH_MUST_CHANGE;
	if (c->session->enrol_totp && !c->user->totp_enabled && !is_way_out(a->path, true))
		return AUTH_MUST_ENROL;
	return AUTH_OK;
}

static bool
csrf_ok(const struct auth_caller *c, const struct auth_ask *a)
{
	if (!a->mutating || c->kind != AUTH_SESSION || is_auth_or_setup(a->path))
		return true;
	return auth_session_csrf_ok(c->session, a->csrf);
}

static enum auth_verdict
setup_verdict(const struct auth_caller *c, const struct auth_ask *a)
{
	if (a->conf->setup_complete)
		return AUTH_SETUP_DONE;
	if (!may_set_up(c))
		return AUTH_NO_LOGIN;
	return a->mutating && a->origin_foreign ? AUTH_CSRF : AUTH_OK;
}

enum auth_verdict
auth_decide(const struct auth_caller *c, const struct auth_ask *a)
{
	enum auth_verdict v;

	if (!a->conf->setup_complete && is_below(a->path, STR("/api")) &&
	    !is_below(a->path, STR("/api/setup")))
		return AUTH_NO_SETUP;
	if (a->who == AUTH_WHO_SETUP)
		return setup_verdict(c, a);
	if (a->who == AUTH_WHO_PUBLIC)
		return a->mutating && a->origin_foreign ? AUTH_CSRF : AUTH_OK;
	if (!is_known(c))
		return AUTH_NO_LOGIN;
	if (!zone_ok(c, a))
		return AUTH_ZONE;
	if (!right_ok(c, a))
		return AUTH_FORBIDDEN;
	v = duties(c, a);
	if (v != AUTH_OK)
		return v;
	return (a->mutating && a->origin_foreign) || !csrf_ok(c, a) ? AUTH_CSRF : AUTH_OK;
}

const char *
auth_verdict_text(enum auth_verdict v)
{
	static const char *const text[] = {
		[AUTH_OK] = "allowed",
		[AUTH_NO_SETUP] = "the cell is not set up yet",
		[AUTH_NO_LOGIN] = "not logged in",
		[AUTH_ZONE] = "not allowed from this network",
		[AUTH_FORBIDDEN] = "not allowed for this caller",
		[AUTH_MUST_CHANGE] = "the password has to be changed first",
		[AUTH_MUST_ENROL] = "a second factor has to be set up first",
		[AUTH_CSRF] = "the CSRF token is missing or wrong, or the request comes from a foreign page",
		[AUTH_SETUP_DONE] = "the cell is set up already",
	};

	return text[v];
}

const char *
auth_caller_actor(const struct auth_caller *c, char buf[AUTH_ACTOR_MAX])
{
	switch (c->kind) {
	case AUTH_SESSION:
		(void)snprintf(buf, AUTH_ACTOR_MAX, "%s", c->session->username);
		break;
	case AUTH_TOKEN:
		(void)snprintf(buf, AUTH_ACTOR_MAX, "token:%s", c->token->id);
		break;
	case AUTH_SOCKET:
		(void)snprintf(buf, AUTH_ACTOR_MAX, "socket:%u", (unsigned)c->uid);
		break;
	case AUTH_SETUP:
		(void)snprintf(buf, AUTH_ACTOR_MAX, "setup");
		break;
	default:
		(void)snprintf(buf, AUTH_ACTOR_MAX, "anonymous");
		break;
	}
	return buf;
}

bool
auth_origin_foreign(struct str origin, struct str fetch_site, struct str host)
{
	if (str_eq(fetch_site, STR("cross-site")))
		return true;
	if (origin.n == 0)
		return false;
	if (str_starts(origin, STR("https://")))
		origin = (struct str){ origin.p + 8, origin.n - 8 };
	else if (str_starts(origin, STR("http://")))
		origin = (struct str){ origin.p + 7, origin.n - 7 };
	else
		return true;	/* "null", an extension, a file */
	return !str_ieq(origin, host);
}
