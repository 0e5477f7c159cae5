/* What peers do: handshakes, octets, where they are. Told by the data plane, kept here, shown as events, and written
 * into the history of traffic a minute after it began to move; what only keeps a connection alive, within a quarter of an
 * hour: devices that sleep must not keep the disk awake (LIM). That much a kill may lose. None of it goes into a later hour. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "api/server.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/wgkey.h"
#include "conf/conf.h"
#include "conf/draft.h"
#include "role/clients.h"
#include "role/core.h"
#include "role/vpn_set.h"
#include "sys/clk.h"
#include "wg/traffic.h"
#include "wg/uapi_ask.h"

#define FILE_NAME "traffic.bin"

enum {
	LIVE_MAX = 16384, SCANS = 8,
	ONLINE_S = 180,
	EVENT_S = 10, EVENTS_PER_S = 50,	/* beyond it those of counters wait */
	SAVE_S = 60,
	LITTLE = 64 << 10, LITTLE_S = 900,	/* octets that may wait for so long */
	JITTER_S = 2,				/* handshakes are at least five seconds apart */
	HOUR_S = 3600
};

struct peer {
	uint8_t key[WG_KEY];
	char name[WG_TRAFFIC_NAME];
	int64_t created_at;
	struct wg_traffic_total total;		/* since it is a peer */
	uint64_t rx, tx;			/* what the device said last, */
	bool based;				/* if it did, or began with zero */
	bool heard;				/* a handshake, since the program runs */
	struct wg_traffic_more unsaved;
	struct addr_port written;		/* where it is, in the file */
	int64_t since, save_at, event_at;	/* Unix time; save_at 0: nothing is unsaved */
	struct peer *next;			/* that is to be saved after it */
};

struct vpn_live {
	struct vpn *v;
	struct wg_traffic *traffic;		/* NULL: the file cannot be had; there is no history */
	struct map *by_key;			/* those that were heard of */
	struct map *conf_by_key;		/* struct conf_peer of conf, made when it is needed; NULL: not yet */
	unsigned asked;				/* of conf, without it */
	struct conf *followed;			/* all who were peers before it, and are not in it, are forgotten */
	bool swept;				/* those of before the start, too */
	bool adopted;				/* the device is older than the program: what it counted was saved already */
	struct peer *first, **last;		/* unsaved, in the order in which they are due */
	unsigned events;			/* in this second, */
	int64_t ticked_at;			/* which began then (Unix time) */
	int64_t heard_public_at;
};

/* --- who is who ---------------------------------------------------------------------------- */

static void
make_index(struct vpn_live *l)
{
	const struct conf *conf = l->v->conf;
	size_t i;

	l->conf_by_key = map_new(LIVE_MAX);
	for (i = 0; l->conf_by_key != NULL && i < conf->npeers; i++)
		(void)map_put(l->conf_by_key, conf->peers[i].key, WG_KEY, &conf->peers[i], NULL);	/* no memory: unknown */
}

static const struct conf_peer *
scan(const struct conf *conf, const uint8_t key[WG_KEY])
{
	size_t i;

	for (i = 0; i < conf->npeers; i++)
		if (memcmp(conf->peers[i].key, key, WG_KEY) == 0)
			return &conf->peers[i];
	return NULL;
}

/* A change of one device of ten thousand asks for it alone; an index of all costs more than to look through them. */
static const struct conf_peer *
conf_of(struct vpn_live *l, const uint8_t key[WG_KEY])
{
	if (l->conf_by_key == NULL && l->asked++ < SCANS)
		return scan(l->v->conf, key);
	if (l->conf_by_key == NULL)
		make_index(l);
	return l->conf_by_key == NULL ? NULL : map_get(l->conf_by_key, key, WG_KEY);
}

static struct wg_traffic_id
id_of(const char *name, int64_t created_at)
{
	struct wg_traffic_id id = { .created_at = created_at };

	(void)str_copy(str_of(name), id.name, sizeof(id.name));	/* at most 64: a rule of the configuration */
	return id;
}

