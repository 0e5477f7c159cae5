/* Devices of the VPN; see clients.h. */
#include "role/clients.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/live.h"
#include "api/peer_mark.h"
#include "auth/link.h"
#include "auth/session.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "conf/conf.h"
#include "conf/draft.h"
#include "conf/txn.h"
#include "ddns/provider.h"
#include "io/timer.h"
#include "role/core.h"
#include "role/ddns.h"
#include "vault/client.h"

enum {
	KEY_DAYS_S = 7 * 86400,		/* that an unused key is kept (data.md 4.4) */
	KEY_YOUNG_S = 600,		/* its change may still be under way */
	LOOK_S = 60			/* upkeep comes as often */
};

struct clients {
	struct core *core;
	struct io_timer *expiry;
	bool expiring;			/* a change is under way */
	bool told;			/* that the last one failed */
	struct conf *before;		/* a reference: that was followed last */
};

/* --- keys ------------------------------------------------------------------------------------ */

void
clients_handshake(struct core *c, const char *public_key)
{
	struct err e;

	if (conf_txn_current(c->txn)->wireguard.client_keys == CONF_CLIENT_KEYS_SEALED)
		return;
	err_clear(&e);
	if (vault_client_drop(c->vault, public_key, &e) < 0)
		log_line(LOG_VAULT, LOG_ERROR, "a client's key is not destroyed, it is tried again", "err", e.detail, NULL);
}

struct keep {
	struct map *names;		/* of the keys that peers have */
	int64_t now;
	bool sealed;			/* unused ones are kept, too */
};

static bool
keep(void *arg, const char *name, int64_t made_at)
{
	const struct keep *k = arg;
	int64_t age = k->now - made_at;

	if (age < KEY_YOUNG_S)
		return true;
	return map_get(k->names, name, strlen(name)) != NULL && (k->sealed || age < KEY_DAYS_S);
}

/* False: out of memory. */
static bool
name_keys(struct keep *k, const struct conf *conf)
{
	char name[VAULT_CLIENT_NAME_SIZE];
	size_t i;

	for (i = 0; i < conf->npeers; i++) {
		vault_client_name(conf->peers[i].public_key, name);
		if (map_put(k->names, name, strlen(name), k, NULL) < 0)
			return false;
	}
	return true;
}

static void
sweep_keys(struct core *c)
{
	const struct conf *conf = conf_txn_current(c->txn);
	struct keep k = { map_new(conf->npeers + 1), auth_time_now(&c->time),
		conf->wireguard.client_keys == CONF_CLIENT_KEYS_SEALED };

	if (k.names != NULL && name_keys(&k, conf) && vault_client_sweep(c->vault, keep, &k) < 0)
		log_line(LOG_VAULT, LOG_WARNING, "old keys of clients could not be destroyed", NULL);
	map_free(k.names);
}

/* --- expiry ---------------------------------------------------------------------------------- */

static bool
is_over(const struct conf_peer *p, int64_t now)
{
	return p->enabled && p->expires_at != 0 && p->expires_at <= now;
}

static int
expire_edit(void *arg, json_t *draft, struct err *e)
{
	const struct clients *x = arg;
	const int64_t now = auth_time_now(&x->core->time);
	const struct conf *conf = conf_txn_current(x->core->txn);
	json_t *rows = json_object_get(draft, "peers");
	size_t i;

	for (i = 0; i < conf->npeers; i++)
		if (is_over(&conf->peers[i], now) &&
		    json_object_set_new(conf_draft_record(rows, i), "enabled", json_false()) < 0)
			return err_set(e, ERR_INTERNAL, "out of memory");
	return 0;
}

/* What the change did is seen by comparing: several may have been over. */
static void
on_expired(void *arg, const struct conf_result *r, const struct err *e)
{
	struct clients *x = arg;
	const bool failed = e != NULL && !r->changed;	/* else who writes says so */

	x->expiring = false;
	if (failed && !x->told)
		log_line(LOG_PEERS, LOG_ERROR, "devices that have expired are not off, it is tried again", "err", e->detail, NULL);
	x->told = failed;
}

static void
expire(struct clients *x)
{
	const struct conf_change change = { .actor = "system", .summary = "peer.expire", .due = true, .edit = expire_edit,
	    .done = on_expired, .arg = x };
	struct err e;

	err_clear(&e);
	x->expiring = true;
	if (conf_txn_submit(x->core->txn, &change, &e) < 0)
		on_expired(x, &(struct conf_result){ 0 }, &e);
}

