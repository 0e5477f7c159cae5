/* Child processes; see child.h. Standard input and output are socketpairs:
 * unlike pipes they take MSG_NOSIGNAL and MSG_DONTWAIT. The child's end comes
 * with SIGCHLD; what it printed before is read first. */
#include "io/child.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/later.h"
#include "io/loop.h"
#include "io/poll.h"
#include "io/signal.h"
#include "io/timer.h"
#include "sys/proc.h"

enum { LINE_MAX_BYTES = 64 << 10, INPUT_MAX = 1 << 20, READS_MAX = 16 };

struct io_child_set {
	struct io_loop *loop;
	struct io_signal *signal;
	struct io_child *first;
	struct io_later later;		/* SIGCHLD came: look at all */
};

struct io_child {
	struct io_child_set *set;
	struct io_child *next;
	const struct io_child_ops *ops;	/* NULL: abandoned */
	void *arg;
	pid_t pid;
	int in_fd, out_fd;
	struct io_poll *in_poll, *out_poll;
	struct io_timer *timer;
	uint8_t *input;			/* may hold secrets: wiped */
	size_t input_len, input_sent;
	char *line;			/* LINE_MAX_BYTES */
	size_t line_len;
	bool reaped;
};

/* --- standard input --------------------------------------------------------------- */

static void
input_close(struct io_child *c)
{
	io_poll_free(c->in_poll);
	c->in_poll = NULL;
	if (c->in_fd >= 0)
		(void)close(c->in_fd);	/* that is how the child sees the end of its input */
	c->in_fd = -1;
	if (c->input != NULL)
		explicit_bzero(c->input, c->input_len);
	free(c->input);
	c->input = NULL;
}

static void
on_in_ready(void *arg, int events)
{
	struct io_child *c = arg;
	ssize_t n = send(c->in_fd, c->input + c->input_sent, c->input_len - c->input_sent,
	    MSG_DONTWAIT | MSG_NOSIGNAL);

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return;
	if (n > 0)
		c->input_sent += (size_t)n;
	if (n < 0 || c->input_sent == c->input_len)
		input_close(c);
}

/* --- standard output ----------------------------------------------------------------- */

static void
output_close(struct io_child *c)
{
	io_poll_free(c->out_poll);
	c->out_poll = NULL;
	if (c->out_fd >= 0)
		(void)close(c->out_fd);	/* read to its end, or given up */
	c->out_fd = -1;
}

/* Hand on every whole line of what is there and keep the rest. The owner may
 * abandon the child in its callback. */
static void
give_lines(struct io_child *c)
{
	char *p = c->line, *nl;
	size_t left = c->line_len;

	while ((nl = memchr(p, '\n', left)) != NULL) {
		if (c->ops != NULL && c->ops->on_line != NULL)
			c->ops->on_line(c->arg, p, (size_t)(nl - p));
		left -= (size_t)(nl + 1 - p);
		p = nl + 1;
	}
	memmove(c->line, p, left);
	c->line_len = left;
}

