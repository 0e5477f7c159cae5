/* The life of a change: CFG-2, CFG-3, CFG-10, STA-3, STA-8, and R1 by killing the
 * process at random moments. The time a commit may take is short here. */
#ifndef PIC_FAULTS
#define PIC_FAULTS
#endif
#include "sys/file_sys.c"

#include "conf/txn.h"

#define CONF_TXN_COMMIT_MS 100
#define CONF_TXN_AGAIN_MS 5

#include "conf/draft.h"

static unsigned draft_fails;	/* which call from now on; 0: none */

static json_t *
test_draft_new(const json_t *base)
{
	return draft_fails > 0 && --draft_fails == 0 ? NULL : conf_draft_new(base);
}

#define conf_draft_new test_draft_new
#include "conf/txn.c"
#undef conf_draft_new
#include "io/loop.h"

#include <signal.h>
#include <sys/wait.h>

#include "state.h"

enum { PARTS = 3, GUARD_MS = 60000 };

struct bench;

/* A part that writes down what is done with it and obeys the test. */
struct fake {
	struct bench *b;
	char name[2];
	bool refuses;			/* prepare fails */
	bool refuses_back;		/* prepare fails on the way back */
	bool hangs, hangs_back;		/* commit is never reported */
	bool fails, fails_back;		/* commit is reported as refused */
	bool late;			/* commit is reported on a later turn */
	int breaks;			/* errno of every write from commit on, but for the calls in holds */
	unsigned holds;
	bool narrows;			/* it writes down when it is asked to */
	struct io_timer *timer;
	uint64_t generation;		/* that it runs on */
};

struct bench {
	struct state *state;
	struct io_loop *loop;
	struct io_timer *guard;
	struct clk_fake clk;
	struct conf_store *store;
	struct conf_txn *txn;
	struct fake parts[PARTS];
	char log[16384];
	unsigned open;			/* changes that are not answered */
	struct err e;			/* of the last answer */
	bool ok, changed, lease;
	uint64_t generation;
	json_t *changes;
	char zone[64];			/* time zone of the last answer's configuration */
};

