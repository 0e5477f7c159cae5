/* src/fw/wire.c, expr.c and diff.c: what is written for a table is read as that table, and what somebody else wrote is
 * seen (FWL-10). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netfilter/nfnetlink.h>

#include <cmocka.h>

#include "base/nla.h"
#include "base/rd.h"
#include "base/wr.h"
#include "fw/diff.h"
#include "fw/line.h"
#include "fw/plan.h"
#include "fw/table.h"
#include "fw/wire.h"

#include "sample.h"

static const struct fw_table nothing;

/* The messages that make t; the caller frees *out. */
static size_t
written(const struct fw_table *t, uint8_t **out)
{
	const size_t size = fw_diff_size(&nothing, t);
	struct fw_change c;
	struct wr w;

	*out = malloc(size);
	assert_non_null(*out);
	wr_init(&w, *out, size);
	fw_diff(&nothing, t, &w, &c);
	assert_true(wr_ok(&w));
	assert_true(c.whole && c.any);
	return wr_len(&w);
}

static struct fw_table *
read_back(const uint8_t *p, size_t n)
{
	struct fw_table *t = fw_table_new();
	struct nlm m;
	struct rd r;

	assert_non_null(t);
	rd_init(&r, p, n);
	while (nlm_next(&r, &m))
		assert_true(fw_wire_read(t, &m));
	assert_true(rd_ok(&r));
	fw_wire_close(t);
	return t;
}

static void
read_is_written(void **state)
{
	struct sample s;
	unsigned seed;

	(void)state;
	for (seed = 0; seed < 500; seed++) {
		struct fw_table *t, *back;
		struct fw_change c;
		uint8_t *messages;
		size_t n;

		sample_make(&s, seed);
		t = fw_plan(&s.in);
		assert_non_null(t);
		n = written(t, &messages);
		back = read_back(messages, n);
		assert_true(back->found && !back->odd && !back->failed);
		fw_diff(back, t, NULL, &c);
		if (c.any)
			fail_msg("seed %u: %zu elements more, %zu less, %zu chains, %zu sets", seed, c.elems_added, c.elems_removed,
			    c.chains, c.sets);
		fw_diff(t, back, NULL, &c);
		assert_true(!c.any || !t->found);
		fw_table_free(back);
		fw_table_free(t);
		free(messages);
	}
}

/* What a line has counted goes there and back, and makes no other line of it. */
static void
counts_are_no_difference(void **state)
{
	struct fw_table *t = fw_table_new(), *back;
	struct fw_line *l = fw_line_add(t, fw_chain_add(t, "rules"));
	struct fw_change c;
	uint8_t *messages;
	size_t n;

	(void)state;
	fw_line_proto(l, FW_TCP);
	fw_line_do(l, FW_DO_ACCEPT);
	l->counter = true;
	l->packets = UINT64_C(1) << 40;
	l->bytes = UINT64_MAX;
	n = written(t, &messages);
	back = read_back(messages, n);
	assert_true(back->chains[0]->lines[0].packets == l->packets && back->chains[0]->lines[0].bytes == l->bytes);
	l->packets = l->bytes = 0;
	fw_diff(back, t, NULL, &c);
	assert_false(c.any);
	l->counter = false;
	fw_diff(back, t, NULL, &c);
	assert_int_equal(c.chains, 1);
	fw_table_free(back);
	fw_table_free(t);
	free(messages);
}

/* Every line of a rule, and one of a forward in each version, has a counter. */
static void
all_that_is_shown_counts(void **state)
{
	struct fw_table *t;
	struct sample s;
	unsigned seed, rules = 0, forwards = 0;
	size_t i, k;

	(void)state;
	for (seed = 0; seed < 50; seed++) {
		sample_make(&s, seed);
		t = fw_plan(&s.in);
		for (i = 0; i < t->nchains; i++)
			for (k = 0; k < t->chains[i]->nlines; k++) {
				const struct fw_line *l = &t->chains[i]->lines[k];

				if (strncmp(l->comment, "rule ", 5) == 0)
					assert_true(l->counter && ++rules > 0);
				else if (strncmp(l->comment, "forward ", 8) == 0)
					assert_true(l->counter == (l->what == FW_DO_DNAT) && ++forwards > 0);
			}
		fw_table_free(t);
	}
	assert_true(rules > 0 && forwards > 0);
}

