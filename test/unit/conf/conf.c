/* Building snapshots: CFG-1, INP-1, INP-4. */
#include "conf/conf.h"

#include "base/addr.h"

#include "sample.h"

static void
fills_the_struct(void **state)
{
	json_t *doc = sample_new();
	char buf[ADDR_TEXT_MAX];
	struct conf *c;
	struct err e;

	(void)state;
	assert_int_equal(conf_build(&c, doc, &e), 0);
	json_decref(doc);	/* the snapshot keeps its own */
	assert_int_equal(c->generation, 7);
	assert_int_equal(c->written_at, 1782898200);
	assert_string_equal(c->written_by, "admin");
	assert_string_equal(c->summary, "dns.record.create nas");
	assert_true(c->setup_complete);
	assert_string_equal(c->identity.cell_name, "myhome");
	assert_int_equal(c->identity.domain_mode, CONF_MODE_LAN);
	assert_string_equal(c->identity.domain_name, "myhome.home.arpa");
	assert_string_equal(addr_prefix_text(&c->identity.ip_range, buf), "172.20.0.0/16");
	assert_string_equal(addr_prefix_text(&c->identity.ula_prefix, buf), "fd5e:3c1a:9b42::/48");
	assert_int_equal(c->network.listen_addresses.n, 1);
	assert_string_equal(c->network.listen_addresses.v[0], "*");
	assert_int_equal(c->network.ports.api, 3000);
	assert_int_equal(c->network.lan_cidrs.n, 1);
	assert_string_equal(addr_prefix_text(&c->network.lan_cidrs.v[0], buf), "192.168.7.0/24");
	assert_true(c->network.ipv6);
	assert_int_equal(c->admin_access.zones, CONF_ZONE_LOCAL | CONF_ZONE_VPN | CONF_ZONE_LAN);
	assert_int_equal(c->auth.session_max_s, 604800);
	assert_int_equal(c->auth.lockout_failures, 5);
	assert_int_equal(c->nusers, 2);
	assert_int_equal(c->users[0].role, CONF_ROLE_ADMIN);
	assert_null(c->users[0].email);
	assert_string_equal(c->users[0].secret_ref, SAMPLE_SECRET);
	assert_int_equal(c->users[1].role, CONF_ROLE_PEER);
	assert_string_equal(c->users[1].email, "anna@example.org");
	assert_int_equal(c->ntokens, 1);
	assert_string_equal(c->tokens[0].scopes.v[0], "metrics:read");
	assert_int_equal(c->tokens[0].expires_at - c->tokens[0].created_at, 90 * 86400);
	assert_string_equal(addr_prefix_text(&c->wireguard.address, buf), "10.0.0.1/24");
	assert_string_equal(addr_prefix_text(&c->wireguard.address6, buf), "fd5e:3c1a:9b42:1::1/64");
	assert_int_equal(c->wireguard.mtu, 1420);
	assert_int_equal(c->dns.nupstreams, 2);
	assert_int_equal(c->dns.upstreams[1].at.port, 853);
	assert_int_equal(c->dns.upstreams[1].transport, CONF_TRANSPORT_DOT);
	assert_string_equal(c->dns.upstreams[1].tls_name, "cloudflare-dns.com");
	assert_string_equal(addr_text(&c->dns.upstreams[1].at.addr, buf), "1.1.1.1");
	assert_int_equal(c->dns.serve_zones,
	    CONF_ZONE_LOCAL | CONF_ZONE_VPN | CONF_ZONE_CELL | CONF_ZONE_CONTAINER | CONF_ZONE_LAN);
	assert_int_equal(c->dns.nrecords, 4);
	assert_string_equal(c->dns.records[0].zone, "myhome.home.arpa");
	assert_int_equal(c->dns.records[0].ttl, 300);
	assert_int_equal(c->dns.records[0].views, CONF_ZONE_VPN | CONF_ZONE_LAN);
	assert_int_equal(c->dns.nforwards, 1);
	assert_int_equal(c->dns.forwards[0].nservers, 2);
	assert_string_equal(addr_text(&c->dns.forwards[0].servers[1], buf), "192.168.9.2");
	assert_int_equal(c->dns.cache.max_bytes, 16777216);
	assert_true(c->dns.cache.serve_stale);
	assert_int_equal(c->dns.client_qps, 1000);
	assert_int_equal(c->proxy.default_access, CONF_ZONE_VPN | CONF_ZONE_LAN);
	assert_string_equal(c->logging.root, "INFO");
	conf_unref(c);
}

