/* src/fw/apply.c against this kernel, in a network namespace of its own: from any table to any other (PRO-1), drift, and
 * what it says when it may not (FWL-1, FWL-2, FWL-10, FWL-11, NET-1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <sched.h>
#include <string.h>

#include <cmocka.h>

#include "../../../src/fw/apply.c"
#include "fw/plan.h"

#include "sample.h"

/* Where there can be none, there is nothing to test. */
static void
own_network(void)
{
	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWNET | CLONE_NEWUSER) < 0)
		skip();
}

static struct fw_table *
planned(unsigned seed)
{
	struct sample s;
	struct fw_table *t;

	sample_make(&s, seed);
	t = fw_plan(&s.in);
	assert_non_null(t);
	return t;
}

static void
applied(struct fw_kernel *k, unsigned seed, struct fw_change *c)
{
	struct err e;

	if (fw_apply(k, planned(seed), c, &e) < 0)
		fail_msg("seed %u: %s", seed, e.detail);
}

/* What the kernel has is what was planned, by reading it. */
static void
is_in_force(unsigned seed)
{
	struct fw_table *want = planned(seed), *have = NULL;
	struct fw_change c;
	struct err e;

	assert_int_equal(fw_read(&have, &e), 0);
	fw_diff(have, want, NULL, &c);
	if (c.any)
		fail_msg("seed %u: whole %d, %zu elements more, %zu less, %zu chains, %zu sets", seed, c.whole, c.elems_added,
		    c.elems_removed, c.chains, c.sets);
	fw_table_free(have);
	fw_table_free(want);
}

static void
from_any_to_any(void **state)
{
	struct fw_kernel *k;
	struct fw_change c;
	unsigned i, changed = 0;

	(void)state;
	own_network();
	k = fw_kernel_new();
	for (i = 0; i < 60; i++) {
		applied(k, i * 7919 % 101, &c);
		changed += c.any && !c.whole;
		is_in_force(i * 7919 % 101);
		applied(k, i * 7919 % 101, &c);
		assert_false(c.any);
	}
	assert_true(changed >= 50);	/* by differences, not by replacement */
	fw_kernel_free(k);
}

/* A program that begins anew knows nothing and changes nothing. */
static void
adopted_after_a_restart(void **state)
{
	struct fw_kernel *k;
	struct fw_change c;

	(void)state;
	own_network();
	k = fw_kernel_new();
	applied(k, 5, &c);
	fw_kernel_free(k);
	k = fw_kernel_new();
	applied(k, 5, &c);
	assert_false(c.any);
	applied(k, 6, &c);
	assert_true(c.any && !c.whole);
	is_in_force(6);
	fw_kernel_free(k);
}

/* Its socket stays open: closing one waits for what was taken out. One that failed is not asked again. */
static void
one_socket_for_all(void **state)
{
	struct fw_kernel *k;
	struct netlink *before, *after;
	struct fw_change c;

	(void)state;
	own_network();
	k = fw_kernel_new();
	assert_int_equal(fw_kernel_socket(k, &before), 0);
	applied(k, 5, &c);
	applied(k, 6, &c);
	fw_kernel_heard(k, 0);
	assert_int_equal(fw_kernel_socket(k, &after), 0);
	assert_ptr_equal(after, before);
	fw_kernel_heard(k, -ENOBUFS);
	assert_null(k->socket);
	applied(k, 5, &c);
	fw_kernel_rest(k);
	assert_null(k->socket);
	is_in_force(5);
	fw_kernel_free(k);
}

/* Somebody else, who knows nothing of k. */
static void
meddle(void (*write)(struct wr *w))
{
	struct netlink *n;
	uint8_t buf[8192];
	uint32_t generation;
	struct wr w;

	assert_int_equal(netlink_open(&n, NETLINK_NETFILTER), 0);
	assert_int_equal(generation_of(n, &generation), 0);
	wr_init(&w, buf, sizeof(buf));
	fw_wire_begin(&w, generation);
	fw_wire_table(&w, true);
	write(&w);
	fw_wire_end(&w);
	assert_true(wr_ok(&w));
	assert_int_equal(netlink_do(n, buf, wr_len(&w), NULL, NULL), 0);
	netlink_close(n);
}

static void
remove_table(struct wr *w)
{
	fw_wire_table(w, false);
}

static void
empty_forward(struct wr *w)
{
	struct fw_chain c = { .name = "forward" };

	fw_wire_empty(w, &c);
}

static void
let_a_stranger_in(struct wr *w)
{
	const struct fw_set s = { .name = "may_internet4", .type = FW_TYPE_ADDR4 };
	const struct fw_elem e = { { 10, 0, 0, 99 }, { 10, 0, 0, 99 } };

	fw_wire_elems(w, &s, &e, 1, true);
}

static void
add_a_set(struct wr *w)
{
	const struct fw_set s = { .name = "stranger", .type = FW_TYPE_PORT };

	fw_wire_set(w, &s, true);
}

static void
add_a_line(struct wr *w)
{
	struct fw_chain c = { .name = "from_vpn" };
	struct fw_line l = { .what = FW_DO_ACCEPT };

	fw_wire_line(w, &c, &l);
}

