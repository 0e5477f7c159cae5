/* src/setup/document.c: the first configuration, as conf reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/err.h"
#include "conf/conf.h"
#include "setup/document.h"
#include "setup/wizard.h"

#define REF_USER "sec_aaaaaaaaaaaaaaaaaaaaaaaaaa"
#define REF_KEY "sec_bbbbbbbbbbbbbbbbbbbbbbbbbb"

/* What the answers of a body make. keys may be NULL. */
static struct conf *
make(const char *body, const struct setup_keys *keys)
{
	struct setup_host host = { .label = "tower", .timezone = "Europe/Oslo" };
	struct setup_wizard *w = setup_wizard_new(&host);
	struct conf *before = conf_default("mycell"), *c = NULL;
	json_t *j = json_loads(body, 0, NULL), *answers = NULL, *draft = json_deep_copy(before->doc);
	struct setup_document d = { .keys = keys, .user_secret_ref = REF_USER, .wg_secret_ref = REF_KEY,
	    .now = 1800000000 };
	struct err e;

	err_clear(&e);
	if (setup_wizard_complete(w, j, &answers, &e) < 0)
		fail_msg("%s", e.detail);
	d.answers = answers;
	assert_int_equal(setup_document_edit(&d, draft, &e), 0);
	if (conf_build(&c, draft, &e) < 0)
		fail_msg("%s", e.detail);
	json_decref(answers);
	json_decref(draft);
	json_decref(j);
	conf_unref(before);
	setup_wizard_free(w);
	return c;
}

static void
test_set8_defaults(void **state)
{
	struct setup_keys keys;
	struct conf *c;

	(void)state;
	setup_keys_make(&keys);
	c = make("{\"password\":\"a good password\"}", &keys);
	assert_true(c->setup_complete);
	assert_string_equal(c->identity.cell_name, "tower");
	assert_string_equal(c->identity.domain, "tower.cell");
	assert_string_equal(c->identity.domain_name, "tower.home.arpa");
	assert_string_equal(c->identity.timezone, "Europe/Oslo");
	assert_int_equal(c->identity.domain_mode, CONF_MODE_LAN);
	assert_int_equal(c->nusers, 1);
	assert_string_equal(c->users[0].username, "admin");
	assert_int_equal(c->users[0].role, CONF_ROLE_ADMIN);
	assert_true(c->users[0].enabled);
	assert_false(c->users[0].must_change_password);
	assert_int_equal(c->users[0].created_at, 1800000000);
	assert_string_equal(c->users[0].secret_ref, REF_USER);
	assert_string_equal(c->wireguard.public_key, keys.wg.public_key);
	assert_string_equal(c->wireguard.secret_ref, REF_KEY);
	assert_int_equal(c->wireguard.port, 51820);
	assert_int_equal(c->proxy.default_access, CONF_ZONE_VPN | CONF_ZONE_LAN);
	conf_unref(c);
}

/* SET-9: all access names, full tunnel. */
static void
test_set9_first_device(void **state)
{
	struct setup_keys keys;
	struct conf *c;
	char *text;

	(void)state;
	setup_keys_make(&keys);
	c = make("{\"password\":\"a good password\",\"first_peer\":\"phone\",\"endpoint_host\":\"vpn.example.org\"}", &keys);
	assert_int_equal(c->npeers, 1);
	assert_string_equal(c->peers[0].name, "phone");
	assert_string_equal(c->peers[0].public_key, keys.peer.public_key);
	assert_true(c->peers[0].internet_access && c->peers[0].enabled);
	assert_int_equal(c->peers[0].service_access.n, 4);
	assert_string_equal(c->wireguard.endpoint_host, "vpn.example.org");
	text = json_dumps(c->doc, 0);
	assert_null(strstr(text, keys.peer.private_key));
	assert_null(strstr(text, keys.shared));
	free(text);
	conf_unref(c);
	c = make("{\"password\":\"a good password\"}", &keys);
	assert_int_equal(c->npeers, 0);
	conf_unref(c);
}

static void
test_sec5_no_secret_in_the_document(void **state)
{
	struct setup_keys keys;
	struct conf *c;
	char *text;

	(void)state;
	setup_keys_make(&keys);
	c = make("{\"password\":\"a good password\"}", &keys);
	text = json_dumps(c->doc, 0);
	assert_null(strstr(text, "a good password"));
	assert_null(strstr(text, keys.wg.private_key));
	free(text);
	conf_unref(c);
}

