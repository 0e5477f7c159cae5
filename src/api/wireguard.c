/* The server side of the VPN. */
#include "api/wireguard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "api/peer.h"
#include "api/peer_shape.h"
#include "api/peer_view.h"
#include "api/request.h"
#include "api/wireguard_shape.h"
#include "base/wgkey.h"
#include "wg/client.h"
#include "wg/server_text.h"

enum { HEARD_S = 86400, ENDPOINT_MAX = WG_CLIENT_HOST_SIZE + 16 };

/* --- what runs -------------------------------------------------------------------------------- */

static json_t *
allowed_json(const struct conf_peer *p)
{
	char text[ADDR_TEXT_MAX];
	json_t *list = json_array();
	size_t i;

	(void)json_array_append_new(list, json_sprintf("%s/32", addr_text(&p->ip, text)));	/* a lost row shows, as below */
	if (p->ip6.len != 0)
		(void)json_array_append_new(list, json_sprintf("%s/128", addr_text(&p->ip6, text)));
	for (i = 0; i < p->subnets.n; i++)
		(void)json_array_append_new(list, json_string(addr_prefix_text(&p->subnets.v[i], text)));
	return list;
}

static json_t *
peer_json(const struct api_req *rq, const struct conf_peer *p)
{
	const struct api_live *live = &rq->deps->live;
	char text[ADDR_TEXT_MAX];
	struct api_peer_facts f;

	live->peer_facts(live->arg, p->public_key, &f);
	return json_pack("{s:s, s:s, s:s, s:s?, s:o, s:b, s:I, s:I, s:o}", "name", p->name, "kind", "peer",
	    "public_key", p->public_key, "endpoint", f.endpoint.addr.len == 0 ? NULL : addr_port_text(&f.endpoint, text),
	    "latest_handshake_at", api_time_json(f.handshake_at), "online", api_peer_is_online(rq, &f),
	    "rx_bytes", (json_int_t)f.rx, "tx_bytes", (json_int_t)f.tx, "allowed_ips", allowed_json(p));
}

