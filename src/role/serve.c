/* Edges and doors, connected with each other and with the API: who tells whom. */
#include <errno.h>
#include <unistd.h>

#include "api/server.h"
#include "base/err.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "role/core.h"
#include "role/doors.h"
#include "role/doors_plan.h"
#include "role/edges.h"
#include "role/tickets.h"
#include "role/timekeeping.h"

/* --- from the edges --------------------------------------------------------------- */

static void
on_api(void *arg, int fd, const struct message_api *m)
{
	struct core *c = arg;
	const struct api_origin o = { .via = AUTH_VIA_EDGE, .client = m->peer, .local = m->local,
	    .zone = m->zone, .tls = m->tls };

	api_accept(c->api, fd, &o);
}

static void
on_applied(void *arg, uint64_t serial, const struct err *e)
{
	apply_done(arg, serial, e);
}

static void
on_answer(void *arg, size_t edge, uint32_t id, const uint8_t *json, size_t n)
{
	live_answered(arg, edge, id, json, n);
}

static void
on_flushed(void *arg, uint32_t id, uint32_t count)
{
	live_flushed(arg, id, count);
}

static void
on_time(void *arg, const struct ntp_report *r)
{
	struct core *c = arg;

	timekeeping_hear(c->timekeeping, r);
}

static void
on_secondary(void *arg, const struct message_secondary *m)
{
	secondaries_hear(arg, m);
}

static void
on_redeem(void *arg, size_t edge, const struct message_redeem *m)
{
	tickets_redeem(arg, edge, m);
}

static void
on_used(void *arg, const struct message_used *m)
{
	tickets_used(arg, m);
}

static void
on_edge_gone(void *arg, size_t edge)
{
	live_edge_gone(arg, edge);
}

static void
on_change(void *arg)
{
	facts_changed(arg);
}

/* --- from the doors ------------------------------------------------------------------ */

static void
on_door_open(void *arg, const struct door *d)
{
	struct core *c = arg;

	if (d->kind == DOOR_API)
		local_door_open(c, d);
	else
		edges_door_open(c->edges, d);
}

static void
on_door_close(void *arg, const struct door *d)
{
	struct core *c = arg;

	if (d->kind == DOOR_API)
		local_door_close(c, d);
	else
		edges_door_close(c->edges, d->id);
}

/* --- life ---------------------------------------------------------------------------- */

/* PRC-2: one edge per CPU, at most four. */
static size_t
edge_count(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > DOORS_EDGES_MAX ? DOORS_EDGES_MAX : (size_t)n;
}

int
serve_start(struct core *c, struct err *e)
{
	static const struct doors_ops door_ops = { on_door_open, on_door_close, on_change };
	static const struct edges_ops edge_ops = {
		on_api, on_applied, on_answer, on_flushed, on_time, on_secondary, on_redeem, on_used,
		on_edge_gone, on_change
	};
	size_t n = edge_count();

	c->edges = edges_new(c->loop, c->children, n, &edge_ops, c);
	c->doors = doors_new(c->loop, n, &door_ops, c);
	c->secondaries = secondaries_new();
	if (c->edges == NULL || c->doors == NULL || c->secondaries == NULL)
		return err_sys(e, -ENOMEM, "prepare the edges");
	edges_set_doors(c->edges, c->doors);
	return 0;
}

void
serve_want(const struct core *c, const struct conf *conf, struct doors_want *out)
{
	*out = (struct doors_want){ conf, c->options.user_mode, c->ifs, c->nifs };
}

uint16_t
core_https_port(const struct core *c)
{
	return doors_port(conf_txn_current(c->txn)->network.ports.https, c->options.user_mode);
}

void
serve_stop(struct core *c)
{
	edges_free(c->edges);
	doors_free(c->doors);
	secondaries_free(c->secondaries);
	c->edges = NULL;
	c->doors = NULL;
	c->secondaries = NULL;
}