static struct wg_traffic_total
saved_total(const struct vpn_live *l, const struct wg_traffic_id *id)
{
	struct wg_traffic_total t = { 0 };

	if (l->traffic != NULL)
		(void)wg_traffic_get(l->traffic, id, &t);	/* unknown: zeros */
	return t;
}

static struct peer *
make(struct vpn_live *l, const struct conf_peer *c, const uint8_t key[WG_KEY])
{
	struct peer *p = calloc(1, sizeof(*p));
	struct wg_traffic_id id;

	if (p == NULL)
		return NULL;
	id = id_of(c->name, c->created_at);
	memcpy(p->key, key, WG_KEY);
	memcpy(p->name, id.name, sizeof(p->name));
	p->created_at = c->created_at;
	p->total = saved_total(l, &id);
	p->written = p->total.endpoint;
	if (map_put(l->by_key, p->key, WG_KEY, p, NULL) == 0)
		return p;
	free(p);
	return NULL;
}

/* NULL: nobody has that key. */
static struct peer *
find(struct vpn_live *l, const uint8_t key[WG_KEY])
{
	struct peer *p = map_get(l->by_key, key, WG_KEY);
	const struct conf_peer *c;

	if (p != NULL)
		return p;
	c = conf_of(l, key);
	return c == NULL ? NULL : make(l, c, key);
}

/* Without a place of its own for who was only asked about: of ten thousand devices most are asleep. False: nobody has that key. */
static bool
total_of(struct vpn_live *l, const uint8_t key[WG_KEY], struct wg_traffic_total *out)
{
	const struct peer *p = map_get(l->by_key, key, WG_KEY);
	const struct conf_peer *c = p != NULL ? NULL : conf_of(l, key);
	struct wg_traffic_id id;

	if (p != NULL) {
		*out = p->total;
	} else if (c != NULL) {
		id = id_of(c->name, c->created_at);
		*out = saved_total(l, &id);
	}
	return p != NULL || c != NULL;
}

/* --- saving ----------------------------------------------------------------------------------- */

static void
write_more(struct vpn_live *l, struct peer *p, const struct wg_traffic_more *more)
{
	const struct wg_traffic_id id = id_of(p->name, p->created_at);
	const int rc = l->traffic == NULL ? 0 : wg_traffic_add(l->traffic, &id, more, &p->total);

	if (rc < 0)
		log_line(LOG_WIREGUARD, LOG_WARNING, "traffic cannot be kept", "peer", p->name, "err", strerror(-rc), NULL);
	else
		p->written = p->total.endpoint;
}

static void
save(struct vpn_live *l, struct peer *p, int64_t now)
{
	p->unsaved.now = now;
	write_more(l, p, &p->unsaved);
	p->unsaved = (struct wg_traffic_more){ 0 };
	p->save_at = 0;
}

static void
wait_more(struct vpn_live *l, struct peer *p, int64_t now)
{
	p->save_at = now + SAVE_S;
	p->next = NULL;
	*l->last = p;
	l->last = &p->next;
}

/* Where it is must be on disk: after a kill it is to be found again. */
static bool
is_elsewhere(const struct peer *p)
{
	return p->written.port != p->total.endpoint.port || !addr_eq(&p->written.addr, &p->total.endpoint.addr);
}

static bool
may_wait(const struct peer *p, int64_t now)
{
	return !is_elsewhere(p) && p->unsaved.rx + p->unsaved.tx < LITTLE && llabs(now - p->since) < LITTLE_S;
}

static void
save_due(struct vpn_live *l, int64_t now, bool all)
{
	struct peer *p;

	while (l->first != NULL && (all || l->first->save_at <= now || l->first->save_at > now + SAVE_S)) {
		p = l->first;
		l->first = p->next;
		if (l->first == NULL)
			l->last = &l->first;
		if (!all && may_wait(p, now))
			wait_more(l, p, now);
		else
			save(l, p, now);
	}
}

