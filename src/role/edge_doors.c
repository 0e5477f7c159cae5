/* An edge's doors; see edge_doors.h. */
#include "role/edge_doors.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "dns/server.h"
#include "io/timer.h"
#include "ntp/server.h"
#include "role/front.h"
#include "role/message.h"

struct edge_door {
	uint16_t id;			/* 0 = free */
	uint8_t edge;			/* whose it is */
	bool leaving;			/* back to that edge: only what was read is answered */
	int fd;				/* ours to close, -1 when its server owns it */
	struct dns_door *dns;
	struct front_door *front;
	struct ntp_door *ntp;
};

struct edge_doors {
	struct io_timer *leave;
	struct dns_server *dns;
	struct front *front;
	struct ntp_server *ntp;
	struct edge_door v[EDGE_DOORS_MAX];
};

static void on_left(void *arg);

struct edge_doors *
edge_doors_new(struct io_loop *l, struct dns_server *dns, struct front *front, struct ntp_server *ntp)
{
	struct edge_doors *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->dns = dns;
	s->front = front;
	s->ntp = ntp;
	s->leave = io_timer_new(l, on_left, s);
	if (s->leave != NULL)
		return s;
	free(s);
	return NULL;
}

static struct edge_door *
find(struct edge_doors *s, const struct message_door *m)
{
	size_t i;

	for (i = 0; i < EDGE_DOORS_MAX; i++)
		if (s->v[i].id == m->id && s->v[i].edge == m->edge && !s->v[i].leaving)
			return &s->v[i];
	return NULL;
}

static void
door_close(struct edge_door *o)
{
	dns_door_close(o->dns);
	front_close(o->front);
	ntp_door_close(o->ntp);
	if (o->fd >= 0)
		(void)close(o->fd);	/* a listening socket: nothing is lost, core has it */
	*o = (struct edge_door){ .fd = -1 };
}

static bool
door_serve(struct edge_doors *s, struct edge_door *o, uint8_t kind)
{
	switch (kind) {
	case DOOR_DNS_UDP:
		o->dns = dns_server_udp(s->dns, o->fd);
		if (o->dns != NULL)
			o->fd = -1;	/* owned by the server now */
		return o->dns != NULL;
	case DOOR_DNS_TCP:
		o->dns = dns_server_tcp(s->dns, o->fd);
		return o->dns != NULL;
	case DOOR_NTP:
		o->ntp = ntp_server_udp(s->ntp, o->fd);
		if (o->ntp != NULL)
			o->fd = -1;	/* owned by the server now */
		return o->ntp != NULL;
	case DOOR_DNS_TLS:
		o->dns = dns_server_tls(s->dns, o->fd);
		return o->dns != NULL;
	default:
		o->front = front_open(s->front, o->fd, kind == DOOR_HTTPS);
		return o->front != NULL;
	}
}

static void
on_left(void *arg)
{
	struct edge_doors *s = arg;
	size_t i;

	for (i = 0; i < EDGE_DOORS_MAX; i++)
		if (s->v[i].leaving)
			door_close(&s->v[i]);
}

static struct edge_door *
find_free(struct edge_doors *s)
{
	static const struct message_door none = { 0 };
	struct edge_door *o = find(s, &none);

	if (o != NULL)
		return o;
	on_left(s);
	return find(s, &none);
}

bool
edge_doors_open(struct edge_doors *s, const struct message_door *m, int fd)
{
	struct edge_door *o;

	if (m->id == 0 || find(s, m) != NULL)
		return false;
	o = find_free(s);
	if (o == NULL)
		return false;
	*o = (struct edge_door){ .id = m->id, .edge = m->edge, .fd = fd };
	if (!door_serve(s, o, m->kind)) {
		log_fmt(LOG_CORE, LOG_ERROR, "out of memory: door %u is not served here", m->id);
		door_close(o);
	}
	return true;
}

void
edge_doors_close(struct edge_doors *s, uint16_t id)
{
	size_t i;

	for (i = 0; i < EDGE_DOORS_MAX; i++)
		if (id != 0 && s->v[i].id == id)
			door_close(&s->v[i]);
}

void
edge_doors_return(struct edge_doors *s, const struct message_door *m)
{
	struct edge_door *o = m->id == 0 ? NULL : find(s, m);

	if (o == NULL)
		return;
	if (o->dns == NULL) {	/* answers leave nothing to be done later */
		door_close(o);
		return;
	}
	o->leaving = true;
	dns_door_leave(o->dns);
	io_timer_once(s->leave, EDGE_DOORS_LEAVE_MS);
}

void
edge_doors_close_all(struct edge_doors *s)
{
	size_t i;

	for (i = 0; i < EDGE_DOORS_MAX; i++)
		if (s->v[i].id != 0)
			door_close(&s->v[i]);
}

void
edge_doors_free(struct edge_doors *s)
{
	if (s == NULL)
		return;
	edge_doors_close_all(s);
	io_timer_free(s->leave);
	free(s);
}