/* Intervals at both ends of what there is, beside each other, and of one value. */
static void
intervals(void **state)
{
	static const char *const nets[] = { "0.0.0.0/8", "1.0.0.0/8", "10.0.0.7/32", "10.0.0.8/32", "240.0.0.0/4" };
	struct fw_table *t = fw_table_new(), *back;
	struct fw_set *s = fw_set_add(t, "some4", FW_TYPE_ADDR4, true), *six = fw_set_add(t, "all6", FW_TYPE_ADDR6, true);
	struct addr_prefix p = sample_net("::/0");
	uint8_t *messages;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(nets) / sizeof(nets[0]); i++) {
		struct addr_prefix q = sample_net(nets[i]);

		fw_set_put_prefix(t, s, &q);
	}
	fw_set_put_prefix(t, six, &p);
	fw_set_close(s);
	fw_set_close(six);
	n = written(t, &messages);
	back = read_back(messages, n);
	assert_int_equal(back->sets[0]->nelems, 5);
	assert_memory_equal(back->sets[0]->elems, s->elems, 5 * sizeof(struct fw_elem));
	assert_int_equal(back->sets[1]->nelems, 1);
	assert_memory_equal(back->sets[1]->elems, six->elems, sizeof(struct fw_elem));
	fw_table_free(back);
	fw_table_free(t);
	free(messages);
}

/* Change any octet of the message of a line: it is refused, or it is another line, or it is the same. Never a crash, and
 * never another line that passes for ours: what is read is written as what was read. */
static void
foreign_lines_are_seen(void **state)
{
	struct fw_table *t = fw_table_new(), *back;
	struct fw_chain *c = fw_chain_add(t, "forward");
	struct fw_line *l = fw_line_add(t, c);
	uint8_t *messages;
	size_t n, i, other = 0;

	(void)state;
	fw_line_if(l, FW_KEY_IIF, FW_EQ, "wg0");
	fw_line_addrs(l, FW_SRC, FW_IN, "peer", 4);
	fw_line_proto(l, FW_TCP);
	fw_line_ports(l, 20, 25);
	fw_line_do(l, FW_DO_ACCEPT);
	n = written(t, &messages);
	for (i = 0; i < n; i++) {
		struct nlm m;
		struct rd r;

		messages[i] ^= 0x41;
		back = fw_table_new();
		rd_init(&r, messages, n);
		while (nlm_next(&r, &m) && fw_wire_read(back, &m))
			;
		fw_wire_close(back);
		other += back->nchains == 0 || back->chains[0]->nlines == 0 || !fw_line_eq(&back->chains[0]->lines[0], l);
		fw_table_free(back);
		messages[i] ^= 0x41;
	}
	assert_true(other > n / 3);
	fw_table_free(t);
	free(messages);
}

/* From one to another: only what differs, and nothing that decides about others (FWL-2). */
static void
one_peer_is_its_elements(void **state)
{
	struct fw_table *with, *without;
	struct fw_change c;
	struct sample s;
	uint8_t buf[4096];
	struct nlm m;
	struct rd r;
	struct wr w;
	size_t n = 0;

	(void)state;
	sample_make(&s, 1);
	s.in.nrules = 0;
	s.in.nparties = 3;
	s.parties[0] = (struct fw_party){ .name = "p", .enabled = true, .internet = true, .services = 1 };
	s.parties[1] = s.parties[2] = s.parties[0];
	s.parties[0].addr[0] = sample_addr("10.0.0.2");
	s.parties[1].addr[0] = sample_addr("10.0.0.3");
	s.parties[2].addr[0] = sample_addr("10.0.0.4");
	with = fw_plan(&s.in);
	s.parties[1].enabled = false;
	without = fw_plan(&s.in);
	with->found = without->found = true;
	wr_init(&w, buf, sizeof(buf));
	fw_diff(without, with, &w, &c);
	assert_true(wr_ok(&w) && c.any && !c.whole && !c.narrower);
	assert_int_equal(c.elems_added, 3);	/* peer4, may_internet4, may_mail4 */
	assert_int_equal(c.elems_removed + c.chains + c.sets, 0);
	rd_init(&r, buf, wr_len(&w));
	while (nlm_next(&r, &m))
		n++;
	assert_int_equal(n, 4);
	fw_diff(with, without, NULL, &c);
	assert_true(c.narrower && c.elems_removed == 3 && c.elems_added == 0 && !c.whole);
	assert_true(c.ngone == 1 && addr_eq(&c.gone[0], &s.parties[1].addr[0]));
	fw_diff(with, with, NULL, &c);
	assert_false(c.any);
	with->odd = true;
	fw_diff(with, with, NULL, &c);
	assert_true(c.whole);
	fw_table_free(with);
	fw_table_free(without);
}

static struct fw_table *
in_force(const struct fw_input *in)
{
	struct fw_table *t = fw_plan(in);

	t->found = true;
	return t;
}