static void
has_a_default(void **state)
{
	struct conf *c = conf_default("myhome");

	(void)state;
	assert_non_null(c);
	assert_int_equal(c->generation, 0);
	assert_false(c->setup_complete);
	assert_int_equal(c->identity.ula_prefix.addr.len, 0);
	assert_int_equal(c->wireguard.address6.addr.len, 0);
	assert_null(c->wireguard.secret_ref);
	conf_unref(c);
	assert_null(conf_default("Not A Label"));
}

static void
counts_references(void **state)
{
	struct conf *c = conf_default("a");

	(void)state;
	assert_ptr_equal(conf_ref(c), c);
	conf_unref(c);
	assert_string_equal(c->identity.cell_name, "a");	/* still there: ASan would tell */
	conf_unref(c);
	conf_unref(NULL);
}

static void
finds(void **state)
{
	json_t *doc = sample_new();
	struct conf *c;
	struct err e;

	(void)state;
	assert_int_equal(conf_build(&c, doc, &e), 0);
	assert_ptr_equal(conf_user_find(c, "ANNA"), &c->users[1]);
	assert_null(conf_user_find(c, "ann"));
	assert_ptr_equal(conf_record_find(c, "3f000000-0000-4000-8000-000000000002"), &c->dns.records[1]);
	assert_null(conf_record_find(c, "3f"));
	conf_unref(c);
	json_decref(doc);
}

/* INP-4: two format errors and a conflict: 400 with the two. */
static void
tells_formats_before_conflicts(void **state)
{
	json_t *doc = sample_new();
	struct conf *c;
	struct err e;

	(void)state;
	sample_set(doc, "network.ports.dns", json_integer(443));
	assert_int_equal(conf_build(&c, doc, &e), -EEXIST);
	assert_int_equal(e.kind, ERR_CONFLICT);
	sample_set(doc, "identity.ip_range", json_string("172.20.0.0"));
	sample_set(doc, "dns.records.0.value", json_string("nonsense"));
	assert_int_equal(conf_build(&c, doc, &e), -EINVAL);
	assert_int_equal(e.kind, ERR_VALIDATION);
	assert_int_equal(e.nfields, 2);
	assert_string_equal(e.fields[0].field, "identity.ip_range");
	assert_string_equal(e.fields[0].message, "needs a prefix length, for example 172.20.0.0/16");
	assert_string_equal(e.fields[1].field, "dns.records[0].value");
	assert_string_equal(e.fields[1].message, "must be an IPv4 address, for example 192.168.1.5");
	assert_null(c);
	json_decref(doc);
}

/* INP-1: what was accepted once is accepted again, and is then the same. */
static void
accepts_again_what_it_accepted(void **state)
{
	struct sample_rng rng = { 42 };
	unsigned i, accepted = 0;

	(void)state;
	for (i = 0; i < 500; i++) {
		json_t *doc = sample_random(&rng);
		struct conf *c, *again;
		struct err e;

		if (conf_build(&c, doc, &e) == 0) {
			if (conf_build(&again, c->doc, &e) < 0)
				fail_msg("seed %u: %s", i, e.detail);
			assert_true(json_equal(c->doc, again->doc));
			conf_unref(again);
			conf_unref(c);
			accepted++;
		}
		json_decref(doc);
	}
	assert_true(accepted > 250);	/* else the generator is no use */
}

/* Errors without an interested caller, and the given document, are left alone. */
static void
does_not_touch_its_input(void **state)
{
	json_t *doc = sample_raw(), *copy = json_deep_copy(doc);
	struct conf *c;

	(void)state;
	assert_int_equal(conf_build(&c, doc, NULL), 0);
	conf_unref(c);
	sample_set(copy, "identity.cell_name", json_string("!"));
	assert_int_equal(conf_build(&c, copy, NULL), -EINVAL);
	sample_set(copy, "identity.cell_name", json_string("myhome"));
	assert_true(json_equal(doc, copy));
	json_decref(doc);
	json_decref(copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills_the_struct), cmocka_unit_test(has_a_default), cmocka_unit_test(counts_references),
		cmocka_unit_test(finds), cmocka_unit_test(tells_formats_before_conflicts),
		cmocka_unit_test(accepts_again_what_it_accepted), cmocka_unit_test(does_not_touch_its_input),
	};

	return cmocka_run_group_tests_name("conf/conf", tests, NULL, NULL);
}
