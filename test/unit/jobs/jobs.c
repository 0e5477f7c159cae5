/* src/jobs/jobs.c, process.c, record.c with real children: this program, run
 * again as "job <kind>". */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/err.h"
#include "base/log.h"
#include "io/child.h"
#include "io/loop.h"
#include "io/timer.h"
#include "jobs/jobs.h"
#include "jobs/line.h"
#include "jobs/record.h"
#include "sys/clk.h"
#include "sys/file.h"

enum { NOW = 1800000000 };

/* --- the child ---------------------------------------------------------------------- */

static void
put(char *line)
{
	if (line != NULL && write(STDOUT_FILENO, line, strlen(line)) < 0)
		_exit(3);
	free(line);
}

static int
child(const char *kind)
{
	char buf[4096];
	ssize_t n = read(STDIN_FILENO, buf, sizeof(buf));
	json_t *in = json_loadb(buf, n > 0 ? (size_t)n : 0, 0, NULL);
	struct err e;
	int i, status = 0;

	if (strcmp(kind, "t.echo") == 0) {
		put(jobs_line_progress(50, "half way"));
		put(jobs_line_result(in));
	} else if (strcmp(kind, "t.fail") == 0) {
		err_clear(&e);
		(void)err_set(&e, ERR_REMOTE, "they said no");
		put(jobs_line_error(&e));
	} else if (strcmp(kind, "t.facts") == 0 || strcmp(kind, "t.facts_quick") == 0) {
		put(jobs_line_fact(in));
		put(jobs_line_fact(in));
		status = 7;
	} else if (strcmp(kind, "t.silent") == 0) {
		status = 7;
	} else if (strcmp(kind, "t.nonsense") == 0) {
		put(strdup("hello\n"));
		pause();
	} else if (strcmp(kind, "t.steps") == 0) {
		for (i = 1; i <= 100; i++)
			put(jobs_line_progress(i, "counting"));
		put(jobs_line_result(NULL));
	} else {
		pause();	/* t.wait, t.stubborn, t.late */
	}
	json_decref(in);
	return status;
}

static int
work_never_here(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg,
    json_t **result, struct err *e)
{
	(void)in, (void)progress, (void)arg, (void)result, (void)e;
	return -EIO;
}

static const struct jobs_kind kinds[] = {
	{ "t.echo", true, true, false, 60, work_never_here },
	{ "t.fail", true, true, false, 60, work_never_here },
	{ "t.facts", true, true, false, 60, work_never_here },
	{ "t.facts_quick", false, true, false, 60, work_never_here },
	{ "t.silent", true, true, false, 60, work_never_here },
	{ "t.nonsense", true, true, false, 60, work_never_here },
	{ "t.steps", true, true, false, 60, work_never_here },
	{ "t.wait", true, true, false, 60, work_never_here },
	{ "t.stubborn", true, false, false, 60, work_never_here },
	{ "t.late", true, true, false, 1, work_never_here },
	{ "t.quick", false, true, false, 60, work_never_here },
	{ NULL, false, false, false, 0, NULL }
};

/* --- the core ----------------------------------------------------------------------- */

struct core {
	char dir[32];
	int dirfd;
	struct io_loop *loop;
	struct io_child_set *children;
	struct io_timer *timer;
	struct clk_fake clk;
	struct jobs *jobs;
	unsigned changes;
	json_t *last_change;
	char states[512];	/* of all changes, one after the other */
	bool (*until)(struct core *x);
};

struct outcome {
	unsigned calls, facts;
	json_t *result;
	struct err e;
};

static void
on_fact(void *arg, const json_t *fact)
{
	struct outcome *o = arg;

	assert_int_equal(o->calls, 0);
	assert_string_equal(json_string_value(json_object_get(fact, "hello")), "ø");
	o->facts++;
}

static void
on_changed(void *arg, const json_t *job)
{
	struct core *x = arg;
	size_t n = strlen(x->states);

	x->changes++;
	json_decref(x->last_change);
	x->last_change = json_deep_copy(job);
	(void)snprintf(x->states + n, sizeof(x->states) - n, "%s ", jobs_record_text(job, "state"));
}

static void
on_done(void *arg, const json_t *result, const struct err *e)
{
	struct outcome *o = arg;

	o->calls++;
	json_decref(o->result);
	o->result = json_deep_copy(result);
	if (e != NULL)
		o->e = *e;
}

static void
on_tick(void *arg)
{
	struct core *x = arg;

	if (x->until(x))
		io_loop_stop(x->loop);
}

