/* Guests: questions that another protocol carries to us (DoH, RFC 8484), one at a
 * time each. They are judged as those that come over TCP are: by the zone of
 * the asker, his rate, and the tables in force. */
#ifndef DNS_GUEST_H
#define DNS_GUEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct dns_guest;
struct dns_guests;
struct dns_intake;
struct dns_server;

/* What happened to a question. Only ANSWER and LATER belong to DNS. */
enum dns_guest_verdict {
	DNS_GUEST_ANSWER,
	DNS_GUEST_LATER,	/* done() tells */
	DNS_GUEST_BAD,		/* no question at all */
	DNS_GUEST_FORBIDDEN,	/* this zone is not served (DNS-17) */
	DNS_GUEST_LIMITED,	/* asks too much (DNS-20) */
	DNS_GUEST_OFF		/* the name service does not run */
};

struct dns_guest_conf {
	uint32_t ifindex;
	struct addr local;		/* the address that was reached */
	struct addr_port peer;
	/* The answer of n octets after DNS_GUEST_LATER; n = 0: there will be none. Never before dns_guest_ask()
	 * returned, never after dns_guest_forget(). */
	void (*done)(void *arg, const uint8_t *msg, size_t n);
	void *arg;
};

/* NULL when out of memory. To be freed before the server is. */
struct dns_guest *dns_guest_new(struct dns_server *s, const struct dns_guest_conf *c);
void dns_guest_free(struct dns_guest *g);	/* forgets; NULL is allowed */

/* The question of n octets at p. With DNS_GUEST_ANSWER *msg of *len octets is valid until the next question of
 * anybody. */
enum dns_guest_verdict dns_guest_ask(struct dns_guest *g, const uint8_t *p, size_t n, const uint8_t **msg, size_t *len);

void dns_guest_forget(struct dns_guest *g);	/* its question; none: nothing to do */

/* --- for server.c --- */

struct dns_guests *dns_guests_new(struct dns_intake *in);	/* in is borrowed */
void dns_guests_free(struct dns_guests *all);			/* no guest is left; NULL is allowed */
void dns_guests_stop(struct dns_guests *all);			/* those who wait get no answer any more */

#endif /* DNS_GUEST_H */
