/* The DNS part (dns/snapshot.h) as a sealed piece for the edges. The names of five hundred routes are not made anew for a change
 * of a device, and edges keep the tables that they have. */
#ifndef ROLE_ANSWERS_H
#define ROLE_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "sys/sealed.h"

struct conf;

/* Among the pieces of a snapshot: peers, the DNS part, tables of extra zones that it names. */
enum { ANSWERS_PIECE = 1 };

/* What edges have. Zeroed: nothing. */
struct answers_kept {
	struct conf *of;
	struct sealed_list pieces;
};

/* Is the part of conf the one that is kept? Whatever else it is made of, addresses of the host and texts of zones, must be as it
 * was: when it is not, answers_clear(). */
bool answers_hold(const struct answers_kept *k, const struct conf *conf);

/* Let the pieces behind the peers be those that are kept. */
void answers_give(const struct answers_kept *k, struct sealed_list *pieces);

/* The part, the n octets at p, takes its place in pieces, where something else held it: the very piece that is kept if it has
 * the same octets. 0, or what the system says. */
int answers_put(const struct answers_kept *k, struct sealed_list *pieces, const void *p, size_t n);

/* pieces, which were made for conf, are what edges have from now on. */
void answers_keep(struct answers_kept *k, const struct conf *conf, const struct sealed_list *pieces);

void answers_clear(struct answers_kept *k);

#endif /* ROLE_ANSWERS_H */
