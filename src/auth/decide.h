/* May this caller make this request? Pure; asked once for every request,
 * before a body byte is read. Checks in the order of api.md 1.3:
 * 428, 401, zone, role or scope, forced change, CSRF and Origin. */
#ifndef AUTH_DECIDE_H
#define AUTH_DECIDE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/addr.h"
#include "base/str.h"
#include "conf/conf.h"

struct auth_session;
struct auth_token;

/* The marks of api.md 1.2; the route tables use them as they are. */
enum auth_who {
	AUTH_WHO_PUBLIC,	/* P */
	AUTH_WHO_SETUP,		/* S */
	AUTH_WHO_ADMIN,		/* A */
	AUTH_WHO_USER,		/* U */
	AUTH_WHO_PEER,		/* R */
	AUTH_WHO_LOCAL		/* L */
};

enum auth_kind { AUTH_NONE, AUTH_SESSION, AUTH_TOKEN, AUTH_SOCKET, AUTH_SETUP /* right X-Setup-Token */ };

enum auth_via { AUTH_VIA_EDGE, AUTH_VIA_LOOPBACK, AUTH_VIA_SOCKET };

/* Who asks. Filled by api/ per request; session and token are borrowed. */
struct auth_caller {
	enum auth_kind kind;
	enum auth_via via;
	unsigned zone;			/* one bit of enum conf_zone; socket and loopback listener: local */
	struct addr address;		/* len 0 on the socket */
	uid_t uid;			/* AUTH_SOCKET */
	const struct auth_session *session;
	const struct conf_user *user;	/* of the session */
	const struct auth_token *token;
};

struct auth_ask {
	enum auth_who who;		/* unknown path: AUTH_WHO_USER, then 404 */
	struct str path;		/* decoded, without query */
	bool mutating;			/* POST, PUT, PATCH, DELETE */
	bool origin_foreign;		/* auth_origin_foreign() */
	struct str csrf;		/* X-CSRF-Token, empty = not sent */
	int64_t now;			/* auth_time_now() */
	uid_t own_uid;			/* the account the cell runs as */
	const struct conf *conf;
};

enum auth_verdict {
	AUTH_OK,
	AUTH_NO_SETUP,		/* 428 setup-required */
	AUTH_NO_LOGIN,		/* 401 not-authenticated */
	AUTH_ZONE,		/* 403 zone */
	AUTH_FORBIDDEN,		/* 403 forbidden: role, scope, barred path, not local */
	AUTH_MUST_CHANGE,	/* 403 must-change-password */
	AUTH_MUST_ENROL,	/* 403 forbidden: a second factor has to be set up first */
	AUTH_CSRF,		/* 403 csrf */
	AUTH_SETUP_DONE		/* 409: an S route after setup */
};

enum auth_verdict auth_decide(const struct auth_caller *c, const struct auth_ask *a);

/* One sentence for the problem's detail. */
const char *auth_verdict_text(enum auth_verdict v);

/* The caller's name for generations and audit: "admin", "token:<id>", "socket:<uid>", "setup", "anonymous"; into buf. */
enum { AUTH_ACTOR_MAX = 80 };
const char *auth_caller_actor(const struct auth_caller *c, char buf[AUTH_ACTOR_MAX]);

/* Acts with the rights of an admin: session of role admin, token, socket. */
bool auth_caller_is_admin(const struct auth_caller *c);

/* Does the request come from a foreign page? origin and fetch_site: the headers, empty = not sent;
 * host: the Host header (already held to be ours), with port. */
bool auth_origin_foreign(struct str origin, struct str fetch_site, struct str host);

#endif /* AUTH_DECIDE_H */
