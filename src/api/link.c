/* One-time links. */
#include "api/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "api/link_page.h"
#include "api/peer.h"
#include "api/peer_change.h"
#include "api/peer_file.h"
#include "api/peer_shape.h"
#include "api/peer_view.h"
#include "api/request.h"
#include "auth/link.h"
#include "base/log.h"
#include "base/rate.h"
#include "conf/txn.h"
#include "sys/clk.h"
#include "vault/client.h"
#include "wg/client.h"

#define COOKIE "pic_link"

/* --- made and revoked ------------------------------------------------------------------------ */

/* Where somebody without the VPN reaches the cell: its public name, else its address at home. */
static const char *
base_url(struct api_req *rq, const struct conf *c)
{
	const struct api_live *live = &rq->deps->live;
	const uint16_t port = live->https_port(live->arg);
	char text[ADDR_TEXT_MAX], tail[8] = "";
	struct api_places at;

	live->places(live->arg, &at);
	if (port != 443)
		(void)snprintf(tail, sizeof(tail), ":%u", port);	/* five digits fit */
	if (c->identity.domain_mode != CONF_MODE_LAN)
		return arena_printf(rq->arena, "https://%s%s", c->identity.domain_name, tail);
	return arena_printf(rq->arena, at.lan.len == 16 ? "https://[%s]%s" : "https://%s%s", addr_text(&at.lan, text), tail);
}

static void
link_answer(struct api_req *rq, const struct conf *c, const struct conf_peer *p)
{
	const struct auth_link_ask ask = { p->name, p->public_key, api_int(rq->body, "expires_in_s", AUTH_LINK_S) };
	char token[AUTH_LINK_TEXT];
	struct auth_link link;
	struct err e = { 0 };

	if (!vault_client_has(rq->deps->vault, p->public_key)) {
		api_refuse(rq, 409, "conflict", "the private key is not held any more: make the link with new keys (rekey)");
		return;
	}
	if (auth_link_make(rq->deps->links, &ask, token, &link, &e) < 0) {
		api_fail(rq, &e);
		return;
	}
	log_line(LOG_PEERS, LOG_INFO, "a link was made", "peer", p->name, "by", rq->actor, "link", link.id, NULL);
	api_header(rq, "Location", "/api/peers/%s/link", p->name);	/* where it ends; its own address is a secret */
	api_ok(rq, json_pack("{s:s, s:o, s:o}", "id", link.id, "url", json_sprintf("%s/p/%s", base_url(rq, c), token),
	    "expires_at", api_time_json(link.expires_at)));
	sodium_memzero(token, sizeof(token));
}

static void
on_rekeyed(struct api_req *rq, const struct conf_result *r)
{
	const struct api_peer_change *x = rq->state;

	link_answer(rq, r->conf, conf_peer_find(r->conf, x->name));
}

static void
link_post(struct api_req *rq)
{
	const struct conf_peer *p = api_peer_of_path(rq);

	if (p == NULL)
		return;
	if (!p->enabled)
		api_refuse(rq, 409, "conflict", "the device is off");
	else if (api_bool(rq->body, "rekey", false))
		api_peer_rekey(rq, arena_strdup(rq->arena, p->name), on_rekeyed);
	else
		link_answer(rq, rq->conf, p);
}

static void
link_delete(struct api_req *rq)
{
	const struct conf_peer *p = api_peer_of_path(rq);

	if (p != NULL)
		api_ok(rq, json_pack("{s:I}", "deleted", (json_int_t)auth_links_revoke(rq->deps->links, p->name)));
}

/* --- opened ---------------------------------------------------------------------------------- */

/* Inline styles are the page's own; it loads and runs nothing. Referrers stay inside: the address is the secret. */
static void
page_reply(struct api_req *rq, int status, const struct api_link_page *page)
{
	size_t n = 0;
	char *html = api_link_page(page, &n);

	if (html == NULL) {
		api_no_memory(rq);
		return;
	}
	api_header(rq, "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
	    "base-uri 'none'; frame-ancestors 'none'");
	api_header(rq, "Referrer-Policy", "same-origin");
	api_reply_bytes(rq, status, "text/html; charset=utf-8", (struct str){ html, n });
	sodium_memzero(html, n);
	free(html);
}

static uint64_t
now_ms(const struct api_req *rq)
{
	const struct clk *clk = rq->deps->clk;

	return (uint64_t)(clk->mono_ns(clk) / 1000000);
}

static bool
is_counted(const struct api_req *rq)
{
	return rq->origin->zone != CONF_ZONE_LOCAL;	/* LIM-3 */
}

/* A look costs one of ten a minute, which somebody who may look gets back. False: answered. */
static bool
may_look(struct api_req *rq)
{
	struct rate *r = rq->api->misses;

	if (!is_counted(rq) || rate_take(r, &rq->origin->client.addr, now_ms(rq)))
		return true;
	api_header(rq, "Retry-After", "%d", rate_wait_s(r, &rq->origin->client.addr, now_ms(rq)));
	api_refuse(rq, 429, "rate-limited", "too many links that do not work were tried from here: wait a minute");
	return false;
}

