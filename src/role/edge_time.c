/* Time in an edge; see edge_time.h. */
#include "role/edge_time.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "conf/conf.h"
#include "dns/name.h"
#include "dns/server.h"
#include "ntp/client.h"
#include "ntp/plan.h"
#include "ntp/server.h"
#include "role/message.h"
#include "sys/clk.h"

enum { TYPE_A = 1, TYPE_AAAA = 28 };

struct edge_time {
	struct edge_time_conf conf;
	struct ntp_server *server;
	struct ntp_client *client;
	struct ntp_plan plan;
	bool measures;
};

/* --- names ----------------------------------------------------------------------- */

/* A name being looked up: its IPv4 addresses, or, if it has none, the others. */
struct lookup {
	struct edge_time *time;
	char host[NTP_HOST_MAX];
	uint16_t type;
	ntp_resolved_cb *done;
	void *arg;
};

static void on_asked(void *arg, const struct dns_asked *q);

static bool
start(struct lookup *l)
{
	uint8_t name[DNS_NAME_MAX];
	struct dns_ask q = { .zone = CONF_ZONE_LOCAL, .name = name, .type = l->type };

	if (!dns_name_read(str_of(l->host), NULL, 0, name, &q.namelen))
		return false;
	return dns_server_ask(l->time->conf.dns, &q, on_asked, l) == 0;
}

/* The last word of a line as a master file has it. */
static size_t
addresses(const struct dns_asked *q, struct addr v[NTP_ADDRESSES_MAX])
{
	const char *word;
	size_t i, n = 0;

	for (i = 0; i < q->nanswers && n < NTP_ADDRESSES_MAX; i++) {
		word = strrchr(q->answers[i], '\t');
		if (word == NULL)
			word = strrchr(q->answers[i], ' ');
		n += word != NULL && addr_read(str_of(word + 1), &v[n]);
	}
	return n;
}

static void
on_asked(void *arg, const struct dns_asked *q)
{
	struct addr v[NTP_ADDRESSES_MAX];
	struct lookup *l = arg;
	size_t n = q->rcode == 0 ? addresses(q, v) : 0;

	if (n == 0 && l->type == TYPE_A) {
		l->type = TYPE_AAAA;
		if (start(l))
			return;
	}
	l->done(l->arg, l->host, v, n);
	free(l);
}

static bool
resolve(void *arg, const char *host, ntp_resolved_cb *done, void *done_arg)
{
	struct lookup *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return false;
	*l = (struct lookup){ .time = arg, .type = TYPE_A, .done = done, .arg = done_arg };
	if (str_copy(str_of(host), l->host, sizeof(l->host)) && start(l))
		return true;
	free(l);
	return false;
}

/* --- the rest of what the client needs ---------------------------------------------- */

static uint64_t
chance(void *arg)
{
	uint64_t v;

	(void)arg;
	randombytes_buf(&v, sizeof(v));
	return v;
}

static void
report(void *arg, const struct ntp_report *r)
{
	struct edge_time *t = arg;

	t->conf.report(t->conf.arg, r);
}

/* --- told by core --------------------------------------------------------------------- */

/* An edge that does not measure has a client without sources. */
static void
follow(struct edge_time *t)
{
	static const struct ntp_plan nobody;

	ntp_client_swap(t->client, t->measures ? &t->plan : &nobody);
}

void
edge_time_swap(struct edge_time *t, const struct ntp_plan *p)
{
	t->plan = *p;
	ntp_server_swap(t->server, p);
	follow(t);
}

void
edge_time_clock(struct edge_time *t, const struct message_clock *m)
{
	ntp_server_refer(t->server, &m->reference);
	ntp_client_moved(t->client, m->moved);
}

void
edge_time_poll(struct edge_time *t, const struct message_poll *m)
{
	t->measures = m->measure;
	follow(t);
	if (t->measures && m->round != 0)
		ntp_client_round(t->client, m->round);
}

/* --- life ------------------------------------------------------------------------------- */

struct edge_time *
edge_time_new(const struct edge_time_conf *conf)
{
	struct ntp_server_conf s = { .loop = conf->loop, .clk = &clk_system, .stats = conf->stats,
	    .zone_of = conf->zone_of, .arg = conf->arg };
	struct edge_time *t = calloc(1, sizeof(*t));
	struct ntp_client_conf c = { .loop = conf->loop, .clk = &clk_system, .resolve = resolve, .random = chance,
	    .report = report, .arg = t };

	if (t == NULL)
		return NULL;
	t->conf = *conf;
	randombytes_buf(s.seed, sizeof(s.seed));
	t->server = ntp_server_new(&s);
	t->client = ntp_client_new(&c);
	if (t->server != NULL && t->client != NULL)
		return t;
	edge_time_free(t);
	return NULL;
}

void
edge_time_free(struct edge_time *t)
{
	if (t == NULL)
		return;
	ntp_client_free(t->client);
	ntp_server_free(t->server);
	free(t);
}

struct ntp_server *
edge_time_server(struct edge_time *t)
{
	return t->server;
}
