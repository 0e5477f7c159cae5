/* The login wall; see wall.h. */
#include "role/wall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "auth/session.h"
#include "base/wr.h"
#include "http/head.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/target.h"
#include "io/loop.h"
#include "io/timer.h"
#include "proxy/table.h"
#include "proxy/ticket.h"
#include "role/gateway.h"
#include "role/message.h"

enum { URL_MAX = 12 << 10,
	COOKIE_MAX = 160,
	TO_MAX = 2600,
	SECRET_SIZE = PROXY_SECRET + 1,
	TICK_MS = 1000 };

_Static_assert((int)SECRET_SIZE == (int)MESSAGE_SECRET_SIZE && (int)SECRET_SIZE == (int)AUTH_COOKIE_TEXT, "one size of secrets");

#define COOKIE_TAIL "; Path=/; Secure; HttpOnly; SameSite=Lax"

const char *const wall_cookies[] = { AUTH_COOKIE_NAME, PROXY_TICKET_COOKIE, PROXY_CHECK_COOKIE, NULL };

/* Somebody who came back, until core has answered. */
struct guest {
	struct wall *wall;
	struct http_req *rq; /* NULL: a free place */
	uint32_t id;
	uint64_t until_ms;
	struct wall_place place; /* its host points into the head */
};

struct wall {
	struct io_loop *loop;
	const struct wall_ops *ops;
	void *arg;
	struct io_timer *tick;
	struct proxy_tickets *tickets;
	uint32_t last_id;
	struct guest guests[WALL_WAITING];
};

static void on_left(void *arg);
static void on_tick(void *arg);

static const struct http_handler waiting = { .on_abort = on_left };

struct wall *
wall_new(struct io_loop *l, const struct wall_ops *ops, void *arg)
{
	struct wall *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->loop = l;
	w->ops = ops;
	w->arg = arg;
	w->tick = io_timer_new(l, on_tick, w);
	if (w->tick != NULL)
		return w;
	free(w);
	return NULL;
}

void
wall_free(struct wall *w)
{
	if (w == NULL)
		return;
	io_timer_free(w->tick);
	proxy_tickets_free(w->tickets);
	free(w);
}

void
wall_use(struct wall *w, struct proxy_tickets *t)
{
	proxy_tickets_free(w->tickets);
	w->tickets = t;
}

const struct proxy_tickets *
wall_tickets(const struct wall *w)
{
	return w->tickets;
}

/* --- whose request ------------------------------------------------------------------------- */

/* The value of one of our cookies; false: it is not there once, or is none. */
static bool
cookie_read(const struct http_head *h, const char *name, struct str *value)
{
	struct str line, one;
	size_t i, found = 0;

	for (i = 0; (line = http_header_nth(h, "Cookie", i)).p != NULL; i++)
		if (auth_cookie_read(line, name, &one)) {
			*value = one;
			found++;
		}
	return found == 1 && value->n == PROXY_SECRET;
}

const struct proxy_ticket *
wall_look(struct wall *w, const struct http_head *h, const struct proxy_bearer *b)
{
	const uint64_t now = io_loop_now_ms(w->loop);
	struct proxy_ticket *t;
	uint8_t digest[32];
	struct str value;

	if (!cookie_read(h, PROXY_TICKET_COOKIE, &value))
		return NULL;
	(void)crypto_hash_sha256(digest, (const uint8_t *)value.p, value.n); /* cannot fail */
	t = proxy_ticket_find(w->tickets, digest, b);
	if (t != NULL && (t->told_ms == 0 || now - t->told_ms >= WALL_TELL_MS)) {
		t->told_ms = now;
		w->ops->used(w->arg, digest);
	}
	return t;
}

/* --- to the login page ------------------------------------------------------------------- */

static void
text_of(const uint8_t raw[32], char out[SECRET_SIZE])
{
	(void)sodium_bin2base64(out, SECRET_SIZE, raw, 32, sodium_base64_VARIANT_URLSAFE_NO_PADDING); /* the size is right */
}