static void
spin(struct core *x, bool (*until)(struct core *x))
{
	x->until = until;
	io_timer_every(x->timer, 1);
	io_loop_run(x->loop);
	io_timer_stop(x->timer);
}

static bool
nothing_active(struct core *x)
{
	const struct jobs_kind *k;

	for (k = kinds; k->name != NULL; k++)
		if (jobs_is_active(x->jobs, k->name))
			return false;
	return true;
}

static void
start_core(struct core *x)
{
	struct jobs_conf c = { .loop = x->loop, .children = x->children, .clk = &x->clk.clk, .kinds = kinds,
	    .state_dirfd = x->dirfd, .changed = on_changed, .arg = x };

	x->jobs = jobs_new(&c);
	assert_non_null(x->jobs);
}

static int
open_core(void **state)
{
	struct core *x = calloc(1, sizeof(*x));

	(void)snprintf(x->dir, sizeof(x->dir), "/tmp/pic-jobs-XXXXXX");
	assert_non_null(mkdtemp(x->dir));
	x->dirfd = open(x->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	x->loop = io_loop_new();
	x->children = io_child_set_new(x->loop);
	x->timer = io_timer_new(x->loop, on_tick, x);
	clk_fake_init(&x->clk, NOW);
	start_core(x);
	*state = x;
	return 0;
}

static int
close_core(void **state)
{
	struct core *x = *state;

	jobs_free(x->jobs);
	io_child_set_free(x->children);
	io_timer_free(x->timer);
	io_loop_free(x->loop);
	(void)unlinkat(x->dirfd, "jobs.json", 0);
	(void)close(x->dirfd);
	(void)rmdir(x->dir);
	json_decref(x->last_change);
	free(x);
	return 0;
}

/* Start a job; its id into id, what becomes of it into o. */
static void
start(struct core *x, const char *kind, struct outcome *o, char id[37])
{
	json_t *in = json_pack("{s:s}", "hello", "ø"), *job = NULL;
	struct jobs_ask a = { .kind = kind, .object = "it", .actor = "anna", .in = in, .done = on_done, .fact = on_fact,
	    .arg = o };
	struct err e;

	memset(o, 0, sizeof(*o));
	err_clear(&e);
	assert_int_equal(jobs_start(x->jobs, &a, &job, &e), 0);
	assert_int_equal(o->calls, 0);
	assert_string_equal(jobs_record_text(job, "state"), "queued");
	(void)snprintf(id, 37, "%s", jobs_record_text(job, "id"));
	json_decref(job);
	json_decref(in);
}

static const char *
state_of(struct core *x, const char *id)
{
	static char text[16];
	json_t *j = jobs_get(x->jobs, id);

	assert_non_null(j);
	assert_true(jobs_record_valid(j));
	(void)snprintf(text, sizeof(text), "%s", jobs_record_text(j, "state"));
	json_decref(j);
	return text;
}

static void
test_a_job_succeeds(void **state)
{
	struct core *x = *state;
	struct outcome o;
	char id[37];
	json_t *j;

	start(x, "t.echo", &o, id);
	spin(x, nothing_active);
	assert_int_equal(o.calls, 1);
	assert_int_equal(o.e.kind, ERR_NONE);
	assert_string_equal(json_string_value(json_object_get(o.result, "hello")), "ø");
	j = jobs_get(x->jobs, id);
	assert_string_equal(jobs_record_text(j, "state"), "succeeded");
	assert_string_equal(jobs_record_text(j, "kind"), "t.echo");
	assert_string_equal(jobs_record_text(j, "object"), "it");
	assert_string_equal(jobs_record_text(j, "actor"), "anna");
	assert_string_equal(jobs_record_text(j, "created_at"), "2027-01-15T08:00:00Z");
	assert_int_equal(json_integer_value(json_object_get(j, "progress")), 100);
	assert_true(json_equal(json_object_get(j, "result"), o.result));
	assert_true(json_is_null(json_object_get(j, "error")));
	assert_true(json_equal(j, x->last_change));
	json_decref(j);
	json_decref(o.result);
}

/* What core did itself stands in the list like the work of a child, also after a start. */
static void
test_noted(void **state)
{
	struct core *x = *state;
	const struct jobs_ask a = { .kind = "t.done", .object = "it", .actor = "anna" };
	json_t *result = json_pack("{s:i}", "n", 1), *j = jobs_note(x->jobs, &a, result);
	char id[37];

	assert_true(jobs_record_valid(j));
	(void)snprintf(id, sizeof(id), "%s", jobs_record_text(j, "id"));
	json_decref(j);
	json_decref(result);
	assert_string_equal(state_of(x, id), "succeeded");
	assert_string_equal(jobs_record_text(x->last_change, "id"), id);
	assert_false(jobs_is_active(x->jobs, "t.done"));
	jobs_free(x->jobs);
	start_core(x);
	assert_string_equal(state_of(x, id), "succeeded");
}

static void
test_failures_have_a_reason(void **state)
{
	static const struct {
		const char *kind, *reason;
		enum err_kind error;
	} v[] = {
		{ "t.fail", "they said no", ERR_REMOTE },
		{ "t.silent", "the task ended without a result (status 7)", ERR_INTERNAL },
		{ "t.nonsense", "the task answered nonsense", ERR_INTERNAL },
	};
	struct core *x = *state;
	struct outcome o;
	char id[37];
	json_t *j;
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		start(x, v[i].kind, &o, id);
		spin(x, nothing_active);
		assert_int_equal(o.calls, 1);
		assert_int_equal(o.e.kind, v[i].error);
		assert_string_equal(o.e.detail, v[i].reason);
		j = jobs_get(x->jobs, id);
		assert_string_equal(jobs_record_text(j, "state"), "failed");
		assert_string_equal(jobs_record_text(j, "error"), v[i].reason);
		json_decref(j);
	}
}

