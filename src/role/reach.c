/* A configuration and the host as one world; see reach.h. */
#include "role/reach.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/live.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/rd.h"
#include "base/wr.h"
#include "conf/access.h"
#include "conf/conf.h"
#include "conf/route.h"
#include "conf/txn.h"
#include "fw/decide.h"
#include "fw/flow.h"
#include "fw/input.h"
#include "proxy/table.h"
#include "role/core.h"
#include "role/doors_plan.h"
#include "role/firewall.h"
#include "role/firewall_assert.h"
#include "role/firewall_input.h"

/* --- who decides ---------------------------------------------------------------------------- */

struct fw_end
reach_end(bool peer, size_t index, unsigned zone)
{
	if (peer)
		return (struct fw_end){ .kind = FW_END_PARTY, .index = index };
	return (struct fw_end){ .kind = FW_END_ZONE, .zone = (enum fw_zone)zone };
}

const char *
reach_zone_text(unsigned zone)
{
	switch (zone) {
	case CONF_ZONE_LOCAL: return "the cell itself";
	case CONF_ZONE_VPN: return "the VPN";
	case CONF_ZONE_CELL: return "linked cells";
	case CONF_ZONE_CONTAINER: return "services";
	case CONF_ZONE_LAN: return "the home network";
	default: return "the Internet";
	}
}

static const char *
rule_name(const struct conf_firewall *f, const char *id)
{
	size_t i;

	for (i = 0; i < f->nrules; i++)
		if (strcmp(f->rules[i].id, id) == 0)
			return f->rules[i].name;
	return id;
}

static const char *
forward_name(const struct conf_firewall *f, const char *id)
{
	size_t i;

	for (i = 0; i < f->nforwards; i++)
		if (strcmp(f->forwards[i].id, id) == 0)
			return f->forwards[i].name;
	return id;
}

const char *
reach_firewall_text(const struct conf *conf, const struct fw_verdict *v, char *buf)
{
	if (v->why == FW_BY_RULE)	/* may be cut, as the next */
		(void)snprintf(buf, REACH_TEXT_MAX, "rule \"%s\" decides", rule_name(&conf->firewall, v->subject));
	else if (v->why == FW_BY_FORWARD)
		(void)snprintf(buf, REACH_TEXT_MAX, "port forward \"%s\" lets it through",
		    forward_name(&conf->firewall, v->subject));
	else
		(void)fw_verdict_text(v, buf, REACH_TEXT_MAX);	/* buf */
	return buf;
}

/* What the target is for the firewall, and the connection that stands for it. */
static struct fw_end
target_end(const struct reach_view *v, const struct reach_target *t, struct fw_flow *f)
{
	switch (t->place) {
	case REACH_LAN:
		return reach_end(false, 0, CONF_ZONE_LAN);
	case REACH_INTERNET:
		return (struct fw_end){ .kind = FW_END_INTERNET };
	case REACH_PEER:
		return reach_end(true, t->index, 0);
	case REACH_DNS:
		f->proto = FW_UDP;
		f->port = doors_port(v->conf->network.ports.dns, v->core->options.user_mode);
		break;
	case REACH_ADMIN:
	case REACH_ROUTE:
		f->proto = FW_TCP;
		f->port = doors_port(v->conf->network.ports.https, v->core->options.user_mode);
	}
	return reach_end(false, 0, CONF_ZONE_LOCAL);
}

/* FWL-11: what is not in the kernel decides nothing. */
static enum reach_verdict
firewall_said(const struct reach_view *v, const struct fw_verdict *said, char *why, size_t size)
{
	const bool decides = !v->live || firewall_holds(v->core);
	char text[REACH_TEXT_MAX];

	if (size > 0)
		(void)snprintf(why, size, "%s%s", decides ? "" : "the firewall is not in force; it would say: ",
		    reach_firewall_text(v->conf, said, text));	/* may be cut */
	if (!decides)
		return REACH_UNKNOWN;
	return said->allow ? REACH_ALLOW : REACH_DENY;
}

