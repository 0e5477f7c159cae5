/* pic edge: one per CPU. Gets its sockets and tables from core over the
 * channel on descriptor 3, and gives up everything else before it reads its
 * first foreign byte. */
#include "role/role.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>
#include <sodium.h>

#include "base/err.h"
#include "base/log.h"
#include "ingress/who.h"
#include "io/channel.h"
#include "io/loop.h"
#include "io/timer.h"
#include "role/doors.h"
#include "role/edge_doors.h"
#include "role/edge_set.h"
#include "role/edge_time.h"
#include "role/edge_trust.h"
#include "role/front.h"
#include "role/gateway.h"
#include "role/page.h"
#include "role/probe.h"
#include "role/snapshot.h"
#include "role/wall.h"
#include "sys/memfd.h"
#include "sys/priv.h"

enum { CHANNEL_FD = 3, TELL_MS = 1000, OTHER_FILES = 1280 };

/* --- who asks ------------------------------------------------------------------------ */

static unsigned
identify(void *arg, uint32_t ifindex, const struct addr *local, const struct addr *peer, uint32_t *number)
{
	const struct edge *d = arg;

	(void)local;
	*number = 0;
	return d->snap == NULL ? 0 : ingress_identify(&d->snap->ingress, &d->snap->who, ifindex, peer, number);
}

/* For those to whom all of a zone are equal. */
static unsigned
zone_of(void *arg, uint32_t ifindex, const struct addr *local, const struct addr *peer)
{
	uint32_t number;

	return identify(arg, ifindex, local, peer, &number);
}

static uint32_t
peer_find(void *arg, const struct addr *a)
{
	const struct edge *d = arg;

	return d->snap == NULL ? 0 : ingress_who_find(&d->snap->who, a);
}

static const char *
peer_name(void *arg, uint32_t number)
{
	const struct edge *d = arg;

	return d->snap == NULL ? "" : ingress_who_name(&d->snap->who, number);
}

static bool
peer_may(void *arg, uint32_t number, const struct conf_access *words)
{
	const struct edge *d = arg;
	const struct conf_access *has = d->snap == NULL ? NULL : ingress_who_access(&d->snap->who, number);

	return has != NULL && conf_access_meet(has, words);
}

/* --- life --------------------------------------------------------------------------- */

static struct edge_time *
time_new(struct edge *d)
{
	const struct edge_time_conf c = { d->loop, d->dns, &d->stats->ntp, zone_of, edge_send_time, d };

	return edge_time_new(&c);
}

static bool
routes_start(struct edge *d, unsigned share)
{
	const struct gateway_conf c = { .loop = d->loop, .dns = d->dns, .edges = share };

	d->gateway = gateway_new(&c);
	if (d->gateway != NULL)
		d->probes = probes_new(d->loop, d->gateway, edge_send_answer, d);
	d->wall = wall_new(d->loop, &edge_wall_ops, d);
	front_serve_routes(d->front, d->gateway, d->wall);
	if (d->gateway != NULL)
		gateway_trust(d->gateway, edge_trust_targets(d->trust));
	return d->probes != NULL && d->wall != NULL;
}

int
edge_serve(struct edge *d, unsigned share)
{
	const struct dns_server_conf c = { .loop = d->loop, .stats = &d->stats->dns, .log = d->log,
	    .log_room = edge_page_room(share), .share = share,
	    .zone_of = identify, .peers = &d->peers, .told = edge_send_news, .arg = d,
	    .tls = edge_trust_upstreams(d->trust) };
	int error;

	d->peers = (struct dns_peers){ peer_find, peer_name, peer_may, d };
	error = dns_server_new(&d->dns, &c);
	if (error < 0)
		return error;
	d->front = front_new(d->loop, d->stats, share, edge_send_api, d);
	if (d->front == NULL || !routes_start(d, share))
		return -ENOMEM;
	front_serve_dns(d->front, d->dns);
	d->time = time_new(d);
	if (d->time != NULL)
		d->doors = edge_doors_new(d->loop, d->dns, d->front, edge_time_server(d->time));
	return d->doors == NULL ? -ENOMEM : 0;
}

static void
on_drain(void *arg)
{
	struct edge *d = arg;

	if (front_idle(d->front))
		io_loop_stop(d->loop);
}

static bool
edge_open(struct edge *d)
{
	d->stats = &d->lone;
	d->loop = io_loop_new();
	if (d->loop == NULL)
		return false;
	d->tell = io_timer_new(d->loop, edge_send_upstreams, d);
	d->drain = io_timer_new(d->loop, on_drain, d);
	d->channel = io_channel_new(d->loop, CHANNEL_FD, edge_obey, d);
	return d->tell != NULL && d->drain != NULL && d->channel != NULL;
}

static void
edge_close(struct edge *d)
{
	edge_doors_free(d->doors);
	front_free(d->front);
	probes_free(d->probes);
	gateway_free(d->gateway);
	wall_free(d->wall);
	edge_time_free(d->time);
	dns_server_free(d->dns);
	io_timer_free(d->tell);
	io_timer_free(d->drain);
	io_channel_free(d->channel);
	edge_trust_free(d->trust);
	snapshot_free(d->snap);
	if (d->lists != NULL)
		memfd_unmap(d->lists, d->lists_len);
	io_loop_free(d->loop);
}

/* What this edge's share of the connections needs, those of clients and those to targets, and all else: with core and
 * four edges less than 16,384 (LIM). */
static unsigned
nofile(const char *edges)
{
	uint64_t n;

	if (!str_u64(str_of(edges), DOORS_EDGES_MAX, &n) || n == 0)
		n = 1;
	return (FRONT_CONNECTIONS + GATEWAY_CONNECTIONS) / (unsigned)n + OTHER_FILES;
}

int
role_edge_main(int argc, char **argv)
{
	struct edge *d = calloc(1, sizeof(*d));
	char name[16];
	struct err e;

	err_clear(&e);
	(void)snprintf(name, sizeof(name), "edge-%s", argc > 1 ? argv[1] : "?");	/* cut is fine */
	log_open(name, LOG_INFO);
	(void)signal(SIGPIPE, SIG_IGN);	/* who reads our log may go */
	if (d == NULL || sodium_init() < 0 || !edge_open(d)) {
		log_line(LOG_CORE, LOG_CRITICAL, "an edge is started by core only", NULL);
		return 1;
	}
	json_object_seed(randombytes_random() | 1);	/* its own way reads a file, which is not there later */
	d->trust = edge_trust_open();	/* later there is no file */
	if (d->trust == NULL)
		return 1;
	priv_raise_nofile(nofile(argc > 2 ? argv[2] : ""));
	if (priv_become(PRIV_EDGE, &e) < 0) {
		log_line(LOG_CORE, LOG_CRITICAL, "cannot give up privileges", "err", e.detail, NULL);
		return 1;
	}
	io_timer_every(d->tell, TELL_MS);
	io_loop_run(d->loop);
	edge_close(d);
	free(d);
	return 0;
}
