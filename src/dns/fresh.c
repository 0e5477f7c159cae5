/* How long an answer may be kept; see fresh.h. */
#include "dns/fresh.h"

#include <stdbool.h>

#include "base/rd.h"
#include "dns/rr.h"
#include "dns/wire.h"

enum { AT_FLAGS = 2, AT_FLAGS2 = 3, AT_QDCOUNT = 4, AT_ANCOUNT = 6, AT_NSCOUNT = 8, SOA_MINIMUM = 4 };

static uint32_t
lower(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* The lowest TTL of the next records. False: they do not parse. */
static bool
lowest(struct rd *r, unsigned count, uint32_t *ttl)
{
	struct dns_rr rr;

	for (; count > 0; count--) {
		if (!dns_rr_read(r, &rr))
			return false;
		*ttl = lower(*ttl, rr.ttl);
	}
	return true;
}

/* Of the SOA among the next records; 0: there is none. */
static uint32_t
absence(struct rd *r, const uint8_t *msg, unsigned count)
{
	struct dns_rr rr;

	for (; count > 0 && dns_rr_read(r, &rr); count--)
		if (rr.type == DNS_SOA && rr.rdlen >= SOA_MINIMUM)
			return lower(rr.ttl, dns_get32(msg + rr.rdata + rr.rdlen - SOA_MINIMUM));
	return 0;
}

uint32_t
dns_fresh_s(const uint8_t *msg, size_t n)
{
	uint8_t name[DNS_NAME_MAX];
	uint32_t ttl = UINT32_MAX;
	unsigned answers, rcode;
	size_t len;
	struct rd r;

	if (n < DNS_HEADER || (msg[AT_FLAGS] & DNS_TC) != 0 || dns_get16(msg + AT_QDCOUNT) != 1)
		return 0;
	rcode = msg[AT_FLAGS2] & DNS_RCODE;
	answers = dns_get16(msg + AT_ANCOUNT);
	rd_init(&r, msg, n);
	rd_skip(&r, DNS_HEADER);
	if ((rcode != DNS_NOERROR && rcode != DNS_NXDOMAIN) || !dns_rr_name(&r, name, &len))
		return 0;
	rd_skip(&r, 4);
	if (!lowest(&r, answers, &ttl))
		return 0;
	return answers > 0 ? ttl : absence(&r, msg, dns_get16(msg + AT_NSCOUNT));
}
