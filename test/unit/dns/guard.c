/* Names that not every peer may ask for: DNS-5. */
#include "dns/guard.h"

#include "dns/table.h"
#include "served.h"

enum { NOBODY, ANNA, BEN };

static struct conf_route routes[4];
static struct conf_access rights[3];

static void
add_route(struct cell *k, const char *name, const char *host, const char *path, unsigned access)
{
	k->c.proxy.routes = routes;
	routes[k->c.proxy.nroutes++] = (struct conf_route){ .name = name, .host = host, .path = path,
	    .target = "http://192.168.1.5", .access = access, .enabled = true };
}

static bool
may(void *arg, uint32_t number, const struct conf_access *words)
{
	(void)arg;
	return number <= BEN && conf_access_meet(&rights[number], words);
}

static const struct dns_peers peers = { .may = may };
static const struct from peer = { CONF_ZONE_VPN, "10.0.0.1", CELL_WG, "10.0.0.9" };

static const char *
ask(struct served *s, uint32_t number, const char *name, uint16_t type)
{
	s->number = number;
	return served_ask(s, &peer, name, type);
}

static void
refused(struct served *s, uint32_t number, const char *name, uint16_t type, const char *why)
{
	assert_string_equal(ask(s, number, name, type), "REFUSED  |");
	assert_int_equal(s->o.ede, DNS_EDE_PROHIBITED);
	assert_int_equal(s->o.source, DNS_SOURCE_REFUSED);
	assert_string_equal(s->o.ede_text, why);
}

static void
open_cell(struct served *s, struct cell *k)
{
	cell_init(k);
	memset(rights, 0, sizeof(rights));
	add_route(k, "ha", "ha", "/", CONF_ZONE_VPN | CONF_ZONE_LAN);
	add_route(k, "nas", "nas", "/", CONF_ZONE_VPN);
	add_route(k, "nas-admin", "nas", "/admin", CONF_ZONE_VPN);
	add_route(k, "tv", "tv", "/", CONF_ZONE_LAN);
	conf_access_add(&rights[ANNA], 0);
	conf_access_add(&rights[BEN], 2);
	served_open(s, k);
	s->peers = &peers;
}

/* By all types alike: the name, what is not there, and what is asked as ANY. */
static void
test_refused(void **state)
{
	struct served s;
	struct cell k;

	(void)state;
	open_cell(&s, &k);
	assert_string_equal(ask(&s, ANNA, "ha.myhome.home.arpa", DNS_A), "NOERROR aa ha.myhome.home.arpa. 60 A 10.0.0.1 |");
	assert_non_null(strstr(ask(&s, ANNA, "HA.myhome.cell", DNS_AAAA), "fd5e:3c1a:9b42:1::1"));
	assert_non_null(strstr(ask(&s, ANNA, "ha.myhome.home.arpa", DNS_TXT), "NOERROR"));
	assert_non_null(strstr(ask(&s, ANNA, "ha.myhome.home.arpa", DNS_ANY), "RFC8482"));
	refused(&s, BEN, "ha.myhome.home.arpa", DNS_A, "no access to the page ha");
	refused(&s, BEN, "ha.myhome.cell", DNS_AAAA, "no access to the page ha");
	refused(&s, BEN, "ha.myhome.home.arpa", DNS_TXT, "no access to the page ha");
	refused(&s, BEN, "ha.myhome.home.arpa", DNS_ANY, "no access to the page ha");
	refused(&s, NOBODY, "ha.myhome.home.arpa", DNS_A, "no access to the page ha");
	served_close(&s);
}

/* A host of several routes is there for who may use any of them; one that is not open to the VPN for none of it. */
static void
test_hosts(void **state)
{
	struct served s;
	struct cell k;

	(void)state;
	open_cell(&s, &k);
	assert_non_null(strstr(ask(&s, BEN, "nas.myhome.home.arpa", DNS_A), "10.0.0.1"));
	refused(&s, ANNA, "nas.myhome.home.arpa", DNS_A, "no access to the page nas");
	refused(&s, ANNA, "tv.myhome.home.arpa", DNS_A, "the page tv is not open to the VPN");
	refused(&s, BEN, "tv.myhome.home.arpa", DNS_A, "the page tv is not open to the VPN");
	served_close(&s);
}

/* The cell's own names are for every peer, the home and the host are not concerned, and a person may look at the view. */
static void
test_others(void **state)
{
	struct served s;
	struct cell k;

	(void)state;
	open_cell(&s, &k);
	assert_non_null(strstr(ask(&s, BEN, "myhome.home.arpa", DNS_A), "10.0.0.1"));
	assert_non_null(strstr(ask(&s, BEN, "api.myhome.cell", DNS_A), "10.0.0.1"));
	assert_non_null(strstr(ask(&s, BEN, "nowhere.myhome.cell", DNS_A), "NXDOMAIN"));
	s.number = NOBODY;
	assert_non_null(strstr(served_ask(&s, &from_lan, "ha.myhome.home.arpa", DNS_A), "192.168.1.2"));
	assert_non_null(strstr(served_ask(&s, &from_local, "ha.myhome.cell", DNS_A), "127.0.0.1"));
	assert_non_null(strstr(served_ask(&s, &from_vpn, "ha.myhome.home.arpa", DNS_A), "10.0.0.1"));
	served_close(&s);
}

/* A record of the owner beside it does not open the name. */
static void
test_custom(void **state)
{
	struct served s;
	struct cell k;

	(void)state;
	open_cell(&s, &k);
	served_close(&s);
	cell_record(&k, "myhome.home.arpa", "ha", "TXT", "hello", CONF_ZONE_VPN | CONF_ZONE_LAN);
	served_open(&s, &k);
	s.peers = &peers;
	assert_non_null(strstr(ask(&s, ANNA, "ha.myhome.home.arpa", DNS_TXT), "hello"));
	refused(&s, BEN, "ha.myhome.home.arpa", DNS_TXT, "no access to the page ha");
	assert_non_null(strstr(served_ask(&s, &from_lan, "ha.myhome.home.arpa", DNS_TXT), "hello"));
	served_close(&s);
}

/* Numbers of a table that nobody made. */
static void
test_unknown_guards(void **state)
{
	const struct dns_guards none = { NULL, 0 };

	(void)state;
	assert_non_null(dns_guard_refuses(&none, 1, &peers, ANNA));
	assert_true(dns_guards_check(&none));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused), cmocka_unit_test(test_hosts), cmocka_unit_test(test_others),
		cmocka_unit_test(test_custom), cmocka_unit_test(test_unknown_guards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
