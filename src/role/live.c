/* What the API may start in the running cell: questions to the edges, new
 * tables, new setup tokens. The callbacks of api/live.h that do something;
 * those that only look are in facts.c. */
#include "api/live.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "api/server.h"
#include "base/err.h"
#include "conf/conf.h"
#include "conf/json.h"
#include "conf/route.h"
#include "conf/txn.h"
#include "io/loop.h"
#include "io/timer.h"
#include "role/clients.h"
#include "role/core.h"
#include "role/ddns.h"
#include "role/edges.h"
#include "role/filter.h"
#include "role/firewall.h"
#include "role/reach.h"
#include "role/timekeeping.h"
#include "role/vpn.h"

/* --- questions under way ------------------------------------------------------------ */

enum {
	ASKS_MAX = 32,
	PATIENCE_MS = 20000,	/* an edge answers sooner, also when its upstreams do not */
	TICK_MS = 1000
};

struct live_ask {
	uint32_t id;			/* 0 = free */
	uint64_t deadline;		/* of the loop's clock */
	api_asked_cb *asked;		/* one of the three */
	api_counted_cb *counted;
	api_ended_cb *ended;
	void *arg;
	size_t edge;			/* asked: which one */
	uint64_t serial;		/* ended: of the tables that are waited for */
};

struct live {
	uint32_t last_id;
	struct io_timer *tick;		/* runs while something is under way */
	struct live_ask asks[ASKS_MAX];
};

static struct live_ask *
ask_find(struct core *c, uint32_t id)
{
	size_t i;

	for (i = 0; i < ASKS_MAX; i++)
		if (c->live->asks[i].id == id)
			return &c->live->asks[i];
	return NULL;
}

static struct live_ask *
ask_new(struct core *c, void *arg)
{
	struct live_ask *a = ask_find(c, 0);

	if (a == NULL)
		return NULL;
	if (++c->live->last_id == 0)
		c->live->last_id = 1;
	*a = (struct live_ask){ .id = c->live->last_id, .deadline = io_loop_now_ms(c->loop) + PATIENCE_MS, .arg = arg };
	io_timer_every(c->live->tick, TICK_MS);
	return a;
}

/* It could not be started after all. */
static bool
ask_drop(struct live_ask *a)
{
	*a = (struct live_ask){ 0 };
	return false;
}

/* The slot is free before the callback may take it again. */
static struct live_ask
ask_take(struct live_ask *a)
{
	const struct live_ask done = *a;

	*a = (struct live_ask){ 0 };
	return done;
}

/* It ends without what was asked for. */
static void
ask_fail(struct live_ask *a, const char *why)
{
	const struct live_ask done = ask_take(a);
	struct err e;

	err_clear(&e);
	(void)err_set(&e, ERR_UNAVAILABLE, "%s", why);	/* told below */
	if (done.asked != NULL)
		done.asked(done.arg, NULL);
	else if (done.counted != NULL)
		done.counted(done.arg, 0);
	else
		done.ended(done.arg, &e);
}

static void
on_tick(void *arg)
{
	struct core *c = arg;
	uint64_t now = io_loop_now_ms(c->loop);
	size_t i, left = 0;

	for (i = 0; i < ASKS_MAX; i++) {
		struct live_ask *a = &c->live->asks[i];

		if (a->id != 0 && now >= a->deadline)
			ask_fail(a, "no edge answers");
		left += a->id != 0;
	}
	if (left == 0)
		io_timer_stop(c->live->tick);
}

int
live_start(struct core *c, struct err *e)
{
	c->live = calloc(1, sizeof(*c->live));
	if (c->live != NULL)
		c->live->tick = io_timer_new(c->loop, on_tick, c);
	return c->live == NULL || c->live->tick == NULL ? err_sys(e, -ENOMEM, "start the API") : 0;
}

void
live_stop(struct core *c)
{
	size_t i;

	if (c->live == NULL)
		return;
	for (i = 0; i < ASKS_MAX; i++)
		if (c->live->asks[i].id != 0)
			ask_fail(&c->live->asks[i], "the cell is stopping");
	io_timer_free(c->live->tick);
	free(c->live);
	c->live = NULL;
}

/* --- answers --------------------------------------------------------------------------- */

void
live_answered(struct core *c, size_t edge, uint32_t id, const uint8_t *json, size_t n)
{
	struct live_ask *a = id == 0 ? NULL : ask_find(c, id), done;
	json_t *doc;

	if (a == NULL || a->asked == NULL || a->edge != edge)
		return;		/* too late, or an edge that tells tales */
	done = ask_take(a);
	doc = n == 0 ? NULL : conf_json_read((const char *)json, n, NULL);
	done.asked(done.arg, doc);
	json_decref(doc);
}

void
live_flushed(struct core *c, uint32_t id, uint32_t count)
{
	struct live_ask *a = id == 0 ? NULL : ask_find(c, id), done;

	if (a == NULL || a->counted == NULL)
		return;		/* too late */
	done = ask_take(a);
	done.counted(done.arg, count);
}

void
live_applied(struct core *c, uint64_t serial, const struct err *e)
{
	struct live_ask done;
	size_t i;

	for (i = 0; i < ASKS_MAX; i++) {
		struct live_ask *a = &c->live->asks[i];

		if (a->id == 0 || a->ended == NULL || a->serial > serial)
			continue;
		done = ask_take(a);
		done.ended(done.arg, e);
	}
}

