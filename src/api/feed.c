/* Event streams. */
#include "api/feed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/caller.h"
#include "api/dns.h"
#include "api/dns_log.h"
#include "api/events.h"
#include "api/request.h"
#include "conf/txn.h"
#include "io/timer.h"
#include "sys/clk.h"

enum { KEY_MAX = AUTH_ACTOR_MAX + AUTH_SESSION_ID };

struct stream {
	struct api_feed *feed;
	struct api_req *rq;
	uint32_t filter;
	uint64_t at;		/* the last event sent or passed over */
	bool resync;		/* events between were lost: say so first */
	bool blocked;		/* the client does not read: wait for on_drained() */
	char key[KEY_MAX];	/* whose stream it is */
	struct stream *next, *prev;
};

struct api_feed {
	struct api *api;
	struct api_events *ring;
	struct stream *streams;
	size_t n;
	struct io_timer *ping, *dns;
	struct api_dns_log_at queries;	/* told already to who watches questions */
};

static void on_ping(void *arg);
static void on_dns(void *arg);

struct api_feed *
api_feed_new(struct api *a)
{
	struct api_feed *f = calloc(1, sizeof(*f));
	const struct clk *clk = a->deps.clk;

	if (f == NULL)
		return NULL;
	f->api = a;
	f->ring = api_events_new((uint64_t)clk->wall_ms(clk));
	f->ping = io_timer_new(a->deps.loop, on_ping, f);
	f->dns = io_timer_new(a->deps.loop, on_dns, f);
	if (f->ring != NULL && f->ping != NULL && f->dns != NULL)
		return f;
	api_feed_free(f);
	return NULL;
}

/* --- one stream ------------------------------------------------------------------ */

/* Timers run only while somebody listens. */
static void
timers_set(struct api_feed *f)
{
	uint32_t dns = api_event_bit("dns") | api_event_bit("query"), wanted = 0;
	const struct stream *st;

	for (st = f->streams; st != NULL; st = st->next)
		wanted |= st->filter;
	if (f->n == 0)
		io_timer_stop(f->ping);
	if ((wanted & dns) == 0)
		io_timer_stop(f->dns);
}

static void
stream_unlink(struct stream *st)
{
	struct api_feed *f = st->feed;

	if (st->prev != NULL)
		st->prev->next = st->next;
	else
		f->streams = st->next;
	if (st->next != NULL)
		st->next->prev = st->prev;
	f->n--;
	timers_set(f);
	api_req_free(st->rq);
	free(st);
}

static void
stream_end(struct stream *st)
{
	http_reply_end(st->rq->http);
	stream_unlink(st);
}

/* False: not taken. */
static bool
frame_write(struct stream *st, struct str frame)
{
	int r = http_reply_write(st->rq->http, frame.p, frame.n);

	if (r != 0)
		st->blocked = true;
	return r >= 0;
}

static bool
resync_write(struct stream *st)
{
	const struct clk *clk = st->feed->api->deps.clk;
	uint64_t last = api_events_last(st->feed->ring);
	char data[64], now[CLK_TEXT_MAX];
	size_t n = 0;
	char *frame;
	bool taken;

	snprintf(data, sizeof(data), "{\"ts\":\"%s\"}",
	    clk_text(clk->wall_s(clk), now));
	frame = api_event_frame(last, "resync", data, &n);
	taken = frame != NULL && frame_write(st, (struct str){ frame, n });
	free(frame);
	if (taken) {
		st->resync = false;
		st->at = last;
	}
	return taken;
}

/* A user of role peer learns of his own devices and of nobody's else (PEER-11). */
static bool
is_for(const struct stream *st, uint32_t bit, const char *peer)
{
	const struct conf_peer *p;

	if ((bit & st->filter) == 0)
		return false;
	if (bit != api_event_bit("peer") || auth_caller_is_admin(&st->rq->caller))
		return true;
	p = peer != NULL ? conf_peer_find(conf_txn_current(st->rq->deps->txn), peer) : NULL;
	return p != NULL && api_caller_is_user(st->rq, p->owner);
}

