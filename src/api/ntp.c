/* The time service, shown and hurried. */
#include "api/ntp.h"

#include "api/live.h"
#include "api/ntp_shape.h"
#include "api/request.h"
#include "base/err.h"
#include "ntp/apply.h"
#include "ntp/reference.h"
#include "ntp/report.h"
#include "sys/clk.h"

enum { NS_PER_MS = 1000000, NS_PER_US = 1000 };

static const int64_t NS = 1000000000;

/* What a source is to the others, where it is good; else how it is itself. */
static const char *
state_name(const struct ntp_report *r, const struct ntp_report_source *s)
{
	static const char *const marks[] = {
		[NTP_MARK_FALSE] = "falseticker", [NTP_MARK_TRUE] = "outlier", [NTP_MARK_USED] = "used", [NTP_MARK_PEER] = "peer"
	};

	if (s->state == NTP_SOURCE_GOOD && r->chosen)
		return marks[s->mark];
	return ntp_source_state_name((enum ntp_source_state)s->state);
}

static json_t *
maybe(bool known, int64_t v)
{
	return known ? json_integer((json_int_t)v) : json_null();
}

static json_t *
source_json(const struct ntp_report *r, const struct ntp_report_source *s)
{
	const bool known = s->state == NTP_SOURCE_GOOD;
	char at[ADDR_TEXT_MAX], last[CLK_TEXT_MAX];

	return json_pack("{s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:i, s:o}", "host", s->host,
	    "address", s->at.len == 0 ? json_null() : json_string(addr_text(&s->at, at)), "state", state_name(r, s),
	    "stratum", maybe(s->stratum != 0, s->stratum), "offset_ms", maybe(known, s->offset / NS_PER_MS),
	    "offset_us", maybe(known, s->offset / NS_PER_US), "delay_ms", maybe(known, s->delay / NS_PER_MS),
	    "delay_us", maybe(known, s->delay / NS_PER_US), "reach", s->reach,
	    "last_at", s->heard == 0 ? json_null() : json_string(clk_text(s->heard / NS, last)));
}

static json_t *
sources_json(const struct ntp_report *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->n; i++)
		(void)json_array_append_new(list, source_json(r, &r->sources[i])); /* a list cut short is still true */
	return list;
}

static json_t *
status_json(const struct api_live *live)
{
	static const char *const leaps[] = { "none", "insert", "delete", "unknown" };
	struct api_ntp s;
	const struct ntp_choice *x = &s.report.choice;
	bool known;

	live->ntp_status(live->arg, &s);
	known = s.report.chosen;
	return json_pack("{s:b, s:b, s:i, s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:s, s:b, s:s?, s:I, s:I}", "running", s.running,
	    "synchronised", ntp_reference_synced(&s.reference), "stratum", s.reference.stratum,
	    "source", known ? json_string(s.report.sources[x->peer].host) : json_null(),
	    "offset_ms", maybe(known, x->offset / NS_PER_MS), "offset_us", maybe(known, x->offset / NS_PER_US),
	    "jitter_ms", maybe(known, x->jitter / NS_PER_MS), "jitter_us", maybe(known, x->jitter / NS_PER_US),
	    "leap", leaps[s.reference.leap], "sources", sources_json(&s.report),
	    "clock_control", ntp_control_name(s.control), "time_trusted", s.lacks == NULL, "reason", s.lacks,
	    "clients", (json_int_t)s.stats.clients, "requests", (json_int_t)s.stats.requests);
}

static void
status_get(struct api_req *rq)
{
	api_ok(rq, status_json(&rq->deps->live));
}

static void
on_round(void *arg)
{
	status_get(arg);
}

static void
sync_post(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct err e;

	if (live->ntp_round(live->arg, on_round, rq))
		return;
	err_clear(&e);
	(void)err_set(&e, ERR_UNAVAILABLE, "the time service is not running"); /* answered */
	api_fail(rq, &e);
}

const struct api_route api_ntp_routes[] = {
	{ HTTP_GET, "/api/ntp/status", AUTH_WHO_ADMIN, 0, status_get, "How the time service is", 0, 200,
	    NULL, NULL, &api_ntp_status_shape, NULL },
	{ HTTP_POST, "/api/ntp/sync", AUTH_WHO_ADMIN, 0, sync_post, "Ask all sources now", 0, 200,
	    NULL, NULL, &api_ntp_status_shape, "503" },
	{ .path = NULL }
};
