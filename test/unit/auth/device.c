/* Signing in by the device: AUT-11, PEER-8. */
#include "auth/device.h"

#include "auth/decide.h"
#include "auth/session.h"
#include "cell.h"

struct world {
	struct conf c;
	struct conf_user users[3];
	struct conf_peer peers[1];
	const struct conf_peer *by_name[1];
	struct auth_caller caller;
	struct auth_session session;
};

static void
make(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->c.auth.vpn_login = true;
	w->c.users = w->users;
	w->c.nusers = 3;
	w->users[0] = (struct conf_user){ .username = "anna", .role = CONF_ROLE_PEER, .enabled = true };
	w->users[1] = (struct conf_user){ .username = "admin", .role = CONF_ROLE_ADMIN, .enabled = true };
	w->users[2] = (struct conf_user){ .username = "ben", .role = CONF_ROLE_PEER, .enabled = true };
	w->c.peers = w->peers;
	w->c.npeers = 1;
	w->c.peers_by_name = w->by_name;
	w->by_name[0] = w->peers;
	w->peers[0] = (struct conf_peer){ .name = "anna-phone", .owner = "Anna", .enabled = true, .ip = cell_addr("10.0.0.2"),
	    .ip6 = cell_addr("fd00::2"), .created_at = 100 };
	w->caller = (struct auth_caller){ .via = AUTH_VIA_EDGE, .zone = CONF_ZONE_VPN, .address = cell_addr("10.0.0.2") };
	w->session = (struct auth_session){ .username = "anna", .device = "anna-phone", .created_at = 100,
	    .address = cell_addr("10.0.0.2") };
}

static const char *
user(const struct world *w)
{
	const struct conf_peer *p;
	const struct conf_user *u = auth_device_user(&w->c, &w->caller, &p, NULL);

	assert_true(u == NULL || p == &w->peers[0]);
	return u == NULL ? "" : u->username;
}

/* Everything has to be right: the switch, the way, the address, the peer, its owner. */
static void
test_user(void **state)
{
	struct world w;

	(void)state;
	make(&w);
	assert_string_equal(user(&w), "anna");
	w.caller.address = cell_addr("fd00::2");
	assert_string_equal(user(&w), "anna");
	w.caller.address = cell_addr("192.168.50.2");	/* behind a peer */
	assert_string_equal(user(&w), "");
	make(&w);
	w.c.auth.vpn_login = false;
	assert_string_equal(user(&w), "");
	make(&w);
	w.caller.zone = CONF_ZONE_LAN;
	assert_string_equal(user(&w), "");
	make(&w);
	w.caller.via = AUTH_VIA_LOOPBACK;
	assert_string_equal(user(&w), "");
	make(&w);
	w.peers[0].enabled = false;
	assert_string_equal(user(&w), "");
	make(&w);
	w.peers[0].owner = NULL;
	assert_string_equal(user(&w), "");
	w.peers[0].owner = "admin";			/* role peer only */
	assert_string_equal(user(&w), "");
	make(&w);
	w.users[0].enabled = false;
	assert_string_equal(user(&w), "");
	make(&w);
	w.caller.address = (struct addr){ 0 };
	w.peers[0].ip6 = (struct addr){ 0 };		/* none is not the same as none */
	assert_string_equal(user(&w), "");
}

static void
test_session(void **state)
{
	struct world w;

	(void)state;
	make(&w);
	assert_true(auth_device_holds(&w.c, &w.session));
	assert_true(auth_device_is_from(&w.session, CONF_ZONE_VPN, &w.peers[0].ip));
	assert_false(auth_device_is_from(&w.session, CONF_ZONE_LAN, &w.peers[0].ip));
	assert_false(auth_device_is_from(&w.session, CONF_ZONE_VPN, &w.peers[0].ip6));
	w.peers[0].created_at = 101;			/* another one of that name */
	assert_false(auth_device_holds(&w.c, &w.session));
	make(&w);
	w.peers[0].ip = cell_addr("10.0.0.9");
	assert_false(auth_device_holds(&w.c, &w.session));
	make(&w);
	w.peers[0].owner = "ben";
	assert_false(auth_device_holds(&w.c, &w.session));
	make(&w);
	w.peers[0].enabled = false;
	assert_false(auth_device_holds(&w.c, &w.session));
	make(&w);
	w.c.auth.vpn_login = false;
	assert_false(auth_device_holds(&w.c, &w.session));
	make(&w);
	w.c.npeers = 0;
	assert_false(auth_device_holds(&w.c, &w.session));
	w.session.device[0] = '\0';			/* with a password: none of it counts */
	assert_true(auth_device_holds(&w.c, &w.session));
	assert_true(auth_device_is_from(&w.session, CONF_ZONE_LAN, &w.peers[0].ip6));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_user), cmocka_unit_test(test_session) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
