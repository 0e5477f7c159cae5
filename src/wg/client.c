/* Client files; see client.h. */
#include "wg/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/wr.h"
#include "conf/conf.h"

enum {
	DNS_MAX = 4,
	HEAD_MAX = 1024,		/* all lines but AllowedIPs; wr refuses more */
	PREFIX_TEXT = 46,		/* "…/128, " */
	DIGEST = crypto_hash_sha256_BYTES
};

/* A network of AllowedIPs, and whose it is. */
struct part {
	struct addr_prefix net;
	const struct conf_peer *of;	/* NULL: everybody's */
};

struct wg_client_plan {
	const struct conf *conf;
	char host[WG_CLIENT_HOST_SIZE];
	struct part *parts;		/* of a split tunnel, sorted, each network once for each owner */
	size_t nparts;
	uint8_t split[DIGEST];		/* of the list of somebody who has no networks of his own */
};

/* --- where the cell is ------------------------------------------------------------------------ */

static const struct addr *
address_of(const struct wg_client_place *at)
{
	if (at->ip.len != 0)
		return &at->ip;
	return at->ip6.len != 0 ? &at->ip6 : &at->lan;
}

void
wg_client_host(const struct conf *c, const struct wg_client_place *at, char host[WG_CLIENT_HOST_SIZE])
{
	const char *set = c->wireguard.endpoint_host;
	char text[ADDR_TEXT_MAX];

	if (set == NULL || strcmp(set, "auto") == 0)
		set = c->identity.domain_mode != CONF_MODE_LAN ? c->identity.domain_name : addr_text(address_of(at), text);
	(void)snprintf(host, WG_CLIENT_HOST_SIZE, "%s", set);	/* names have at most 253 characters */
}

/* --- AllowedIPs -------------------------------------------------------------------------------- */

static int
compare(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	int r = addr_cmp(&x->net.addr, &y->net.addr);

	if (r == 0)
		r = (int)x->net.bits - (int)y->net.bits;
	return r != 0 ? r : (x->of > y->of) - (x->of < y->of);
}

static void
add(struct wg_client_plan *p, const struct addr_prefix *net, const struct conf_peer *of)
{
	if (net->addr.len != 0)
		p->parts[p->nparts++] = (struct part){ addr_prefix_net(net), of };
}

static size_t
count_subnets(const struct conf *c)
{
	size_t i, n = 0;

	for (i = 0; i < c->npeers; i++)
		n += c->peers[i].subnets.n;
	return n;
}

/* VPN networks, what is behind the peers, and what the owner adds; never the range of the services. */
static bool
plan_parts(struct wg_client_plan *p)
{
	const struct conf_wireguard *w = &p->conf->wireguard;
	size_t i, k;

	p->parts = calloc(2 + w->split_prefixes.n + count_subnets(p->conf), sizeof(p->parts[0]));
	if (p->parts == NULL)
		return false;
	add(p, &w->address, NULL);
	add(p, &w->address6, NULL);
	for (i = 0; i < w->split_prefixes.n; i++)
		add(p, &w->split_prefixes.v[i], NULL);
	for (i = 0; i < p->conf->npeers; i++)
		for (k = 0; p->conf->peers[i].enabled && k < p->conf->peers[i].subnets.n; k++)
			add(p, &p->conf->peers[i].subnets.v[k], &p->conf->peers[i]);
	qsort(p->parts, p->nparts, sizeof(p->parts[0]), compare);
	return true;
}

bool
wg_client_is_full(const struct conf_peer *peer)
{
	return peer->internet_access || (peer->exit_via != NULL && strcmp(peer->exit_via, "default") != 0);
}

/* By name: a digest may be asked for a peer that the configuration does not have yet. */
static bool
is_own(const struct part *part, const struct conf_peer *peer)
{
	return part->of != NULL && (part->of == peer || strcmp(part->of->name, peer->name) == 0);
}

static void
put_allowed(struct wr *w, const struct wg_client_plan *p, const struct conf_peer *peer)
{
	const struct addr_prefix *last = NULL;
	char text[ADDR_TEXT_MAX];
	size_t i;

	for (i = 0; i < p->nparts; i++) {
		const struct addr_prefix *net = &p->parts[i].net;

		if (is_own(&p->parts[i], peer) || (last != NULL && addr_prefix_eq(last, net)))
			continue;
		wr_printf(w, "%s%s", last == NULL ? "" : ", ", addr_prefix_text(net, text));
		last = net;
	}
}

/* --- text --------------------------------------------------------------------------------------- */

static void
put_dns(struct wr *w, const struct conf_wireguard *c)
{
	const bool own = c->client_dns.n == 0 || strcmp(c->client_dns.v[0], "auto") == 0;
	char text[ADDR_TEXT_MAX];
	size_t i;

	wr_text(w, "DNS = ");
	for (i = 0; !own && i < c->client_dns.n; i++)
		wr_printf(w, "%s%s", i == 0 ? "" : ", ", c->client_dns.v[i]);
	if (own) {
		wr_text(w, addr_text(&c->address.addr, text));
		if (c->address6.addr.len != 0)
			wr_printf(w, ", %s", addr_text(&c->address6.addr, text));
	}
	wr_text(w, "\n");
}

