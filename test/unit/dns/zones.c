/* The model of zones: what may stand beside what, and where (RFC 1034 3.6.2,
 * 2181 5, DNS-6). */
#include "dns/zones.h"

#include <errno.h>

#include "cell.h"
#include "dns/wire.h"

static int
put(struct dns_zones *z, const char *owner, uint16_t type, const char *data, uint64_t views)
{
	const struct dns_record r = { .type = type, .ttl = 60, .views = views, .rdata = (const uint8_t *)data,
	    .rdlen = (uint16_t)strlen(data) };
	uint8_t name[DNS_NAME_ROOM];

	return dns_zones_put(z, name, cell_name(owner, name), &r);
}

static int
add(struct dns_zones *z, const char *zone, int route)
{
	const struct dns_zone like = { .route = route };
	uint8_t name[DNS_NAME_ROOM];

	return dns_zones_add(z, name, cell_name(zone, name), &like);
}

static void
test_put(void **state)
{
	struct dns_zones *z = dns_zones_new();
	char *large = calloc(1, 40001);

	(void)state;
	assert_true(z != NULL && large != NULL);
	z->nviews = 2;
	assert_int_equal(add(z, "own.test", -1), 0);
	assert_int_equal(add(z, "own.test", 3), -EEXIST);
	assert_int_equal(add(z, "cut.own.test", 1), 0);
	assert_int_equal(put(z, "a.own.test", DNS_A, "1234", 1), 0);
	assert_int_equal(put(z, "a.own.test", DNS_CNAME, "\1x", 1), -EEXIST);
	assert_int_equal(put(z, "a.own.test", DNS_CNAME, "\1x", 2), 0);		/* another view */
	assert_int_equal(put(z, "a.own.test", DNS_CNAME, "\1x", 1), -EEXIST);	/* not by the back door either */
	assert_int_equal(put(z, "a.own.test", DNS_TXT, "t", 2), -EEXIST);
	assert_int_equal(put(z, "c.own.test", DNS_CNAME, "\1x", 1), 0);
	assert_int_equal(put(z, "c.own.test", DNS_CNAME, "\1y", 1), -EEXIST);
	assert_int_equal(put(z, "c.own.test", DNS_CNAME, "\1x", 1), 0);		/* the same again */
	assert_int_equal(put(z, "x.cut.own.test", DNS_A, "1234", 1), -EXDEV);
	assert_int_equal(put(z, "else.test", DNS_A, "1234", 1), -ENOENT);
	memset(large, 'x', 40000);
	assert_int_equal(put(z, "a.own.test", DNS_A, large, 1), -EMSGSIZE);
	dns_zones_free(z);
	free(large);
}

static uint64_t
seen(const struct dns_zones *z, const char *name)
{
	uint8_t wire[DNS_NAME_ROOM];
	const struct dns_owner *o = dns_zones_owner(z, wire, cell_name(name, wire));

	return o == NULL ? 0 : o->seen;
}

/* Names above others exist where those below are seen (RFC 4592 2.2.2). */
static void
test_close(void **state)
{
	struct dns_zones *z = dns_zones_new();

	(void)state;
	z->nviews = 3;
	assert_int_equal(add(z, "own.test", -1), 0);
	assert_int_equal(add(z, "a.cut.own.test", 1), 0);
	assert_int_equal(put(z, "x.y.z.own.test", DNS_A, "1234", 1), 0);
	assert_int_equal(put(z, "w.z.own.test", DNS_A, "1234", 2), 0);
	assert_int_equal(dns_zones_close(z), 0);
	assert_int_equal(seen(z, "x.y.z.own.test"), 1);
	assert_int_equal(seen(z, "y.z.own.test"), 1);
	assert_int_equal(seen(z, "z.own.test"), 3);
	assert_int_equal(seen(z, "own.test"), 7);
	assert_int_equal(seen(z, "cut.own.test"), 7);
	assert_int_equal(seen(z, "test"), 0);
	dns_zones_free(z);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_put), cmocka_unit_test(test_close) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
