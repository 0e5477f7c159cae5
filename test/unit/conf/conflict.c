/* Things that exclude each other (409). */
#include "conf/conflict.h"

#include "sample.h"

/* The sample without devices, which would stand in the way of taking other things away. */
static json_t *
cell(void)
{
	json_t *doc = sample_new();

	sample_set(doc, "peers", json_array());
	sample_set(doc, "firewall.rules", json_array());
	return doc;
}

/* doc must be refused with one conflict, for field, saying message. */
static void
assert_conflict(const json_t *doc, const char *field, const char *message)
{
	struct conf *c;
	struct err e;

	assert_int_equal(conf_build(&c, doc, &e), -EEXIST);
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_int_equal(e.nfields, 1);
	if (strcmp(e.fields[0].field, field) != 0 || strcmp(e.fields[0].message, message) != 0)
		fail_msg("said %s: %s", e.fields[0].field, e.fields[0].message);
}

static void
assert_fine(const json_t *doc)
{
	struct conf *c;
	struct err e;

	if (conf_build(&c, doc, &e) != 0)
		fail_msg("%s", e.detail);
	conf_unref(c);
}

/* INP-5: every pair, and the error names both. */
static void
ports_are_unique(void **state)
{
	static const char *const ports[] = { "network.ports.dns", "network.ports.dot", "network.ports.http",
		"network.ports.https", "network.ports.ntp", "network.ports.api", "wireguard.port" };
	char message[64];
	size_t i, k;

	(void)state;
	for (i = 1; i < sizeof(ports) / sizeof(ports[0]); i++) {
		for (k = 0; k < i; k++) {
			json_t *doc = cell();

			sample_set(doc, ports[i], json_integer(7777));
			assert_fine(doc);
			sample_set(doc, ports[k], json_integer(7777));
			(void)snprintf(message, sizeof(message), "7777 is also %s", ports[k]);
			assert_conflict(doc, ports[i], message);
			json_decref(doc);
		}
	}
}

static void
domains_differ(void **state)
{
	json_t *doc = cell();

	(void)state;
	sample_set(doc, "dns.records", json_array());
	sample_set(doc, "proxy.routes", json_array());
	sample_set(doc, "identity.domain", json_string("myhome.home.arpa"));
	assert_conflict(doc, "identity.domain", "is also identity.domain_name");
	sample_set(doc, "identity.domain", json_string("in.myhome.home.arpa"));
	assert_fine(doc);
	json_decref(doc);
}

/* AUT-2 */
static void
an_administrator_stays(void **state)
{
	json_t *doc = cell();

	(void)state;
	sample_set(doc, "users.0.enabled", json_false());
	assert_conflict(doc, "users", "the last enabled administrator has to stay");
	sample_set(doc, "users.1.role", json_string("admin"));
	assert_fine(doc);
	sample_set(doc, "users", json_array());
	assert_conflict(doc, "users", "the last enabled administrator has to stay");
	sample_set(doc, "setup.complete", json_false());
	assert_fine(doc);
	json_decref(doc);
}

static void
administrators_are_few(void **state)
{
	json_t *doc = cell(), *users = sample_get(doc, "users");
	char name[16];
	int i;

	(void)state;
	for (i = 1; i < CONF_ADMINS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "admin%d", i);
		assert_int_equal(json_array_append_new(users, json_pack("{s:s, s:s, s:s}", "username", name, "role", "admin",
		    "created_at", "2026-06-30T18:00:00Z")), 0);
	}
	assert_fine(doc);
	sample_set(doc, "users.1.role", json_string("admin"));
	assert_conflict(doc, "users", "at most 16 of them can be administrators");
	json_decref(doc);
}

static void
public_needs_a_second_factor(void **state)
{
	json_t *doc = cell();

	(void)state;
	sample_set(doc, "admin_access.zones", json_pack("[s]", "public"));
	assert_conflict(doc, "admin_access.zones", "public needs a second factor for every enabled administrator");
	sample_set(doc, "users.0.totp_enabled", json_true());
	assert_fine(doc);
	json_decref(doc);
}

static void
keys_are_unique(void **state)
{
	json_t *doc = cell();

	(void)state;
	sample_set(doc, "users.1.username", json_string("ADMIN"));
	assert_conflict(doc, "users[1].username", "\"ADMIN\" is there already");
	json_decref(doc);

	doc = cell();
	sample_set(doc, "dns.records.3.id", json_incref(sample_get(doc, "dns.records.0.id")));
	assert_conflict(doc, "dns.records[3].id", "\"3f000000-0000-4000-8000-000000000001\" is there already");
	json_decref(doc);

	doc = cell();
	assert_int_equal(json_array_append_new(sample_get(doc, "dns.forwards"), json_deep_copy(sample_get(doc, "dns.forwards.0"))),
	    0);
	assert_conflict(doc, "dns.forwards[1].zone", "\"corp.example\" is there already");
	json_decref(doc);

	doc = cell();
	assert_int_equal(json_array_append_new(sample_get(doc, "tokens"), json_deep_copy(sample_get(doc, "tokens.0"))), 0);
	sample_set(doc, "tokens.1.id", json_string("b0c10000-0000-4000-8000-000000000002"));
	sample_set(doc, "tokens.1.name", json_string("Grafana"));
	assert_conflict(doc, "tokens[1].name", "\"Grafana\" is there already");
	json_decref(doc);
}

