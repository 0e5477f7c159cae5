/* SOA serials (DNS-13): only what changed gets a new one, and they only rise. */
#include "dns/serial.c"

#include "cell.h"
#include "dns/plan.h"

static struct dns_serials before, next;

/* The serial of a zone as planned at a generation; before becomes what is remembered. */
static uint32_t
serial_at(struct cell *k, uint64_t generation, const char *zone)
{
	uint8_t name[DNS_NAME_ROOM];
	size_t n = cell_name(zone, name);
	const struct dns_record *soa;
	struct dns_zones *z;
	uint32_t serial;

	k->c.generation = generation;
	k->host.serials = &before;
	k->host.next_serials = &next;
	z = dns_plan(&k->c, &k->host, NULL, NULL);
	assert_non_null(z);
	soa = dns_owner_first(dns_zones_owner(z, name, n), DNS_SOA, UINT64_MAX);
	assert_non_null(soa);
	serial = dns_get32(soa->rdata + soa->rdlen - SOA_TAIL);
	assert_int_equal(serial, dns_zones_enclosing(z, name, n)->serial);
	dns_zones_free(z);
	before = next;
	return serial;
}

static void
start(struct cell *k)
{
	memset(&before, 0, sizeof(before));
	cell_init(k);
	cell_record(k, "myhome.home.arpa", "nas", "A", "192.168.1.5", CONF_ZONE_LAN);
	assert_int_equal(serial_at(k, 10, "myhome.home.arpa"), 10);
	assert_int_equal(serial_at(k, 11, "myhome.home.arpa"), 10);
}

static void
test_own_zone_only(void **state)
{
	struct cell k;

	(void)state;
	start(&k);
	cell_record(&k, "myhome.cell", "inner", "A", "10.0.0.7", CONF_ZONE_VPN);
	assert_int_equal(serial_at(&k, 12, "myhome.home.arpa"), 10);
	assert_int_equal(serial_at(&k, 13, "myhome.cell"), 12);
}

static void
test_each_change(void **state)
{
	struct cell k;

	(void)state;
	start(&k);
	k.records[0].ttl = 301;
	assert_int_equal(serial_at(&k, 12, "myhome.home.arpa"), 12);
	k.records[0].value = "192.168.1.6";
	assert_int_equal(serial_at(&k, 13, "myhome.home.arpa"), 13);
	k.records[0].views = CONF_ZONE_CONTAINER | CONF_ZONE_LAN;
	assert_int_equal(serial_at(&k, 14, "myhome.home.arpa"), 14);
	k.records[0].name = "nas2";
	assert_int_equal(serial_at(&k, 15, "myhome.home.arpa"), 15);
	k.records[0].views |= CONF_ZONE_PUBLIC;
	assert_int_equal(serial_at(&k, 16, "myhome.home.arpa"), 16);
	k.c.dns.nrecords = 0;	/* deleted: no rev is left to tell */
	assert_int_equal(serial_at(&k, 17, "myhome.home.arpa"), 17);
	assert_true(addr_prefix_read(STR("10.9.0.1/24"), &k.c.wireguard.address));
	assert_int_equal(serial_at(&k, 18, "myhome.home.arpa"), 18);
	assert_int_equal(serial_at(&k, 19, "myhome.home.arpa"), 18);
}

/* Back to what was: the serial goes on. */
static void
test_back(void **state)
{
	struct cell k;

	(void)state;
	start(&k);
	k.records[0].ttl = 301;
	assert_int_equal(serial_at(&k, 12, "myhome.home.arpa"), 12);
	k.records[0].ttl = 300;
	assert_int_equal(serial_at(&k, 13, "myhome.home.arpa"), 13);
	k.records[0].ttl = 302;	/* generations were lost */
	assert_int_equal(serial_at(&k, 5, "myhome.home.arpa"), 14);
	memset(&before, 0, sizeof(before));	/* memory was lost */
	assert_int_equal(serial_at(&k, 15, "myhome.home.arpa"), 15);
}

/* A kill leaves what may be older than what was told: nobody knows the content, and what was on its way had a number, too. */
static void
test_after_a_kill(void **state)
{
	struct cell k;

	(void)state;
	start(&k);
	memset(before.v[0].digest, 0, sizeof(before.v[0].digest));
	memset(before.v[1].digest, 0, sizeof(before.v[1].digest));
	before.least = 13;
	assert_int_equal(serial_at(&k, 11, "myhome.home.arpa"), 13);	/* 12 was on its way */
	assert_int_equal(serial_at(&k, 11, "myhome.home.arpa"), 13);
	k.records[0].ttl = 301;
	assert_int_equal(serial_at(&k, 14, "myhome.home.arpa"), 14);
	memset(&before, 0, sizeof(before));	/* and nothing was remembered */
	before.least = 16;
	assert_int_equal(serial_at(&k, 14, "myhome.home.arpa"), 16);
}

/* Addresses of the host come and go: nobody transfers them. */
static void
test_host(void **state)
{
	struct cell k;

	(void)state;
	start(&k);
	k.host.nifs -= 3;
	assert_int_equal(serial_at(&k, 12, "myhome.home.arpa"), 10);
	cell_if(&k, "eth7", CELL_WLAN, "192.168.9.1/24");
	assert_int_equal(serial_at(&k, 13, "myhome.home.arpa"), 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_zone_only), cmocka_unit_test(test_each_change), cmocka_unit_test(test_back),
		cmocka_unit_test(test_after_a_kill), cmocka_unit_test(test_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
