/* Answers of upstreams, kept while they are valid (RFC 1035 7.4, 2308): wire
 * bodies with the places of their TTLs. Bounded by entries and octets, the
 * longest unused goes first. A whole message is kept under its own question
 * and nothing else is learnt from it, so there is nothing to poison. */
#ifndef DNS_CACHE_H
#define DNS_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dns_cache;
struct dns_cache_conf;	/* dns/snapshot.h */

enum { DNS_QUESTION_DO = 1, DNS_QUESTION_CD = 2, DNS_ENTRY_HITS = 2 };

/* What an answer is known by. */
struct dns_question {
	const uint8_t *name;	/* wire form, lower case */
	uint8_t len;
	uint8_t flags;		/* DNS_QUESTION_* */
	uint16_t type;
	uint16_t route;		/* index into the routes */
	uint64_t hash;		/* dns_cache_hash() of the rest */
};

/* An answer without header and question. Positions in body count from the
 * start of a message whose question has this name. */
struct dns_entry {
	struct dns_entry *chain, *newer, *older;	/* the cache's own */
	uint64_t hash;
	uint64_t born_ms;
	uint32_t ttl;		/* seconds it may be kept; 0: not at all */
	uint32_t bodylen;
	uint16_t hits;		/* up to DNS_ENTRY_HITS */
	bool refreshing;	/* asked for again */
	bool filtered;		/* addresses were removed (DNS-12) */
	uint16_t nttls;		/* u16 positions of TTLs within the body */
	uint16_t type, route;
	uint8_t namelen, flags, rcode;
	uint8_t counts[6];	/* ANCOUNT, NSCOUNT, ARCOUNT as sent */
	bool aliased;		/* there are CNAMEs in it */
	uint16_t ttls[];	/* then the name, then the body */
};

/* What time does to TTLs: s seconds less, and at most max. */
struct dns_age {
	uint32_t s, max;
};

#define DNS_AGE_NONE ((struct dns_age){ 0, UINT32_MAX })

static inline uint32_t
dns_aged(struct dns_age age, uint32_t ttl)
{
	ttl = ttl > age.s ? ttl - age.s : 0;
	return ttl < age.max ? ttl : age.max;
}

/* Malloc'd, zeroed but for the name; the caller fills ttls and body. free(). */
struct dns_entry *dns_entry_new(const struct dns_question *q, size_t nttls, size_t bodylen);
const uint8_t *dns_entry_name(const struct dns_entry *e);
uint8_t *dns_entry_body(struct dns_entry *e);
const uint8_t *dns_entry_read(const struct dns_entry *e);	/* the body */
size_t dns_entry_size(const struct dns_entry *e);	/* octets that it counts for */

/* Keeps nothing until it has limits. NULL when out of memory. */
struct dns_cache *dns_cache_new(void);
void dns_cache_free(struct dns_cache *c);		/* NULL is allowed */

/* New limits, divided by share; what is too much goes. 0 or -ENOMEM (then the
 * old limits stay). */
int dns_cache_limit(struct dns_cache *c, const struct dns_cache_conf *conf, unsigned share);

/* SipHash: strangers choose the names. */
uint64_t dns_cache_hash(const struct dns_cache *c, const struct dns_question *q);

/* A valid entry, valid until the next call that changes the cache; NULL: none. It counts as a hit. */
struct dns_entry *dns_cache_get(struct dns_cache *c, const struct dns_question *q, uint64_t now_ms);

/* One that has expired, by no more than stale_max_s of the limits (RFC 8767); likewise. */
const struct dns_entry *dns_cache_stale(const struct dns_cache *c, const struct dns_question *q, uint64_t now_ms);

/* Is this hit in the last tenth of an entry's time, and the entry in use? True once in its life. */
bool dns_entry_is_due(struct dns_entry *e, uint64_t now_ms);

/* Take e over (freed if it cannot be kept), in place of one for the same question. */
void dns_cache_put(struct dns_cache *c, struct dns_entry *e, uint64_t now_ms);

/* Drop the entries of name and of names below it; name NULL: all. The number. */
unsigned dns_cache_flush(struct dns_cache *c, const uint8_t *name, size_t len);

size_t dns_cache_entries(const struct dns_cache *c);
size_t dns_cache_bytes(const struct dns_cache *c);

#endif /* DNS_CACHE_H */
