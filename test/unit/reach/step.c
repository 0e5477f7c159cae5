/* src/reach/step.c: each stage's verdict, whose it is and what helps (EXP-1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reach/step.h"

static struct reach_step s;

static void
is(enum reach_result r, const char *detail, const char *owner, const char *object, const char *fix)
{
	assert_string_equal(s.detail, detail);
	assert_int_equal(s.result, r);
	if (owner == NULL)
		assert_null(s.owner);
	else
		assert_string_equal(s.owner, owner);
	assert_string_equal(s.object, object);
	assert_string_equal(s.fix, fix);
}

static struct reach_of_peer
anna(void)
{
	return (struct reach_of_peer){ .name = "anna", .zone = "vpn", .rev = 7, .vpn_rev = 3, .vpn_enabled = true, .enabled = true,
		.now = 100000, .known = true, .handshake_at = 99988 };
}

static void
peers(void **state)
{
	struct reach_of_peer f = anna();

	(void)state;
	reach_step_peer(&f, &s);
	is(REACH_PASS, "switched on, and connected 12 s ago (handshake)", "peers", "anna", "");
	assert_int_equal(s.rev, 7);
	f.handshake_at = 0;
	reach_step_peer(&f, &s);
	is(REACH_NOT_KNOWN, "switched on, but anna has not connected since the VPN runs", "peers", "anna",
	    "import the configuration of anna into its WireGuard app and switch it on");
	f.known = false;
	reach_step_peer(&f, &s);
	assert_int_equal(s.result, REACH_NOT_KNOWN);
	f.expires_at = 100000;
	reach_step_peer(&f, &s);
	is(REACH_FAIL, "the time of anna is over", "peers", "anna", "give anna more time, or no end (expires_at)");
	f.enabled = false;
	reach_step_peer(&f, &s);
	is(REACH_FAIL, "anna is switched off", "peers", "anna", "switch anna on (enabled)");
	f.vpn_enabled = false;
	reach_step_peer(&f, &s);
	is(REACH_FAIL, "the VPN is switched off", "wireguard", "", "switch the VPN on (wireguard.enabled)");
	assert_int_equal(s.rev, 3);
	f.name = NULL;
	f.zone = "lan";
	reach_step_peer(&f, &s);
	is(REACH_SKIP, "asked by no device in particular (zone lan)", NULL, "", "");
}

static struct reach_of_dns
answer(void)
{
	return (struct reach_of_dns){ .host = "wiki.my.cell", .asked = true, .rcode = "NOERROR", .ede = -1,
		.source = "authoritative", .address = "10.0.0.1", .peer = "anna", .word = "route:wiki", .peer_rev = 7, .rev = 2 };
}

static void
names(void **state)
{
	struct reach_of_dns f = answer();

	(void)state;
	reach_step_dns(&f, &s);
	is(REACH_PASS, "wiki.my.cell is at 10.0.0.1 (authoritative)", "dns", "", "");
	f.address = NULL;
	reach_step_dns(&f, &s);
	is(REACH_FAIL, "wiki.my.cell has no address", "dns", "", "");
	f.rcode = "REFUSED";
	f.ede = 18;
	f.ede_text = "no access to the page wiki";
	reach_step_dns(&f, &s);
	is(REACH_FAIL, "this device has no access to wiki.my.cell (REFUSED, EDE 18: no access to the page wiki)", "peers", "anna",
	    "give anna access to wiki (add route:wiki to service_access of anna)");
	assert_int_equal(s.rev, 7);
	f.word = NULL;
	reach_step_dns(&f, &s);
	is(REACH_FAIL,
	    "whoever asks from there is not told the address of wiki.my.cell (REFUSED, EDE 18: no access to the page wiki)",
	    "dns", "", "");
	f.rcode = "SERVFAIL";
	f.ede = 23;
	f.ede_text = "";
	reach_step_dns(&f, &s);
	is(REACH_FAIL, "the name service found no answer for wiki.my.cell (SERVFAIL, EDE 23)", "dns", "",
	    "look whether the name services answer");
	f.device = "10.0.0.3";
	reach_step_dns(&f, &s);
	is(REACH_FAIL, "the name service found no answer for wiki.my.cell (SERVFAIL, EDE 23)", "dns", "",
	    "wiki.my.cell is what a device is called here: ask for its address, 10.0.0.3");
	f.device = NULL;
	f.rcode = "NXDOMAIN";
	f.ede = -1;
	f.source = "upstream";
	reach_step_dns(&f, &s);
	is(REACH_FAIL, "there is no name wiki.my.cell (NXDOMAIN)", "dns", "", "look how it is written");
	f.source = "authoritative";
	reach_step_dns(&f, &s);
	is(REACH_FAIL, "there is no name wiki.my.cell (NXDOMAIN)", "dns", "",
	    "look how it is written, or add it to the names of the cell");
	f.source = "blocked";
	f.rule = "ads";
	reach_step_dns(&f, &s);
	is(REACH_FAIL, "blocked by ads", "blocklists", "ads", "allow wiki.my.cell in the block lists");
	f.asked = false;
	reach_step_dns(&f, &s);
	is(REACH_NOT_KNOWN, "the name service does not answer", NULL, "", "");
	f.literal = true;
	reach_step_dns(&f, &s);
	assert_int_equal(s.result, REACH_SKIP);
}

static void
ways(void **state)
{
	struct reach_of_route r = { "192.168.1.5", REACH_TO_LAN, "eth0" };
	struct reach_of_exit x = { REACH_TO_LAN, "default", "eth1", "eth1", "anna", 7 };

	(void)state;
	reach_step_route(&r, &s);
	is(REACH_PASS, "leads to the home network by eth0", NULL, "", "");
	r.interface = "";
	reach_step_route(&r, &s);
	is(REACH_FAIL, "no way leads to the home network (no route)", "network", "", "connect the cell to the home network");
	r.leads = REACH_TO_CELL;
	reach_step_route(&r, &s);
	is(REACH_PASS, "192.168.1.5 is the cell itself", NULL, "", "");

	reach_step_exit(&x, &s);
	assert_int_equal(s.result, REACH_SKIP);
	x.leads = REACH_TO_INTERNET;
	reach_step_exit(&x, &s);
	is(REACH_PASS, "goes out by eth1 (exit default)", "peers", "anna", "");
	x.interface = "eth0";
	reach_step_exit(&x, &s);
	is(REACH_FAIL, "the way out is eth1, but the host sends it to eth0 (exit default)", "peers", "anna",
	    "take away the host's own route by eth0");
	x.uplink = "";
	reach_step_exit(&x, &s);
	is(REACH_FAIL, "there is no way out into the Internet (exit default: no uplink)",
	    "peers", "anna", "connect the cell to the Internet");
}

static void
firewalls(void **state)
{
	struct reach_of_firewall f = { .in_force = true, .asked = true, .allow = true, .text = "anna has access to mail",
		.owner = "peers", .object = "anna", .rev = 7, .fix = "none of it" };

	(void)state;
	reach_step_firewall(&f, &s);
	is(REACH_PASS, "anna has access to mail", "peers", "anna", "");
	f.allow = false;
	reach_step_firewall(&f, &s);
	is(REACH_FAIL, "stopped: anna has access to mail (dropped)", "peers", "anna", "none of it");
	f.reject = true;
	f.rule = "6b1f";
	f.rule_name = "no printers";
	reach_step_firewall(&f, &s);
	is(REACH_FAIL, "stopped: anna has access to mail: no printers (rejected)", "firewall", "6b1f", "none of it");
	f.in_force = false;
	f.allow = true;
	reach_step_firewall(&f, &s);
	is(REACH_NOT_KNOWN, "the firewall is not in force; it would say: anna has access to mail", "firewall", "", "");
	f.asked = false;
	reach_step_firewall(&f, &s);
	assert_int_equal(s.result, REACH_NOT_KNOWN);
}

static void
listeners(void **state)
{
	struct reach_of_listener f = { .here = true, .protocol = "tcp", .port = 443, .known = true, .open = true, .zone = true,
		.zone_name = "vpn", .error = "held by nginx", .reason = "network.ports.https", .owner = "network", .rev = 4 };

	(void)state;
	reach_step_listener(&f, &s);
	is(REACH_PASS, "the cell listens there (tcp port 443)", "network", "network.ports.https", "");
	f.zone = false;
	reach_step_listener(&f, &s);
	is(REACH_FAIL, "the cell does not listen there for whoever asks (tcp port 443 is not for zone vpn)",
	    "network", "network.ports.https", "");
	f.open = false;
	reach_step_listener(&f, &s);
	is(REACH_FAIL, "the cell cannot listen there: held by nginx (tcp port 443)", "network", "network.ports.https",
	    "free the port, or set another one (network.ports.https)");
	f.known = false;
	reach_step_listener(&f, &s);
	is(REACH_NOT_KNOWN, "the cell does not listen on tcp port 443; whether another program does is not known", NULL, "", "");
	f.here = false;
	reach_step_listener(&f, &s);
	assert_int_equal(s.result, REACH_SKIP);
}

static void
certificates(void **state)
{
	struct reach_of_certificate f = { .wanted = true, .host = "wiki.my.cell", .source = "internal", .found = true,
		.names = true, .from = 1000, .until = 1000 + 30 * 86400, .now = 2000, .rev = 5 };

	(void)state;
	reach_step_certificate(&f, &s);
	is(REACH_PASS, "good for another 29 days (internal)", "certificates", "", "");
	f.now = f.until + 60;
	reach_step_certificate(&f, &s);
	is(REACH_FAIL, "the certificate ran out 60 s ago", "certificates", "", "renew the certificate");
	f.now = 0;
	reach_step_certificate(&f, &s);
	assert_int_equal(s.result, REACH_FAIL);
	f.names = false;
	reach_step_certificate(&f, &s);
	is(REACH_FAIL, "the certificate served does not name wiki.my.cell", "certificates", "",
	    "ask for a name that it has, or renew the certificate");
	f.found = false;
	reach_step_certificate(&f, &s);
	assert_int_equal(s.result, REACH_NOT_KNOWN);
	f.wanted = false;
	reach_step_certificate(&f, &s);
	assert_int_equal(s.result, REACH_SKIP);
}

static void
proxies(void **state)
{
	struct reach_of_proxy f = { REACH_EDGE_ROUTED, "wiki.my.cell", "wiki", "vpn", "route:wiki", "anna", 9, 7 };

	(void)state;
	reach_step_proxy(&f, &s);
	is(REACH_PASS, "leads to the page wiki (route)", "proxy", "wiki", "");
	assert_int_equal(s.rev, 9);
	f.edge = REACH_EDGE_ZONE;
	reach_step_proxy(&f, &s);
	is(REACH_FAIL, "the page wiki is not open to whoever asks (zone vpn)", "proxy", "wiki",
	    "open the page wiki to that zone (access: vpn)");
	f.edge = REACH_EDGE_WORD;
	reach_step_proxy(&f, &s);
	is(REACH_FAIL, "anna has no access to the page wiki (route:wiki)", "peers", "anna",
	    "give anna access to wiki (add route:wiki to service_access of anna)");
	assert_int_equal(s.rev, 7);
	f.peer = NULL;
	reach_step_proxy(&f, &s);
	is(REACH_FAIL, "only devices that have access to the page wiki come in (route:wiki)", "proxy", "wiki", "");
	f.edge = REACH_EDGE_NO_HOST;
	reach_step_proxy(&f, &s);
	is(REACH_FAIL, "the cell does not go by the name wiki.my.cell", "proxy", "", "make a page for wiki.my.cell (route)");
	f.edge = REACH_EDGE_NO_PATH;
	reach_step_proxy(&f, &s);
	assert_int_equal(s.result, REACH_FAIL);
	f.edge = REACH_EDGE_NONE;
	reach_step_proxy(&f, &s);
	assert_int_equal(s.result, REACH_SKIP);
}

static void
logins(void **state)
{
	struct reach_of_login f = { .edge = REACH_EDGE_ROUTED, .wants = REACH_LOGIN_NONE, .owner = "anna", .owner_enabled = true,
		.route = "wiki", .rev = 9, .owner_rev = 6 };

	(void)state;
	reach_step_login(&f, &s);
	is(REACH_SKIP, "the page wiki asks for none (login)", NULL, "", "");
	f.wants = REACH_LOGIN_USER;
	reach_step_login(&f, &s);
	is(REACH_PASS, "asks to sign in, as anna can", "proxy", "wiki", "");
	f.wants = REACH_LOGIN_ADMIN;
	reach_step_login(&f, &s);
	is(REACH_FAIL, "only for administrators, and anna is none", "proxy", "wiki",
	    "let everybody who has an account into the page wiki (login: user)");
	f.owner_enabled = false;
	reach_step_login(&f, &s);
	is(REACH_FAIL, "asks to sign in, and the account anna is switched off",
	    "users", "anna", "switch the account anna on (enabled)");
	f.owner = NULL;
	reach_step_login(&f, &s);
	assert_int_equal(s.result, REACH_NOT_KNOWN);
	f.edge = REACH_EDGE_OWN;
	reach_step_login(&f, &s);
	assert_int_equal(s.result, REACH_SKIP);
}

static void
upstreams(void **state)
{
	struct reach_of_upstream f = { .edge = REACH_EDGE_ROUTED, .asked = true, .connected = true, .route = "wiki",
		.target = "http://192.168.1.5", .status = 200, .rev = 9 };

	(void)state;
	reach_step_upstream(&f, &s);
	is(REACH_PASS, "http://192.168.1.5 answers, status 200", "proxy", "wiki", "");
	f.error = "connection refused";
	reach_step_upstream(&f, &s);
	is(REACH_FAIL, "http://192.168.1.5: connection refused", "proxy", "wiki",
	    "look whether http://192.168.1.5 runs, and whether it is the right target of the page wiki");
	f.asked = false;
	reach_step_upstream(&f, &s);
	is(REACH_NOT_KNOWN, "http://192.168.1.5 could not be tried", "proxy", "wiki", "");
	f.edge = REACH_EDGE_NONE;
	reach_step_upstream(&f, &s);
	assert_int_equal(s.result, REACH_SKIP);
}

static void
all_pass(struct reach_step steps[REACH_STAGES])
{
	size_t i;

	memset(steps, 0, REACH_STAGES * sizeof(*steps));
	for (i = 0; i < REACH_STAGES; i++)
		steps[i].result = i % 2 == 0 ? REACH_PASS : REACH_SKIP;
}

/* Whichever stage fails is the last that is met; unknown never becomes allowed. */
static void
the_first_no_ends_it(void **state)
{
	struct reach_step steps[REACH_STAGES];
	size_t i, k;

	(void)state;
	all_pass(steps);
	assert_int_equal(reach_steps_close(steps), REACH_PASS);
	for (i = 0; i < REACH_STAGES; i++) {
		all_pass(steps);
		steps[i].result = REACH_NOT_KNOWN;
		assert_int_equal(reach_steps_close(steps), REACH_NOT_KNOWN);
		all_pass(steps);
		steps[0].result = i == 0 ? REACH_FAIL : REACH_NOT_KNOWN;
		steps[i].result = steps[REACH_STAGES - 1].result = REACH_FAIL;
		assert_int_equal(reach_steps_close(steps), REACH_FAIL);
		assert_int_equal(steps[i].result, REACH_FAIL);
		for (k = i + 1; k < REACH_STAGES; k++)
			assert_int_equal(steps[k].result, REACH_SKIP);
		if (i + 1 < REACH_STAGES)
			assert_non_null(strstr(steps[i + 1].detail, reach_stage_name((enum reach_stage)i)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(peers),
		cmocka_unit_test(names),
		cmocka_unit_test(ways),
		cmocka_unit_test(firewalls),
		cmocka_unit_test(listeners),
		cmocka_unit_test(certificates),
		cmocka_unit_test(proxies),
		cmocka_unit_test(logins),
		cmocka_unit_test(upstreams),
		cmocka_unit_test(the_first_no_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
