/* For the tests of src/cli: a cell that answers as it is told and remembers
 * what it was asked, and what a verb wrote to standard output and error. */
#ifndef TEST_CLI_CELL_H
#define TEST_CLI_CELL_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "cli/verb.h"

enum { CELL_TEXT_MAX = 1 << 20 };

/* --- output -------------------------------------------------------------------------- */

struct captured {
	FILE *files[2];
	int saved[2];
	char *out, *err;	/* what was written, after captured_end() */
};

static inline void
captured_begin(struct captured *c)
{
	fflush(stdout);
	fflush(stderr);
	for (int i = 0; i < 2; i++) {
		c->files[i] = tmpfile();
		assert_non_null(c->files[i]);
		c->saved[i] = dup(i + 1);
		assert_true(dup2(fileno(c->files[i]), i + 1) == i + 1);
	}
	c->out = c->err = NULL;
}

static inline char *
captured_text(FILE *f)
{
	char *text = calloc(1, CELL_TEXT_MAX);

	assert_non_null(text);
	rewind(f);
	(void)fread(text, 1, CELL_TEXT_MAX - 1, f);
	fclose(f);
	return text;
}

static inline void
captured_end(struct captured *c)
{
	fflush(stdout);
	fflush(stderr);
	for (int i = 0; i < 2; i++) {
		assert_true(dup2(c->saved[i], i + 1) == i + 1);
		close(c->saved[i]);
	}
	c->out = captured_text(c->files[0]);
	c->err = captured_text(c->files[1]);
}

static inline void
captured_free(struct captured *c)
{
	free(c->out);
	free(c->err);
}

/* --- the cell ------------------------------------------------------------------------ */

struct cell {
	char dir[64], socket[80];
	int log;		/* read end: every request as it came */
	pid_t pid;
};

/* One request: head and, by its length, body. */
static inline size_t
cell_read_request(int fd, char *buf, size_t size)
{
	size_t n = 0, want = SIZE_MAX;
	ssize_t got;
	char *end, *length;

	while (n < want && n + 1 < size) {
		got = read(fd, buf + n, size - 1 - n);
		if (got <= 0)
			break;
		n += (size_t)got;
		buf[n] = '\0';
		end = strstr(buf, "\r\n\r\n");
		length = strcasestr(buf, "content-length:");
		if (end != NULL)
			want = (size_t)(end - buf) + 4 + (length == NULL ? 0 : strtoul(length + 15, NULL, 10));
	}
	return n;
}

/* Answer one connection after the other; the last answer for all that follow. */
static inline void
cell_serve(int listener, int log, const char *const *answers)
{
	static char buf[CELL_TEXT_MAX];
	size_t n;
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);	/* a test that dies leaves no cell behind */
	for (;;) {
		fd = accept(listener, NULL, NULL);
		if (fd < 0)
			_exit(1);
		n = cell_read_request(fd, buf, sizeof(buf));
		if (write(log, buf, n) < 0 || write(log, "\n\n", 2) < 0 ||
		    send(fd, answers[0], strlen(answers[0]), MSG_NOSIGNAL) < 0)
			_exit(1);
		close(fd);
		answers += answers[1] != NULL;
	}
}

/* answers: whole messages, ended by NULL. */
static inline void
cell_start(struct cell *c, const char *const *answers)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), pipefd[2];

	snprintf(c->dir, sizeof(c->dir), "/tmp/pic-cli-XXXXXX");
	assert_non_null(mkdtemp(c->dir));
	snprintf(c->socket, sizeof(c->socket), "%s/sock", c->dir);
	memcpy(a.sun_path, c->socket, strlen(c->socket) + 1);
	assert_return_code(bind(listener, (struct sockaddr *)&a, sizeof(a)), errno);
	assert_return_code(listen(listener, 16), errno);
	assert_return_code(pipe(pipefd), errno);
	fcntl(pipefd[0], F_SETFL, O_NONBLOCK);
	c->log = pipefd[0];
	c->pid = fork();
	if (c->pid == 0)
		cell_serve(listener, pipefd[1], answers);
	close(pipefd[1]);
	close(listener);
}

