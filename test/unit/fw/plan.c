/* src/fw/plan.c and src/fw/decide.c against each other: what a packet meets on its way through the planned chains is what
 * decide says, for inputs and packets drawn at random; and what must never be, said outright (FWL-3…9, PEER-3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fw/decide.h"
#include "fw/flow.h"
#include "fw/index.h"
#include "fw/line.h"
#include "fw/plan.h"
#include "fw/table.h"

#include "sample.h"

/* --- a small nftables ------------------------------------------------------------------ */

enum outcome { GOES_ON, ACCEPTED, DROPPED, REJECTED };

/* answer: of a connection that is kept, to who sent the first packet of it. */
struct packet { struct fw_flow f; bool translated, answer; const struct fw_index *x; };

static void
value_of(const struct packet *p, enum fw_key key, uint8_t v[16])
{
	const uint32_t state = p->answer ? 2 : FW_NEW_BITS, status = p->translated ? FW_DNAT_BITS : 0, local = 2, other = 1;

	memset(v, 0, 16);
	switch (key) {
	case FW_KEY_IIF: memcpy(v, p->f.iif, 16); break;
	case FW_KEY_OIF: memcpy(v, p->f.oif, 16); break;
	case FW_KEY_NFPROTO: v[0] = p->f.src.len == 4 ? 2 : 10; break;
	case FW_KEY_L4PROTO: v[0] = p->f.proto; break;
	case FW_KEY_SADDR4: case FW_KEY_SADDR6: memcpy(v, p->f.src.b, 16); break;
	case FW_KEY_DADDR4: case FW_KEY_DADDR6: memcpy(v, p->f.dst.b, 16); break;
	case FW_KEY_DPORT: v[0] = (uint8_t)(p->f.port >> 8); v[1] = (uint8_t)p->f.port; break;
	case FW_KEY_TCP_FLAGS: v[0] = 2; break;
	case FW_KEY_CT_STATE: memcpy(v, &state, 4); break;
	case FW_KEY_CT_STATUS: memcpy(v, &status, 4); break;
	case FW_KEY_CT_DIRECTION: v[0] = p->answer; break;
	case FW_KEY_FIB_TYPE: memcpy(v, fw_index_own(p->x, &p->f.dst) ? &local : &other, 4); break;
	case FW_KEY_UNKNOWN: fail();
	}
}

/* What a kernel would not even load: a set that is missing, ports of nothing, an address of unknown version. */
static void
is_sound(const struct fw_table *t, const struct fw_line *l)
{
	bool version = false, proto = false;
	size_t i;

	for (i = 0; i < l->ntests; i++) {
		enum fw_key k = l->tests[i].key;

		version = version || k == FW_KEY_NFPROTO;
		proto = proto || k == FW_KEY_L4PROTO;
		if (k >= FW_KEY_SADDR4 && k <= FW_KEY_DADDR6)
			assert_true(version);
		if (k == FW_KEY_DPORT || k == FW_KEY_TCP_FLAGS)
			assert_true(proto);
		if (l->tests[i].op == FW_IN || l->tests[i].op == FW_NOT_IN) {
			assert_non_null(fw_set_find(t, l->tests[i].set));
			assert_int_equal(fw_type_size(fw_set_find(t, l->tests[i].set)->type), fw_key_size(k));
		}
	}
	if (l->what == FW_DO_JUMP || l->what == FW_DO_GOTO)
		assert_non_null(fw_chain_find(t, l->chain));
}

static bool
test_holds(const struct fw_table *t, const struct fw_test *w, const struct packet *p)
{
	uint8_t v[16], masked[16];
	bool any = false;
	size_t i;

	value_of(p, w->key, v);
	for (i = 0; i < 16; i++) {
		masked[i] = v[i] & w->a[i];
		any = any || masked[i] != 0;
	}
	switch (w->op) {
	case FW_EQ: return memcmp(v, w->a, 16) == 0;
	case FW_NE: return memcmp(v, w->a, 16) != 0;
	case FW_IN: return fw_set_has(fw_set_find(t, w->set), v);
	case FW_NOT_IN: return !fw_set_has(fw_set_find(t, w->set), v);
	case FW_RANGE: return memcmp(v, w->a, 16) >= 0 && memcmp(v, w->b, 16) <= 0;
	case FW_MASKED: return memcmp(masked, w->b, 16) == 0;
	case FW_BITS: return any;
	}
	return false;
}

static bool
line_holds(const struct fw_table *t, const struct fw_line *l, const struct packet *p)
{
	size_t i;

	is_sound(t, l);
	for (i = 0; i < l->ntests; i++)
		if (!test_holds(t, &l->tests[i], p))
			return false;
	return true;
}

