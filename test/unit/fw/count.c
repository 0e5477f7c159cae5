/* src/fw/count.c: what lines have counted stays with them, whatever is done to those beside them, and is added up for the object
 * that wants them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fw/count.h"
#include "fw/input.h"
#include "fw/line.h"
#include "fw/table.h"

static struct fw_line *
line(struct fw_table *t, struct fw_chain *c, const char *id, uint16_t port, uint64_t packets)
{
	struct fw_line *l = fw_line_add(t, c);

	fw_line_proto(l, FW_TCP);
	fw_line_ports(l, port, port);
	fw_line_do(l, FW_DO_ACCEPT);
	fw_line_comment(l, "rule", id);
	l->counter = true;
	l->packets = packets;
	l->bytes = 60 * packets;
	return l;
}

static struct fw_table *
one_chain(struct fw_chain **c, const char *name)
{
	struct fw_table *t = fw_table_new();

	assert_non_null(t);
	*c = fw_chain_add(t, name);
	t->found = true;
	return t;
}

static void
kept_by_what_stays(void **state)
{
	static const uint64_t kept[] = { 7, 0, 5, 0 };
	struct fw_chain *a, *b;
	struct fw_table *have = one_chain(&a, "rules"), *want = one_chain(&b, "rules");
	size_t i;

	(void)state;
	line(have, a, "1", 80, 5);
	line(have, a, "2", 443, 6);
	line(have, a, "3", 22, 7);
	line(want, b, "3", 22, 1);	/* moved */
	line(want, b, "4", 25, 1);	/* new, like the other two that stood in b before */
	line(want, b, "1", 80, 1);
	line(want, b, "2", 8443, 1);	/* changed */
	fw_count_keep(want, have);
	for (i = 0; i < 4; i++) {
		assert_int_equal(b->lines[i].packets, kept[i]);
		assert_int_equal(b->lines[i].bytes, 60 * kept[i]);
	}
	a->name[0] = 'R';		/* of another chain */
	fw_count_keep(want, have);
	assert_int_equal(b->lines[0].packets, 0);
	fw_table_free(have);
	fw_table_free(want);
}

static void
endangered(void **state)
{
	struct fw_chain *a, *b;
	struct fw_table *have = one_chain(&a, "rules"), *want = one_chain(&b, "rules");

	(void)state;
	line(have, a, "1", 80, 5);
	line(want, b, "1", 80, 0);
	assert_false(fw_count_endangered(have, want));
	have->odd = true;		/* it will be made anew */
	assert_true(fw_count_endangered(have, want));
	have->odd = false;
	line(want, b, "2", 22, 0);
	assert_true(fw_count_endangered(have, want));
	a->lines[0].counter = false;	/* nothing is lost */
	assert_false(fw_count_endangered(have, want));
	a->lines[0].counter = true;
	have->found = false;
	assert_false(fw_count_endangered(have, want));
	fw_table_free(have);
	fw_table_free(want);
}

static void
added_up(void **state)
{
	struct fw_chain *c, *d;
	struct fw_table *t = one_chain(&c, "rules"), *empty = fw_table_new();
	struct fw_counts *n;
	struct fw_count one;

	(void)state;
	d = fw_chain_add(t, "to_service");
	line(t, c, "b", 80, 5);
	line(t, c, "a", 80, 1);
	line(t, c, "b", 443, 6);
	line(t, d, "b", 80, 100);
	line(t, d, "ab", 80, 1000);
	line(t, d, "a", 22, 1)->counter = false;
	line(t, d, "", 22, 1)->comment[0] = '\0';
	n = fw_counts_new(t);
	one = fw_counts_of(n, "rule", "b");
	assert_int_equal(one.packets, 111);
	assert_int_equal(one.bytes, 60 * 111);
	assert_int_equal(fw_counts_of(n, "rule", "a").packets, 1);
	assert_int_equal(fw_counts_of(n, "forward", "a").packets, 0);
	assert_int_equal(fw_counts_of(n, "rule", "c").packets, 0);
	fw_counts_free(n);
	n = fw_counts_new(empty);
	assert_int_equal(fw_counts_of(n, "rule", "a").packets, 0);
	fw_counts_free(n);
	fw_table_free(empty);
	fw_table_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept_by_what_stays),
		cmocka_unit_test(endangered),
		cmocka_unit_test(added_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
