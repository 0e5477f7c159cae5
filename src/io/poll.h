/* Readiness of a descriptor that somebody else owns and reads. */
#ifndef IO_POLL_H
#define IO_POLL_H

#include <stdbool.h>

struct io_loop;
struct io_poll;

enum { IO_READABLE = 1, IO_WRITABLE = 2 };

typedef void io_poll_cb(void *arg, int events);	/* events: IO_READABLE | IO_WRITABLE; 0 = error, read it from the fd */

/* Watches for events; the fd is not closed by io_poll_free() and must outlive it. NULL on failure. */
struct io_poll *io_poll_new(struct io_loop *l, int fd, int events, io_poll_cb *cb, void *arg);
void io_poll_set(struct io_poll *p, int events);	/* 0 = pause */
void io_poll_free(struct io_poll *p);			/* NULL is allowed */

#endif /* IO_POLL_H */
