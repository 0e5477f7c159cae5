/* src/fw/space.c: statements about everybody, everything and every port (FWL-13), held against each connection one by one, for
 * inputs drawn at random; what they name, said outright; and how much work they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fw/asked.h"
#include "fw/decide.h"
#include "fw/flow.h"
#include "fw/index.h"
#include "fw/space.h"
#include "fw/space_parts.h"

#include "sample.h"

enum { MANY_PEERS = 10000, MANY_RULES = 100, MANY_STEPS = 5000000 };
enum { LIMIT_STEPS = 10000000 };	/* for all assertions that there may be */

/* --- one by one ------------------------------------------------------------------------- */

/* Every address that the sample's inputs can tell from others, and some beside them. */
static const char *const four[] = {
	"0.0.0.1", "10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.0.8",
	"10.0.0.9", "10.0.0.10", "10.0.1.1", "127.0.0.1", "172.20.0.7", "172.20.0.20", "172.20.0.21", "172.20.0.22",
	"172.16.0.1", "172.17.0.7", "172.17.9.7", "172.20.1.1", "172.30.0.1", "192.168.7.7",
	"192.168.1.1", "192.168.1.20", "192.168.1.21", "192.168.1.200", "192.168.50.7",
	"192.168.51.7", "192.168.52.7", "192.168.53.7", "192.168.54.7", "192.168.55.7", "192.168.56.7", "192.168.57.7",
	"192.168.58.7", "198.51.100.1", "198.51.100.7", "198.51.100.8", "8.8.8.8", "224.0.0.1"
};
static const char *const six[] = {
	"::1", "::2", "fd00:1::1", "fd00:1::2", "fd00:1::3", "fd00:1::4", "fd00:1::5", "fd00:1::6", "fd00:1::7", "fd00:1::8",
	"fd00:1::9", "fd00:1::a", "2001:db8:1::7", "fd00:20::14", "fd00:20::15", "fd00:20::16", "fd00:20::99", "fd00:50:51::7",
	"fd00:17::7", "fd00:50:55::7", "fd00:5::20", "2001:db8:9::1", "ff02::1"
};

static const struct { uint8_t proto; uint16_t port; } what[] = {
	{ FW_TCP, 1 }, { FW_TCP, 25 }, { FW_TCP, 53 }, { FW_TCP, 80 }, { FW_TCP, 85 }, { FW_TCP, 90 }, { FW_TCP, 443 }, { FW_TCP, 853 },
	{ FW_TCP, 3000 }, { FW_TCP, 8080 }, { FW_TCP, 65535 }, { FW_UDP, 1 }, { FW_UDP, 25 }, { FW_UDP, 53 }, { FW_UDP, 68 },
	{ FW_UDP, 85 }, { FW_UDP, 123 }, { FW_UDP, 443 }, { FW_UDP, 546 }, { FW_UDP, 853 }, { FW_UDP, 3000 }, { FW_UDP, 8080 },
	{ FW_UDP, 51820 }, { FW_ICMP, 0 }, { FW_ICMP6, 0 }, { 47, 0 }
};

static bool
is_own_only(const struct fw_end *e, const struct addr *a)
{
	return e->kind == FW_END_CIDR && e->cidr.bits == 8 * a->len && addr_in(a, &e->cidr);
}

static bool
names_source(const struct fw_asked *q, const struct fw_assertion *a, const struct fw_flow *f)
{
	if (fw_index_own(q->x, &f->src))
		return is_own_only(&a->from, &f->src);
	if (q->from_vpn && q->src == NULL)
		return false;		/* nobody is there */
	if (a->from.kind == FW_END_ZONE && a->from.zone == FW_CONTAINER)
		return fw_index_service_net(q->x, &f->src);
	return fw_asked_from(q, &a->from);
}

static bool
names_target(const struct fw_asked *q, const struct fw_assertion *a)
{
	if (q->to_vpn && (q->dst == NULL || q->dst == q->src))
		return false;		/* nobody is there, or who asks */
	return fw_asked_to(q, &a->to);
}

