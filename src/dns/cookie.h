/* DNS cookies, the server's side (RFC 7873, 9018): a client that sends back what
 * it got from us has shown that its address is its own. All edges of a cell
 * share the secrets, so a cookie of one is good at the others; core draws them
 * and changes them once in a while, the one before staying good. */
#ifndef DNS_COOKIE_H
#define DNS_COOKIE_H

#include <stdbool.h>
#include <stdint.h>

struct addr;

enum {
	DNS_COOKIE_CLIENT = 8,		/* octets that the client chose */
	DNS_COOKIE_FULL = 24,		/* and those of ours behind them */
	DNS_COOKIE_KEY = 16,
	DNS_COOKIE_AGE_S = 3600,	/* good for so long, */
	DNS_COOKIE_FRESH_S = 1800,	/* replaced by a new one after this, */
	DNS_COOKIE_AHEAD_S = 300	/* and from so far in the future (RFC 9018 4.3) */
};

/* Secrets: wiped by whoever holds them. */
struct dns_cookie_keys {
	uint8_t now[DNS_COOKIE_KEY], before[DNS_COOKIE_KEY];
};

/* Is the full cookie one of ours to this client? now_s: Unix time, wraps. */
bool dns_cookie_good(const struct dns_cookie_keys *k, const uint8_t cookie[DNS_COOKIE_FULL],
    const struct addr *client, uint32_t now_s);

/* Our part of the cookie behind the client's: made anew, unless it is good and fresh. Was it good? */
bool dns_cookie_renew(const struct dns_cookie_keys *k, uint8_t cookie[DNS_COOKIE_FULL], bool full,
    const struct addr *client, uint32_t now_s);

#endif /* DNS_COOKIE_H */
