/* The rows themselves: that each default is a value of its row, and that the
 * table is what the struct and the specification say (PRO-4). */
#include "conf/schema.h"

#include "sample.h"

static const char *const order[] = { "identity", "network", "admin_access", "auth", "users", "tokens", "wireguard", "groups",
	"peers", "dns", "blocklists", "ntp", "firewall", "routing", "ddns", "certificates", "vault", "proxy", "logging" };

static void
sections_stand_in_order(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; conf_sections[i].name != NULL; i++) {
		assert_string_equal(conf_sections[i].name, order[i]);
		assert_string_equal(conf_sections[i].row->key, order[i]);
		assert_ptr_equal(conf_section_find(order[i]), &conf_sections[i]);
	}
	assert_int_equal(i, sizeof(order) / sizeof(order[0]));
	assert_null(conf_section_find("setup"));
}

/* What a row must have to be used by everybody. */
static void
assert_row(const struct conf_row *row, const char *in)
{
	bool choice = row->type == CONF_T_CHOICE || row->type == CONF_T_ZONE || row->type == CONF_T_ZONES;
	bool nested = row->type == CONF_T_OBJECT || row->type == CONF_T_RECORDS;

	if (row->help == NULL || strlen(row->help) < 3)
		fail_msg("%s.%s: no help", in, row->key);
	if ((row->rows != NULL) != nested || (choice && row->choices == NULL) || row->min > row->max)
		fail_msg("%s.%s: not complete", in, row->key);
	if ((row->flags & CONF_F_REQUIRED) && row->def != NULL)
		fail_msg("%s.%s: required, with a default", in, row->key);
	if (row->type == CONF_T_INT && row->size != 2 && row->size != 4 && row->size != 8)
		fail_msg("%s.%s: width %zu", in, row->key, row->size);
	if (row->type == CONF_T_INT && row->size < 8 && (row->min < 0 || row->max >= (int64_t)1 << (8 * row->size)))
		fail_msg("%s.%s: range does not fit", in, row->key);
	if (conf_row_key(row) != NULL && row->path == NULL)
		fail_msg("%s.%s: records without a path", in, row->key);
}

static void
assert_rows(const struct conf_row *rows, const char *in)
{
	const struct conf_row *r;

	for (r = rows; r->key != NULL; r++) {
		assert_row(r, in);
		assert_ptr_equal(conf_row_find(rows, r->key), r);
		if (r->rows != NULL)
			assert_rows(r->rows, r->key);
	}
}

static void
rows_are_complete(void **state)
{
	const struct conf_section *s;

	(void)state;
	assert_rows(conf_envelope, "envelope");
	for (s = conf_sections; s->name != NULL; s++) {
		assert_row(s->row, "document");
		assert_rows(s->row->rows, s->name);
	}
}

/* Neighbours share their arrays (copy_alike() in conf.c): an object in one would be everybody's. */
static void
assert_no_records(const struct conf_row *rows)
{
	const struct conf_row *r;

	for (r = rows; r != NULL && r->key != NULL; r++) {
		if (r->type == CONF_T_RECORDS)
			fail_msg("%s: records inside of records", r->key);
		assert_no_records(r->rows);
	}
}

static void
find_records(const struct conf_row *row)
{
	const struct conf_row *r;

	if (row->type == CONF_T_RECORDS)
		assert_no_records(row->rows);
	for (r = row->rows; r != NULL && r->key != NULL; r++)
		find_records(r);
}

static void
arrays_of_records_hold_no_objects(void **state)
{
	const struct conf_section *s;

	(void)state;
	for (s = conf_sections; s->name != NULL; s++)
		find_records(s->row);
}

