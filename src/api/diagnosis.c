/* The diagnosis: what core sees, and what the job diagnosis.run was told by others. */
#include "api/diagnosis.h"

#include "api/request.h"
#include "api/system_shape.h"
#include "auth/time.h"
#include "diag/check.h"
#include "diag/job_run.h"
#include "jobs/jobs.h"

static void
report_get(struct api_req *rq)
{
	json_t *report = rq->api->report;

	if (report != NULL)
		api_ok(rq, json_incref(report));
	else
		api_ok(rq, json_pack("{s:n, s:[]}", "run_at", "checks"));
}

static bool
is_wanted(const json_t *areas, const json_t *check)
{
	const json_t *area;
	size_t i;

	json_array_foreach(areas, i, area)
		if (json_equal(area, json_object_get(check, "area")))
			return true;
	return areas == NULL;
}

/* Drop the checks that nobody asked for. */
static void
narrow(json_t *report, const json_t *areas)
{
	json_t *checks = json_object_get(report, "checks");
	size_t i;

	for (i = json_array_size(checks); i-- > 0;)
		if (!is_wanted(areas, json_array_get(checks, i)))
			(void)json_array_remove(checks, i); /* it is there */
}

/* A job that failed leaves what core sees by itself. */
static void
on_ran(void *arg, const json_t *result, const struct err *e)
{
	struct api *a = arg;
	json_t *local, *report;

	if (a->stopped)
		return;
	local = a->deps.live.checks(a->deps.live.arg);
	report = diag_report(auth_time_now(a->deps.auth.time), local,
	    e == NULL ? json_object_get(result, "checks") : NULL);
	json_decref(local);
	if (report == NULL)
		return;
	narrow(report, a->areas);
	json_decref(a->report);
	a->report = report;
}

static void
run_post(struct api_req *rq)
{
	json_t *in = diag_job_input(rq->conf), *job = NULL;
	const struct jobs_ask ask = { .kind = "diagnosis.run", .actor = rq->actor, .in = in, .done = on_ran,
		.arg = rq->api };
	struct err e = { 0 };
	int r;

	if (in == NULL) {
		api_no_memory(rq);
		return;
	}
	r = jobs_start(rq->deps->jobs, &ask, &job, &e);
	json_decref(in);
	if (r < 0) {
		api_fail(rq, &e);
		return;
	}
	json_decref(rq->api->areas);
	rq->api->areas = json_incref(json_object_get(rq->body, "areas"));
	api_job(rq, job);
}

const struct api_route api_diagnosis_routes[] = {
	{ HTTP_GET, "/api/diagnosis", AUTH_WHO_ADMIN, 0, report_get, "What the last run found", 0, 200,
	    NULL, NULL, &api_report_shape, NULL },
	{ HTTP_POST, "/api/diagnosis", AUTH_WHO_ADMIN, KIB(1), run_post, "Look at everything again", 0, 202,
	    NULL, &api_areas_shape, &api_started_shape, "503" },
	{ .path = NULL }
};