static bool
names_port(const struct fw_asked *q, const struct fw_assertion *a)
{
	size_t i;

	if (a->to.kind == FW_END_DNS)
		return fw_is_dns(&q->f);
	if (a->to.kind != FW_END_SERVICE || !a->allow)
		return true;
	for (i = 0; i < q->in->services[a->to.index].nports; i++) {
		const struct fw_service_port *p = &q->in->services[a->to.index].ports[i];

		if (p->proto == q->f.proto && q->f.port >= p->ports.lo && q->f.port <= p->ports.hi)
			return true;
	}
	return false;
}

enum said { NOT_NAMED, LET_THROUGH, REFUSED };

/* By what space.h says in words. */
static enum said
one_by_one(const struct fw_index *x, const struct fw_assertion *a, const struct fw_flow *f)
{
	struct fw_asked q;
	struct fw_verdict v, plain;

	fw_asked_make(&q, x, f);
	if (!names_source(&q, a, f) || !names_target(&q, a) || !names_port(&q, a) || (q.forward != NULL && a->allow))
		return NOT_NAMED;
	fw_decide(x, f, &v);
	if (v.why != FW_BY_RULE && a->to.kind == FW_END_CIDR && fw_index_own(x, &q.f.dst) && !is_own_only(&a->to, &q.f.dst))
		return NOT_NAMED;
	if (a->to.kind == FW_END_DNS && a->allow && !v.allow) {
		if (!fw_asked_fixed(&q, &plain))
			fw_asked_default(&q, &plain);
		if (!plain.allow)
			return NOT_NAMED;
	}
	return v.allow ? LET_THROUGH : REFUSED;
}

static bool
pair_holds(const struct fw_index *x, const struct fw_assertion *a, struct fw_flow *f)
{
	bool any = false, asked = false;
	struct fw_asked q;
	enum said said;
	size_t i;

	f->iif[0] = f->oif[0] = '\0';
	f->proto = 0;
	fw_flow_route(x, f);
	fw_asked_make(&q, x, f);
	if (!names_source(&q, a, f))
		return true;
	for (i = 0; i < sizeof(what) / sizeof(what[0]); i++) {
		f->proto = what[i].proto;
		f->port = what[i].port;
		said = one_by_one(x, a, f);
		if (said == (a->allow ? REFUSED : LET_THROUGH))
			return false;
		any = any || said == LET_THROUGH;
		asked = asked || names_target(&q, a);
	}
	return any || !asked || !a->allow || a->to.kind != FW_END_DNS;
}

/* Is any of the addresses named as a source, or as a target? */
static bool
names_any(const struct fw_index *x, const struct fw_assertion *a, const char *const *list, size_t n, bool target)
{
	struct fw_asked q;
	size_t i;

	for (i = 0; i < n; i++) {
		struct fw_flow f = { .src = sample_addr(list[i]), .dst = sample_addr(list[i]) };

		fw_flow_route(x, &f);
		fw_asked_make(&q, x, &f);
		if (target ? (!q.to_vpn || q.dst != NULL) && fw_asked_to(&q, &a->to) : names_source(&q, a, &f))
			return true;
	}
	return false;
}

static bool
names_nothing(const struct fw_index *x, const struct fw_assertion *a)
{
	const size_t nfour = sizeof(four) / sizeof(four[0]), nsix = sizeof(six) / sizeof(six[0]);

	return (names_any(x, a, four, nfour, false) || names_any(x, a, six, nsix, false)) &&
	    !names_any(x, a, four, nfour, true) && !names_any(x, a, six, nsix, true);
}

static bool
family_holds(const struct fw_index *x, const struct fw_assertion *a, const char *const *list, size_t n)
{
	struct addr all[64];
	struct fw_flow f = { 0 };
	size_t i, k;

	for (i = 0; i < n; i++)
		all[i] = sample_addr(list[i]);
	for (i = 0; i < n; i++)
		for (k = 0; k < n; k++) {
			f.src = all[i];
			f.dst = all[k];
			if (!pair_holds(x, a, &f))
				return false;
		}
	return true;
}

