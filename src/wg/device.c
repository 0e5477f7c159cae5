/* The interface and its peers; see device.h. */
#include "wg/device_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/map.h"
#include "wg/allowed.h"

enum { LIMIT_PER_1000S = 20000, LIMIT_BURST = 5, LIMIT_CLIENTS = 8192 };	/* 20 handshakes a second from one address */

struct wg_device *
wg_device_new(const struct wg_device_ops *ops)
{
	struct wg_device *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->ops = *ops;
	d->peers = map_new(WG_PEERS_MAX);
	d->allowed = wg_allowed_new();
	d->index = wg_index_new();
	d->limit = rate_new(LIMIT_PER_1000S, LIMIT_BURST, LIMIT_CLIENTS);
	if (d->peers == NULL || d->allowed == NULL || d->index == NULL || d->limit == NULL) {
		wg_device_free(d);
		return NULL;
	}
	return d;
}

/* Keys and places of a peer; what it is allowed stays in the table until that is forbidden, or the table goes. */
void
wg_peer_free(struct wg_device *d, struct wg_peer *p)
{
	wg_peer_forget(d, p);
	(void)wg_agenda_set(&d->agenda, &p->entry, 0);	/* taking out cannot fail */
	free(p->holder.nets);
	sodium_memzero(p, sizeof(*p));
	free(p);
}

void
wg_device_free(struct wg_device *d)
{
	struct wg_peer *p;
	size_t it = 0;

	if (d == NULL)
		return;
	while (d->peers != NULL && d->index != NULL && (p = wg_device_next(d, &it)) != NULL)
		wg_peer_free(d, p);
	map_free(d->peers);
	wg_allowed_free(d->allowed);
	wg_index_free(d->index);
	rate_free(d->limit);
	wg_agenda_free(&d->agenda);
	sodium_memzero(d, sizeof(*d));
	free(d);
}

/* --- the key ------------------------------------------------------------------------------ */

/* What was computed with the earlier key. */
static void
follow_key(struct wg_device *d)
{
	struct wg_other other;
	struct wg_peer *p;
	size_t it = 0;

	while ((p = wg_device_next(d, &it)) != NULL) {
		wg_peer_forget(d, p);
		p->initiated_ms = 0;	/* what was said with the earlier key is no reason to wait */
		wg_timers_stop(&p->timers);
		wg_peer_rearm(d, p);
		(void)wg_other_set(&other, &d->id, p->other.key, p->other.psk);	/* its key was looked at */
		p->other = other;
	}
	sodium_memzero(&other, sizeof(other));
}

bool
wg_device_set_key(struct wg_device *d, const uint8_t secret[WG_KEY])
{
	struct wg_identity id;
	uint8_t random[WG_KEY];
	struct wg_peer *self;

	if (!wg_identity_set(&id, secret))
		return false;
	if (d->has_key && sodium_memcmp(id.secret, d->id.secret, WG_KEY) == 0) {
		sodium_memzero(&id, sizeof(id));
		return true;
	}
	self = wg_device_find(d, id.key);
	if (self != NULL)
		wg_device_remove(d, self);
	d->id = id;
	d->has_key = true;
	d->ops.random(d->ops.arg, random, sizeof(random));
	wg_gate_init(&d->gate, &d->id, random);
	d->ops.random(d->ops.arg, d->nonce, sizeof(d->nonce));
	sodium_memzero(random, sizeof(random));
	sodium_memzero(&id, sizeof(id));
	follow_key(d);
	return true;
}

const uint8_t *
wg_device_key(const struct wg_device *d)
{
	return d->has_key ? d->id.secret : NULL;
}

/* --- peers ---------------------------------------------------------------------------------- */

int
wg_device_add(struct wg_device *d, const uint8_t key[WG_KEY], struct wg_peer **out)
{
	struct wg_peer *p;
	int r;

	*out = wg_device_find(d, key);
	if (*out != NULL)
		return 0;
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return -ENOMEM;
	p->named.peer = p->holder.peer = p;
	r = wg_other_set(&p->other, &d->id, key, NULL) ? map_put(d->peers, key, WG_KEY, p, NULL) : -EINVAL;
	if (r < 0)
		wg_peer_free(d, p);
	else
		*out = p;
	return r;
}

struct wg_peer *
wg_device_find(const struct wg_device *d, const uint8_t key[WG_KEY])
{
	return map_get(d->peers, key, WG_KEY);
}

void
wg_device_remove(struct wg_device *d, struct wg_peer *p)
{
	(void)map_del(d->peers, p->other.key, WG_KEY);	/* it is p */
	wg_allowed_del_all(d->allowed, &p->holder);
	d->ops.lost(d->ops.arg, p);
	wg_peer_free(d, p);
}

