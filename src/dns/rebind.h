/* Rebinding protection (DNS-12): a name of somebody else that points into this
 * network lets a web page reach what is here. Addresses that are private, of
 * this host or of the link, are removed from upstreams' answers, unless the
 * name is below one that is allowed. Forwards of zones are not touched: who
 * sets one up wants what is there. Plain data, part of the snapshot. */
#ifndef DNS_REBIND_H
#define DNS_REBIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conf_dns;

enum { DNS_REBIND_NAMES = 64, DNS_REBIND_ROOM = DNS_REBIND_NAMES * 256 };

struct dns_rebind {
	uint32_t on;
	uint32_t len;				/* octets used of names */
	uint8_t names[DNS_REBIND_ROOM];		/* length and name in wire form, lower case, one after the other; then zeros */
};

void dns_rebind_plan(struct dns_rebind *out, const struct conf_dns *d);	/* out is zeroed */
bool dns_rebind_check(const struct dns_rebind *r);	/* is it sound? */

/* May answers about this name (lower case) hold private addresses? */
bool dns_rebind_allows(const struct dns_rebind *r, const uint8_t *name, size_t n);

/* Does this record lead here? A, AAAA (also with an IPv4 address inside), and the
 * hints of SVCB and HTTPS (RFC 9460 7.3). */
bool dns_rebind_is_private(unsigned type, const uint8_t *rdata, size_t n);

#endif /* DNS_REBIND_H */