static enum outcome
walk(const struct fw_table *t, const char *name, struct packet *p)
{
	const struct fw_chain *c = fw_chain_find(t, name);
	enum outcome o;
	size_t i;

	assert_non_null(c);
	for (i = 0; i < c->nlines; i++) {
		const struct fw_line *l = &c->lines[i];

		if (!line_holds(t, l, p))
			continue;
		switch (l->what) {
		case FW_DO_ACCEPT: return ACCEPTED;
		case FW_DO_DROP: return DROPPED;
		case FW_DO_REJECT: return REJECTED;
		case FW_DO_RETURN: return GOES_ON;
		case FW_DO_GOTO: return walk(t, l->chain, p);
		case FW_DO_JUMP:
			o = walk(t, l->chain, p);
			if (o != GOES_ON)
				return o;
			break;
		case FW_DO_DNAT:
			p->f.dst = l->to;
			p->f.port = l->to_port;
			p->translated = true;
			return ACCEPTED;
		default: break;
		}
	}
	return GOES_ON;
}

static enum outcome
pass(const struct fw_table *t, const struct fw_index *x, const struct fw_flow *f)
{
	struct packet p = { .f = *f, .x = x };

	(void)walk(t, "prerouting", &p);	/* what it does is in p */
	if (p.translated) {
		p.f.oif[0] = '\0';
		fw_flow_route(x, &p.f);
	}
	(void)walk(t, "clamp", &p);		/* lets everything through */
	return walk(t, p.f.oif[0] == '\0' ? "input" : "forward", &p);
}

/* --- the tests ----------------------------------------------------------------------- */

static struct addr
some_address(struct sample *s, bool six)
{
	static const char *const four[] = {
		"10.0.0.0", "10.0.0.0", "10.0.0.0", "192.168.1.0", "172.20.0.0", "198.51.100.0", "192.168.50.0", "192.168.53.0",
		"172.17.0.0", "172.17.9.0", "192.168.7.0"
	};
	static const char *const sixes[] = { "fd00:1::", "fd00:1::", "2001:db8:1::", "fd00:20::", "2001:db8:9::", "fd00:50:51::" };
	static const unsigned hosts[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 21, 22 };

	return sample_numbered(six ? sixes[sample_draw(s, 6)] : four[sample_draw(s, 11)], hosts[sample_draw(s, 12)]);
}

static struct fw_flow
some_flow(struct sample *s, const struct fw_index *x)
{
	static const char *const ifs[] = { "wg0", "lan0", "eth0", "docker0" };
	static const uint16_t ports[] = { 25, 53, 68, 80, 85, 123, 443, 546, 853, 3000, 8080, 51820, 7 };
	struct fw_flow f = { 0 };
	bool six = sample_draw(s, 3) == 0;

	f.src = some_address(s, six);
	f.dst = some_address(s, six);
	f.proto = sample_maybe(s) ? FW_TCP : sample_maybe(s) ? FW_UDP : six ? FW_ICMP6 : FW_ICMP;
	f.port = f.proto == FW_TCP || f.proto == FW_UDP ? ports[sample_draw(s, 13)] : 0;
	if (sample_draw(s, 4) == 0 || fw_index_own(x, &f.src))	/* a host's own address comes from elsewhere only forged */
		(void)snprintf(f.iif, sizeof(f.iif), "%s", ifs[sample_draw(s, 4)]);
	fw_flow_route(x, &f);
	if (f.iif[0] == '\0')
		(void)snprintf(f.iif, sizeof(f.iif), "%s", ifs[sample_draw(s, 4)]);
	return f;
}

static void
plan_and_decide_agree(void **state)
{
	static unsigned seen[FW_NO_INTERNET + 1];
	struct sample s;
	uint64_t seed;
	size_t i;

	(void)state;
	for (seed = 0; seed < 3000; seed++) {
		struct fw_table *t;
		struct fw_index *x;

		sample_make(&s, seed);
		t = fw_plan(&s.in);
		x = fw_index_new(&s.in);
		assert_non_null(t);
		for (i = 0; i < 100; i++) {
			struct fw_flow f = some_flow(&s, x);
			struct fw_verdict v;
			enum outcome o = pass(t, x, &f);
			char why[200];

			fw_decide(x, &f, &v);
			seen[v.why]++;
			if (v.allow != (o == ACCEPTED || o == GOES_ON) || v.reject != (o == REJECTED))
				fail_msg("seed %u flow %zu: chains %d, decide %d: %s", (unsigned)seed, i, o, v.allow,
				    fw_verdict_text(&v, why, sizeof(why)));
		}
		fw_index_free(x);
		fw_table_free(t);
	}
	for (i = 0; i <= FW_NO_INTERNET; i++)
		if (seen[i] == 0)
			fail_msg("reason %zu never came up", i);
}

