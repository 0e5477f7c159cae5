/* The name service: forwards are configuration, the rest shows what is served. */
#include "api/dns.h"

#include <stdlib.h>
#include <strings.h>

#include "api/account.h"
#include "api/change.h"
#include "api/dns_ask.h"
#include "api/dns_shape.h"
#include "api/record.h"
#include "api/request.h"
#include "api/row.h"
#include "conf/public.h"
#include "conf/txn.h"
#include "dns/list.h"

static struct dns_list *
list_new(const struct api_req *rq)
{
	return dns_list_new(rq->conf, rq->deps->live.dns_host(rq->deps->live.arg));
}

/* --- forwards --------------------------------------------------------------------------- */

static json_t *
forward_json(const struct api_req *rq, const json_t *row)
{
	(void)rq;
	return conf_public(row);
}

static const struct api_rows forwards = { .section = "dns", .array = "forwards", .key = "zone", .path = "/api/dns/forwards",
	.noun = "dns.forward", .none = "this zone is not forwarded", .show = forward_json };

static void
forwards_get(struct api_req *rq)
{
	if (!api_unchanged(rq, 'g', rq->conf->generation))
		api_rows_get(rq, &forwards);
}

static bool
has_text(const struct conf *c, const char *zone)
{
	size_t i;

	for (i = 0; i < c->dns.nzones; i++)
		if (strcasecmp(c->dns.zones[i].name, zone) == 0)
			return true;
	return false;
}

static int
forward_create_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	const char *zone = api_text(rq->body, "zone");

	if (zone != NULL && api_row_find(&forwards, draft, zone) != NULL)
		return err_field(e, ERR_CONFLICT, "zone", "is forwarded already");
	if (zone != NULL && has_text(rq->conf, zone))
		return err_field(e, ERR_CONFLICT, "zone", "is a zone that the cell serves from text");
	return api_row_add(&forwards, draft, json_object(), rq->body, e);
}

static void
forward_created(struct api_req *rq, const struct conf_result *r)
{
	api_row_created(rq, &forwards, r, api_text(rq->body, "zone"));
}

static void
forwards_post(struct api_req *rq)
{
	const char *zone = api_text(rq->body, "zone");
	const struct api_change c = { .summary = arena_printf(rq->arena, "dns.forward.create %.100s",
		zone != NULL ? zone : ""), .record = true, .edit = forward_create_edit, .done = forward_created };

	api_change(rq, &c);
}

static void
forward_delete(struct api_req *rq)
{
	api_row_delete(rq, &forwards);
}

/* --- what is served ------------------------------------------------------------------------ */

