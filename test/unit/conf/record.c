/* Custom DNS records by value: DNS-6, data.md 4.6. */
#include "conf/record.h"

#include "base/addr.h"
#include "conf/check.h"

#include "sample.h"

static void
assert_values(const char *type, const char *const *good, const char *const *bad)
{
	char rule[CONF_RULE_MAX];

	for (; *good != NULL; good++)
		if (!conf_record_value_ok(type, *good, rule, sizeof(rule)))
			fail_msg("%s refused: %s: %s", type, *good, rule);
	for (; *bad != NULL; bad++) {
		rule[0] = '\0';
		if (conf_record_value_ok(type, *bad, rule, sizeof(rule)))
			fail_msg("%s accepted: %s", type, *bad);
		assert_true(strlen(rule) > 10);
	}
}

#define LIST(...) (const char *const []){ __VA_ARGS__, NULL }

static void
values(void **state)
{
	(void)state;
	assert_values("A", LIST("192.168.1.5", "0.0.0.0"), LIST("", "192.168.1", "192.168.1.256", "::1", "01.2.3.4", "a.b"));
	assert_values("AAAA", LIST("fd00::5", "::"), LIST("", "1.2.3.4", "fd00::5%eth0", "fd00:::5", "[::1]"));
	assert_values("CNAME", LIST("nas.example.org", "nas", "_x.y"), LIST("", "nas.", "NAS", "a b", "*.a", "@", "192.168.1.5"));
	assert_values("PTR", LIST("nas.example.org"), LIST("", "nas.example.org.", "1.2.3.4"));
	assert_values("MX", LIST("10 mail.example.org", "0 a", "65535 a.b"),
	    LIST("", "mail", "10", "10 ", " 10 a", "10  a", "65536 a", "-1 a", "10 a.", "10 1.2.3.4", "10 a b"));
	assert_values("SRV", LIST("0 5 5060 sip.example.org", "65535 65535 65535 a"),
	    LIST("", "0 5 sip", "0 5 70000 sip", "0 5 5060", "0 5 5060 ", "0 5 5060 sip.", "a 5 5060 sip"));
	assert_values("CAA", LIST("0 issue \"letsencrypt.org\"", "128 issuewild \";\"", "0 iodef \"mailto:a@b\"", "0 issue \"\""),
	    LIST("", "0 issue letsencrypt.org", "256 issue \"a\"", "0 \"a\"", "0 Issue \"a\"", "0 issue \"a\"b\"",
	    "0 issue \"a\\\"", "0 issue \"", "0  issue \"a\"", "0 toolongforatagxx \"a\""));
	assert_values("TXT", LIST("v=spf1 -all", "\"quoted\"", "\xc3\xa4"), LIST(""));
	assert_values("NS", LIST(NULL), LIST("a.b"));
}

static void
txt_has_a_limit(void **state)
{
	char text[CONF_TXT_MAX + 2], rule[CONF_RULE_MAX];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[CONF_TXT_MAX] = '\0';
	assert_true(conf_record_value_ok("TXT", text, rule, sizeof(rule)));
	text[CONF_TXT_MAX] = 'x';
	text[CONF_TXT_MAX + 1] = '\0';
	assert_false(conf_record_value_ok("TXT", text, rule, sizeof(rule)));
}

static void
caa_is_taken_apart(void **state)
{
	struct str tag, value;
	uint8_t flags;

	(void)state;
	assert_true(conf_record_caa(STR("128 issue \"ca.example; a=b\""), &flags, &tag, &value));
	assert_int_equal(flags, 128);
	assert_true(str_eqz(tag, "issue"));
	assert_true(str_eqz(value, "ca.example; a=b"));
}

static void
owner_names(void **state)
{
	static const char *const good[] = { "@", "*", "nas", "*.lab", "_sip._tcp", "a.b.c", "9" };
	static const char *const bad[] = { "", "nas.", "a.*", "**", "*.", "*.@", "@.a", "A", "a b", "a..b", ".a" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!conf_record_is_name(str_of(good[i])))
			fail_msg("refused: %s", good[i]);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (conf_record_is_name(str_of(bad[i])))
			fail_msg("accepted: %s", bad[i]);
}

/* DNS-3 */
static void
generated_names(void **state)
{
	static const char *const own[] = { "@", "api", "www", "ns", "ntp", "vpn", "ca" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		assert_true(conf_record_is_generated(own[i]));
	assert_false(conf_record_is_generated("nas"));
	assert_false(conf_record_is_generated("*"));
	assert_false(conf_record_is_generated("api.x"));
}

static void
assert_reverse(const char *net, size_t n, const char *first, const char *last)
{
	char zones[CONF_REVERSE_ZONES_MAX][CONF_REVERSE_ZONE_SIZE];
	struct addr_prefix p;

	assert_true(addr_prefix_read(str_of(net), &p));
	assert_int_equal(conf_record_reverse(&p, zones, CONF_REVERSE_ZONES_MAX), n);
	assert_string_equal(zones[0], first);
	assert_string_equal(zones[n - 1], last);
}

static void
reverse_zones(void **state)
{
	char one[1][CONF_REVERSE_ZONE_SIZE];
	struct addr_prefix none = { .bits = 0 }, wide;

	(void)state;
	assert_reverse("10.1.2.3/24", 1, "2.1.10.in-addr.arpa", "2.1.10.in-addr.arpa");
	assert_reverse("10.1.2.3/16", 1, "1.10.in-addr.arpa", "1.10.in-addr.arpa");
	assert_reverse("10.1.2.9/29", 1, "2.1.10.in-addr.arpa", "2.1.10.in-addr.arpa");
	assert_reverse("10.1.2.3/22", 4, "0.1.10.in-addr.arpa", "3.1.10.in-addr.arpa");
	assert_reverse("10.1.128.3/17", 128, "128.1.10.in-addr.arpa", "255.1.10.in-addr.arpa");
	assert_reverse("fd5e:3c1a:9b42:1::1/64", 1, "1.0.0.0.2.4.b.9.a.1.c.3.e.5.d.f.ip6.arpa",
	    "1.0.0.0.2.4.b.9.a.1.c.3.e.5.d.f.ip6.arpa");
	assert_int_equal(conf_record_reverse(&none, one, 1), 0);
	assert_true(addr_prefix_read(STR("10.1.2.3/17"), &wide));
	assert_int_equal(conf_record_reverse(&wide, one, 1), 1);
	assert_int_equal(conf_record_reverse(&wide, one, 0), 0);
}

/* A whole address fits, too. */
static void
reverse_of_one_address(void **state)
{
	char zone[1][CONF_REVERSE_ZONE_SIZE];
	struct addr_prefix p;

	(void)state;
	assert_true(addr_prefix_read(STR("fd00::1/128"), &p));
	assert_int_equal(conf_record_reverse(&p, zone, 1), 1);
	assert_int_equal(strlen(zone[0]), 72);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values), cmocka_unit_test(txt_has_a_limit), cmocka_unit_test(caa_is_taken_apart),
		cmocka_unit_test(owner_names), cmocka_unit_test(generated_names), cmocka_unit_test(reverse_zones),
		cmocka_unit_test(reverse_of_one_address),
	};

	return cmocka_run_group_tests_name("conf/record", tests, NULL, NULL);
}
