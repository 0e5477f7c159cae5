/* What peers do: handshakes, octets, where they are. Told by the data plane, kept here, shown as events, and written
 * into the history of traffic (vpn_history.h). */
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
#include "role/vpn_history.h"
#include "role/vpn_set.h"
#include "sys/clk.h"
#include "wg/uapi_ask.h"

enum {
	LIVE_MAX = 16384, SCANS = 8,
	ONLINE_S = 180,
	EVENT_S = 10, EVENTS_PER_S = 50,	/* beyond it those of counters wait */
	JITTER_S = 2				/* handshakes are at least five seconds apart */
};

struct peer {
	uint8_t key[WG_KEY];
	struct vpn_kept kept;
	uint64_t rx, tx;			/* what the device said last, */
	bool based;				/* if it did, or began with zero */
	bool heard;				/* a handshake, since the program runs */
	int64_t event_at;			/* Unix time */
};

struct vpn_live {
	struct vpn *v;
	struct vpn_history history;
	struct map *by_key;			/* those that were heard of */
	struct map *conf_by_key;		/* struct conf_peer of conf, made when it is needed; NULL: not yet */
	unsigned asked;				/* of conf, without it */
	struct conf *followed;			/* all who were peers before it, and are not in it, are forgotten */
	bool swept;				/* those of before the start, too */
	bool adopted;				/* the device is older than the program: what it counted was saved already */
	unsigned events;			/* in this second */
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

static struct peer *
make(struct vpn_live *l, const struct conf_peer *c, const uint8_t key[WG_KEY])
{
	struct peer *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	memcpy(p->key, key, WG_KEY);
	vpn_history_begin(&l->history, c, &p->kept);
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

	if (p != NULL)
		*out = p->kept.total;
	else if (c != NULL)
		*out = vpn_history_total(&l->history, c);
	return p != NULL || c != NULL;
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
	const struct wg_traffic_total *t = &p->kept.total;
	char at[CLK_TEXT_MAX];
	json_t *data;

	p->event_at = now;
	l->events++;
	if (l->v->core->api == NULL)
		return;
	data = json_pack("{s:s, s:b, s:s?, s:I, s:I}", "name", p->kept.name, "online", is_online(t, now), "latest_handshake_at",
	    t->handshake_at == 0 ? NULL : clk_text(t->handshake_at, at), "rx_bytes", (json_int_t)t->rx, "tx_bytes",
	    (json_int_t)t->tx);
	if (data != NULL)
		api_event(l->v->core->api, "peer", data);
	json_decref(data);
}

/* The key that the cell kept for it is where it belongs; with another key that is so once more. */
static void
on_first_handshake(struct vpn_live *l, const struct peer *p)
{
	char text[WGKEY_TEXT];

	if (p->kept.total.handshake_at == 0)
		log_line(LOG_WIREGUARD, LOG_INFO, "peer.first_handshake", "peer", p->kept.name, NULL);
	wgkey_write(p->key, text);
	clients_handshake(l->v->core, text);
}

static void
shake(struct vpn_live *l, struct peer *p, const struct wg_uapi_news *n, int64_t now)
{
	if (!p->heard)
		on_first_handshake(l, p);
	p->heard = true;
	p->kept.total.handshake_at = n->handshake_at;
	if (n->endpoint.addr.len != 0 && !addr_is_private(&n->endpoint.addr) && !addr_is_loopback(&n->endpoint.addr))
		l->heard_public_at = n->handshake_at;
	if (vpn_history_is_elsewhere(&p->kept))
		vpn_history_place(&l->history, &p->kept, now);
	else
		vpn_history_later(&l->history, &p->kept, now);
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
	p->kept.total.rx += rx;
	p->kept.total.tx += tx;
	p->kept.unsaved.rx += rx;
	p->kept.unsaved.tx += tx;
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
		p->kept.total.endpoint = n->endpoint;
	if (is_another(p->kept.total.handshake_at, n->handshake_at))
		shake(l, p, n, now);
	else if (moved && llabs(now - p->event_at) >= EVENT_S && l->events < EVENTS_PER_S)
		tell(l, p, now);
	if (moved || vpn_history_is_elsewhere(&p->kept))
		vpn_history_later(&l->history, &p->kept, now);
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
	v->live->events = 0;
	vpn_history_tick(&v->live->history, clk_system.wall_s(&clk_system));
}

/* --- following the configuration -------------------------------------------------------------------- */

static bool
is_same(struct vpn_live *l, const struct peer *p)
{
	const struct conf_peer *c = conf_of(l, p->key);

	return c != NULL && c->created_at == p->kept.created_at && strcmp(c->name, p->kept.name) == 0;
}

/* c was a peer. What it had moved since the last save goes into its history before it is forgotten. */
static void
follow_one(struct vpn_live *l, const struct conf_peer *c)
{
	struct peer *p = map_get(l->by_key, c->key, WG_KEY);

	if (p != NULL && !is_same(l, p)) {
		vpn_history_save(&l->history, clk_system.wall_s(&clk_system));
		(void)map_del(l->by_key, c->key, WG_KEY);	/* it is there */
		free(p);
	}
	vpn_history_forget(&l->history, c, l->v->conf);
}

/* Of ten thousand peers a change mostly leaves all but one. */
static void
follow_all(struct vpn_live *l, const struct conf *was)
{
	struct conf_draft_walk same = { .base = json_object_get(l->v->conf->doc, "peers") };
	const json_t *records = json_object_get(was->doc, "peers");
	size_t i;

	for (i = 0; i < was->npeers; i++)
		if (!conf_draft_is_same(&same, json_array_get(records, i)))
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
	if (!l->swept)
		vpn_history_sweep(&l->history, v->conf);
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

	return p == NULL ? NULL : &p->kept.total.endpoint;
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
		online += is_online(&((const struct peer *)value)->kept.total, now);
	return online;
}

int64_t
vpn_live_heard_public(const struct vpn *v)
{
	return v->live->heard_public_at;
}

json_t *
vpn_live_traffic(const struct vpn *v, const char *name, const char *range)
{
	const struct conf_peer *c = conf_peer_find(v->conf, name);
	const struct peer *p = c == NULL ? NULL : map_get(v->live->by_key, c->key, WG_KEY);

	return vpn_history_json(&v->live->history, c, p == NULL ? NULL : &p->kept, range, clk_system.wall_s(&clk_system));
}

/* --- life ------------------------------------------------------------------------------------------------ */

struct vpn_live *
vpn_live_new(struct vpn *v)
{
	struct vpn_live *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->v = v;
	l->adopted = true;
	l->by_key = map_new(LIVE_MAX);
	if (l->by_key == NULL) {
		free(l);
		return NULL;
	}
	vpn_history_open(&l->history, v->core->state_sub_fd, clk_system.wall_s(&clk_system));
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
	vpn_history_save(&l->history, clk_system.wall_s(&clk_system));
	while (map_next(l->by_key, &it, &key, &n, &value))
		free(value);
	map_free(l->by_key);
	map_free(l->conf_by_key);
	conf_unref(l->followed);
	vpn_history_close(&l->history);
	free(l);
}
