/* The cell as a whole: state, events, jobs, its own description. */
#include "api/system.h"

#include <stdlib.h>

#include "api/events.h"
#include "api/feed.h"
#include "api/openapi.h"
#include "api/request.h"
#include "api/system_shape.h"
#include "auth/time.h"
#include "jobs/jobs.h"

/* --- parts ------------------------------------------------------------------------ */

struct parts {
	size_t n;
	struct api_part v[API_PARTS_MAX];
};

static struct parts *
parts_read(const struct api_req *rq)
{
	struct parts *p = calloc(1, sizeof(*p));

	if (p != NULL)
		p->n = rq->deps->live.parts(rq->deps->live.arg, p->v, API_PARTS_MAX);
	return p;
}

static void
health_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct parts *p = parts_read(rq);
	bool degraded = false;
	size_t i;

	if (p == NULL || !live->ready(live->arg)) {
		free(p);
		api_refuse(rq, 503, "unavailable", "starting or stopping");
		return;
	}
	for (i = 0; i < p->n; i++)
		degraded = degraded || !p->v[i].running;
	free(p);
	api_ok(rq, json_pack("{s:s, s:o, s:s}", "status", degraded ? "degraded" : "healthy",
	    "timestamp", api_time_json(rq->now), "version", live->version));
}

static json_t *
brief_json(const struct parts *p)
{
	json_t *out = json_object();
	size_t i;

	for (i = 0; i < p->n; i++)
		(void)json_object_set_new(out, p->v[i].name, json_pack("{s:b, s:s}", "running", p->v[i].running,
		    "status", p->v[i].state)); /* a lost row shows */
	return out;
}

static void
status_get(struct api_req *rq)
{
	const struct conf_identity *id = &rq->conf->identity;
	const struct api_live *live = &rq->deps->live;
	struct parts *p = parts_read(rq);
	struct api_vpn vpn;

	if (p == NULL) {
		api_no_memory(rq);
		return;
	}
	live->vpn(live->arg, &vpn);
	api_ok(rq, json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:b, s:I, s:I, s:o, s:n, s:o}", "cell_name", id->cell_name,
	    "domain", id->domain, "effective_domain", id->domain_name,
	    "domain_mode", conf_mode_name(id->domain_mode), "version", live->version,
	    "uptime", (json_int_t)(rq->now - live->started_at), "generation", (json_int_t)rq->conf->generation,
	    "time_trusted", rq->deps->auth.time->trusted, "peers_count", (json_int_t)rq->conf->npeers, "peers_online",
	    (json_int_t)vpn.online, "services", brief_json(p), "lease",
	    "timestamp", api_time_json(rq->now)));
	free(p);
}

static void
services_get(struct api_req *rq)
{
	struct parts *p = parts_read(rq);
	json_t *out = json_object();
	size_t i;

	for (i = 0; p != NULL && i < p->n; i++)
		(void)json_object_set_new(out, p->v[i].name, json_pack("{s:b, s:s, s:o, s:o}",
		    "running", p->v[i].running, "status", p->v[i].state,
		    "detail", api_text_or_null(p->v[i].detail), "since", api_time_json(p->v[i].since))); /* a lost row shows */
	free(p);
	api_ok(rq, out);
}

/* --- events ------------------------------------------------------------------------ */

static void
events_get(struct api_req *rq)
{
	struct str last = api_header_get(rq, "Last-Event-ID");
	uint32_t filter;
	struct err e = { 0 };

	err_clear(&e);
	if (!api_event_filter(api_str(rq->query, "types"), auth_caller_is_admin(&rq->caller), &filter)) {
		(void)err_field(&e, ERR_VALIDATION, "types", "names an unknown event"); /* answered */
		api_fail(rq, &e);
	} else if (http_req_head(rq->http)->method == HTTP_HEAD) {
		api_reply_bytes(rq, 200, "text/event-stream", STR(""));
	} else if (api_feed_open(rq->api->feed, rq, filter, last, &e) < 0) {
		api_fail(rq, &e);
	}
}

static void
openapi_get(struct api_req *rq)
{
	struct api *a = rq->api;

	if (a->openapi == NULL)
		a->openapi = api_openapi_text(&a->openapi_len);
	if (a->openapi == NULL)
		api_no_memory(rq);
	else
		api_reply_bytes(rq, 200, "application/json", (struct str){ a->openapi, a->openapi_len });
}

/* --- jobs ---------------------------------------------------------------------------- */

static void
jobs_list_get(struct api_req *rq)
{
	api_ok(rq, jobs_list(rq->deps->jobs, api_text(rq->query, "state"), api_text(rq->query, "kind")));
}

static void
job_get(struct api_req *rq)
{
	json_t *job = jobs_get(rq->deps->jobs, api_param(rq, "id"));

	if (job != NULL)
		api_ok(rq, job);
	else
		api_refuse(rq, 404, "not-found", "there is no such job");
}

static void
job_delete(struct api_req *rq)
{
	struct err e = { 0 };

	if (jobs_cancel(rq->deps->jobs, api_param(rq, "id"), &e) < 0)
		api_fail(rq, &e);
	else
		job_get(rq);
}

const struct api_route api_system_routes[] = {
	{ HTTP_GET, "/health", AUTH_WHO_PUBLIC, 0, health_get, "Is the cell well", 0, 200,
	    NULL, NULL, &api_health_shape, "503" },
	{ HTTP_GET, "/api/status", AUTH_WHO_ADMIN, 0, status_get, "The cell at a glance", 0, 200,
	    NULL, NULL, &api_status_shape, NULL },
	{ HTTP_GET, "/api/services/status", AUTH_WHO_ADMIN, 0, services_get, "Every part and how it is", 0, 200,
	    NULL, NULL, &api_services_shape, NULL },
	{ HTTP_GET, "/api/events", AUTH_WHO_USER, 0, events_get, "What happens, as it happens", API_STREAM, 200,
	    &api_events_query_shape, NULL, NULL, "503" },
	{ HTTP_GET, "/api/openapi.json", AUTH_WHO_USER, 0, openapi_get, "This document", 0, 200,
	    NULL, NULL, &api_openapi_shape, NULL },
	{ HTTP_GET, "/api/jobs", AUTH_WHO_ADMIN, 0, jobs_list_get, "Long work, newest first", 0, 200,
	    &api_jobs_query_shape, NULL, &api_jobs_shape, NULL },
	{ HTTP_GET, "/api/jobs/<id>", AUTH_WHO_ADMIN, 0, job_get, "One piece of long work", 0, 200,
	    NULL, NULL, &api_job_shape, "404" },
	{ HTTP_DELETE, "/api/jobs/<id>", AUTH_WHO_ADMIN, 0, job_delete, "Stop it", 0, 200,
	    NULL, NULL, &api_job_shape, "404 409" },
	{ .path = NULL }
};
