/* Designated resolvers (RFC 9462): what each view is told, and only what is true. */
#include "dns/ddr.h"

#include "served.h"

static const char *
ask(struct served *s, const struct from *from, const char *name)
{
	static char text[1024];

	(void)snprintf(text, sizeof(text), "%s", served_ask(s, from, name, DNS_SVCB));
	return text;
}

static void
test_views(void **state)
{
	struct served s;
	struct cell k;

	(void)state;
	cell_init(&k);
	k.host.dot = 853;
	k.host.doh = 8443;
	served_open(&s, &k);
	assert_string_equal(ask(&s, &from_lan, "_dns.resolver.arpa"), "NOERROR aa "
	    "_dns.resolver.arpa. 60 SVCB 1 myhome.home.arpa. alpn=dot port=853 ipv4hint=192.168.1.2 ipv6hint=fd00:1::2; "
	    "_dns.resolver.arpa. 60 SVCB 2 myhome.home.arpa. alpn=h2,http/1.1 port=8443 ipv4hint=192.168.1.2 "
	    "ipv6hint=fd00:1::2 dohpath=/dns-query{?dns} |");
	assert_non_null(strstr(ask(&s, &from_vpn, "_dns.resolver.arpa"), "ipv4hint=10.0.0.1"));
	assert_non_null(strstr(ask(&s, &from_public, "_dns.resolver.arpa"), "REFUSED"));
	assert_non_null(strstr(served_ask(&s, &from_lan, "_dns.resolver.arpa", DNS_A), "NOERROR aa  |"));
	assert_non_null(strstr(ask(&s, &from_lan, "other.resolver.arpa"), "NXDOMAIN"));	/* never asked upstream */
	served_close(&s);
}

static void
test_only_what_is_true(void **state)
{
	struct served s;
	struct cell k;

	(void)state;
	cell_init(&k);
	k.host.doh = 443;
	served_open(&s, &k);
	assert_null(strstr(ask(&s, &from_lan, "_dns.resolver.arpa"), "alpn=dot"));
	assert_non_null(strstr(ask(&s, &from_lan, "_dns.resolver.arpa"), "SVCB 2 myhome.home.arpa. alpn=h2,http/1.1 port=443"));
	served_close(&s);
	k.host.doh = 0;
	served_open(&s, &k);
	assert_non_null(strstr(ask(&s, &from_lan, "_dns.resolver.arpa"), "NXDOMAIN"));
	served_close(&s);
	k.host.dot = 853;
	cell_forward(&k, "resolver.arpa", "192.0.2.1");		/* somebody else's affair then */
	served_open(&s, &k);
	assert_string_equal(ask(&s, &from_lan, "_dns.resolver.arpa"), "asks upstream");
	served_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_views), cmocka_unit_test(test_only_what_is_true) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