static struct str
cookie_of(const struct api_req *rq)
{
	struct str v = { "", 0 };

	return auth_cookie_read(api_header_get(rq, "Cookie"), COOKIE, &v) ? v : (struct str){ "", 0 };
}

/* The peer that a link is for, if its file can still be shown. NULL: answered. */
static const struct conf_peer *
peer_of(struct api_req *rq, const struct auth_link *link)
{
	const struct conf_peer *p = link == NULL ? NULL : conf_peer_find(rq->conf, link->peer);

	if (p != NULL && p->enabled && strcmp(p->public_key, link->public_key) == 0 &&
	    vault_client_has(rq->deps->vault, p->public_key)) {
		if (is_counted(rq))
			rate_give(rq->api->misses, &rq->origin->client.addr);
		return p;
	}
	page_reply(rq, 404, NULL);
	return NULL;
}

/* "2026-07-01 09:45 UTC" */
static const char *
until_text(struct api_req *rq, int64_t at)
{
	char text[CLK_TEXT_MAX];

	(void)clk_text(at, text);
	return arena_printf(rq->arena, "%.10s %.5s UTC", text, text + 11);
}

/* Who only asks for the head (programs that look at links before people do) must not be the first. */
static const struct auth_link *
open_link(struct api_req *rq, char cookie[AUTH_LINK_TEXT])
{
	struct auth_links *l = rq->deps->links;
	const struct str token = str_of(api_param(rq, "token"));

	if (http_req_head(rq->http)->method == HTTP_GET)
		return auth_link_open(l, token, cookie_of(rq), cookie);
	cookie[0] = '\0';
	return auth_link_peek(l, token, cookie_of(rq));
}

static void
page_get(struct api_req *rq)
{
	struct api_link_page page = { .cell = rq->conf->identity.cell_name };
	const struct auth_link *link;
	const struct conf_peer *p;
	char cookie[AUTH_LINK_TEXT];

	if (!may_look(rq))
		return;
	link = open_link(rq, cookie);
	p = peer_of(rq, link);
	if (p == NULL)
		return;
	page.peer = p->name;
	page.until = until_text(rq, link->expires_at);
	if (cookie[0] != '\0')		/* of this link alone: a browser may hold several open */
		api_header(rq, "Set-Cookie", COOKIE "=%s; Path=/p/%s; HttpOnly; SameSite=Lax; Max-Age=%lld%s", cookie,
		    api_param(rq, "token"), (long long)(link->expires_at - rq->now), rq->origin->tls ? "; Secure" : "");
	sodium_memzero(cookie, sizeof(cookie));
	page_reply(rq, 200, &page);
}

static void
page_post(struct api_req *rq)
{
	struct api_link_page page = { .cell = rq->conf->identity.cell_name, .until = "" };
	const struct auth_link *link;
	const struct conf_peer *p;
	struct err e = { 0 };
	json_t *file;

	if (!may_look(rq))
		return;
	link = auth_link_find(rq->deps->links, str_of(api_param(rq, "token")), cookie_of(rq));
	p = peer_of(rq, link);
	if (p == NULL)
		return;
	file = api_peer_file(rq, rq->conf, p, &e);
	if (file == NULL) {
		api_fail(rq, &e);
		return;
	}
	log_line(LOG_PEERS, LOG_INFO, "a link was used", "peer", p->name, "link", link->id, NULL);
	auth_link_end(rq->deps->links, link);
	page.peer = p->name;
	page.config = api_text(file, "config");
	page.filename = api_text(file, "filename");
	page.svg = api_text(file, "qr_svg");
	page_reply(rq, 200, &page);
	json_decref(file);
}

const struct api_route api_link_routes[] = {
	{ HTTP_POST, "/api/peers/<name>/link", AUTH_WHO_ADMIN, KIB(4), link_post,
	    "Make a link that shows the client file once", 0, 201,
	    NULL, &api_peer_link_in_shape, &api_peer_link_shape, "404 409 503 507" },
	{ HTTP_DELETE, "/api/peers/<name>/link", AUTH_WHO_ADMIN, 0, link_delete, "Its open links end", 0, 200,
	    NULL, NULL, &api_peer_links_deleted_shape, "404" },
	{ HTTP_GET, "/p/<token>", AUTH_WHO_PUBLIC, 0, page_get, "What a link offers, in the browser that opened it first",
	    API_PAGE, 200, NULL, NULL, NULL, "404" },
	{ HTTP_POST, "/p/<token>", AUTH_WHO_PUBLIC, 0, page_post, "The client file, once", API_PAGE, 200,
	    NULL, NULL, NULL, "403 404" },
	{ .path = NULL }
};