static void
drift_is_repaired(void **state)
{
	static void (*const ways[])(struct wr *w) = { remove_table, empty_forward, let_a_stranger_in, add_a_set, add_a_line };
	struct fw_kernel *k;
	struct fw_change c;
	struct err e;
	size_t i;

	(void)state;
	own_network();
	k = fw_kernel_new();
	applied(k, 3, &c);
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		meddle(ways[i]);
		assert_int_equal(fw_check(k, &c, &e), 0);
		assert_true(c.any);
		assert_int_equal(c.whole, ways[i] == remove_table);
		is_in_force(3);
		assert_int_equal(fw_check(k, &c, &e), 0);
		assert_false(c.any);
	}
	fw_kernel_free(k);
}

/* n rules of one line each. */
static struct fw_table *
with_rules(struct sample *s, size_t n)
{
	struct fw_table *t;
	size_t i;

	sample_make(s, 3);
	for (i = 0; i < n; i++)
		s->rules[i] = (struct fw_rule){ .id = i == 0 ? "first" : "second", .action = FW_ACCEPT, .proto = FW_TCP,
		    .from = { .kind = FW_END_CIDR, .cidr = sample_net("192.168.7.0/24") },
		    .to = { .kind = FW_END_CIDR, .cidr = sample_net("192.168.8.0/24") } };
	s->in.nrules = n;
	t = fw_plan(&s->in);
	assert_non_null(t);
	return t;
}

/* As if packets had come: the line of the first rule with what it has counted. */
static void
count_some(struct wr *w)
{
	struct fw_table *t;
	struct fw_chain *c;
	struct sample s;

	t = with_rules(&s, 1);
	c = (struct fw_chain *)(uintptr_t)fw_chain_find(t, "rules");
	assert_int_equal(c->nlines, 1);
	c->lines[0].packets = 12;
	c->lines[0].bytes = 720;
	fw_wire_empty(w, c);
	fw_wire_line(w, c, &c->lines[0]);
	fw_table_free(t);
}

static uint64_t
counted_of(const char *rule)
{
	struct fw_table *t = NULL;
	struct fw_counts *n;
	struct fw_count one;
	struct err e;
	size_t i;

	assert_int_equal(fw_read_lines(&t, &e), 0);
	assert_int_equal(t->nsets, 0);
	for (i = 0; i < t->nchains && t->chains[i]->nlines == 0; i++)
		;
	assert_true(i < t->nchains);
	n = fw_counts_new(t);
	one = fw_counts_of(n, "rule", rule);
	assert_int_equal(one.bytes, 60 * one.packets);
	fw_counts_free(n);
	fw_table_free(t);
	return one.packets;
}

/* A line that stays goes on counting: when another rule comes, when others meddle, when the program begins anew. */
static void
counts_are_kept(void **state)
{
	struct fw_kernel *k;
	struct fw_change c;
	struct sample s;
	struct err e;

	(void)state;
	own_network();
	k = fw_kernel_new();
	assert_int_equal(fw_apply(k, with_rules(&s, 1), &c, &e), 0);
	meddle(count_some);
	assert_int_equal(fw_check(k, &c, &e), 0);
	assert_false(c.any);		/* counts are no drift */
	assert_int_equal(counted_of("first"), 12);
	assert_int_equal(fw_apply(k, with_rules(&s, 2), &c, &e), 0);
	assert_true(c.any && !c.whole);
	assert_int_equal(counted_of("first"), 12);
	assert_int_equal(counted_of("second"), 0);
	meddle(add_a_line);
	assert_int_equal(fw_check(k, &c, &e), 0);
	assert_true(c.any);
	assert_int_equal(counted_of("first"), 12);
	fw_kernel_free(k);
	k = fw_kernel_new();
	assert_int_equal(fw_apply(k, with_rules(&s, 1), &c, &e), 0);
	assert_int_equal(counted_of("first"), 12);
	meddle(remove_table);
	assert_int_equal(fw_check(k, &c, &e), 0);
	assert_int_equal(counted_of("first"), 0);	/* and none of before */
	fw_kernel_free(k);
}

static void
removed(void **state)
{
	struct fw_kernel *k;
	struct fw_table *have = NULL;
	struct fw_change c;
	struct err e;

	(void)state;
	own_network();
	k = fw_kernel_new();
	applied(k, 3, &c);
	assert_int_equal(fw_remove(k, &e), 0);
	assert_int_equal(fw_read(&have, &e), 0);
	assert_false(have->found);
	fw_table_free(have);
	assert_int_equal(fw_remove(k, &e), 0);	/* what is not there is no fault */
	assert_int_equal(fw_check(k, &c, &e), 0);
	assert_false(c.any);
	fw_kernel_free(k);
}

/* FWL-11: what a kernel without nf_tables says ends in words that a person can act on. */
static void
without_nf_tables(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(refuse(-EPROTONOSUPPORT, &e), err_errno(ERR_UNAVAILABLE));
	assert_non_null(strstr(e.detail, "no nf_tables"));
	assert_int_equal(refuse(-EOPNOTSUPP, &e), err_errno(ERR_UNAVAILABLE));
	assert_int_equal(refuse(-ENOENT, &e), err_errno(ERR_UNAVAILABLE));
	assert_non_null(strstr(e.detail, "former rules"));
	assert_int_equal(refuse(-EPERM, &e), err_errno(ERR_FORBIDDEN));
	assert_int_equal(refuse(-ERESTART, &e), err_errno(ERR_LOCKED));
	assert_int_equal(refuse(-ENOMEM, &e), -ENOMEM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_any_to_any),
		cmocka_unit_test(adopted_after_a_restart),
		cmocka_unit_test(one_socket_for_all),
		cmocka_unit_test(drift_is_repaired),
		cmocka_unit_test(counts_are_kept),
		cmocka_unit_test(removed),
		cmocka_unit_test(without_nf_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
