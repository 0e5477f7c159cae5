/* Rules about several members (400). */
#include "conf/rules.h"

#include "sample.h"

/* path set to value (JSON text): refused for field with rule, and nothing else; rule NULL: accepted. */
static void
assert_rule(json_t *doc, const char *path, const char *value, const char *field, const char *rule)
{
	struct conf *c;
	struct err e;
	int r;

	sample_set(doc, path, sample_json(value));
	r = conf_build(&c, doc, &e);
	if (rule == NULL) {
		if (r != 0)
			fail_msg("%s: %s", path, e.detail);
		conf_unref(c);
		return;
	}
	assert_int_equal(r, -EINVAL);
	assert_int_equal(e.kind, ERR_VALIDATION);
	assert_int_equal(e.nfields, 1);
	assert_string_equal(e.fields[0].field, field);
	if (strcmp(e.fields[0].message, rule) != 0)
		fail_msg("%s: said \"%s\"", path, e.fields[0].message);
}

static void
try(const char *path, const char *value, const char *field, const char *rule)
{
	json_t *doc = sample_new();

	assert_rule(doc, path, value, field, rule);
	json_decref(doc);
}

static void
star_stands_alone(void **state)
{
	(void)state;
	try("network.listen_addresses", "[\"*\",\"192.168.1.2\"]", "network.listen_addresses", "\"*\" stands alone");
	try("network.listen_addresses", "[\"192.168.1.2\",\"fd00::2\"]", NULL, NULL);
}

static void
limits_fit_each_other(void **state)
{
	json_t *doc = sample_new();

	(void)state;
	try("auth.session_max_s", "3600", "auth.session_max_s", "must not be less than session_idle_s");
	try("auth.session_max_s", "43200", NULL, NULL);
	sample_set(doc, "dns.cache.max_ttl_s", json_integer(60));
	assert_rule(doc, "dns.cache.min_ttl_s", "61", "dns.cache.min_ttl_s", "must not be more than max_ttl_s");
	assert_rule(doc, "dns.cache.min_ttl_s", "60", NULL, NULL);
	json_decref(doc);
}

/* data.md 4.6 */
static void
time_comes_from_elsewhere(void **state)
{
	(void)state;
	try("ntp.sources", "[\"x.example\",\"X.example\"]", "ntp.sources[1]", "is named twice");
	try("ntp.sources", "[\"10.0.0.1\"]", "ntp.sources[0]", "is this cell itself");
	try("ntp.sources", "[\"127.0.0.1\"]", "ntp.sources[0]", "must be the host name or address of a time server elsewhere");
	try("ntp.sources", "[\"time\",\"192.0.2.1\",\"2001:db8::1\"]", NULL, NULL);
}

/* DNL-10 */
static void
questions_do_not_come_back(void **state)
{
	static const char own[] = "is this cell itself: its questions would come back to it";
	static const char first[] = "dns.upstreams[0].address", server[] = "dns.forwards[0].servers[0]";
	json_t *doc = sample_new();

	(void)state;
	assert_rule(doc, "dns.upstreams.0.address", "\"127.0.0.1\"", first, own);
	assert_rule(doc, "dns.upstreams.0.address", "\"127.0.0.53\"", first, own);
	assert_rule(doc, "dns.upstreams.0.address", "\"::1\"", first, own);
	assert_rule(doc, "dns.upstreams.0.port", "5335", NULL, NULL);	/* another program of this host */
	assert_rule(doc, "network.ports.dns", "5335", first, own);
	assert_rule(doc, "dns.upstreams.0.address", "\"10.0.0.1\"", first, own);
	assert_rule(doc, "dns.upstreams.0.address", "\"fd5e:3c1a:9b42:1::1\"", first, own);
	assert_rule(doc, "dns.upstreams.0.address", "\"192.168.1.2\"", NULL, NULL);
	assert_rule(doc, "network.listen_addresses", "[\"192.168.1.2\"]", first, own);
	json_decref(doc);
	try("dns.forwards.0.servers.0", "\"127.0.0.1\"", server, own);
	try("dns.forwards.0.servers.0", "\"10.0.0.1\"", server, own);
	try("dns.forwards.0.servers.0", "\"10.0.0.2\"", NULL, NULL);
}

static void
secondaries_are_others(void **state)
{
	static const char at[] = "dns.secondaries[0].address", own[] = "is this cell itself";
	json_t *doc = sample_new();

	(void)state;
	sample_set(doc, "dns.secondaries", sample_json(
	    "[{\"id\":\"5a000000-0000-4000-8000-000000000001\",\"name\":\"ns2\",\"address\":\"203.0.113.53\","
	    "\"key_name\":\"pic-one\"},{\"id\":\"5a000000-0000-4000-8000-000000000002\",\"name\":\"ns3\","
	    "\"address\":\"203.0.113.54\",\"port\":5353,\"key_name\":\"pic-two\",\"algorithm\":\"hmac-sha512\"}]"));
	assert_rule(doc, "dns.secondaries.0.address", "\"10.0.0.1\"", at, own);
	assert_rule(doc, "dns.secondaries.0.address", "\"127.0.0.1\"", at, own);
	assert_rule(doc, "dns.secondaries.0.port", "5353", NULL, NULL);	/* another program of this host */
	assert_rule(doc, "dns.secondaries.0.address", "\"203.0.113.53\"", NULL, NULL);
	json_decref(doc);
}