static void
test_all_answers(void **state)
{
	char text[ADDR_TEXT_MAX];
	struct conf *c = make("{\"cell_name\":\"MyHome\",\"domain_name\":\"home.example.org\",\"timezone\":\"UTC\","
	    "\"username\":\"anna\",\"password\":\"a good password\",\"wireguard_address\":\"10.9.0.1/24\","
	    "\"wireguard_port\":51900,\"ip_range\":\"172.30.0.0/16\"}", NULL);

	(void)state;
	assert_string_equal(c->identity.cell_name, "myhome");
	assert_string_equal(c->identity.domain, "myhome.cell");
	assert_string_equal(c->identity.domain_name, "home.example.org");
	assert_string_equal(c->users[0].username, "anna");
	assert_string_equal(addr_prefix_text(&c->wireguard.address, text), "10.9.0.1/24");
	assert_int_equal(c->wireguard.port, 51900);
	assert_string_equal(addr_prefix_text(&c->identity.ip_range, text), "172.30.0.0/16");
	conf_unref(c);
}

static void
test_set8_reach_public_opens_pages_never_administration(void **state)
{
	struct conf *c = make("{\"password\":\"a good password\",\"reach\":\"public\"}", NULL);

	(void)state;
	assert_int_equal(c->proxy.default_access, CONF_ZONE_VPN | CONF_ZONE_LAN | CONF_ZONE_PUBLIC);
	assert_false(c->admin_access.zones & CONF_ZONE_PUBLIC);
	conf_unref(c);
}

static void
test_ula_is_random_and_gives_the_vpn_its_network(void **state)
{
	struct setup_keys a, b;
	struct conf *c;

	(void)state;
	setup_keys_make(&a);
	setup_keys_make(&b);
	assert_int_equal(a.ula.bits, 48);
	assert_int_equal(a.ula.addr.b[0], 0xfd);
	assert_true(addr_prefix_is_net(&a.ula));
	assert_false(addr_eq(&a.ula.addr, &b.ula.addr));
	c = make("{\"password\":\"a good password\"}", &a);
	assert_int_equal(c->identity.ula_prefix.bits, 48);
	assert_memory_equal(c->wireguard.address6.addr.b, a.ula.addr.b, 6);
	assert_int_equal(c->wireguard.address6.addr.b[7], 1);	/* subnet 1 */
	assert_int_equal(c->wireguard.address6.addr.b[15], 1);	/* host 1 */
	assert_int_equal(c->wireguard.address6.bits, 64);
	conf_unref(c);
}

static void
test_keys_are_a_pair(void **state)
{
	struct setup_keys k, other;
	uint8_t private[32], public[32], derived[32];
	json_t *secret;
	size_t n;

	(void)state;
	setup_keys_make(&k);
	setup_keys_make(&other);
	assert_string_not_equal(k.wg.private_key, other.wg.private_key);
	assert_int_equal(strlen(k.wg.private_key), 44);
	assert_int_equal(sodium_base642bin(private, 32, k.wg.private_key, 44, NULL, &n, NULL,
	    sodium_base64_VARIANT_ORIGINAL), 0);
	assert_int_equal(sodium_base642bin(public, 32, k.wg.public_key, 44, NULL, &n, NULL,
	    sodium_base64_VARIANT_ORIGINAL), 0);
	assert_int_equal(crypto_scalarmult_base(derived, private), 0);
	assert_memory_equal(derived, public, 32);
	assert_int_equal(private[0] & 7, 0);
	assert_int_equal(private[31] & 0xc0, 0x40);
	secret = setup_keys_secret(&k);
	assert_string_equal(json_string_value(json_object_get(secret, "private_key")), k.wg.private_key);
	json_decref(secret);
	setup_keys_wipe(&k);
	assert_true(sodium_is_zero((const unsigned char *)&k, sizeof(k)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set8_defaults),
		cmocka_unit_test(test_set9_first_device),
		cmocka_unit_test(test_sec5_no_secret_in_the_document),
		cmocka_unit_test(test_all_answers),
		cmocka_unit_test(test_set8_reach_public_opens_pages_never_administration),
		cmocka_unit_test(test_ula_is_random_and_gives_the_vpn_its_network),
		cmocka_unit_test(test_keys_are_a_pair),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
