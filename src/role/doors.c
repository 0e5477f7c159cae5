/* The doors of the cell; see doors.h. */
#include "role/doors.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "conf/conf.h"
#include "io/listen.h"
#include "io/timer.h"
#include "io/udp.h"
#include "sys/ifindex.h"
#include "sys/proc.h"

struct doors {
	struct io_timer *retry;
	size_t nedges;
	struct doors_ops ops;
	void *arg;
	uint16_t next_id;
	size_t n;
	struct door v[DOORS_MAX];
};

static void on_retry(void *arg);

/* PRC-9: the standard port and the one that needs no privilege. */
static const uint16_t user_ports[][2] = {
	{ 53, 5353 }, { 853, 8853 }, { 80, 8080 }, { 443, 8443 }, { 123, 1123 }
};

uint16_t
doors_port(uint16_t configured, bool user_mode)
{
	size_t i;

	for (i = 0; user_mode && i < sizeof(user_ports) / sizeof(user_ports[0]); i++)
		if (user_ports[i][0] == configured)
			return user_ports[i][1];
	return configured;
}

const char *
door_kind_name(enum door_kind k)
{
	static const char *const names[DOOR_KINDS] = { "dns/udp", "dns/tcp", "http", "https" };

	return k < DOOR_KINDS ? names[k] : "unknown";
}

int
door_fd(const struct door *d, size_t edge)
{
	return d->kind == DOOR_DNS_UDP ? d->fds[edge] : d->fds[0];
}

struct doors *
doors_new(struct io_loop *l, size_t nedges, const struct doors_ops *ops, void *arg)
{
	struct doors *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->nedges = nedges > DOORS_EDGES_MAX ? DOORS_EDGES_MAX : nedges;
	s->ops = *ops;
	s->arg = arg;
	s->next_id = 1;
	s->retry = io_timer_new(l, on_retry, s);
	if (s->retry == NULL) {
		free(s);
		return NULL;
	}
	io_timer_every(s->retry, DOORS_RETRY_MS);
	return s;
}

static void
door_close(struct door *d)
{
	size_t i;

	for (i = 0; i < DOORS_EDGES_MAX; i++) {
		if (d->fds[i] >= 0)
			(void)close(d->fds[i]);	/* nothing was written to it */
		d->fds[i] = -1;
	}
}

void
doors_free(struct doors *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->n; i++)
		door_close(&s->v[i]);
	io_timer_free(s->retry);
	free(s);
}

static int
open_udp(struct doors *s, struct door *d)
{
	size_t i;

	for (i = 0; i < s->nedges; i++) {
		d->fds[i] = io_udp_open(&d->at, 1);
		if (d->fds[i] < 0)
			return d->fds[i];
	}
	return 0;
}

static int
open_stream(struct door *d)
{
	d->fds[0] = io_listen_tcp(&d->at);
	if (d->fds[0] < 0)
		return d->fds[0];
	return ifindex_enable(d->fds[0]);
}

/* Say it once per cause, not at every retry. */
static void
log_refused(struct door *d, int error)
{
	char at[ADDR_TEXT_MAX];

	if (d->error == error)
		return;
	log_fmt(LOG_NETWORK, LOG_ERROR, "%s: cannot listen on %s: %s%s%s%s",
	    door_kind_name(d->kind), addr_port_text(&d->at, at), strerror(-error),
	    d->holder > 0 ? ", held by " : "", d->holder_name,
	    d->holder > 0 ? "; stop that program or change network.ports" : "");
}

static void
find_holder(struct door *d, int error)
{
	d->holder = 0;
	d->holder_name[0] = '\0';
	if (error == -EADDRINUSE)
		d->holder = proc_port_holder(d->kind == DOOR_DNS_UDP ? IPPROTO_UDP : IPPROTO_TCP,
		    d->at.port, d->holder_name, sizeof(d->holder_name));
}

static void
door_open(struct doors *s, struct door *d)
{
	int error = d->kind == DOOR_DNS_UDP ? open_udp(s, d) : open_stream(d);

	if (error < 0) {
		door_close(d);
		find_holder(d, error);
		log_refused(d, error);
		d->error = error;
		return;
	}
	d->error = 0;
	d->holder = 0;
	s->ops.on_open(s->arg, d);
}

static void
on_retry(void *arg)
{
	struct doors *s = arg;
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->v[i].error < 0)
			door_open(s, &s->v[i]);
}

/* What the configuration wants, as doors without sockets. */
static void
want(struct door *v, size_t *n, enum door_kind kind, const struct addr *a, uint16_t port)
{
	struct door *d;

	if (*n == DOORS_MAX)
		return;
	d = &v[(*n)++];
	memset(d, 0, sizeof(*d));
	memset(d->fds, -1, sizeof(d->fds));
	d->kind = kind;
	d->at.addr = *a;
	d->at.port = port;
}

static void
want_address(struct door *v, size_t *n, const struct conf_network *net,
    const struct addr *a, bool user_mode)
{
	uint16_t dns = doors_port(net->ports.dns, user_mode);

	want(v, n, DOOR_DNS_UDP, a, dns);
	want(v, n, DOOR_DNS_TCP, a, dns);
	want(v, n, DOOR_HTTP, a, doors_port(net->ports.http, user_mode));
	want(v, n, DOOR_HTTPS, a, doors_port(net->ports.https, user_mode));
}

static size_t
plan(struct door *v, const struct conf *c, bool user_mode)
{
	const struct addr any4 = { .len = 4 }, any6 = { .len = 16 };
	const struct conf_network *net = &c->network;
	struct addr a;
	size_t i, n = 0;

	for (i = 0; i < net->listen_addresses.n; i++) {
		if (addr_read(str_of(net->listen_addresses.v[i]), &a)) {
			want_address(v, &n, net, &a, user_mode);
			continue;
		}
		want_address(v, &n, net, &any4, user_mode);	/* "*" */
		if (net->ipv6)
			want_address(v, &n, net, &any6, user_mode);
	}
	return n;
}

static bool
same(const struct door *a, const struct door *b)
{
	return a->kind == b->kind && a->at.port == b->at.port &&
	    addr_eq(&a->at.addr, &b->at.addr);
}

static const struct door *
find(const struct door *v, size_t n, const struct door *d)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (same(&v[i], d))
			return &v[i];
	return NULL;
}

void
doors_apply(struct doors *s, const struct conf *c, bool user_mode)
{
	struct door next[DOORS_MAX];
	const struct door *old;
	size_t i, n = plan(next, c, user_mode);

	for (i = 0; i < s->n; i++) {
		if (find(next, n, &s->v[i]) != NULL)
			continue;
		if (s->v[i].error == 0)
			s->ops.on_close(s->arg, s->v[i].id);
		door_close(&s->v[i]);
	}
	for (i = 0; i < n; i++) {
		old = find(s->v, s->n, &next[i]);
		if (old != NULL)
			next[i] = *old;
	}
	memcpy(s->v, next, n * sizeof(next[0]));
	s->n = n;
	for (i = 0; i < n; i++) {
		if (s->v[i].id != 0)
			continue;
		s->v[i].id = s->next_id++;
		door_open(s, &s->v[i]);
	}
}

const struct door *
doors_list(const struct doors *s, size_t *n)
{
	*n = s->n;
	return s->v;
}

bool
doors_ok(const struct doors *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->v[i].error < 0)
			return false;
	return true;
}
