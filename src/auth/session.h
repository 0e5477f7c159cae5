/* Sessions (AUT-4, data.md 6.2): found by the SHA-256 of a cookie of 32 random
 * bytes. Idle and absolute limits, at most AUTH_SESSIONS_USER per user (oldest
 * out), kept over a restart. All calls on the loop thread. */
#ifndef AUTH_SESSION_H
#define AUTH_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/addr.h"
#include "base/str.h"
#include "conf/conf.h"

struct auth_sessions;
struct auth_time;
struct err;

#define AUTH_COOKIE_NAME "pic_session"

enum {
	AUTH_USERNAME_MAX = 64,
	AUTH_DEVICE_SIZE = 65,		/* name of a peer and its NUL */
	AUTH_SESSIONS_USER = 32,
	AUTH_SESSIONS_MAX = 32768,
	AUTH_COOKIE_TEXT = 44,		/* 43 base64url characters and NUL */
	AUTH_SESSION_ID = 17,		/* 16 hex digits and NUL */
	AUTH_AGENT_MAX = 200,
	AUTH_SETUP_GRACE_S = 3600	/* SET-9 */
};

struct auth_session {
	char id[AUTH_SESSION_ID];	/* first 16 hex digits of the digest */
	uint8_t digest[32];
	char username[AUTH_USERNAME_MAX + 1];
	enum conf_role role;
	int64_t created_at, last_used_at;
	unsigned zone;			/* where it was made: one bit of enum conf_zone */
	struct addr address;		/* len 0: unix socket */
	char user_agent[AUTH_AGENT_MAX + 1];
	char csrf[AUTH_COOKIE_TEXT];
	int64_t grace_until;		/* until then admin from its address whatever the zone (SET-9); 0 = none */
	char device[AUTH_DEVICE_SIZE];	/* the peer that signed in without a password (auth/device.h); "" = nobody did */
	bool enrol_totp;		/* made while admin_access.require_totp held and the user had no TOTP */
};

struct auth_session_ask {
	const char *username;
	enum conf_role role;
	unsigned zone;
	const struct addr *address;	/* NULL: unix socket */
	struct str user_agent;		/* cut to AUTH_AGENT_MAX */
	bool setup;			/* made by completing setup: gets the grace when zone is public */
	const char *device;		/* NULL: with a password */
	bool enrol_totp;
};

/* changed: something worth saving happened (created, ended, or a last use more than a minute old);
 * role/ then writes auth_sessions_save() to state/sessions.json, soon or at once. */
struct auth_sessions *auth_sessions_new(struct auth_time *time, void (*changed)(void *arg), void *arg);
void auth_sessions_free(struct auth_sessions *s);	/* NULL is allowed */

/* The file's document {"sessions":[…]}. Load drops what is damaged or over a limit; the number taken. */
json_t *auth_sessions_save(const struct auth_sessions *s);
size_t auth_sessions_load(struct auth_sessions *s, const json_t *doc);

/* cookie gets the value that the browser keeps; it is stored nowhere. *out is borrowed until the table
 * changes. 0, or negative errno with e set. */
int auth_sessions_create(struct auth_sessions *s, const struct auth_session_ask *a,
    char cookie[AUTH_COOKIE_TEXT], const struct auth_session **out, struct err *e);

/* The living session of a cookie value, marked as used now; NULL = none, ended, or expired (then it is gone). */
const struct auth_session *auth_sessions_find(struct auth_sessions *s, const struct conf_auth *limits, struct str cookie);
const struct auth_session *auth_sessions_get(const struct auth_sessions *s, const char *id);

/* By the digest of its cookie, for who knows no more of it (auth/visit.h): whether it is there, and that it was used; one
 * that is over is not revived. */
const struct auth_session *auth_sessions_of_digest(const struct auth_sessions *s, const uint8_t digest[32]);
void auth_sessions_used(struct auth_sessions *s, const struct conf_auth *limits, const uint8_t digest[32]);

bool auth_sessions_revoke(struct auth_sessions *s, const char *id);	/* false: unknown */
size_t auth_sessions_revoke_user(struct auth_sessions *s, const char *username, const char *except_id /* NULL: none */);
size_t auth_sessions_revoke_address(struct auth_sessions *s, const struct addr *a);	/* that were made from there */

/* After a commit: end the sessions that were made from devices which were on before it and are not now (PEER-7). The number. */
size_t auth_sessions_part(struct auth_sessions *s, const struct conf *was, const struct conf *now);

/* After a commit: end the sessions of users that are gone, disabled, or of another role now, and of devices that are not
 * theirs any more; drop expired ones. */
void auth_sessions_follow(struct auth_sessions *s, const struct conf *c);

/* Array of api.md 4 objects, newest first. username NULL = of all; current_id NULL = none. New reference. */
json_t *auth_sessions_list(const struct auth_sessions *s, const char *username, const char *current_id);

size_t auth_sessions_count(const struct auth_sessions *s);

/* The value of one cookie in a Cookie header. False: absent, or there more than once. */
bool auth_cookie_read(struct str header, const char *cookie, struct str *value);

/* The same one after the other: *header becomes the rest. False: no further one. */
bool auth_cookie_next(struct str *header, const char *cookie, struct str *value);

/* Constant-time comparison of a presented X-CSRF-Token. */
bool auth_session_csrf_ok(const struct auth_session *s, struct str value);

#endif /* AUTH_SESSION_H */
