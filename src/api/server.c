/* Connections and requests of the API. */
#include "api/server.h"

#include <stdlib.h>
#include <unistd.h>

#include "api/feed.h"
#include "api/gate.h"
#include "api/idem.h"
#include "api/request.h"
#include "api/state.h"
#include "auth/time.h"
#include "base/log.h"
#include "base/rate.h"
#include "conf/txn.h"

struct api_conn {
	struct api *api;
	struct api_origin origin;
	struct http_conn *http;
	struct api_conn *next, *prev;
};

static void on_request(void *arg, struct http_req *http);
static void on_closed(void *arg);
static void on_body(void *arg, struct http_req *http, struct str body);
static void on_abort(void *arg);

static const struct http_conn_ops conn_ops = {
	.on_request = on_request,
	.on_closed = on_closed,
};

static const struct http_handler body_handler = {
	.on_body = on_body,
	.on_abort = on_abort,
};

/* --- the server -------------------------------------------------------------------- */

/* A generation is in force: tell it, and end the streams of those who lost their right by it. */
static void
on_committed(void *arg, const struct conf *c, const char *actor, const char *summary)
{
	struct api *a = arg;
	json_t *data;

	if (a->stopped)
		return;
	data = json_pack("{s:I, s:s, s:s}", "generation", (json_int_t)c->generation, "actor", actor,
	    "summary", summary);
	if (data != NULL)
		api_feed_event(a->feed, "config", data);
	json_decref(data);
	api_feed_recheck(a->feed);
}

struct api *
api_new(const struct api_deps *d)
{
	struct api *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->deps = *d;
	a->idem = api_idem_new();
	a->strangers = rate_new(API_STRANGER_PER_MINUTE * 1000 / 60, API_STRANGER_PER_MINUTE, API_RATE_CLIENTS);
	a->callers = rate_new(API_CALLER_PER_MINUTE * 1000 / 60, API_CALLER_PER_MINUTE, API_RATE_CLIENTS);
	a->misses = rate_new(API_MISSES_PER_MINUTE * 1000 / 60, API_MISSES_PER_MINUTE, API_RATE_CLIENTS);
	a->selfs = rate_new(API_SELF_PER_1000S, API_SELF_BURST, CONF_USERS_MAX);
	a->explains = rate_new(API_EXPLAIN_PER_1000S, API_EXPLAIN_BURST, CONF_USERS_MAX + CONF_TOKENS_MAX);
	a->feed = api_feed_new(a);
	if (a->idem == NULL || a->strangers == NULL || a->callers == NULL || a->misses == NULL || a->selfs == NULL ||
	    a->explains == NULL || a->feed == NULL) {
		api_free(a);
		return NULL;
	}
	conf_txn_watch(d->txn, on_committed, a);
	return a;
}

static void
conn_drop(struct api_conn *c)
{
	struct api *a = c->api;

	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		a->conns = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	a->nconns--;
	free(c);
}

void
api_drain(struct api *a)
{
	struct api_conn *c, *next;

	api_feed_end(a->feed);
	for (c = a->conns; c != NULL; c = next) {
		next = c->next;
		http_conn_drain(c->http);	/* an idle one closes on a later turn, through on_closed() */
	}
}

bool
api_is_idle(const struct api *a)
{
	return a->conns == NULL;
}

void
api_stop(struct api *a)
{
	a->stopped = true;
	while (a->conns != NULL) {
		http_conn_close(a->conns->http);
		conn_drop(a->conns);
	}
}

void
api_free(struct api *a)
{
	if (a == NULL)
		return;
	if (!a->stopped)
		api_stop(a);
	api_feed_free(a->feed);
	/* what is left waits for callbacks that cannot come any more */
	while (a->requests != NULL)
		api_req_free(a->requests);
	api_idem_free(a->idem);
	rate_free(a->strangers);
	rate_free(a->callers);
	rate_free(a->misses);
	rate_free(a->selfs);
	rate_free(a->explains);
	json_decref(a->report);
	json_decref(a->areas);
	free(a->openapi);
	free(a);
}

/* Strangers never take the last places: the way in from the host stays open (LIM). */
static bool
has_room(const struct api *a, const struct api_origin *o)
{
	size_t most = o->via == AUTH_VIA_EDGE ? API_CONNS_MAX - API_CONNS_RESERVE : API_CONNS_MAX;

	return !a->stopped && a->nconns < most;
}

void
api_accept(struct api *a, int fd, const struct api_origin *o)
{
	struct http_conn_conf conf = { .times = a->deps.times, .ops = &conn_ops };
	struct api_conn *c = has_room(a, o) ? calloc(1, sizeof(*c)) : NULL;

	if (c != NULL) {
		*c = (struct api_conn){ .api = a, .origin = *o, .next = a->conns };
		conf.arg = c;
		c->http = http_conn_new(a->deps.loop, fd, &conf);
	}
	if (c == NULL || c->http == NULL) {
		log_line(LOG_API, LOG_WARNING, "no room for a connection", NULL);
		(void)close(fd); /* nothing was written to it */
		free(c);
		return;
	}
	if (c->next != NULL)
		c->next->prev = c;
	a->conns = c;
	a->nconns++;
}

void
api_event(struct api *a, const char *type, const json_t *data)
{
	if (!a->stopped)
		api_feed_event(a->feed, type, data);
}

void
api_upkeep(struct api *a)
{
	api_idem_expire(a->idem, auth_time_now(a->deps.auth.time));
}

void
api_recheck(struct api *a)
{
	if (!a->stopped)
		api_feed_recheck(a->feed);
}

/* --- requests ------------------------------------------------------------------------ */

static void
on_closed(void *arg)
{
	conn_drop(arg);
}

static bool
wants_body(const struct api_req *rq)
{
	return rq->route->method != HTTP_GET;
}

/* With no body to come, the handler runs at once; its answer may still come later. */
static void
handle(struct api_req *rq, struct str body)
{
	if (!api_gate_body(rq, body))
		return;
	rq->handled = true;
	rq->route->handle(rq);
}

static void
on_request(void *arg, struct http_req *http)
{
	struct api_conn *c = arg;
	struct api_req *rq = api_req_new(c->api, &c->origin, http);

	if (rq == NULL) {
		http_reply_problem(http, 503, "out of memory");
		return;
	}
	if (!api_gate_head(rq))
		return;
	if (!wants_body(rq)) {
		http_req_wait(http, &body_handler, rq);
		handle(rq, (struct str){ NULL, 0 });
	} else if (!http_req_read(http, api_gate_body_max(rq), &body_handler, rq)) {
		api_req_free(rq);
	}
}

static void
on_body(void *arg, struct http_req *http, struct str body)
{
	(void)http;
	handle(arg, body);
}

/* The client is gone. What a handler waits for still comes, unless it can be called off. */
static void
on_abort(void *arg)
{
	struct api_req *rq = arg;

	rq->http = NULL;
	if (rq->cancel != NULL)
		rq->cancel(rq);
	if (rq->cancel != NULL || !rq->handled)
		api_req_free(rq);
}
