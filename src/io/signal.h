/* One signal delivered on the loop. */
#ifndef IO_SIGNAL_H
#define IO_SIGNAL_H

struct io_loop;
struct io_signal;

typedef void io_signal_cb(void *arg, int signum);

struct io_signal *io_signal_new(struct io_loop *l, int signum, io_signal_cb *cb, void *arg);
void io_signal_free(struct io_signal *s);	/* NULL is allowed */

#endif /* IO_SIGNAL_H */
