/* The event loop; see loop.h. */
#include "io/loop.h"

#include <assert.h>
#include <stdlib.h>

#include "io/later.h"
#include "io/uv.h"

/* The idle handle runs only while calls are put off: an active one keeps the
 * loop from sleeping. */
struct io_loop {
	uv_loop_t uv;
	uv_idle_t idle;
	struct io_later *later, **later_end;
	uint8_t scratch[IO_LOOP_SCRATCH];
};

struct io_loop *
io_loop_new(void)
{
	struct io_loop *l = malloc(sizeof(*l));

	if (l == NULL)
		return NULL;
	if (uv_loop_init(&l->uv) < 0) {
		free(l);
		return NULL;
	}
	(void)uv_idle_init(&l->uv, &l->idle);	/* cannot fail */
	l->idle.data = l;
	l->later = NULL;
	l->later_end = &l->later;
	return l;
}

void
io_loop_run(struct io_loop *l)
{
	(void)uv_run(&l->uv, UV_RUN_DEFAULT);	/* says only whether handles are left */
}

void
io_loop_stop(struct io_loop *l)
{
	uv_stop(&l->uv);
}

void
io_loop_free(struct io_loop *l)
{
	int error;

	if (l == NULL)
		return;
	while (l->later != NULL)
		(void)uv_run(&l->uv, UV_RUN_NOWAIT);	/* owners free themselves by these */
	uv_close((uv_handle_t *)&l->idle, NULL);
	(void)uv_run(&l->uv, UV_RUN_NOWAIT);	/* close callbacks */
	error = uv_loop_close(&l->uv);
	assert(error == 0);	/* else somebody has not closed a handle */
	(void)error;
	free(l);
}

uint64_t
io_loop_now_ms(const struct io_loop *l)
{
	return uv_now(&l->uv);
}

uv_loop_t *
io_loop_uv(struct io_loop *l)
{
	return &l->uv;
}

uint8_t *
io_loop_scratch(struct io_loop *l)
{
	return l->scratch;
}

/* Only what stood in the list at the start of the turn: a call that asks for
 * another must not keep the sockets waiting. */
static void
on_idle(uv_idle_t *h)
{
	struct io_loop *l = h->data;
	struct io_later stop = { 0 }, *t;

	stop.prev = l->later_end;
	*l->later_end = &stop;
	l->later_end = &stop.next;
	while ((t = l->later) != &stop) {
		io_later_cancel(t);
		t->cb(t->arg);
	}
	io_loop_later_remove(l, &stop);
}

void
io_loop_later_add(struct io_loop *l, struct io_later *t)
{
	t->next = NULL;
	t->prev = l->later_end;
	*l->later_end = t;
	l->later_end = &t->next;
	(void)uv_idle_start(&l->idle, on_idle);	/* fails only without a callback */
}

void
io_loop_later_remove(struct io_loop *l, struct io_later *t)
{
	*t->prev = t->next;
	if (t->next != NULL)
		t->next->prev = t->prev;
	else
		l->later_end = t->prev;
	if (l->later == NULL)
		(void)uv_idle_stop(&l->idle);	/* cannot fail */
}