/* False when nothing more can be read now or ever. */
static bool
read_output(struct io_child *c)
{
	ssize_t n;

	if (c->out_fd < 0)
		return false;
	n = recv(c->out_fd, c->line + c->line_len, LINE_MAX_BYTES - c->line_len, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return false;
	if (n <= 0) {
		output_close(c);
		return false;
	}
	c->line_len += (size_t)n;
	give_lines(c);
	if (c->line_len < LINE_MAX_BYTES)
		return true;
	io_child_kill(c, SIGKILL);	/* no line of ours is that long: it has gone mad */
	output_close(c);
	return false;
}

static void
on_out_ready(void *arg, int events)
{
	struct io_child *c = arg;
	int i;

	(void)events;
	for (i = 0; i < READS_MAX; i++)
		if (!read_output(c))
			return;
}

/* --- end ---------------------------------------------------------------------------------- */

static void
on_deadline(void *arg)
{
	io_child_kill(arg, SIGKILL);
}

static void
child_free(struct io_child *c)
{
	input_close(c);
	output_close(c);
	io_timer_free(c->timer);
	free(c->line);
	free(c);
}

/* Take c out of its set. */
static void
forget(struct io_child *c)
{
	struct io_child **at = &c->set->first;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
}

/* Reaped: nothing more will be written, so what is in the socket is all there is. */
static void
finish(struct io_child *c, int status)
{
	c->reaped = true;
	while (read_output(c))
		;
	forget(c);
	if (c->ops != NULL)
		c->ops->on_exit(c->arg, status);
	child_free(c);
}

/* Several ends may share one signal, and a callback may start or kill others:
 * begin anew after each. */
static void
on_look(void *arg)
{
	struct io_child_set *s = arg;
	struct io_child *c;
	int status;

	for (c = s->first; c != NULL; c = c->next) {
		if (waitpid(c->pid, &status, WNOHANG) != c->pid)
			continue;
		io_later_call(&s->later, s->loop);
		finish(c, status);
		return;
	}
}

static void
on_sigchld(void *arg, int signum)
{
	struct io_child_set *s = arg;

	(void)signum;
	io_later_call(&s->later, s->loop);
}

/* --- the set ---------------------------------------------------------------------------------- */

struct io_child_set *
io_child_set_new(struct io_loop *l)
{
	struct io_child_set *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->loop = l;
	io_later_init(&s->later, on_look, s);
	s->signal = io_signal_new(l, SIGCHLD, on_sigchld, s);
	if (s->signal == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

void
io_child_set_free(struct io_child_set *s)
{
	struct io_child *c;

	if (s == NULL)
		return;
	while ((c = s->first) != NULL) {
		io_child_kill(c, SIGKILL);
		(void)waitpid(c->pid, NULL, WNOHANG);	/* else init will */
		s->first = c->next;
		child_free(c);
	}
	io_later_cancel(&s->later);
	io_signal_free(s->signal);
	free(s);
}

/* --- start --------------------------------------------------------------------------------------- */

static int
pair(int *ours, int *theirs)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	*ours = fds[0];
	*theirs = fds[1];
	return 0;
}

static bool
child_prepare(struct io_child *c, const struct io_child_conf *conf)
{
	c->line = malloc(LINE_MAX_BYTES);
	c->timer = io_timer_new(c->set->loop, on_deadline, c);
	if (c->line == NULL || c->timer == NULL || conf->input_len > INPUT_MAX)
		return false;
	if (conf->input_len == 0)
		return true;
	c->input = malloc(conf->input_len);
	if (c->input == NULL)
		return false;
	memcpy(c->input, conf->input, conf->input_len);
	c->input_len = conf->input_len;
	return true;
}

static bool
child_spawn(struct io_child *c, const struct io_child_conf *conf)
{
	struct proc_spawn p = {
		.argv = conf->argv, .nfds = conf->nfds,
		.stdin_fd = -1, .stdout_fd = -1, .stderr_fd = -1,
	};

	if (conf->nfds > PROC_FDS_MAX)
		return false;
	if (conf->nfds > 0)
		memcpy(p.fds, conf->fds, conf->nfds * sizeof(int));
	if ((c->input != NULL && pair(&c->in_fd, &p.stdin_fd) < 0) || pair(&c->out_fd, &p.stdout_fd) < 0)
		c->pid = -EMFILE;
	else
		c->pid = proc_spawn(&p);
	if (p.stdin_fd >= 0)
		(void)close(p.stdin_fd);	/* the child has its own */
	if (p.stdout_fd >= 0)
		(void)close(p.stdout_fd);	/* the same */
	return c->pid > 0;
}

/* Watching fails only when memory or descriptors are out; the child then runs
 * to its end unheard, which its owner must not have to think about: kill it. */
static bool
child_watch(struct io_child *c, uint64_t deadline_ms)
{
	struct io_loop *l = c->set->loop;

	c->out_poll = io_poll_new(l, c->out_fd, IO_READABLE, on_out_ready, c);
	if (c->in_fd >= 0)
		c->in_poll = io_poll_new(l, c->in_fd, IO_WRITABLE, on_in_ready, c);
	if (deadline_ms > 0)
		io_timer_once(c->timer, deadline_ms);
	return c->out_poll != NULL && (c->in_fd < 0 || c->in_poll != NULL);
}

struct io_child *
io_child_start(struct io_child_set *s, const struct io_child_conf *conf,
    const struct io_child_ops *ops, void *arg)
{
	struct io_child *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->set = s;
	c->in_fd = c->out_fd = -1;
	if (!child_prepare(c, conf) || !child_spawn(c, conf)) {
		child_free(c);
		return NULL;
	}
	c->next = s->first;
	s->first = c;
	if (!child_watch(c, conf->deadline_ms)) {
		io_child_kill(c, SIGKILL);	/* reaped as one that nobody asks for */
		return NULL;
	}
	c->ops = ops;
	c->arg = arg;
	return c;
}

void
io_child_kill(struct io_child *c, int signum)
{
	if (!c->reaped)		/* else the number may be another process's by now */
		(void)kill(c->pid, signum);	/* fails only when it is gone */
}

pid_t
io_child_pid(const struct io_child *c)
{
	return c->pid;
}

void
io_child_abandon(struct io_child *c)
{
	c->ops = NULL;
	io_child_kill(c, SIGKILL);
}
