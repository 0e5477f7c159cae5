/* The one-time setup token (SET-2, SET-4, ACC-3): 128 random bits as 26 base32
 * characters, kept as a digest, compared in constant time, valid for an hour,
 * replaced after 20 wrong ones. Callers on loopback and the unix socket never
 * come here. */
#ifndef SETUP_TOKEN_H
#define SETUP_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct addr;
struct clk;
struct err;
struct setup_token;

enum {
	SETUP_TOKEN_TEXT = 27,		/* with NUL */
	SETUP_TOKEN_VALID_S = 3600,
	SETUP_TOKEN_WRONG_MAX = 20,
	SETUP_TOKEN_WRONG_MINUTE = 5,	/* per IPv4 address or IPv6 /64 */
	SETUP_TOKEN_ADDRESSES = 1024,	/* remembered, oldest out */
	SETUP_URL_MAX = 160
};

/* No token is valid before the first renew. NULL when out of memory. */
struct setup_token *setup_token_new(const struct clk *clk);
void setup_token_free(struct setup_token *t);	/* NULL is allowed */

/* Make a new token; the old one ends. text is the only copy. *expires_at: Unix time, may be NULL. */
void setup_token_renew(struct setup_token *t, char text[SETUP_TOKEN_TEXT], int64_t *expires_at);

/* Does the caller know the token? 0; -EACCES (ERR_UNAUTHENTICATED: wrong, missing or expired) or
 * -EAGAIN (ERR_RATE_LIMITED). *worn: too many wrong ones, no token is valid any more: renew and print. */
int setup_token_check(struct setup_token *t, struct str given, const struct addr *address, bool *worn, struct err *e);

/* "https://<address>[:port]/setup#t=<token>"; port 443 is left out. */
const char *setup_url(char buf[SETUP_URL_MAX], const struct addr *lan, uint16_t port, const char *token);

#endif /* SETUP_TOKEN_H */
