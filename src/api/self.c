/* Self-service of peer users. Everything starts at the owner: what is not his does not exist here. */
#include "api/self.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "api/caller.h"
#include "api/peer.h"
#include "api/peer_file.h"
#include "api/peer_shape.h"
#include "api/peer_view.h"
#include "api/reach.h"
#include "api/reach_shape.h"
#include "api/request.h"
#include "api/self_shape.h"
#include "api/state.h"
#include "conf/route.h"
#include "wg/client.h"

static bool
is_own(const struct api_req *rq, const struct conf_peer *p)
{
	return api_caller_is_user(rq, p->owner);
}

/* --- what one sees ---------------------------------------------------------------------------- */

static json_t *
device_json(const struct api_req *rq, const struct wg_client_plan *plan, const struct conf_peer *p)
{
	static const char *const shown[] = { "name", "description", "enabled", "ip", "ip6", "online", "latest_handshake_at",
		"rx_bytes", "tx_bytes", "config_needs_reinstall", "has_private_key", "expires_at" };
	json_t *all = api_peer_view(rq, plan, rq->conf, p), *out = json_object();
	size_t i;

	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		(void)json_object_set(out, shown[i], json_object_get(all, shown[i]));	/* a missing one shows */
	(void)json_object_set(out, "exit", json_object_get(all, "exit_effective"));	/* likewise */
	json_decref(all);
	return out;
}

static json_t *
devices_json(const struct api_req *rq)
{
	struct wg_client_plan *plan = api_peer_plan(rq, rq->conf);
	json_t *list = plan == NULL ? NULL : json_array();
	size_t i;

	for (i = 0; list != NULL && i < rq->conf->npeers; i++)
		if (is_own(rq, &rq->conf->peers[i]))
			(void)json_array_append_new(list, device_json(rq, plan, &rq->conf->peers[i]));	/* a missing one shows */
	wg_client_plan_free(plan);
	return list;
}

static bool
has_word(const struct conf_peer *p, const char *word)
{
	size_t i;

	for (i = 0; i < p->service_access.n; i++)
		if (strcasecmp(p->service_access.v[i], word) == 0)
			return true;
	return false;
}

/* Own devices that may use the route; empty: none. */
static json_t *
users_of(const struct api_req *rq, const char *word)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < rq->conf->npeers; i++)
		if (is_own(rq, &rq->conf->peers[i]) && rq->conf->peers[i].enabled && has_word(&rq->conf->peers[i], word))
			(void)json_array_append_new(list, json_string(rq->conf->peers[i].name));	/* a missing one shows */
	return list;
}

static json_t *
urls_of(const struct api_req *rq, const struct conf_route *r)
{
	const uint16_t port = rq->deps->live.https_port(rq->deps->live.arg);
	char names[CONF_ROUTE_NAMES][CONF_ROUTE_NAME_SIZE], tail[8] = "";
	size_t i, n = conf_route_names(rq->conf, r, names);
	json_t *list = json_array();

	if (port != 443)
		(void)snprintf(tail, sizeof(tail), ":%u", port);	/* five digits fit */
	for (i = 0; i < n; i++)
		(void)json_array_append_new(list, json_sprintf("https://%s%s/", names[i], tail));	/* a missing one shows */
	return list;
}

static json_t *
service_json(const struct api_req *rq, const struct conf_route *r)
{
	const struct api_live *live = &rq->deps->live;
	struct api_proxy_health health;
	char word[80];
	json_t *devices;

	(void)snprintf(word, sizeof(word), "route:%s", r->name);	/* slugs fit */
	devices = users_of(rq, word);
	if (json_array_size(devices) == 0) {
		json_decref(devices);
		return NULL;
	}
	live->proxy_health(live->arg, r->id, &health);
	return json_pack("{s:s, s:s, s:o, s:o, s:s}", "id", word, "name", r->name, "urls", urls_of(rq, r), "devices", devices,
	    "status", health.checked_at != 0 && !health.healthy ? "failed" : "running");
}

static json_t *
services_json(const struct api_req *rq)
{
	json_t *list = json_array(), *one;
	size_t i;

	for (i = 0; i < rq->conf->proxy.nroutes; i++) {
		const struct conf_route *r = &rq->conf->proxy.routes[i];

		one = r->enabled && (r->access & CONF_ZONE_VPN) != 0 ? service_json(rq, r) : NULL;
		if (one != NULL)
			(void)json_array_append_new(list, one);	/* a missing one shows */
	}
	return list;
}

