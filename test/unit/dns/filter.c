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
	assert_int_equal(dns_filter_build(&part, &n, &k->c), 0);
	assert_int_equal(n % 8, 0);
	assert_true(dns_filter_open(&f, part, n));
	assert_false(dns_filter_open(&f, part, n - 8));
	assert_true(dns_filter_open(&f, part, n));
	dns_filter_bind(&f, l);
}

/* "deny", "allow", the id of a list, "" */
static const char *
judge(uint32_t number, const char *name)
{
	static const char *const words[] = { "", "allow", "deny", NULL };
	uint8_t wire[DNS_NAME_ROOM];
	struct dns_filtered out;
	bool blocked;

	blocked = dns_filter_judge(&f, number, wire, cell_name(name, wire), &out);
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
	assert_string_equal(judge(0, "ads.example"), "ads");
	assert_string_equal(judge(0, "a.b.ads.example"), "ads");
	assert_string_equal(judge(0, "bads.example"), "");
	assert_string_equal(judge(0, "x.fine.ads.example"), "allow");
	assert_string_equal(judge(0, "www.bad.example"), "deny");
	assert_string_equal(judge(0, "good.bad.example"), "allow");
	assert_string_equal(judge(0, "anything.zip"), "deny");
	assert_string_equal(judge(0, "example.org"), "");
	dns_filter_bind(&f, NULL);		/* the names are not here: the rules are */
	assert_true(f.active);
	assert_string_equal(judge(0, "ads.example"), "");
	assert_string_equal(judge(0, "bad.example"), "deny");
	free(n.p);
}

/* A list for everybody, for peers and for groups, whatever the case of their names. */
static void
test_who(void **state)
{
	static const char *const ids[] = { "gone", "games", "ads", "kids" };
	enum { NOBODY, ANNA, BEN, CLEO, UNKNOWN };
	const char *group[] = { "KIDS" };
	struct names n;
	struct cell k;

	(void)state;
	cell_init(&k);
	cell_peer(&k, "anna", "10.0.0.9", NULL, NULL);
	cell_peer(&k, "Ben", "10.0.0.8", "kids", NULL);
	cell_peer(&k, "cleo", "10.0.0.7", NULL, NULL);
	cell_blocklist(&k, "off", "Off", NULL, NULL);
	k.lists[0].enabled = false;
	cell_blocklist(&k, "games", "Games", "Anna", "gone");
	cell_blocklist(&k, "ads", "Ads", NULL, NULL);
	cell_blocklist(&k, "kids", "Kids", "ben", NULL);
	k.lists[3].apply_to.peers.n = 0;
	k.lists[3].apply_to.groups = (struct conf_texts){ group, 1 };
	names_new(&n, ids, 4);
	names_add(&n, "game.example", 2);
	names_add(&n, "ads.example", 4);
	names_add(&n, "both.example", 6);
	names_add(&n, "kids.example", 8);
	names_add(&n, "old.example", 1);	/* of a list that the configuration has no more */
	open_filter(&k, names_open(&n));
	assert_string_equal(judge(ANNA, "game.example"), "games");
	assert_string_equal(judge(BEN, "game.example"), "");
	assert_string_equal(judge(NOBODY, "game.example"), "");
	assert_string_equal(judge(UNKNOWN, "game.example"), "");
	assert_string_equal(judge(BEN, "kids.example"), "kids");
	assert_string_equal(judge(CLEO, "kids.example"), "");
	assert_string_equal(judge(NOBODY, "kids.example"), "");
	assert_string_equal(judge(ANNA, "ads.example"), "ads");
	assert_string_equal(judge(CLEO, "ads.example"), "ads");
	assert_string_equal(judge(NOBODY, "ads.example"), "ads");
	assert_string_equal(judge(UINT32_MAX, "ads.example"), "ads");
	assert_string_equal(judge(ANNA, "both.example"), "games");
	assert_string_equal(judge(NOBODY, "both.example"), "ads");
	assert_string_equal(judge(ANNA, "old.example"), "");
	k.lists[3].enabled = k.lists[1].enabled = false;	/* nothing is for somebody in particular */
	open_filter(&k, &n.lists);
	assert_int_equal(f.npeers, 0);
	assert_string_equal(judge(ANNA, "game.example"), "");
	assert_string_equal(judge(ANNA, "ads.example"), "ads");
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
	assert_string_equal(judge(0, "ads.example"), "");
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
