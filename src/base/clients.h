/* What is remembered of clients, in a table of fixed size: no allocation and no list for each, one memory access to
 * find one. Sets of four, chosen by a keyed hash of the client; when many collide the one unseen for longest is
 * forgotten. Where nobody may be forgotten early: base/rate. */
#ifndef BASE_CLIENTS_H
#define BASE_CLIENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addr;
struct clients;

struct client {
	uint32_t tag;		/* 0 = free */
	uint32_t seen_ms;	/* wraps; the owner's to set */
	uint32_t credit, count;	/* the owner's; 0 when it is new */
};

/* Room for max, rounded up to a multiple of four. key: unpredictable, or strangers choose who collides. NULL when out
 * of memory. */
struct clients *clients_new(size_t max, const uint64_t key[2]);
void clients_free(struct clients *c);	/* NULL is allowed */

/* The client, by its addr_limit_key(); those of other kinds are other clients. *fresh: it was not known, or is
 * forgotten; it is seen now. Valid until the next call. */
struct client *clients_find(struct clients *c, const struct addr *client, unsigned kind, uint32_t now_ms, bool *fresh);

/* How many were seen within the last ms, which is less than 2^31. */
unsigned clients_seen(const struct clients *c, uint32_t now_ms, uint32_t ms);

#endif /* BASE_CLIENTS_H */