static void
save_later(struct vpn_live *l, struct peer *p, int64_t now)
{
	if (p->save_at != 0)
		return;
	p->since = now;
	wait_more(l, p, now);
}

/* --- hearing ------------------------------------------------------------------------------------ */

static bool
is_online(const struct wg_traffic_total *t, int64_t now)
{
	return t->handshake_at != 0 && llabs(now - t->handshake_at) <= ONLINE_S;
}

static void
tell(struct vpn_live *l, struct peer *p, int64_t now)
{
	char at[CLK_TEXT_MAX];
	json_t *data;

	p->event_at = now;
	l->events++;
	if (l->v->core->api == NULL)
		return;
	data = json_pack("{s:s, s:b, s:s?, s:I, s:I}", "name", p->name, "online", is_online(&p->total, now), "latest_handshake_at",
	    p->total.handshake_at == 0 ? NULL : clk_text(p->total.handshake_at, at), "rx_bytes", (json_int_t)p->total.rx,
	    "tx_bytes", (json_int_t)p->total.tx);
	if (data != NULL)
		api_event(l->v->core->api, "peer", data);
	json_decref(data);
}

/* The key that the cell kept for it is where it belongs; with another key that is so once more. */
static void
on_first_handshake(struct vpn_live *l, const struct peer *p)
{
	char text[WGKEY_TEXT];

	if (p->total.handshake_at == 0)
		log_line(LOG_WIREGUARD, LOG_INFO, "peer.first_handshake", "peer", p->name, NULL);
	wgkey_write(p->key, text);
	clients_handshake(l->v->core, text);
}

static void
shake(struct vpn_live *l, struct peer *p, const struct wg_uapi_news *n, int64_t now)
{
	if (!p->heard)
		on_first_handshake(l, p);
	p->heard = true;
	p->total.handshake_at = n->handshake_at;
	if (n->endpoint.addr.len != 0 && !addr_is_private(&n->endpoint.addr) && !addr_is_loopback(&n->endpoint.addr))
		l->heard_public_at = n->handshake_at;
	if (is_elsewhere(p))
		write_more(l, p, &(struct wg_traffic_more){ 0, 0, now });
	else
		save_later(l, p, now);
	tell(l, p, now);
}

/* The same one may be told a second earlier or later: it is reckoned from the age that it has. */
static bool
is_another(int64_t was, int64_t is)
{
	return is != 0 && (was == 0 || llabs(is - was) > JITTER_S);
}

/* A device that was made anew counts from zero. */
static uint64_t
grown(uint64_t *was, uint64_t is)
{
	const uint64_t more = is >= *was ? is - *was : is;

	*was = is;
	return more;
}

static bool
count(struct vpn_live *l, struct peer *p, const struct wg_uapi_news *n)
{
	const uint64_t rx = grown(&p->rx, n->rx), tx = grown(&p->tx, n->tx);
	const bool counts = p->based || !l->adopted;

	p->based = true;
	if (!counts || (rx == 0 && tx == 0))
		return false;
	p->total.rx += rx;
	p->total.tx += tx;
	p->unsaved.rx += rx;
	p->unsaved.tx += tx;
	return true;
}

/* Nothing need be held of who never did anything. What an adopted device says is
 * where it is counted from, and so is zero. */
static bool
is_silent(const struct vpn_live *l, const struct wg_uapi_news *n)
{
	return !l->adopted && n->rx == 0 && n->tx == 0 && n->handshake_at == 0 && n->endpoint.addr.len == 0 &&
	    map_get(l->by_key, n->key, WG_KEY) == NULL;
}

void
vpn_live_hear(struct vpn *v, const struct wg_uapi_news *n)
{
	const int64_t now = clk_system.wall_s(&clk_system);
	struct vpn_live *l = v->live;
	struct peer *p = is_silent(l, n) ? NULL : find(l, n->key);
	bool moved;

	if (p == NULL)
		return;
	moved = count(l, p, n);
	if (n->endpoint.addr.len != 0)
		p->total.endpoint = n->endpoint;
	if (is_another(p->total.handshake_at, n->handshake_at))
		shake(l, p, n, now);
	else if (moved && llabs(now - p->event_at) >= EVENT_S && l->events < EVENTS_PER_S)
		tell(l, p, now);
	if (moved || is_elsewhere(p))
		save_later(l, p, now);
}