/* Switch off who is due, and come back when the next one is, unless upkeep looks before. */
static void
look(struct clients *x)
{
	const struct conf *conf = conf_txn_current(x->core->txn);
	const int64_t now = auth_time_now(&x->core->time);
	int64_t next = LOOK_S;
	bool due = false;
	size_t i;

	for (i = 0; i < conf->npeers; i++) {
		const struct conf_peer *p = &conf->peers[i];

		due = due || is_over(p, now);
		if (p->enabled && p->expires_at > now && p->expires_at - now < next)
			next = p->expires_at - now;
	}
	if (due && !x->expiring)
		expire(x);
	if (next < LOOK_S)
		io_timer_once(x->expiry, (uint64_t)next * 1000);
}

static void
on_time(void *arg)
{
	struct clients *x = arg;

	if (!x->core->stopping)
		look(x);
}

/* --- life ------------------------------------------------------------------------------------ */

static void
remember(struct clients *x)
{
	conf_unref(x->before);
	x->before = conf_ref(conf_txn_current(x->core->txn));
}

int
clients_start(struct core *c, struct err *e)
{
	struct clients *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return err_sys(e, -ENOMEM, "prepare the devices");
	c->clients = x;
	x->core = c;
	x->expiry = io_timer_new(c->loop, on_time, x);
	if (x->expiry == NULL)
		return err_sys(e, -ENOMEM, "prepare the devices");
	remember(x);
	look(x);
	return 0;
}

void
clients_stop(struct core *c)
{
	if (c->clients == NULL)
		return;
	io_timer_free(c->clients->expiry);
	conf_unref(c->clients->before);
	free(c->clients);
	c->clients = NULL;
}

/* Whoever was switched off because his time was over, by whichever change. */
static void
tell_expired(struct core *c, const struct conf *now)
{
	size_t i;

	for (i = 0; i < now->npeers; i++)
		if (now->peers[i].rev == now->generation && !now->peers[i].enabled && now->peers[i].expires_at != 0 &&
		    now->peers[i].expires_at <= auth_time_now(&c->time))
			log_line(LOG_PEERS, LOG_WARNING, "peer.expired", "peer", now->peers[i].name, NULL);
}

void
clients_follow(struct core *c)
{
	const struct conf *now = conf_txn_current(c->txn);

	auth_links_follow(c->links, now);
	if (c->clients == NULL)
		return;
	(void)auth_sessions_part(c->auth.sessions, c->clients->before, now);	/* any number */
	remember(c->clients);
	if (strcmp(now->summary, "peer.expire") == 0)
		tell_expired(c, now);
	look(c->clients);
}

void
clients_upkeep(struct core *c)
{
	look(c->clients);
	sweep_keys(c);
}

/* --- places ---------------------------------------------------------------------------------- */

struct finding {
	struct core *core;
	api_placed_cb *done;
	void *arg;
};

static void on_found(void *arg, const json_t *found, const struct err *e);

/* What the uplink has is true now; else what was found out last. */
static void
public_of(const struct core *c, struct api_places *out)
{
	struct ddns_addrs told;

	ddns_public(c, &told);
	out->ip = told.v4.len != 0 ? told.v4 : c->found_ip;
	out->ip6 = told.v6.len != 0 ? told.v6 : c->found_ip6;
	if (out->lan.len == 4 && !addr_is_private(&out->lan) && !addr_is_loopback(&out->lan))
		out->ip = out->lan;
}

static void
places(void *arg, struct api_places *out)
{
	const struct core *c = arg;

	memset(out, 0, sizeof(*out));
	welcome_address(c, &out->lan);
	public_of(c, out);
}

int
clients_mark(const struct core *c, json_t *draft, struct err *e)
{
	struct api_places at;

	places((void *)(uintptr_t)c, &at);	/* only looks */
	return api_peer_mark(draft, &at, e);
}

static bool
places_find(void *arg, api_placed_cb *done, void *done_arg)
{
	struct finding *f = malloc(sizeof(*f));

	if (f == NULL)
		return false;
	*f = (struct finding){ arg, done, done_arg };
	if (ddns_look(f->core, on_found, f) != NULL)
		return true;
	free(f);
	return false;
}

static void
on_found(void *arg, const json_t *found, const struct err *e)
{
	struct finding f = *(struct finding *)arg;
	struct ddns_addrs at;
	struct api_places p;
	struct err mine;

	free(arg);
	err_clear(&mine);
	if (e == NULL && !ddns_look_read(found, &at))
		e = (err_set(&mine, ERR_REMOTE, "no public address was found"), &mine);
	if (e != NULL) {
		f.done(f.arg, NULL, e);
		return;
	}
	f.core->found_ip = at.v4;
	f.core->found_ip6 = at.v6;
	places(f.core, &p);
	p.ip = at.v4;
	p.ip6 = at.v6;
	f.done(f.arg, &p, NULL);
}

/* --- the API --------------------------------------------------------------------------------- */

void
clients_fill(struct api_live *out)
{
	out->places = places;
	out->places_find = places_find;
}
