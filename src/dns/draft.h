/* One answer being written, record by record, as it will stand behind the
 * question: for compile.c. No compression but the pointer to the question, so
 * that a body fits every name that it may answer. */
#ifndef DNS_DRAFT_H
#define DNS_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/wr.h"
#include "dns/name.h"
#include "dns/table.h"
#include "dns/wire.h"

struct dns_blob;
struct dns_owner;
struct dns_record;
struct dns_zone;

enum {
	DNS_DRAFT_MAX = DNS_MESSAGE_MAX - DNS_HEADER - DNS_NAME_MAX - 4 - DNS_OPT_LEN
};

enum dns_draft_section { DNS_DRAFT_ANSWER, DNS_DRAFT_AUTHORITY };

struct dns_draft {
	struct dns_blob *b;		/* where it ends up */
	struct dns_answer head;		/* kind, flags, rcode: the caller's to set */
	struct wr w;
	bool overflow;			/* some answer was longer than a message holds */
	uint8_t body[DNS_DRAFT_MAX];
};

/* An empty answer of this kind. */
void dns_draft_begin(struct dns_draft *d, unsigned kind);

size_t dns_draft_len(const struct dns_draft *d);

/* owner NULL: the question's name. */
void dns_draft_record(struct dns_draft *d, const uint8_t *owner, size_t len,
    const struct dns_record *r, enum dns_draft_section section);

/* Records of one type that some view in views sees, written under a name. */
struct dns_draft_set {
	uint16_t type;
	uint64_t views;
	const uint8_t *owner;		/* NULL: the question's name */
	size_t len;
};

/* Those of o; one TTL for all, the least (RFC 2181 5.2). */
void dns_draft_rrset(struct dns_draft *d, const struct dns_owner *o, const struct dns_draft_set *set);

/* The SOA that says how long "no" is valid (RFC 2308 3). point: its owner is
 * the question's name until the reply is written. */
void dns_draft_soa(struct dns_draft *d, const struct dns_zone *zone, bool point);

/* Store it. The offset of the answer, 0 on failure. */
uint32_t dns_draft_end(struct dns_draft *d);

#endif /* DNS_DRAFT_H */