void
vpn_live_restarted(struct vpn *v)
{
	const void *key;
	void *value;
	size_t it = 0, n;

	v->live->adopted = false;
	while (map_next(v->live->by_key, &it, &key, &n, &value)) {
		struct peer *p = value;

		p->rx = p->tx = 0;
		p->based = true;
	}
}

void
vpn_live_tick(struct vpn *v)
{
	const int64_t now = clk_system.wall_s(&clk_system), was = v->live->ticked_at;
	const bool turned = now / HOUR_S != was / HOUR_S;	/* what was counted belongs to the hour before */

	v->live->events = 0;
	v->live->ticked_at = now;
	save_due(v->live, turned ? was : now, turned);
}

/* --- following the configuration -------------------------------------------------------------------- */

static bool
is_same(struct vpn_live *l, const struct peer *p)
{
	const struct conf_peer *c = conf_of(l, p->key);

	return c != NULL && c->created_at == p->created_at && strcmp(c->name, p->name) == 0;
}

/* One with another key is the same. */
static bool
is_kept(void *arg, const struct wg_traffic_id *id)
{
	const struct conf_peer *c = conf_peer_find(arg, id->name);

	return c != NULL && c->created_at == id->created_at && strcmp(c->name, id->name) == 0;
}

/* c was a peer. What it had moved since the last save goes into its history before it is forgotten. */
static void
follow_one(struct vpn_live *l, const struct conf_peer *c)
{
	const struct wg_traffic_id id = id_of(c->name, c->created_at);
	struct peer *p = map_get(l->by_key, c->key, WG_KEY);

	if (p != NULL && !is_same(l, p)) {
		save_due(l, clk_system.wall_s(&clk_system), true);
		(void)map_del(l->by_key, c->key, WG_KEY);	/* it is there */
		free(p);
	}
	if (l->traffic != NULL && !is_kept(l->v->conf, &id))
		wg_traffic_forget(l->traffic, &id);
}

/* Of ten thousand peers a change mostly leaves all but one. */
static void
follow_all(struct vpn_live *l, const struct conf *was)
{
	struct conf_draft_walk same = { .base = json_object_get(l->v->conf->doc, "peers") };
	size_t i;

	for (i = 0; i < was->npeers; i++)
		if (!conf_draft_is_same(&same, json_array_get(json_object_get(was->doc, "peers"), i)))
			follow_one(l, &was->peers[i]);
}

void
vpn_live_use(struct vpn *v, const struct conf *was)
{
	struct vpn_live *l = v->live;

	map_free(l->conf_by_key);
	l->conf_by_key = NULL;
	l->asked = 0;
	if (l->followed == NULL)
		l->followed = conf_ref(v->conf);
	else if (was != l->followed)		/* it was undone: its own peers had been heard, and nobody will name them again */
		follow_all(l, was);
}

void
vpn_live_follow(struct vpn *v)
{
	struct vpn_live *l = v->live;

	follow_all(l, l->followed);
	if (!l->swept && l->traffic != NULL)
		wg_traffic_sweep(l->traffic, is_kept, v->conf);
	l->swept = true;
	conf_unref(l->followed);
	l->followed = conf_ref(v->conf);
}

/* --- as it is shown ------------------------------------------------------------------------------------ */

/* Who was somewhere has a place from then on, and counts among those that are online. */
const struct addr_port *
vpn_live_endpoint(const struct vpn *v, const uint8_t key[WG_KEY])
{
	struct wg_traffic_total t;
	const struct peer *p = total_of(v->live, key, &t) && t.endpoint.addr.len != 0 ? find(v->live, key) : NULL;

	return p == NULL ? NULL : &p->total.endpoint;
}

