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
	if (r < 0)
		api_fail(rq, &e);
	else
		api_job(rq, job);
}

const struct api_route api_diagnosis_routes[] = {
	{ HTTP_GET, "/api/diagnosis", AUTH_WHO_ADMIN, 0, report_get, "What the last run found", 0, 200,
	    NULL, NULL, &api_report_shape, NULL },
	{ HTTP_POST, "/api/diagnosis", AUTH_WHO_ADMIN, 0, run_post, "Look at everything again", 0, 202,
	    NULL, NULL, &api_started_shape, "503" },
	{ .path = NULL }
};
