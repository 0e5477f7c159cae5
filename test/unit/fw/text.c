/* src/fw/text.c: the table as a person reads it. That nft reads it, and shows the applied table so, is test/system/fw's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fw/line.h"
#include "fw/table.h"
#include "fw/text.h"

#include "sample.h"

static struct fw_table *
small(void)
{
	struct fw_table *t = fw_table_new();
	struct fw_set *s = fw_set_add(t, "lan4", FW_TYPE_ADDR4, true);
	const struct addr_prefix net = sample_net("192.168.1.0/24");
	const uint8_t lo[16] = { 10, 0, 0, 3 }, hi[16] = { 10, 0, 0, 9 };
	const struct addr to = sample_addr("fd00::5");
	struct fw_chain *c;
	struct fw_line *l;

	fw_set_put_prefix(t, s, &net);
	fw_set_put(t, s, lo, hi);
	fw_set_close(s);
	c = fw_chain_add(t, "forward");
	c->hook = FW_HOOK_FORWARD;
	c->priority = -10;
	l = fw_line_add(t, c);
	fw_line_if(l, FW_KEY_IIF, FW_NE, "wg0");
	fw_line_addrs(l, FW_SRC, FW_NOT_IN, "lan", 4);
	fw_line_proto(l, FW_TCP);
	fw_line_ports(l, 80, 90);
	fw_line_do(l, FW_DO_REJECT);
	fw_line_comment(l, "rule", "7");
	l = fw_line_add(t, c);
	fw_line_local(l);
	fw_line_do(l, FW_DO_DNAT);
	l->to = to;
	l->to_port = 25;
	l = fw_line_add(t, c);
	l->counter = true;
	l->log_group = 5;
	fw_line_do(l, FW_DO_DROP);
	assert_false(t->failed);
	return t;
}

static void
as_nft_writes_it(void **state)
{
	struct fw_table *t = small();
	char *text = fw_text(t);

	(void)state;
	assert_string_equal(text,
	    "table inet pic {\n"
	    "\tset lan4 {\n"
	    "\t\ttype ipv4_addr\n"
	    "\t\tflags interval\n"
	    "\t\telements = { 10.0.0.3-10.0.0.9,\n"
	    "\t\t\t     192.168.1.0/24 }\n"
	    "\t}\n\n"
	    "\tchain forward {\n"
	    "\t\ttype filter hook forward priority filter - 10; policy accept;\n"
	    "\t\tiifname != \"wg0\" ip saddr != @lan4 tcp dport 80-90 reject with icmpx admin-prohibited comment \"rule 7\"\n"
	    "\t\tfib daddr type local dnat ip6 to [fd00::5]:25\n"
	    "\t\tcounter log group 5 drop\n"
	    "\t}\n\n"
	    "}\n");
	free(text);
	fw_table_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_nft_writes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