/* Send what the stream has not had yet, as far as its client takes it. */
static void
pump(struct stream *st)
{
	const struct api_event *ev;

	while (!st->blocked) {
		if (!api_events_covers(st->feed->ring, st->at))
			st->resync = true;
		if (st->resync) {
			if (!resync_write(st))
				return;
			continue;
		}
		ev = api_events_after(st->feed->ring, st->at);
		if (ev == NULL)
			return;
		if (is_for(st, ev->bit, ev->peer) && !frame_write(st, ev->frame))
			return;
		st->at = ev->id;
	}
}

static void
on_drained(void *arg, struct http_req *http)
{
	struct stream *st = arg;

	(void)http;
	st->blocked = false;
	pump(st);
}

static void
on_abort(void *arg)
{
	struct stream *st = arg;

	st->rq->http = NULL;
	stream_unlink(st);
}

static const struct http_handler stream_handler = {
	.on_drained = on_drained,
	.on_abort = on_abort,
};

/* --- opening ----------------------------------------------------------------------- */

static void
key_make(const struct api_req *rq, char key[KEY_MAX])
{
	snprintf(key, KEY_MAX, "%s %s", rq->actor,
	    rq->caller.kind == AUTH_SESSION ? rq->session.id : "");
}

static int
room_check(const struct api_feed *f, const char *key, struct err *e)
{
	const struct stream *st;
	size_t own = 0;

	for (st = f->streams; st != NULL; st = st->next)
		own += strcmp(st->key, key) == 0;
	if (own >= API_STREAMS_CALLER) {
		(void)err_set(e, ERR_RATE_LIMITED,
		    "too many event streams of this session"); /* returned below */
		e->retry_after = API_PING_MS / 1000;
		return err_errno(ERR_RATE_LIMITED);
	}
	if (f->n >= API_STREAMS_MAX)
		return err_set(e, ERR_UNAVAILABLE, "too many event streams");
	return 0;
}

static void
position_set(struct stream *st, struct str last_id)
{
	uint64_t id;

	st->at = api_events_last(st->feed->ring);
	if (last_id.n == 0)
		return;
	if (str_u64(last_id, UINT64_MAX, &id) &&
	    api_events_covers(st->feed->ring, id))
		st->at = id;
	else
		st->resync = true;
}

static void
head_send(struct stream *st)
{
	static const struct http_header headers[] = {
		{ STR("Content-Type"), STR("text/event-stream") },
		{ STR("Cache-Control"), STR("no-store") },
		{ STR("X-Content-Type-Options"), STR("nosniff") },
		{ STR("X-Accel-Buffering"), STR("no") },
	};
	const struct http_answer a = { .status = 200, .headers = headers,
		.nheaders = sizeof(headers) / sizeof(headers[0]) };

	http_reply_start(st->rq->http, &a, -1, &stream_handler, st);
	(void)frame_write(st, STR(": connected\n\n")); /* a comment may be lost */
}

static bool
is_wanted(const struct api_feed *f, uint32_t bit)
{
	const struct stream *st = f->streams;

	while (st != NULL && (st->filter & bit) == 0)
		st = st->next;
	return st != NULL;
}

int
api_feed_open(struct api_feed *f, struct api_req *rq, uint32_t filter,
    struct str last_id, struct err *e)
{
	char key[KEY_MAX];
	struct stream *st;
	int r;

	key_make(rq, key);
	r = room_check(f, key, e);
	if (r < 0)
		return r;
	st = calloc(1, sizeof(*st));
	if (st == NULL)
		return err_set(e, ERR_INTERNAL, "out of memory");
	if (!is_wanted(f, api_event_bit("query")))
		api_dns_log_follow(f->api, &f->queries);
	*st = (struct stream){ .feed = f, .rq = rq, .filter = filter,
		.next = f->streams };
	memcpy(st->key, key, sizeof(key));
	if (st->next != NULL)
		st->next->prev = st;
	f->streams = st;
	if (f->n++ == 0)
		io_timer_every(f->ping, API_PING_MS);
	position_set(st, last_id);
	head_send(st);
	pump(st);
	if ((filter & (api_event_bit("dns") | api_event_bit("query"))) != 0) {
		on_dns(f);
		io_timer_every(f->dns, API_DNS_MS);
	}
	return 0;
}