static json_t *
peers_json(const struct api_req *rq)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < rq->conf->npeers; i++)
		if (rq->conf->peers[i].enabled && json_array_append_new(list, peer_json(rq, &rq->conf->peers[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static void
peers_get(struct api_req *rq)
{
	api_ok(rq, peers_json(rq));
}

static const char *
endpoint_text(const struct conf *c, const struct api_places *at, char buf[ENDPOINT_MAX])
{
	const struct wg_client_place place = { at->ip, at->ip6, at->lan };
	char host[WG_CLIENT_HOST_SIZE];

	wg_client_host(c, &place, host);
	(void)snprintf(buf, ENDPOINT_MAX, strchr(host, ':') != NULL ? "[%s]:%u" : "%s:%u", host, c->wireguard.port);	/* fits */
	return buf;
}

static void
status_get(struct api_req *rq)
{
	static const char *const backends[] = { "auto", "kernel", "userspace" };
	const struct api_live *live = &rq->deps->live;
	const struct conf_wireguard *w = &rq->conf->wireguard;
	char address[ADDR_TEXT_MAX], address6[ADDR_TEXT_MAX], endpoint[ENDPOINT_MAX];
	struct api_places places;
	struct api_vpn vpn;

	live->places(live->arg, &places);
	live->vpn(live->arg, &vpn);
	api_ok(rq, json_pack("{s:b, s:s?, s:s, s:s, s:s, s:s?, s:s, s:s?, s:i, s:i, s:s, s:o}", "running", vpn.running,
	    "reason", vpn.reason[0] != '\0' ? vpn.reason : NULL, "interface", w->interface, "backend", backends[w->backend],
	    "data_plane", vpn.data_plane, "public_key", w->public_key, "address", addr_prefix_text(&w->address, address),
	    "address6", w->address6.addr.len == 0 ? NULL : addr_prefix_text(&w->address6, address6), "port", (int)w->port,
	    "mtu", w->mtu, "endpoint", endpoint_text(rq->conf, &places, endpoint), "peers", peers_json(rq)));
}

/* A handshake from there is the only proof that needs nobody else. */
static void
check_port(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct api_vpn vpn;
	bool heard;
	char reason[128];

	live->vpn(live->arg, &vpn);
	heard = vpn.heard_public_at != 0 && rq->now - vpn.heard_public_at <= HEARD_S;
	if (heard)
		(void)snprintf(reason, sizeof(reason), "a device connected from a public address %lld min ago",
		    (long long)(rq->now - vpn.heard_public_at) / 60);	/* fits, as the others */
	else if (!vpn.port_bound)
		(void)snprintf(reason, sizeof(reason), "the cell does not listen there");
	else
		(void)snprintf(reason, sizeof(reason), "no device has connected from a public address in the last 24 hours: "
		    "try one that is not at home");
	api_ok(rq, json_pack("{s:i, s:b, s:o, s:s}", "port", (int)rq->conf->wireguard.port, "bound", vpn.port_bound,
	    "open", heard ? json_true() : vpn.port_bound ? json_null() : json_false(), "reason", reason));
}

/* --- keys, file ------------------------------------------------------------------------------- */

static void
key_get(struct api_req *rq)
{
	api_ok(rq, json_pack("{s:s?}", "public_key", rq->conf->wireguard.public_key));
}

static void
keys_post(struct api_req *rq)
{
	char shared[WGKEY_TEXT];
	struct wgkey_pair pair;
	json_t *out;

	wgkey_pair_make(&pair);
	wgkey_shared_make(shared);
	out = json_pack("{s:s, s:s, s:s}", "private_key", pair.private_key, "public_key", pair.public_key,
	    "preshared_key", shared);
	wgkey_pair_wipe(&pair);
	sodium_memzero(shared, sizeof(shared));
	api_ok(rq, out);
}

static void
config_get(struct api_req *rq)
{
	char *text = wg_server_text(rq->conf);

	api_ok(rq, text == NULL ? NULL : json_pack("{s:s}", "config", text));
	free(text);
}

/* --- the address ------------------------------------------------------------------------------ */

/* rq->state while it is looked for. */
struct looking { char before[ENDPOINT_MAX]; };

static void
on_placed(void *arg, const struct api_places *p, const struct err *e)
{
	struct api_req *rq = arg;
	const struct looking *l = rq->state;
	char endpoint[ENDPOINT_MAX], ip[ADDR_TEXT_MAX], ip6[ADDR_TEXT_MAX];
	struct err mine = { 0 };

	if (e != NULL) {
		(void)err_set(&mine, ERR_REMOTE, "%s", e->detail);	/* whoever it was that failed: answered */
		api_fail(rq, &mine);
		return;
	}
	(void)endpoint_text(rq->conf, p, endpoint);	/* returns it */
	api_ok(rq, json_pack("{s:s?, s:s?, s:s, s:b}", "public_ip", p->ip.len == 0 ? NULL : addr_text(&p->ip, ip),
	    "public_ip6", p->ip6.len == 0 ? NULL : addr_text(&p->ip6, ip6), "endpoint", endpoint,
	    "changed", strcmp(endpoint, l->before) != 0));
}

static void
refresh_post(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct looking *l = arena_alloc(rq->arena, sizeof(*l));
	struct api_places places;

	if (l == NULL) {
		api_no_memory(rq);
		return;
	}
	live->places(live->arg, &places);
	(void)endpoint_text(rq->conf, &places, l->before);	/* returns it */
	rq->state = l;
	if (!live->places_find(live->arg, on_placed, rq))
		api_refuse(rq, 502, "remote", "the public addresses cannot be looked for now");
}

const struct api_route api_wireguard_routes[] = {
	{ HTTP_GET, "/api/wireguard/status", AUTH_WHO_ADMIN, 0, status_get, "How the VPN is", 0, 200,
	    NULL, NULL, &api_wg_status_shape, NULL },
	{ HTTP_GET, "/api/wireguard/peers", AUTH_WHO_ADMIN, 0, peers_get, "Who may connect, and what is known of them", 0, 200,
	    NULL, NULL, &api_wg_peers_shape, NULL },
	{ HTTP_POST, "/api/wireguard/peers", AUTH_WHO_ADMIN, KIB(16), api_peer_create, "As POST /api/peers", API_CHANGES, 201,
	    NULL, &api_peer_new_shape, &api_peer_made_shape, "409 503 507" },
	{ HTTP_GET, "/api/wireguard/keys", AUTH_WHO_ADMIN, 0, key_get, "The public key of the cell", 0, 200,
	    NULL, NULL, &api_wg_key_shape, NULL },
	{ HTTP_POST, "/api/wireguard/keys", AUTH_WHO_ADMIN, 0, keys_post, "Fresh keys for whatever use; they are stored nowhere",
	    0, 200, NULL, NULL, &api_wg_keys_shape, NULL },
	{ HTTP_GET, "/api/wireguard/config", AUTH_WHO_ADMIN, 0, config_get, "The cell's side as a file, keys hidden", 0, 200,
	    NULL, NULL, &api_wg_config_shape, NULL },
	{ HTTP_POST, "/api/wireguard/refresh-ip", AUTH_WHO_ADMIN, 0, refresh_post, "Look for the public addresses now", 0, 200,
	    NULL, NULL, &api_wg_place_shape, "502" },
	{ HTTP_POST, "/api/wireguard/check-port", AUTH_WHO_ADMIN, 0, check_port, "Is the VPN reached from outside", 0, 200,
	    NULL, NULL, &api_wg_port_shape, NULL },
	{ .path = NULL }
};