static void
test_deadline(void **state)
{
	struct core *x = *state;
	struct outcome o;
	char id[37];

	start(x, "t.late", &o, id);
	spin(x, nothing_active);
	assert_int_equal(o.calls, 1);
	assert_string_equal(state_of(x, id), "failed");
	/* The fake clock stood still, so the reason is the signal that ended it. */
	assert_string_equal(o.e.detail, "the task was ended by signal 9");
}

static bool
first_runs(struct core *x)
{
	return strstr(x->states, "running") != NULL;
}

static void
test_deadline_is_named(void **state)
{
	struct core *x = *state;
	struct outcome o;
	char id[37];

	start(x, "t.late", &o, id);
	spin(x, first_runs);
	clk_fake_advance(&x->clk, 1500);
	spin(x, nothing_active);
	assert_string_equal(o.e.detail, "the task took longer than 1 s");
}

static void
test_cancel(void **state)
{
	struct core *x = *state;
	struct outcome o, p;
	char id[37], stubborn[37];
	struct err e;

	start(x, "t.wait", &o, id);
	start(x, "t.stubborn", &p, stubborn);
	spin(x, first_runs);
	err_clear(&e);
	assert_int_equal(jobs_cancel(x->jobs, id, &e), 0);
	assert_int_equal(o.calls, 1);
	assert_int_equal(o.e.kind, ERR_CONFLICT);
	assert_string_equal(state_of(x, id), "cancelled");
	assert_int_equal(jobs_cancel(x->jobs, id, &e), -EEXIST);	/* it is over */
	assert_int_equal(jobs_cancel(x->jobs, stubborn, &e), -EEXIST);
	assert_int_equal(jobs_cancel(x->jobs, "b0c1a2d3-0000-4000-8000-000000000001", &e), -ENOENT);
	assert_int_equal(p.calls, 0);
	start(x, "t.wait", &o, id);
	assert_int_equal(jobs_cancel(x->jobs, id, &e), 0);	/* still queued */
	assert_string_equal(state_of(x, id), "cancelled");
}

static bool
four_run(struct core *x)
{
	json_t *l = jobs_list(x->jobs, "running", NULL);
	size_t n = json_array_size(l);

	json_decref(l);
	return n == JOBS_RUNNING;
}

static void
test_four_at_once_the_rest_waits(void **state)
{
	struct core *x = *state;
	struct outcome o[JOBS_RUNNING + 2];
	char id[JOBS_RUNNING + 2][37];
	json_t *l;
	size_t i;

	for (i = 0; i < JOBS_RUNNING + 1; i++)
		start(x, "t.wait", &o[i], id[i]);
	start(x, "t.echo", &o[i], id[i]);
	spin(x, four_run);
	assert_string_equal(state_of(x, id[JOBS_RUNNING]), "queued");
	l = jobs_list(x->jobs, "queued", NULL);
	assert_int_equal(json_array_size(l), 2);
	assert_string_equal(jobs_record_text(json_array_get(l, 0), "id"), id[JOBS_RUNNING + 1]);	/* newest first */
	json_decref(l);
	l = jobs_list(x->jobs, NULL, "t.wait");
	assert_int_equal(json_array_size(l), JOBS_RUNNING + 1);
	json_decref(l);
	for (i = 0; i < JOBS_RUNNING + 1; i++)
		assert_int_equal(jobs_cancel(x->jobs, id[i], NULL), 0);
	spin(x, nothing_active);
	assert_string_equal(state_of(x, id[JOBS_RUNNING + 1]), "succeeded");
	json_decref(o[JOBS_RUNNING + 1].result);
}

