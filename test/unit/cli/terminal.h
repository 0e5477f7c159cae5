/* For the tests of src/cli: a person at a terminal, a child at the other end of
 * a pty that waits for each prompt before it types. */
#ifndef TEST_CLI_TERMINAL_H
#define TEST_CLI_TERMINAL_H

#include "cell.h"

#include <poll.h>
#include <termios.h>

/* mute: not before echo is off. */
struct line { const char *after; bool mute; const char *type; };

struct terminal {
	int master, slave, old_in, old_err;
	pid_t person;
};

static inline bool
is_mute(int fd)
{
	struct termios t;

	return tcgetattr(fd, &t) == 0 && (t.c_lflag & ECHO) == 0;
}

/* Wait for each prompt (and for the end of echo) before typing. Exit status 0: all was typed; 1: a secret was shown. */
static inline void
be_person(int fd, const struct line *script)
{
	static char seen[1 << 16];
	size_t n = 0, from = 0;
	ssize_t got;
	char *p;

	alarm(60);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (; script->after != NULL; script++) {
		for (;;) {
			seen[n] = '\0';
			p = strstr(seen + from, script->after);
			if (p != NULL && (is_mute(fd) || !script->mute))
				break;
			if (p != NULL)
				poll(NULL, 0, 1);
			else if ((got = read(fd, seen + n, sizeof(seen) - 1 - n)) > 0)
				n += (size_t)got;
			else
				_exit(3);
		}
		from = (size_t)(p - seen) + strlen(script->after);
		if (write(fd, script->type, strlen(script->type)) < 0)
			_exit(2);
	}
	while (strstr(seen + from, "END") == NULL && (got = read(fd, seen + n, sizeof(seen) - 1 - n)) > 0) {
		n += (size_t)got;
		seen[n] = '\0';
	}
	_exit(strstr(seen, "hush") != NULL);
}

static inline void
terminal_open(struct terminal *t, const struct line *script)
{
	fflush(stderr);
	alarm(60);
	t->master = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(t->master >= 0 && grantpt(t->master) == 0 && unlockpt(t->master) == 0);
	t->slave = open(ptsname(t->master), O_RDWR | O_NOCTTY);
	assert_true(t->slave >= 0);
	t->person = fork();
	if (t->person == 0)
		be_person(t->master, script);
	t->old_in = dup(0);
	t->old_err = dup(2);
	dup2(t->slave, 0);
	dup2(t->slave, 2);
}

/* The person's exit status. */
static inline int
terminal_close(struct terminal *t)
{
	int status;

	assert_false(is_mute(0));	/* whatever happened */
	fprintf(stderr, "END\n");
	fflush(stderr);
	dup2(t->old_in, 0);
	dup2(t->old_err, 2);
	close(t->old_in);
	close(t->old_err);
	waitpid(t->person, &status, 0);
	close(t->slave);
	close(t->master);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* As call_run(), with a person at standard input and error. What is said to them is theirs; said.err stays empty. */
static inline void
call_at_terminal(struct call *x, const char *line, const struct line *script, const char *const *answers)
{
	char words[1024], *argv[40] = { (char *)(uintptr_t)"pic" }, *p;
	struct terminal t;
	struct cell cell;
	int argc = 1;

	snprintf(words, sizeof(words), "%s", line);
	for (p = strtok(words, " "); p != NULL; p = strtok(NULL, " "))
		argv[argc++] = p;
	cell_start(&cell, answers);
	argv[argc++] = (char *)(uintptr_t)"--socket";
	argv[argc++] = cell.socket;
	captured_begin(&x->said);
	terminal_open(&t, script);
	x->status = cli_main(argc, argv);
	if (terminal_close(&t) != 0)
		x->status = -1;
	captured_end(&x->said);
	x->asked = cell_asked(&cell);
	cell_stop(&cell);
}

#endif /* TEST_CLI_TERMINAL_H */
