/* src/fw/input.c: two inputs are the same only if no field of them differs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sample.h"

static void
full(struct sample *s)
{
	sample_make(s, 4);
	s->in.nparties = SAMPLE_PARTIES;
	s->in.nrules = SAMPLE_RULES;
	s->in.nforwards = SAMPLE_FORWARDS;
	s->in.nways = 4;
	s->parties[4].nnets = s->services[0].nports = s->rules[2].nports = 1;
}

/* b differs from a in what at, within it, points to. */
static void
is_seen(const struct sample *a, struct sample *b, void *at, size_t size)
{
	const size_t offset = (size_t)((uint8_t *)at - (uint8_t *)b);

	((uint8_t *)at)[0] ^= 1;
	if (fw_input_eq(&a->in, &b->in))
		fail_msg("the field at %zu is not looked at", offset);
	((uint8_t *)at)[0] ^= 1;
	assert_true(size > 0 && fw_input_eq(&a->in, &b->in));
}
#define SEEN(field) is_seen(&a, &b, &(field), sizeof(field))

static void
every_field(void **state)
{
	struct sample a, b;

	(void)state;
	full(&a);
	full(&b);
	assert_true(fw_input_eq(&a.in, &b.in));
	SEEN(b.in.vpn_if), SEEN(b.in.vpn_net[1].bits), SEEN(b.in.uplink), SEEN(b.lan_ifs[0]), SEEN(b.lan[1].addr.b);
	SEEN(b.ways[3].net.bits), SEEN(b.ways[3].interface), SEEN(b.ways[3].home), SEEN(b.own[3].b), SEEN(b.service_nets[0].bits);
	SEEN(b.doors[5].proto), SEEN(b.doors[5].port), SEEN(b.doors[5].zones);
	SEEN(b.parties[4].link), SEEN(b.parties[4].enabled), SEEN(b.parties[4].internet), SEEN(b.parties[4].lan);
	SEEN(b.parties[4].peers), SEEN(b.parties[4].addr[0].b), SEEN(b.parties[4].addr[1].b), SEEN(b.nets[4].bits);
	SEEN(b.parties[4].services), SEEN(b.parties[4].groups), SEEN(b.names[4]);
	SEEN(b.services[0].addr[0].b), SEEN(b.services[0].addr[1].b), SEEN(b.services[0].egress);
	SEEN(b.services[0].ports[0].proto), SEEN(b.services[0].ports[0].ports.lo), SEEN(b.services[0].ports[0].ports.hi);
	SEEN(b.services[0].ports[0].zones);
	SEEN(b.forwards[2].zone), SEEN(b.forwards[2].proto), SEEN(b.forwards[2].port), SEEN(b.forwards[2].to_port);
	SEEN(b.forwards[2].to.b), SEEN(b.forwards[2].masquerade), SEEN(b.ids[SAMPLE_RULES + 2]);
	SEEN(b.rules[2].action), SEEN(b.rules[2].from.kind), SEEN(b.rules[2].from.index), SEEN(b.rules[2].from.zone);
	SEEN(b.rules[2].from.cidr.bits), SEEN(b.rules[2].to.kind), SEEN(b.rules[2].to.cidr.addr.b), SEEN(b.rules[2].proto);
	SEEN(b.rules[2].ports[0].lo), SEEN(b.rules[2].ports[0].hi), SEEN(b.ids[2]);
	SEEN(b.in.vpn_default_accept), SEEN(b.in.forward_default_accept), SEEN(b.in.host_guard), SEEN(b.in.masquerade6);
	SEEN(b.in.log_group), SEEN(b.in.client_ports.lo), SEEN(b.in.client_ports.hi);
}

static void
every_count(void **state)
{
	struct sample a, b;
	size_t *const counts[] = {
		&b.in.nlan_nets, &b.in.nways, &b.in.nown, &b.in.nservice_nets, &b.in.ndoors, &b.in.nparties, &b.in.ngroups,
		&b.in.nservices, &b.in.nforwards, &b.in.nrules, &b.in.nlan_ifs, &b.parties[4].nnets, &b.services[0].nports,
		&b.rules[2].nports
	};
	size_t i;

	(void)state;
	full(&a);
	full(&b);
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		(*counts[i])--;
		if (fw_input_eq(&a.in, &b.in))
			fail_msg("count %zu is not looked at", i);
		(*counts[i])++;
	}
	assert_true(fw_input_eq(&a.in, &b.in));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_field), cmocka_unit_test(every_count) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
