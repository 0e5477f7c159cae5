/* CFG-6, NET-11: another network of the VPN reaches everything that names a device in it. */
#include "conf/renumber.h"

#include "conf/follow.h"

#include "sample.h"

static const char servers[] = "dns.forwards.0.servers";

/* A cell that names devices of 10.0.0.1/24 and fd5e:3c1a:9b42:1::1/64. */
static json_t *
cell(void)
{
	json_t *doc = sample_new();

	sample_set(doc, "dns.records.0.value", json_string("10.0.0.9"));
	sample_set(doc, "dns.records.1.type", json_string("TXT"));
	sample_set(doc, "dns.records.1.value", json_string("10.0.0.9"));
	sample_set(doc, servers, sample_json("[\"10.0.0.5\",\"192.168.9.2\",\"fd5e:3c1a:9b42:1::9\"]"));
	sample_set(doc, "dns.secondaries.0.address", json_string("10.0.0.6"));
	sample_set(doc, "ntp.sources", sample_json("[\"10.0.0.7\",\"time.example.org\"]"));
	return doc;
}

static json_t *
with_address(const json_t *old, const char *address)
{
	json_t *draft = json_deep_copy(old);

	sample_set(draft, "wireguard.address", json_string(address));
	assert_int_equal(conf_follow(old, draft, NULL), 0);
	assert_int_equal(conf_complete(draft), 0);
	return draft;
}

/* What the document says of this list; "" = it is accepted. */
static const char *
fault(const json_t *doc, struct err *e)
{
	struct conf *c;

	if (conf_build(&c, doc, e) < 0)
		return e->fields[0].message;
	conf_unref(c);
	return "";
}

static void
assert_at(json_t *doc, const char *path, const char *want)
{
	json_t *v = sample_json(want), *got = sample_get(doc, path);

	if (!json_equal(v, got))
		fail_msg("%s: %s", path, json_dumps(got, JSON_ENCODE_ANY));
	json_decref(v);
}

static void
everything_follows(void **state)
{
	json_t *old = cell(), *new = with_address(old, "10.8.0.1/22");
	struct err e;

	(void)state;
	assert_at(new, "dns.records.0.value", "\"10.8.0.9\"");
	assert_at(new, "dns.records.1.value", "\"10.0.0.9\"");	/* a text is none */
	assert_at(new, servers, "[\"10.8.0.5\",\"192.168.9.2\",\"fd5e:3c1a:9b42:1::9\"]");
	assert_at(new, "dns.secondaries.0.address", "\"10.8.0.6\"");
	assert_at(new, "ntp.sources", "[\"10.8.0.7\",\"time.example.org\"]");
	json_array_clear(sample_get(new, "dns.records"));	/* the reverse zone is another matter */
	assert_string_equal(fault(new, &e), "");
	json_decref(new);

	new = json_deep_copy(old);
	sample_set(new, "wireguard.address6", json_string("fd00:1:2:3::1/64"));
	assert_int_equal(conf_follow(old, new, NULL), 0);
	assert_at(new, servers, "[\"10.0.0.5\",\"192.168.9.2\",\"fd00:1:2:3::9\"]");
	assert_string_equal(fault(new, &e), "");
	json_decref(new);
	json_decref(old);
}

/* VPN-12: devices keep their host numbers, and what names them follows. */
static void
devices_follow(void **state)
{
	json_t *old = sample_new(), *new;

	(void)state;
	sample_set(old, "firewall.forwards.0.to_ip", json_string("10.0.0.3"));
	sample_set(old, "firewall.rules.0.from", sample_json("{\"cidr\":\"10.0.0.0/24\"}"));
	sample_set(old, "firewall.rules.0.to", sample_json("{\"cidr\":\"10.0.0.2/32\"}"));
	sample_set(old, "wireguard.client_dns", sample_json("[\"10.0.0.1\",\"9.9.9.9\"]"));
	new = with_address(old, "10.8.4.9/22");
	assert_at(new, "peers.0.ip", "\"10.8.4.2\"");
	assert_at(new, "peers.1.ip", "\"10.8.4.3\"");
	assert_at(new, "peers.1.ip6", "\"fd5e:3c1a:9b42:1::3\"");
	assert_at(new, "firewall.forwards.0.to_ip", "\"10.8.4.3\"");
	assert_at(new, "firewall.rules.0.from.cidr", "\"10.8.4.0/22\"");
	assert_at(new, "firewall.rules.0.to.cidr", "\"10.8.4.2/32\"");
	assert_at(new, "wireguard.client_dns", "[\"10.8.4.9\",\"9.9.9.9\"]");
	json_decref(new);
	json_decref(old);
}

