/* Changes that wait. */
#include "conf/queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "conf/conf.h"
#include "io/later.h"
#include "io/loop.h"
#include "io/timer.h"

struct conf_queue {
	struct io_loop *loop;
	struct conf_queue_ops ops;
	void *arg;
	struct conf_pending *head, **tail;
	size_t n;
	struct io_later turn;
	struct io_timer *patience;	/* of the first one */
};

static void
on_turn(void *arg)
{
	struct conf_queue *q = arg;

	q->ops.on_turn(q->arg);
}

/* Wake up when the first one has waited too long. */
static void
arm(struct conf_queue *q)
{
	uint64_t now = io_loop_now_ms(q->loop);

	io_timer_stop(q->patience);
	if (q->head != NULL)
		io_timer_once(q->patience, q->head->deadline > now ? q->head->deadline - now : 0);
}

static struct conf_pending *
take(struct conf_queue *q)
{
	struct conf_pending *p = q->head;

	q->head = p->next;
	if (q->head == NULL)
		q->tail = &q->head;
	p->next = NULL;
	q->n--;
	return p;
}

static void
on_patience(void *arg)
{
	struct conf_queue *q = arg;
	struct conf_pending *late = NULL, **end = &late;

	while (q->head != NULL && q->head->deadline <= io_loop_now_ms(q->loop)) {
		*end = take(q);
		end = &(*end)->next;
	}
	arm(q);
	if (late != NULL)
		q->ops.on_late(q->arg, late);
}

struct conf_queue *
conf_queue_new(struct io_loop *l, const struct conf_queue_ops *ops, void *arg)
{
	struct conf_queue *q = calloc(1, sizeof(*q));

	if (q == NULL)
		return NULL;
	q->loop = l;
	q->ops = *ops;
	q->arg = arg;
	q->tail = &q->head;
	io_later_init(&q->turn, on_turn, q);
	q->patience = io_timer_new(l, on_patience, q);
	if (q->patience == NULL) {
		free(q);
		return NULL;
	}
	return q;
}

struct conf_pending *
conf_queue_free(struct conf_queue *q)
{
	struct conf_pending *list;

	if (q == NULL)
		return NULL;
	list = q->head;
	io_later_cancel(&q->turn);
	io_timer_free(q->patience);
	free(q);
	return list;
}

static void
fail_busy(struct err *e)
{
	(void)err_set(e, ERR_UNAVAILABLE, "other changes are under way");	/* told in e */
	if (e != NULL)
		e->retry_after = 1;
}

/* Text that goes into the document: no control characters, cut between characters. */
static void
copy_text(char *dst, size_t size, const char *src)
{
	struct str s = str_of(src);
	size_t n = 0, k;

	while ((k = str_utf8_next(s)) > 0 && n + k < size) {
		bool c1 = k == 2 && (unsigned char)s.p[0] == 0xc2 && (unsigned char)s.p[1] < 0xa0;

		memcpy(dst + n, s.p, k);
		if (c1 || !str_printable((struct str){ s.p, k }))
			memset(dst + n, ' ', k);
		n += k;
		s.p += k;
		s.n -= k;
	}
	dst[n] = '\0';
}

int
conf_queue_add(struct conf_queue *q, const struct conf_change *c, struct err *e)
{
	struct conf_pending *p = q->n < CONF_TXN_QUEUE ? calloc(1, sizeof(*p)) : NULL;

	if (p == NULL) {
		fail_busy(e);
		return -ENOBUFS;
	}
	p->c = *c;
	copy_text(p->actor, sizeof(p->actor), c->actor);
	copy_text(p->summary, sizeof(p->summary), c->summary);
	p->c.actor = p->actor;
	p->c.summary = p->summary;
	p->deadline = io_loop_now_ms(q->loop) + CONF_TXN_WAIT_MS;
	*q->tail = p;
	q->tail = &p->next;
	q->n++;
	if (q->head == p)
		arm(q);
	return 0;
}

struct conf_pending *
conf_queue_pop(struct conf_queue *q)
{
	struct conf_pending *p = q->head == NULL ? NULL : take(q);

	arm(q);
	return p;
}

void
conf_queue_turn(struct conf_queue *q)
{
	if (q->head != NULL)
		io_later_call(&q->turn, q->loop);
}

static void
refuse(struct conf_pending *p, struct conf *current)
{
	json_t *none = json_array();
	struct conf_result r = { .generation = current->generation, .changes = none, .conf = current };
	struct err e;

	fail_busy(&e);
	p->c.done(p->c.arg, &r, &e);
	json_decref(none);
	free(p);
}

void
conf_pending_refuse(struct conf_pending *list, struct conf *current)
{
	struct conf_pending *next;

	(void)conf_ref(current);	/* its other owners may go away meanwhile */
	for (; list != NULL; list = next) {
		next = list->next;
		refuse(list, current);
	}
	conf_unref(current);
}