static void
as_one_by_one(void **state)
{
	static unsigned seen[2][2];
	struct fw_space *space;
	struct fw_index *x;
	struct sample s;
	uint64_t seed;
	unsigned i;

	(void)state;
	for (seed = 0; seed < 100; seed++) {
		sample_make(&s, seed);
		x = fw_index_new(&s.in);
		space = fw_space_new(x);
		assert_non_null(space);
		for (i = 0; i < 12; i++) {
			struct fw_assertion a = { .from = sample_end(&s, false), .to = sample_end(&s, true), .allow = i % 3 == 0 };
			struct fw_verdict v;
			struct fw_flow f;
			bool want, got;

			if ((a.from.kind == FW_END_PARTY && a.from.index >= s.in.nparties) ||
			    (a.to.kind == FW_END_PARTY && a.to.index >= s.in.nparties))
				continue;
			want = !(a.allow && names_nothing(x, &a)) && family_holds(x, &a, four, sizeof(four) / sizeof(four[0])) &&
			    family_holds(x, &a, six, sizeof(six) / sizeof(six[0]));
			got = fw_space_holds(space, &a, &f, &v);
			seen[a.allow][got]++;
			if (got != want)
				fail_msg("seed %u assertion %u (%d %d %d to %d %d %d, %s): holds %d, one by one %d",
				    (unsigned)seed, i,
				    (int)a.from.kind, (int)a.from.index, (int)a.from.zone, (int)a.to.kind, (int)a.to.index,
				    (int)a.to.zone, a.allow ? "allow" : "deny", got, want);
			if (!got && a.to.kind != FW_END_DNS)
				assert_int_not_equal(v.allow, a.allow);
		}
		fw_space_free(space);
		fw_index_free(x);
	}
	for (i = 0; i < 4; i++)
		assert_true(seen[i / 2][i % 2] > 20);
}

/* --- outright --------------------------------------------------------------------------- */

/* Anna with Internet, bob with the home network, behind rules and forwards as given. */
static void
home(struct sample *s, size_t nrules, size_t nforwards)
{
	sample_make(s, 1);
	s->in.nways = 0;
	s->in.vpn_default_accept = s->in.forward_default_accept = s->in.host_guard = false;
	s->in.nrules = nrules;
	s->in.nforwards = nforwards;
	s->in.nparties = 2;
	(void)snprintf(s->in.vpn_if, sizeof(s->in.vpn_if), "wg0");	/* both fit */
	(void)snprintf(s->in.uplink, sizeof(s->in.uplink), "eth0");
	s->parties[0] = (struct fw_party){ .name = "anna", .enabled = true, .internet = true, .addr = { sample_addr("10.0.0.2") } };
	s->parties[1] = (struct fw_party){ .name = "bob", .enabled = true, .lan = true, .addr = { sample_addr("10.0.0.3") } };
}

/* "" = it holds; else who breaks it, on the way to where. */
static void
is_said(const struct sample *s, const struct fw_assertion *a, const char *want)
{
	struct fw_index *x = fw_index_new(&s->in);
	struct fw_space *space = fw_space_new(x);
	char said[120] = "", src[ADDR_TEXT_MAX], dst[ADDR_TEXT_MAX];
	struct fw_verdict v;
	struct fw_flow f;

	if (!fw_space_holds(space, a, &f, &v))
		(void)snprintf(said, sizeof(said), "%s to %s %d/%u", addr_text(&f.src, src), addr_text(&f.dst, dst),
		    f.proto, f.port);	/* fits */
	assert_string_equal(said, want);
	fw_space_free(space);
	fw_index_free(x);
}

static const struct fw_end anna = { .kind = FW_END_PARTY, .index = 0 }, bob = { .kind = FW_END_PARTY, .index = 1 };
static const struct fw_end lan = { .kind = FW_END_ZONE, .zone = FW_LAN }, internet = { .kind = FW_END_INTERNET };
static const struct fw_end public = { .kind = FW_END_ZONE, .zone = FW_PUBLIC };

