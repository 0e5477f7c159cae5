/* Certificates that are served; see cert.h. */
#include "api/cert.h"

#include <stdlib.h>
#include <string.h>

#include "api/cert_shape.h"
#include "api/live.h"
#include "api/request.h"
#include "api/system_shape.h"
#include "jobs/jobs.h"
#include "sys/clk.h"

enum { DAY_S = 86400, EXPIRING_DAYS = 14 };

json_int_t
api_cert_days(const struct api_req *rq, const char *not_after)
{
	int64_t until = 0;

	(void)clk_read(not_after == NULL ? "" : not_after, &until);	/* our own text */
	return (until - rq->now) / DAY_S - (until < rq->now);
}

/* --- looking ----------------------------------------------------------------------- */

static const char *
status_of(const json_t *row, json_int_t days)
{
	const char *state = api_text(row, "state");

	if (strcmp(state, "pending") == 0 || strcmp(state, "failed") == 0)
		return state;
	if (days < 0)
		return "expired";
	if (strcmp(state, "provisional") == 0)
		return "pending";
	if (days < EXPIRING_DAYS)
		return "expiring";
	return strcmp(api_text(row, "source"), "internal") == 0 ? "internal" : "valid";
}

/* What is told of a row of live->certs, which is taken. NULL when out of memory. */
static json_t *
dress(const struct api_req *rq, json_t *row)
{
	const char *until = api_text(row, "not_after");
	const json_int_t days = until == NULL ? 0 : api_cert_days(rq, until);
	const int64_t due = api_int(row, "due", 0);
	int failed;

	failed = json_object_set_new(row, "days_remaining", until == NULL ? json_null() : json_integer(days));
	failed |= json_object_set_new(row, "status", json_string(status_of(row, days)));
	failed |= json_object_set_new(row, "next_renewal_at", api_time_json(due));
	(void)json_object_del(row, "due");	/* it was there */
	(void)json_object_del(row, "state");	/* the same */
	if (failed == 0)
		return row;
	json_decref(row);
	return NULL;
}

/* What ends first stands first, what is not there yet before that. */
static int
compare(const void *a, const void *b)
{
	const char *x = api_text(*(json_t *const *)a, "not_after"), *y = api_text(*(json_t *const *)b, "not_after");

	if (x == NULL || y == NULL)
		return (x != NULL) - (y != NULL);
	return strcmp(x, y);
}

/* Takes list. */
static json_t *
sorted(struct api_req *rq, json_t *list)
{
	const size_t n = json_array_size(list);
	json_t **rows = arena_alloc(rq->arena, (n + 1) * sizeof(*rows)), *out = json_array();
	size_t i;

	for (i = 0; rows != NULL && i < n; i++)
		rows[i] = json_array_get(list, i);
	if (rows != NULL)
		qsort(rows, n, sizeof(*rows), compare);
	for (i = 0; rows != NULL && i < n; i++)
		(void)json_array_append_new(out, dress(rq, json_incref(rows[i])));	/* out of memory: the shape is refused */
	json_decref(list);
	return out;
}

static void
certs_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;

	api_ok(rq, sorted(rq, live->certs(live->arg)));
}

json_t *
api_cert_row(struct api_req *rq, const char *id)
{
	const struct api_live *live = &rq->deps->live;
	json_t *list = live->certs(live->arg), *one, *found = NULL;
	size_t i;

	json_array_foreach(list, i, one)
		if (found == NULL && strcmp(api_text(one, "id"), id) == 0)
			found = dress(rq, json_incref(one));
	json_decref(list);
	return found;
}

static void
status_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	json_t *row = live->cert_main(live->arg);

	row = row == NULL ? NULL : dress(rq, row);
	if (row == NULL) {
		api_refuse(rq, 503, "unavailable", "there is no certificate yet");
		return;
	}
	/* out of memory: the shape is refused */
	(void)json_object_set_new(row, "domain", json_string(rq->conf->identity.domain_name));
	(void)json_object_set(row, "expiry", json_object_get(row, "not_after"));
	(void)json_object_del(row, "not_after");
	(void)json_object_del(row, "not_before");
	(void)json_object_del(row, "used_by");
	(void)json_object_del(row, "id");
	api_ok(rq, row);
}

/* --- serving what was changed ------------------------------------------------------------ */

struct serve {
	struct api_req *rq;
	void (*finish)(struct api_req *rq);
};

static void
on_served(void *arg, const struct err *e)
{
	struct serve *s = arg;

	if (e != NULL)
		api_fail(s->rq, e);
	else
		s->finish(s->rq);
}

void
api_cert_serve(struct api_req *rq, void (*finish)(struct api_req *rq))
{
	const struct api_live *live = &rq->deps->live;
	struct serve *s = arena_alloc(rq->arena, sizeof(*s));

	if (s == NULL) {
		api_no_memory(rq);
		return;
	}
	*s = (struct serve){ rq, finish };
	if (!live->dns_reload(live->arg, on_served, s))
		api_refuse(rq, 503, "unavailable",
		    "it is stored, but the edges do not have it yet: POST /api/dns/reload tries again");
}

/* --- renewing ---------------------------------------------------------------------------- */

static void
renewed(struct api_req *rq)
{
	const struct jobs_ask a = { .kind = "cert.renew", .object = "cell", .actor = rq->actor };

	api_job(rq, jobs_note(rq->deps->jobs, &a, NULL));
}

/* Nothing is asked of an authority with a wrong clock (TIM-1). */
static void
refuse_renewal(struct api_req *rq, const struct err *e)
{
	if (e->kind == ERR_UNAVAILABLE)
		api_fail_with(rq, e, "time-untrusted", NULL);
	else
		api_fail(rq, e);
}

static void
renew_post(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	const struct api_cert_renew ask = { api_text(rq->body, "id"), api_bool(rq->body, "staging", false), rq->actor };
	json_t *job = NULL;
	struct err e;

	err_clear(&e);
	if (live->cert_renew(live->arg, &ask, &job, &e) < 0)
		refuse_renewal(rq, &e);
	else if (job != NULL)
		api_job(rq, job);
	else
		api_cert_serve(rq, renewed);
}

#define STATUS(path) { HTTP_GET, path, AUTH_WHO_ADMIN, 0, status_get, "The main certificate", 0, 200, \
	NULL, NULL, &api_cert_status_shape, "503" }
#define RENEW(path) { HTTP_POST, path, AUTH_WHO_ADMIN, KIB(1), renew_post, "Renew it now", 0, 202, \
	NULL, &api_cert_renew_shape, &api_started_shape, "404 409 429 503 507" }

const struct api_route api_cert_routes[] = {
	{ HTTP_GET, "/api/certificates", AUTH_WHO_ADMIN, 0, certs_get, "What the edges serve and what is wanted, what ends first at the top", 0, 200,
	    NULL, NULL, &api_certs_shape, NULL },
	STATUS("/api/certificates/status"), STATUS("/api/caddy/cert-status"),
	RENEW("/api/certificates/renew"), RENEW("/api/caddy/cert-renew"),
	{ .path = NULL }
};
