/* Domain names (RFC 1035 3.1, 4343): wire form, text, lower case, hash.
 * A name in wire form is a run of length-prefixed labels ended by the root's
 * zero octet; lengths here count that octet. */
#ifndef DNS_NAME_H
#define DNS_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum {
	DNS_NAME_MAX = 255,
	DNS_LABEL_MAX = 63,
	DNS_NAME_ROOM = 264,		/* a name and at least eight zeros */
	DNS_NAME_TEXT_MAX = 1024	/* "\DDD" for every octet, and a NUL */
};

/* Length of the name that starts at p with at most max octets to read, its
 * labels counted without the root. 0: longer than a name may be, cut off, or a
 * compression pointer. */
size_t dns_name_scan(const uint8_t *p, size_t max, unsigned *labels);

/* Copy n octets of a name in lower case to dst, put eight zeros after it, and
 * give dns_name_hash() of it. Length octets are below 'A', so the case of a
 * whole name can be changed without regard to labels. dst and src do not overlap. */
uint64_t dns_name_lower(uint8_t dst[DNS_NAME_ROOM], const uint8_t *src, size_t n);

/* Hash of a lower-case name, for tables whose keys no stranger chooses. */
uint64_t dns_name_hash(const uint8_t *name, size_t n);

/* SipHash-2-4 of n octets, for tables whose keys strangers choose. */
uint64_t dns_name_sip(const uint64_t key[2], const uint8_t *p, size_t n);

bool dns_name_eq(const uint8_t *a, size_t an, const uint8_t *b, size_t bn);	/* any case */

/* Is name equal to apex or below it? Both in lower case. */
bool dns_name_under(const uint8_t *name, size_t n, const uint8_t *apex, size_t apexlen);

/* Text to wire, in lower case. "@" is the origin; what does not end with a dot
 * is below it. "\." and "\DDD" are understood. origin NULL: the root. */
bool dns_name_read(struct str text, const uint8_t *origin, size_t originlen,
    uint8_t out[DNS_NAME_MAX], size_t *n);

/* Wire to text without final dot; the root is ".". name is sound. Returns buf. */
const char *dns_name_text(const uint8_t *name, size_t n, char buf[DNS_NAME_TEXT_MAX]);

#endif /* DNS_NAME_H */
