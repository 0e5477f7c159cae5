/* src/io/child.c: this test program runs itself, as the product does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/child.h"
#include "until.h"

enum { BIG = 1 << 20 };

/* --- what the children do -------------------------------------------------------- */

static int
child_echo(void)
{
	char line[256];

	while (fgets(line, sizeof(line), stdin) != NULL)
		printf("got %s", line);
	printf("no newline at the end");
	return 3;
}

/* Counts its input and prints a lot. */
static int
child_big(void)
{
	size_t n = 0, i;

	while (getchar() != EOF)
		n++;
	for (i = 0; i < 20000; i++)
		printf("line %zu of %zu\n", i, n);
	return 0;
}

static int
child_mad(void)
{
	size_t i;

	for (i = 0; i < BIG; i++)
		putchar('x');
	return 0;
}

static int
child_fd(void)
{
	return write(3, "three", 5) == 5 && fcntl(4, F_GETFD) < 0 ? 0 : 1;
}

static int
child_main(const char *what)
{
	if (strcmp(what, "echo") == 0)
		return child_echo();
	if (strcmp(what, "big") == 0)
		return child_big();
	if (strcmp(what, "mad") == 0)
		return child_mad();
	if (strcmp(what, "fd") == 0)
		return child_fd();
	for (;;)
		pause();
}

/* --- the parent --------------------------------------------------------------------- */

struct seen {
	struct io_loop *loop;
	struct io_child_set *set;
	struct io_child *child;
	size_t lines;
	char first[64], last[64];
	int status;
	bool gone, line, abandon;
};

static void
on_line(void *arg, const char *line, size_t n)
{
	struct seen *s = arg;
	char *to = s->lines++ == 0 ? s->first : s->last;

	assert_false(s->gone);
	assert_true(n < sizeof(s->last));
	memcpy(to, line, n);
	to[n] = '\0';
	s->line = true;
	if (s->abandon)
		io_child_abandon(s->child);
}

static void
on_exit_status(void *arg, int status)
{
	struct seen *s = arg;

	assert_false(s->gone);
	s->gone = true;
	s->status = status;
}

static const struct io_child_ops ops = { on_line, on_exit_status };

static void
start(struct seen *s, const char *what, struct io_child_conf c)
{
	const char *const argv[] = { "child", what, NULL };

	c.argv = argv;
	s->child = io_child_start(s->set, &c, &ops, s);
	assert_non_null(s->child);
	assert_true(io_child_pid(s->child) > 0);
}

static int
set_up(void **state)
{
	struct seen *s = calloc(1, sizeof(*s));

	s->loop = io_loop_new();
	s->set = io_child_set_new(s->loop);
	assert_non_null(s->set);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct seen *s = *state;

	io_child_set_free(s->set);
	io_loop_free(s->loop);
	free(s);
	return 0;
}

static void
input_lines_status(void **state)
{
	struct seen *s = *state;

	start(s, "echo", (struct io_child_conf){ .input = "one\ntwo\n", .input_len = 8 });
	assert_true(until(s->loop, &s->gone));
	assert_int_equal(s->lines, 2);
	assert_string_equal(s->first, "got one");
	assert_string_equal(s->last, "got two");	/* what has no newline is no line */
	assert_true(WIFEXITED(s->status));
	assert_int_equal(WEXITSTATUS(s->status), 3);
}

static void
without_input_it_reads_the_end(void **state)
{
	struct seen *s = *state;

	start(s, "echo", (struct io_child_conf){ 0 });
	assert_true(until(s->loop, &s->gone));
	assert_int_equal(s->lines, 0);
	assert_int_equal(WEXITSTATUS(s->status), 3);
}

/* Everything that was printed is heard before the end. */
static void
much_in_and_out(void **state)
{
	struct seen *s = *state;
	char *input = malloc(BIG);

	memset(input, 'i', BIG);
	start(s, "big", (struct io_child_conf){ .input = input, .input_len = BIG });
	free(input);
	assert_true(until(s->loop, &s->gone));
	assert_int_equal(s->lines, 20000);
	assert_string_equal(s->last, "line 19999 of 1048576");
}

static void
endless_lines_are_killed(void **state)
{
	struct seen *s = *state;

	start(s, "mad", (struct io_child_conf){ 0 });
	assert_true(until(s->loop, &s->gone));
	assert_int_equal(s->lines, 0);
	assert_true(WIFSIGNALED(s->status));
	assert_int_equal(WTERMSIG(s->status), SIGKILL);
}

static void
deadlines_kill(void **state)
{
	struct seen *s = *state;

	start(s, "sleep", (struct io_child_conf){ .deadline_ms = 20 });
	assert_true(until(s->loop, &s->gone));
	assert_int_equal(WTERMSIG(s->status), SIGKILL);
}

static void
signals_reach_it(void **state)
{
	struct seen *s = *state;

	start(s, "sleep", (struct io_child_conf){ 0 });
	io_child_kill(s->child, SIGTERM);
	assert_true(until(s->loop, &s->gone));
	assert_int_equal(WTERMSIG(s->status), SIGTERM);
}

static void
descriptors_are_its_three_and_no_more(void **state)
{
	struct seen *s = *state;
	char buf[8];
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	start(s, "fd", (struct io_child_conf){ .fds = &fds[1], .nfds = 1 });
	close(fds[1]);
	assert_true(until(s->loop, &s->gone));
	assert_int_equal(s->status, 0);
	assert_int_equal(read(fds[0], buf, sizeof(buf)), 5);
	assert_int_equal(read(fds[0], buf, sizeof(buf)), 0);
	close(fds[0]);
}

static bool
is_gone(pid_t pid)
{
	return kill(pid, 0) < 0;
}

/* Nobody hears of an abandoned child again, and it leaves no zombie. */
static void
abandoned_ones_vanish(void **state)
{
	struct seen *s = *state;
	pid_t pid;
	int i;

	s->abandon = true;
	start(s, "big", (struct io_child_conf){ .input = "x", .input_len = 1 });
	pid = io_child_pid(s->child);
	assert_true(until(s->loop, &s->line));
	for (i = 0; i < 2000 && !is_gone(pid); i++)
		spin(s->loop, 5);
	assert_true(is_gone(pid));
	assert_int_equal(s->lines, 1);
	assert_false(s->gone);
}

static void
many_at_once(void **state)
{
	struct seen *s = *state, all[20];
	size_t i;

	for (i = 0; i < 20; i++) {
		all[i] = (struct seen){ .loop = s->loop, .set = s->set };
		start(&all[i], "echo", (struct io_child_conf){ .input = "hi\n", .input_len = 3 });
	}
	for (i = 0; i < 20; i++) {
		assert_true(until(s->loop, &all[i].gone));
		assert_int_equal(all[i].lines, 1);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(input_lines_status, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_input_it_reads_the_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(much_in_and_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(endless_lines_are_killed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(deadlines_kill, set_up, tear_down),
		cmocka_unit_test_setup_teardown(signals_reach_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(descriptors_are_its_three_and_no_more, set_up, tear_down),
		cmocka_unit_test_setup_teardown(abandoned_ones_vanish, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_at_once, set_up, tear_down),
	};

	if (argc == 2)
		return child_main(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
