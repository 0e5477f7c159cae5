/* Which names are not answered, and to whom: BLK-1, BLK-2. */
#include "dns/filter.h"

#include "cell.h"
#include "names.h"

static struct dns_filter f;
static void *part;

static void
open_filter(const struct cell *k, const struct dns_lists *l)
{
	size_t n;

	free(part);
	assert_int_equal(dns_filter_build(&part, &n, &k->c.blocklists), 0);
	assert_int_equal(n % 8, 0);
	assert_true(dns_filter_open(&f, part, n));
	assert_false(dns_filter_open(&f, part, n - 8));
	assert_true(dns_filter_open(&f, part, n));
	dns_filter_bind(&f, l);
}

/* "deny", "allow", the id of a list, "" */
static const char *
judge(unsigned zone, const char *peer, const char *name)
{
	static const char *const words[] = { "", "allow", "deny", NULL };
	struct addr a = { 0 };
	uint8_t wire[DNS_NAME_ROOM];
	struct dns_filtered out;
	bool blocked;

	if (peer != NULL)
		a = cell_addr(peer);
	blocked = dns_filter_judge(&f, zone, &a, wire, cell_name(name, wire), &out);
	assert_int_equal(blocked, out.by == DNS_FILTER_DENY || out.by == DNS_FILTER_LIST);
	return out.by == DNS_FILTER_LIST ? out.list : words[out.by];
}

/* allow before deny before lists; a name covers what is below it. */
static void
test_order(void **state)
{
	static const char *const ids[] = { "ads" };
	struct names n;
	struct cell k;

	(void)state;
	cell_init(&k);
	cell_blocklist(&k, "ads", "Ads", NULL, NULL);
	cell_deny(&k, "bad.example");
	cell_deny(&k, "zip");
	cell_allow(&k, "good.bad.example");
	cell_allow(&k, "fine.ads.example");
	names_new(&n, ids, 1);
	names_add(&n, "ads.example", 1);
	names_add(&n, "www.bad.example", 1);
	open_filter(&k, names_open(&n));
	assert_true(f.active);
	assert_string_equal(judge(CONF_ZONE_LAN, NULL, "ads.example"), "ads");
	assert_string_equal(judge(CONF_ZONE_LAN, NULL, "a.b.ads.example"), "ads");
	assert_string_equal(judge(CONF_ZONE_LAN, NULL, "bads.example"), "");
	assert_string_equal(judge(CONF_ZONE_LAN, NULL, "x.fine.ads.example"), "allow");
	assert_string_equal(judge(CONF_ZONE_LAN, NULL, "www.bad.example"), "deny");
	assert_string_equal(judge(CONF_ZONE_LAN, NULL, "good.bad.example"), "allow");
	assert_string_equal(judge(CONF_ZONE_LAN, NULL, "anything.zip"), "deny");
	assert_string_equal(judge(CONF_ZONE_LAN, NULL, "example.org"), "");
	dns_filter_bind(&f, NULL);		/* the names are not here: the rules are */
	assert_true(f.active);
	assert_string_equal(judge(CONF_ZONE_LAN, NULL, "ads.example"), "");
	assert_string_equal(judge(CONF_ZONE_LAN, NULL, "bad.example"), "deny");
	free(n.p);
}

/* Only in the VPN an address says who somebody is. */
static void
test_who(void **state)
{
	static const char *const ids[] = { "gone", "games", "ads" };
	struct names n;
	struct cell k;

	(void)state;
	cell_init(&k);
	cell_blocklist(&k, "off", "Off", NULL, NULL);
	k.lists[0].enabled = false;
	cell_blocklist(&k, "games", "Games", "10.0.0.9", "fd5e:3c1a:9b42:1::9");
	cell_blocklist(&k, "ads", "Ads", NULL, NULL);
	names_new(&n, ids, 3);
	names_add(&n, "game.example", 2);
	names_add(&n, "ads.example", 4);
	names_add(&n, "both.example", 6);
	names_add(&n, "old.example", 1);	/* of a list that the configuration has no more */
	open_filter(&k, names_open(&n));
	assert_string_equal(judge(CONF_ZONE_VPN, "10.0.0.9", "game.example"), "games");
	assert_string_equal(judge(CONF_ZONE_VPN, "fd5e:3c1a:9b42:1::9", "game.example"), "games");
	assert_string_equal(judge(CONF_ZONE_VPN, "10.0.0.8", "game.example"), "");
	assert_string_equal(judge(CONF_ZONE_LAN, "10.0.0.9", "game.example"), "");
	assert_string_equal(judge(CONF_ZONE_VPN, "10.0.0.9", "ads.example"), "ads");
	assert_string_equal(judge(CONF_ZONE_VPN, "10.0.0.8", "ads.example"), "ads");
	assert_string_equal(judge(CONF_ZONE_LOCAL, "127.0.0.1", "ads.example"), "ads");
	assert_string_equal(judge(CONF_ZONE_VPN, "10.0.0.9", "both.example"), "games");
	assert_string_equal(judge(CONF_ZONE_LAN, "192.168.1.7", "both.example"), "ads");
	assert_string_equal(judge(CONF_ZONE_VPN, "10.0.0.9", "old.example"), "");
	free(n.p);
}

static void
test_nothing(void **state)
{
	struct cell k;

	(void)state;
	cell_init(&k);
	open_filter(&k, NULL);
	assert_false(f.active);
	assert_string_equal(judge(CONF_ZONE_LAN, NULL, "ads.example"), "");
	free(part);
	part = NULL;
}

static void
test_lists_are_checked(void **state)
{
	static const char *const ids[] = { "ads" };
	struct dns_lists l;
	struct names n;

	(void)state;
	names_new(&n, ids, 1);
	assert_false(dns_lists_open(&l, n.p, dns_lists_size(NAMES_ROOM) - 64));
	memset((char *)n.p + 64, 'x', DNS_LIST_ID_MAX);
	assert_false(dns_lists_open(&l, n.p, dns_lists_size(NAMES_ROOM)));
	free(n.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_who),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_lists_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