static void
test_the_queue_is_bounded(void **state)
{
	struct core *x = *state;
	struct jobs_ask a = { .kind = "t.wait", .actor = "anna" };
	struct err e;
	int i;

	for (i = 0; i < JOBS_QUEUED; i++)
		assert_int_equal(jobs_start(x->jobs, &a, NULL, NULL), 0);
	err_clear(&e);
	assert_int_equal(jobs_start(x->jobs, &a, NULL, &e), -ENETDOWN);
	assert_true(e.retry_after > 0);
	a.kind = "t.quick";
	assert_true(jobs_start(x->jobs, &a, NULL, &e) < 0);	/* not a listed kind */
	a.kind = "t.unknown";
	assert_true(jobs_start(x->jobs, &a, NULL, &e) < 0);
}

static void
test_apl4_no_job_is_running_for_ever(void **state)
{
	struct core *x = *state;
	struct outcome o;
	char running[37], queued[37], over[37];
	json_t *j;
	int i;

	start(x, "t.echo", &o, over);
	spin(x, nothing_active);
	json_decref(o.result);
	for (i = 0; i < JOBS_RUNNING; i++)
		start(x, "t.wait", &o, running);
	start(x, "t.wait", &o, queued);
	spin(x, four_run);
	jobs_free(x->jobs);		/* as when the core dies: the file says what was */
	assert_int_equal(o.calls, 0);
	start_core(x);
	assert_true(nothing_active(x));
	j = jobs_get(x->jobs, running);
	assert_string_equal(jobs_record_text(j, "state"), "failed");
	assert_string_equal(jobs_record_text(j, "error"), "the cell was stopped while this ran");
	assert_int_equal(jobs_record_time(j, "finished_at"), NOW);
	json_decref(j);
	assert_string_equal(state_of(x, queued), "failed");
	assert_string_equal(state_of(x, over), "succeeded");
	assert_int_equal(jobs_cancel(x->jobs, running, NULL), -EEXIST);
	jobs_free(x->jobs);
	start_core(x);			/* and the truth was written down */
	assert_string_equal(state_of(x, running), "failed");
}

static void
test_damaged_list_is_an_empty_one(void **state)
{
	static const char *const texts[] = { "", "{", "[]", "{\"jobs\":3}", "{\"jobs\":[1,{},{\"id\":\"x\"}]}" };
	struct core *x = *state;
	json_t *l;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		jobs_free(x->jobs);
		assert_int_equal(file_write(x->dirfd, "jobs.json", texts[i], strlen(texts[i]), 0600, NULL), 0);
		start_core(x);
		l = jobs_list(x->jobs, NULL, NULL);
		assert_int_equal(json_array_size(l), 0);
		json_decref(l);
	}
}

static void
test_the_last_200_of_7_days(void **state)
{
	struct core *x = *state;
	struct outcome o;
	char id[37], first[37];
	json_t *l, *doc, *list, *r;
	char *text;
	int i;

	/* A file as a busy week leaves it. */
	jobs_free(x->jobs);
	list = json_array();
	for (i = 0; i < JOBS_KEPT + 10; i++) {
		r = jobs_record_new("t.echo", NULL, NULL, NOW - i);
		jobs_record_succeed(r, NULL, NOW - i);
		json_array_append_new(list, r);
	}
	(void)snprintf(first, sizeof(first), "%s", jobs_record_text(json_array_get(list, 0), "id"));
	doc = json_pack("{s:o}", "jobs", list);
	text = json_dumps(doc, 0);
	assert_int_equal(file_write(x->dirfd, "jobs.json", text, strlen(text), 0600, NULL), 0);
	free(text);
	json_decref(doc);
	start_core(x);
	l = jobs_list(x->jobs, NULL, NULL);
	assert_int_equal(json_array_size(l), JOBS_KEPT);
	assert_string_equal(jobs_record_text(json_array_get(l, 0), "id"), first);
	json_decref(l);

	clk_fake_advance(&x->clk, (JOBS_KEPT_S + 60) * 1000LL);
	start(x, "t.echo", &o, id);
	spin(x, nothing_active);
	l = jobs_list(x->jobs, NULL, NULL);
	assert_int_equal(json_array_size(l), 1);
	json_decref(l);
	json_decref(o.result);
}