static json_t *
rows_json(const struct dns_list_record *const *rows, size_t n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		if (json_array_append_new(list, api_record_listed(rows[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *
texts_json(const char *const *v, size_t n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		if (json_array_append_new(list, json_string(v[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static void
overview_get(struct api_req *rq)
{
	struct dns_list *l = list_new(rq);
	struct dns_overview o;

	if (l == NULL) {
		api_no_memory(rq);
		return;
	}
	dns_list_overview(l, &o);
	api_ok(rq, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "mode", o.mode, "label", o.label,
	    "effective_domain", o.effective_domain, "domain", o.domain,
	    "public_records", rows_json(o.public_records, o.npublic),
	    "service_subdomains", texts_json(o.subdomains, o.nsubdomains),
	    "internal_records", rows_json(o.internal_records, o.ninternal),
	    "actions", texts_json(o.actions, o.nactions)));
	dns_list_free(l);
}

static json_t *
upstream_json(const struct dns_upstream_state *u)
{
	static const char *const transports[] = { "udp", "tcp", "dot" };
	char address[ADDR_TEXT_MAX];

	return json_pack("{s:s, s:i, s:s, s:s, s:o, s:b}", "address", addr_text(&u->at.addr, address),
	    "port", u->at.port, "transport", u->transport < 3 ? transports[u->transport] : "udp",
	    "state", u->up ? "up" : "down",
	    "rtt_ms", u->rtt_ms > 0 ? json_integer((json_int_t)u->rtt_ms) : json_null(),
	    "fallback", u->fallback);
}

static json_t *
upstreams_json(const struct api_live *live)
{
	struct dns_upstream_state v[DNS_UPSTREAMS_MAX];
	size_t n = live->dns_upstreams(live->arg, v, DNS_UPSTREAMS_MAX), i;
	json_t *list = json_array();

	for (i = 0; i < n; i++)
		(void)json_array_append_new(list, upstream_json(&v[i])); /* a list cut short is still true */
	return list;
}

static json_t *
zone_names(struct api_req *rq)
{
	struct dns_list *l = list_new(rq);
	const struct dns_list_zone *z;
	json_t *list = json_array();
	size_t n = 0, i;

	z = l != NULL ? dns_list_zones(l, &n) : NULL;
	for (i = 0; i < n; i++)
		(void)json_array_append_new(list, json_string(z[i].name)); /* a list cut short is still true */
	dns_list_free(l);
	return list;
}

static bool
is_running(const struct api_live *live)
{
	struct api_listener *v = calloc(API_LISTENERS_MAX, sizeof(*v));
	size_t n = v != NULL ? live->listeners(live->arg, v, API_LISTENERS_MAX) : 0, i;
	bool yes = false;

	for (i = 0; i < n; i++)
		yes = yes || (v[i].open && str_starts(str_of(v[i].protocol), STR("dns")));
	free(v);
	return yes;
}

static json_t *
transports_json(const struct dns_stats *s)
{
	return json_pack("{s:I, s:I, s:I, s:I}", "udp", (json_int_t)s->udp_queries, "tcp", (json_int_t)s->tcp_queries,
	    "dot", (json_int_t)s->tls_queries, "doh", (json_int_t)s->https_queries);
}

static void
status_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct dns_stats s = { 0 };

	live->dns_stats(live->arg, &s);
	api_ok(rq, json_pack("{s:b, s:I, s:o, s:I, s:{s:I, s:I, s:I, s:I, s:I}, s:I, s:o, s:o}", "running", is_running(live),
	    "queries", (json_int_t)dns_stats_queries(&s), "transports", transports_json(&s),
	    "cookies", (json_int_t)s.cookies, "cache", "entries", (json_int_t)s.cache_entries,
	    "bytes", (json_int_t)s.cache_bytes, "hits", (json_int_t)s.cache_hits,
	    "misses", (json_int_t)s.cache_misses, "stale", (json_int_t)s.cache_stale,
	    "blocked", (json_int_t)s.blocked, "upstreams", upstreams_json(live),
	    "zones", zone_names(rq)));
}

json_t *
api_dns_counters(const struct dns_stats *s)
{
	uint64_t answers = 0;
	size_t i;

	for (i = 0; i < DNS_STATS_RCODES; i++)
		answers += s->rcodes[i];
	return json_pack("{s:I, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "queries", (json_int_t)dns_stats_queries(s),
	    "transports", transports_json(s),
	    "answers", (json_int_t)answers, "cache_hits", (json_int_t)s->cache_hits,
	    "cache_misses", (json_int_t)s->cache_misses, "forwarded", (json_int_t)s->forwarded,
	    "refused", (json_int_t)s->refused, "servfail", (json_int_t)s->rcodes[2],
	    "cache_entries", (json_int_t)s->cache_entries);
}

const struct api_route api_dns_routes[] = {
	{ HTTP_GET, "/api/dns/status", AUTH_WHO_ADMIN, 0, status_get, "How the name service is", 0, 200,
	    NULL, NULL, &api_dns_status_shape, NULL },
	{ HTTP_GET, "/api/dns/overview", AUTH_WHO_ADMIN, 0, overview_get, "Which names mean the cell, and to whom",
	    0, 200, NULL, NULL, &api_dns_overview_shape, NULL },
	{ HTTP_GET, "/api/dns/forwards", AUTH_WHO_ADMIN, 0, forwards_get, "Zones that are asked elsewhere",
	    API_REV, 200, NULL, NULL, &api_forwards_shape, "304" },
	{ HTTP_POST, "/api/dns/forwards", AUTH_WHO_ADMIN, KIB(4), forwards_post, "Ask elsewhere for a zone",
	    API_CHANGES, 201, NULL, &api_forward_new_shape, &api_forward_shape, "409 507" },
	{ HTTP_DELETE, "/api/dns/forwards/<zone>", AUTH_WHO_ADMIN, 0, forward_delete,
	    "Ask the usual servers for a zone again", API_CHANGES | API_REV, 200,
	    NULL, NULL, &api_deleted_shape, "404 412 507" },
	{ HTTP_POST, "/api/dns/reload", AUTH_WHO_ADMIN, 0, api_dns_reload_post, "Make the tables anew", 0, 200,
	    NULL, NULL, &api_reloaded_shape, "503" },
	{ HTTP_POST, "/api/dns/cache/flush", AUTH_WHO_ADMIN, KIB(1), api_dns_flush_post, "Forget kept answers",
	    0, 200, NULL, &api_flush_in_shape, &api_flushed_shape, "503" },
	{ HTTP_GET, "/api/dns/query", AUTH_WHO_ADMIN, 0, api_dns_ask_get, "What somebody would be answered", 0, 200,
	    &api_ask_shape, NULL, &api_asked_shape, "503" },
	{ .path = NULL }
};
