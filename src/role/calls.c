/* Requests to core; see calls.h. */
#include "role/calls.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "http/link.h"
#include "http/relay.h"
#include "http/reply.h"
#include "http/request.h"
#include "io/loop.h"

struct call {
	struct calls *all;
	struct calls_own *own;
	struct call *next;		/* of the connection */
	struct call *after, **at;	/* in the edge's list */
	struct http_link *link;
	struct message_api client;	/* whose requests core takes those of the link for */
	struct http_relay *relay;	/* running, or NULL */
};

struct calls_waiting {
	struct calls_waiting *next;
	struct calls_own *own;
	struct http_req *rq;
	struct message_api m;
};

struct calls {
	struct io_loop *loop;
	front_api *api;
	void *arg;
	struct call *first;
	size_t n, max;
};

struct calls *
calls_new(struct io_loop *l, size_t max, front_api *api, void *arg)
{
	struct calls *all = calloc(1, sizeof(*all));

	if (all == NULL)
		return NULL;
	*all = (struct calls){ .loop = l, .api = api, .arg = arg, .max = max };
	return all;
}

void
calls_free(struct calls *all)
{
	free(all);
}

static void on_relayed(void *arg, int status, const char *why);

static void
link_drop(struct calls *all, struct call *c)
{
	if (c->link == NULL)
		return;
	http_link_free(c->link);
	c->link = NULL;
	all->n--;
}

/* A new way to core: one end for us, the other handed over. */
static struct http_link *
link_new(struct calls *all, const struct message_api *m)
{
	struct http_link *k = NULL;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0)
		return NULL;
	if (all->api(all->arg, fds[1], m) == 0)
		k = http_link_new(all->loop, fds[0], NULL);
	(void)close(fds[1]);	/* core has its own */
	if (k == NULL)
		(void)close(fds[0]);	/* nobody is at the other end */
	return k;
}

/* Connections of HTTP/2 bring many requests: no client may have the links of all. */
static bool
has_its_share(const struct calls *all, const struct addr *peer)
{
	const struct addr key = addr_limit_key(peer);
	const struct call *c;
	struct addr k;
	size_t n = 0;

	for (c = all->first; c != NULL; c = c->after) {
		k = addr_limit_key(&c->client.peer.addr);
		n += c->relay != NULL && addr_eq(&k, &key);
	}
	return n >= all->max - all->max / CALLS_OTHERS;
}

/* A link that is only kept for somebody's next request makes room for one that is needed now. */
static bool
make_room(struct calls *all)
{
	struct call *c;

	for (c = all->first; c != NULL && all->n >= all->max; c = c->after)
		if (c->relay == NULL)
			link_drop(all, c);
	return all->n < all->max;
}

/* Behind a proxy in front of the cell one connection has many. */
static bool
same_client(const struct message_api *a, const struct message_api *b)
{
	return a->zone == b->zone && a->peer.port == b->peer.port && addr_eq(&a->peer.addr, &b->peer.addr);
}

static bool
link_open(struct calls *all, struct call *c, const struct message_api *m)
{
	if (c->link != NULL && http_link_ready(c->link) && same_client(&c->client, m))
		return true;
	link_drop(all, c);
	if (!make_room(all))
		return false;
	c->link = link_new(all, m);
	c->client = *m;
	all->n += c->link != NULL;
	return c->link != NULL;
}

/* One of the connection that is not in use; NULL when out of memory. */
static struct call *
call_take(struct calls *all, struct calls_own *own)
{
	struct call *c = own->first;

	while (c != NULL && c->relay != NULL)
		c = c->next;
	if (c != NULL || (c = calloc(1, sizeof(*c))) == NULL)
		return c;
	c->all = all;
	c->own = own;
	c->next = own->first;
	own->first = c;
	c->after = all->first;
	c->at = &all->first;
	if (c->after != NULL)
		c->after->at = &c->after;
	all->first = c;
	return c;
}

static void
start(struct calls *all, struct calls_own *own, struct http_req *rq, const struct message_api *m)
{
	static const struct http_relay_conf conf = { .body_max = 0 };
	struct call *c;

	if (has_its_share(all, &m->peer.addr)) {
		http_reply_problem(rq, 503, "too many requests at a time from this address");
		return;
	}
	c = call_take(all, own);
	if (c == NULL || !link_open(all, c, m)) {
		http_reply_problem(rq, 503, "the core does not answer; try again in a moment");
		return;
	}
	c->relay = http_relay_start(rq, c->link, &conf, on_relayed, c);
	own->running += c->relay != NULL;
}

/* From the loop: whoever has ended may be one of many that end together with their connection. */
static void
start_waiting(void *arg)
{
	struct calls_own *own = arg;
	struct calls_waiting *w;

	while ((w = own->waiting) != NULL && own->running < CALLS_PER_CONNECTION) {
		own->waiting = w->next;
		start(own->all, own, w->rq, &w->m);
		free(w);
	}
}

static void
on_relayed(void *arg, int status, const char *why)
{
	struct call *c = arg;

	c->relay = NULL;
	c->own->running--;
	if (c->own->waiting != NULL)
		io_later_call(&c->own->turn, c->all->loop);
	if (status == 502 || status == 503)
		log_fmt(LOG_PROXY, LOG_WARNING, "request to core failed: %s", why == NULL ? "?" : why);
}

/* --- requests that wait ------------------------------------------------------ */

static void
on_abort(void *arg)
{
	struct calls_waiting *w = arg, **at = &w->own->waiting;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	free(w);
}

static void
wait(struct calls *all, struct calls_own *own, struct http_req *rq, const struct message_api *m)
{
	static const struct http_handler handler = { .on_abort = on_abort };
	struct calls_waiting *w = malloc(sizeof(*w)), **end = &own->waiting;

	if (w == NULL) {
		http_reply_problem(rq, 503, "out of memory");
		return;
	}
	if (own->all == NULL)
		io_later_init(&own->turn, start_waiting, own);
	own->all = all;
	*w = (struct calls_waiting){ NULL, own, rq, *m };
	while (*end != NULL)
		end = &(*end)->next;
	*end = w;
	http_req_wait(rq, &handler, w);
}

void
calls_request(struct calls *all, struct calls_own *own, struct http_req *rq, const struct message_api *m)
{
	if (own->waiting == NULL && own->running < CALLS_PER_CONNECTION)
		start(all, own, rq, m);
	else
		wait(all, own, rq, m);
}

void
calls_close(struct calls *all, struct calls_own *own)
{
	struct calls_waiting *w;
	struct call *c;

	io_later_cancel(&own->turn);
	while ((w = own->waiting) != NULL) {
		own->waiting = w->next;
		http_reply_cut(w->rq);
		free(w);
	}
	while ((c = own->first) != NULL) {
		own->first = c->next;
		if (c->relay != NULL)
			http_relay_cancel(c->relay);
		link_drop(all, c);
		*c->at = c->after;
		if (c->after != NULL)
			c->after->at = c->at;
		free(c);
	}
}
