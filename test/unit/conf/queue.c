/* Changes that wait: CFG-3, with a patience short enough to watch it end. */
#include "conf/txn.h"

#define CONF_TXN_WAIT_MS 1000

#include "conf/queue.c"

#include "sample.h"

struct bench {
	struct io_loop *loop;
	struct conf_queue *queue;
	struct conf *conf;
	char log[8192];
	unsigned late, turns;
};

static void
note(struct bench *b, const char *s)
{
	size_t n = strlen(b->log);

	(void)snprintf(b->log + n, sizeof(b->log) - n, "%s ", s);
}

static int
never(void *arg, json_t *draft, struct err *e)
{
	(void)arg;
	(void)draft;
	(void)e;
	fail();
	return 0;
}

static void
on_done(void *arg, const struct conf_result *r, const struct err *e)
{
	struct bench *b = arg;

	assert_non_null(r->conf);
	assert_int_equal(json_array_size(r->changes), 0);
	assert_int_equal(e->kind, ERR_UNAVAILABLE);
	assert_int_equal(e->retry_after, 1);
	note(b, "refused");
}

static void
on_test_turn(void *arg)
{
	struct bench *b = arg;
	struct conf_pending *p = conf_queue_pop(b->queue);

	b->turns++;
	note(b, p->summary);
	free(p);
	conf_queue_turn(b->queue);
	if (b->queue->n == 0)
		io_loop_stop(b->loop);
}

static void
on_test_late(void *arg, struct conf_pending *list)
{
	struct bench *b = arg;
	const struct conf_pending *p;

	for (p = list; p != NULL; p = p->next) {
		b->late++;
		note(b, p->summary);
	}
	conf_pending_refuse(list, b->conf);
	if (b->queue->n == 0)
		io_loop_stop(b->loop);
}

static int
bench_make(void **state)
{
	static const struct conf_queue_ops ops = { on_test_turn, on_test_late };
	struct bench *b = calloc(1, sizeof(*b));

	b->loop = io_loop_new();
	b->queue = conf_queue_new(b->loop, &ops, b);
	b->conf = conf_default("a");
	*state = b;
	return b->queue == NULL || b->conf == NULL;
}

static int
bench_drop(void **state)
{
	struct bench *b = *state;

	conf_pending_refuse(conf_queue_free(b->queue), b->conf);
	conf_unref(b->conf);
	io_loop_free(b->loop);
	free(b);
	return 0;
}

static int
add(struct bench *b, const char *summary, struct err *e)
{
	struct conf_change c = { .actor = "admin", .summary = summary, .edit = never, .done = on_done, .arg = b };

	return conf_queue_add(b->queue, &c, e);
}

static void
first_come_first_served(void **state)
{
	struct bench *b = *state;

	assert_int_equal(add(b, "one", NULL), 0);
	conf_queue_turn(b->queue);
	assert_int_equal(add(b, "two", NULL), 0);
	assert_int_equal(add(b, "three", NULL), 0);
	assert_string_equal(b->log, "");	/* never from within */
	io_loop_run(b->loop);
	assert_string_equal(b->log, "one two three ");
	conf_queue_turn(b->queue);
	assert_null(conf_queue_pop(b->queue));
}

/* Nobody gives them a turn. */
static void
patience_ends(void **state)
{
	struct bench *b = *state;

	assert_int_equal(add(b, "one", NULL), 0);
	assert_int_equal(add(b, "two", NULL), 0);
	io_loop_run(b->loop);
	assert_string_equal(b->log, "one two refused refused ");
	assert_int_equal(b->turns, 0);
}

static void
is_bounded(void **state)
{
	struct bench *b = *state;
	struct err e;
	int i;

	for (i = 0; i < CONF_TXN_QUEUE; i++)
		assert_int_equal(add(b, "x", NULL), 0);
	assert_int_equal(add(b, "too many", &e), -ENOBUFS);
	assert_int_equal(e.kind, ERR_UNAVAILABLE);
	assert_int_equal(add(b, "too many", NULL), -ENOBUFS);
	free(conf_queue_pop(b->queue));
	assert_int_equal(add(b, "one more", NULL), 0);
}

static void
assert_kept(struct bench *b, const char *summary, const char *want)
{
	struct conf_pending *p;

	assert_int_equal(add(b, summary, NULL), 0);
	p = conf_queue_pop(b->queue);
	assert_string_equal(p->c.summary, want);
	assert_string_equal(p->c.actor, "admin");
	free(p);
}

/* What goes into the document is text that the document takes. */
static void
texts_are_cleaned(void **state)
{
	struct bench *b = *state;
	char longest[CONF_SUMMARY_MAX + 8], want[CONF_SUMMARY_MAX + 8];

	assert_kept(b, "dns.record.create nas", "dns.record.create nas");
	assert_kept(b, "a\nb\x7f\xc2\x85" "c\xc3\xa4", "a b   c\xc3\xa4");
	assert_kept(b, "a\xff" "b", "a");
	memset(longest, 'x', sizeof(longest));
	memset(want, 'x', sizeof(want));
	longest[CONF_SUMMARY_MAX - 1] = '\xc3';	/* would be cut in two */
	longest[CONF_SUMMARY_MAX] = '\xa4';
	longest[CONF_SUMMARY_MAX + 1] = '\0';
	want[CONF_SUMMARY_MAX - 1] = '\0';
	assert_kept(b, longest, want);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, bench_make, bench_drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(first_come_first_served), TEST(patience_ends), TEST(is_bounded), TEST(texts_are_cleaned),
	};

	return cmocka_run_group_tests_name("conf/queue", tests, NULL, NULL);
}
