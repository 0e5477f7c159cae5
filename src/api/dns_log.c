/* The log of questions; see dns_log.h. */
#include "api/dns_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/account.h"
#include "api/dns_ask.h"
#include "api/dns_log_shape.h"
#include "api/request.h"
#include "conf/conf.h"
#include "dns/name.h"
#include "dns/server.h"
#include "sys/clk.h"

enum { LIMIT = 100, NEWS_MAX = 64, SCAN_MAX = 100000 };

static const char *const blocked = "BLOCKED";	/* as an rcode to look for */

/* --- entries ------------------------------------------------------------------------ */

static json_t *
entry_json(const struct dns_log_entry *e)
{
	char at[CLK_TEXT_MAX], address[ADDR_TEXT_MAX], type[API_TYPE_MAX], rcode[API_RCODE_MAX], name[DNS_NAME_TEXT_MAX],
	    upstream[ADDR_TEXT_MAX];
	bool read = e->namelen > 0;

	(void)addr_text(&e->peer, address);	/* returns it */
	return json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s?, s:s, s:s, s:s?, s:I, s:s?}", "ts", clk_text(e->at_ms / 1000, at),
	    "peer", e->peer_name[0] != '\0' ? e->peer_name : address, "address", address,
	    "zone", conf_zone_name((enum conf_zone)e->zone),
	    "name", read ? dns_name_text(e->name, e->namelen, name) : NULL,
	    "type", read ? api_dns_type_name(e->type, type) : NULL,
	    "rcode", api_dns_rcode_name(e->rcode, rcode), "source", dns_source_name((enum dns_source)e->source),
	    "upstream", e->upstream.len != 0 ? addr_text(&e->upstream, upstream) : NULL, "ms", (json_int_t)e->ms,
	    "rule", e->rule[0] != '\0' ? e->rule : NULL);
}

/* What to look for: empty = anything. */
struct wanted {
	struct addr address;
	struct str peer, name, rcode;
};

static bool
is_wanted(const struct wanted *w, const struct dns_log_entry *e)
{
	char rcode[API_RCODE_MAX], name[DNS_NAME_TEXT_MAX];

	if (w->peer.n > 0 && !str_ieq(w->peer, str_of(e->peer_name)) &&
	    (w->address.len == 0 || !addr_eq(&w->address, &e->peer)))
		return false;
	if (w->rcode.n > 0 && str_ieq(w->rcode, str_of(blocked)))
		return e->source == DNS_SOURCE_BLOCKED;
	if (w->rcode.n > 0 && !str_ieq(w->rcode, str_of(api_dns_rcode_name(e->rcode, rcode))))
		return false;
	return w->name.n == 0 || (e->namelen > 0 && strcasestr(dns_name_text(e->name, e->namelen, name), w->name.p) != NULL);
}

/* --- the newest first ----------------------------------------------------------------- */

/* The newest of one ring from at on; false: there is none any more. */
static bool
peek(const struct api_live *live, size_t edge, uint64_t *at, struct dns_log_entry *out)
{
	uint64_t newest = live->dns_log_newest(live->arg, edge);

	for (; *at > 0 && newest - *at < SCAN_MAX; --*at)
		if (live->dns_log_get(live->arg, edge, *at, out))
			return true;
	*at = 0;
	return false;
}

/* The newest of all rings, which at then has passed. */
static bool
older(const struct api_live *live, struct api_dns_log_at *at, struct dns_log_entry *out)
{
	struct dns_log_entry e;
	size_t i, best = API_EDGES_MAX;

	for (i = 0; i < API_EDGES_MAX; i++)
		if (peek(live, i, &at->seq[i], &e) && (best == API_EDGES_MAX || e.at_ms > out->at_ms)) {
			*out = e;
			best = i;
		}
	if (best == API_EDGES_MAX)
		return false;
	at->seq[best]--;
	return true;
}

static bool
cursor_read(struct str s, struct api_dns_log_at *at)
{
	struct str part;
	size_t i;

	for (i = 0; i < API_EDGES_MAX; i++)
		if (!str_cut(&s, '-', &part) || !str_u64(part, INT64_MAX, &at->seq[i]))
			return false;
	return s.n == 0;
}

