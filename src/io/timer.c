/* Timers; see timer.h. */
#include "io/timer.h"

#include <stdlib.h>
#include <time.h>

#include "io/uv.h"

enum { LONG_MS = 1000, TICK_MS = 20 };

/* Deadlines are moved and taken back far more often than they come: libuv's heap is touched only when one becomes
 * earlier. A timer that fires before its deadline goes on waiting. */
struct io_timer {
	uv_timer_t uv;
	io_timer_cb *cb;
	void *arg;
	uint64_t due, fires;		/* by the loop's clock; due 0: never */
	uint64_t again;			/* ms; 0: once */
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

static void on_expired(uv_timer_t *h);

static void
arm(struct io_timer *t)
{
	t->fires = t->due;
	(void)uv_timer_start(&t->uv, on_expired, t->due - uv_now(t->uv.loop), 0);	/* fails only on a closing handle */
}

static void
on_expired(uv_timer_t *h)
{
	struct io_timer *t = h->data;
	const uint64_t now = uv_now(h->loop);

	if (t->due == 0)
		return;
	if (now < t->due) {
		arm(t);
		return;
	}
	t->due = t->again == 0 ? 0 : now + t->again;
	if (t->due != 0)
		arm(t);
	t->cb(t->arg);
}

/* libuv counts from the beginning of the turn: after a long one the timer
 * would come early, and a deadline must not. Long ones are moved several times
 * for each request, and the exact clock costs more than the rest of it: to them
 * the last tick of the kernel will do, and the length of two: it may come late. */
static uint64_t
now_ms(const struct io_timer *t, uint64_t ms)
{
	struct timespec ts;

	if (ms >= LONG_MS && clock_gettime(CLOCK_MONOTONIC_COARSE, &ts) == 0)
		return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000 + TICK_MS;
	uv_update_time(t->uv.loop);
	return uv_now(t->uv.loop);
}

static void
start(struct io_timer *t, uint64_t ms, uint64_t again)
{
	t->due = now_ms(t, ms) + ms;
	t->again = again;
	if (!uv_is_active((uv_handle_t *)&t->uv) || t->fires > t->due)
		arm(t);
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
	t->due = 0;
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
