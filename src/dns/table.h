/* The finished answers of all own zones for all views: a hash table of names
 * in one relocatable piece, built by compile.c, used in place by every edge.
 * A lookup touches one slot, one node and one answer.
 *
 *	head | views | places | parts | slots | nodes and answers
 *
 * A node is an owner name with one row per type, plus the row for "no such
 * type" and the one for "no such name below". A row gives each view one of a
 * few variants of the answer (the part says which), so that equal answers are
 * stored once however many views there are. Numbers are of this machine. */
#ifndef DNS_TABLE_H
#define DNS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

enum {
	DNS_VIEWS_MAX = 64,
	DNS_VIEW_NONE = 0xff,		/* in a part: not there for this view */
	DNS_PART_SINGLE = 0x8000,	/* in a row: at is the answer itself */
	DNS_PARTS_MAX = 0x7fff
};

/* One way of seeing the world (DNS-2). */
struct dns_view {
	uint8_t zone;		/* one bit of enum conf_zone */
	uint8_t resolves;	/* other names are asked upstream */
	uint8_t zero[2];
	struct addr a, aaaa;	/* the cell's addresses in it; len 0 = none */
};

/* Which view an asker of zone gets by the address asked. */
struct dns_place {
	struct addr local;
	uint8_t zone;
	uint8_t view;
	uint8_t zero;		/* 20 octets so far */
	uint32_t ifindex;
};

enum dns_answer_kind {
	DNS_ANSWER_FINAL,	/* copy it; aux: its guard (guard.h), 0 = for everybody of the view */
	DNS_ANSWER_REFERRAL,	/* copy it: others answer from here down (RFC 1034 4.3.2) */
	DNS_ANSWER_CHASE,	/* aliases that lead out of the zone, to the name at body + aux */
	DNS_ANSWER_DNAME,	/* below its owner: the name at body + aux takes the owner's place (RFC 6672) */
	DNS_ANSWER_REFUSED,	/* not for this view: EDE 18 */
	DNS_ANSWER_CUT,		/* not ours from here down: route aux */
	DNS_ANSWER_EXTRA,	/* of an extra zone: table aux, whose apex has base octets */
	DNS_ANSWER_KINDS
};

/* What follows the question: counts and records. Names are compressed as if
 * the question's name had base octets; it ends in that name, so a longer one
 * shifts what pointers point to: dns_answer_shift(). */
struct dns_answer {
	uint16_t len;		/* of body */
	uint8_t flags;		/* third byte of the header: AA */
	uint8_t rcode;
	uint8_t counts[6];	/* ANCOUNT, NSCOUNT, ARCOUNT as sent */
	uint8_t kind;
	uint8_t base;
	uint16_t aux;
	uint16_t nfix;		/* then the body, and at an even place the positions of as many pointers */
};

static inline const uint8_t *
dns_answer_body(const struct dns_answer *a)
{
	return (const uint8_t *)(a + 1);
}

static inline const uint16_t *
dns_answer_fixes(const struct dns_answer *a)
{
	return (const uint16_t *)(const void *)(dns_answer_body(a) + ((a->len + 1u) & ~1u));
}

/* Make a copy of a's body fit a question whose name has len octets. */
static inline void
dns_answer_shift(const struct dns_answer *a, uint8_t *body, size_t len)
{
	size_t i, by = len - a->base;

	for (i = 0; by != 0 && i < a->nfix; i++) {
		uint8_t *p = body + dns_answer_fixes(a)[i];
		size_t to = ((size_t)p[0] << 8 | p[1]) + by;

		p[0] = (uint8_t)(to >> 8);
		p[1] = (uint8_t)to;
	}
}

/* Which variant of an answer a view gets. */
struct dns_part {
	uint8_t of[DNS_VIEWS_MAX];	/* below n, or DNS_VIEW_NONE */
	uint8_t n;
	uint8_t zero[7];
};

struct dns_row {
	uint16_t type;
	uint16_t part;		/* index, with DNS_PART_SINGLE when n is 1 */
	uint32_t at;		/* of the answer; else of n offsets of answers */
};

enum { DNS_ROW_NODATA, DNS_ROW_BELOW, DNS_ROW_TYPES };	/* the rows of a node in this order */
enum { DNS_NODE_WILD = 1 };	/* "*" exists right below */

struct dns_node {
	uint8_t len, nrows;
	uint8_t flags, zero;
	uint8_t name[];		/* padded with zeros to 4; then nrows rows */
};

struct dns_slot {
	uint32_t tag;		/* upper half of the hash */
	uint32_t node;		/* 0 = free */
};

/* Offsets count from the head, multiples of 8. */
struct dns_table_head {
	char magic[8];
	uint32_t size;
	uint32_t nviews, views;
	uint32_t nplaces, places;
	uint32_t nparts, parts;
	uint32_t nslots, slots;	/* a power of two */
	uint32_t any;
	uint32_t maxlabels;
	uint32_t zero;
};
extern const char dns_table_magic[8];

enum { DNS_TABLE_PAD = 16 };	/* octets after the last answer, so that copies may run in words */

struct dns_table {
	const uint8_t *base;
	const struct dns_view *views;
	size_t nviews;
	const struct dns_place *places;
	size_t nplaces;
	const struct dns_part *parts;
	size_t nparts;
	const struct dns_slot *slots;
	uint64_t mask;
	const struct dns_answer *any;	/* to type ANY (RFC 8482) */
	unsigned maxlabels;		/* of the longest name in it */
	size_t size;
};

/* A name as the table wants it. */
struct dns_key {
	const uint8_t *name;	/* from dns_name_lower() */
	uint8_t len;
	uint8_t labels;		/* without the root */
	uint64_t hash;		/* dns_name_hash() of name */
};

/* Describe the n bytes at p, in a time that does not depend on how many names there
 * are: who serves must not stop for it. False: do not use. p is aligned to 8. */
bool dns_table_open(struct dns_table *t, const void *p, size_t n);

/* Look at everything that a lookup relies on, which checks nothing itself. Whoever
 * makes a table does this once, before anybody else has it. False: do not use. */
bool dns_table_check(const struct dns_table *t);

/* The view of an asker: by zone; in lan and container by the address asked,
 * else by the interface, else the zone's first. -1: none (public, or nothing
 * of that zone exists). */
int dns_table_view(const struct dns_table *t, unsigned zone,
    const struct addr *local, uint32_t ifindex);

/* Memory that dns_table_find() will need: asked for early, in two steps, when
 * a batch of questions is at hand, so that a table beyond the processor's
 * caches does not cost a wait per question. */
static inline void
dns_table_prefetch_slot(const struct dns_table *t, uint64_t hash)
{
	__builtin_prefetch(&t->slots[hash & t->mask]);
}

static inline void
dns_table_prefetch_node(const struct dns_table *t, uint64_t hash)
{
	const uint8_t *node = t->base + t->slots[hash & t->mask].node;

	__builtin_prefetch(node);
	__builtin_prefetch(node + 64);
}

/* The answer for (view, name, type), NULL: the name is not in or below any own
 * zone or cut. */
const struct dns_answer *dns_table_find(const struct dns_table *t,
    unsigned view, const struct dns_key *k, uint16_t type);

#endif /* DNS_TABLE_H */
