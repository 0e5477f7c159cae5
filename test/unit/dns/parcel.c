/* What a job makes of a zone's text (DNS-7) arrives whole, or not at all. */
#include "dns/parcel.c"

#include "cell.h"
#include "base/err.h"

#define TEXT "$TTL 300\n@ SOA ns hostmaster 9 3600 600 604800 60\n@ NS ns\nns A 192.0.2.1\n*.w TXT x\nd DNAME e.\n"

static uint64_t room[1 << 13];		/* aligned */

static void
make(struct dns_extra *x)
{
	memset(x, 0, sizeof(*x));
	assert_int_equal(dns_extra_make(x, STR("x.test"), STR(TEXT), NULL), 0);
}

/* An empty one for the zone of that name. */
static struct dns_extra
waiting(const char *zone)
{
	struct dns_extra x = { .n = 0 };

	assert_true(dns_name_read(str_of(zone), NULL, 0, x.name, &x.len));
	return x;
}

static size_t
size_of(const struct dns_extra *x)
{
	return sizeof(struct head) + x->n + x->outgoing.n;
}

static void
test_round_trip(void **state)
{
	struct dns_extra a, b = waiting("X.test");

	(void)state;
	make(&a);
	memset(room, 0xff, sizeof(room));	/* what follows is of no interest */
	assert_true(dns_parcel_write(room, size_of(&a), &a));
	assert_true(dns_parcel_read(&b, room, sizeof(room)));
	assert_true(a.serial == 9 && b.serial == 9 && a.records == 5 && b.records == 5);
	assert_true(a.n == b.n && a.outgoing.n == b.outgoing.n && a.outgoing.soalen == b.outgoing.soalen);
	assert_memory_equal(a.table, b.table, a.n);
	assert_memory_equal(a.outgoing.p, b.outgoing.p, a.outgoing.n);
	assert_false(dns_parcel_write(room, size_of(&a) - 1, &a));
	assert_false(dns_parcel_write(room, 7, &a));
	dns_extra_clear(&a);
	dns_extra_clear(&b);
}

static void
test_damage(void **state)
{
	struct dns_extra a, b = waiting("y.test");
	uint8_t *p = (uint8_t *)room;
	size_t i, n, ok = 0;

	(void)state;
	make(&a);
	n = size_of(&a);
	assert_true(dns_parcel_write(room, sizeof(room), &a));
	assert_false(dns_parcel_read(&b, room, n));	/* for another zone */
	assert_true(b.table == NULL && b.outgoing.p == NULL);
	for (i = 0; i < n; i++) {
		b = waiting("x.test");
		assert_false(dns_parcel_read(&b, room, i));
	}
	for (i = 0; i < n; i++) {	/* refused, or sound all the same */
		p[i] ^= 0xff;
		b = waiting("x.test");
		if (dns_parcel_read(&b, room, n)) {
			assert_true(i >= sizeof(struct head) - 4);	/* the count of records, below its bound */
			dns_extra_clear(&b);
			ok++;
		}
		p[i] ^= 0xff;
	}
	assert_true(ok < n);
	dns_extra_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_round_trip), cmocka_unit_test(test_damage) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
