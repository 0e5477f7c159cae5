#include "api/routing.h"

#include "api/account.h"
#include "api/change.h"
#include "api/live.h"
#include "api/request.h"
#include "api/routing_shape.h"
#include "api/row.h"
#include "conf/public.h"

static json_t *
static_json(const struct api_req *rq, const json_t *row)
{
	(void)rq;	/* nothing is known but what is stored */
	return conf_public(row);
}

static const struct api_rows statics = { .section = "routing", .array = "static_routes", .key = "id",
	.path = "/api/routing/static", .noun = "routing.static", .none = "there is no such route", .show = static_json };

static void
statics_get(struct api_req *rq)
{
	api_rows_get(rq, &statics);
}

static void
statics_post(struct api_req *rq)
{
	api_row_post(rq, &statics, api_text(rq->body, "destination"), api_row_post_edit);
}

static void
static_delete(struct api_req *rq)
{
	api_row_delete(rq, &statics);
}

static json_t *
prefixes_json(const struct conf_prefixes *p)
{
	json_t *list = json_array();
	char text[ADDR_TEXT_MAX];
	size_t i;

	for (i = 0; i < p->n; i++)
		(void)json_array_append_new(list, json_string(addr_prefix_text(&p->v[i], text))); /* a lost one shows */
	return list;
}

static json_t *
peer_route_json(const struct conf_peer *p)
{
	char text[ADDR_TEXT_MAX];

	return json_pack("{s:s, s:s, s:o, s:s, s:n, s:s}", "peer", p->name, "ip", addr_text(&p->ip, text),
	    "subnets", prefixes_json(&p->subnets), "exit_via", p->exit_via, "table",
	    "effective", p->enabled && p->internet_access ? "direct" : "blocked");
}

static void
peer_routes_get(struct api_req *rq)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < rq->conf->npeers; i++)
		if (json_array_append_new(list, peer_route_json(&rq->conf->peers[i])) < 0) {
			json_decref(list);
			list = NULL;
			break;
		}
	api_ok(rq, list);
}

/* --- the host ------------------------------------------------------------------------------- */

static void
status_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;

	api_ok(rq, live->routing(live->arg));
}

static void
routes_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;

	api_ok(rq, live->routes(live->arg, api_int(rq->query, "table", -1)));
}

const struct api_route api_routing_routes[] = {
	{ HTTP_GET, "/api/routing/status", AUTH_WHO_ADMIN, 0, status_get, "Whether the host forwards, and how much it has", 0, 200,
	    NULL, NULL, &api_routing_status_shape, NULL },
	{ HTTP_GET, "/api/routing/routes", AUTH_WHO_ADMIN, 0, routes_get, "The host's routes as they are", 0, 200,
	    &api_routing_query_shape, NULL, &api_host_routes_shape, NULL },
	{ HTTP_GET, "/api/routing/static", AUTH_WHO_ADMIN, 0, statics_get, "Routes that the cell keeps for its host", 0, 200,
	    NULL, NULL, &api_static_routes_shape, NULL },
	{ HTTP_POST, "/api/routing/static", AUTH_WHO_ADMIN, KIB(4), statics_post, "Add a route", API_CHANGES, 201,
	    NULL, &api_static_route_new_shape, &api_static_route_shape, "409 507" },
	{ HTTP_DELETE, "/api/routing/static/<id>", AUTH_WHO_ADMIN, 0, static_delete, "Remove a route", API_CHANGES | API_REV, 200,
	    NULL, NULL, &api_deleted_shape, "404 412 507" },
	{ HTTP_GET, "/api/routing/peer-routes", AUTH_WHO_ADMIN, 0, peer_routes_get, "What each device leads to, and its way out",
	    0, 200, NULL, NULL, &api_peer_routes_shape, NULL },
	{ .path = NULL }
};