static void
dashboard_get(struct api_req *rq)
{
	api_ok(rq, json_pack("{s:s, s:o, s:o, s:s}", "username", rq->session.username, "devices", devices_json(rq),
	    "services", services_json(rq), "cell_name", rq->conf->identity.cell_name));
}

static void
services_get(struct api_req *rq)
{
	api_ok(rq, services_json(rq));
}

/* --- own devices -------------------------------------------------------------------------------- */

/* His device of that name; somebody else's is as unknown as none. */
static const struct conf_peer *
own_device(struct api_req *rq, const char *name)
{
	const struct conf_peer *p = conf_peer_find(rq->conf, name);

	if (p != NULL && is_own(rq, p))
		return p;
	api_refuse(rq, 404, "not-found", "you have no such device");
	return NULL;
}

/* The only one that he has. NULL: answered. */
static const struct conf_peer *
only_device(struct api_req *rq)
{
	const struct conf_peer *p = NULL;
	struct err e = { 0 };
	size_t i, n = 0;

	for (i = 0; i < rq->conf->npeers; i++)
		if (is_own(rq, &rq->conf->peers[i])) {
			p = &rq->conf->peers[i];
			n++;
		}
	if (n == 1)
		return p;
	if (n == 0) {
		api_refuse(rq, 404, "not-found", "you have no device");
		return NULL;
	}
	(void)err_field(&e, ERR_VALIDATION, "device", "is needed: you have %zu devices", n);	/* answered */
	api_fail(rq, &e);
	return NULL;
}

/* The one that the query names, or his only one. NULL: answered. */
static const struct conf_peer *
asked_device(struct api_req *rq)
{
	const char *name = api_text(rq->query, "device");

	return name != NULL ? own_device(rq, name) : only_device(rq);
}

static void
explain_get(struct api_req *rq)
{
	const struct conf_peer *p = asked_device(rq);

	if (p != NULL)
		api_explain_own(rq, p->name);
}

static void
config_get(struct api_req *rq)
{
	const struct conf_peer *p = asked_device(rq);

	if (p != NULL)
		api_peer_file_answer(rq, p);
}

/* So that nobody pushes what others did out of the history. False: answered. */
static bool
may_change(struct api_req *rq)
{
	return rq->dry_run || api_caller_spend(rq, rq->api->selfs, "too many changes: wait some minutes");
}

static void
rekey_post(struct api_req *rq)
{
	const struct conf_peer *p = own_device(rq, api_param(rq, "name"));

	if (p == NULL)
		return;
	if (!p->enabled)
		api_refuse(rq, 409, "conflict", "the device is off");
	else if (may_change(rq))
		api_peer_rekey(rq, arena_strdup(rq->arena, p->name), api_peer_rekeyed);
}

static void
stats_get(struct api_req *rq)
{
	const struct conf_peer *p = own_device(rq, api_param(rq, "name"));

	if (p != NULL)
		api_peer_stats(rq, p);
}

const struct api_route api_self_routes[] = {
	{ HTTP_GET, "/api/peer/dashboard", AUTH_WHO_PEER, 0, dashboard_get, "Own devices and what they may use", 0, 200,
	    NULL, NULL, &api_self_dashboard_shape, NULL },
	{ HTTP_GET, "/api/peer/services", AUTH_WHO_PEER, 0, services_get, "What own devices may use", 0, 200,
	    NULL, NULL, &api_self_services_shape, NULL },
	{ HTTP_GET, "/api/peer/config", AUTH_WHO_PEER, 0, config_get, "The client file of an own device", 0, 200,
	    &api_self_file_query_shape, NULL, &api_peer_file_shape, "404 409" },
	{ HTTP_GET, "/api/peer/explain", AUTH_WHO_PEER, 0, explain_get, "What one connection of an own device would meet", 0, 200,
	    &api_explain_own_query_shape, NULL, &api_explain_shape, "404" },
	{ HTTP_POST, "/api/peer/devices/<name>/rekey", AUTH_WHO_PEER, KIB(4), rekey_post,
	    "Give an own device new keys; the old ones stop at once", API_CHANGES, 200,
	    NULL, &api_peer_rekey_shape, &api_peer_file_shape, "404 409 503 507" },
	{ HTTP_GET, "/api/peer/devices/<name>/stats", AUTH_WHO_PEER, 0, stats_get, "What an own device moved", 0, 200,
	    &api_peer_stats_query_shape, NULL, &api_peer_stats_shape, "404" },
	{ .path = NULL }
};
