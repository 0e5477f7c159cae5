/* Peers as documents; see peer_view.h. */
#include "api/peer_view.h"

#include <string.h>

#include <sodium.h>

#include "api/request.h"
#include "conf/peer.h"
#include "conf/public.h"
#include "qr/code.h"
#include "vault/client.h"
#include "vault/vault.h"
#include "wg/client.h"

struct wg_client_plan *
api_peer_plan(const struct api_req *rq, const struct conf *c)
{
	const struct api_live *live = &rq->deps->live;
	struct wg_client_place at;
	struct api_places places;

	live->places(live->arg, &places);
	at = (struct wg_client_place){ places.ip, places.ip6, places.lan };
	return wg_client_plan_new(c, &at);
}

bool
api_peer_is_online(const struct api_req *rq, const struct api_peer_facts *f)
{
	return f->handshake_at != 0 && rq->now - f->handshake_at <= API_PEER_ONLINE_S;
}

const json_t *
api_peer_row(const struct conf *c, const struct conf_peer *p)
{
	return json_array_get(json_object_get(c->doc, "peers"), (size_t)(p - c->peers));
}

/* --- the peer ------------------------------------------------------------------------------- */

/* Words of services that are not there (src/DESIGN.md) let nobody do anything. */
static bool
has_service(const struct conf_peer *p)
{
	size_t i;

	for (i = 0; i < p->service_access.n; i++)
		if (!conf_peer_is_service(p->service_access.v[i]))
			return true;
	return false;
}

static json_t *
capabilities(const struct conf_peer *p)
{
	const struct { bool has; const char *name; } all[] = {
		{ p->internet_access, "internet" }, { has_service(p), "services" }, { p->peer_access, "p2p" },
		{ p->lan_access, "lan" }, { strcmp(p->exit_via, "default") != 0, "exit" }
	};
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].has)
			(void)json_array_append_new(list, json_string(all[i].name));	/* a lost word shows */
	return list;
}

static json_t *
endpoint_json(const struct api_peer_facts *f)
{
	char text[ADDR_TEXT_MAX];

	return f->endpoint.addr.len == 0 ? json_null() : json_string(addr_port_text(&f->endpoint, text));
}

static bool
needs_reinstall(const struct wg_client_plan *plan, const struct conf_peer *p)
{
	char digest[WG_CLIENT_DIGEST_SIZE];

	return p->installed == NULL || !wg_client_digest(plan, p, digest) || strcmp(p->installed, digest) != 0;
}

json_t *
api_peer_view(const struct api_req *rq, const struct wg_client_plan *plan, const struct conf *c, const struct conf_peer *p)
{
	const struct api_live *live = &rq->deps->live;
	json_t *out = conf_public(api_peer_row(c, p)), *more;
	struct api_peer_facts f;

	live->peer_facts(live->arg, p->public_key, &f);
	more = json_pack("{s:b, s:b, s:b, s:o, s:o, s:b, s:I, s:I, s:o, s:s}",
	    "config_needs_reinstall", needs_reinstall(plan, p), "full_tunnel", wg_client_is_full(p),
	    "has_private_key", vault_client_has(rq->deps->vault, p->public_key), "endpoint", endpoint_json(&f),
	    "latest_handshake_at", api_time_json(f.handshake_at),
	    "online", api_peer_is_online(rq, &f),
	    "rx_bytes", (json_int_t)f.rx, "tx_bytes", (json_int_t)f.tx, "capabilities", capabilities(p),
	    "exit_effective", p->internet_access ? "direct" : "blocked");
	if (out == NULL || more == NULL || json_object_update(out, more) < 0) {
		json_decref(out);
		out = NULL;
	}
	json_decref(more);
	return out;
}

json_t *
api_peer_view_one(const struct api_req *rq, const struct conf *c, const struct conf_peer *p)
{
	struct wg_client_plan *plan = api_peer_plan(rq, c);
	json_t *out = plan == NULL ? NULL : api_peer_view(rq, plan, c, p);

	wg_client_plan_free(plan);
	return out;
}

/* --- its file -------------------------------------------------------------------------------- */

