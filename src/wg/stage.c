/* A queue for each peer that waits; see stage.h. */
#include "wg/stage.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "wg/device.h"

struct packet {
	struct packet *next;
	size_t n;
	uint8_t p[];
};

struct queue {
	struct packet *first, **last;
	size_t n;
};

struct wg_stage {
	struct map *queues;		/* by the address of the peer */
	size_t bytes;
};

struct wg_stage *
wg_stage_new(void)
{
	struct wg_stage *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->queues = map_new(WG_PEERS_MAX);
	if (s->queues == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

static struct packet *
take_first(struct wg_stage *s, struct queue *q)
{
	struct packet *first = q->first;

	if (first == NULL)
		return NULL;
	q->first = first->next;
	if (q->first == NULL)
		q->last = &q->first;
	q->n--;
	s->bytes -= first->n;
	return first;
}

static void
drop_queue(struct wg_stage *s, struct queue *q)
{
	struct packet *p;

	while ((p = take_first(s, q)) != NULL)
		free(p);
	free(q);
}

void
wg_stage_free(struct wg_stage *s)
{
	const void *key;
	void *value;
	size_t it = 0, n;

	if (s == NULL)
		return;
	while (map_next(s->queues, &it, &key, &n, &value))
		drop_queue(s, value);
	map_free(s->queues);
	free(s);
}

static struct queue *
queue_of(struct wg_stage *s, const struct wg_peer *p)
{
	struct queue *q = map_get(s->queues, &p, sizeof(p));

	if (q != NULL)
		return q;
	q = calloc(1, sizeof(*q));
	if (q == NULL || map_put(s->queues, &p, sizeof(p), q, NULL) < 0) {
		free(q);
		return NULL;
	}
	q->last = &q->first;
	return q;
}

void
wg_stage_put(struct wg_stage *s, const struct wg_peer *p, const uint8_t *packet, size_t n)
{
	struct queue *q = queue_of(s, p);
	struct packet *next;

	if (q == NULL)
		return;
	if (q->n == WG_STAGE_PEER)
		free(take_first(s, q));
	next = s->bytes + n > WG_STAGE_BYTES ? NULL : malloc(sizeof(*next) + n);
	if (next == NULL)
		return;
	next->next = NULL;
	next->n = n;
	memcpy(next->p, packet, n);
	*q->last = next;
	q->last = &next->next;
	q->n++;
	s->bytes += n;
}

void
wg_stage_take(struct wg_stage *s, const struct wg_peer *p, void (*f)(void *arg, uint8_t *packet, size_t n), void *arg)
{
	struct queue *q = map_del(s->queues, &p, sizeof(p));
	struct packet *next;

	if (q == NULL)
		return;
	while ((next = take_first(s, q)) != NULL) {
		f(arg, next->p, next->n);
		free(next);
	}
	free(q);
}

void
wg_stage_drop(struct wg_stage *s, const struct wg_peer *p)
{
	struct queue *q = map_del(s->queues, &p, sizeof(p));

	if (q != NULL)
		drop_queue(s, q);
}

size_t
wg_stage_bytes(const struct wg_stage *s)
{
	return s->bytes;
}