static void
put_interface(struct wr *w, const struct conf_wireguard *c, const struct conf_peer *peer)
{
	char text[ADDR_TEXT_MAX];

	wr_printf(w, "Address = %s/32", addr_text(&peer->ip, text));
	if (peer->ip6.len != 0)
		wr_printf(w, ", %s/128", addr_text(&peer->ip6, text));
	wr_text(w, "\n");
	put_dns(w, c);
	wr_printf(w, "MTU = %d\n", c->mtu);
}

static void
put_endpoint(struct wr *w, const struct wg_client_plan *p)
{
	const bool literal = strchr(p->host, ':') != NULL;

	wr_printf(w, "Endpoint = %s%s%s:%u\n", literal ? "[" : "", p->host, literal ? "]" : "", p->conf->wireguard.port);
	if (p->conf->wireguard.keepalive_s != 0)
		wr_printf(w, "PersistentKeepalive = %d\n", p->conf->wireguard.keepalive_s);
}

static void
put_line(struct wr *w, const char *name, const char *value)
{
	if (value != NULL)
		wr_printf(w, "%s = %s\n", name, value);
}

static void
put_file(struct wr *w, const struct wg_client_plan *p, const struct conf_peer *peer, const char *private_key,
    const char *preshared_key)
{
	wr_text(w, "[Interface]\n");
	put_line(w, "PrivateKey", private_key);
	put_interface(w, &p->conf->wireguard, peer);
	wr_text(w, "\n[Peer]\n");
	put_line(w, "PublicKey", p->conf->wireguard.public_key);
	put_line(w, "PresharedKey", preshared_key);
	wr_text(w, "AllowedIPs = ");
	if (wg_client_is_full(peer))
		wr_text(w, "0.0.0.0/0, ::/0");
	else
		put_allowed(w, p, peer);
	wr_text(w, "\n");
	put_endpoint(w, p);
}

char *
wg_client_text(const struct wg_client_plan *p, const struct conf_peer *peer, const char *private_key,
    const char *preshared_key)
{
	const size_t size = HEAD_MAX + p->nparts * PREFIX_TEXT + 1;
	char *text = malloc(size);
	struct wr w;

	if (text == NULL)
		return NULL;
	wr_init(&w, text, size);
	put_file(&w, p, peer, private_key, preshared_key);
	wr_u8(&w, 0);
	if (wr_ok(&w))
		return text;
	sodium_memzero(text, size);
	free(text);
	return NULL;
}

void
wg_client_text_free(char *text)
{
	if (text != NULL)
		sodium_memzero(text, strlen(text));
	free(text);
}

void
wg_client_name(const char *peer, char name[WG_CLIENT_NAME_SIZE])
{
	(void)snprintf(name, WG_CLIENT_NAME_SIZE, "%.15s.conf", peer);	/* fits; name64 has no other characters */
}

/* --- digest -------------------------------------------------------------------------------------- */

/* The list of networks, which can be long, as a digest of its own. */
static bool
hash_allowed(const struct wg_client_plan *p, const struct conf_peer *peer, uint8_t out[DIGEST])
{
	const size_t size = p->nparts * PREFIX_TEXT + 1;
	uint8_t *text = malloc(size);
	struct wr w;

	if (text == NULL)
		return false;
	wr_init(&w, text, size);
	put_allowed(&w, p, peer);
	(void)crypto_hash_sha256(out, text, wr_len(&w));	/* cannot fail */
	free(text);
	return true;
}

static bool
allowed_digest(const struct wg_client_plan *p, const struct conf_peer *peer, uint8_t out[DIGEST])
{
	if (peer->subnets.n > 0)
		return hash_allowed(p, peer, out);
	memcpy(out, p->split, DIGEST);
	return true;
}

bool
wg_client_digest(const struct wg_client_plan *p, const struct conf_peer *peer, char hex[WG_CLIENT_DIGEST_SIZE])
{
	uint8_t text[2 * HEAD_MAX], digest[DIGEST];
	const char *ref = peer->secret_ref;
	struct wr w;

	wr_init(&w, text, sizeof(text));
	/* a reference stands for what it names: a new preshared key has a new one */
	wr_printf(&w, "%s\n%s\n%s\n", peer->public_key, ref != NULL ? ref : "", p->conf->wireguard.public_key);
	put_interface(&w, &p->conf->wireguard, peer);
	put_endpoint(&w, p);
	if (wg_client_is_full(peer))
		memset(digest, 0, sizeof(digest));
	else if (!allowed_digest(p, peer, digest))
		return false;
	wr_bytes(&w, digest, sizeof(digest));
	(void)crypto_hash_sha256(digest, text, wr_len(&w));	/* cannot fail */
	(void)sodium_bin2hex(hex, WG_CLIENT_DIGEST_SIZE, digest, sizeof(digest));
	return true;
}

/* --- life ------------------------------------------------------------------------------------------ */

struct wg_client_plan *
wg_client_plan_new(const struct conf *c, const struct wg_client_place *at)
{
	static const struct conf_peer nobody = { .name = "" };
	struct wg_client_plan *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->conf = c;
	wg_client_host(c, at, p->host);
	if (plan_parts(p) && hash_allowed(p, &nobody, p->split))
		return p;
	wg_client_plan_free(p);
	return NULL;
}

void
wg_client_plan_free(struct wg_client_plan *p)
{
	if (p == NULL)
		return;
	free(p->parts);
	free(p);
}
