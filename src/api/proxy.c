/* Proxy routes: rows of the configuration, and what is known of their targets. */
#include "api/proxy.h"

#include <string.h>

#include "api/account.h"
#include "api/change.h"
#include "api/proxy_shape.h"
#include "api/request.h"
#include "api/row.h"
#include "conf/public.h"
#include "conf/route.h"

/* --- reading ------------------------------------------------------------------------ */

/* host and path of a row; the domains do not change with a route. */
static json_t *
url_json(const struct api_req *rq, const json_t *row)
{
	const struct conf_route r = { .host = api_text(row, "host"), .path = api_text(row, "path") };
	const char *slash = strcmp(r.path, "/") == 0 ? "" : "/";
	const uint16_t port = rq->deps->live.https_port(rq->deps->live.arg);
	char names[CONF_ROUTE_NAMES][CONF_ROUTE_NAME_SIZE];

	if (conf_route_names(rq->conf, &r, names) == 0)
		return json_null();
	return port == 443 ? json_sprintf("https://%s%s%s", names[0], r.path, slash) :
	    json_sprintf("https://%s:%u%s%s", names[0], port, r.path, slash);
}

static json_t *
healthy_json(const struct api_proxy_health *h)
{
	return h->checked_at == 0 ? json_null() : json_boolean(h->healthy);
}

static json_t *
route_json(const struct api_req *rq, const json_t *row)
{
	const struct api_live *live = &rq->deps->live;
	json_t *out = conf_public(row), *more;
	struct api_proxy_health h;

	live->proxy_health(live->arg, api_text(row, "id"), &h);
	more = json_pack("{s:o, s:o, s:o, s:o}", "healthy", healthy_json(&h), "checked_at", api_time_json(h.checked_at),
	    "last_error", api_text_or_null(h.error[0] == '\0' ? NULL : h.error), "url", url_json(rq, row));
	if (out == NULL || more == NULL || json_object_update(out, more) < 0) {
		json_decref(out);
		out = NULL;
	}
	json_decref(more);
	return out;
}

static const struct api_rows routes = { .section = "proxy", .array = "routes", .key = "id", .path = "/api/proxy/routes",
	.noun = "proxy.route", .none = "there is no such route", .show = route_json };

/* --- rows ------------------------------------------------------------------------------ */

static void
routes_get(struct api_req *rq)
{
	api_rows_get(rq, &routes);
}

static void
routes_post(struct api_req *rq)
{
	api_row_post(rq, &routes, api_text(rq->body, "name"), api_row_post_edit);
}

static void
route_put(struct api_req *rq)
{
	api_row_put(rq, &routes);
}

static void
route_delete(struct api_req *rq)
{
	api_row_delete(rq, &routes);
}

/* --- trying one, and all of it ------------------------------------------------------------- */

static void
unavailable(struct api_req *rq)
{
	struct err e = { 0 };

	(void)err_set(&e, ERR_UNAVAILABLE, "no edge could try it");	/* answered */
	api_fail(rq, &e);
}

static void
on_tested(void *arg, const json_t *result)
{
	if (result == NULL)
		unavailable(arg);
	else
		api_ok(arg, json_deep_copy(result));
}

/* NULL: there is none. */
static const struct conf_route *
route_find(const struct conf *c, const char *id)
{
	size_t i;

	for (i = 0; i < c->proxy.nroutes; i++)
		if (strcmp(c->proxy.routes[i].id, id) == 0)
			return &c->proxy.routes[i];
	return NULL;
}

static void
route_test(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	const struct conf_route *r = route_find(rq->conf, api_param(rq, "id"));
	struct err e = { 0 };

	if (r == NULL) {
		(void)err_set(&e, ERR_NOT_FOUND, "%s", routes.none);	/* answered */
		api_fail(rq, &e);
	} else if (!live->proxy_test(live->arg, r, on_tested, rq)) {
		unavailable(rq);
	}
}

static int
append_site(json_t *list, const char *host, const char *kind, const struct conf_route *r, json_t *healthy, unsigned access)
{
	return json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o, s:o}", "host", host,
	    "path", r == NULL ? "/" : r->path, "kind", kind, "access", api_zones_json(access), "healthy", healthy));
}

/* NULL when out of memory. */
static json_t *
sites_json(const struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	const struct conf *c = rq->conf;
	char names[CONF_ROUTE_NAMES][CONF_ROUTE_NAME_SIZE];
	json_t *list = json_array();
	struct api_proxy_health h;
	size_t i;
	int failed = append_site(list, c->identity.domain_name, "ui", NULL, json_true(), c->admin_access.zones);

	for (i = 0; i < c->proxy.nroutes && failed == 0; i++) {
		const struct conf_route *r = &c->proxy.routes[i];

		if (!r->enabled || conf_route_names(c, r, names) == 0)
			continue;
		live->proxy_health(live->arg, r->id, &h);
		failed = append_site(list, names[0], "route", r, healthy_json(&h), r->access);
	}
	if (failed == 0)
		return list;
	json_decref(list);
	return NULL;
}

static void
status_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct api_proxy_stats s;

	live->proxy_stats(live->arg, &s);
	api_ok(rq, json_pack("{s:I, s:I, s:o, s:I}", "connections", (json_int_t)s.connections,
	    "requests", (json_int_t)s.requests, "routes", sites_json(rq), "tls_errors", (json_int_t)s.tls_errors));
}

const struct api_route api_proxy_routes[] = {
	{ HTTP_GET, "/api/proxy/routes", AUTH_WHO_ADMIN, 0, routes_get, "Host names that lead to web servers in the network",
	    0, 200, NULL, NULL, &api_proxy_routes_shape, NULL },
	{ HTTP_POST, "/api/proxy/routes", AUTH_WHO_ADMIN, KIB(16), routes_post, "Give a web server in the network a name",
	    API_CHANGES, 201, NULL, &api_proxy_route_new_shape, &api_proxy_route_shape, "409 507" },
	{ HTTP_PUT, "/api/proxy/routes/<id>", AUTH_WHO_ADMIN, KIB(16), route_put, "Change a route",
	    API_CHANGES | API_REV, 200, NULL, &api_proxy_route_in_shape, &api_proxy_route_shape, "404 409 412 507" },
	{ HTTP_DELETE, "/api/proxy/routes/<id>", AUTH_WHO_ADMIN, 0, route_delete, "Its name leads nowhere any more",
	    API_CHANGES | API_REV, 200, NULL, NULL, &api_deleted_shape, "404 412 507" },
	{ HTTP_POST, "/api/proxy/routes/<id>/test", AUTH_WHO_ADMIN, 0, route_test,
	    "Ask its target now, from an edge, as a visitor would be served", 0, 200, NULL, NULL, &api_proxy_test_shape, "404" },
	{ HTTP_GET, "/api/proxy/status", AUTH_WHO_ADMIN, 0, status_get, "What is served to browsers, and how it is", 0, 200,
	    NULL, NULL, &api_proxy_status_shape, NULL },
	{ .path = NULL }
};