/* Defaults of data.md 4.1 to 4.13, as far as this version has the members. */
static const char defaults[] =
    "{\"identity\":{\"cell_name\":\"mycell\",\"domain_mode\":\"lan\",\"domain\":\"mycell.cell\","
    "\"domain_name\":\"mycell.home.arpa\","
    "\"timezone\":\"UTC\",\"ip_range\":\"172.20.0.0/16\",\"ula_prefix\":null},"
    "\"network\":{\"listen_addresses\":[\"*\"],\"ports\":{\"dns\":53,\"dot\":853,\"http\":80,\"https\":443,\"ntp\":123,"
    "\"api\":3000},"
    "\"lan_interfaces\":[],\"lan_cidrs\":[],\"uplink\":\"auto\",\"ipv6\":true},"
    "\"admin_access\":{\"zones\":[\"vpn\",\"lan\"],\"require_totp\":false},"
    "\"auth\":{\"session_idle_s\":43200,\"session_max_s\":604800,\"lockout_failures\":5,\"lockout_s\":900,\"address_failures\":20,"
    "\"address_window_s\":900,\"admin_password_min\":12,\"peer_password_min\":10,\"vpn_login\":false},"
    "\"users\":[],\"tokens\":[],"
    "\"wireguard\":{\"enabled\":true,\"interface\":\"wg0\",\"backend\":\"auto\",\"address\":\"10.0.0.1/24\",\"address6\":null,"
    "\"port\":51820,"
    "\"mtu\":1420,\"public_key\":null,\"endpoint_host\":\"auto\",\"keepalive_s\":25,\"preshared_keys\":true,"
    "\"client_dns\":[\"auto\"],\"split_prefixes\":[],\"client_keys\":\"first_handshake\",\"secret_ref\":null},"
    "\"groups\":[],\"peers\":[],"
    "\"dns\":{\"upstreams\":[{\"address\":\"9.9.9.9\",\"port\":853,\"transport\":\"dot\",\"tls_name\":\"dns.quad9.net\"},"
    "{\"address\":\"1.1.1.1\",\"port\":853,\"transport\":\"dot\",\"tls_name\":\"cloudflare-dns.com\"}],"
    "\"upstream_policy\":\"opportunistic\","
    "\"serve_zones\":[\"vpn\",\"cell\",\"container\",\"lan\"],\"records\":[],\"zones\":[],\"forwards\":[],\"secondaries\":[],"
    "\"cache\":{\"max_entries\":20000,\"max_bytes\":16777216,\"min_ttl_s\":0,\"max_ttl_s\":86400,\"negative_max_ttl_s\":3600,"
    "\"serve_stale\":true,\"stale_max_s\":86400,\"stale_ttl_s\":30},"
    "\"rebind_protection\":true,\"rebind_allow\":[],\"query_log\":\"errors\",\"query_log_entries\":10000,"
    "\"dot\":true,\"doh\":true,\"edns_size\":1232,\"client_qps\":1000},"
    "\"blocklists\":{\"lists\":[],\"allow\":[],\"deny\":[],\"response\":\"zero\"},"
    "\"ntp\":{\"enabled\":true,\"sources\":[\"0.pool.ntp.org\",\"1.pool.ntp.org\",\"2.pool.ntp.org\",\"3.pool.ntp.org\"],"
    "\"serve_zones\":[\"vpn\",\"container\",\"lan\"],\"discipline\":\"auto\"},"
    "\"firewall\":{\"vpn_default\":\"drop\",\"forward_default\":\"drop\",\"host_guard\":\"off\",\"log_drops\":true,"
    "\"rules\":[],\"forwards\":[],\"assertions\":[]},"
    "\"routing\":{\"static_routes\":[]},"
    "\"ddns\":{\"provider\":\"none\",\"api_base_url\":\"https://ddns.pic.ngo\",\"api_paths\":{"
    "\"register\":\"/api/v1/register\",\"update\":\"/api/v1/update\",\"check\":\"/api/v1/check\","
    "\"challenge\":\"/api/v1/dns-challenge\",\"release\":\"/api/v1/register\"},"
    "\"subdomain\":null,\"zone\":null,\"hostname\":null,\"username\":null,\"interval_s\":300,\"ipv4\":true,\"ipv6\":true,"
    "\"ip_sources\":[\"https://api.ipify.org\",\"https://icanhazip.com\"],\"secret_ref\":null},"
    "\"certificates\":{\"acme_directory\":\"https://acme-v02.api.letsencrypt.org/directory\",\"acme_email\":null,"
    "\"tos_agreed\":true,\"key_type\":\"ec-p256\",\"renew_fraction_pct\":33,"
    "\"internal_leaf_s\":7776000},"
    "\"vault\":{\"trust\":[]},"
    "\"proxy\":{\"default_access\":[\"vpn\",\"lan\"],\"trusted_proxies\":[],"
    "\"max_body_bytes\":1073741824,\"hsts\":true,\"idle_s\":120,\"routes\":[]},"
    "\"logging\":{\"root\":\"INFO\",\"format\":\"logfmt\"}}";

static void
defaults_are_those_of_the_specification(void **state)
{
	struct conf *c = conf_default("mycell");
	json_t *want = sample_json(defaults);
	size_t i;

	(void)state;
	assert_non_null(c);
	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		json_t *section = json_deep_copy(json_object_get(c->doc, order[i]));

		(void)json_object_del(section, "rev");
		if (!json_equal(section, json_object_get(want, order[i])))
			fail_msg("%s", order[i]);
		json_decref(section);
	}
	json_decref(want);
	conf_unref(c);
}

