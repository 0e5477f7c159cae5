/* A child process of this same file with its standard streams, reaped on the loop. */
#ifndef IO_CHILD_H
#define IO_CHILD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct io_loop;
struct io_child;
struct io_child_set;

struct io_child_ops {
	/* A complete line of its standard output without newline, at most 64 KiB (longer: the child is killed). May be NULL. */
	void (*on_line)(void *arg, const char *line, size_t n);
	/* It is gone and reaped: exit status as of waitpid. The io_child is freed after this returns. */
	void (*on_exit)(void *arg, int status);
};

struct io_child_conf {
	const char *const *argv;
	const int *fds;			/* become 3, 4, … */
	size_t nfds;
	const void *input;		/* written to its standard input, then closed; wiped after sending */
	size_t input_len;		/* at most 1 MiB; 0 = /dev/null */
	uint64_t deadline_ms;		/* killed after it; 0 = none */
};

/* One per loop: owns SIGCHLD. */
struct io_child_set *io_child_set_new(struct io_loop *l);
void io_child_set_free(struct io_child_set *s);	/* kills and forgets what is left */

struct io_child *io_child_start(struct io_child_set *s, const struct io_child_conf *c,
    const struct io_child_ops *ops, void *arg);	/* NULL: could not start */
void io_child_kill(struct io_child *c, int signum);
pid_t io_child_pid(const struct io_child *c);

/* Forget the callbacks (owner goes away); the child is killed and reaped silently. */
void io_child_abandon(struct io_child *c);

#endif /* IO_CHILD_H */
