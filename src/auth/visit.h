/* From a session of the cell to a visit of one host behind the login wall (WEB-3, WEB-4). A session's cookie never leaves the
 * cell's own names; this is what goes instead:
 *
 *   a browser without ticket is sent to the login page, with a check: SHA-256 of a random value that it keeps for that host
 *   auth_visit_read()     the page, signed in, says where it wants to go back to: an address of a walled route, or 400
 *   auth_visits_code()    gives it a code for that host and check, good once and for AUTH_CODE_S
 *   auth_visits_redeem()  the edge brings code and value, and gets the ticket: 32 random bytes, which only the browser keeps
 *   auth_visits_walk()    edges are told SHA-256 of all tickets: they know a ticket when they see it, and cannot make one
 *
 * Nobody can be signed in as somebody else by a link: the code fits only the browser that was sent. A session that is good
 * from one device alone (auth/device.h) gives codes and tickets that are, too. A ticket ends with its session, in every
 * way that can end. Kept in memory only: after a restart a session is asked for a new code, which nobody sees. All calls on
 * the loop thread. */
#ifndef AUTH_VISIT_H
#define AUTH_VISIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/session.h"
#include "base/addr.h"
#include "base/str.h"

struct auth_visits;
struct conf;
struct err;

enum {
	AUTH_TICKETS_MAX = 4096,   /* the oldest goes */
	AUTH_TICKETS_SESSION = 64, /* of one session, likewise */
	AUTH_CODES_MAX = 1024,
	AUTH_CODES_SESSION = 16,
	AUTH_CODE_S = 60,
	AUTH_VISIT_HOST = 254, /* with NUL */
	AUTH_VISIT_PATH = 2048 /* path and query, with NUL; longer ones become "/" */
};

/* Where somebody wants to go. */
struct auth_visit_to {
	char host[AUTH_VISIT_HOST]; /* full name, lower case */
	char path[AUTH_VISIT_PATH];
};

/* url: "https://ha.myhome.home.arpa/path?query", with https_port if that is not 443. 0, or ERR_VALIDATION of the field "to":
 * not such an address, or not one of an enabled route that asks for a login. */
int auth_visit_read(const struct conf *c, struct str url, uint16_t https_port, struct auth_visit_to *out, struct err *e);

/* A ticket, as far as others may know it. */
struct auth_ticket {
	uint8_t digest[32];
	struct addr from; /* good from this address in zone vpn alone: that of a device (AUT-11); len 0: from anywhere */
	char host[AUTH_VISIT_HOST];
	char username[AUTH_USERNAME_MAX + 1];
};

/* Both are borrowed and outlive it. NULL when out of memory. */
struct auth_visits *auth_visits_new(struct auth_time *time, struct auth_sessions *sessions);
void auth_visits_free(struct auth_visits *v); /* NULL is allowed */

/* check: 43 base64url characters. 0, or a negative errno with e. */
int auth_visits_code(struct auth_visits *v, const struct auth_session *s, const struct auth_visit_to *to, struct str check,
    char code[AUTH_COOKIE_TEXT], struct err *e);

/* What a visitor brings. */
struct auth_visit_back {
	struct str host, code, value; /* value: what check is the digest of */
	struct addr vpn;	      /* his address in zone vpn; len 0: he comes from elsewhere */
};

/* True: ticket is new and *to says where to; the code is used up in any case. */
bool auth_visits_redeem(struct auth_visits *v, const struct auth_visit_back *b, char ticket[AUTH_COOKIE_TEXT],
    struct auth_visit_to *to);

/* The ticket was used: its session was. */
void auth_visits_used(struct auth_visits *v, const uint8_t digest[32], const struct conf_auth *limits);

/* Drop the tickets of sessions that are no more. True: there were some. */
bool auth_visits_follow(struct auth_visits *v);

size_t auth_visits_count(const struct auth_visits *v); /* tickets */

/* One after the other, oldest first: NULL begins; NULL at the end. Borrowed until v changes. */
const struct auth_ticket *auth_visits_walk(const struct auth_visits *v, const struct auth_ticket *after);

#endif /* AUTH_VISIT_H */
