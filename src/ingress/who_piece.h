/* How the piece of who.h lies in memory: for who.c, which uses it, and who_build.c, which makes it.
 *
 *	head | sets | rows | slots | nets | texts
 *
 * Rows stand in the order of conf.peers. The first text is "". */
#ifndef INGRESS_WHO_PIECE_H
#define INGRESS_WHO_PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/addr.h"
#include "conf/access.h"

extern const char ingress_who_magic[8];

struct ingress_who_head {
	char magic[8];
	uint32_t nsets, nrows, nslots, nnets, ntexts;	/* nslots: a power of two */
	uint32_t zero;
};

struct ingress_who_row {
	uint8_t ip6[16], ip4[4];
	uint8_t has4, has6, enabled, zero;
	uint32_t name, owner, title, email, groups;	/* places among the texts */
	uint32_t set;
};

struct ingress_who_slot {
	uint32_t tag;		/* upper half of the hash */
	uint32_t number;	/* 0: free */
};

struct ingress_who_net {
	uint8_t first[16];	/* IPv4 as ::ffff:… */
	uint32_t bits;		/* of 128 */
	uint32_t number;
};

_Static_assert(sizeof(struct ingress_who_head) == 32 && sizeof(struct ingress_who_row) == 48 &&
    sizeof(struct ingress_who_slot) == 8 && sizeof(struct ingress_who_net) == 24, "no padding in the piece");

static inline uint64_t
ingress_who_size(const struct ingress_who_head *h)
{
	return sizeof(*h) + (uint64_t)h->nsets * sizeof(struct conf_access) + (uint64_t)h->nrows * sizeof(struct ingress_who_row) +
	    (uint64_t)h->nslots * sizeof(struct ingress_who_slot) + (uint64_t)h->nnets * sizeof(struct ingress_who_net) + h->ntexts;
}

/* Only the owner chooses the addresses that are in the table: it needs to spread, not to resist. */
static inline uint64_t
ingress_who_hash(const struct addr *a)
{
	uint64_t x, y;

	memcpy(&x, a->b, sizeof(x));
	memcpy(&y, a->b + sizeof(x), sizeof(y));
	x = (x ^ y << 32 ^ y >> 32 ^ a->len) * UINT64_C(0x9e3779b97f4a7c15);
	x ^= x >> 29;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	return x ^ x >> 32;
}

static inline void
ingress_who_key(const struct addr *a, uint8_t key[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (a->len == 16) {
		memcpy(key, a->b, 16);
		return;
	}
	memcpy(key, mapped, sizeof(mapped));
	memcpy(key + sizeof(mapped), a->b, 4);
}

#endif /* INGRESS_WHO_PIECE_H */
