/* The firewall as it is; see firewall_live.h. */
#include "api/firewall_live.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/firewall_live_shape.h"
#include "api/live.h"
#include "api/request.h"
#include "base/err.h"
#include "sys/clk.h"

enum { LIMIT = 100, SEQ_TEXT = 24, PROTO_TEXT = 12 };

static const char *
time_or_null(int64_t at, char buf[CLK_TEXT_MAX])
{
	return at == 0 ? NULL : clk_text(at, buf);
}

static const char *
text_or_null(const char *s)
{
	return s[0] == '\0' ? NULL : s;
}

static void
status_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	char committed[CLK_TEXT_MAX], drift[CLK_TEXT_MAX];
	struct api_firewall f;

	live->firewall(live->arg, &f);
	api_ok(rq, json_pack("{s:s, s:s, s:I, s:I, s:b, s:s?, s:s?, s:s?, s:s?, s:I}", "backend", f.enforced ? "nftables" : "none",
	    "table", "pic", "rules", (json_int_t)f.rules, "sets", (json_int_t)f.sets, "drift", f.drift,
	    "fault", text_or_null(f.fault), "last_commit_at", time_or_null(f.committed_at, committed),
	    "last_drift_at", time_or_null(f.drift_at, drift), "last_drift",
	    text_or_null(f.repaired), "drops", (json_int_t)f.drops));
}

static void
ruleset_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	char *text = NULL;
	struct err e = { 0 };

	if (live->firewall_text(live->arg, (uint64_t)api_int(rq->query, "generation", 0), &text, &e) < 0)
		api_fail(rq, &e);
	else
		api_ok(rq, json_pack("{s:s}", "text", text));
	free(text);
}

/* --- drops ------------------------------------------------------------------------------ */

static const char *
proto_text(uint8_t proto, char buf[PROTO_TEXT])
{
	switch (proto) {
	case 1:
		return "icmp";
	case 6:
		return "tcp";
	case 17:
		return "udp";
	case 58:
		return "ipv6-icmp";
	default:
		(void)snprintf(buf, PROTO_TEXT, "%u", proto);	/* fits */
		return buf;
	}
}

static json_t *
drop_json(const struct api_drop *d)
{
	char at[CLK_TEXT_MAX], from[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX], proto[PROTO_TEXT];

	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:s?, s:s?, s:s?, s:s?, s:s?}", "ts", clk_text(d->at_ms / 1000, at),
	    "from", addr_text(&d->from, from), "to", addr_text(&d->to, to), "proto", proto_text(d->proto, proto),
	    "port", d->port == 0 ? json_null() : json_integer(d->port), "interface_in", text_or_null(d->in),
	    "interface_out", text_or_null(d->out), "rule", text_or_null(d->rule), "peer", text_or_null(d->peer),
	    "reason", text_or_null(d->reason));
}

/* From seq downwards; the ring has no holes. */
static json_t *
page_json(const struct api_live *live, uint64_t seq, int64_t limit)
{
	char next[SEQ_TEXT];
	json_t *list = json_array();
	struct api_drop d;

	for (; (int64_t)json_array_size(list) < limit && live->firewall_drop(live->arg, seq, &d); seq--)
		(void)json_array_append_new(list, drop_json(&d));	/* one that is missing is no lie */
	(void)snprintf(next, sizeof(next), "%" PRIu64, seq);	/* fits */
	return json_pack("{s:o, s:s?}", "entries", list,
	    "next_cursor", live->firewall_drop(live->arg, seq, &d) ? next : NULL);
}

static void
drops_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	const struct str cursor = api_str(rq->query, "cursor");
	uint64_t seq = live->firewall_drop_newest(live->arg);
	struct err e = { 0 };

	if (cursor.n > 0 && !str_u64(cursor, INT64_MAX, &seq)) {
		(void)err_field(&e, ERR_VALIDATION, "cursor", "must be a next_cursor of before");	/* told below */
		api_fail(rq, &e);
		return;
	}
	api_ok(rq, page_json(live, seq, api_int(rq->query, "limit", LIMIT)));
}

const struct api_route api_firewall_live_routes[] = {
	{ HTTP_GET, "/api/firewall/status", AUTH_WHO_ADMIN, 0, status_get, "Whether the rules are enforced", 0, 200,
	    NULL, NULL, &api_firewall_status_shape, NULL },
	{ HTTP_GET, "/api/firewall/ruleset", AUTH_WHO_ADMIN, 0, ruleset_get, "The rules, in the words of nft", 0, 200,
	    &api_firewall_ruleset_query_shape, NULL, &api_firewall_ruleset_shape, "404" },
	{ HTTP_GET, "/api/firewall/drops", AUTH_WHO_ADMIN, 0, drops_get, "What was dropped of late, the newest first", 0, 200,
	    &api_firewall_drops_query_shape, NULL, &api_firewall_drops_shape, NULL },
	{ .path = NULL }
};