/* One open port of one host breaks a deny, and one that is closed an allow. */
static void
every_port_of_every_address(void **state)
{
	struct sample s;

	(void)state;
	home(&s, 0, 0);
	is_said(&s, &(struct fw_assertion){ .from = anna, .to = lan }, "");
	is_said(&s, &(struct fw_assertion){ .from = bob, .to = lan, .allow = true }, "");
	home(&s, 1, 0);
	s.rules[0] = (struct fw_rule){ .id = "1", .action = FW_ACCEPT, .from = anna, .proto = FW_UDP,
		.ports = { { 161, 162 } }, .nports = 1, .to = { .kind = FW_END_CIDR, .cidr = sample_net("192.168.1.9/32") } };
	is_said(&s, &(struct fw_assertion){ .from = anna, .to = lan }, "10.0.0.2 to 192.168.1.9 17/161");
	s.rules[0].action = FW_DROP;
	s.rules[0].from = bob;
	is_said(&s, &(struct fw_assertion){ .from = bob, .to = lan, .allow = true }, "10.0.0.3 to 192.168.1.9 17/161");
	s.rules[0] = (struct fw_rule){ .id = "1", .action = FW_DROP, .from = anna, .to = internet, .proto = FW_ICMP };
	is_said(&s, &(struct fw_assertion){ .from = anna, .to = internet, .allow = true }, "10.0.0.2 to 1.0.0.0 1/0");
}

/* A forward is a way in, although it is the cell that is asked; the cell's own doors in a network are none. */
static void
where_it_ends(void **state)
{
	const struct fw_end net = { .kind = FW_END_CIDR, .cidr = sample_net("192.168.1.0/24") };
	struct sample s;

	(void)state;
	home(&s, 0, 0);
	is_said(&s, &(struct fw_assertion){ .from = public, .to = lan }, "");
	is_said(&s, &(struct fw_assertion){ .from = anna, .to = net }, "");
	s.in.nforwards = 1;
	s.forwards[0] = (struct fw_forward){ .id = "1", .zone = FW_PUBLIC, .proto = FW_TCP, .port = 8443, .to_port = 443,
		.to = sample_addr("192.168.1.20") };
	is_said(&s, &(struct fw_assertion){ .from = public, .to = lan }, "0.0.0.0 to 192.168.1.1 6/8443");
	is_said(&s, &(struct fw_assertion){ .from = anna, .to = net }, "");
	s.in.nrules = 1;
	s.rules[0] = (struct fw_rule){ .id = "1", .action = FW_DROP, .from = public, .to = lan };
	is_said(&s, &(struct fw_assertion){ .from = public, .to = lan }, "");
}

/* By an interface of others passes what neither home nor Internet is asked about; the narrowest route decides. */
static void
by_other_interfaces(void **state)
{
	const struct fw_end bridge = { .kind = FW_END_CIDR, .cidr = sample_net("172.17.0.0/16") };
	const struct fw_end behind = { .kind = FW_END_CIDR, .cidr = sample_net("192.168.7.0/24") };
	struct sample s;

	(void)state;
	home(&s, 0, 0);
	is_said(&s, &(struct fw_assertion){ .from = public, .to = bridge }, "");
	s.in.nways = 4;
	is_said(&s, &(struct fw_assertion){ .from = public, .to = bridge }, "0.0.0.0 to 172.17.0.0 6/1");
	is_said(&s, &(struct fw_assertion){ .from = public, .to = bridge, .allow = true }, "0.0.0.0 to 172.17.9.0 6/1");
	is_said(&s, &(struct fw_assertion){ .from = public, .to = behind }, "");
	is_said(&s, &(struct fw_assertion){ .from = bob, .to = behind }, "");
	is_said(&s, &(struct fw_assertion){ .from = bridge, .to = { .kind = FW_END_ZONE, .zone = FW_LOCAL }, .proto = FW_TCP,
		.port = 443, .zones = FW_LAN }, "172.17.0.0 to 198.51.100.1 6/443");
	s.in.nrules = 1;
	s.rules[0] = (struct fw_rule){ .id = "1", .action = FW_DROP, .from = public, .to = bridge };
	is_said(&s, &(struct fw_assertion){ .from = public, .to = bridge }, "");
}

/* What nobody can reach is not allowed, and what nobody asks for is. */
static void
nothing_there(void **state)
{
	struct sample s;

	(void)state;
	home(&s, 0, 0);
	is_said(&s, &(struct fw_assertion){ .from = anna, .to = internet, .allow = true }, "");
	s.in.uplink[0] = '\0';
	is_said(&s, &(struct fw_assertion){ .from = anna, .to = internet, .allow = true }, "10.0.0.2 to  0/0");
	is_said(&s, &(struct fw_assertion){ .from = anna, .to = internet }, "");
	is_said(&s, &(struct fw_assertion){ .from = public, .to = lan, .allow = true }, "");
}

