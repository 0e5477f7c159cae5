/* Guests; see guest.h. */
#include "dns/guest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/sparse.h"
#include "dns/intake.h"
#include "io/loop.h"

struct dns_guest {
	struct dns_guest *next, **at;
	struct dns_guests *all;
	struct dns_guest_conf c;
	struct dns_asker who;
	struct dns_pendings pendings;
	bool waiting;
};

struct dns_guests {
	struct dns_intake *in;
	struct dns_guest *first;
	struct dns_query query;
	uint8_t out[DNS_ANSWER_ROOM];
};

struct dns_guests *
dns_guests_new(struct dns_intake *in)
{
	struct dns_guests *all = sparse_head(sizeof(*all), offsetof(struct dns_guests, out));

	if (all != NULL)
		all->in = in;
	return all;
}

void
dns_guests_free(struct dns_guests *all)
{
	free(all);
}

void
dns_guests_stop(struct dns_guests *all)
{
	struct dns_guest *g, *next;

	for (g = all->first; g != NULL; g = next) {
		next = g->next;
		if (!g->waiting)
			continue;
		dns_guest_forget(g);
		g->c.done(g->c.arg, NULL, 0);
	}
}

struct dns_guest *
dns_guest_new(struct dns_server *s, const struct dns_guest_conf *c)
{
	struct dns_guests *all = dns_server_guests(s);
	struct dns_guest *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	g->all = all;
	g->c = *c;
	g->who = (struct dns_asker){ .ifindex = c->ifindex, .local = c->local, .peer = c->peer,
	    .tcp = true, .secure = true, .http = true };
	g->next = all->first;
	g->at = &all->first;
	if (g->next != NULL)
		g->next->at = &g->next;
	all->first = g;
	return g;
}

void
dns_guest_forget(struct dns_guest *g)
{
	dns_resolver_forget(&g->pendings);
	g->waiting = false;
}

void
dns_guest_free(struct dns_guest *g)
{
	if (g == NULL)
		return;
	dns_guest_forget(g);
	*g->at = g->next;
	if (g->next != NULL)
		g->next->at = g->at;
	free(g);
}

static void
on_later(void *arg, const struct dns_asker *who, const uint8_t *msg, size_t n, const struct dns_outcome *o)
{
	struct dns_guest *g = arg;

	(void)who;
	(void)o;
	g->waiting = false;
	dns_intake_count(g->all->in, msg);
	g->c.done(g->c.arg, msg, n);
}

enum dns_guest_verdict
dns_guest_ask(struct dns_guest *g, const uint8_t *p, size_t n, const uint8_t **msg, size_t *len)
{
	struct dns_intake *in = g->all->in;
	const struct dns_snapshot *snap = dns_resolver_snapshot(in->resolver);
	struct dns_query *q = &g->all->query;
	struct dns_answering now = dns_resolver_now(in->resolver);
	const struct dns_asking asking = { q, &g->who, { &g->pendings, on_later, g } };
	enum dns_query_kind kind;

	if (snap == NULL)
		return DNS_GUEST_OFF;
	kind = dns_intake_read(in, q, &g->who, p, n);
	if ((g->who.zone & snap->serve_zones) == 0)
		return DNS_GUEST_FORBIDDEN;
	if (kind == DNS_QUERY_SILENT)
		return DNS_GUEST_BAD;
	if (dns_intake_limit(in, &g->who, DNS_LIMIT_STREAM, now.now_ms) != DNS_LIMIT_GO)
		return DNS_GUEST_LIMITED;
	*msg = g->all->out;
	*len = dns_intake_answer(in, &now, &asking, kind, g->all->out);
	g->waiting = *len == 0;
	return g->waiting ? DNS_GUEST_LATER : DNS_GUEST_ANSWER;
}