bool
vpn_live_is_online(const struct vpn *v, const uint8_t key[WG_KEY])
{
	struct wg_traffic_total t;

	return total_of(v->live, key, &t) && is_online(&t, clk_system.wall_s(&clk_system));
}

bool
vpn_live_peer(const struct vpn *v, const char *public_key, struct api_peer_facts *out)
{
	struct wg_traffic_total t;
	uint8_t key[WG_KEY];

	memset(out, 0, sizeof(*out));
	if (!wgkey_read(public_key, key) || !total_of(v->live, key, &t))
		return false;
	*out = (struct api_peer_facts){ v->state == VPN_RUNNING, t.endpoint, t.handshake_at, t.rx, t.tx };
	return true;
}

size_t
vpn_live_online(const struct vpn *v)
{
	const int64_t now = clk_system.wall_s(&clk_system);
	const void *key;
	void *value;
	size_t it = 0, n, online = 0;

	while (map_next(v->live->by_key, &it, &key, &n, &value))
		online += is_online(&((const struct peer *)value)->total, now);
	return online;
}

int64_t
vpn_live_heard_public(const struct vpn *v)
{
	return v->live->heard_public_at;
}

static void
add_unsaved(const struct vpn_live *l, const struct conf_peer *c, struct wg_traffic_point *last)
{
	const struct peer *p = map_get(l->by_key, c->key, WG_KEY);

	if (p != NULL) {
		last->rx += p->unsaved.rx;
		last->tx += p->unsaved.tx;
	}
}

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
vpn_live_traffic(const struct vpn *v, const char *name, const char *range)
{
	enum { DAY = 24, MONTH = 30 };
	struct wg_traffic_point points[WG_TRAFFIC_HOURS];
	const struct conf_peer *c = conf_peer_find(v->conf, name);
	const int64_t now = clk_system.wall_s(&clk_system);
	const bool month = strcmp(range, "month") == 0;
	const size_t n = month ? MONTH : strcmp(range, "week") == 0 ? WG_TRAFFIC_HOURS : DAY;
	struct wg_traffic_id id;

	if (c == NULL || v->live->traffic == NULL)
		return points_json(points, 0);
	id = id_of(c->name, c->created_at);
	if (month)
		wg_traffic_days(v->live->traffic, &id, now, n, points);
	else
		wg_traffic_hours(v->live->traffic, &id, now, n, points);
	add_unsaved(v->live, c, &points[n - 1]);
	return points_json(points, n);
}

/* --- life ------------------------------------------------------------------------------------------------ */

struct vpn_live *
vpn_live_new(struct vpn *v)
{
	struct vpn_live *l = calloc(1, sizeof(*l));
	struct err e;
	bool fresh;

	if (l == NULL)
		return NULL;
	err_clear(&e);
	l->v = v;
	l->last = &l->first;
	l->adopted = true;
	l->ticked_at = clk_system.wall_s(&clk_system);
	l->by_key = map_new(LIVE_MAX);
	if (l->by_key == NULL) {
		free(l);
		return NULL;
	}
	if (wg_traffic_open(&l->traffic, v->core->state_sub_fd, FILE_NAME, &fresh, &e) < 0)
		log_line(LOG_WIREGUARD, LOG_ERROR, "there is no history of traffic", "err", e.detail, NULL);
	else if (fresh)
		log_line(LOG_WIREGUARD, LOG_ERROR, "the history of traffic could not be read and begins anew", NULL);
	return l;
}

void
vpn_live_free(struct vpn_live *l)
{
	const void *key;
	void *value;
	size_t it = 0, n;

	if (l == NULL)
		return;
	save_due(l, clk_system.wall_s(&clk_system), true);
	while (map_next(l->by_key, &it, &key, &n, &value))
		free(value);
	map_free(l->by_key);
	map_free(l->conf_by_key);
	conf_unref(l->followed);
	wg_traffic_close(l->traffic);
	free(l);
}
