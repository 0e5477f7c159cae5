/* Resource records in messages: reading them out of one (RFC 1035 4.1.3), and
 * writing them into another with names compressed (4.1.4). */
#ifndef DNS_RR_H
#define DNS_RR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"

struct rd;
struct wr;

enum { DNS_PACK_NAMES = 64 };

struct dns_rr {
	uint8_t name[DNS_NAME_ROOM];	/* expanded, case untouched */
	size_t namelen;
	uint16_t type, class;
	uint32_t ttl;
	size_t rdata, rdlen;	/* where in the message */
};

/* The name at the cursor of a whole message, pointers followed: each must point
 * before where the part that it ends began, so the work is bounded. */
bool dns_rr_name(struct rd *r, uint8_t out[DNS_NAME_MAX], size_t *n);

bool dns_rr_read(struct rd *r, struct dns_rr *rr);

/* A message being written: w starts at its first octet. Positions of names
 * that later ones may point to; of the pointers written, where somebody is to
 * shift them later by up to a name's length. */
struct dns_pack {
	struct wr *w;
	uint16_t at[DNS_PACK_NAMES];
	size_t n;
	bool compress;
	uint16_t *fix;		/* NULL: nobody will */
	size_t nfix, fixmax;
};

void dns_pack_init(struct dns_pack *p, struct wr *w, bool compress);

/* The name in wire form that stands at this position already may be pointed to. */
void dns_pack_known(struct dns_pack *p, size_t pos);

void dns_pack_name(struct dns_pack *p, const uint8_t *name, size_t n);

/* Owner, type, IN, TTL. The position of the TTL. */
size_t dns_pack_head(struct dns_pack *p, const uint8_t *owner, size_t n, uint16_t type, uint32_t ttl);

/* Length and data, taken from a message: names in the data of the types that
 * may have compressed ones (RFC 3597 4) are expanded and, where RFC 1035
 * defined the type, compressed again. msg is the whole source message. False
 * if the data of such a type is malformed, or does not fit. */
bool dns_pack_rdata(struct dns_pack *p, const struct rd *msg, uint16_t type,
    size_t rdata, size_t rdlen);

/* Put the names in n octets of uncompressed data of a type into lower case, as
 * far as RFC 4034 6.2 and 6840 5.1 want it for that type. False: the data is malformed. */
bool dns_rr_lower(uint16_t type, uint8_t *rdata, size_t n);

#endif /* DNS_RR_H */
