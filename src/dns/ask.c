/* Questions by people; see ask.h. The answer, whenever it comes, is kept and
 * told from a timer, so that the asker never hears it inside its own call. */
#include "dns/ask.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "conf/conf.h"
#include "dns/name.h"
#include "dns/query.h"
#include "dns/record.h"
#include "dns/resolver.h"
#include "dns/wire.h"
#include "io/loop.h"
#include "io/timer.h"

enum { DEADLINE_MS = 8000, LINES_BYTES = 1 << 20, TEXT_MAX = 128 };

struct ask {
	struct dns_asks *asks;
	bool busy;
	struct io_timer *timer;
	struct dns_pendings pendings;
	dns_asked_cb *done;
	void *arg;
	uint64_t began_ms;
	struct dns_outcome outcome;
	char text[TEXT_MAX], rule[TEXT_MAX];	/* of it: its own may go with the tables */
	size_t len;			/* of the answer; 0: there is none */
	uint8_t *msg;			/* DNS_ANSWER_ROOM octets while busy */
};

struct dns_asks {
	struct io_loop *loop;
	struct dns_resolver *resolver;
	struct ask v[DNS_ASKS_MAX];
};

static void on_told(void *arg);

struct dns_asks *
dns_asks_new(struct io_loop *l, struct dns_resolver *r)
{
	struct dns_asks *a = calloc(1, sizeof(*a));
	size_t i;

	if (a == NULL)
		return NULL;
	a->loop = l;
	a->resolver = r;
	for (i = 0; i < DNS_ASKS_MAX; i++) {
		a->v[i].asks = a;
		a->v[i].timer = io_timer_new(l, on_told, &a->v[i]);
		if (a->v[i].timer == NULL) {
			dns_asks_free(a);
			return NULL;
		}
	}
	return a;
}

static void
end(struct ask *k)
{
	dns_resolver_forget(&k->pendings);
	io_timer_stop(k->timer);
	free(k->msg);
	k->msg = NULL;
	k->busy = false;
}

void
dns_asks_free(struct dns_asks *a)
{
	size_t i;

	if (a == NULL)
		return;
	for (i = 0; i < DNS_ASKS_MAX; i++) {
		if (a->v[i].busy)
			end(&a->v[i]);
		io_timer_free(a->v[i].timer);
	}
	free(a);
}

static void
keep_text(const char **s, char text[TEXT_MAX])
{
	(void)snprintf(text, TEXT_MAX, "%s", *s == NULL ? "" : *s);	/* cut is fine */
	*s = text;
}

static void
keep_texts(struct ask *k)
{
	keep_text(&k->outcome.ede_text, k->text);
	keep_text(&k->outcome.rule, k->rule);
}

static void
on_answer(void *arg, const struct dns_asker *who, const uint8_t *msg, size_t n, const struct dns_outcome *o)
{
	struct ask *k = arg;

	(void)who;
	memcpy(k->msg, msg, n);
	k->len = n;
	k->outcome = *o;
	keep_texts(k);
	io_timer_once(k->timer, 0);
}

static struct ask *
free_ask(struct dns_asks *a)
{
	size_t i;

	for (i = 0; i < DNS_ASKS_MAX; i++)
		if (!a->v[i].busy)
			return &a->v[i];
	return NULL;
}

static void
send_ask(struct ask *k, const struct dns_query *q, const struct dns_ask *from)
{
	struct dns_resolver *r = k->asks->resolver;
	struct dns_answering now = dns_resolver_now(r);
	const struct dns_asker who = { .zone = from->zone, .local = from->local,
	    .number = dns_resolver_number(r, from->zone, &from->peer),
	    .peer = { .addr = from->peer }, .tcp = true, .unlogged = true };
	const struct dns_asking asking = { q, &who, { &k->pendings, on_answer, k } };

	k->began_ms = now.now_ms;
	k->len = 0;
	k->outcome = (struct dns_outcome){ .view = -1, .source = DNS_SOURCE_REFUSED,
	    .ede = DNS_EDE_NONE, .ede_text = "" };
	if (dns_resolver_snapshot(r) != NULL)
		k->len = dns_resolver_ask(r, &now, &asking, k->msg, &k->outcome);
	keep_texts(k);
	io_timer_once(k->timer, k->outcome.wait ? DEADLINE_MS : 0);
}

int
dns_asks_start(struct dns_asks *a, const struct dns_ask *from, dns_asked_cb *done, void *arg)
{
	struct ask *k = free_ask(a);
	uint8_t msg[DNS_QUERY_HEAD + DNS_OPT_LEN];
	struct dns_query q;
	unsigned labels;
	size_t n;

	if (conf_zone_name((enum conf_zone)from->zone) == NULL ||
	    dns_name_scan(from->name, from->namelen, &labels) != from->namelen || from->namelen == 0)
		return -EINVAL;
	n = dns_query_write(msg, sizeof(msg), from->name, from->namelen, from->type, false);
	if (dns_query_read(&q, msg, n) != DNS_QUERY_ASK)
		return -EINVAL;
	if (k == NULL || (k->msg = malloc(DNS_ANSWER_ROOM)) == NULL)
		return -ENOBUFS;
	k->busy = true;
	k->done = done;
	k->arg = arg;
	send_ask(k, &q, from);
	return 0;
}

static const char *
view_name(const struct ask *k)
{
	const struct dns_snapshot *s = dns_resolver_snapshot(k->asks->resolver);

	if (s == NULL || k->outcome.view < 0 || (size_t)k->outcome.view >= s->table.nviews)
		return NULL;
	return conf_zone_name((enum conf_zone)s->table.views[k->outcome.view].zone);
}

static void
on_told(void *arg)
{
	struct ask *k = arg;
	const char *lines[DNS_ASK_LINES_MAX];
	struct arena *a = arena_new(LINES_BYTES);
	struct dns_asked told = {
		.rcode = k->len == 0 ? -1 : k->msg[3] & DNS_RCODE, .view = view_name(k),
		.source = k->outcome.source, .ede = k->outcome.ede,
		.ede_text = k->outcome.ede_text, .rule = k->outcome.rule,
		.answers = lines, .ms = (unsigned)(io_loop_now_ms(k->asks->loop) - k->began_ms)
	};
	dns_asked_cb *done = k->done;
	void *done_arg = k->arg;
	int n = 0;

	if (a != NULL && k->len > 0)
		n = dns_record_lines(k->msg, k->len, a, lines, DNS_ASK_LINES_MAX);
	told.nanswers = n > 0 ? (size_t)n : 0;
	end(k);
	done(done_arg, &told);
	arena_free(a);
}
