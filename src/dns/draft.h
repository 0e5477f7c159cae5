/* One answer being written, record by record, as it will stand behind the
 * question: for compile.c. Names are compressed against the name that the
 * answer is for, see struct dns_answer. */
#ifndef DNS_DRAFT_H
#define DNS_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/wr.h"
#include "dns/name.h"
#include "dns/rr.h"
#include "dns/table.h"
#include "dns/wire.h"

struct dns_blob;
struct dns_owner;
struct dns_record;
struct dns_zone;
struct dns_zones;

enum {
	DNS_DRAFT_MAX = DNS_MESSAGE_MAX - DNS_HEADER - DNS_NAME_MAX - 4 - DNS_OPT_LEN,
	DNS_DRAFT_FIXES = 4096		/* pointers that can be shifted; names after that stand in full */
};

struct dns_draft {
	struct dns_blob *b;		/* where it ends up */
	const struct dns_zones *z;
	struct dns_answer head;		/* kind, flags, rcode, aux: the caller's to set */
	struct wr w;			/* a whole message, from its header */
	struct dns_pack pack;
	size_t start;			/* of the body in it */
	bool exact;			/* the question's name is base, never a longer one */
	bool overflow;			/* some answer was longer than a message holds */
	uint16_t fix[DNS_DRAFT_FIXES];
	uint8_t msg[DNS_MESSAGE_MAX + 1 + 2 * DNS_DRAFT_FIXES];
};

/* The name that an answer is for: exact, or any that ends in it. */
struct dns_draft_base {
	const uint8_t *name;
	uint8_t len;
	bool exact;
};

/* An empty answer of this kind. */
void dns_draft_begin(struct dns_draft *d, unsigned kind, const struct dns_draft_base *base);

/* Octets of the body so far. */
size_t dns_draft_len(const struct dns_draft *d);

/* owner NULL: the question's whole name. */
void dns_draft_record(struct dns_draft *d, const uint8_t *owner, size_t len,
    const struct dns_record *r, enum dns_section section);

/* The same with names in the data in full. Where in the body the data begins. */
size_t dns_draft_plain(struct dns_draft *d, const uint8_t *owner, size_t len, const struct dns_record *r);

/* Records of one type that some view in views sees, written under a name. */
struct dns_draft_set {
	uint16_t type;
	uint64_t views;
	const uint8_t *owner;		/* NULL: the question's name */
	size_t len;
	enum dns_section section;
};

/* Those of o; one TTL for all, the least (RFC 2181 5.2). */
void dns_draft_rrset(struct dns_draft *d, const struct dns_owner *o, const struct dns_draft_set *set);

/* Do records of this type name hosts whose addresses are of use (RFC 1035 3.3, 2782, 9460)? */
bool dns_draft_has_hosts(uint16_t type);

/* The addresses, as one view sees them, of the hosts that an RRset of o names
 * names, as far as they are in its zone; glue will do. */
void dns_draft_hosts(struct dns_draft *d, const struct dns_owner *o, uint16_t type, uint64_t view);

/* Who answers below the cut, and their addresses (RFC 1034 4.3.2). */
void dns_draft_referral(struct dns_draft *d, const struct dns_owner *cut, uint64_t view);

/* The SOA that says how long "no" is valid (RFC 2308 3). */
void dns_draft_soa(struct dns_draft *d, const struct dns_zone *zone);

/* Store it. The offset of the answer, 0 on failure. */
uint32_t dns_draft_end(struct dns_draft *d);

#endif /* DNS_DRAFT_H */