/* Everything it was asked so far. Malloc'd. */
static inline char *
cell_asked(const struct cell *c)
{
	char *text = calloc(1, CELL_TEXT_MAX);
	ssize_t n;

	assert_non_null(text);
	n = read(c->log, text, CELL_TEXT_MAX - 1);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

static inline void
cell_stop(struct cell *c)
{
	kill(c->pid, SIGKILL);
	waitpid(c->pid, NULL, 0);
	close(c->log);
	unlink(c->socket);
	rmdir(c->dir);
}

/* A message with a body that ends with the connection. */
#define CELL_REPLY(status, body) "HTTP/1.1 " status "\r\nContent-Type: application/json\r\n\r\n" body

/* --- a whole call --------------------------------------------------------------------- */

struct call {
	int status;
	char *asked;		/* of the cell */
	struct captured said;
};

/* Run the program with these words (no quotes; "~" stands for a blank inside of one) and this standard input (NULL: none,
 * and no terminal) against a cell that gives these answers. */
static inline void
call_run(struct call *x, const char *line, const char *input, const char *const *answers)
{
	char words[1024], *argv[40] = { (char *)(uintptr_t)"pic" }, *p, *q;
	int argc = 1, old = dup(0), fds[2];
	struct cell cell;

	snprintf(words, sizeof(words), "%s", line);
	for (p = strtok(words, " "); p != NULL; p = strtok(NULL, " ")) {
		for (q = p; (q = strchr(q, '~')) != NULL; *q = ' ')
			continue;
		argv[argc++] = p;
	}
	cell_start(&cell, answers);
	argv[argc++] = (char *)(uintptr_t)"--socket";
	argv[argc++] = cell.socket;
	assert_return_code(pipe(fds), errno);
	assert_true(input == NULL || write(fds[1], input, strlen(input)) >= 0);
	close(fds[1]);
	dup2(fds[0], 0);
	close(fds[0]);
	clearerr(stdin);
	captured_begin(&x->said);
	x->status = cli_main(argc, argv);
	captured_end(&x->said);
	dup2(old, 0);
	close(old);
	x->asked = cell_asked(&cell);
	cell_stop(&cell);
}

static inline void
call_free(struct call *x)
{
	free(x->asked);
	captured_free(&x->said);
}

/* A line of a table of calls: what is asked (NULL: nothing may be) and what comes of it. */
struct call_row {
	const char *line, *input;
	const char *answer;
	int status;
	const char *asked, *body;	/* first line, and a part of the body; NULL = any */
	const char *out, *err;		/* parts; NULL = any */
};

static inline void
call_check(const struct call_row *row)
{
	const char *const answers[] = { row->answer, NULL };
	struct call x;

	call_run(&x, row->line, row->input, answers);
	if (x.status != row->status)
		fail_msg("pic %s: status %d, not %d: %s", row->line, x.status, row->status, x.said.err);
	if (row->asked != NULL && strncmp(x.asked, row->asked, strlen(row->asked)) != 0)
		fail_msg("pic %s: asks %.80s, not %s", row->line, x.asked, row->asked);
	if (row->body != NULL && strstr(x.asked, row->body) == NULL)
		fail_msg("pic %s: no %s in %s", row->line, row->body, x.asked);
	if (row->out != NULL && strstr(x.said.out, row->out) == NULL)
		fail_msg("pic %s: no %s in %s", row->line, row->out, x.said.out);
	if (row->err != NULL && strstr(x.said.err, row->err) == NULL)
		fail_msg("pic %s: no %s in %s", row->line, row->err, x.said.err);
	call_free(&x);
}

#endif /* TEST_CLI_CELL_H */