/* --- to all -------------------------------------------------------------------------- */

void
api_feed_recheck(struct api_feed *f)
{
	struct stream *st, *next;

	for (st = f->streams; st != NULL; st = next) {
		next = st->next;
		if (!api_caller_holds(st->rq))
			stream_end(st);
	}
}

static void
on_ping(void *arg)
{
	struct api_feed *f = arg;
	struct stream *st;

	api_feed_recheck(f);
	for (st = f->streams; st != NULL; st = st->next)
		if (!st->blocked)
			(void)frame_write(st, STR(": ping\n\n")); /* a comment may be lost */
}

/* Its data with the time, as text. Malloc'd. */
static char *
event_text(const struct api_feed *f, const json_t *data)
{
	const struct clk *clk = f->api->deps.clk;
	json_t *j = json_copy((json_t *)(uintptr_t)data);
	char now[CLK_TEXT_MAX], *text = NULL;
	size_t n;

	if (j == NULL || json_object_set_new(j, "ts",
	    json_string(clk_text(clk->wall_s(clk), now))) < 0) {
		json_decref(j);
		return NULL;
	}
	n = json_dumpb(j, NULL, 0, JSON_COMPACT);
	text = n > 0 ? malloc(n + 1) : NULL;
	if (text != NULL) {
		(void)json_dumpb(j, text, n, JSON_COMPACT); /* as long as before */
		text[n] = '\0';
	}
	json_decref(j);
	return text;
}

/* Only to who listens now and reads; nobody asks for an old one. */
static void
fleeting_send(struct api_feed *f, uint32_t bit, const char *type,
    const char *text)
{
	size_t n = 0;
	char *frame = api_event_frame(0, type, text, &n);
	struct stream *st;

	for (st = f->streams; st != NULL && frame != NULL; st = st->next)
		if (is_for(st, bit, NULL) && !st->blocked)
			(void)frame_write(st, (struct str){ frame, n }); /* the next one tells more */
	free(frame);
}

void
api_feed_event(struct api_feed *f, const char *type, const json_t *data)
{
	uint32_t bit = api_event_bit(type);
	const char *peer = strcmp(type, "peer") == 0 ? api_text(data, "name") : NULL;
	char *text = bit != 0 ? event_text(f, data) : NULL;
	struct stream *st;

	if (text == NULL)
		return;
	if ((bit & api_event_fleeting()) != 0) {
		fleeting_send(f, bit, type, text);
	} else {
		(void)api_events_put(f->ring, bit, peer, text); /* 0: streams tell a gap */
		for (st = f->streams; st != NULL; st = st->next)
			pump(st);
	}
	free(text);
}

static void
tell_queries(struct api_feed *f)
{
	json_t *data = api_dns_log_news(f->api, &f->queries);

	if (data != NULL)
		api_feed_event(f, "query", data);
	json_decref(data);
}

static void
on_dns(void *arg)
{
	struct api_feed *f = arg;
	struct dns_stats stats = { 0 };
	json_t *data;

	if (is_wanted(f, api_event_bit("query")))
		tell_queries(f);
	f->api->deps.live.dns_stats(f->api->deps.live.arg, &stats);
	data = api_dns_counters(&stats);
	if (data != NULL)
		api_feed_event(f, "dns", data);
	json_decref(data);
}

void
api_feed_end(struct api_feed *f)
{
	while (f->streams != NULL)
		stream_end(f->streams);
}

void
api_feed_free(struct api_feed *f)
{
	if (f == NULL)
		return;
	api_feed_end(f);
	io_timer_free(f->ping);
	io_timer_free(f->dns);
	api_events_free(f->ring);
	free(f);
}