void
live_edge_gone(struct core *c, size_t edge)
{
	size_t i;

	for (i = 0; i < ASKS_MAX; i++) {
		struct live_ask *a = &c->live->asks[i];

		if (a->id != 0 && a->asked != NULL && a->edge == edge)
			ask_fail(a, "the edge died");
	}
}

/* --- what the API may start --------------------------------------------------------------- */

static bool
dns_ask(void *arg, const struct api_dns_ask *q, api_asked_cb *done, void *done_arg)
{
	struct core *c = arg;
	struct live_ask *a = ask_new(c, done_arg);
	struct message_ask m = { .zone = (uint8_t)q->zone, .local = q->local, .peer = q->peer, .type = q->type,
	    .namelen = q->namelen };

	if (a == NULL)
		return false;
	a->asked = done;
	m.id = a->id;
	memcpy(m.name, q->name, q->namelen);
	return edges_ask(c->edges, &m, &a->edge) || ask_drop(a);
}

/* What the target is told is asked of it, as a visitor would. */
static void
probe_host(const struct core *c, const struct conf_route *r, char *out, size_t size)
{
	char names[CONF_ROUTE_NAMES][CONF_ROUTE_NAME_SIZE];
	const char *slashes = strstr(r->target, "//");

	if (r->preserve_host && conf_route_names(conf_txn_current(c->txn), r, names) > 0)
		(void)snprintf(out, size, "%s", names[0]);	/* fits, as does the next */
	else
		(void)snprintf(out, size, "%s", slashes == NULL ? "" : slashes + 2);
}

bool
live_probe(struct core *c, const struct conf_route *r, api_asked_cb *asked, void *arg)
{
	struct live_ask *a = ask_new(c, arg);
	struct message_probe m = { .verify = r->tls_verify };

	if (a == NULL)
		return false;
	a->asked = asked;
	m.id = a->id;
	(void)snprintf(m.target, sizeof(m.target), "%s", r->target);	/* fits, as does the next */
	(void)snprintf(m.path, sizeof(m.path), "%s", r->path);
	probe_host(c, r, m.host, sizeof(m.host));
	return edges_probe(c->edges, &m, &a->edge) || ask_drop(a);
}

static bool
proxy_test(void *arg, const struct conf_route *r, api_asked_cb *done, void *done_arg)
{
	return live_probe(arg, r, done, done_arg);
}

static bool
dns_flush(void *arg, const uint8_t *name, uint8_t namelen, api_counted_cb *done, void *done_arg)
{
	struct core *c = arg;
	struct live_ask *a = ask_new(c, done_arg);
	struct message_flush m = { .namelen = namelen };

	if (a == NULL)
		return false;
	a->counted = done;
	m.id = a->id;
	if (namelen > 0)
		memcpy(m.name, name, namelen);
	return edges_flush(c->edges, &m) || ask_drop(a);
}

static bool
dns_reload(void *arg, api_ended_cb *done, void *done_arg)
{
	struct core *c = arg;
	struct live_ask *a = ask_new(c, done_arg);

	if (a == NULL)
		return false;
	a->ended = done;
	return apply_again(c, &a->serial) || ask_drop(a);
}

static bool
ntp_round(void *arg, void (*done)(void *arg), void *done_arg)
{
	struct core *c = arg;

	return timekeeping_round(c->timekeeping, done, done_arg);
}

static void
dns_filter(void *arg, const struct api_dns_ask *q, struct api_filtered *out)
{
	filter_judge(arg, q, out);
}

static uint64_t
dns_log_newest_of(void *arg, size_t edge)
{
	const struct core *c = arg;

	return edges_question_newest(c->edges, edge);
}

static bool
dns_log_one(void *arg, size_t edge, uint64_t seq, struct dns_log_entry *out)
{
	const struct core *c = arg;

	return edges_question(c->edges, edge, seq, out);
}

static void
dns_log_clear(void *arg)
{
	const struct core *c = arg;

	edges_questions_forget(c->edges);
}

static void
list_state(void *arg, const char *id, struct api_list_state *out)
{
	filter_state(arg, id, out);
}

static int
list_refresh(void *arg, const char *id, const char *actor, json_t **job, struct err *e)
{
	return filter_refresh(arg, id, actor, job, e);
}

static void
renew_token(void *arg, bool announce, struct api_setup_token *out)
{
	struct api_setup_token t;

	welcome_token(arg, announce, out == NULL ? &t : out);
	if (out == NULL)
		sodium_memzero(&t, sizeof(t));
}

static void
setup_finished(void *arg)
{
	welcome_finished(arg);
}

void
live_fill(struct core *c, struct api_live *out)
{
	*out = (struct api_live){
		.arg = c, .version = PIC_VERSION, .root_mode = !c->options.user_mode,
		.own_uid = getuid(), .started_at = c->started_at,
		.save_observed = state_save_observed,
		.dns_ask = dns_ask, .dns_flush = dns_flush, .dns_reload = dns_reload, .dns_filter = dns_filter,
		.dns_log_newest = dns_log_newest_of, .dns_log_get = dns_log_one, .dns_log_clear = dns_log_clear,
		.list_state = list_state, .list_refresh = list_refresh,
		.ntp_round = ntp_round, .proxy_test = proxy_test,
		.setup_token_renew = renew_token, .setup_finished = setup_finished
	};
	facts_fill(out);
	firewall_fill(out);
	ddns_fill(out);
	clients_fill(out);
	reach_fill(out);
	vpn_fill(out);
}