/* 10,000 peers of 64 groups, each in about half of them and with access to about half of the services, and 100 rules of those
 * groups about hosts, ports and the whole LAN: about as many kinds of sources as there are peers. */
static void
many_make(struct sample *s, struct fw_party *peers, struct fw_rule *rules)
{
	static const char *names[FW_GROUPS_MAX];
	size_t i;

	home(s, 0, 0);
	for (i = 0; i < FW_GROUPS_MAX; i++)
		names[i] = "group";
	for (i = 0; i < MANY_PEERS; i++)
		peers[i] = (struct fw_party){ .name = "peer", .enabled = true, .internet = i % 2 == 0, .peers = i % 3 == 0,
		    .addr = { { 4, { 10, 1, (uint8_t)(i >> 8), (uint8_t)i } } }, .services = sample_draw(s, 8),
		    .groups = (uint64_t)sample_draw(s, 1u << 31) << 33 ^ sample_draw(s, 1u << 31) };
	for (i = 0; i < MANY_RULES; i++)
		rules[i] = (struct fw_rule){ .id = "rule", .action = FW_DROP,
		    .from = { .kind = FW_END_GROUP, .index = i % FW_GROUPS_MAX }, .to = i % 3 == 0 ? lan :
		    (struct fw_end){ .kind = FW_END_CIDR, .cidr = { { 4, { 192, 168, 1, (uint8_t)i } }, 32 } },
		    .proto = FW_TCP, .ports = { { (uint16_t)(1000 + 7 * i), (uint16_t)(1003 + 9 * i) } }, .nports = 1 };
	s->in.vpn_net[0] = sample_net("10.1.0.0/16");
	s->in.parties = peers;
	s->in.nparties = MANY_PEERS;
	s->in.groups = names;
	s->in.ngroups = FW_GROUPS_MAX;
	s->in.rules = rules;
	s->in.nrules = MANY_RULES;
}

/* As many rules, ranges, forwards and assertions as a configuration may have. */
static void
limits_make(struct sample *s, struct fw_party *peers, struct fw_rule *rules, struct fw_forward *forwards)
{
	size_t i, k;

	many_make(s, peers, rules);
	for (i = 0; i < FW_RULES_MAX; i++) {
		rules[i] = rules[i % MANY_RULES];
		rules[i].proto = i % 4 == 0 ? FW_UDP : FW_TCP;
		rules[i].nports = FW_PORTS_MAX;
		rules[i].from.index = i % FW_GROUPS_MAX;
		rules[i].to.cidr.addr.b[3] = (uint8_t)i;
		for (k = 0; k < FW_PORTS_MAX; k++)
			rules[i].ports[k] = (struct fw_ports){ (uint16_t)(1000 + 2000 * k + 7 * i),
				(uint16_t)(1003 + 2000 * k + 9 * i) };
	}
	for (i = 0; i < FW_FORWARDS_MAX; i++)
		forwards[i] = (struct fw_forward){ .id = "forward", .zone = FW_PUBLIC, .proto = FW_TCP,
		    .port = (uint16_t)(40000 + i),
		    .to_port = (uint16_t)(100 + i), .to = { 4, { 192, 168, 1, (uint8_t)(2 + i) } } };
	s->in.nrules = FW_RULES_MAX;
	s->in.forwards = forwards;
	s->in.nforwards = FW_FORWARDS_MAX;
}

/* What many_make() or limits_make() fills, and what is made of it. */
struct crowd {
	struct sample s;
	struct fw_party *peers;
	struct fw_rule *rules;
	struct fw_forward *forwards;
	struct fw_index *x;
	struct fw_space *space;
};

static void
crowd_open(struct crowd *c)
{
	c->peers = calloc(MANY_PEERS, sizeof(*c->peers));
	c->rules = calloc(FW_RULES_MAX, sizeof(*c->rules));
	c->forwards = calloc(FW_FORWARDS_MAX, sizeof(*c->forwards));
	assert_true(c->peers != NULL && c->rules != NULL && c->forwards != NULL);
}