/* The index of a choice is the value of its enum. */
static void
choices_are_the_enums(void **state)
{
	static const struct { const char *mode; enum conf_domain_mode is; } modes[] = { { "lan", CONF_MODE_LAN },
		{ "pic_ngo", CONF_MODE_PIC_NGO }, { "cloudflare", CONF_MODE_CLOUDFLARE }, { "duckdns", CONF_MODE_DUCKDNS },
		{ "http01", CONF_MODE_HTTP01 } };
	const struct conf_row *identity = conf_section_find("identity")->row, *dns = conf_section_find("dns")->row;
	const struct conf_row *users = conf_section_find("users")->row, *block = conf_section_find("blocklists")->row;
	const char *const *choices = conf_row_find(identity->rows, "domain_mode")->choices;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_string_equal(choices[modes[i].is], modes[i].mode);
		assert_string_equal(conf_mode_name(modes[i].is), modes[i].mode);
	}
	choices = conf_row_find(users->rows, "role")->choices;
	assert_string_equal(choices[CONF_ROLE_ADMIN], "admin");
	assert_string_equal(choices[CONF_ROLE_PEER], "peer");
	choices = conf_row_find(conf_row_find(dns->rows, "upstreams")->rows, "transport")->choices;
	assert_string_equal(choices[CONF_TRANSPORT_UDP], "udp");
	assert_string_equal(choices[CONF_TRANSPORT_TCP], "tcp");
	assert_string_equal(choices[CONF_TRANSPORT_DOT], "dot");
	choices = conf_row_find(conf_section_find("ddns")->row->rows, "provider")->choices;
	for (i = 0; choices[i] != NULL; i++)
		assert_string_equal(choices[i], conf_provider_name((enum conf_provider)i));
	assert_int_equal(i, CONF_PROVIDER_FREEDNS + 1);
	choices = conf_row_find(conf_section_find("certificates")->row->rows, "key_type")->choices;
	assert_string_equal(choices[CONF_KEY_EC_P256], "ec-p256");
	assert_string_equal(choices[CONF_KEY_RSA_2048], "rsa-2048");
	choices = conf_row_find(dns->rows, "upstream_policy")->choices;
	assert_string_equal(choices[CONF_UPSTREAM_STRICT], "strict");
	assert_string_equal(choices[CONF_UPSTREAM_OPPORTUNISTIC], "opportunistic");
	choices = conf_row_find(dns->rows, "query_log")->choices;
	assert_string_equal(choices[CONF_LOG_ERRORS], "errors");
	assert_string_equal(choices[CONF_LOG_ALL], "all");
	choices = conf_row_find(block->rows, "response")->choices;
	assert_string_equal(choices[CONF_BLOCK_NXDOMAIN], "nxdomain");
	choices = conf_row_find(conf_row_find(block->rows, "lists")->rows, "format")->choices;
	assert_string_equal(choices[CONF_LIST_HOSTS], "hosts");
	assert_string_equal(choices[CONF_LIST_DOMAINS], "domains");
	assert_string_equal(choices[CONF_LIST_ADBLOCK], "adblock");
	choices = conf_row_find(conf_section_find("ntp")->row->rows, "discipline")->choices;
	assert_string_equal(choices[CONF_DISCIPLINE_AUTO], "auto");
	assert_string_equal(choices[CONF_DISCIPLINE_ALWAYS], "always");
	assert_string_equal(choices[CONF_DISCIPLINE_NEVER], "never");
	choices = conf_row_find(conf_row_find(conf_section_find("vault")->row->rows, "trust")->rows, "kind")->choices;
	assert_string_equal(choices[CONF_TRUST_CA], "ca");
	assert_string_equal(choices[CONF_TRUST_WIREGUARD], "wireguard");
	assert_string_equal(choices[CONF_TRUST_AGE], "age");
}

static void
zones_have_names(void **state)
{
	unsigned z;

	(void)state;
	for (z = CONF_ZONE_LOCAL; z <= CONF_ZONE_PUBLIC; z <<= 1)
		assert_int_equal(conf_zone_read(conf_zone_name((enum conf_zone)z)), z);
	assert_null(conf_zone_name((enum conf_zone)(CONF_ZONE_VPN | CONF_ZONE_LAN)));
	assert_int_equal(conf_zone_read("nowhere"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_stand_in_order), cmocka_unit_test(rows_are_complete),
		cmocka_unit_test(arrays_of_records_hold_no_objects),
		cmocka_unit_test(defaults_are_those_of_the_specification), cmocka_unit_test(choices_are_the_enums),
		cmocka_unit_test(zones_have_names),
	};

	return cmocka_run_group_tests_name("conf/schema", tests, NULL, NULL);
}
