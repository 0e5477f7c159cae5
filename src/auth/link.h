/* One-time links to a client file (PEER-9): 128 random bits, of which only the digest is kept; for one peer with one key;
 * bound to the browser that opens it first, good for one look, until a time. The table outlives the program
 * (state/links.json). All calls on the loop thread. */
#ifndef AUTH_LINK_H
#define AUTH_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/str.h"

struct auth_links;
struct auth_time;
struct conf;
struct err;

enum {
	AUTH_LINKS_MAX = 4096,
	AUTH_LINKS_PER_PEER = 8,	/* open at once; the oldest goes */
	AUTH_LINK_TEXT = 27,		/* 26 of lower-case base32 and NUL: the token, and the opener's cookie */
	AUTH_LINK_ID = 17,
	AUTH_LINK_PEER = 65,		/* name64 */
	AUTH_LINK_KEY = 45,		/* base64 of 32 bytes */
	AUTH_LINK_MIN_S = 60, AUTH_LINK_MAX_S = 86400, AUTH_LINK_S = 900
};

struct auth_link {
	char id[AUTH_LINK_ID];		/* the first 16 hex of the digest */
	uint8_t digest[32];		/* SHA-256 of the token */
	char peer[AUTH_LINK_PEER], public_key[AUTH_LINK_KEY];
	int64_t created_at, expires_at;
	bool opened;
	uint8_t opener[32];		/* SHA-256 of the cookie of who opened it */
};

/* dirty: something has to be saved. NULL when out of memory. */
struct auth_links *auth_links_new(struct auth_time *time, void (*dirty)(void *arg), void *arg);
void auth_links_free(struct auth_links *l);	/* NULL is allowed */

/* A new link; token is shown once, to be wiped. 0, or ERR_UNAVAILABLE when AUTH_LINKS_MAX are open. */
struct auth_link_ask { const char *peer, *public_key; int64_t seconds; };
int auth_link_make(struct auth_links *l, const struct auth_link_ask *a, char token[AUTH_LINK_TEXT], struct auth_link *out,
    struct err *e);

/* The link that a browser may see: unknown, used, expired, revoked ones, and those of another opener are NULL. cookie: what
 * the browser sent, empty = none; new_cookie gets the one that binds it, or "" when it is bound already. */
const struct auth_link *auth_link_open(struct auth_links *l, struct str token, struct str cookie,
    char new_cookie[AUTH_LINK_TEXT]);

/* Would auth_link_open() find it? Nothing changes: for who asks for the head of the page only. */
const struct auth_link *auth_link_peek(struct auth_links *l, struct str token, struct str cookie);

/* May this browser use the link now? It must have opened it. NULL: no. Nothing changes. */
const struct auth_link *auth_link_find(struct auth_links *l, struct str token, struct str cookie);

/* It was used, or is not to be: gone. */
void auth_link_end(struct auth_links *l, const struct auth_link *link);

/* Links of a peer (any case): how many ended. */
size_t auth_links_revoke(struct auth_links *l, const char *peer);

/* End those of peers that are gone, disabled, or have another key. */
void auth_links_follow(struct auth_links *l, const struct conf *c);

size_t auth_links_count(struct auth_links *l);	/* open ones */

/* The array of links.json, and back; what cannot be read is left out. New reference, NULL when out of memory. */
json_t *auth_links_save(const struct auth_links *l);
void auth_links_load(struct auth_links *l, const json_t *j);

#endif /* AUTH_LINK_H */