/* A home as it is by default, to say outright what holds there. */
struct home { struct sample s; struct fw_index *x; struct fw_table *t; };

static void
home_make(struct home *h)
{
	struct fw_party *p = h->s.parties;

	sample_make(&h->s, 1);
	h->s.in.vpn_default_accept = h->s.in.forward_default_accept = h->s.in.host_guard = false;
	h->s.in.nrules = h->s.in.nforwards = 0;
	h->s.in.nparties = 3;
	(void)snprintf(h->s.in.vpn_if, sizeof(h->s.in.vpn_if), "wg0");
	(void)snprintf(h->s.in.uplink, sizeof(h->s.in.uplink), "lan0");
	p[0] = (struct fw_party){ .name = "anna", .enabled = true, .internet = true, .services = 1,
		.addr = { sample_addr("10.0.0.2"), sample_addr("fd00:1::2") } };
	p[1] = (struct fw_party){ .name = "bob", .enabled = true, .lan = true, .peers = true,
		.addr = { sample_addr("10.0.0.3"), sample_addr("fd00:1::3") } };
	p[2] = (struct fw_party){ .name = "carl", .enabled = true, .addr = { sample_addr("10.0.0.4"), sample_addr("fd00:1::4") } };
	h->s.services[0].nports = 1;
	h->s.services[0].ports[0] = (struct fw_service_port){ FW_TCP, { 25, 25 }, 0 };
	h->x = fw_index_new(&h->s.in);
	h->t = fw_plan(&h->s.in);
	assert_non_null(h->x);
	assert_non_null(h->t);
}

static void
home_free(struct home *h)
{
	fw_index_free(h->x);
	fw_table_free(h->t);
}

static void
is_decided(struct home *h, const char *src, const char *dst, uint16_t port, const char *want)
{
	struct fw_flow f = { .src = sample_addr(src), .dst = sample_addr(dst), .proto = FW_TCP, .port = port };
	struct fw_verdict v;
	char text[200], said[210];
	enum outcome o;

	fw_flow_route(h->x, &f);
	fw_decide(h->x, &f, &v);
	(void)snprintf(said, sizeof(said), "%s: %s", v.allow ? "yes" : "no", fw_verdict_text(&v, text, sizeof(text)));
	assert_string_equal(said, want);
	o = pass(h->t, h->x, &f);
	assert_int_equal(o == ACCEPTED || o == GOES_ON, v.allow);
}

static void
what_a_home_is_told(void **state)
{
	struct home h;

	(void)state;
	home_make(&h);
	is_decided(&h, "10.0.0.2", "198.51.100.77", 443, "yes: anna has Internet access");
	is_decided(&h, "10.0.0.3", "198.51.100.77", 443, "no: bob has no Internet access");
	is_decided(&h, "10.0.0.2", "192.168.1.20", 443, "no: anna has no access to the home network");
	is_decided(&h, "10.0.0.2", "192.168.7.20", 443, "no: anna has no access to the home network");
	is_decided(&h, "10.0.0.3", "192.168.1.20", 443, "yes: bob has access to the home network");
	is_decided(&h, "fd00:1::3", "2001:db8:1::20", 443, "yes: bob has access to the home network");
	is_decided(&h, "10.0.0.2", "172.20.0.20", 25, "yes: anna has access to mail");
	is_decided(&h, "10.0.0.2", "172.20.0.20", 26, "no: mail does not offer that");
	is_decided(&h, "10.0.0.3", "172.20.0.20", 25, "no: bob has no access to mail");
	is_decided(&h, "192.168.1.20", "172.20.0.20", 25, "no: mail does not offer that");
	is_decided(&h, "10.0.0.2", "10.0.0.3", 22, "no: peers are isolated: not both of anna and bob have peer access");
	is_decided(&h, "10.0.0.2", "10.0.0.1", 443, "yes: the cell listens there for it");
	is_decided(&h, "10.0.0.2", "192.168.1.1", 22, "no: anna reaches only the cell's own services there");
	is_decided(&h, "10.0.0.9", "10.0.0.1", 53, "no: no enabled peer has the source address");
	is_decided(&h, "192.168.1.20", "10.0.0.2", 22, "no: no rule is about it: the default decides");
	is_decided(&h, "192.168.1.20", "10.0.0.9", 22, "no: no enabled peer has that address");
	is_decided(&h, "192.168.1.20", "192.168.1.1", 22, "yes: the firewall leaves it alone");
	home_free(&h);
}

