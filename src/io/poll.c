/* Readiness of descriptors; see poll.h. */
#include "io/poll.h"

#include <stdlib.h>

#include "io/uv.h"

struct io_poll {
	uv_poll_t uv;
	io_poll_cb *cb;
	void *arg;
	int events;	/* what the owner wants, as IO_READABLE | IO_WRITABLE */
};

static void on_ready(uv_poll_t *h, int status, int events);

/* Starting an active handle costs two system calls, so only on a change. */
static void
arm(struct io_poll *p)
{
	int uv = (p->events & IO_READABLE ? UV_READABLE : 0) | (p->events & IO_WRITABLE ? UV_WRITABLE : 0);

	if (uv == 0)
		(void)uv_poll_stop(&p->uv);	/* cannot fail */
	else
		(void)uv_poll_start(&p->uv, uv, on_ready);	/* fails only on a closing handle */
}

/* libuv stops watching a descriptor that reports an error. The owner has just
 * been told and takes the error from the descriptor, so watching goes on. */
static void
on_ready(uv_poll_t *h, int status, int events)
{
	struct io_poll *p = h->data;

	p->cb(p->arg, status < 0 ? 0 : (events & UV_READABLE ? IO_READABLE : 0) |
	    (events & UV_WRITABLE ? IO_WRITABLE : 0));
	if (status < 0 && !uv_is_closing((uv_handle_t *)h))
		arm(p);
}

struct io_poll *
io_poll_new(struct io_loop *l, int fd, int events, io_poll_cb *cb, void *arg)
{
	struct io_poll *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	if (uv_poll_init(io_loop_uv(l), &p->uv, fd) < 0) {
		free(p);
		return NULL;
	}
	p->uv.data = p;
	p->cb = cb;
	p->arg = arg;
	p->events = events;
	arm(p);
	return p;
}

void
io_poll_set(struct io_poll *p, int events)
{
	if (p->events == events)
		return;
	p->events = events;
	arm(p);
}

static void
on_closed(uv_handle_t *h)
{
	free(h->data);
}

void
io_poll_free(struct io_poll *p)
{
	if (p != NULL)
		uv_close((uv_handle_t *)&p->uv, on_closed);
}
