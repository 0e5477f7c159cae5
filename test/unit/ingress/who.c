/* Addresses to peers: product.md 1.2, PEER-8, P6; design.md 3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conf/conf.h"
#include "ingress/who.h"
#include "ingress/zone.h"

enum { LO = 1, ETH = 2, WG = 3, MANY = 10000 };

struct world {
	struct conf c;
	struct conf_user users[3];
	struct conf_route routes[3];
	struct conf_peer peers[5];
	void *piece;
	size_t n;
	struct ingress_who who;
};

static struct addr
addr(const char *s)
{
	struct addr a;

	assert_true(addr_read(str_of(s), &a));
	return a;
}

static struct addr_prefix
prefix(const char *s)
{
	struct addr_prefix p;

	assert_true(addr_prefix_read(str_of(s), &p));
	return p;
}

static void
make(struct world *w)
{
	free(w->piece);
	assert_int_equal(ingress_who_build(&w->piece, &w->n, &w->c), 0);
	assert_true(ingress_who_open(&w->who, w->piece, w->n));
}

static int
setup(void **state)
{
	static const char *const words[] = { "mail", "route:nas", "route:gone" }, *const groups[] = { "kids", "admin", "guests" };
	static struct addr_prefix nets[3];
	struct world *w = calloc(1, sizeof(*w));

	w->c.users = w->users;
	w->users[w->c.nusers++] = (struct conf_user){ .username = "Anna", .role = CONF_ROLE_PEER, .display_name = "Anna B.",
	    .email = "anna@example", .enabled = true };
	w->users[w->c.nusers++] = (struct conf_user){ .username = "ben", .role = CONF_ROLE_PEER, .display_name = "" };
	w->users[w->c.nusers++] = (struct conf_user){ .username = "root", .display_name = "",
	    .enabled = true };
	w->c.proxy.routes = w->routes;
	w->routes[w->c.proxy.nroutes++] = (struct conf_route){ .name = "ha" };
	w->routes[w->c.proxy.nroutes++] = (struct conf_route){ .name = "nas" };
	w->c.peers = w->peers;
	w->peers[0] = (struct conf_peer){ .name = "anna-phone", .owner = "anna", .enabled = true, .ip = addr("10.0.0.2"),
	    .ip6 = addr("fd00:1::2"), .service_access = { (const char **)(uintptr_t)words, 3 },
	    .groups = { (const char **)(uintptr_t)groups, 3 } };
	w->peers[1] = (struct conf_peer){ .name = "off", .owner = "anna", .enabled = false, .ip = addr("10.0.0.3") };
	nets[0] = prefix("192.168.50.0/24");
	nets[1] = prefix("fd00:50::/64");
	nets[2] = prefix("10.50.0.0/15");
	w->peers[2] = (struct conf_peer){ .name = "site", .owner = "ben", .enabled = true, .ip = addr("10.0.0.4"),
	    .subnets = { nets, 3 } };
	w->peers[3] = (struct conf_peer){ .name = "Tablet_1", .owner = "root", .enabled = true, .ip = addr("10.0.0.5") };
	w->c.npeers = 4;
	make(w);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	free(w->piece);
	free(w);
	return 0;
}

static uint32_t
find(const struct world *w, const char *s)
{
	const struct addr a = addr(s);

	return ingress_who_find(&w->who, &a);
}

static void
test_addresses(void **state)
{
	const struct world *w = *state;

	assert_int_equal(find(w, "10.0.0.2"), 1);
	assert_int_equal(find(w, "fd00:1::2"), 1);
	assert_int_equal(find(w, "10.0.0.4"), 3);
	assert_int_equal(find(w, "10.0.0.5"), 4);
	assert_int_equal(find(w, "10.0.0.3"), 0);	/* disabled */
	assert_int_equal(find(w, "10.0.0.1"), 0);
	assert_int_equal(find(w, "10.0.0.6"), 0);
	assert_int_equal(find(w, "fd00:1::3"), 0);
	assert_int_equal(find(w, "::ffff:10.0.0.2"), 0);
	assert_int_equal(find(w, "::"), 0);	/* that a peer has no IPv6 address is no address */
	assert_int_equal(ingress_who_find(&w->who, &(struct addr){ 0 }), 0);
	assert_string_equal(ingress_who_name(&w->who, 1), "anna-phone");
	assert_string_equal(ingress_who_name(&w->who, 2), "");
	assert_string_equal(ingress_who_name(&w->who, 0), "");
	assert_string_equal(ingress_who_name(&w->who, 5), "");
	assert_string_equal(ingress_who_name(&w->who, UINT32_MAX), "");
}

