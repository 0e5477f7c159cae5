/* src/role/serials.c: after a kill serials neither fall nor stay with other content; otherwise a restart leaves them (DNS-13). */
#include "lab.h"

#include "conf/store.h"
#include "conf/txn.h"
#include "role/core.h"

static struct conf in_force;
static uint64_t on_its_way;
static unsigned dirtied, saved;

#define conf_txn_current(t) (&in_force)
#define conf_store_given(s) (on_its_way)
#define state_dirty_observed(c) ((void)dirtied++)
#define state_save_observed(c) ((void)saved++)
#include "role/serials.c"

static const struct dns_serial zone = { .serial = 10, .digest = { 5, 6 }, .namelen = 6, .name = "\4home" };

/* As a run of generation of wrote it, into c of the next run. */
static void
reload(struct core *c, uint64_t of)
{
	struct core *last = calloc(1, sizeof(*last));
	json_t *observed;

	assert_non_null(last);
	last->serials.n = 1;
	last->serials.v[0] = zone;
	observed = json_pack("{s:o, s:I}", "serials", serials_save(last), "serials_of", (json_int_t)of);
	memset(c, 0, sizeof(*c));
	serials_load(c, observed);
	assert_int_equal(c->serials.n, 1);
	assert_int_equal(c->serials.v[0].serial, 10);
	json_decref(observed);
	free(last);
}

static bool
knows_content(const struct core *c)
{
	return c->serials.v[0].digest[0] == 5 && c->serials.v[0].digest[1] == 6;
}

static void
believed_while_it_is_of_what_is_in_force(void **state)
{
	struct core *c = calloc(1, sizeof(*c));

	(void)state;
	assert_non_null(c);
	in_force.generation = on_its_way = 12;
	reload(c, 12);
	assert_true(knows_content(c));
	assert_int_equal(c->serials.least, 0);
	reload(c, 11);		/* 12 was told, and nobody knows what it was */
	assert_false(knows_content(c));
	assert_int_equal(c->serials.least, 0);
	on_its_way = 14;		/* 13 was on its way, and may have been told */
	reload(c, 12);
	assert_false(knows_content(c));
	assert_int_equal(c->serials.least, 14);
	serials_load(c, NULL);
	assert_int_equal(c->serials.least, 14);
	reload(c, 14);		/* told and written since then */
	assert_true(knows_content(c));
	assert_int_equal(c->serials.least, 14);
	free(c);
}

/* What no generation tells a later start is on disk before anybody is told. */
static void
written_in_time(void **state)
{
	struct core *c = calloc(1, sizeof(*c));
	struct dns_serials next = { .n = 1, .v = { zone } };

	(void)state;
	assert_non_null(c);
	dirtied = saved = 0;
	serials_use(c, &next, 10);
	assert_int_equal(dirtied, 1);
	serials_use(c, &next, 10);
	assert_int_equal(dirtied, 1);
	serials_use(c, &next, 11);	/* else a restart would not believe them */
	assert_int_equal(dirtied, 2);
	assert_int_equal(saved, 0);
	next.v[0].serial = 12;
	serials_use(c, &next, 11);
	assert_int_equal(saved, 1);
	c->serials.least = 13;	/* tells it again */
	next.v[0].serial = 13;
	serials_use(c, &next, 11);
	assert_int_equal(c->serials_of, 13);
	assert_int_equal(saved, 1);
	free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(believed_while_it_is_of_what_is_in_force), cmocka_unit_test(written_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
