/* A space of connections, for the files of fw/space only: space_places.c cuts addresses, space_make.c tells them apart,
 * space_points.c cuts ports, space.c judges. */
#ifndef FW_SPACE_PARTS_H
#define FW_SPACE_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "fw/input.h"

struct arena;
struct fw_asked;
struct fw_flow;
struct fw_index;

enum { SPACE_RULE_WORDS = FW_RULES_MAX / 64 };
enum { SPACE_STEPS_MAX = 200000000 };	/* for all statements: some tenths of a second */
#define SPACE_WORDS(bits) (((bits) + 63) / 64)
#define SPACE_NOWHERE SIZE_MAX

/* What fw_decide() looks at in an end of a connection, but for the rules and the access words of a source. Compared as
 * octets. */
struct space_trait {
	const struct fw_service *service;	/* of a destination */
	const struct fw_forward *forward;	/* of a destination that only stands for what is forwarded; NULL */
	uint8_t len;
	bool here, by_vpn, by_uplink, by_lan;	/* the interface: that of the cell itself, and so on; else one like any other */
	bool own, lan, inner, service_net, egress, party, link, internet, home, peers;
	uint8_t zero[1];		/* in place of a gap */
};

/* The addresses from first up to the next place. */
struct space_place {
	struct addr first;
	bool nobody;			/* of the VPN, and no party's: of no class */
	const struct fw_party *party;
	const struct fw_forward *forward;
	size_t src, dst;		/* of which class; what is forwarded is only a destination */
};

struct space_class {
	struct space_trait trait;
	uint64_t services;		/* access words; of sources */
	uint64_t rules[SPACE_RULE_WORDS];	/* those that have this end in theirs */
	size_t place;
	uint64_t *changes;		/* see below; NULL: not asked yet */
};

/* Classes, sorted by trait; all of one trait are a kind. */
struct space_classes {
	struct space_class *all;
	size_t n;
	size_t *kinds;			/* where each begins; the last is n */
	size_t nkinds;
};

struct space_point {
	uint8_t proto;
	uint16_t port;			/* the first; up to the next point of the protocol */
	bool by_default;		/* begins here not only because of a rule */
	uint64_t rules[2][SPACE_RULE_WORDS];	/* that are about it; by IP version */
};

/* What is decided without rules, by point; of a kind of sources with one of destinations. */
enum { SPACE_ALLOWED = 1, SPACE_FIXED = 2 /* whatever rules say */, SPACE_OUTSIDE = 4 /* no such connection ends there */ };
struct space_plain {
	uint8_t *said;			/* NULL: not asked yet */
	uint64_t *changes;		/* set of points: it is another than at the one before */
	bool allows, refuses;		/* at any */
};

/* The first place of a class that a statement names, and the first of another party; each SPACE_NOWHERE: there is none. */
struct space_pick { size_t place, other; };

/* Sets of source classes are words of one bit each, so that a rule is held against 64 of them at once. */
struct fw_space {
	const struct fw_index *x;
	const struct fw_input *in;
	struct arena *arena;		/* everything is in it */
	struct space_place *places;	/* by address, then those of forwards */
	size_t nplaces;
	struct space_classes src, dst;
	struct space_point *points;	/* by protocol and port */
	size_t npoints;
	size_t nwords;			/* of a set of sources */
	uint64_t *by_rule, *by_word;	/* the sets that a rule is about; that have access to a service */
	struct space_plain *plain;	/* by kinds and word */

	/* for one statement at a time */
	struct space_pick *from, *to;	/* by class */
	uint64_t *wanted;		/* set of points: the statement is about them */
	uint64_t *group;		/* sources that are alike without rules */
	uint64_t *asking, *rest, *reached;	/* of them: who asks; is not decided yet; was let through */
	uint64_t steps;			/* points and words looked at for all statements: what bounds the time */
};

static inline void
fw_space_set(uint64_t *bits, size_t i)
{
	bits[i / 64] |= UINT64_C(1) << i % 64;
}

/* False: no memory. */
bool fw_space_places(struct fw_space *s);
bool fw_space_points(struct fw_space *s);

/* Of the first class of each kind; kept in known. NULL: no memory. */
const struct space_plain *fw_space_plain(struct fw_space *s, size_t src, size_t dst, struct space_plain *known);

/* The set of points at which other rules are about d, a destination, than at the one before. NULL: no memory. */
const uint64_t *fw_space_changes(struct fw_space *s, struct space_class *d);

/* The connection between two places. */
struct fw_flow fw_space_flow(const struct fw_space *s, size_t src, size_t dst, size_t point);

/* Where a connection to p ends. */
const struct addr *fw_space_end(const struct space_place *p);

/* Both ends of a connection at p, so that either can be asked about. */
void fw_space_asked(const struct fw_space *s, const struct space_place *p, struct fw_asked *a);

#endif /* FW_SPACE_PARTS_H */
