/* Who serves which socket; see edges_set.h. A split door has a socket for each
 * edge, and the kernel gives a flow to one of them for good: while its edge is
 * down somebody else has to read it. */
#include "role/edges_set.h"

#include "base/wr.h"
#include "role/doors_plan.h"

/* The socket that is the one of edge of goes to d. */
static void
send_door(struct edge *d, const struct door *o, size_t of)
{
	const struct message_door m = { o->id, (uint8_t)o->kind, (uint8_t)of };
	uint8_t buf[8];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_door_write(&w, &m);
	worker_send(d->worker, MESSAGE_DOOR, &w, door_fd(o, of));
}

/* d is to let go of it: for good, or because its own edge is back. */
static void
send_end(struct edge *d, enum message_type type, uint16_t id, size_t of)
{
	const struct message_door m = { id, 0, (uint8_t)of };
	uint8_t buf[8];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_door_write(&w, &m);
	worker_send(d->worker, type, &w, -1);
}

static bool
is_served(const struct door *o)
{
	return o->error == 0 && o->kind < DOOR_EDGE_KINDS;
}

void
edge_send_doors(struct edge *d)
{
	const struct door *v;
	size_t i, n;

	v = doors_list(d->set->doors, &n);
	for (i = 0; i < n; i++)
		if (is_served(&v[i]))
			send_door(d, &v[i], d->index);
}

void
edges_set_doors(struct edges *s, const struct doors *d)
{
	s->doors = d;
}

void
edges_door_open(struct edges *s, const struct door *o)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		send_door(&s->v[i], o, i);
		if (s->v[i].keeper != NULL && door_kind_is_udp(o->kind))
			send_door(s->v[i].keeper, o, i);
	}
}

void
edges_door_close(struct edges *s, uint16_t id)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		send_end(&s->v[i], MESSAGE_DOOR_CLOSE, id, i);
}

/* --- while one is down ------------------------------------------------------------------ */

static struct edge *
keeper_for(const struct edge *d)
{
	if (!d->down)
		return NULL;
	if (d->keeper != NULL && worker_is_running(d->keeper->worker))
		return d->keeper;
	return edges_first_running(d->set);
}

static void
pass_on(struct edge *d, struct edge *to)
{
	const struct door *v;
	size_t i, n;

	v = doors_list(d->set->doors, &n);
	for (i = 0; i < n; i++) {
		if (!is_served(&v[i]) || !door_kind_is_udp(v[i].kind))
			continue;
		if (d->keeper != NULL)
			send_end(d->keeper, MESSAGE_DOOR_RETURN, v[i].id, d->index);
		if (to != NULL)
			send_door(to, &v[i], d->index);
	}
	d->keeper = to;
}

void
edges_keep(struct edges *s)
{
	struct edge *to;
	size_t i;

	for (i = 0; i < s->n; i++) {
		to = keeper_for(&s->v[i]);
		if (to != s->v[i].keeper)
			pass_on(&s->v[i], to);
	}
}
