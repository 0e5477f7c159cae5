/* Life of an explanation: begin on a later turn → ask an edge for the name, as the peer would → look at everything up to the
 * login → have the target tried, as a visitor would be served → tell. What has not come in time stays unknown. */
#include "role/explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/live.h"
#include "base/err.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "dns/name.h"
#include "io/loop.h"
#include "io/timer.h"
#include "role/core.h"

enum { PATIENCE_MS = 4500, TYPE_A = 1, TYPE_AAAA = 28 };

static void on_timer(void *arg);
static void on_answered(void *arg, const json_t *asked);
static void on_tried(void *arg, const json_t *tried);

/* With what is still to come it waits for that: there is no taking back a question to an edge. */
static void
release(struct explain *x)
{
	if (!x->over || x->asking || x->trying)
		return;
	reach_close(x->view);
	conf_unref(x->conf);
	io_timer_free(x->timer);
	free(x);
}

static void
finish(struct explain *x)
{
	const enum reach_result all = reach_steps_close(x->steps);

	x->over = true;
	io_timer_stop(x->timer);
	x->done(x->arg, all, x->steps);
	release(x);
}

/* --- the name -------------------------------------------------------------------------------- */

static bool
ask(struct explain *x, uint16_t type)
{
	uint8_t name[DNS_NAME_MAX];
	struct api_dns_ask q = { .zone = x->asker.zone, .type = type, .name = name };
	struct api_live live;
	size_t n = 0;

	if (!dns_name_read(str_of(x->host), NULL, 0, name, &n))
		return false;
	q.namelen = (uint8_t)n;
	if (x->peer != NULL)
		q.peer = x->peer->ip;
	live_fill(x->core, &live);
	x->asking = live.dns_ask(x->core, &q, on_answered, x);
	return x->asking;
}

/* --- the way, and the target -------------------------------------------------------------------- */

static void
follow(struct explain *x)
{
	if (x->dst.len == 0 || x->steps[REACH_STAGE_DNS].result == REACH_FAIL) {
		finish(x);
		return;
	}
	explain_look_way(x);
	if (x->edge == REACH_EDGE_ROUTED && x->route != NULL)
		x->trying = live_probe(x->core, x->route, on_tried, x);
	if (x->trying)
		return;
	explain_look_upstream(x, NULL);
	finish(x);
}

static void
begin(struct explain *x)
{
	x->begun = true;
	io_timer_once(x->timer, PATIENCE_MS);
	explain_look_peer(x);
	if (addr_read(str_of(x->host), &x->dst)) {
		explain_look_dns(x, NULL);
		follow(x);
	} else if (!ask(x, TYPE_A)) {
		finish(x);
	}
}

static void
on_timer(void *arg)
{
	struct explain *x = arg;

	if (!x->begun) {
		begin(x);
		return;
	}
	if (x->asking)
		explain_look_dns(x, NULL);
	finish(x);
}

static void
on_answered(void *arg, const json_t *asked)
{
	struct explain *x = arg;

	x->asking = false;
	if (x->over) {
		release(x);
		return;
	}
	explain_look_dns(x, asked);
	if (asked != NULL && x->dst.len == 0 && !x->second && x->steps[REACH_STAGE_DNS].rev == x->conf->dns.rev) {
		x->second = true;
		if (ask(x, TYPE_AAAA))
			return;
	}
	follow(x);
}

static void
on_tried(void *arg, const json_t *tried)
{
	struct explain *x = arg;

	x->trying = false;
	if (x->over) {
		release(x);
		return;
	}
	explain_look_upstream(x, tried);
	finish(x);
}

/* --- beginning ------------------------------------------------------------------------------------ */

/* False: it is no name that could be asked for. */
static bool
host_read(struct explain *x, const char *host)
{
	size_t i, n = strlen(host);

	if (n > 1 && host[n - 1] == '.')
		n--;
	if (n == 0 || n >= sizeof(x->host))
		return false;
	for (i = 0; i < n; i++)
		if (host[i] <= ' ' || host[i] > '~')
			return false;
	for (i = 0; i < n; i++)
		x->host[i] = (char)(host[i] >= 'A' && host[i] <= 'Z' ? host[i] | 0x20 : host[i]);
	return true;
}

static bool
is_name(const struct explain *x)
{
	uint8_t name[DNS_NAME_MAX];
	struct addr a;
	size_t n = 0;

	return addr_read(str_of(x->host), &a) || dns_name_read(str_of(x->host), NULL, 0, name, &n);
}

static struct explain *
explain_new(struct core *c, const struct api_explain_ask *q)
{
	struct explain *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return NULL;
	x->core = c;
	x->conf = conf_ref(conf_txn_current(c->txn));
	x->peer = q->peer == NULL ? NULL : conf_peer_find(x->conf, q->peer);
	x->asker = (struct reach_asker){ .peer = x->peer != NULL, .zone = q->zone };
	x->asker.index = x->peer == NULL ? 0 : (size_t)(x->peer - x->conf->peers);
	x->port = q->port;
	x->udp = q->udp;
	x->view = reach_open(c, x->conf, &(struct api_reach_want){ .peer = q->peer });
	x->timer = io_timer_new(c->loop, on_timer, x);
	reach_steps_open(x->steps);
	return x;
}

int
explain_start(struct core *c, const struct api_explain_ask *q, api_explained_cb *done, void *arg, struct err *e)
{
	struct explain *x = explain_new(c, q);
	int error = 0;

	if (x == NULL || x->view == NULL || x->timer == NULL)
		error = err_sys(e, -ENOMEM, "an explanation");
	else if (q->peer != NULL && x->peer == NULL)
		error = err_set(e, ERR_NOT_FOUND, "there is no peer %s", q->peer);
	else if (!host_read(x, q->host) || !is_name(x))
		error = err_field(e, ERR_VALIDATION, "host", "must be a domain name or an address");
	if (error < 0) {
		if (x != NULL) {
			x->over = true;
			release(x);
		}
		return error;
	}
	x->done = done;
	x->arg = arg;
	io_timer_once(x->timer, 0);	/* done never comes before this returns */
	return 0;
}