static void
records_stand_in_own_zones(void **state)
{
	static const char zone[] = "dns.records[0].zone";
	static const char rule[] = "must be myhome.home.arpa, myhome.cell or a reverse zone of the VPN";

	(void)state;
	try("dns.records.0.zone", "\"example.org\"", zone, rule);
	try("dns.records.0.zone", "\"x.myhome.home.arpa\"", zone, rule);
	try("dns.records.0.zone", "\"1.0.10.in-addr.arpa\"", zone, rule);
	try("dns.records.0.zone", "\"myhome.cell\"", NULL, NULL);
	try("dns.records.0.zone", "\"0.0.10.in-addr.arpa\"", NULL, NULL);
	try("dns.records.0.zone", "\"1.0.0.0.2.4.b.9.a.1.c.3.e.5.d.f.ip6.arpa\"", NULL, NULL);
}

static void
records_have_the_value_of_their_type(void **state)
{
	(void)state;
	try("dns.records.0.value", "\"fd00::1\"", "dns.records[0].value", "must be an IPv4 address, for example 192.168.1.5");
	try("dns.records.0.type", "\"AAAA\"", "dns.records[0].value", "must be an IPv6 address, for example fd00::5");
}

static void
names_fit_with_their_zone(void **state)
{
	char name[260];
	json_t *doc = sample_new();
	struct conf *c;
	struct err e;
	size_t i, most = 253 - sizeof(".myhome.home.arpa") + 1;

	(void)state;
	for (i = 0; i < most; i++)
		name[i] = i % 2 == 0 ? 'a' : '.';
	name[most] = '\0';
	if (name[most - 1] == '.')
		name[most - 1] = name[most - 2] = 'a';
	sample_set(doc, "dns.records.0.name", json_string(name));
	assert_int_equal(conf_build(&c, doc, &e), 0);
	conf_unref(c);
	name[most] = 'a';
	name[most + 1] = '\0';
	sample_set(doc, "dns.records.0.name", json_string(name));
	assert_int_equal(conf_build(&c, doc, &e), -EINVAL);
	assert_string_equal(e.fields[0].field, "dns.records[0].name");
	json_decref(doc);
}

/* One mistake is told once. */
static void
does_not_repeat_what_was_said(void **state)
{
	(void)state;
	try("dns.records.0.type", "\"NS\"", "dns.records[0].type", "must be one of A, AAAA, CNAME, TXT, MX, SRV, CAA, PTR");
	try("dns.upstreams.0.address", "\"nowhere\"", "dns.upstreams[0].address", "must be an IP address");
	try("auth.session_max_s", "1", "auth.session_max_s", "must be from 3600 to 2592000");
	try("identity.cell_name", "\"!\"", "identity.cell_name",
	    "must be 1 to 63 letters, digits and hyphens, with no hyphen at the ends");
}

/* BLK-1: who a list is for must exist; a peer is a device's address in the VPN. */
#define KEY "bmXOC+F1FxEMF9dyiK2H5/1SUtzH0JuVo51h2wPfgyo="

static void
lists_are_for_somebody(void **state)
{
	static const char peer[] = "blocklists.lists[0].apply_to.peers[0]";
	json_t *doc = sample_new();

	(void)state;
	sample_set(doc, "groups", sample_json("[{\"name\":\"kids\"}]"));
	sample_set(doc, "peers", sample_json("[{\"name\":\"anna-phone\",\"public_key\":\"" KEY "\","
	    "\"created_at\":\"2026-07-01T09:30:00Z\"}]"));
	assert_rule(doc, "blocklists.lists.0.apply_to.peers", "[\"Anna-Phone\"]", NULL, NULL);
	assert_rule(doc, "blocklists.lists.0.apply_to.peers", "[\"10.0.0.2\"]", peer, "there is no peer \"10.0.0.2\"");
	assert_rule(doc, "blocklists.lists.0.apply_to.peers", "[\"ben\"]", peer, "there is no peer \"ben\"");
	sample_set(doc, "blocklists.lists.0.apply_to.peers", json_array());
	assert_rule(doc, "blocklists.lists.0.apply_to.groups", "[\"kids\"]", NULL, NULL);
	assert_rule(doc, "blocklists.lists.0.apply_to.groups", "[\"aunts\"]", "blocklists.lists[0].apply_to.groups[0]",
	    "there is no group \"aunts\"");
	sample_set(doc, "blocklists.lists.0.apply_to.groups", json_array());
	assert_rule(doc, "blocklists.lists.0.url", "\"http://example.org/x\"", "blocklists.lists[0].url",
	    "must begin with https://");
	assert_rule(doc, "blocklists.lists.0.url", "\"https://user:pass@example.org/x\"", "blocklists.lists[0].url",
	    "must name a host, and no user");
	assert_rule(doc, "blocklists.lists.0.url", "\"https://192.0.2.1:8443/x\"", "blocklists.lists[0].url",
	    "must have a name for its host: a certificate proves names, not addresses");
	assert_rule(doc, "blocklists.lists.0.url", "\"https://[2001:db8::1]/x\"", "blocklists.lists[0].url",
	    "must have a name for its host: a certificate proves names, not addresses");
	assert_rule(doc, "blocklists.lists.0.url", "\"https:///x\"", "blocklists.lists[0].url",
	    "must name a host, and no user");
	json_decref(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(star_stands_alone), cmocka_unit_test(time_comes_from_elsewhere),
		cmocka_unit_test(limits_fit_each_other), cmocka_unit_test(questions_do_not_come_back),
		cmocka_unit_test(secondaries_are_others),
		cmocka_unit_test(records_stand_in_own_zones), cmocka_unit_test(records_have_the_value_of_their_type),
		cmocka_unit_test(names_fit_with_their_zone), cmocka_unit_test(does_not_repeat_what_was_said),
		cmocka_unit_test(lists_are_for_somebody),
	};

	return cmocka_run_group_tests_name("conf/rules", tests, NULL, NULL);
}
