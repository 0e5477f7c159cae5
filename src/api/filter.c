/* Allow, deny, and "would this name be blocked"; see filter.h. */
#include "api/filter.h"

#include <string.h>

#include "api/change.h"
#include "api/filter_shape.h"
#include "api/request.h"
#include "conf/check.h"
#include "conf/patch.h"
#include "conf/public.h"
#include "conf/txn.h"
#include "dns/list.h"
#include "dns/name.h"

/* --- rules ------------------------------------------------------------------------ */

static json_t *
rules_json(const json_t *doc)
{
	const json_t *b = json_object_get(doc, "blocklists");

	return json_pack("{s:O, s:O, s:O}", "allow", json_object_get(b, "allow"), "deny", json_object_get(b, "deny"),
	    "response", json_object_get(b, "response"));
}

static void
rules_get(struct api_req *rq)
{
	if (!api_unchanged(rq, 'r', rq->conf->blocklists.rev))
		api_ok(rq, rules_json(rq->conf->doc));
}

static int
rules_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	uint64_t rev = api_rev(json_object_get(draft, "blocklists"));

	if (api_precondition(rq, 'r', rev, e) < 0)
		return err_errno(ERR_PRECONDITION);
	return conf_patch_section(draft, "blocklists", rq->body, e);
}

static void
rules_changed(struct api_req *rq, const struct conf_result *r)
{
	api_header(rq, "ETag", "\"r%llu\"", (unsigned long long)r->conf->blocklists.rev);
	api_ok(rq, rules_json(r->conf->doc));
}

static void
rules_put(struct api_req *rq)
{
	const struct api_change c = { .summary = "blocklist.rules", .edit = rules_edit, .done = rules_changed };

	api_change(rq, &c);
}

/* --- check ------------------------------------------------------------------------ */

bool
api_peer_read(const struct api_req *rq, const char *param, struct api_dns_ask *q, struct err *e)
{
	const char *name = api_text(rq->query, param);
	const struct conf_peer *p = name == NULL ? NULL : conf_peer_find(rq->conf, name);

	if (name == NULL)
		return true;
	if (p == NULL || !p->enabled) {
		(void)err_field(e, ERR_VALIDATION, param, p == NULL ? "must be the name of a peer" :
		    "this peer is disabled: it gets no answer"); /* the result tells */
		return false;
	}
	q->zone = CONF_ZONE_VPN;
	q->peer = p->ip;
	q->number = (uint32_t)(p - rq->conf->peers) + 1;
	return true;
}

/* What is never blocked because of where it lies: a name of ours, or of a domain that is asked elsewhere. */
static const char *
exempt(const struct api_req *rq, struct str name)
{
	const struct conf_dns *d = &rq->conf->dns;
	struct dns_list *l = dns_list_new(rq->conf, rq->deps->live.dns_host(rq->deps->live.arg));
	const struct dns_list_zone *z;
	const char *found = NULL;
	size_t n = 0, i;

	for (i = 0; i < d->nforwards; i++)
		if (conf_is_below(name, str_of(d->forwards[i].zone)))
			found = d->forwards[i].zone;
	z = l != NULL ? dns_list_zones(l, &n) : NULL;
	for (i = 0; i < n; i++)
		if (conf_is_below(name, str_of(z[i].name)) && (found == NULL || strlen(found) < strlen(z[i].name)))
			found = arena_printf(rq->arena, "%s", z[i].name);
	dns_list_free(l);
	return found;
}

/* The entry of allow that covers name. */
static const char *
allowed_by(const struct api_req *rq, struct str name)
{
	const struct conf_texts *t = &rq->conf->blocklists.allow;
	size_t i;

	for (i = 0; i < t->n; i++)
		if (conf_is_below(name, str_of(t->v[i])))
			return t->v[i];
	return NULL;
}

static json_t *
verdict_json(const struct api_req *rq, struct str name, const struct api_filtered *f)
{
	static const char *const words[] = { NULL, NULL, "deny", "list" };
	const char *why = exempt(rq, name);

	if (why == NULL)
		why = allowed_by(rq, name);
	if (why != NULL)
		return json_pack("{s:b, s:n, s:n, s:s}", "blocked", false, "by", "list_id", "allowed_by", why);
	return json_pack("{s:b, s:o, s:o, s:n}", "blocked", f->by == DNS_FILTER_DENY || f->by == DNS_FILTER_LIST,
	    "by", api_text_or_null(words[f->by]),
	    "list_id", api_text_or_null(f->by == DNS_FILTER_LIST ? f->list : NULL), "allowed_by");
}

static void
check_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	uint8_t wire[DNS_NAME_MAX];
	char text[DNS_NAME_TEXT_MAX];
	struct api_dns_ask q = { .zone = CONF_ZONE_LOCAL, .name = wire };
	struct api_filtered f;
	struct err e = { 0 };
	size_t n = 0;

	if (!dns_name_read(api_str(rq->query, "name"), NULL, 0, wire, &n))
		(void)err_field(&e, ERR_VALIDATION, "name", "must be a domain name"); /* e.kind tells */
	if (!api_peer_read(rq, "peer", &q, &e) || e.kind != ERR_NONE) {
		api_fail(rq, &e);
		return;
	}
	q.namelen = (uint8_t)n;
	live->dns_filter(live->arg, &q, &f);
	api_ok(rq, verdict_json(rq, str_of(dns_name_text(wire, n, text)), &f));
}

const struct api_route api_filter_routes[] = {
	{ HTTP_GET, "/api/blocklists/rules", AUTH_WHO_ADMIN, 0, rules_get, "Names always or never blocked", API_REV, 200,
	    NULL, NULL, &api_filter_rules_shape, "304" },
	{ HTTP_PUT, "/api/blocklists/rules", AUTH_WHO_ADMIN, KIB(1024), rules_put, "Change them", API_CHANGES | API_REV,
	    200, NULL, &api_filter_rules_in_shape, &api_filter_rules_shape, "412 507" },
	{ HTTP_GET, "/api/blocklists/check", AUTH_WHO_ADMIN, 0, check_get, "Would this name be blocked?", 0, 200,
	    &api_filter_query_shape, NULL, &api_filter_verdict_shape, NULL },
	{ .path = NULL }
};