static json_t *
cursor_json(const struct api_dns_log_at *at)
{
	char text[API_EDGES_MAX * 21 + 1] = "";
	size_t i, n = 0;

	for (i = 0; i < API_EDGES_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%llu", i == 0 ? "" : "-",
		    (unsigned long long)at->seq[i]);	/* fits */
	return json_string(text);
}

/* A request looks at so many at most: then it tells where it has got to. */
static json_t *
page_json(const struct api_live *live, struct api_dns_log_at *at, const struct wanted *w, int64_t limit)
{
	json_t *list = json_array();
	struct dns_log_entry e;
	bool more = true;
	size_t n;

	for (n = 0; n < SCAN_MAX && (int64_t)json_array_size(list) < limit; n++) {
		more = older(live, at, &e);
		if (!more)
			break;
		if (is_wanted(w, &e))
			(void)json_array_append_new(list, entry_json(&e));	/* one that is missing is no lie */
	}
	return json_pack("{s:o, s:o}", "entries", list, "next_cursor", more ? cursor_json(at) : json_null());
}

void
api_dns_log_follow(struct api *a, struct api_dns_log_at *at)
{
	const struct api_live *live = &a->deps.live;
	size_t i;

	for (i = 0; i < API_EDGES_MAX; i++)
		at->seq[i] = live->dns_log_newest(live->arg, i);
}

static void
log_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct wanted w = { .peer = api_str(rq->query, "peer"), .name = api_str(rq->query, "name"),
		.rcode = api_str(rq->query, "rcode") };
	struct str cursor = api_str(rq->query, "cursor");
	struct api_dns_log_at at;
	struct err e = { 0 };

	api_dns_log_follow(rq->api, &at);
	if (!addr_read(w.peer, &w.address))
		w.address.len = 0;	/* it is a name, of a peer that may be gone */
	if (cursor.n > 0 && !cursor_read(cursor, &at))
		(void)err_field(&e, ERR_VALIDATION, "cursor", "must be a next_cursor of before"); /* e.kind tells */
	if (e.kind != ERR_NONE)
		api_fail(rq, &e);
	else
		api_ok(rq, page_json(live, &at, &w, api_int(rq->query, "limit", LIMIT)));
}

static void
log_delete(struct api_req *rq)
{
	rq->deps->live.dns_log_clear(rq->deps->live.arg);
	api_deleted(rq);
}

/* --- news --------------------------------------------------------------------------------- */

json_t *
api_dns_log_news(struct api *a, struct api_dns_log_at *at)
{
	const struct api_live *live = &a->deps.live;
	json_t *list = json_array();
	struct dns_log_entry e;
	uint64_t newest, missed = 0;
	size_t i;

	for (i = 0; i < API_EDGES_MAX; i++) {
		newest = live->dns_log_newest(live->arg, i);
		if (newest > at->seq[i] + NEWS_MAX) {
			missed += newest - at->seq[i] - NEWS_MAX;
			at->seq[i] = newest - NEWS_MAX;
		}
		while (at->seq[i] < newest)
			if (live->dns_log_get(live->arg, i, ++at->seq[i], &e))
				(void)json_array_append_new(list, entry_json(&e));	/* as above */
	}
	if (json_array_size(list) > 0)
		return json_pack("{s:o, s:I}", "entries", list, "missed", (json_int_t)missed);
	json_decref(list);
	return NULL;
}

const struct api_route api_dns_log_routes[] = {
	{ HTTP_GET, "/api/dns/log", AUTH_WHO_ADMIN, 0, log_get, "Questions that were asked, the newest first", 0, 200,
	    &api_dns_log_query_shape, NULL, &api_dns_log_shape, NULL },
	{ HTTP_DELETE, "/api/dns/log", AUTH_WHO_ADMIN, 0, log_delete, "Forget them", 0, 200,
	    NULL, NULL, &api_deleted_shape, NULL },
	{ .path = NULL }
};
