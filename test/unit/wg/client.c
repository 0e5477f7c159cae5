/* Client files: VPN-6, VPN-7, VPN-8, VPN-11, PEER-4, NET-8. */
#include "wg/client.c"

#include "../conf/sample.h"

#define PRIVATE "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="
#define SHARED "FpCyhws9cxwWoV4xELtfJvjJN+zQVRPISllRWgeopVE="
#define SERVER "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

static const struct wg_client_place nowhere;

/* The document with some members set: path, JSON text, …, NULL. */
static struct conf *
conf_with(const char *const *set)
{
	json_t *doc = sample_raw();
	struct conf *c = NULL;
	struct err e;

	err_clear(&e);
	for (; set[0] != NULL; set += 2)
		sample_set(doc, set[0], json_loads(set[1], JSON_DECODE_ANY, NULL));
	if (conf_build(&c, doc, &e) < 0)
		fail_msg("%s", e.detail);
	json_decref(doc);
	return c;
}

static void
assert_file(const char *const *set, const char *peer, const struct wg_client_place *at, const char *want)
{
	struct conf *c = conf_with(set);
	struct wg_client_plan *p = wg_client_plan_new(c, at);
	char *text = wg_client_text(p, conf_peer_find(c, peer), PRIVATE, SHARED);

	assert_string_equal(text, want);
	wg_client_text_free(text);
	wg_client_plan_free(p);
	conf_unref(c);
}

/* api.md 18. */
static void
full_tunnel(void **state)
{
	const char *const set[] = { "identity.domain_mode", "\"pic_ngo\"", NULL };

	(void)state;
	assert_file(set, "anna-phone", &nowhere,
	    "[Interface]\nPrivateKey = " PRIVATE "\nAddress = 10.0.0.2/32, fd5e:3c1a:9b42:1::2/128\n"
	    "DNS = 10.0.0.1, fd5e:3c1a:9b42:1::1\nMTU = 1420\n\n"
	    "[Peer]\nPublicKey = " SERVER "\nPresharedKey = " SHARED "\nAllowedIPs = 0.0.0.0/0, ::/0\n"
	    "Endpoint = myhome.pic.ngo:51820\nPersistentKeepalive = 25\n");
}

/* VPN networks, what is behind others, what the owner adds; never the containers'. */
static void
split_tunnel(void **state)
{
	const char *const set[] = { "identity.domain_mode", "\"pic_ngo\"", "peers.0.internet_access", "false",
		"wireguard.split_prefixes", "[\"192.168.60.0/24\",\"192.168.40.0/24\"]", NULL };

	(void)state;
	assert_file(set, "anna-phone", &nowhere,
	    "[Interface]\nPrivateKey = " PRIVATE "\nAddress = 10.0.0.2/32, fd5e:3c1a:9b42:1::2/128\n"
	    "DNS = 10.0.0.1, fd5e:3c1a:9b42:1::1\nMTU = 1420\n\n"
	    "[Peer]\nPublicKey = " SERVER "\nPresharedKey = " SHARED "\n"
	    "AllowedIPs = 10.0.0.0/24, 192.168.40.0/24, 192.168.60.0/24, fd5e:3c1a:9b42:1::/64\n"
	    "Endpoint = myhome.pic.ngo:51820\nPersistentKeepalive = 25\n");
}

