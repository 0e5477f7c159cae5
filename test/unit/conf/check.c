/* Single values: what passes and what does not (INP-1, INP-2). */
#include "conf/check.h"

#include "sample.h"

typedef bool check_fn(const json_t *v, char *rule, size_t size);

/* Each of good passes, each of bad fails with a rule in words. Lists end with NULL. */
static void
assert_check(check_fn *check, const char *const *good, const char *const *bad)
{
	char rule[CONF_RULE_MAX];

	for (; *good != NULL; good++) {
		json_t *v = json_string(*good);

		if (!check(v, rule, sizeof(rule)))
			fail_msg("refused: %s: %s", *good, rule);
		json_decref(v);
	}
	for (; *bad != NULL; bad++) {
		json_t *v = json_string(*bad);

		rule[0] = '\0';
		if (check(v, rule, sizeof(rule)))
			fail_msg("accepted: %s", *bad);
		assert_true(strlen(rule) > 10);
		json_decref(v);
	}
}

#define L63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LIST(...) (const char *const []){ __VA_ARGS__, NULL }

static void
names(void **state)
{
	(void)state;
	assert_check(conf_check_label, LIST("a", "0", "my-home", L63),
	    LIST("", "-a", "a-", "A", "a.b", "a_b", L63 "a", "\xc3\xa4"));
	assert_check(conf_check_name64, LIST("a", "_a", "Anna.B-c_9", "0"), LIST("", ".a", "-a", "a b", "a/b", L63 "aa"));
	assert_check(conf_check_uuid, LIST("3f000000-0000-4000-8000-00000000000a"),
	    LIST("", "3F000000-0000-4000-8000-00000000000a", "3f000000-0000-4000-8000-00000000000",
	    "3f0000000000-4000-8000-0000-0000000a", "3g000000-0000-4000-8000-00000000000a"));
	assert_check(conf_check_secret_ref, LIST(SAMPLE_SECRET), LIST("", "sec_", "sec_abcdefghijklmnopqrstuvwx2",
	    "sec_abcdefghijklmnopqrstuvwx11", "sec_Abcdefghijklmnopqrstuvwx22", "abcdefghijklmnopqrstuvwxyz2222"));
	assert_check(conf_check_ifname, LIST("wg0", "eth0.100", "a=b+c_d"),
	    LIST("", ".", "..", "a/b", "a b", "a:b", "abcdefghijklmnop"));
	assert_check(conf_check_email, LIST("a@b", "x.y+z@example.org"), LIST("", "@", "a@", "@b", "a@b@c", "a b@c", "a@b c"));
}

static void
keys(void **state)
{
	(void)state;
	assert_check(conf_check_wgkey, LIST("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
	    LIST("", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=",
	    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8==", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh-="));
}

static void
domains(void **state)
{
	(void)state;
	assert_check(conf_check_domain2, LIST("a.b", "home.example.org", "xn--bro-hoa.example", L63 "." L63 "." L63 "." "a"),
	    LIST("", "a", ".", "a.", "a.b.", ".a.b", "a..b", "A.b", "_a.b", "-a.b", "a-.b", "b\xc3\xbcro.example",
	    L63 "." L63 "." L63 "." L63));
	/* TLS-6, SEC-8: the own authority is good for all that is below */
	assert_check(conf_check_own_domain, LIST("a.b", "home.co.uk", "me.duckdns.org", "home.arpa", "co.example", "my.uk"),
	    LIST("co.uk", "com.au", "or.at", "duckdns.org", "pic.ngo", "a", "A.b"));
	assert_check(conf_check_zone, LIST("corp", "_msdcs.corp.example"), LIST("", "corp.", "*.corp", "a b"));
	assert_check(conf_check_endpoint, LIST("auto", "home.example.org", "nas", "203.0.113.5", "2001:db8::1"),
	    LIST("", "a b", "0.0.0.0", "::", "a:51820", "_x.org"));
	assert_true(conf_is_below(STR("a.b"), STR("a.b")));
	assert_true(conf_is_below(STR("x.a.b"), STR("a.b")));
	assert_false(conf_is_below(STR("xa.b"), STR("a.b")));
	assert_false(conf_is_below(STR("b"), STR("a.b")));
}

static void
timezones(void **state)
{
	(void)state;
	assert_check(conf_check_timezone, LIST("UTC", "Europe/Oslo", "Etc/GMT+5", "America/Argentina/Buenos_Aires"),
	    LIST("", "/UTC", "UTC/", "a//b", "a/b/c/d", "5", "../x", "Europe Oslo", "Europe/Olso"));
}

static void
networks(void **state)
{
	(void)state;
	assert_check(conf_check_ip_range, LIST("172.20.0.0/16", "10.1.2.0/24", "192.168.0.0/16", "172.31.0.0/20"),
	    LIST("10.0.0.0/15", "10.0.0.0/25", "172.32.0.0/16", "8.8.8.0/24", "10.0.0.1/24", "fd00::/16", "100.64.0.0/16"));
	assert_check(conf_check_ula, LIST("fd5e:3c1a:9b42::/48"),
	    LIST("fc00::/48", "fd00::/47", "fd00::/64", "fd00::1/48", "10.0.0.0/24", "2001:db8::/48"));
	assert_check(conf_check_wg_address, LIST("10.0.0.1/24", "100.64.0.1/16", "192.168.3.254/24", "10.0.0.6/29"),
	    LIST("10.0.0.0/24", "10.0.0.255/24", "10.0.0.7/29", "10.0.0.1/30", "10.0.0.1/15", "8.8.8.8/24", "fd00::1/64",
	    "172.16.255.255/16"));
	assert_check(conf_check_wg_address6, LIST("fd5e:3c1a:9b42:1::1/64", "fc00::9/64"),
	    LIST("fd00::/64", "fd00::1/63", "2001:db8::1/64", "10.0.0.1/24"));
	assert_check(conf_check_network, LIST("192.168.7.0/24", "0.0.0.0/0", "fe80::/10"), LIST("192.168.7.1/24", "fd00::1/64"));
}

static void
addresses(void **state)
{
	(void)state;
	assert_check(conf_check_listen, LIST("*", "192.168.1.2", "fd00::1"), LIST("", "**", "0.0.0.0", "::", "224.0.0.1",
	    "ff02::1", "x"));
	assert_check(conf_check_upstream, LIST("9.9.9.9", "2620:fe::fe", "127.0.0.1", "169.254.1.1"),
	    LIST("0.0.0.0", "0.0.0.1", "::", "224.0.0.1", "255.255.255.255", "ff02::1", "fe80::1", "x"));
}

static void
scopes(void **state)
{
	(void)state;
	assert_check(conf_check_scope, LIST("*:read", "dns:read", "dns:write", "metrics:read"),
	    LIST("", "dns", "dns:", ":read", "*:write", "dns:admin", "dns:read:write", "nope:read", "DNS:read"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names), cmocka_unit_test(keys), cmocka_unit_test(domains), cmocka_unit_test(timezones),
		cmocka_unit_test(networks), cmocka_unit_test(addresses), cmocka_unit_test(scopes),
	};

	return cmocka_run_group_tests_name("conf/check", tests, NULL, NULL);
}
