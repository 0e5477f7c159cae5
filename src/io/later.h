/* One function call on the next turn of the loop: for callbacks that must not
 * come before the call that caused them has returned. Embedded in its owner,
 * needs no handle and cannot fail. */
#ifndef IO_LATER_H
#define IO_LATER_H

struct io_loop;

typedef void io_later_cb(void *arg);

struct io_later {
	struct io_loop *loop;		/* NULL: not pending */
	struct io_later *next, **prev;	/* of the loop's list */
	io_later_cb *cb;
	void *arg;
};

/* Before anything else. */
void io_later_init(struct io_later *t, io_later_cb *cb, void *arg);

/* Ask for one call; asking again before it came changes nothing. */
void io_later_call(struct io_later *t, struct io_loop *l);

/* Take it back; harmless when nothing is pending. Before the owner is freed. */
void io_later_cancel(struct io_later *t);

#endif /* IO_LATER_H */