/* From had, which is given up, to what in wants. */
static void
change_to(const struct fw_input *in, struct fw_table *had, struct fw_change *c)
{
	struct fw_table *has = fw_plan(in);

	fw_diff(had, has, NULL, c);
	fw_table_free(had);
	fw_table_free(has);
}

/* Only a peer that is gone, and nothing else, tells whose connections may be over. */
static void
gone_is_told_where_it_is_all(void **state)
{
	enum { PEERS = FW_GONE_MAX / 2 + 2 };
	static const struct { bool stays, lan, link; size_t gone, told; } cases[] = {
		{ true, true, false, 2, 4 }, { true, true, false, FW_GONE_MAX / 2, FW_GONE_MAX },
		{ true, true, false, FW_GONE_MAX / 2 + 1, 0 },		/* too many */
		{ true, false, false, 1, 0 },				/* another one has lost a right */
		{ false, true, false, 1, 0 },				/* it has, and no peer is gone */
		{ true, true, true, 1, 0 },				/* a cell, with what is behind it */
	};
	struct fw_table *had;
	struct fw_change c;
	struct sample s;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sample_make(&s, 1);
		s.in.nrules = 0;
		s.in.nparties = PEERS;
		for (k = 0; k < PEERS; k++) {
			s.parties[k] = (struct fw_party){ .name = "p", .enabled = true, .internet = true, .lan = true, .addr = {
			    sample_addr("10.0.0.2"), sample_addr("fd00:1::2") }, .link = k == 1 && cases[i].link };
			s.parties[k].addr[0].b[3] = s.parties[k].addr[1].b[15] = (uint8_t)(2 + k);
		}
		had = in_force(&s.in);
		s.parties[0].lan = cases[i].lan;
		for (k = 1; k <= cases[i].gone; k++)
			if (cases[i].stays)
				s.parties[k].enabled = false;
			else
				s.parties[k].lan = false;
		change_to(&s.in, had, &c);
		assert_true(c.narrower && !c.whole);
		assert_int_equal(c.ngone, cases[i].told);
	}
}

/* Who comes into a group that a rule refuses has lost by it; who is new has not, nor has who gets a right. */
static void
who_joins_a_group_may_lose(void **state)
{
	static const struct { bool joins, comes, meets; bool narrower; } cases[] = {
		{ true, false, false, true }, { false, true, false, false }, { false, false, true, false }, { true, true, true, true },
	};
	struct fw_table *had;
	struct fw_change c;
	struct sample s;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sample_make(&s, 1);
		s.in.nparties = 2;
		for (k = 0; k < 2; k++) {
			s.parties[k] = (struct fw_party){ .name = "p", .enabled = k == 0, .lan = true };
			s.parties[k].addr[0] = sample_addr(k == 0 ? "10.0.0.2" : "10.0.0.3");
		}
		s.parties[1].groups = 1;
		s.in.nrules = 1;
		s.rules[0] = (struct fw_rule){ .id = "r", .from = { .kind = FW_END_GROUP, .index = 0 }, .action = FW_DROP };
		had = in_force(&s.in);
		s.parties[0].groups = cases[i].joins;
		s.parties[0].peers = cases[i].meets;
		s.parties[1].enabled = cases[i].comes;
		change_to(&s.in, had, &c);
		assert_true(c.any && c.chains == 0 && c.elems_removed == 0);
		assert_int_equal(c.narrower, cases[i].narrower);
		assert_int_equal(c.ngone, 0);
	}
}

static void
generation_is_read(void **state)
{
	static const uint8_t good[] = { 0, 0, 0, 0, 8, 0, 1, 0, 0, 0, 1, 2 };
	struct nlm m = { .type = NFNL_SUBSYS_NFTABLES << 8 | 15, .p = good, .n = sizeof(good) };
	uint32_t g = 0;

	(void)state;
	assert_true(fw_wire_read_generation(&m, &g));
	assert_int_equal(g, 0x102);
	m.n -= 8;
	assert_false(fw_wire_read_generation(&m, &g));
	m.n += 8;
	m.type++;
	assert_false(fw_wire_read_generation(&m, &g));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_is_written),
		cmocka_unit_test(counts_are_no_difference),
		cmocka_unit_test(all_that_is_shown_counts),
		cmocka_unit_test(intervals),
		cmocka_unit_test(foreign_lines_are_seen),
		cmocka_unit_test(one_peer_is_its_elements),
		cmocka_unit_test(gone_is_told_where_it_is_all),
		cmocka_unit_test(who_joins_a_group_may_lose),
		cmocka_unit_test(generation_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