static void
crowd_space(struct crowd *c)
{
	c->x = fw_index_new(&c->s.in);
	c->space = fw_space_new(c->x);
	assert_non_null(c->space);
}

static void
crowd_close(struct crowd *c)
{
	fw_space_free(c->space);
	fw_index_free(c->x);
	free(c->peers);
	free(c->rules);
	free(c->forwards);
}

/* The work for a statement about all of them: words of 64 sources looked at, not sources times hosts times ports. */
static void
bounded(void **state)
{
	static const struct fw_end vpn = { .kind = FW_END_ZONE, .zone = FW_VPN };
	static const struct fw_end fenced = { .kind = FW_END_ZONE, .zone = FW_CONTAINER };
	struct fw_verdict v;
	struct fw_flow f;
	struct crowd c;

	(void)state;
	crowd_open(&c);
	many_make(&c.s, c.peers, c.rules);
	crowd_space(&c);
	assert_true(c.space->src.n > MANY_PEERS * 9 / 10);
	assert_true(fw_space_holds(c.space, &(struct fw_assertion){ .from = vpn, .to = lan }, &f, &v));
	assert_in_range(c.space->steps, MANY_PEERS / 64, MANY_STEPS);
	c.rules[0].action = FW_ACCEPT;
	assert_false(fw_space_holds(c.space, &(struct fw_assertion){ .from = vpn, .to = lan }, &f, &v));
	assert_false(fw_space_holds(c.space, &(struct fw_assertion){ .from = vpn, .to = fenced, .allow = true }, &f, &v));
	assert_in_range(c.space->steps, MANY_PEERS / 64, 2 * MANY_STEPS);
	crowd_close(&c);
}

static void
at_the_limits(void **state)
{
	struct fw_verdict v;
	struct fw_flow f;
	struct crowd c;
	size_t i, holding = 0;

	(void)state;
	crowd_open(&c);
	limits_make(&c.s, c.peers, c.rules, c.forwards);
	crowd_space(&c);
	for (i = 0; i < FW_ASSERTIONS_MAX; i++) {
		const struct fw_end group = { .kind = FW_END_GROUP, .index = i % FW_GROUPS_MAX };
		const struct fw_assertion a = { .from = i % 4 == 3 ? public : group, .to = i % 3 != 0 ? lan : internet };

		holding += fw_space_holds(c.space, &a, &f, &v);
		assert_int_not_equal(v.why, FW_TOO_MANY);
	}
	assert_in_range(holding, FW_ASSERTIONS_MAX / 4, FW_ASSERTIONS_MAX * 3 / 4);
	assert_in_range(c.space->steps, 1, LIMIT_STEPS);
	crowd_close(&c);
}

/* Everybody may everywhere but for rules, each of which takes a part: every port of every host is another case, and there is
 * an end to looking. */
static void
too_many(void **state)
{
	const struct fw_end vpn = { .kind = FW_END_ZONE, .zone = FW_VPN };
	struct fw_verdict v;
	struct fw_flow f;
	struct crowd c;
	size_t i;

	(void)state;
	crowd_open(&c);
	limits_make(&c.s, c.peers, c.rules, c.forwards);
	for (i = 0; i < MANY_PEERS; i++)
		c.peers[i].lan = true;
	c.rules[FW_RULES_MAX - 1] = (struct fw_rule){ .id = "rule", .action = FW_DROP, .from = vpn, .to = lan };
	crowd_space(&c);
	assert_false(fw_space_holds(c.space, &(struct fw_assertion){ .from = vpn, .to = lan }, &f, &v));
	assert_int_equal(v.why, FW_TOO_MANY);
	assert_in_range(c.space->steps, SPACE_STEPS_MAX, SPACE_STEPS_MAX + LIMIT_STEPS);
	crowd_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_one_by_one), cmocka_unit_test(every_port_of_every_address), cmocka_unit_test(where_it_ends),
		cmocka_unit_test(by_other_interfaces), cmocka_unit_test(nothing_there), cmocka_unit_test(bounded),
		cmocka_unit_test(at_the_limits), cmocka_unit_test(too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