/* A network behind a peer is that peer, and not itself; the borders of it. */
static void
test_networks(void **state)
{
	const struct world *w = *state;
	const struct addr own = addr("10.0.0.4"), behind = addr("192.168.50.7");

	assert_int_equal(find(w, "192.168.50.0"), 3);
	assert_int_equal(find(w, "192.168.50.255"), 3);
	assert_int_equal(find(w, "192.168.49.255"), 0);
	assert_int_equal(find(w, "192.168.51.0"), 0);
	assert_int_equal(find(w, "10.50.0.0"), 3);
	assert_int_equal(find(w, "10.51.255.255"), 3);
	assert_int_equal(find(w, "10.52.0.0"), 0);
	assert_int_equal(find(w, "10.49.255.255"), 0);
	assert_int_equal(find(w, "fd00:50::1"), 3);
	assert_int_equal(find(w, "fd00:50:0:1::1"), 0);
	assert_true(ingress_who_is_own(&w->who, 3, &own));
	assert_false(ingress_who_is_own(&w->who, 3, &behind));
	assert_false(ingress_who_is_own(&w->who, 1, &own));
	assert_false(ingress_who_is_own(&w->who, 0, &own));
}

/* What is told of a peer: of its owner only when he may sign in, and never that a group makes him an administrator. */
static void
test_persons(void **state)
{
	const struct world *w = *state;
	struct ingress_peer p;

	assert_true(ingress_who_get(&w->who, 1, &p));
	assert_string_equal(p.name, "anna-phone");
	assert_string_equal(p.owner, "Anna");
	assert_string_equal(p.title, "Anna B.");
	assert_string_equal(p.email, "anna@example");
	assert_string_equal(p.groups, "peer,kids,guests");
	assert_false(conf_access_has(p.access, 0));
	assert_true(conf_access_has(p.access, 1));
	assert_false(ingress_who_get(&w->who, 2, &p));
	assert_true(ingress_who_get(&w->who, 3, &p));
	assert_string_equal(p.owner, "");
	assert_string_equal(p.email, "");
	assert_true(ingress_who_get(&w->who, 4, &p));
	assert_string_equal(p.owner, "");	/* an administrator owns no peer */
	assert_string_equal(p.groups, "peer");
	assert_null(ingress_who_access(&w->who, 0));
	assert_null(ingress_who_access(&w->who, 2));
}

/* PEER-8: who comes after somebody has nothing of his. */
static void
test_successor(void **state)
{
	struct world *w = *state;
	struct ingress_peer p;

	w->peers[0] = (struct conf_peer){ .name = "anna-phone", .enabled = true, .ip = addr("10.0.0.2") };
	make(w);
	assert_true(ingress_who_get(&w->who, 1, &p));
	assert_string_equal(p.owner, "");
	assert_string_equal(p.groups, "peer");
	assert_false(conf_access_has(p.access, 1));
	assert_int_equal(find(w, "fd00:1::2"), 0);
}