/* What only this browser has: kept when it is there, for several pages may be on their way. */
static void
value_of(const struct http_head *h, char value[SECRET_SIZE])
{
	uint8_t raw[32];
	struct str had;
	size_t n;

	if (cookie_read(h, PROXY_CHECK_COOKIE, &had) && str_copy(had, value, SECRET_SIZE) &&
	    sodium_base642bin(raw, sizeof(raw), had.p, had.n, NULL, &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0)
		return;
	randombytes_buf(raw, sizeof(raw));
	text_of(raw, value);
	sodium_memzero(raw, sizeof(raw));
}

static void
check_of(const char *value, char check[SECRET_SIZE])
{
	uint8_t digest[32];

	(void)crypto_hash_sha256(digest, (const uint8_t *)value, strlen(value)); /* cannot fail */
	text_of(digest, check);
}

static void
put_escaped(struct wr *w, struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
		    s.p[i] == '-' || s.p[i] == '.' || s.p[i] == '_' || s.p[i] == '~')
			wr_bytes(w, &s.p[i], 1);
		else
			wr_printf(w, "%%%02X", (unsigned char)s.p[i]);
}

/* "https://host:port", as the login page and the browser name it. */
static void
put_origin(struct wr *w, struct str host, uint16_t port)
{
	if (host.n > 1 && host.p[host.n - 1] == '.')
		host.n--;
	wr_text(w, "https://");
	wr_bytes(w, host.p, host.n);
	if (port != 443)
		wr_printf(w, ":%u", port);
}

/* A way back that is longer than core keeps is none. */
static struct str
login_url(const struct http_head *h, const struct proxy_route *route, const struct wall_place *p, const char *check,
    char url[URL_MAX])
{
	char to[TO_MAX];
	struct wr w, t;

	wr_init(&t, to, sizeof(to));
	put_origin(&t, p->who.host, p->https_port);
	wr_text(&t, h->target.n < MESSAGE_PATH_SIZE ? "" : "/");
	if (h->target.n < MESSAGE_PATH_SIZE)
		wr_bytes(&t, h->target.p, h->target.n);
	wr_init(&w, url, URL_MAX);
	put_origin(&w, str_of(route->home), p->https_port);
	wr_printf(&w, "/login?check=%s&to=", check);
	put_escaped(&w, (struct str){ to, wr_len(&t) });
	return (struct str){ url, wr_len(&w) };
}

/* A page, not something that a page fetches. */
static bool
is_navigation(const struct http_head *h)
{
	const struct str mode = http_header_get(h, "Sec-Fetch-Mode");

	return h->method == HTTP_GET && !h->connect && http_header_has(h, "Accept", "text/html") &&
	    (mode.p == NULL || str_eqz(mode, "navigate"));
}

static void
go(struct http_req *rq, int status, struct str url, const char *cookie)
{
	const struct http_header headers[] = {
		{ STR("Location"), url },
		{ STR("Set-Cookie"), str_of(cookie) },
		{ STR("Cache-Control"), STR("no-store") },
		{ STR("Referrer-Policy"), STR("no-referrer") },
	};

	http_reply(rq, &(struct http_answer){ .status = status, .headers = headers, .nheaders = 4 });
}

void
wall_ask(struct http_req *rq, const struct proxy_route *route, const struct wall_place *p)
{
	const struct http_head *h = http_req_head(rq);
	char value[SECRET_SIZE], check[SECRET_SIZE], cookie[COOKIE_MAX], url[URL_MAX];

	if (!is_navigation(h)) {
		gateway_refuse(rq, 401, p->stranger, NULL);
		return;
	}
	value_of(h, value);
	check_of(value, check);
	(void)snprintf(cookie, sizeof(cookie), PROXY_CHECK_COOKIE "=%s; Max-Age=3600" COOKIE_TAIL, value); /* fits */
	go(rq, 302, login_url(h, route, p, check, url), cookie);
}

/* --- back from it ------------------------------------------------------------------------- */