/* What is behind a router is not sent back to the cell by it; a peer that is off brings nothing. */
static void
whose_networks(void **state)
{
	const char *const site[] = { "peers.1.internet_access", "false", NULL };
	const char *const off[] = { "peers.0.internet_access", "false", "peers.1.enabled", "false", NULL };

	(void)state;
	assert_file(site, "office", &(struct wg_client_place){ .lan = { 4, { 192, 168, 1, 2 } } },
	    "[Interface]\nPrivateKey = " PRIVATE "\nAddress = 10.0.0.3/32, fd5e:3c1a:9b42:1::3/128\n"
	    "DNS = 10.0.0.1, fd5e:3c1a:9b42:1::1\nMTU = 1420\n\n"
	    "[Peer]\nPublicKey = " SERVER "\nPresharedKey = " SHARED "\nAllowedIPs = 10.0.0.0/24, fd5e:3c1a:9b42:1::/64\n"
	    "Endpoint = 192.168.1.2:51820\nPersistentKeepalive = 25\n");
	assert_file(off, "anna-phone", &(struct wg_client_place){ .lan = { 4, { 192, 168, 1, 2 } } },
	    "[Interface]\nPrivateKey = " PRIVATE "\nAddress = 10.0.0.2/32, fd5e:3c1a:9b42:1::2/128\n"
	    "DNS = 10.0.0.1, fd5e:3c1a:9b42:1::1\nMTU = 1420\n\n"
	    "[Peer]\nPublicKey = " SERVER "\nPresharedKey = " SHARED "\nAllowedIPs = 10.0.0.0/24, fd5e:3c1a:9b42:1::/64\n"
	    "Endpoint = 192.168.1.2:51820\nPersistentKeepalive = 25\n");
}

static void
settings_of_the_owner(void **state)
{
	const char *const set[] = { "wireguard.address6", "null", "wireguard.mtu", "1380", "wireguard.port", "4500",
		"wireguard.keepalive_s", "0", "wireguard.client_dns", "[\"9.9.9.9\",\"2620:fe::fe\"]",
		"wireguard.endpoint_host", "\"2001:db8::7\"", NULL };

	(void)state;
	assert_file(set, "anna-phone", &nowhere,
	    "[Interface]\nPrivateKey = " PRIVATE "\nAddress = 10.0.0.2/32\nDNS = 9.9.9.9, 2620:fe::fe\nMTU = 1380\n\n"
	    "[Peer]\nPublicKey = " SERVER "\nPresharedKey = " SHARED "\nAllowedIPs = 0.0.0.0/0, ::/0\n"
	    "Endpoint = [2001:db8::7]:4500\n");
}

static void
keys_that_are_not_held_are_left_out(void **state)
{
	const char *const none[] = { NULL };
	struct conf *c = conf_with(none);
	struct wg_client_plan *p = wg_client_plan_new(c, &nowhere);
	char *text = wg_client_text(p, conf_peer_find(c, "anna-phone"), NULL, NULL);

	(void)state;
	assert_null(strstr(text, "PrivateKey"));
	assert_null(strstr(text, "PresharedKey"));
	assert_non_null(strstr(text, "[Interface]\nAddress = "));
	wg_client_text_free(text);
	wg_client_text_free(NULL);
	wg_client_plan_free(p);
	conf_unref(c);
}

static void
assert_host(const char *const *set, const struct wg_client_place *at, const char *want)
{
	struct conf *c = conf_with(set);
	char host[WG_CLIENT_HOST_SIZE];

	wg_client_host(c, at, host);
	assert_string_equal(host, want);
	conf_unref(c);
}

/* VPN-11: a public name, else the public address, else that at home. */
static void
endpoint_by_itself(void **state)
{
	const char *const lan[] = { NULL }, *const named[] = { "identity.domain_mode", "\"http01\"", "identity.domain_name",
		"\"home.example.org\"", NULL };
	struct wg_client_place at = { .lan = { 4, { 192, 168, 1, 2 } } };

	(void)state;
	assert_host(lan, &at, "192.168.1.2");
	assert_host(named, &at, "home.example.org");
	at.ip6 = (struct addr){ 16, { 0x20, 1, 0xd, 0xb8, [15] = 1 } };
	assert_host(lan, &at, "2001:db8::1");
	at.ip = (struct addr){ 4, { 203, 0, 113, 7 } };
	assert_host(lan, &at, "203.0.113.7");
	assert_host(named, &at, "home.example.org");
}

static void
digest_of(const char *const *set, const struct wg_client_place *at, char hex[WG_CLIENT_DIGEST_SIZE])
{
	struct conf *c = conf_with(set);
	struct wg_client_plan *p = wg_client_plan_new(c, at);

	assert_true(wg_client_digest(p, conf_peer_find(c, "anna-phone"), hex));
	wg_client_plan_free(p);
	conf_unref(c);
}