static void
own_domains_are_not_forwarded(void **state)
{
	json_t *doc = cell();

	(void)state;
	sample_set(doc, "proxy.routes", json_array());
	sample_set(doc, "dns.forwards.0.zone", json_string("myhome.home.arpa"));
	assert_conflict(doc, "dns.forwards[0].zone", "is a domain of this cell");
	sample_set(doc, "dns.forwards.0.zone", json_string("myhome.cell"));
	assert_conflict(doc, "dns.forwards[0].zone", "is a domain of this cell");
	sample_set(doc, "dns.forwards.0.zone", json_string("lab.myhome.home.arpa"));
	assert_fine(doc);
	json_decref(doc);
}

/* DNS-18: a signature says whose it is. */
static void
secondaries_have_keys_of_their_own(void **state)
{
	json_t *doc = cell();

	(void)state;
	sample_set(doc, "dns.secondaries", sample_json(
	    "[{\"id\":\"5a000000-0000-4000-8000-000000000001\",\"name\":\"ns2\",\"address\":\"203.0.113.53\","
	    "\"key_name\":\"pic-one\"},{\"id\":\"5a000000-0000-4000-8000-000000000002\",\"name\":\"ns3\","
	    "\"address\":\"203.0.113.54\",\"port\":5353,\"key_name\":\"pic-two\",\"algorithm\":\"hmac-sha512\"}]"));
	assert_fine(doc);
	sample_set(doc, "dns.secondaries.1.key_name", json_string("PIC-one"));
	assert_conflict(doc, "dns.secondaries[1].key_name", "is the key of ns2 already");
	sample_set(doc, "dns.secondaries.1.key_name", json_string("pic-two"));
	sample_set(doc, "dns.secondaries.1.name", json_string("NS2"));
	assert_conflict(doc, "dns.secondaries[1].name", "is the name of another one already");
	json_decref(doc);
}

static json_t *
with_records(const char *records)
{
	json_t *doc = cell(), *all = sample_json(records), *r;
	char id[40];
	size_t i;

	json_array_foreach(all, i, r) {
		(void)snprintf(id, sizeof(id), "3f000000-0000-4000-8000-0000000000%02zu", i);
		assert_int_equal(json_object_set_new(r, "id", json_string(id)), 0);
	}
	sample_set(doc, "dns.records", all);
	assert_int_equal(conf_complete(doc), 0);
	return doc;
}

static void
assert_records(const char *records, const char *field, const char *message)
{
	json_t *doc = with_records(records);

	if (field == NULL)
		assert_fine(doc);
	else
		assert_conflict(doc, field, message);
	json_decref(doc);
}

static void
records_are_not_there_twice(void **state)
{
	(void)state;
	assert_records("[{\"name\":\"a\",\"type\":\"A\",\"value\":\"10.9.9.9\"},{\"name\":\"a\",\"type\":\"A\","
	    "\"value\":\"10.9.9.8\"}]", NULL, NULL);
	assert_records("[{\"name\":\"a\",\"type\":\"A\",\"value\":\"10.9.9.9\"},{\"name\":\"b\",\"type\":\"A\","
	    "\"value\":\"10.9.9.9\"},"
	    "{\"name\":\"a\",\"type\":\"A\",\"value\":\"10.9.9.9\",\"views\":[\"public\"],\"ttl\":1}]",
	    "dns.records[2].name", "A a in myhome.home.arpa: is there already");
	assert_records("[{\"name\":\"a\",\"type\":\"A\",\"value\":\"10.9.9.9\"},"
	    "{\"name\":\"a\",\"zone\":\"myhome.cell\",\"type\":\"A\",\"value\":\"10.9.9.9\"}]", NULL, NULL);
}

static void
a_cname_stands_alone(void **state)
{
	static const char alone[] = "CNAME a in myhome.home.arpa: a CNAME stands alone, and there is other data of that name";

	(void)state;
	assert_records("[{\"name\":\"a\",\"type\":\"CNAME\",\"value\":\"x.y\"}]", NULL, NULL);
	assert_records("[{\"name\":\"a\",\"type\":\"A\",\"value\":\"10.9.9.9\"},{\"name\":\"a\",\"type\":\"CNAME\","
	    "\"value\":\"x.y\"}]",
	    "dns.records[1].name", alone);
	/* a TXT with the same text is other data, too */
	assert_records("[{\"name\":\"a\",\"type\":\"TXT\",\"value\":\"x.y\"},{\"name\":\"a\",\"type\":\"CNAME\","
	    "\"value\":\"x.y\"}]",
	    "dns.records[1].name", alone);
	/* nobody ever sees both */
	assert_records("[{\"name\":\"a\",\"type\":\"A\",\"value\":\"10.9.9.9\",\"views\":[\"lan\"]},"
	    "{\"name\":\"a\",\"type\":\"CNAME\",\"value\":\"x.y\",\"views\":[\"vpn\"]}]", NULL, NULL);
	assert_records("[{\"name\":\"@\",\"zone\":\"0.0.10.in-addr.arpa\",\"type\":\"CNAME\",\"value\":\"x.y\"}]",
	    "dns.records[0].name", "CNAME @ in 0.0.10.in-addr.arpa: a zone's own name cannot be an alias");
}