/* On the VPN's interface one is a peer or nobody; elsewhere an address of the VPN proves nothing. */
static void
test_ingress(void **state)
{
	const struct world *w = *state;
	struct ingress in = { .vpn_ifindex = WG, .loopback_ifindex = LO, .nnets = 2,
	    .nets = { { WG, prefix("10.0.0.0/24"), CONF_ZONE_VPN }, { ETH, prefix("192.168.1.0/24"), CONF_ZONE_LAN } } };
	const struct { uint32_t ifindex; const char *from; unsigned zone; uint32_t number; } rows[] = {
		{ WG, "10.0.0.2", CONF_ZONE_VPN, 1 }, { WG, "fd00:1::2", CONF_ZONE_VPN, 1 }, { WG, "192.168.50.9", CONF_ZONE_VPN, 3 },
		{ WG, "10.0.0.3", 0, 0 }, { WG, "10.0.0.77", 0, 0 }, { WG, "192.168.1.7", 0, 0 }, { WG, "127.0.0.1", 0, 0 },
		{ WG, "8.8.8.8", 0, 0 },
		{ ETH, "10.0.0.2", CONF_ZONE_PUBLIC, 0 }, { ETH, "192.168.50.9", CONF_ZONE_PUBLIC, 0 },
		{ ETH, "192.168.1.7", CONF_ZONE_LAN, 0 }, { LO, "127.0.0.1", CONF_ZONE_LOCAL, 0 },
		{ 0, "10.0.0.2", CONF_ZONE_VPN, 1 }, { 0, "10.0.0.3", 0, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct addr a = addr(rows[i].from);
		uint32_t number = 99;
		const unsigned zone = ingress_identify(&in, &w->who, rows[i].ifindex, &a, &number);

		if (zone != rows[i].zone || number != rows[i].number)
			fail_msg("%s at %u: zone %u, number %u", rows[i].from, rows[i].ifindex, zone, number);
	}
}

/* P6: 10,000 peers, each found, no stranger; a piece of the size that the header tells. */
static void
test_many(void **state)
{
	struct world *w = *state;
	struct conf_peer *peers = calloc(MANY, sizeof(*peers));
	char (*names)[16] = calloc(MANY, sizeof(*names));
	uint32_t i;

	for (i = 0; i < MANY; i++) {
		struct conf_peer *p = &peers[i];

		(void)snprintf(names[i], sizeof(names[i]), "peer-%05u", i);
		*p = (struct conf_peer){ .name = names[i], .enabled = i % 7 != 0,
		    .ip = { 4, { 10, 0, (uint8_t)(i >> 8), (uint8_t)i } },
		    .ip6 = { 16, { 0xfd, 1, [14] = (uint8_t)(i >> 8), [15] = (uint8_t)i } } };
	}
	w->c.peers = peers;
	w->c.npeers = MANY;
	make(w);
	for (i = 0; i < MANY; i++) {
		const uint32_t want = peers[i].enabled ? i + 1 : 0;

		assert_int_equal(ingress_who_find(&w->who, &peers[i].ip), want);
		assert_int_equal(ingress_who_find(&w->who, &peers[i].ip6), want);
		assert_string_equal(ingress_who_name(&w->who, want), want == 0 ? "" : names[i]);
		peers[i].ip.b[0] = 11;
		assert_int_equal(ingress_who_find(&w->who, &peers[i].ip), 0);
	}
	assert_true(w->n < 2 << 20);
	free(names);
	free(peers);
}

/* Every beginning of a piece is refused, and so is one that is longer, or not aligned. */
static void
test_cut(void **state)
{
	struct world *w = *state;
	uint8_t *p = malloc(w->n + 8);
	struct ingress_who who;
	size_t n;

	for (n = 0; n < w->n; n++) {
		uint8_t *exact = malloc(n + (n == 0));

		memcpy(exact, w->piece, n);
		assert_false(ingress_who_open(&who, exact, n));
		free(exact);
	}
	memcpy(p, w->piece, w->n);
	memset(p + w->n, 0, 8);
	assert_true(ingress_who_open(&who, p, w->n));
	assert_false(ingress_who_open(&who, p, w->n + 1));
	p[w->n - 1] = 'x';		/* no text would end */
	assert_false(ingress_who_open(&who, p, w->n));
	memmove(p + 4, w->piece, w->n);
	assert_false(ingress_who_open(&who, p + 4, w->n));
	free(p);
}

static void
test_nobody(void **state)
{
	struct world *w = *state;
	const struct ingress_who zero = { 0 };
	const struct addr a = addr("10.0.0.2");

	w->c.npeers = 0;
	make(w);
	assert_int_equal(find(w, "10.0.0.2"), 0);
	assert_int_equal(ingress_who_find(&zero, &a), 0);
	assert_string_equal(ingress_who_name(&zero, 1), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_networks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_persons, setup, teardown),
		cmocka_unit_test_setup_teardown(test_successor, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ingress, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nobody, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
