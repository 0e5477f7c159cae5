/* Upstreams and forwards: DNS-8, DNS-9, DNL-10, data.md 4.6 (policy). */
#include "dns/route.h"

#include "cell.h"

static struct dns_route *
plan(const struct cell *k, size_t *n)
{
	struct dns_route *r = calloc(DNS_ROUTES_MAX, sizeof(*r));

	assert_non_null(r);
	*n = dns_routes_plan(r, &k->c, &k->host);
	assert_true(dns_routes_check(r, *n));
	return r;
}

static void
upstream(struct cell *k, const char *at, enum conf_transport transport)
{
	struct conf_upstream *u = &k->upstreams[k->c.dns.nupstreams++];

	assert_true(addr_port_read(str_of(at), &u->at));
	u->transport = transport;
	u->tls_name = transport == CONF_TRANSPORT_DOT ? "dns.quad9.net" : NULL;
}

static void
test_transports(void **state)
{
	struct dns_route *r;
	struct cell k;
	size_t n;

	(void)state;
	cell_init(&k);
	upstream(&k, "9.9.9.9:853", CONF_TRANSPORT_DOT);
	upstream(&k, "1.1.1.1:53", CONF_TRANSPORT_TCP);
	upstream(&k, "8.8.8.8:5353", CONF_TRANSPORT_UDP);
	cell_forward(&k, "corp.example", "192.168.9.1");
	k.c.dns.upstream_policy = CONF_UPSTREAM_OPPORTUNISTIC;
	r = plan(&k, &n);
	assert_int_equal(n, 2);
	assert_int_equal(r[0].nhops, 3);
	assert_int_equal(r[0].hops[0].mode, DNS_HOP_DOT);
	assert_int_equal(r[0].hops[0].at.port, 853);
	assert_string_equal(r[0].hops[0].tls_name, "dns.quad9.net");
	assert_int_equal(r[0].hops[0].opportunistic, 1);
	assert_string_equal(r[0].hops[1].tls_name, "");
	assert_int_equal(r[0].hops[1].mode, DNS_HOP_TCP);
	assert_int_equal(r[0].hops[2].mode, DNS_HOP_UDP);
	assert_int_equal(r[0].hops[2].at.port, 5353);
	assert_int_equal(r[1].nhops, 1);
	assert_int_equal(r[1].hops[0].at.port, 53);
	free(r);
	k.c.dns.upstream_policy = CONF_UPSTREAM_STRICT;		/* never in the clear */
	r = plan(&k, &n);
	assert_int_equal(r[0].hops[0].mode, DNS_HOP_DOT);
	assert_int_equal(r[0].hops[0].opportunistic, 0);
	assert_int_equal(r[0].hops[1].mode, DNS_HOP_TCP);
	free(r);
	k.upstreams[0].tls_name = NULL;		/* nothing to prove: nobody is asked */
	r = plan(&k, &n);
	assert_int_equal(r[0].hops[0].mode, DNS_HOP_NONE);
	free(r);
}

/* Plain DNS in place of TLS must not go to ourselves either. */
static void
test_own_plain(void **state)
{
	struct dns_route *r;
	struct cell k;
	size_t n;

	(void)state;
	cell_init(&k);
	k.c.dns.upstream_policy = CONF_UPSTREAM_OPPORTUNISTIC;
	upstream(&k, "192.168.1.2:853", CONF_TRANSPORT_DOT);
	r = plan(&k, &n);
	assert_int_equal(r[0].hops[0].mode, DNS_HOP_DOT);
	assert_int_equal(r[0].hops[0].opportunistic, 0);
	free(r);
}

/* Nothing is ever sent to ourselves, whichever of our addresses it is. */
static void
test_own(void **state)
{
	static const char *const own[] = { "127.0.0.1:53", "127.0.0.53:53", "[::1]:53", "192.168.1.2:53", "[fd00:1::2]:53",
	    "10.0.0.1:53", "[fd5e:3c1a:9b42:1::1]:53" };
	static const char *const other[] = { "192.168.1.2:54", "192.168.1.3:53", "127.0.0.1:5353" };
	static const char *one[] = { "192.168.1.2" };
	struct dns_route *r;
	struct cell k;
	size_t i, n;

	(void)state;
	for (i = 0; i < 7 + 3; i++) {
		cell_init(&k);
		upstream(&k, i < 7 ? own[i] : other[i - 7], CONF_TRANSPORT_UDP);
		r = plan(&k, &n);
		assert_int_equal(r[0].hops[0].mode, i < 7 ? DNS_HOP_NONE : DNS_HOP_UDP);
		free(r);
	}
	cell_init(&k);
	k.host.port = 5353;			/* developer mode serves elsewhere */
	upstream(&k, "127.0.0.1:53", CONF_TRANSPORT_UDP);
	upstream(&k, "127.0.0.1:5353", CONF_TRANSPORT_UDP);
	r = plan(&k, &n);
	assert_int_equal(r[0].hops[0].mode, DNS_HOP_UDP);
	assert_int_equal(r[0].hops[1].mode, DNS_HOP_NONE);
	free(r);
	cell_init(&k);
	k.c.network.listen_addresses.v = one;	/* another server may have loopback */
	upstream(&k, "127.0.0.1:53", CONF_TRANSPORT_UDP);
	upstream(&k, "192.168.1.2:53", CONF_TRANSPORT_UDP);
	r = plan(&k, &n);
	assert_int_equal(r[0].hops[0].mode, DNS_HOP_UDP);
	assert_int_equal(r[0].hops[1].mode, DNS_HOP_NONE);
	free(r);
}

static void
test_check(void **state)
{
	struct dns_route *r;
	struct cell k;
	size_t n;

	(void)state;
	cell_init(&k);
	upstream(&k, "9.9.9.9:53", CONF_TRANSPORT_UDP);
	r = plan(&k, &n);
	assert_false(dns_routes_check(r, 0));
	assert_false(dns_routes_check(r, DNS_ROUTES_MAX + 1));
	r[0].nhops = DNS_ROUTE_HOPS + 1;
	assert_false(dns_routes_check(r, n));
	r[0].nhops = 1;
	r[0].hops[0].mode = DNS_HOP_DOT + 1;
	assert_false(dns_routes_check(r, n));
	r[0].hops[0].mode = DNS_HOP_DOT;		/* without a name */
	assert_false(dns_routes_check(r, n));
	memset(r[0].hops[0].tls_name, 'x', DNS_HOP_NAME);
	assert_false(dns_routes_check(r, n));
	r[0].hops[0].tls_name[DNS_HOP_NAME - 1] = '\0';
	assert_true(dns_routes_check(r, n));
	memset(r[0].hops[0].tls_name, 0, DNS_HOP_NAME);
	r[0].hops[0].mode = DNS_HOP_TCP;
	r[0].hops[0].at.addr.len = 5;
	assert_false(dns_routes_check(r, n));
	free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transports), cmocka_unit_test(test_own), cmocka_unit_test(test_own_plain),
		cmocka_unit_test(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