/* The keys that go into a file: made for this request, or sealed. New reference; NULL with e. */
static json_t *
keys_of(const struct api_req *rq, const struct conf_peer *p, struct err *e)
{
	char private_key[VAULT_CLIENT_KEY_SIZE];
	json_t *keys = NULL;

	if (rq->keys != NULL && strcmp(api_text(rq->keys, "public_key"), p->public_key) == 0)
		return json_incref(rq->keys);
	if (p->secret_ref == NULL)
		keys = json_object();
	else if (vault_get(rq->deps->vault, p->secret_ref, &keys, e) < 0)
		return NULL;
	if (!vault_client_has(rq->deps->vault, p->public_key))
		return keys;
	if (vault_client_get(rq->deps->vault, p->public_key, private_key, e) < 0) {
		json_decref(keys);
		return NULL;
	}
	(void)json_object_set_new(keys, "private_key", json_string(private_key));	/* out of memory: an incomplete file */
	sodium_memzero(private_key, sizeof(private_key));
	return keys;
}

static char *
text_of(const struct api_req *rq, const struct conf *c, const struct conf_peer *p, const json_t *keys)
{
	struct wg_client_plan *plan = api_peer_plan(rq, c);
	char *text = plan == NULL ? NULL :
	    wg_client_text(plan, p, api_text(keys, "private_key"), api_text(keys, "preshared_key"));

	wg_client_plan_free(plan);
	return text;
}

/* A picture of half a file helps nobody. NULL, too, where the text is too long for one. */
static char *
picture_of(const char *text, bool complete)
{
	return complete ? qr_svg(text) : NULL;
}

json_t *
api_peer_file(const struct api_req *rq, const struct conf *c, const struct conf_peer *p, struct err *e)
{
	char name[WG_CLIENT_NAME_SIZE], *text, *svg;
	json_t *keys = keys_of(rq, p, e), *out;
	bool complete = api_text(keys, "private_key") != NULL;

	if (keys == NULL)
		return NULL;
	text = text_of(rq, c, p, keys);
	json_decref(keys);
	svg = text == NULL ? NULL : picture_of(text, complete);
	wg_client_name(p->name, name);
	out = text == NULL ? NULL : json_pack("{s:s, s:s, s:s?, s:b}", "config", text, "filename", name, "qr_svg", svg,
	    "complete", complete);
	wg_client_text_free(text);
	wg_client_text_free(svg);
	if (out == NULL)
		(void)err_set(e, ERR_INTERNAL, "out of memory");	/* NULL tells */
	return out;
}

/* --- what is installed ------------------------------------------------------------------------- */

/* The row as far as a file depends on it. False: it is none yet. */
static bool
read_row(const struct api_req *rq, const json_t *row, struct conf_peer *p)
{
	const json_t *subnets = json_object_get(row, "subnets"), *v;
	size_t i;

	*p = (struct conf_peer){ .name = api_text(row, "name"), .public_key = api_text(row, "public_key"),
		.secret_ref = api_text(row, "secret_ref"), .internet_access = api_bool(row, "internet_access", true),
		.exit_via = api_text(row, "exit_via"), .enabled = true };
	p->subnets.v = arena_alloc(rq->arena, json_array_size(subnets) * sizeof(p->subnets.v[0]) + 1);
	if (p->name == NULL || p->public_key == NULL || p->subnets.v == NULL || !addr_read(api_str(row, "ip"), &p->ip))
		return false;
	(void)addr_read(api_str(row, "ip6"), &p->ip6);	/* or none */
	json_array_foreach(subnets, i, v)
		if (!json_is_string(v) || !addr_prefix_read(str_of(json_string_value(v)), &p->subnets.v[p->subnets.n++]))
			return false;
	return true;
}

int
api_peer_installed(const struct api_req *rq, const struct conf *c, json_t *row, struct err *e)
{
	struct wg_client_plan *plan = api_peer_plan(rq, c);
	char digest[WG_CLIENT_DIGEST_SIZE];
	struct conf_peer p;
	bool ok = plan != NULL && read_row(rq, row, &p) && wg_client_digest(plan, &p, digest);

	wg_client_plan_free(plan);
	if (json_object_set_new(row, "installed", ok ? json_string(digest) : json_null()) < 0)
		return err_set(e, ERR_INTERNAL, "out of memory");
	return 0;
}
