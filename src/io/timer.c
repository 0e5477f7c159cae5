/* Timers; see timer.h. */
#include "io/timer.h"

#include <stdlib.h>

#include "io/uv.h"

struct io_timer {
	uv_timer_t uv;
	io_timer_cb *cb;
	void *arg;
};

struct io_timer *
io_timer_new(struct io_loop *l, io_timer_cb *cb, void *arg)
{
	struct io_timer *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	(void)uv_timer_init(io_loop_uv(l), &t->uv);	/* cannot fail */
	t->uv.data = t;
	t->cb = cb;
	t->arg = arg;
	return t;
}

static void
on_expired(uv_timer_t *h)
{
	struct io_timer *t = h->data;

	t->cb(t->arg);
}

/* libuv counts from the beginning of the turn: after a long one the timer
 * would come early, and a deadline must not. */
static void
start(struct io_timer *t, uint64_t ms, uint64_t again)
{
	uv_update_time(t->uv.loop);
	(void)uv_timer_start(&t->uv, on_expired, ms, again);	/* fails only on a closing handle */
}

void
io_timer_once(struct io_timer *t, uint64_t ms)
{
	start(t, ms, 0);
}

void
io_timer_every(struct io_timer *t, uint64_t ms)
{
	start(t, ms, ms);
}

void
io_timer_stop(struct io_timer *t)
{
	(void)uv_timer_stop(&t->uv);	/* cannot fail */
}

static void
on_closed(uv_handle_t *h)
{
	free(h->data);
}

void
io_timer_free(struct io_timer *t)
{
	if (t != NULL)
		uv_close((uv_handle_t *)&t->uv, on_closed);
}