static enum reach_verdict
judge_firewall(void *arg, const struct reach_subject *s, const struct reach_target *t, char *why, size_t size)
{
	const struct reach_view *v = arg;
	const struct fw_index *x = v->firewall->index;
	const struct fw_end from = reach_end(s->peer, s->index, s->zone);
	struct fw_flow f = { .proto = FW_ANY };
	const struct fw_end to = target_end(v, t, &f);
	struct fw_verdict said;

	if (s->peer && v->firewall->in.vpn_if[0] == '\0') {
		if (size > 0)
			(void)snprintf(why, size, "the VPN is switched off");	/* fits, as does the next */
		return REACH_DENY;
	}
	if (!fw_flow_between(x, &from, &to, &f)) {
		if (size > 0)
			(void)snprintf(why, size, "no address stands for it on this host");
		return REACH_UNKNOWN;
	}
	fw_decide(x, &f, &said);
	return firewall_said(v, &said, why, size);
}

enum reach_edge
reach_judge_route(const struct reach_view *v, const struct reach_asker *a, const char *host, const struct conf_route *r)
{
	const struct proxy_visit visit = { .zone = a->zone, .host = str_of(host),
		.path = str_of(r == NULL ? "/" : r->path), .access = a->peer ? &v->access[a->index] : NULL };
	const struct proxy_route *route;

	switch (proxy_table_judge(v->routes, &visit, &route)) {
	case PROXY_ROUTED:
	case PROXY_LOGIN:
	case PROXY_NOT_ADMIN:
	case PROXY_ENTER:
		return REACH_EDGE_ROUTED;
	case PROXY_FORBIDDEN:
		return REACH_EDGE_ZONE;
	case PROXY_NO_RIGHT:
		return REACH_EDGE_WORD;
	case PROXY_NO_PATH:
	case PROXY_AMBIGUOUS:
		return REACH_EDGE_NO_PATH;
	case PROXY_NO_ROUTE:
		break;
	}
	return REACH_EDGE_NO_HOST;
}

/* Whom a zone lets in. */
static enum reach_verdict
judge_zone(const struct reach_subject *s, unsigned zones, const char *what, char *why, size_t size)
{
	const bool open = (zones & s->zone) != 0;

	if (size > 0)
		(void)snprintf(why, size, "%s is %sfor %s (zone %s)", what, open ? "" : "not ", reach_zone_text(s->zone),
		    conf_zone_name((enum conf_zone)s->zone));	/* fits */
	return open ? REACH_ALLOW : REACH_DENY;
}

static enum reach_verdict
judge_route(const struct reach_view *v, const struct reach_subject *s, const struct reach_target *t, char *why, size_t size)
{
	const struct reach_asker a = { s->peer, s->index, s->zone };
	const struct conf_route *r = &v->conf->proxy.routes[t->index];
	const enum reach_edge said = reach_judge_route(v, &a, t->host, r);
	const bool open = said == REACH_EDGE_ROUTED;
	const char *who = s->peer ? s->name : reach_zone_text(s->zone), *zone = conf_zone_name((enum conf_zone)s->zone);

	if (size == 0)
		return open ? REACH_ALLOW : REACH_DENY;
	if (said == REACH_EDGE_WORD)
		(void)snprintf(why, size, "%s has no access to the page %s (%s)", who, r->name, t->name);	/* all fit */
	else if (said == REACH_EDGE_ZONE)
		(void)snprintf(why, size, "the page %s is not for %s (zone %s)", r->name, reach_zone_text(s->zone), zone);
	else if (!open)
		(void)snprintf(why, size, "the page %s is not served (%s)", r->name, t->name);
	else
		(void)snprintf(why, size, "%s has access to the page %s (%s)%s", who, r->name, t->name,
		    r->login == CONF_LOGIN_NONE ? "" : r->login == CONF_LOGIN_ADMIN ? ", as an administrator" : ", signed in");
	return open ? REACH_ALLOW : REACH_DENY;
}

static enum reach_verdict
judge_edge(void *arg, const struct reach_subject *s, const struct reach_target *t, char *why, size_t size)
{
	const struct reach_view *v = arg;

	if (t->place == REACH_ROUTE)
		return judge_route(v, s, t, why, size);
	if (t->place == REACH_DNS)
		return judge_zone(s, v->conf->dns.serve_zones, "the name service", why, size);
	return judge_zone(s, v->conf->admin_access.zones, "administration", why, size);
}

/* --- who asks -------------------------------------------------------------------------------- */

