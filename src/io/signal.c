/* Signals on the loop; see signal.h. */
#include "io/signal.h"

#include <stdlib.h>

#include "io/uv.h"

struct io_signal {
	uv_signal_t uv;
	io_signal_cb *cb;
	void *arg;
};

static void
on_closed(uv_handle_t *h)
{
	free(h->data);
}

static void
on_signal(uv_signal_t *h, int signum)
{
	struct io_signal *s = h->data;

	s->cb(s->arg, signum);
}

struct io_signal *
io_signal_new(struct io_loop *l, int signum, io_signal_cb *cb, void *arg)
{
	struct io_signal *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->uv.data = s;
	s->cb = cb;
	s->arg = arg;
	if (uv_signal_init(io_loop_uv(l), &s->uv) < 0) {
		free(s);
		return NULL;
	}
	if (uv_signal_start(&s->uv, on_signal, signum) < 0) {
		io_signal_free(s);
		return NULL;
	}
	return s;
}

void
io_signal_free(struct io_signal *s)
{
	if (s != NULL)
		uv_close((uv_handle_t *)&s->uv, on_closed);
}
