/* The transfer part of a snapshot: who may fetch zones, with which key, and the
 * zones as the world is to see them (DNS-18): every record of the view public
 * (dns/outgoing.h), and zones from text whole, as they were made with their
 * tables (dns/extra.h). One contiguous piece without pointers; core builds it,
 * edges use it in place. Pure.
 *
 * A zone that the view public has goes out also when nothing but its apex is
 * left: a secondary that is told "no such zone" would serve the old records
 * until they expire. Internal, reverse and local zones never go out.
 *
 * It holds key material: whoever holds the bytes wipes them. */
#ifndef DNS_TRANSFER_H
#define DNS_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "conf/conf.h"
#include "dns/tsig.h"

struct dns_zones;	/* dns/zones.h */
struct err;

enum { DNS_TRANSFER_ZONES_MAX = 128, DNS_TRANSFER_ALIGN = 8, DNS_SECONDARY_ID = 40 };

struct dns_transfer_zone;

/* What became of a secondary; valid during the call that tells it. */
enum dns_news_kind { DNS_NEWS_FETCHED, DNS_NEWS_NOTIFIED, DNS_NEWS_FAULT, DNS_NEWS_KINDS };
struct dns_news {
	enum dns_news_kind kind;
	const char *id;			/* of the configuration */
	const struct dns_transfer_zone *zone;	/* that it fetched, or was told of; NULL: none in particular */
	const char *fault;		/* in words; "" = none */
};
typedef void dns_told(void *arg, const struct dns_news *news);

/* The secrets of the configuration's secondaries, by index. */
struct dns_secrets {
	struct dns_secret {
		uint8_t n;		/* 0: it is not there, and neither is the secondary */
		uint8_t b[DNS_TSIG_SECRET_MAX];
	} v[CONF_SECONDARIES_MAX];
};

struct dns_secondary {
	struct addr_port at;
	char id[DNS_SECONDARY_ID];	/* of the configuration */
	struct dns_tsig_key key;
};

struct dns_transfer_zone {
	uint32_t serial;
	uint32_t at, len;		/* its records, from the start of the part */
	uint32_t soalen;		/* the first of them */
	uint8_t namelen, name[DNS_NAME_MAX];
};

struct dns_transfers {
	const uint8_t *base;
	const struct dns_secondary *secondaries;
	size_t nsecondaries;
	const struct dns_transfer_zone *zones;
	size_t nzones;
};

struct dns_transfer_in {
	const struct dns_zones *zones;		/* closed */
	const struct conf_dns *conf;
	const struct dns_secrets *secrets;	/* NULL: nobody has one */
	size_t max;				/* octets of the part */
};

/* Malloc'd *out of *n octets; NULL and 0 when there is no secondary. 0, or a
 * negative errno with e set: out of memory, or larger than it may be. */
int dns_transfer_build(uint8_t **out, size_t *n, const struct dns_transfer_in *in, struct err *e);

/* Describe the n octets at p, aligned to DNS_TRANSFER_ALIGN; n = 0: nobody and
 * nothing. Records are believed, as tables are: dns_outgoing_make() has checked
 * them. False: use nothing of *t. */
bool dns_transfer_open(struct dns_transfers *t, const void *p, size_t n);

/* By name in lower case; NULL: it does not go out. */
const struct dns_transfer_zone *dns_transfer_zone(const struct dns_transfers *t, const uint8_t *name, size_t n);

/* Whose key a signature names; NULL: nobody's. */
const struct dns_secondary *dns_transfer_secondary(const struct dns_transfers *t, const struct dns_tsig *sig);

bool dns_secondary_eq(const struct dns_secondary *a, const struct dns_secondary *b);

static inline const uint8_t *
dns_transfer_records(const struct dns_transfers *t, const struct dns_transfer_zone *z)
{
	return t->base + z->at;
}

#endif /* DNS_TRANSFER_H */
