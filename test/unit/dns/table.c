/* Tables that do not check out are refused, whatever is wrong (DNS-21: fail
 * closed; LIM-4), and the view of an asker. */
#include "dns/table.c"

#include "served.h"

/* A copy of the sample cell's table in a block of its exact size. */
static uint8_t *
sample(size_t *n, size_t *at)
{
	struct served s;
	struct cell k;
	uint8_t *p;

	cell_init(&k);
	cell_record(&k, "myhome.home.arpa", "*.w", "CNAME", "www.example.org", CONF_ZONE_LAN);
	cell_record(&k, "myhome.home.arpa", "t", "TXT", "text", CONF_ZONE_VPN);
	cell_forward(&k, "corp.example", "192.168.9.1");
	served_open(&s, &k);
	*n = s.snap.table.size;
	*at = (size_t)(s.snap.table.base - (const uint8_t *)s.part);
	p = malloc(*n);
	assert_non_null(p);
	memcpy(p, s.snap.table.base, *n);
	served_close(&s);
	return p;
}

static bool
is_sound(struct dns_table *t, const void *p, size_t n)
{
	return dns_table_open(t, p, n) && dns_table_check(t);
}

/* Everything that lookups touch, for a few names; ASan sees a step outside. */
static void
use(const struct dns_table *t)
{
	static const char *const names[] = { "myhome.home.arpa", "x.y.w.myhome.home.arpa", "w.myhome.home.arpa",
	    "t.myhome.home.arpa", "corp.example", "a.corp.example", "nowhere.example", "localhost", "." };
	uint8_t raw[DNS_NAME_ROOM], name[DNS_NAME_ROOM];
	struct dns_key k = { .name = name };
	unsigned labels;
	size_t i, v;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		k.len = (uint8_t)cell_name(names[i], raw);
		(void)dns_name_scan(raw, k.len, &labels);
		k.labels = (uint8_t)labels;
		k.hash = dns_name_lower(name, raw, k.len);
		for (v = 0; v < t->nviews; v++) {
			const struct dns_answer *a = dns_table_find(t, (unsigned)v, &k, DNS_A);

			if (a != NULL && a->len > 0)
				assert_true(dns_answer_body(a)[a->len - 1] <= UINT8_MAX);
			(void)dns_table_find(t, (unsigned)v, &k, DNS_ANY);
		}
	}
}

static void
test_damage(void **state)
{
	size_t n, i, at, refused = 0;
	uint8_t *p = sample(&n, &at);
	struct dns_table t;
	int k;

	(void)state;
	assert_true(is_sound(&t, p, n));
	use(&t);
	for (i = 0; i < n; i++)
		for (k = 0; k < 3; k++) {
			uint8_t was = p[i];

			p[i] = (uint8_t)(k == 0 ? was ^ 1 : k == 1 ? 0xff : was ^ 0x80);
			if (is_sound(&t, p, n))
				use(&t);
			else
				refused++;
			p[i] = was;
		}
	assert_true(refused > n / 4);
	free(p);
}

static void
test_cut(void **state)
{
	size_t n, i, at;
	uint8_t *p = sample(&n, &at), *q;
	struct dns_table t;

	(void)state;
	for (i = 0; i < n; i += i < 256 ? 1 : 97) {
		q = malloc(i == 0 ? 1 : i);
		assert_non_null(q);
		memcpy(q, p, i);
		assert_false(is_sound(&t, q, i));
		if (i >= sizeof(struct dns_table_head)) {	/* it says so itself */
			struct dns_table_head h;

			memcpy(&h, q, sizeof(h));
			h.size = (uint32_t)i;
			memcpy(q, &h, sizeof(h));
			assert_false(is_sound(&t, q, i));
		}
		free(q);
	}
	assert_false(dns_table_open(&t, p + 1, n - 1));		/* not aligned */
	free(p);
}

/* A table without a free slot would search for ever. */
static void
test_full(void **state)
{
	struct dns_table_head h;
	struct dns_table t;
	struct dns_slot *slots, one = { 0 };
	size_t n, i, at;
	uint8_t *p = sample(&n, &at);

	(void)state;
	memcpy(&h, p, sizeof(h));
	slots = (struct dns_slot *)(void *)(p + h.slots);
	for (i = 0; i < h.nslots; i++)
		if (slots[i].node != 0)
			one = slots[i];
	for (i = 0; i < h.nslots; i++)
		if (slots[i].node == 0)
			slots[i] = one;
	assert_true(dns_table_open(&t, p, n));		/* it looks at no name: an edge has no time for that */
	assert_false(dns_table_check(&t));
	slots[0].node = 0;
	assert_true(is_sound(&t, p, n));
	free(p);
}

static void
test_view(void **state)
{
	const struct addr none = { 0 }, vpn = cell_addr("10.0.0.1"), lan = cell_addr("192.168.8.1");
	struct served s;
	struct cell k;
	int v;

	(void)state;
	cell_init(&k);
	served_open(&s, &k);
	assert_int_equal(dns_table_view(&s.snap.table, CONF_ZONE_PUBLIC, &vpn, 0), -1);
	v = dns_table_view(&s.snap.table, CONF_ZONE_VPN, &none, 0);
	assert_true(v >= 0 && s.snap.table.views[v].zone == CONF_ZONE_VPN);
	v = dns_table_view(&s.snap.table, CONF_ZONE_LAN, &lan, CELL_WLAN);
	assert_true(v >= 0 && addr_eq(&s.snap.table.views[v].a, &lan));
	assert_int_equal(dns_table_view(&s.snap.table, CONF_ZONE_LAN, &lan, 0), v);
	assert_int_equal(dns_table_view(&s.snap.table, CONF_ZONE_LAN, &none, CELL_WLAN), v);
	assert_true(dns_table_view(&s.snap.table, CONF_ZONE_LAN, &none, 99) >= 0);
	served_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_damage), cmocka_unit_test(test_cut), cmocka_unit_test(test_full),
		cmocka_unit_test(test_view),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
