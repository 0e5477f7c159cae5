/* Devices of the VPN; see clients.h. */
#include "role/clients.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/live.h"
#include "base/err.h"
#include "base/log.h"
#include "ddns/provider.h"
#include "role/core.h"
#include "role/ddns.h"
#include "vault/client.h"

/* --- keys ------------------------------------------------------------------------------------ */

void
clients_handshake(struct core *c, const char *public_key)
{
	struct err e;

	err_clear(&e);
	if (vault_client_drop(c->vault, public_key, &e) < 0)
		log_line(LOG_VAULT, LOG_ERROR, "a client's key is not destroyed, it is tried again", "err", e.detail, NULL);
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

static void
peer_facts(void *arg, const char *public_key, struct api_peer_facts *out)
{
	(void)arg;
	(void)public_key;
	*out = (struct api_peer_facts){ .known = false };
}

void
clients_fill(struct api_live *out)
{
	out->peer_facts = peer_facts;
	out->places = places;
	out->places_find = places_find;
}