/* DNS-3 */
static void
generated_names_are_taken(void **state)
{
	static const char *const names[] = { "@", "api", "www", "ns", "ntp", "vpn", "ca" };
	static const char *const zones[] = { "myhome.home.arpa", "myhome.cell" };
	static const char *const types[][2] = { { "A", "10.9.9.9" }, { "AAAA", "fd00::9" }, { "CNAME", "x.y" } };
	char records[256], message[128];
	size_t i, z, t;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (z = 0; z < 2; z++) {
			for (t = 0; t < 3; t++) {
				(void)snprintf(records, sizeof(records), "[{\"name\":\"%s\",\"zone\":\"%s\",\"type\":\"%s\","
				    "\"value\":\"%s\"}]",
				    names[i], zones[z], types[t][0], types[t][1]);
				(void)snprintf(message, sizeof(message), "%s %s in %s: the cell generates this name", types[t][0],
				    names[i], zones[z]);
				assert_records(records, "dns.records[0].name", message);
			}
		}
	}
	assert_records("[{\"name\":\"@\",\"type\":\"TXT\",\"value\":\"v=spf1 -all\"},{\"name\":\"www\",\"type\":\"CAA\","
	    "\"value\":\"0 issue \\\";\\\"\"},{\"name\":\"api.x\",\"type\":\"A\",\"value\":\"10.9.9.9\"}]", NULL, NULL);
}

static void
own_reverse_names_are_taken(void **state)
{
	(void)state;
	assert_records("[{\"name\":\"1\",\"zone\":\"0.0.10.in-addr.arpa\",\"type\":\"PTR\",\"value\":\"x.y\"}]",
	    "dns.records[0].name", "PTR 1 in 0.0.10.in-addr.arpa: the cell generates this name");
	assert_records("[{\"name\":\"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0\",\"zone\":\"1.0.0.0.2.4.b.9.a.1.c.3.e.5.d.f.ip6.arpa\","
	    "\"type\":\"CNAME\",\"value\":\"x.y\"}]", "dns.records[0].name", "CNAME 1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 in "
	    "1.0.0.0.2.4.b.9.a.1.c.3.e.5.d.f.ip6.arpa: the cell generates this name");
	assert_records("[{\"name\":\"1\",\"zone\":\"0.0.10.in-addr.arpa\",\"type\":\"TXT\",\"value\":\"x\"},"
	    "{\"name\":\"11\",\"zone\":\"0.0.10.in-addr.arpa\",\"type\":\"PTR\",\"value\":\"x.y\"},"
	    "{\"name\":\"1\",\"type\":\"PTR\",\"value\":\"x.y\"}]", NULL, NULL);
}

/* The limit of records, all of one name: still decided at once. */
static void
many_records(void **state)
{
	json_t *all = json_array(), *doc = cell();
	char id[40], value[32];
	int i;

	(void)state;
	for (i = 0; i < CONF_RECORDS_MAX; i++) {
		(void)snprintf(id, sizeof(id), "3f000000-0000-4000-8000-00000000%04x", i);
		(void)snprintf(value, sizeof(value), "10.7.%d.%d", i / 256, i % 256);
		assert_int_equal(json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:s}", "id", id, "name", "a", "type", "A",
		    "value", value)), 0);
	}
	sample_set(doc, "dns.records", all);
	assert_fine(doc);
	sample_set(doc, "dns.records.4095.value", json_string("10.7.0.0"));
	assert_conflict(doc, "dns.records[4095].name", "A a in myhome.home.arpa: is there already");
	json_decref(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_are_unique), cmocka_unit_test(domains_differ),
		cmocka_unit_test(an_administrator_stays), cmocka_unit_test(administrators_are_few),
		cmocka_unit_test(public_needs_a_second_factor), cmocka_unit_test(keys_are_unique),
		cmocka_unit_test(secondaries_have_keys_of_their_own),
		cmocka_unit_test(own_domains_are_not_forwarded), cmocka_unit_test(records_are_not_there_twice),
		cmocka_unit_test(a_cname_stands_alone), cmocka_unit_test(generated_names_are_taken),
		cmocka_unit_test(own_reverse_names_are_taken), cmocka_unit_test(many_records),
	};

	return cmocka_run_group_tests_name("conf/conflict", tests, NULL, NULL);
}
