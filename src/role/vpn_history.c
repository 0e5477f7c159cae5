/* The history of what peers move; see vpn_history.h. */
#include "role/vpn_history.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "conf/conf.h"
#include "sys/clk.h"

#define FILE_NAME "traffic.bin"

enum {
	SAVE_S = 60,
	LITTLE = 64 << 10, LITTLE_S = 900,	/* octets that may wait for so long */
	HOUR_S = 3600
};

static struct wg_traffic_id
id_of(const char *name, int64_t created_at)
{
	struct wg_traffic_id id = { .created_at = created_at };

	(void)str_copy(str_of(name), id.name, sizeof(id.name));	/* at most 64: a rule of the configuration */
	return id;
}

/* --- life ----------------------------------------------------------------------------------- */

void
vpn_history_open(struct vpn_history *h, int dirfd, int64_t now)
{
	struct err e;
	bool fresh;

	err_clear(&e);
	*h = (struct vpn_history){ .last = &h->first, .ticked_at = now };
	if (wg_traffic_open(&h->traffic, dirfd, FILE_NAME, &fresh, &e) < 0)
		log_line(LOG_WIREGUARD, LOG_ERROR, "there is no history of traffic", "err", e.detail, NULL);
	else if (fresh)
		log_line(LOG_WIREGUARD, LOG_ERROR, "the history of traffic could not be read and begins anew", NULL);
}

void
vpn_history_close(struct vpn_history *h)
{
	wg_traffic_close(h->traffic);
}

struct wg_traffic_total
vpn_history_total(const struct vpn_history *h, const struct conf_peer *c)
{
	const struct wg_traffic_id id = id_of(c->name, c->created_at);
	struct wg_traffic_total t = { 0 };

	if (h->traffic != NULL)
		(void)wg_traffic_get(h->traffic, &id, &t);	/* unknown: zeros */
	return t;
}

void
vpn_history_begin(const struct vpn_history *h, const struct conf_peer *c, struct vpn_kept *out)
{
	*out = (struct vpn_kept){ .created_at = c->created_at, .total = vpn_history_total(h, c) };
	(void)str_copy(str_of(c->name), out->name, sizeof(out->name));	/* as above */
	out->written = out->total.endpoint;
}

/* --- saving ----------------------------------------------------------------------------------- */

static void
write_more(struct vpn_history *h, struct vpn_kept *k, const struct wg_traffic_more *more)
{
	const struct wg_traffic_id id = id_of(k->name, k->created_at);
	const int rc = h->traffic == NULL ? 0 : wg_traffic_add(h->traffic, &id, more, &k->total);

	if (rc < 0)
		log_line(LOG_WIREGUARD, LOG_WARNING, "traffic cannot be kept", "peer", k->name, "err", strerror(-rc), NULL);
	else
		k->written = k->total.endpoint;
}

void
vpn_history_place(struct vpn_history *h, struct vpn_kept *k, int64_t now)
{
	write_more(h, k, &(struct wg_traffic_more){ 0, 0, now });
}

static void
save(struct vpn_history *h, struct vpn_kept *k, int64_t now)
{
	k->unsaved.now = now;
	write_more(h, k, &k->unsaved);
	k->unsaved = (struct wg_traffic_more){ 0 };
	k->save_at = 0;
}

static void
wait_more(struct vpn_history *h, struct vpn_kept *k, int64_t now)
{
	k->save_at = now + SAVE_S;
	k->next = NULL;
	*h->last = k;
	h->last = &k->next;
}

bool
vpn_history_is_elsewhere(const struct vpn_kept *k)
{
	return k->written.port != k->total.endpoint.port || !addr_eq(&k->written.addr, &k->total.endpoint.addr);
}

static bool
may_wait(const struct vpn_kept *k, int64_t now)
{
	return !vpn_history_is_elsewhere(k) && k->unsaved.rx + k->unsaved.tx < LITTLE && llabs(now - k->since) < LITTLE_S;
}

static void
save_due(struct vpn_history *h, int64_t now, bool all)
{
	struct vpn_kept *k;

	while (h->first != NULL && (all || h->first->save_at <= now || h->first->save_at > now + SAVE_S)) {
		k = h->first;
		h->first = k->next;
		if (h->first == NULL)
			h->last = &h->first;
		if (!all && may_wait(k, now))
			wait_more(h, k, now);
		else
			save(h, k, now);
	}
}

void
vpn_history_save(struct vpn_history *h, int64_t now)
{
	save_due(h, now, true);
}

void
vpn_history_later(struct vpn_history *h, struct vpn_kept *k, int64_t now)
{
	if (k->save_at != 0)
		return;
	k->since = now;
	wait_more(h, k, now);
}

void
vpn_history_tick(struct vpn_history *h, int64_t now)
{
	const int64_t was = h->ticked_at;
	const bool turned = now / HOUR_S != was / HOUR_S;	/* what was counted belongs to the hour before */

	h->ticked_at = now;
	save_due(h, turned ? was : now, turned);
}

/* --- forgetting -------------------------------------------------------------------------------- */

/* One with another key is the same. */
static bool
is_kept(void *arg, const struct wg_traffic_id *id)
{
	const struct conf_peer *c = conf_peer_find(arg, id->name);

	return c != NULL && c->created_at == id->created_at && strcmp(c->name, id->name) == 0;
}

void
vpn_history_forget(struct vpn_history *h, const struct conf_peer *c, struct conf *conf)
{
	const struct wg_traffic_id id = id_of(c->name, c->created_at);

	if (h->traffic != NULL && !is_kept(conf, &id))
		wg_traffic_forget(h->traffic, &id);
}

void
vpn_history_sweep(struct vpn_history *h, struct conf *conf)
{
	if (h->traffic != NULL)
		wg_traffic_sweep(h->traffic, is_kept, conf);
}

/* --- as it is shown ------------------------------------------------------------------------------ */

static json_t *
points_json(const struct wg_traffic_point *v, size_t n)
{
	json_t *points = json_array();
	char at[CLK_TEXT_MAX];
	size_t i;

	for (i = 0; i < n; i++)
		(void)json_array_append_new(points, json_pack("{s:s, s:I, s:I}", "ts", clk_text(v[i].at, at), "rx_bytes",
		    (json_int_t)v[i].rx, "tx_bytes", (json_int_t)v[i].tx));	/* out of memory: the list is shorter */
	return json_pack("{s:o}", "points", points);
}

json_t *
vpn_history_json(const struct vpn_history *h, const struct conf_peer *c, const struct vpn_kept *k, const char *range,
    int64_t now)
{
	enum { DAY = 24, MONTH = 30 };
	struct wg_traffic_point points[WG_TRAFFIC_HOURS];
	const bool month = strcmp(range, "month") == 0;
	const size_t n = month ? MONTH : strcmp(range, "week") == 0 ? WG_TRAFFIC_HOURS : DAY;
	struct wg_traffic_id id;

	if (c == NULL || h->traffic == NULL)
		return points_json(points, 0);
	id = id_of(c->name, c->created_at);
	if (month)
		wg_traffic_days(h->traffic, &id, now, n, points);
	else
		wg_traffic_hours(h->traffic, &id, now, n, points);
	if (k != NULL) {
		points[n - 1].rx += k->unsaved.rx;
		points[n - 1].tx += k->unsaved.tx;
	}
	return points_json(points, n);
}
