/* Messages of a dump of nf_tables: whatever is read of a line is written and read as the same line, sets come out sorted,
 * and a transaction can be made from it. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/nla.h"
#include "base/rd.h"
#include "base/wr.h"
#include "fw/diff.h"
#include "fw/table.h"
#include "fw/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_known(const struct fw_line *l)
{
	size_t i;

	for (i = 0; i < l->ntests; i++)
		if (l->tests[i].key == FW_KEY_UNKNOWN)
			return false;
	return true;
}

/* Into t, which has one chain. */
static void
line_again(struct fw_table *t, const struct fw_line *l)
{
	static uint8_t buf[FW_WIRE_SIZE_LINE];
	struct nlm m;
	struct rd r;
	struct wr w;

	t->chains[0]->nlines = 0;
	wr_init(&w, buf, sizeof(buf));
	fw_wire_line(&w, t->chains[0], l);
	assert(wr_ok(&w));
	rd_init(&r, buf, wr_len(&w));
	assert(nlm_next(&r, &m) && fw_wire_read(t, &m));
	assert(t->chains[0]->nlines == 1 && fw_line_eq(&t->chains[0]->lines[0], l));
	assert(!l->counter || l->packets == 0 || t->chains[0]->lines[0].packets == l->packets);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fw_table *t = fw_table_new(), *again = fw_table_new();
	struct fw_change c;
	struct nlm m;
	struct rd r;
	size_t i, k;

	assert(t != NULL && again != NULL && fw_chain_add(again, "again") != NULL);
	rd_init(&r, data, size);
	while (nlm_next(&r, &m) && fw_wire_read(t, &m))
		;
	fw_wire_close(t);
	for (i = 0; i < t->nchains; i++)
		for (k = 0; k < t->chains[i]->nlines; k++)
			if (is_known(&t->chains[i]->lines[k]))
				line_again(again, &t->chains[i]->lines[k]);
	for (i = 0; i < t->nsets; i++)
		for (k = 1; k < t->sets[i]->nelems; k++)
			assert(memcmp(t->sets[i]->elems[k - 1].lo, t->sets[i]->elems[k].lo, 16) <= 0);
	t->found = true;
	fw_diff(t, t, NULL, &c);
	assert(c.whole == t->odd && (c.whole || c.elems_added + c.elems_removed + c.sets == 0));
	fw_table_free(t);
	fw_table_free(again);
	return 0;
}