static bool
is_active(const struct reach_view *v, const struct conf_peer *p)
{
	return p->enabled && (p->expires_at == 0 || p->expires_at > v->now);
}

static int
by_name(const void *a, const void *b)
{
	const struct reach_subject *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static bool
put_subjects(struct reach_view *v)
{
	static const struct { const char *name; enum conf_zone zone; } zones[] = {
		{ "zone:lan", CONF_ZONE_LAN }, { "zone:public", CONF_ZONE_PUBLIC }
	};
	struct reach_subject *list = arena_array(v->arena, v->conf->npeers + 2, sizeof(*list));
	size_t i, n = 0;

	if (list == NULL)
		return false;
	for (i = 0; i < v->conf->npeers; i++)
		if (is_active(v, &v->conf->peers[i]))
			list[n++] = (struct reach_subject){ v->conf->peers[i].name, i, CONF_ZONE_VPN, true, v->conf->peers[i].rev };
	for (i = 0; i < 2; i++)
		list[n++] = (struct reach_subject){ .name = zones[i].name, .zone = zones[i].zone };
	qsort(list, n, sizeof(*list), by_name);
	v->api.world.subjects = list;
	v->api.world.nsubjects = n;
	return true;
}

static bool
put_access(struct reach_view *v)
{
	size_t i;

	v->words = conf_words_new(v->conf);
	v->access = arena_array(v->arena, v->conf->npeers + 1, sizeof(*v->access));
	for (i = 0; i < v->conf->npeers && v->words != NULL && v->access != NULL; i++)
		conf_words_access(v->words, &v->conf->peers[i].service_access, &v->access[i]);
	return v->words != NULL && v->access != NULL;
}

/* --- what is asked for ------------------------------------------------------------------------- */

struct targets {
	struct reach_view *v;
	struct reach_target *list;
	size_t n;
};

static bool
put_target(struct targets *t, const struct reach_target *one)
{
	if (one->name == NULL || one->way == NULL || one->host == NULL)
		return false;
	t->list[t->n++] = *one;
	return true;
}

static bool
put_routes(struct targets *t)
{
	const struct conf *c = t->v->conf;
	char names[CONF_ROUTE_NAMES][CONF_ROUTE_NAME_SIZE];
	size_t i;

	for (i = 0; i < c->proxy.nroutes; i++) {
		const struct conf_route *r = &c->proxy.routes[i];
		const struct reach_target one = { arena_printf(t->v->arena, "route:%s", r->name), REACH_ROUTE, i, r->target,
			conf_route_names(c, r, names) == 0 ? "" : arena_strdup(t->v->arena, names[0]), r->rev };

		if (r->enabled && !put_target(t, &one))
			return false;
	}
	return true;
}

static size_t
count_meeting(const struct conf *c)
{
	size_t i, n = 0;

	for (i = 0; c != NULL && i < c->npeers; i++)
		n += c->peers[i].peer_access;
	return n;
}

/* The names of other's peers, each with its row. NULL: no memory. */
static struct map *
index_peers(const struct conf *other)
{
	struct map *m = map_new(other->npeers + 1);
	size_t i;

	for (i = 0; i < other->npeers && m != NULL; i++)
		if (map_put(m, other->peers[i].name, strlen(other->peers[i].name), &other->peers[i], NULL) < 0) {
			map_free(m);
			m = NULL;
		}
	return m;
}

static bool
differs(const struct map *others, const struct conf_peer *p)
{
	const struct conf_peer *other = map_get(others, p->name, strlen(p->name));

	return (p->peer_access || (other != NULL && other->peer_access)) && (other == NULL || other->rev != p->rev);
}

/* Pairs of peers grow with the square of their number: of many only those that somebody asks about are targets. */
static bool
put_peers(struct targets *t, const struct api_reach_want *want)
{
	const struct conf *c = t->v->conf;
	const bool few = count_meeting(c) <= REACH_PEER_TARGETS && count_meeting(want->other) <= REACH_PEER_TARGETS;
	struct map *others = want->other == NULL || few ? NULL : index_peers(want->other);
	size_t i, n = 0;
	bool ok = want->other == NULL || few || others != NULL;

	for (i = 0; i < c->npeers && ok; i++) {
		const struct conf_peer *p = &c->peers[i];
		const bool named = want->peer != NULL && strcmp(want->peer, p->name) == 0;
		const bool counts = few ? p->peer_access : others != NULL && n < REACH_PEER_TARGETS && differs(others, p);
		const struct reach_target one = { arena_printf(t->v->arena, "peer:%s", p->name), REACH_PEER, i, "", "", p->rev };

		if (!is_active(t->v, p) || !(named || counts))
			continue;
		n++;
		ok = put_target(t, &one);
	}
	map_free(others);
	return ok;
}

static int
by_target(const void *a, const void *b)
{
	const struct reach_target *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static bool
put_targets(struct reach_view *v, const struct api_reach_want *want)
{
	const char *uplink = v->firewall->in.uplink;
	const struct reach_target fixed[] = {
		{ "admin", REACH_ADMIN, 0, "", "", 0 }, { "dns", REACH_DNS, 0, "", "", 0 },
		{ "internet", REACH_INTERNET, 0, uplink, "", 0 }, { "lan", REACH_LAN, 0, "", "", 0 },
	};
	struct targets t = { .v = v };
	size_t i;

	t.list = arena_array(v->arena, 4 + v->conf->proxy.nroutes + v->conf->npeers, sizeof(*t.list));
	if (t.list == NULL)
		return false;
	for (i = 0; i < 4; i++)
		if (!put_target(&t, &fixed[i]))
			return false;
	if (!put_routes(&t) || !put_peers(&t, want))
		return false;
	qsort(t.list, t.n, sizeof(*t.list), by_target);
	v->api.world.targets = t.list;
	v->api.world.ntargets = t.n;
	return true;
}

/* --- all of it ----------------------------------------------------------------------------------- */

/* The table that edges get, by the same road. */
static struct proxy_table *
table_of(const struct conf *conf)
{
	uint8_t *text = calloc(1, PROXY_TABLE_BYTES_MAX);
	struct proxy_table *t = NULL;
	struct wr w;
	struct rd r;

	if (text == NULL)
		return NULL;
	wr_init(&w, text, PROXY_TABLE_BYTES_MAX);
	proxy_table_plan(&w, conf);
	if (wr_ok(&w)) {
		rd_init(&r, text, wr_len(&w));
		t = proxy_table_read(&r);
	}
	free(text);
	return t;
}

static size_t
assertions_judge(const struct api_reach *r, struct fw_judged *out, size_t max)
{
	return firewall_assert_all(((const struct reach_view *)r)->firewall, out, max);	/* its first member */
}

struct reach_view *
reach_open(struct core *c, const struct conf *conf, const struct api_reach_want *want)
{
	struct reach_view *v = calloc(1, sizeof(*v));

	if (v == NULL)
		return NULL;
	v->core = c;
	v->conf = conf;
	v->live = want->other == NULL && conf == conf_txn_current(c->txn);
	v->now = auth_time_now(&c->time);
	v->arena = arena_new(0);
	v->firewall = firewall_would(c, conf);
	v->routes = table_of(conf);
	v->api.world.firewall = judge_firewall;
	v->api.world.edge = judge_edge;
	v->api.world.arg = v;
	v->api.judge = assertions_judge;
	if (v->arena != NULL && v->firewall != NULL && v->routes != NULL && put_subjects(v) && put_access(v) &&
	    put_targets(v, want))
		return v;
	reach_close(v);
	return NULL;
}

void
reach_close(struct reach_view *v)
{
	if (v == NULL)
		return;
	firewall_input_free(v->firewall);
	proxy_table_unref(v->routes);
	conf_words_free(v->words);
	arena_free(v->arena);
	free(v);
}

static struct api_reach *
open_view(void *arg, const struct conf *conf, const struct api_reach_want *want)
{
	struct reach_view *v = reach_open(arg, conf, want);

	return v == NULL ? NULL : &v->api;
}

static void
close_view(struct api_reach *r)
{
	reach_close((struct reach_view *)r);	/* its first member; NULL stays NULL */
}

static int
explain(void *arg, const struct api_explain_ask *q, api_explained_cb *done, void *done_arg, struct err *e)
{
	return explain_start(arg, q, done, done_arg, e);
}

void
reach_fill(struct api_live *out)
{
	out->reach_open = open_view;
	out->reach_close = close_view;
	out->explain = explain;
}