struct wg_peer *
wg_device_next(const struct wg_device *d, size_t *it)
{
	const void *key;
	void *value;
	size_t n;

	return map_next(d->peers, it, &key, &n, &value) ? value : NULL;
}

void
wg_peer_set_psk(struct wg_peer *p, const uint8_t psk[WG_KEY])
{
	if (psk == NULL)
		memset(p->other.psk, 0, WG_KEY);
	else
		memcpy(p->other.psk, psk, WG_KEY);
}

void
wg_peer_set_endpoint(struct wg_peer *p, const struct addr_port *to)
{
	p->path = (struct wg_path){ .to = *to };
}

void
wg_peer_set_keepalive(struct wg_device *d, struct wg_peer *p, unsigned seconds, int64_t now_ms)
{
	const bool on = p->timers.persistent_ms == 0 && seconds > 0;

	p->timers.persistent_ms = seconds * 1000;
	if (on)
		wg_peer_send_empty(d, p, now_ms);
	wg_timers_any_passed(&p->timers, now_ms);
	wg_peer_rearm(d, p);
}

int
wg_peer_allow(struct wg_device *d, struct wg_peer *p, const struct addr_prefix *net)
{
	return wg_allowed_put(d->allowed, net, &p->holder);
}

void
wg_peer_forbid(struct wg_device *d, struct wg_peer *p, const struct addr_prefix *net)
{
	wg_allowed_del(d->allowed, net, &p->holder);
}

void
wg_peer_forbid_all(struct wg_device *d, struct wg_peer *p)
{
	wg_allowed_del_all(d->allowed, &p->holder);
}

static int
by_peer(const void *a, const void *b)
{
	const struct wg_allow *x = a, *y = b;

	return x->peer == y->peer ? 0 : x->peer < y->peer ? -1 : 1;
}

struct wg_allow *
wg_device_allows(const struct wg_device *d, size_t *n)
{
	struct wg_allow *all = calloc(wg_allowed_count(d->allowed) + 1, sizeof(*all));
	struct wg_peer *peer;
	size_t it = 0;

	*n = 0;
	while (all != NULL && wg_allowed_next(d->allowed, &it, &all[*n].net, &peer))
		all[(*n)++].peer = peer;
	if (all != NULL)
		qsort(all, *n, sizeof(*all), by_peer);
	return all;
}

void
wg_peer_facts(const struct wg_peer *p, struct wg_peer_facts *out)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->key, p->other.key, WG_KEY);
	memcpy(out->psk, p->other.psk, WG_KEY);
	out->endpoint = p->path.to;
	out->handshake_ms = p->handshake_ms;
	out->received = p->received;
	out->sent = p->sent;
	out->keepalive_s = p->timers.persistent_ms / 1000;
}

/* Whatever else changes, octets have come or gone for it. */
bool
wg_peer_news(struct wg_peer *p)
{
	const uint64_t sum = p->received + p->sent;
	const bool news = sum != p->told;

	p->told = sum;
	return news;
}

bool
wg_peer_is_known(const struct wg_peer *p)
{
	return p->path.to.addr.len != 0;
}

struct wg_peer *
wg_device_route(const struct wg_device *d, const struct addr *to)
{
	return wg_allowed_find(d->allowed, to);
}

/* --- time ------------------------------------------------------------------------------------- */

static void
run_peer(struct wg_device *d, struct wg_peer *p, int64_t now_ms)
{
	const unsigned due = wg_timers_due(&p->timers, now_ms);

	if ((due & WG_DUE_FORGET) != 0)
		wg_peer_forget(d, p);
	if ((due & WG_DUE_GIVE_UP) != 0)
		d->ops.lost(d->ops.arg, p);
	wg_peer_rearm(d, p);
	if ((due & (WG_DUE_RETRY | WG_DUE_HANDSHAKE)) != 0)
		wg_peer_initiate(d, p, (due & WG_DUE_RETRY) != 0, now_ms);
	if ((due & WG_DUE_KEEPALIVE) != 0)
		wg_peer_send_empty(d, p, now_ms);
}

void
wg_device_run(struct wg_device *d, int64_t now_ms)
{
	struct wg_entry *e;

	while ((e = wg_agenda_first(&d->agenda)) != NULL && e->at <= now_ms)
		run_peer(d, (struct wg_peer *)(void *)e, now_ms);
}

int64_t
wg_device_due(const struct wg_device *d)
{
	const struct wg_entry *e = wg_agenda_first(&d->agenda);

	return e == NULL ? 0 : e->at;
}
