/* Certificates that are served; see cert.h. */
#include "api/cert.h"

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
state_of(const json_t *served, json_int_t days)
{
	if (days < 0)
		return "expired";
	if (api_bool(served, "provisional", false))
		return "pending";
	return days < EXPIRING_DAYS ? "expiring" : "internal";
}

/* What the certificate and the status of it have in common. New reference, or NULL. */
static json_t *
common(struct api_req *rq, const json_t *served)
{
	const struct api_live *live = &rq->deps->live;
	json_int_t days = api_cert_days(rq, api_text(served, "not_after"));
	json_t *ca = live->ca(live->arg), *o;

	o = json_pack("{s:O, s:s, s:o, s:I, s:s, s:o, s:n}", "names", json_object_get(served, "names"), "source", "internal",
	    "issuer", api_text_or_null(api_bool(served, "provisional", false) ? NULL :
	    api_text(json_object_get(ca, "intermediate"), "subject")), "days_remaining", days, "status", state_of(served, days),
	    "next_renewal_at", api_time_json(api_int(served, "due", 0)), "last_error");
	json_decref(ca);
	return o;
}

static void
certs_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	json_t *served = live->cert_served(live->arg), *o = NULL, *more;

	if (served == NULL) {
		api_ok(rq, json_array());
		return;
	}
	more = json_pack("{s:O, s:O, s:O, s:[s, s, s]}", "id", json_object_get(served, "id"), "not_before",
	    json_object_get(served, "not_before"), "not_after", json_object_get(served, "not_after"), "used_by",
	    "web", "dns-over-tls", "dns-over-https");
	o = common(rq, served);
	if (o != NULL && json_object_update(o, more) == 0)
		o = json_pack("[o]", o);
	json_decref(more);
	json_decref(served);
	api_ok(rq, o);
}

static void
status_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	json_t *served = live->cert_served(live->arg), *o, *more;

	if (served == NULL) {
		api_refuse(rq, 503, "unavailable", "there is no certificate yet");
		return;
	}
	more = json_pack("{s:s, s:O, s:b}", "domain", rq->conf->identity.domain_name,
	    "expiry", json_object_get(served, "not_after"),
	    "waiting_for_time", rq->conf->setup_complete && api_bool(served, "provisional", false));
	o = common(rq, served);
	if (o != NULL && json_object_update(o, more) < 0) {
		json_decref(o);
		o = NULL;
	}
	json_decref(more);
	json_decref(served);
	api_ok(rq, o);
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

static void
renew_post(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	const char *id = api_text(rq->body, "id");
	json_t *served = live->cert_served(live->arg);
	struct err e = { 0 };
	int error = 0;

	if (id != NULL && (served == NULL || strcmp(id, api_text(served, "id")) != 0))
		error = err_set(&e, ERR_NOT_FOUND, "no certificate %.64s is served", id);
	json_decref(served);
	if (error == 0)
		error = live->cert_renew(live->arg, id == NULL, &e);
	if (error < 0)
		api_fail(rq, &e);
	else
		api_cert_serve(rq, renewed);
}

#define STATUS(path) { HTTP_GET, path, AUTH_WHO_ADMIN, 0, status_get, "The main certificate", 0, 200, \
	NULL, NULL, &api_cert_status_shape, "503" }
#define RENEW(path) { HTTP_POST, path, AUTH_WHO_ADMIN, KIB(1), renew_post, "Renew it now", 0, 202, \
	NULL, &api_cert_renew_shape, &api_started_shape, "404 409 503 507" }

const struct api_route api_cert_routes[] = {
	{ HTTP_GET, "/api/certificates", AUTH_WHO_ADMIN, 0, certs_get, "What the edges serve", 0, 200,
	    NULL, NULL, &api_certs_shape, NULL },
	STATUS("/api/certificates/status"), STATUS("/api/caddy/cert-status"),
	RENEW("/api/certificates/renew"), RENEW("/api/caddy/cert-renew"),
	{ .path = NULL }
};
