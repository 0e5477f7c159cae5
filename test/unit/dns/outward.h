/* A zone that goes out and the one secondary that it goes to; for tests. */
#ifndef UNIT_DNS_OUTWARD_H
#define UNIT_DNS_OUTWARD_H

#include "cell.h"
#include "base/err.h"
#include "dns/transfer.h"
#include "dns/wire.h"
#include "dns/zones.h"

struct outward {
	uint8_t *p;
	size_t n;
	struct dns_transfers t;
};

/* A signature per message beside what the zone holds. */
static struct conf_secondary outward_secondary = { .id = "one", .name = "ns2", .key_name = "pic-one" };

static inline void
outward_put(struct dns_zones *z, const char *owner, uint16_t type, const void *rdata, size_t n)
{
	uint8_t name[DNS_NAME_ROOM];
	size_t len = cell_name(owner, name);

	assert_int_equal(dns_zones_put(z, name, len, &(struct dns_record){ .type = type, .rdlen = (uint16_t)n, .ttl = 300,
	    .views = DNS_VIEW_PUBLIC, .rdata = rdata }), 0);
}

/* Zone "example" of this serial with so many TXT records of 200 octets of mark. */
static inline void
outward_open(struct outward *o, uint32_t serial, size_t records, uint8_t mark, const struct addr_port *to)
{
	static struct dns_secrets secrets = { .v = { { .n = 32 } } };
	const struct conf_dns conf = { .secondaries = &outward_secondary, .nsecondaries = 1 };
	const struct dns_zone like = { .kind = DNS_KIND_EXTRA, .serial = serial, .route = -1 };
	struct dns_zones *z = dns_zones_new();
	uint8_t apex[DNS_NAME_ROOM], soa[22] = { 0 }, txt[201];
	char owner[32];
	struct err e;
	size_t i, n = cell_name("example", apex);

	assert_non_null(z);
	outward_secondary.at = *to;
	assert_int_equal(dns_zones_add(z, apex, n, &like), 0);
	dns_put32(soa + 2, serial);
	outward_put(z, "example", DNS_SOA, soa, sizeof(soa));
	memset(txt, mark, sizeof(txt));
	txt[0] = 200;
	for (i = 0; i < records; i++) {
		(void)snprintf(owner, sizeof(owner), "r%06zu.example", i);
		outward_put(z, owner, DNS_TXT, txt, sizeof(txt));
	}
	assert_int_equal(dns_zones_close(z), 0);
	assert_int_equal(dns_transfer_build(&o->p, &o->n, &(struct dns_transfer_in){ z, &conf, &secrets, 64 << 20 }, &e), 0);
	dns_zones_free(z);
	assert_true(dns_transfer_open(&o->t, o->p, o->n));
}

static inline void
outward_close(struct outward *o)
{
	free(o->p);
}

#endif /* UNIT_DNS_OUTWARD_H */