/* PEER-7, PEER-8: of a peer that was disabled nothing is left in the table, and who gets its address has its own rights. */
static void
disabled_is_gone(void **state)
{
	struct home h;
	size_t i;

	(void)state;
	home_make(&h);
	home_free(&h);
	h.s.parties[0].enabled = false;
	h.x = fw_index_new(&h.s.in);
	h.t = fw_plan(&h.s.in);
	for (i = 0; i < h.t->nsets; i++)
		if (h.t->sets[i]->type == FW_TYPE_ADDR4 && !h.t->sets[i]->interval)
			assert_false(fw_set_has(h.t->sets[i], h.s.parties[0].addr[0].b));
	is_decided(&h, "10.0.0.2", "198.51.100.77", 443, "no: no enabled peer has the source address");
	home_free(&h);
	h.s.parties[2].addr[0] = h.s.parties[0].addr[0];
	h.x = fw_index_new(&h.s.in);
	h.t = fw_plan(&h.s.in);
	is_decided(&h, "10.0.0.2", "198.51.100.77", 443, "no: carl has no Internet access");
	is_decided(&h, "10.0.0.2", "172.20.0.20", 25, "no: carl has no access to mail");
	home_free(&h);
}

/* Peers are elements: the chains of ten thousand are those of three. */
static void
peers_are_elements(void **state)
{
	enum { MANY = 10000 };
	struct fw_party *many = calloc(MANY, sizeof(*many));
	struct fw_table *big;
	struct home h;
	size_t i;

	(void)state;
	home_make(&h);
	for (i = 0; i < MANY; i++) {
		many[i] = (struct fw_party){ .name = "peer", .enabled = true, .internet = true, .peers = true, .services = i % 8,
			.addr = { { 4, { 10, 1, (uint8_t)(i >> 8), (uint8_t)i } }, { 0 } } };
	}
	h.s.in.parties = many;
	h.s.in.nparties = MANY;
	big = fw_plan(&h.s.in);
	assert_non_null(big);
	assert_int_equal(big->nchains, h.t->nchains);
	for (i = 0; i < big->nchains; i++)
		assert_true(fw_chain_eq(big->chains[i], h.t->chains[i]));
	assert_int_equal(fw_set_find(big, "may_internet4")->nelems, MANY);
	fw_table_free(big);
	home_free(&h);
	free(many);
}

static enum outcome
pass_to_cell(struct home *h, bool answer, uint8_t proto, uint16_t port)
{
	struct packet p = { .f = { .src = sample_addr("198.51.100.77"), .dst = sample_addr("198.51.100.1"), .proto = proto,
	    .port = port }, .answer = answer, .x = h->x };

	fw_flow_route(h->x, &p.f);
	return walk(h->t, "input", &p);
}

/* FWL-3: under a rule against all strangers the cell hears what its own clients asked for, whoever the kernel thinks began. */
static void
answers_to_the_cell(void **state)
{
	struct home h;

	(void)state;
	home_make(&h);
	home_free(&h);
	h.s.rules[0] = (struct fw_rule){ .id = "drop", .action = FW_DROP, .from = { .kind = FW_END_ZONE, .zone = FW_PUBLIC },
	    .to = { .kind = FW_END_ZONE, .zone = FW_LOCAL } };
	h.s.forwards[0] = (struct fw_forward){ .id = "led", .zone = FW_PUBLIC, .proto = FW_TCP, .port = 32768, .to_port = 80,
	    .to = sample_addr("192.168.1.20") };
	h.s.in.nrules = h.s.in.nforwards = 1;
	h.x = fw_index_new(&h.s.in);
	h.t = fw_plan(&h.s.in);
	assert_int_equal(pass_to_cell(&h, true, FW_TCP, 40000), ACCEPTED);
	assert_int_equal(pass_to_cell(&h, true, FW_TCP, 60999), ACCEPTED);
	assert_int_equal(pass_to_cell(&h, true, FW_UDP, 32768), ACCEPTED);
	assert_int_equal(pass_to_cell(&h, true, FW_ICMP, 0), ACCEPTED);
	assert_int_equal(pass_to_cell(&h, true, FW_TCP, 22), DROPPED);		/* entries made in the middle */
	assert_int_equal(pass_to_cell(&h, true, FW_UDP, 61000), DROPPED);
	assert_int_equal(pass_to_cell(&h, true, FW_UDP, 51820), DROPPED);	/* the VPN's */
	assert_int_equal(pass_to_cell(&h, true, FW_TCP, 51820), ACCEPTED);
	assert_int_equal(pass_to_cell(&h, true, FW_TCP, 32768), DROPPED);	/* the forward's */
	assert_int_equal(pass_to_cell(&h, false, FW_TCP, 40000), DROPPED);
	assert_int_equal(pass_to_cell(&h, false, FW_ICMP, 0), DROPPED);
	home_free(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plan_and_decide_agree),
		cmocka_unit_test(what_a_home_is_told),
		cmocka_unit_test(disabled_is_gone),
		cmocka_unit_test(answers_to_the_cell),
		cmocka_unit_test(peers_are_elements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