/* IPv6 goes from the VPN and comes back, in one step with another network. */
static void
ipv6_comes_and_goes(void **state)
{
	json_t *old = sample_new(), *off = json_deep_copy(old), *on;

	(void)state;
	sample_set(off, "wireguard.address6", json_null());
	assert_int_equal(conf_follow(old, off, NULL), 0);
	assert_at(off, "peers.0.ip6", "null");
	assert_int_equal(conf_complete(off), 0);
	on = json_deep_copy(off);
	sample_set(on, "wireguard.address6", json_string("fd00:1:2:3::1/64"));
	sample_set(on, "wireguard.address", json_string("10.8.0.1/24"));
	assert_int_equal(conf_follow(off, on, NULL), 0);
	assert_int_equal(conf_complete(on), 0);
	assert_at(on, "peers.0.ip", "\"10.8.0.2\"");
	assert_at(on, "peers.0.ip6", "\"fd00:1:2:3::2\"");
	json_decref(old);
	json_decref(off);
	json_decref(on);
}

/* VPN-12: 409, and whose place is missing: outside, at its end, or the cell's own now. */
static void
a_network_too_small_is_a_conflict(void **state)
{
	static const struct { const char *address, *ip, *says; } cases[] = {
		{ "10.8.0.1/29", "10.0.0.9", "10.8.0.0/29 has no place for anna-phone, which has 10.0.0.9" },
		{ "10.8.0.1/29", "10.0.0.7", "10.8.0.0/29 has no place for anna-phone, which has 10.0.0.7" },
		{ "10.8.0.2/24", "10.0.0.2", "10.8.0.0/24 has no place for anna-phone, which has 10.0.0.2" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *old = sample_new(), *draft;
		struct err e;

		err_clear(&e);
		sample_set(old, "peers.0.ip", json_string(cases[i].ip));
		draft = json_deep_copy(old);
		sample_set(draft, "wireguard.address", json_string(cases[i].address));
		assert_int_equal(conf_follow(old, draft, &e), -EEXIST);
		assert_int_equal(e.kind, ERR_CONFLICT);
		assert_string_equal(e.fields[0].field, "wireguard.address");
		assert_string_equal(e.fields[0].message, cases[i].says);
		json_decref(draft);
		json_decref(old);
	}
}

/* The cell's own address is a device's, too, but for the host part. */
static void
own_address_follows(void **state)
{
	json_t *old = cell(), *new;

	(void)state;
	sample_set(old, "dns.records.0.value", json_string("10.0.0.1"));
	new = with_address(old, "10.0.0.2/24");
	assert_at(new, "dns.records.0.value", "\"10.0.0.2\"");
	json_decref(new);
	json_decref(old);
}

/* Who names both is taken at his word: an import, a way back. */
static void
an_edit_of_both_stands(void **state)
{
	json_t *old = cell(), *new = json_deep_copy(old);

	(void)state;
	sample_set(new, "wireguard.address", json_string("10.0.0.1/16"));
	sample_set(new, servers, sample_json("[\"10.0.0.77\"]"));
	assert_int_equal(conf_follow(old, new, NULL), 0);
	assert_at(new, servers, "[\"10.0.0.77\"]");
	json_decref(new);

	/* there and back again */
	new = with_address(old, "10.8.0.1/24");
	assert_int_equal(conf_follow(new, old, NULL), 0);
	assert_at(old, servers, "[\"10.0.0.5\",\"192.168.9.2\",\"fd5e:3c1a:9b42:1::9\"]");
	json_decref(new);
	json_decref(old);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_follow), cmocka_unit_test(ipv6_comes_and_goes),
		cmocka_unit_test(a_network_too_small_is_a_conflict),
		cmocka_unit_test(everything_follows),
		cmocka_unit_test(own_address_follows), cmocka_unit_test(an_edit_of_both_stands),
	};

	return cmocka_run_group_tests_name("conf/renumber", tests, NULL, NULL);
}