/* PEER-4: what an installed file would notice changes the digest, and nothing else does. */
static void
digest_follows_the_file(void **state)
{
	static const char *const matters[][3] = {
		{ "wireguard.port", "51821" }, { "wireguard.mtu", "1400" }, { "wireguard.keepalive_s", "0" },
		{ "wireguard.endpoint_host", "\"vpn.example.org\"" }, { "wireguard.client_dns", "[\"9.9.9.9\"]" },
		{ "wireguard.public_key", "\"BQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"" },
		{ "peers.0.ip", "\"10.0.0.9\"" }, { "peers.0.internet_access", "false" },
		{ "peers.0.public_key", "\"BgECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"" },
		{ "peers.0.secret_ref", "\"sec_55555555555555555555555555\"" },
	}, *same[][3] = {
		{ "peers.0.description", "\"her phone\"" }, { "peers.0.service_access", "[]" }, { "peers.0.lan_access", "true" },
		{ "peers.0.groups", "[]" }, { "peers.1.subnets", "[]" }, { "wireguard.split_prefixes", "[\"192.168.60.0/24\"]" },
	};
	const char *const none[] = { NULL };
	char before[WG_CLIENT_DIGEST_SIZE], after[WG_CLIENT_DIGEST_SIZE];
	size_t i;

	(void)state;
	digest_of(none, &nowhere, before);
	for (i = 0; i < sizeof(matters) / sizeof(matters[0]); i++) {
		digest_of(matters[i], &nowhere, after);
		assert_string_not_equal(before, after);
	}
	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		digest_of(same[i], &nowhere, after);
		assert_string_equal(before, after);
	}
}

/* In a split tunnel the networks of others count. */
static void
digest_of_a_split_tunnel(void **state)
{
	const char *const split[] = { "peers.0.internet_access", "false", NULL };
	const char *const fewer[] = { "peers.0.internet_access", "false", "peers.1.subnets", "[]", NULL };
	const char *const more[] = { "peers.0.internet_access", "false", "wireguard.split_prefixes", "[\"192.168.60.0/24\"]",
		NULL };
	char a[WG_CLIENT_DIGEST_SIZE], b[WG_CLIENT_DIGEST_SIZE];

	(void)state;
	digest_of(split, &nowhere, a);
	digest_of(fewer, &nowhere, b);
	assert_string_not_equal(a, b);
	digest_of(more, &nowhere, b);
	assert_string_not_equal(a, b);
}

/* VPN-11: a file that carries a name outlives the address. */
static void
address_matters_only_without_a_name(void **state)
{
	const char *const lan[] = { NULL }, *const named[] = { "identity.domain_mode", "\"pic_ngo\"", NULL };
	const struct wg_client_place at = { .ip = { 4, { 203, 0, 113, 7 } } };
	char a[WG_CLIENT_DIGEST_SIZE], b[WG_CLIENT_DIGEST_SIZE];

	(void)state;
	digest_of(lan, &nowhere, a);
	digest_of(lan, &at, b);
	assert_string_not_equal(a, b);
	digest_of(named, &nowhere, a);
	digest_of(named, &at, b);
	assert_string_equal(a, b);
}

static void
names_of_files(void **state)
{
	char name[WG_CLIENT_NAME_SIZE];

	(void)state;
	wg_client_name("anna-phone", name);
	assert_string_equal(name, "anna-phone.conf");
	wg_client_name("the_tablet_in_the_kitchen", name);
	assert_string_equal(name, "the_tablet_in_t.conf");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(full_tunnel), cmocka_unit_test(split_tunnel), cmocka_unit_test(whose_networks),
		cmocka_unit_test(settings_of_the_owner), cmocka_unit_test(keys_that_are_not_held_are_left_out),
		cmocka_unit_test(endpoint_by_itself), cmocka_unit_test(digest_follows_the_file),
		cmocka_unit_test(digest_of_a_split_tunnel), cmocka_unit_test(address_matters_only_without_a_name),
		cmocka_unit_test(names_of_files),
	};

	return cmocka_run_group_tests_name("wg/client", tests, NULL, NULL);
}