static struct http_req *
leave(struct guest *g)
{
	struct http_req *rq = g->rq;

	g->rq = NULL;
	return rq;
}

static void
on_left(void *arg)
{
	(void)leave(arg); /* it is gone */
}

static void
on_tick(void *arg)
{
	struct wall *w = arg;
	const uint64_t now = io_loop_now_ms(w->loop);
	size_t i, left = 0;

	for (i = 0; i < WALL_WAITING; i++) {
		struct guest *g = &w->guests[i];

		if (g->rq != NULL && now >= g->until_ms)
			gateway_refuse(leave(g), 503, g->place.stranger, NULL);
		left += g->rq != NULL;
	}
	if (left == 0)
		io_timer_stop(w->tick);
}

static struct guest *
guest_of(struct wall *w, uint32_t id)
{
	size_t i;

	for (i = 0; i < WALL_WAITING; i++)
		if (id == 0 ? w->guests[i].rq == NULL : w->guests[i].rq != NULL && w->guests[i].id == id)
			return &w->guests[i];
	return NULL;
}

static void
refuse(struct http_req *rq, bool stranger)
{
	gateway_refuse(rq, 401, stranger,
	    "the way back from the login page was used before, took too long, or began in another browser or on another device");
}

/* A host's case does not count; core knows it as it is configured. */
static bool
write_redeem(struct message_redeem *m, const struct http_head *h, const struct proxy_bearer *b)
{
	char code[SECRET_SIZE];
	struct str given, value, host = b->host;
	size_t i;

	m->vpn = b->vpn;
	if (host.n > 1 && host.p[host.n - 1] == '.')
		host.n--;
	if (http_query_get(h->query, "code", code, sizeof(code), &given) != 1 || !str_copy(given, m->code, sizeof(m->code)) ||
	    !cookie_read(h, PROXY_CHECK_COOKIE, &value) || !str_copy(value, m->value, sizeof(m->value)) ||
	    !str_copy(host, m->host, sizeof(m->host)))
		return false;
	for (i = 0; m->host[i] != '\0'; i++)
		if (m->host[i] >= 'A' && m->host[i] <= 'Z')
			m->host[i] = (char)(m->host[i] | 0x20);
	return true;
}

void
wall_enter(struct wall *w, struct http_req *rq, const struct wall_place *p)
{
	const struct http_head *h = http_req_head(rq);
	struct guest *g = guest_of(w, 0);
	struct message_redeem m = { .id = w->last_id + 1 == 0 ? 1 : w->last_id + 1 };

	if (h->method != HTTP_GET || !write_redeem(&m, h, &p->who)) {
		refuse(rq, p->stranger);
		return;
	}
	if (g == NULL || !w->ops->redeem(w->arg, &m)) {
		gateway_refuse(rq, 503, p->stranger, NULL);
		return;
	}
	w->last_id = m.id;
	*g = (struct guest){ w, rq, m.id, io_loop_now_ms(w->loop) + WALL_PATIENCE_MS, *p };
	io_timer_every(w->tick, TICK_MS);
	http_req_wait(rq, &waiting, g);
}

void
wall_redeemed(struct wall *w, const struct message_redeemed *m)
{
	struct guest *g = m->id == 0 ? NULL : guest_of(w, m->id);
	char cookie[COOKIE_MAX], url[URL_MAX];
	struct http_req *rq;
	struct wr to;

	if (g == NULL)
		return; /* he has left, or it took too long */
	rq = leave(g);
	if (m->ticket[0] == '\0') {
		refuse(rq, g->place.stranger);
		return;
	}
	wr_init(&to, url, sizeof(url));
	put_origin(&to, g->place.who.host, g->place.https_port);
	wr_text(&to, m->path);
	(void)snprintf(cookie, sizeof(cookie), PROXY_TICKET_COOKIE "=%s" COOKIE_TAIL, m->ticket); /* fits */
	go(rq, 303, (struct str){ url, wr_len(&to) }, cookie);
}
