/* One query on its way to an upstream, whatever carries it: the part that its
 * owner embeds and the carriers (port.c, pipe.c) keep in their lists. */
#ifndef DNS_FLIGHT_H
#define DNS_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DNS_FLIGHT_MAX = 12 + 255 + 4 + 11,
	DNS_FLIGHT_SENDS = 16		/* of one question in all (DNL-6) */
};

struct dns_flight {
	struct dns_flight *next, **at;	/* in its carrier's list; at NULL: not on its way */
	uint8_t query[DNS_FLIGHT_MAX];	/* the message as sent; its id is the carrier's choice */
	size_t len;
	size_t qlen;			/* octets of its question */
	unsigned sends;			/* how often it went out, counted by carriers, zeroed by the owner */
	bool resent;			/* by the carrier itself; false before each send of the owner */
	/* The answer, matched by id and question, free to be changed during the call; or msg
	 * NULL and a negative errno. The flight is over when this runs; it runs
	 * at most once, never before the send returned, never after cancel. */
	void (*done)(struct dns_flight *f, uint8_t *msg, size_t n, int error);
};

void dns_flight_join(struct dns_flight **list, struct dns_flight *f);
void dns_flight_leave(struct dns_flight *f);	/* NULL at is allowed: nothing happens */

/* The flight in the list that the message answers: QR set, same id, the same
 * question to the letter (0x20). NULL: none, a forgery or too late. */
struct dns_flight *dns_flight_match(struct dns_flight *list, const uint8_t *msg, size_t n);

/* Does a flight of the list use this id? */
bool dns_flight_uses(const struct dns_flight *list, uint16_t id);

/* End all flights of the list with error. */
void dns_flight_fail(struct dns_flight **list, int error);

#endif /* DNS_FLIGHT_H */