static void
test_progress_is_told_but_not_a_hundred_times(void **state)
{
	struct core *x = *state;
	struct outcome o;
	char id[37];

	start(x, "t.steps", &o, id);
	spin(x, nothing_active);
	assert_int_equal(o.calls, 1);
	/* queued, running, succeeded, and what little fits between them at 4/s. */
	assert_in_range(x->changes, 3, 40);
	assert_string_equal(jobs_record_text(x->last_change, "state"), "succeeded");
	assert_string_equal(jobs_record_text(x->last_change, "step"), "counting");
	json_decref(o.result);
}

static struct outcome quick;

static bool
quick_over(struct core *x)
{
	(void)x;
	return quick.calls > 0;
}

static void
test_unlisted_runs(void **state)
{
	struct core *x = *state;
	json_t *in = json_pack("{s:i}", "a", 1), *l;
	struct jobs_run *r;

	memset(&quick, 0, sizeof(quick));
	assert_non_null(jobs_run_start(x->jobs, "t.echo", in, on_done, &quick));
	assert_int_equal(quick.calls, 0);
	spin(x, quick_over);
	assert_true(json_equal(quick.result, in));
	l = jobs_list(x->jobs, NULL, NULL);
	assert_int_equal(json_array_size(l), 0);
	json_decref(l);
	json_decref(quick.result);

	memset(&quick, 0, sizeof(quick));
	r = jobs_run_start(x->jobs, "t.quick", in, on_done, &quick);
	assert_non_null(r);
	jobs_run_cancel(r);
	jobs_run_cancel(NULL);
	assert_null(jobs_run_start(x->jobs, "t.unknown", in, on_done, &quick));
	assert_non_null(jobs_run_start(x->jobs, "t.quick", in, on_done, &quick));	/* ended by jobs_free() */
	assert_int_equal(quick.calls, 0);
	json_decref(in);
}

/* TIM-2: what a child has told to be kept is told before it is known how it ends. */
static void
test_facts_come_before_the_end(void **state)
{
	struct core *x = *state;
	struct outcome o;
	json_t *in = json_pack("{s:s}", "hello", "ø");
	struct jobs_ask a = { .kind = "t.facts_quick", .in = in, .done = on_done, .fact = on_fact, .arg = &quick };
	char id[37];

	memset(&quick, 0, sizeof(quick));
	start(x, "t.facts", &o, id);
	assert_non_null(jobs_run_with(x->jobs, &a));
	json_decref(in);
	spin(x, nothing_active);
	assert_int_equal(o.facts, 2);
	assert_int_equal(o.e.kind, ERR_INTERNAL);
	assert_string_equal(state_of(x, id), "failed");
	spin(x, quick_over);
	assert_int_equal(quick.facts, 2);
	assert_int_equal(quick.e.kind, ERR_INTERNAL);
}

static void
test_a_list_that_cannot_be_saved_stops_nothing(void **state)
{
	struct core *x = *state;
	struct outcome o;
	char id[37];

	jobs_free(x->jobs);
	(void)close(x->dirfd);
	x->dirfd = -1;
	start_core(x);
	start(x, "t.echo", &o, id);
	spin(x, nothing_active);
	assert_string_equal(state_of(x, id), "succeeded");
	json_decref(o.result);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_core, close_core)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_job_succeeds),
		TEST(test_noted),
		TEST(test_failures_have_a_reason),
		TEST(test_deadline),
		TEST(test_deadline_is_named),
		TEST(test_cancel),
		TEST(test_four_at_once_the_rest_waits),
		TEST(test_the_queue_is_bounded),
		TEST(test_apl4_no_job_is_running_for_ever),
		TEST(test_damaged_list_is_an_empty_one),
		TEST(test_the_last_200_of_7_days),
		TEST(test_progress_is_told_but_not_a_hundred_times),
		TEST(test_unlisted_runs),
		TEST(test_facts_come_before_the_end),
		TEST(test_a_list_that_cannot_be_saved_stops_nothing),
	};

	if (argc == 3 && strcmp(argv[1], "job") == 0)
		return child(argv[2]);
	if (sodium_init() < 0)
		return 1;
	log_open("test", LOG_CRITICAL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
