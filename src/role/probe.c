/* Asking a target; see probe.h. HEAD, so that no page is made for nobody; a
 * server that does not know HEAD is there all the same. */
#include "role/probe.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/wr.h"
#include "conf/json.h"
#include "conf/route.h"
#include "http/link.h"
#include "io/loop.h"
#include "role/gateway.h"
#include "role/lookup.h"
#include "role/message.h"

enum { REQUEST_MAX = 1024, NAME_SIZE = 256 };

struct probe {
	struct probes *all;
	struct probe *next, *prev;
	struct message_probe m;
	struct conf_target target;	/* points into m */
	char name[NAME_SIZE];
	uint64_t began_ms;
	struct lookup *lookup;		/* pending, or NULL */
	struct http_link *link;		/* or NULL */
	struct addr addr;		/* len 0: not found */
	int status;			/* 0: no answer */
	bool connected;
};

struct probes {
	struct io_loop *loop;
	struct gateway *gateway;
	probe_done *done;
	void *arg;
	size_t n;
	struct probe *first;
};

struct probes *
probes_new(struct io_loop *l, struct gateway *g, probe_done *done, void *arg)
{
	struct probes *all = calloc(1, sizeof(*all));

	if (all != NULL)
		*all = (struct probes){ .loop = l, .gateway = g, .done = done, .arg = arg };
	return all;
}

static void
probe_free(struct probe *p)
{
	struct probes *all = p->all;

	lookup_cancel(p->lookup);
	http_link_free(p->link);
	if (p->prev != NULL)
		p->prev->next = p->next;
	else
		all->first = p->next;
	if (p->next != NULL)
		p->next->prev = p->prev;
	all->n--;
	free(p);
}

void
probes_free(struct probes *all)
{
	if (all == NULL)
		return;
	while (all->first != NULL)
		probe_free(all->first);
	free(all);
}

/* --- the end -------------------------------------------------------------------------- */

/* What says of itself that it does not work, does not. */
static const char *
fault_of(const struct probe *p, const char *why)
{
	if (why != NULL || p->status == 0)
		return why;
	return p->status >= 502 && p->status <= 504 ? "it answers that it does not work" : NULL;
}

static json_t *
result(const struct probe *p, const char *why)
{
	const bool secured = p->target.tls && p->connected;
	const char *fault = fault_of(p, why);
	char text[ADDR_TEXT_MAX];

	return json_pack("{s:o, s:b, s:o, s:o, s:I, s:o}",
	    "resolved", p->addr.len == 0 ? json_null() : json_string(addr_text(&p->addr, text)),
	    "connected", p->connected, "status", p->status == 0 ? json_null() : json_integer(p->status),
	    "tls", !secured ? json_null() : json_string(p->m.verify ? "verified" : "unverified"),
	    "ms", (json_int_t)(io_loop_now_ms(p->all->loop) - p->began_ms),
	    "error", fault == NULL ? json_null() : json_string(fault));
}

static void
finish(struct probe *p, const char *why)
{
	struct probes *all = p->all;
	json_t *j = result(p, why);
	char *text = j == NULL ? NULL : conf_json_canonical(j);
	uint32_t id = p->m.id;

	json_decref(j);
	probe_free(p);
	all->done(all->arg, id, text);
	free(text);
}

/* --- steps ------------------------------------------------------------------------------- */

static void
on_head(void *arg, const struct http_head *h)
{
	struct probe *p = arg;

	p->connected = true;
	p->status = h->status;
	finish(p, NULL);
}

static size_t
on_chunk(void *arg, const uint8_t *data, size_t n)
{
	(void)arg;	/* it ended with its head */
	(void)data;
	return n;
}

static void
on_nothing(void *arg)
{
	(void)arg;
}

static void
on_fail(void *arg, enum http_link_fault fault, const char *why)
{
	struct probe *p = arg;

	p->connected = fault == HTTP_LINK_UNANSWERED || fault == HTTP_LINK_BROKEN || p->connected;
	finish(p, why);
}

static const struct http_link_ops link_ops = { on_head, on_chunk, on_nothing, on_nothing, on_fail, NULL };

static void
ask(struct probe *p)
{
	static const struct http_link_times times = { .connect = PROBE_MS, .first_byte = PROBE_MS, .idle = PROBE_MS,
	    .keep = PROBE_MS, .tunnel = PROBE_MS };
	const struct addr_port at = { .addr = p->addr, .port = p->target.port };
	struct io_tls_client *tls = p->target.tls ? gateway_tls(p->all->gateway, p->m.verify) : NULL;
	char buf[REQUEST_MAX];
	struct wr w;

	if (p->target.tls && tls == NULL) {
		finish(p, "no authority is trusted here");
		return;
	}
	p->link = http_link_connect_tls(p->all->loop, &at, &times, tls, p->name);
	if (p->link == NULL) {
		finish(p, "no connection");
		return;
	}
	wr_init(&w, buf, sizeof(buf));
	wr_printf(&w, "HEAD %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: pic\r\nAccept: */*\r\nConnection: close\r\n\r\n", p->m.path,
	    p->m.host);
	http_link_begin(p->link, HTTP_HEAD, &link_ops, p);
	(void)http_link_write(p->link, buf, wr_len(&w));	/* a broken link says so by itself */
	http_link_sent(p->link);
}

static void
on_found(void *arg, const struct addr *a, const char *why)
{
	struct probe *p = arg;

	p->lookup = NULL;
	if (a == NULL) {
		finish(p, why);
		return;
	}
	p->addr = *a;
	ask(p);
}

static struct probe *
probe_new(struct probes *all, const struct message_probe *m)
{
	struct probe *p = all->n == PROBES_MAX ? NULL : calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->all = all;
	p->m = *m;
	p->began_ms = io_loop_now_ms(all->loop);
	p->next = all->first;
	if (p->next != NULL)
		p->next->prev = p;
	all->first = p;
	all->n++;
	return p;
}

void
probe_start(struct probes *all, const struct message_probe *m)
{
	struct probe *p = probe_new(all, m);

	if (p == NULL) {
		all->done(all->arg, m->id, NULL);
		return;
	}
	if (!conf_target_read(str_of(p->m.target), &p->target) || !str_copy(p->target.host, p->name, sizeof(p->name))) {
		finish(p, "its target is none");
	} else if (p->target.addr.len != 0) {
		p->addr = p->target.addr;
		ask(p);
	} else {
		p->lookup = lookup_start(gateway_lookups(all->gateway), p->name, on_found, p);
		if (p->lookup == NULL)
			finish(p, "out of memory");
	}
}
