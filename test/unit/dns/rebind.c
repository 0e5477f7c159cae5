/* Rebinding protection (DNS-12): which addresses lead here, and whose names may have them. */
#include "dns/rebind.h"

#include "cell.h"
#include "dns/wire.h"

static struct dns_rebind *
rules(const char **allow, size_t n)
{
	struct dns_rebind *r = calloc(1, sizeof(*r));
	struct conf_dns d = { .rebind_protection = true, .rebind_allow = { allow, n } };

	assert_non_null(r);
	dns_rebind_plan(r, &d);
	assert_true(dns_rebind_check(r));
	return r;
}

static bool
allows(const struct dns_rebind *r, const char *name)
{
	uint8_t wire[DNS_NAME_ROOM];
	size_t n = cell_name(name, wire);

	return dns_rebind_allows(r, wire, n);
}

static bool
is_private(const char *text)
{
	struct addr a;

	assert_true(addr_read(str_of(text), &a));
	return dns_rebind_is_private(a.len == 4 ? DNS_A : DNS_AAAA, a.b, a.len);
}

static void
test_addresses(void **state)
{
	static const char *const here[] = { "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "127.255.0.9",
	    "169.254.1.1", "0.0.0.0", "0.1.2.3", "::", "::1", "fe80::1", "fd00::1", "fc00::1", "::ffff:192.168.1.1",
	    "::ffff:127.0.0.1", "64:ff9b::a00:1", "::7f00:1" };
	static const char *const there[] = { "9.9.9.9", "172.32.0.1", "172.15.0.1", "192.169.1.1", "128.0.0.1", "2620:fe::fe",
	    "::ffff:9.9.9.9", "64:ff9b::808:808", "2001:db8::1" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(here) / sizeof(here[0]); i++)
		if (!is_private(here[i]))
			fail_msg("%s passes", here[i]);
	for (i = 0; i < sizeof(there) / sizeof(there[0]); i++)
		if (is_private(there[i]))
			fail_msg("%s is removed", there[i]);
	assert_false(dns_rebind_is_private(DNS_TXT, (const uint8_t *)"\x7f\0\0\x01", 4));
	assert_false(dns_rebind_is_private(DNS_A, (const uint8_t *)"\x7f\0\0", 3));
}

/* RFC 9460: browsers connect to hints without asking for addresses. */
static void
test_hints(void **state)
{
	static const uint8_t four[] = "\0\1\0\0\1\0\3\2h2\0\4\0\10\11\11\11\11\12\0\0\1";
	static const uint8_t six[] = "\0\1\0\0\6\0\20\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1";
	static const uint8_t none[] = "\0\1\0\0\1\0\3\2h2\0\4\0\4\11\11\11\11";

	(void)state;
	assert_true(dns_rebind_is_private(65, four, sizeof(four) - 1));
	assert_false(dns_rebind_is_private(65, four, sizeof(four) - 2));	/* cut: the last value is none */
	assert_true(dns_rebind_is_private(64, six, sizeof(six) - 1));
	assert_false(dns_rebind_is_private(65, none, sizeof(none) - 1));
	assert_false(dns_rebind_is_private(65, none, 2));
}

static void
test_allowed(void **state)
{
	const char *allow[] = { "plex.direct", "corp.example" };
	struct dns_rebind *r = rules(allow, 2);

	(void)state;
	assert_true(allows(r, "plex.direct"));
	assert_true(allows(r, "a.b.plex.direct"));
	assert_true(allows(r, "nas.corp.example"));
	assert_false(allows(r, "notplex.direct"));
	assert_false(allows(r, "direct"));
	assert_false(allows(r, "plex.direct.evil.example"));
	r->on = 0;
	assert_true(allows(r, "evil.example"));
	free(r);
}

static void
test_check(void **state)
{
	const char *allow[] = { "plex.direct" };
	struct dns_rebind *r = rules(allow, 1);

	(void)state;
	r->on = 2;
	assert_false(dns_rebind_check(r));
	r->on = 1;
	r->len++;
	assert_false(dns_rebind_check(r));
	r->len = DNS_REBIND_ROOM + 1;
	assert_false(dns_rebind_check(r));
	r->len = 13;
	r->names[1] = 63;
	assert_false(dns_rebind_check(r));
	free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses), cmocka_unit_test(test_hints), cmocka_unit_test(test_allowed),
		cmocka_unit_test(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