static void note(struct bench *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
note(struct bench *b, const char *fmt, ...)
{
	size_t n = strlen(b->log);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(b->log + n, sizeof(b->log) - n, fmt, ap);
	va_end(ap);
}

static int
fake_prepare(void *arg, const struct conf *now, const struct conf *next, struct err *e)
{
	struct fake *f = arg;
	bool back = now->generation == f->b->generation + 1 && strncmp(next->summary, "back", 4) == 0;

	note(f->b, "p%s%llu ", f->name, (unsigned long long)next->generation);
	assert_true(next->generation > now->generation);
	assert_int_equal(conf_txn_returning(f->b->txn), strncmp(next->summary, "back", 4) == 0);
	assert_int_equal(conf_txn_insists(f->b->txn), strncmp(next->summary, "back", 4) == 0 || strcmp(next->summary, "due") == 0);
	if (back ? f->refuses_back : f->refuses)
		return err_set(e, ERR_CONFLICT, "part %s says no", f->name);
	return 0;
}

static void
on_late_part(void *arg)
{
	struct fake *f = arg;

	conf_txn_part_done(f->b->txn, f->name, f->generation);
}

static void
fake_commit(void *arg, const struct conf *next)
{
	struct fake *f = arg;
	bool back = strncmp(next->summary, "back", 4) == 0;
	struct err why;

	note(f->b, "c%s%llu ", f->name, (unsigned long long)next->generation);
	f->generation = next->generation;
	if (f->breaks != 0)
		file_fault_lasting(1 + f->holds, f->breaks);
	if (back ? f->hangs_back : f->hangs)
		return;
	if (back ? f->fails_back : f->fails) {
		(void)err_set(&why, ERR_UNAVAILABLE, "the kernel refused it");	/* told below */
		conf_txn_part_failed(f->b->txn, f->name, next->generation, &why);
	} else if (f->late)
		io_timer_once(f->timer, 5);
	else
		conf_txn_part_done(f->b->txn, f->name, next->generation);
}

static void
fake_narrow(void *arg, const struct conf *next)
{
	const struct fake *f = arg;

	assert_true(next->generation > conf_txn_current(f->b->txn)->generation);
	assert_true(next->generation > conf_store_current(f->b->store)->generation);
	if (f->narrows)
		note(f->b, "n%s ", f->name);
}

static void
fake_rollback(void *arg)
{
	struct fake *f = arg;

	note(f->b, "r%s ", f->name);
}

static void
on_watch(void *arg, const struct conf *c, const char *actor, const char *summary)
{
	note(arg, "w%llu:%s:%s ", (unsigned long long)c->generation, actor, summary);
}

static void
on_guard(void *arg)
{
	(void)arg;
	fail_msg("the loop does not end");
}

static void
make_parts(struct bench *b)
{
	struct conf_part p = { .prepare = fake_prepare, .commit = fake_commit, .rollback = fake_rollback, .narrow = fake_narrow };
	size_t i;

	for (i = 0; i < PARTS; i++) {
		b->parts[i].b = b;
		b->parts[i].name[0] = (char)('a' + i);
		b->parts[i].timer = io_timer_new(b->loop, on_late_part, &b->parts[i]);
		p.name = b->parts[i].name;
		p.arg = &b->parts[i];
		assert_int_equal(conf_txn_part(b->txn, &p), 0);
	}
}

/* On generation 1: the sample. */
static void
first_generation(struct bench *b)
{
	json_t *doc = sample_new();
	struct conf *c;
	struct err e;

	sample_set(doc, "generation", json_integer(1));
	assert_int_equal(conf_rev_stamp(NULL, doc, 1), 0);
	assert_int_equal(conf_build(&c, doc, &e), 0);
	assert_int_equal(conf_store_write(b->store, c, &e), 0);
	conf_unref(c);
	json_decref(doc);
}

static int
bench_make(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	void *dir = NULL;
	struct err e;

	assert_int_equal(state_make(&dir), 0);
	b->state = dir;
	b->loop = io_loop_new();
	b->guard = io_timer_new(b->loop, on_guard, b);
	clk_fake_init(&b->clk, 1790000000);
	assert_int_equal(conf_store_open(&b->store, b->state->fd, &e), 0);
	first_generation(b);
	b->txn = conf_txn_new(b->loop, b->store, &b->clk.clk, conf_store_current(b->store));
	make_parts(b);
	conf_txn_watch(b->txn, on_watch, b);
	b->generation = 1;
	*state = b;
	return 0;
}

static int
bench_drop(void **state)
{
	struct bench *b = *state;
	void *dir = b->state;
	size_t i;
	int r;

	conf_txn_free(b->txn);
	conf_store_free(b->store);
	for (i = 0; i < PARTS; i++)
		io_timer_free(b->parts[i].timer);
	io_timer_free(b->guard);
	io_loop_free(b->loop);
	json_decref(b->changes);
	r = state_drop(&dir);
	free(b);
	return r;
}

static int
set_zone(void *arg, json_t *draft, struct err *e)
{
	(void)e;
	return json_object_set_new(json_object_get(draft, "identity"), "timezone", json_string(arg));
}

/* What the answer said. */
static struct bench *answered;

static void
on_done(void *arg, const struct conf_result *r, const struct err *e)
{
	struct bench *b = answered;

	(void)arg;
	b->ok = e == NULL;
	err_clear(&b->e);
	if (e != NULL)
		b->e = *e;
	b->changed = r->changed;
	b->lease = r->lease_needed;
	b->generation = r->generation;
	json_decref(b->changes);
	b->changes = json_deep_copy(r->changes);
	(void)snprintf(b->zone, sizeof(b->zone), "%s", r->conf->identity.timezone);
	note(b, "done%llu ", (unsigned long long)r->generation);
	if (--b->open == 0)
		io_loop_stop(b->loop);
}

static void
submit_change(struct bench *b, const struct conf_change *c)
{
	struct err e;

	answered = b;
	b->open++;
	assert_int_equal(conf_txn_submit(b->txn, c, &e), 0);
}

static void
run_loop(struct bench *b)
{
	io_timer_once(b->guard, GUARD_MS);
	io_loop_run(b->loop);
	io_timer_stop(b->guard);
	assert_int_equal(b->open, 0);
}

/* Submit a change of the time zone and wait for the answer. */
static void
change(struct bench *b, const char *zone, bool dry_run)
{
	struct conf_change c = { .actor = "admin", .summary = "set zone", .dry_run = dry_run, .edit = set_zone, .done = on_done };

	c.arg = (void *)(uintptr_t)zone;
	b->log[0] = '\0';
	submit_change(b, &c);
	assert_string_equal(b->log, "");	/* nothing from within */
	run_loop(b);
}

static void
change_with(struct bench *b, int (*f)(void *, json_t *, struct err *), void *arg)
{
	struct conf_change c = { .actor = "admin", .summary = "edit", .edit = f, .done = on_done, .arg = arg };

	b->log[0] = '\0';
	submit_change(b, &c);
	run_loop(b);
}

/* In force in memory and on disk. */
static void
assert_in_force(const struct bench *b, uint64_t generation, const char *zone)
{
	struct conf_store *again;
	struct err e;

	assert_int_equal(conf_txn_current(b->txn)->generation, generation);
	assert_string_equal(conf_txn_current(b->txn)->identity.timezone, zone);
	assert_int_equal(conf_store_current(b->store)->generation, generation);
	assert_int_equal(conf_store_open(&again, b->state->fd, &e), 0);
	assert_int_equal(conf_store_current(again)->generation, generation);
	assert_string_equal(conf_store_current(again)->identity.timezone, zone);
	conf_store_free(again);
}

/* --- the ordinary way ------------------------------------------------------------------------- */

static void
goes_through_all_steps(void **state)
{
	struct bench *b = *state;

	change(b, "UTC", false);
	assert_true(b->ok && b->changed);
	assert_false(b->lease);
	assert_string_equal(b->log, "pa2 pb2 pc2 ca2 cb2 cc2 w2:admin:set zone done2 ");
	assert_int_equal(json_array_size(b->changes), 1);
	assert_string_equal(json_string_value(sample_get(b->changes, "0.path")), "/identity/timezone");
	assert_string_equal(b->zone, "UTC");
	assert_in_force(b, 2, "UTC");
	assert_int_equal(conf_txn_current(b->txn)->written_at, 1790000000);
	assert_string_equal(conf_txn_current(b->txn)->written_by, "admin");
	assert_int_equal(conf_txn_current(b->txn)->identity.rev, 2);
	assert_int_equal(conf_txn_current(b->txn)->network.rev, 1);
	assert_ptr_equal(conf_txn_store(b->txn), b->store);
}

/* The answer waits for the slowest part. */
static void
waits_for_every_part(void **state)
{
	struct bench *b = *state;

	b->parts[0].late = b->parts[2].late = true;
	change(b, "UTC", false);
	assert_true(b->ok);
	assert_string_equal(b->log, "pa2 pb2 pc2 ca2 cb2 cc2 w2:admin:set zone done2 ");
	conf_txn_part_done(b->txn, "a", 2);	/* said twice, said too late, said by nobody */
	conf_txn_part_done(b->txn, "x", 2);
	change(b, "Europe/Paris", false);
	assert_true(b->ok);
	assert_int_equal(b->generation, 3);
}

static void
unchanged_writes_nothing(void **state)
{
	struct bench *b = *state;

	change(b, " Europe/Oslo ", false);	/* the same, once complete */
	assert_true(b->ok);
	assert_false(b->changed);
	assert_string_equal(b->log, "done1 ");
	assert_int_equal(json_array_size(b->changes), 0);
	assert_in_force(b, 1, "Europe/Oslo");
}

static void
dry_run_changes_nothing(void **state)
{
	struct bench *b = *state;

	change(b, "UTC", true);
	assert_true(b->ok && b->changed);
	assert_string_equal(b->log, "pa2 pb2 pc2 rc rb ra done1 ");
	assert_int_equal(b->generation, 1);
	assert_string_equal(b->zone, "UTC");	/* what would be */
	assert_int_equal(json_array_size(b->changes), 1);
	assert_in_force(b, 1, "Europe/Oslo");
}

static int
edit_fields(void *arg, json_t *draft, struct err *e)
{
	(void)e;
	sample_set(draft, "generation", json_integer(99));	/* not a draft's to say */
	sample_set(draft, "written_by", json_string("somebody"));
	sample_set(draft, "identity.rev", json_integer(99));
	sample_set(draft, arg, json_null());
	return 0;
}

static void
tells_a_lease_and_hides_secrets(void **state)
{
	struct bench *b = *state;

	change_with(b, edit_fields, (void *)(uintptr_t)"wireguard.secret_ref");
	assert_true(b->ok && b->lease);
	assert_string_equal(json_string_value(sample_get(b->changes, "0.old")), "(secret)");
	assert_int_equal(b->generation, 2);
	assert_string_equal(conf_txn_current(b->txn)->written_by, "admin");
	assert_int_equal(conf_txn_current(b->txn)->identity.rev, 1);
}

static int
rename_cell(void *arg, json_t *draft, struct err *e)
{
	(void)arg;
	(void)e;
	sample_set(draft, "identity.cell_name", json_string("newhome"));
	return 0;
}

/* CFG-6 */
static void
names_follow(void **state)
{
	struct bench *b = *state;

	change_with(b, rename_cell, NULL);
	assert_true(b->ok);
	assert_string_equal(conf_txn_current(b->txn)->identity.domain_name, "newhome.home.arpa");
	assert_string_equal(conf_txn_current(b->txn)->dns.records[0].zone, "newhome.home.arpa");
	assert_int_equal(conf_txn_current(b->txn)->dns.records[0].rev, 2);
}

/* --- refusals ----------------------------------------------------------------------------------- */

static int
edit_refuses(void *arg, json_t *draft, struct err *e)
{
	(void)draft;
	return arg == NULL ? -1 : err_set(e, ERR_PRECONDITION, "somebody was faster");
}

static int
edit_badly(void *arg, json_t *draft, struct err *e)
{
	(void)e;
	sample_set(draft, arg, json_integer(443));
	return 0;
}

static int
edit_empty(void *arg, json_t *draft, struct err *e)
{
	(void)arg;
	(void)e;
	return json_object_clear(draft);
}

static int
edit_names_unknown(void *arg, json_t *draft, struct err *e)
{
	(void)arg;
	sample_set(draft, "dns.edns_size", json_integer(1));
	sample_set(draft, "network.ports.http", json_integer(443));	/* a conflict, too */
	return err_field(e, ERR_VALIDATION, "dns.shoe_size", "is not known");
}

/* INP-4: one unknown member does not hide the wrong ones; conflicts come later. */
static void
format_errors_come_together(void **state)
{
	struct bench *b = *state;

	change_with(b, edit_names_unknown, NULL);
	assert_int_equal(b->e.kind, ERR_VALIDATION);
	assert_int_equal(b->e.nfields, 2);
	assert_string_equal(b->e.fields[0].field, "dns.shoe_size");
	assert_string_equal(b->e.fields[1].field, "dns.edns_size");
	assert_in_force(b, 1, "Europe/Oslo");
}

static void
refusals_change_nothing(void **state)
{
	struct bench *b = *state;

	change_with(b, edit_refuses, b);
	assert_int_equal(b->e.kind, ERR_PRECONDITION);
	change_with(b, edit_refuses, NULL);
	assert_int_equal(b->e.kind, ERR_INTERNAL);
	change_with(b, edit_badly, (void *)(uintptr_t)"identity.timezone");
	assert_int_equal(b->e.kind, ERR_VALIDATION);
	assert_string_equal(b->e.fields[0].field, "identity.timezone");
	change_with(b, edit_badly, (void *)(uintptr_t)"network.ports.http");
	assert_int_equal(b->e.kind, ERR_CONFLICT);
	change_with(b, edit_empty, NULL);
	assert_int_equal(b->e.kind, ERR_VALIDATION);
	assert_string_equal(b->log, "done1 ");
	assert_in_force(b, 1, "Europe/Oslo");
}

/* STA-8: each part's prepare in turn; those before it let go, the last one first. */
static void
failed_prepare_leaves_no_trace(void **state)
{
	static const char *const logs[PARTS] = { "pa2 done1 ", "pa2 pb2 ra done1 ", "pa2 pb2 pc2 rb ra done1 " };
	struct bench *b = *state;
	size_t i;

	for (i = 0; i < PARTS; i++) {
		b->parts[i].refuses = true;
		change(b, "UTC", false);
		assert_false(b->ok);
		assert_int_equal(b->e.kind, ERR_CONFLICT);
		assert_string_equal(b->log, logs[i]);
		assert_in_force(b, 1, "Europe/Oslo");
		change(b, "UTC", true);
		assert_false(b->ok);
		b->parts[i].refuses = false;
	}
	change(b, "UTC", false);
	assert_in_force(b, 2, "UTC");
}

/* CFG-13: prepared, but not to be written. */
static void
failed_write_leaves_no_trace(void **state)
{
	struct bench *b = *state;
	int fd = openat(b->state->fd, "generations", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	/* A folder where the file would be stops everybody, root too (STA-2). */
	assert_int_equal(mkdirat(fd, "next.json", 0700), 0);
	change(b, "UTC", false);
	assert_false(b->ok);
	assert_string_equal(b->log, "pa2 pb2 pc2 rc rb ra done1 ");
	assert_int_equal(unlinkat(fd, "next.json", AT_REMOVEDIR), 0);
	(void)close(fd);
	assert_in_force(b, 1, "Europe/Oslo");
	change(b, "UTC", false);
	assert_in_force(b, 2, "UTC");
}

/* FWL-14: what is taken away is so before the disk has its say, but not before everybody agrees, and not for a question. */
static void
narrows_before_it_writes(void **state)
{
	struct bench *b = *state;
	int fd = openat(b->state->fd, "generations", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	b->parts[1].narrows = b->parts[2].refuses = true;
	change(b, "UTC", false);
	assert_string_equal(b->log, "pa2 pb2 pc2 rb ra done1 ");
	b->parts[2].refuses = false;
	change(b, "UTC", true);
	assert_string_equal(b->log, "pa2 pb2 pc2 rc rb ra done1 ");
	assert_int_equal(mkdirat(fd, "next.json", 0700), 0);
	change(b, "UTC", false);
	assert_string_equal(b->log, "pa2 pb2 pc2 nb rc rb ra done1 ");
	assert_int_equal(unlinkat(fd, "next.json", AT_REMOVEDIR), 0);
	(void)close(fd);
	change(b, "UTC", false);
	assert_string_equal(b->log, "pa2 pb2 pc2 nb ca2 cb2 cc2 w2:admin:set zone done2 ");
}

/* --- failed commits --------------------------------------------------------------------------- */

/* CFG-2: a part that does not answer brings everybody back; the answer is 500. */
static void
failed_commit_goes_back(void **state)
{
	struct bench *b = *state;
	size_t i;

	for (i = 0; i < PARTS; i++) {
		uint64_t g = conf_txn_current(b->txn)->generation;
		char want[256];

		b->parts[i].hangs = true;
		change(b, "UTC", false);
		b->parts[i].hangs = false;
		assert_false(b->ok);
		assert_int_equal(b->e.kind, ERR_INTERNAL);
		(void)snprintf(want, sizeof(want), "%s did not take over generation %llu; generation %llu is in force again",
		    b->parts[i].name, (unsigned long long)g + 1, (unsigned long long)g);
		assert_string_equal(b->e.detail, want);
		(void)snprintf(want, sizeof(want),
		    "pa%1$llu pb%1$llu pc%1$llu ca%1$llu cb%1$llu cc%1$llu pa%2$llu pb%2$llu pc%2$llu "
		    "ca%2$llu cb%2$llu cc%2$llu w%2$llu:system:back to generation %3$llu: generation %1$llu did not take effect "
		    "done%2$llu ", (unsigned long long)g + 1, (unsigned long long)g + 2, (unsigned long long)g);
		assert_string_equal(b->log, want);
		assert_in_force(b, g + 2, "Europe/Oslo");
		assert_int_equal(conf_txn_current(b->txn)->identity.rev, g + 2);	/* it was another in between */
		assert_int_equal(conf_txn_current(b->txn)->network.rev, 1);
	}
	change(b, "UTC", false);
	assert_true(b->ok);
	assert_in_force(b, 8, "UTC");
}

/* A part that says that it cannot is not waited for, and what it said is in the answer. */
static void
refused_commit_goes_back(void **state)
{
	struct bench *b = *state;

	b->parts[0].fails = true;
	b->parts[1].late = true;
	change(b, "UTC", false);
	assert_false(b->ok);
	assert_int_equal(b->e.kind, ERR_INTERNAL);
	assert_non_null(strstr(b->e.detail,
	    "did not take over generation 2: the kernel refused it; generation 1 is in force again"));
	assert_string_equal(b->log, "pa2 pb2 pc2 ca2 cb2 cc2 pa3 pb3 pc3 ca3 cb3 cc3 "
	    "w3:system:back to generation 1: generation 2 did not take effect done3 ");
	assert_in_force(b, 3, "Europe/Oslo");
	b->parts[0].fails_back = true;	/* neither there nor back */
	change(b, "UTC", false);
	assert_false(b->ok);
	assert_in_force(b, 5, "Europe/Oslo");
	b->parts[0].fails = b->parts[0].fails_back = false;
	change(b, "UTC", false);
	assert_true(b->ok);
	assert_in_force(b, 6, "UTC");
}

/* The answer for the generation that was given up comes late: it says nothing about the one in force. */
static void
late_answers_do_not_count(void **state)
{
	struct bench *b = *state;

	b->parts[1].hangs = b->parts[1].hangs_back = true;
	change(b, "UTC", false);	/* neither there nor back */
	assert_false(b->ok);
	assert_in_force(b, 3, "Europe/Oslo");
	conf_txn_part_done(b->txn, "b", 2);
	conf_txn_part_done(b->txn, "b", 3);
	b->parts[1].hangs = b->parts[1].hangs_back = false;
	change(b, "UTC", false);
	assert_true(b->ok);
	assert_in_force(b, 4, "UTC");
}

/* A part that cannot even prepare the way back is left, the others go. */
static void
the_way_back_needs_no_consent(void **state)
{
	struct bench *b = *state;

	b->parts[0].hangs = true;
	b->parts[2].refuses_back = true;
	change(b, "UTC", false);
	assert_false(b->ok);
	assert_string_equal(b->log, "pa2 pb2 pc2 ca2 cb2 cc2 pa3 pb3 pc3 ca3 cb3 "
	    "w3:system:back to generation 1: generation 2 did not take effect done3 ");
	assert_in_force(b, 3, "Europe/Oslo");
}

/* Parts are told which change must not fail for what can be lived with. */
static void
what_is_due_insists(void **state)
{
	static const char utc[] = "UTC";
	struct bench *b = *state;
	struct conf_change c = { .actor = "system", .summary = "due", .due = true, .edit = set_zone, .done = on_done,
		.arg = (void *)(uintptr_t)utc };

	submit_change(b, &c);
	run_loop(b);	/* fake_prepare() asks */
	assert_true(b->ok);
	change(b, "Europe/Paris", false);
}

/* While one change waits for a part, the others queue, and go on afterwards. */
static void
others_wait_for_a_failing_one(void **state)
{
	struct bench *b = *state;
	struct conf_change c = { .actor = "admin", .summary = "x", .edit = set_zone, .done = on_done };
	static const char utc[] = "UTC", paris[] = "Europe/Paris";

	b->parts[0].hangs = true;
	c.arg = (void *)(uintptr_t)utc;
	submit_change(b, &c);
	c.arg = (void *)(uintptr_t)paris;
	submit_change(b, &c);
	run_loop(b);
	assert_false(b->ok);	/* the second, too: the part still hangs */
	assert_in_force(b, 5, "Europe/Oslo");
}

static void
disk_full_on_the_way_back(void **state)
{
	struct bench *b = *state;

	b->parts[0].fails = true;
	b->parts[0].breaks = ENOSPC;
	change(b, "UTC", false);
	assert_false(b->ok);
	assert_int_equal(conf_txn_current(b->txn)->generation, 3);
	assert_string_equal(conf_txn_current(b->txn)->identity.timezone, "Europe/Oslo");
	assert_int_equal(conf_store_current(b->store)->generation, 1);
	/* as soon as it can be written it is */
	b->parts[0].fails = false;
	b->parts[0].breaks = 0;
	change(b, "UTC", false);
	assert_false(b->ok);
	file_fault(0, 0);
	change(b, "UTC", false);
	assert_true(b->ok);
	assert_in_force(b, 4, "UTC");
}

static void
assert_start_loads(const struct bench *b, uint64_t generation)
{
	struct conf_store *again;
	struct err e;

	assert_int_equal(conf_store_open(&again, b->state->fd, &e), 0);
	assert_int_equal(conf_store_current(again)->generation, generation);
	assert_string_equal(conf_store_current(again)->identity.timezone, "Europe/Oslo");
	conf_store_free(again);
}

static const int broken_disks[] = { EROFS, ENOSPC, EIO };

/* R1: refused by a part or by the disk, when nothing can be written any more: neither now nor after a start. */
static void
a_refusal_needs_no_disk(void **state)
{
	struct bench *b = *state;
	size_t i;

	for (i = 0; i < 2 * sizeof(broken_disks) / sizeof(broken_disks[0]); i++) {
		b->parts[0].breaks = broken_disks[i / 2];
		b->parts[0].fails = i % 2 == 0;
		change(b, "UTC", false);
		file_fault(0, 0);
		assert_false(b->ok);
		assert_int_equal(b->e.kind, b->parts[0].fails || b->parts[0].breaks == EIO ? ERR_INTERNAL : ERR_STORAGE_FULL);
		assert_string_equal(b->log, "pa2 pb2 pc2 ca2 cb2 cc2 pa3 pb3 pc3 ca3 cb3 cc3 "
		    "w3:system:back to generation 1: generation 2 did not take effect done3 ");
		assert_string_equal(conf_txn_current(b->txn)->identity.timezone, "Europe/Oslo");
		assert_start_loads(b, 1);
		assert_int_equal(bench_drop(state), 0);
		assert_int_equal(bench_make(state), 0);
		b = *state;
	}
}

/* The new name stands, neither confirmed nor undone: an error, but of a change that is in force, which is told as well. */
static void
unconfirmed_is_in_force(void **state)
{
	struct bench *b = *state;

	b->parts[2].breaks = EIO;
	b->parts[2].holds = 3;	/* a link has been made and renamed */
	change(b, "UTC", false);
	file_fault(0, 0);
	assert_false(b->ok);
	assert_non_null(strstr(b->e.detail, "the disk did not confirm it: generation 2 is in force"));
	assert_true(b->changed);
	assert_int_equal(json_array_size(b->changes), 1);
	assert_string_equal(b->log, "pa2 pb2 pc2 ca2 cb2 cc2 w2:admin:set zone done2 ");
	assert_in_force(b, 2, "UTC");
}

/* What the answer says comes true, however long it takes. */
static void
goes_back_when_there_is_memory(void **state)
{
	struct bench *b = *state;

	b->parts[0].fails = true;
	b->parts[1].late = true;	/* and answers while there is none */
	draft_fails = 2;		/* after the draft of the change itself */
	change(b, "UTC", false);
	assert_int_equal(draft_fails, 0);
	assert_false(b->ok);
	assert_false(b->changed);
	assert_non_null(strstr(b->e.detail, "generation 1 is in force again"));
	assert_in_force(b, 3, "Europe/Oslo");
}

/* A number that was on its way when a process was killed may have been seen. */
static void
no_number_is_given_twice(void **state)
{
	struct bench *b = *state;
	json_t *doc = sample_new();
	struct conf *c;
	struct err e;

	sample_set(doc, "generation", json_integer(2));
	assert_int_equal(conf_build(&c, doc, &e), 0);
	assert_int_equal(conf_store_stage(b->store, c, &e), 0);
	conf_store_free(b->store);
	assert_int_equal(conf_store_open(&b->store, b->state->fd, &e), 0);
	b->txn->store = b->store;
	change(b, "UTC", false);
	assert_true(b->ok);
	assert_in_force(b, 4, "UTC");	/* after 3, for what was in force */
	assert_int_equal(conf_txn_current(b->txn)->identity.rev, 4);
	conf_unref(c);
	json_decref(doc);
}

/* And when it can be again, it goes on. */
static void
a_disk_that_failed_is_used_again(void **state)
{
	struct bench *b = *state;

	b->parts[0].breaks = ENOSPC;
	change(b, "UTC", false);
	file_fault(0, 0);
	b->parts[0].breaks = 0;
	assert_false(b->ok);
	change(b, "UTC", false);
	assert_true(b->ok);
	assert_in_force(b, 4, "UTC");
}

/* --- queue, history, end ------------------------------------------------------------------------ */

static int
count_up(void *arg, json_t *draft, struct err *e)
{
	json_t *dns = json_object_get(draft, "dns");
	json_int_t qps = json_integer_value(json_object_get(dns, "client_qps"));

	(void)arg;
	(void)e;
	return json_object_set_new(dns, "client_qps", json_integer(qps + 1));
}

/* STA-3 */
static void
hundred_changes_make_hundred_generations(void **state)
{
	struct bench *b = *state;
	struct conf_change c = { .actor = "admin", .summary = "count", .edit = count_up, .done = on_done };
	const char *log = b->log;
	char want[128];
	json_t *list;
	int i;

	b->parts[1].late = true;
	for (i = 0; i < 100; i++) {
		submit_change(b, &c);
		if (i % 10 == 9)	/* nobody waits for CONF_TXN_WAIT_MS, however slow the disk */
			run_loop(b);
	}
	assert_in_force(b, 101, "Europe/Oslo");
	assert_int_equal(conf_txn_current(b->txn)->dns.client_qps, 1100);	/* each saw the one before */
	list = conf_store_list(b->store);
	assert_int_equal(json_array_size(list), CONF_GENERATIONS);
	assert_int_equal(json_integer_value(sample_get(list, "19.generation")), 82);
	json_decref(list);
	/* one at a time: nothing of one between the steps of another */
	for (i = 2; i <= 101; i++) {
		(void)snprintf(want, sizeof(want), "pa%1$d pb%1$d pc%1$d ca%1$d cb%1$d cc%1$d w%1$d:admin:count done%1$d ", i);
		if (strncmp(log, want, strlen(want)) != 0)
			fail_msg("generation %d", i);
		log += strlen(want);
	}
}

static int
add_user(void *arg, json_t *draft, struct err *e)
{
	(void)arg;
	(void)e;
	sample_set(draft, "identity.timezone", json_string("UTC"));
	sample_set(draft, "auth.lockout_s", json_integer(60));
	return json_array_append_new(json_object_get(draft, "users"), json_pack("{s:s, s:s, s:s}", "username", "bob",
	    "role", "peer", "created_at", "2026-06-30T18:00:00Z"));
}

static int
roll_back(void *arg, json_t *draft, struct err *e)
{
	return conf_txn_rollback_edit(answered->txn, draft, (uint64_t)(uintptr_t)arg, e);
}

/* CFG-10: the sections of then, but credentials never return. */
static void
rolls_back_to_a_generation(void **state)
{
	struct bench *b = *state;
	const struct conf *c;

	change_with(b, add_user, NULL);
	assert_true(b->ok);
	change_with(b, roll_back, (void *)(uintptr_t)1);
	assert_true(b->ok && b->changed);
	c = conf_txn_current(b->txn);
	assert_int_equal(c->generation, 3);
	assert_string_equal(c->identity.timezone, "Europe/Oslo");
	assert_int_equal(c->nusers, 3);
	assert_int_equal(c->auth.lockout_s, 60);
	change_with(b, roll_back, (void *)(uintptr_t)77);
	assert_false(b->ok);
	assert_int_equal(b->e.kind, ERR_NOT_FOUND);
}

static void
the_end_answers_everybody(void **state)
{
	struct bench *b = *state;
	struct conf_change c = { .actor = "admin", .summary = "x", .edit = count_up, .done = on_done };
	int i;

	for (i = 0; i < 3; i++)
		submit_change(b, &c);
	conf_txn_free(b->txn);
	b->txn = NULL;
	run_loop(b);	/* the last answer asked it to stop */
	assert_int_equal(b->e.kind, ERR_UNAVAILABLE);
	assert_string_equal(b->log, "done1 done1 done1 ");
}

static void
on_done_free(void *arg, const struct conf_result *r, const struct err *e)
{
	struct bench *b = arg;

	conf_txn_free(b->txn);
	b->txn = NULL;
	on_done(arg, r, e);
}

/* The first answer ends it all: the others are answered, and nobody is touched afterwards. */
static void
may_be_freed_by_an_answer(void **state)
{
	struct bench *b = *state;
	struct conf_change c = { .actor = "admin", .summary = "x", .edit = count_up, .done = on_done_free, .arg = b };

	submit_change(b, &c);
	c.done = on_done;
	submit_change(b, &c);
	run_loop(b);
	assert_string_equal(b->log, "pa2 pb2 pc2 ca2 cb2 cc2 w2:admin:x done2 done2 ");
}

static void
parts_are_limited(void **state)
{
	struct bench *b = *state;
	struct conf_part p = { .name = "z", .prepare = fake_prepare, .commit = fake_commit, .rollback = fake_rollback };
	int i;

	for (i = PARTS; i < CONF_TXN_PARTS; i++)
		assert_int_equal(conf_txn_part(b->txn, &p), 0);
	assert_int_equal(conf_txn_part(b->txn, &p), -ENOBUFS);
}

/* From nothing: generation 1 stamps everything. */
static void
first_change_makes_generation_1(void **state)
{
	struct bench *b = *state;
	struct conf *initial = conf_default("myhome");
	struct conf_store *store;
	struct err e;

	conf_txn_free(b->txn);
	conf_store_free(b->store);
	assert_int_equal(file_list(b->state->fd, state_wipe, &b->state->fd), 0);
	assert_int_equal(conf_store_open(&store, b->state->fd, &e), 0);
	b->store = store;
	b->txn = conf_txn_new(b->loop, store, &b->clk.clk, initial);
	conf_unref(initial);
	change(b, "UTC", false);	/* the default already */
	assert_true(b->ok);
	assert_false(b->changed);
	change(b, "Europe/Paris", false);
	assert_true(b->ok && b->changed);
	assert_in_force(b, 1, "Europe/Paris");
	assert_int_equal(conf_txn_current(b->txn)->logging.rev, 1);
}

static void
on_look(void *arg)
{
	struct bench *b = arg;
	struct stat st;

	if (fstatat(b->state->fd, "generations/2.json", &st, 0) == 0 && S_ISREG(st.st_mode))
		io_loop_stop(b->loop);
}

/* A generation that could not get a file of its own gets one when that is possible again, without another change. */
static void
settles_later(void **state)
{
	struct bench *b = *state;
	struct io_timer *look = io_timer_new(b->loop, on_look, b);

	change(b, "UTC", false);
	io_timer_stop(b->txn->settle);
	assert_int_equal(unlinkat(b->state->fd, "generations/2.json", 0), 0);
	assert_int_equal(mkdirat(b->state->fd, "generations/2.json", 0700), 0);
	on_settle(b->txn);
	assert_int_equal(unlinkat(b->state->fd, "generations/2.json", AT_REMOVEDIR), 0);
	io_timer_every(look, 5);
	run_loop(b);
	io_timer_free(look);
	assert_in_force(b, 2, "UTC");
}

/* --- R1 ------------------------------------------------------------------------------------------- */

enum { KILLS = 120, SLOTS = 40, BURST = 8 };

/* Change k gives record k mod SLOTS the TTL k, so that the document after k changes is a function of k. */
struct killed {
	struct bench b;
	int to_parent;
	uint32_t next;
};

static json_t *
slot_record(uint32_t k)
{
	char id[40], name[16];

	(void)snprintf(id, sizeof(id), "00000000-0000-4000-8000-0000000000%02x", k % SLOTS);
	(void)snprintf(name, sizeof(name), "r%u", k % SLOTS);
	return json_pack("{s:s, s:s, s:s, s:s, s:i}", "id", id, "name", name, "type", "A", "value", "192.168.1.9", "ttl", (int)k);
}

static int
apply_change(void *arg, json_t *draft, struct err *e)
{
	json_t *records = json_object_get(json_object_get(draft, "dns"), "records");
	uint32_t k = (uint32_t)(uintptr_t)arg;
	json_t *record = slot_record(k);

	(void)e;
	if (k % SLOTS < json_array_size(records))
		return json_array_set_new(records, k % SLOTS, record);
	return json_array_append_new(records, record);
}

static struct killed *victim;

static void victim_submit(void);

static void
on_acknowledged(void *arg, const struct conf_result *r, const struct err *e)
{
	uint32_t k = (uint32_t)(uintptr_t)arg;

	if (e != NULL || !r->changed || write(victim->to_parent, &k, sizeof(k)) != sizeof(k))
		_exit(3);
	victim_submit();
}

static void
victim_submit(void)
{
	struct conf_change c = { .actor = "admin", .summary = "x", .edit = apply_change, .done = on_acknowledged };
	struct err e;

	c.arg = (void *)(uintptr_t)victim->next++;
	if (conf_txn_submit(victim->b.txn, &c, &e) < 0)
		_exit(4);
}

/* The child: commits a stream of changes until it is killed. */
static void
victim_run(const struct state *s, uint32_t first, int to_parent)
{
	struct killed v = { .to_parent = to_parent, .next = first };
	struct err e;
	int i;

	victim = &v;
	v.b.loop = io_loop_new();
	clk_fake_init(&v.b.clk, 1790000000);
	if (conf_store_open(&v.b.store, s->fd, &e) < 0)
		_exit(5);
	v.b.txn = conf_txn_new(v.b.loop, v.b.store, &v.b.clk.clk, conf_store_current(v.b.store));
	make_parts(&v.b);
	for (i = 0; i < BURST; i++)
		victim_submit();
	io_loop_run(v.b.loop);
	_exit(6);
}

/* The number of changes in the document, which must be exactly the first that many. */
static uint32_t
changes_in(const struct conf *c)
{
	uint32_t most = 0;
	size_t i, n = c->dns.nrecords;

	for (i = 0; i < n; i++)
		if (c->dns.records[i].ttl > most)
			most = c->dns.records[i].ttl;
	for (i = 0; i < n; i++) {
		uint32_t k = c->dns.records[i].ttl;

		assert_int_equal(k % SLOTS, i);		/* its own slot */
		assert_true(k + SLOTS > most);		/* and the latest of it */
	}
	return n == 0 ? 0 : most + 1;
}

/* Wait until it has acknowledged up to want, or is gone; returns how far it got. */
static uint32_t
read_acknowledged(int fd, uint32_t from, uint32_t want)
{
	uint32_t k;

	while (from < want && read(fd, &k, sizeof(k)) == sizeof(k)) {
		assert_int_equal(k, from);	/* in order, none left out */
		from++;
	}
	return from;
}

/* Kill one child at a random moment of its second or third change; returns how many it had acknowledged. */
static uint32_t
kill_one(const struct state *s, uint32_t first, struct sample_rng *rng)
{
	uint32_t acknowledged;
	int fds[2], status;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)close(fds[0]);
		(void)alarm(GUARD_MS / 1000);
		victim_run(s, first, fds[1]);
	}
	(void)close(fds[1]);
	acknowledged = read_acknowledged(fds[0], first, first + sample_below(rng, 3));
	(void)usleep(sample_below(rng, 10000));
	assert_int_equal(kill(pid, SIGKILL), 0);
	acknowledged = read_acknowledged(fds[0], acknowledged, UINT32_MAX);
	(void)close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return acknowledged;
}

static void
no_record(struct conf_store *store)
{
	json_t *doc = sample_new();
	struct conf *c;
	struct err e;

	sample_set(doc, "generation", json_integer(1));
	sample_set(doc, "dns.records", json_array());
	assert_int_equal(conf_build(&c, doc, &e), 0);
	assert_int_equal(conf_store_write(store, c, &e), 0);
	conf_unref(c);
	json_decref(doc);
}

static void
kills_lose_nothing(void **state)
{
	const struct state *s = *state;
	struct sample_rng rng = { 99 };
	struct conf_store *store;
	uint32_t there = 0, acknowledged;
	const char *why;
	struct err e;
	int i;

	assert_int_equal(conf_store_open(&store, s->fd, &e), 0);
	no_record(store);
	conf_store_free(store);
	for (i = 0; i < KILLS; i++) {
		acknowledged = kill_one(s, there, &rng);
		assert_int_equal(conf_store_open(&store, s->fd, &e), 0);
		assert_false(conf_store_recovered(store, &why));
		there = changes_in(conf_store_current(store));
		assert_true(there == acknowledged || there == acknowledged + 1);
		assert_true(conf_store_current(store)->generation >= there + 1);	/* numbers are left out, not changes */
		conf_store_free(store);
	}
	assert_true(there >= KILLS / 2);	/* else the children never came to work */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, bench_make, bench_drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(goes_through_all_steps), TEST(waits_for_every_part), TEST(unchanged_writes_nothing),
		    TEST(dry_run_changes_nothing),
		TEST(tells_a_lease_and_hides_secrets), TEST(names_follow), TEST(refusals_change_nothing),
		TEST(format_errors_come_together),
		TEST(failed_prepare_leaves_no_trace), TEST(failed_write_leaves_no_trace), TEST(narrows_before_it_writes),
		TEST(failed_commit_goes_back),
		TEST(refused_commit_goes_back),
		TEST(late_answers_do_not_count), TEST(the_way_back_needs_no_consent), TEST(others_wait_for_a_failing_one),
		TEST(what_is_due_insists),
		TEST(disk_full_on_the_way_back),
		TEST(a_refusal_needs_no_disk), TEST(a_disk_that_failed_is_used_again),
		TEST(unconfirmed_is_in_force), TEST(goes_back_when_there_is_memory), TEST(no_number_is_given_twice),
		TEST(hundred_changes_make_hundred_generations), TEST(rolls_back_to_a_generation),
		TEST(the_end_answers_everybody), TEST(may_be_freed_by_an_answer), TEST(parts_are_limited),
		TEST(first_change_makes_generation_1), TEST(settles_later),
		cmocka_unit_test_setup_teardown(kills_lose_nothing, state_make, state_drop),
	};

	log_open("test", LOG_CRITICAL + 1);	/* failures are the rule here */
	return cmocka_run_group_tests_name("conf/txn", tests, NULL, NULL);
}
