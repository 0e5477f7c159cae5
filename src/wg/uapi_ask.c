/* Asking a device; see uapi_ask.h. */
#include "wg/uapi_ask.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/str.h"
#include "base/wr.h"
#include "wg/want.h"

enum { ERRNO_MAX = 4095 };

/* --- requests ------------------------------------------------------------------------------ */

static void
put(struct wr *w, const char *text)
{
	wr_bytes(w, text, strlen(text));
}

static void
put_row(struct wr *w, const char *name, const char *value)
{
	put(w, name);
	put(w, "=");
	put(w, value);
	put(w, "\n");
}

static void
put_number(struct wr *w, const char *name, unsigned v)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%u", v);	/* fits */
	put_row(w, name, text);
}

static void
put_key(struct wr *w, const char *name, const uint8_t key[WG_KEY])
{
	char text[2 * WG_KEY + 1];

	put_row(w, name, sodium_bin2hex(text, sizeof(text), key, WG_KEY));
	sodium_memzero(text, sizeof(text));
}

void
wg_uapi_write_key(struct wr *w, const struct wg_change *c)
{
	if (!c->key)
		return;
	put(w, "set=1\n");
	put_key(w, "private_key", c->want->key);
	put(w, "\n");
}

void
wg_uapi_write_port(struct wr *w, const struct wg_change *c)
{
	if (!c->port)
		return;
	put(w, "set=1\n");
	put_number(w, "listen_port", c->want->port);
	put(w, "\n");
}

static void
put_allowed(struct wr *w, const struct wg_want_peer *p)
{
	char text[ADDR_TEXT_MAX];
	size_t i;

	put(w, "replace_allowed_ips=true\n");
	for (i = 0; i < p->nallowed; i++)
		put_row(w, "allowed_ip", addr_prefix_text(&p->allowed[i], text));
}

/* "update_only" and "remove" stand right behind the key: see makes_no_peer() of uapi.c. */
static void
put_peer(struct wr *w, const struct wg_change_peer *s)
{
	char text[ADDR_TEXT_MAX];

	put_key(w, "public_key", s->peer->key);
	if (s->remove) {
		put(w, "remove=true\n");
		return;
	}
	if (!s->fresh)
		put(w, "update_only=true\n");
	if (s->psk)
		put_key(w, "preshared_key", s->peer->psk);
	if (s->endpoint)
		put_row(w, "endpoint", addr_port_text(&s->peer->endpoint, text));
	if (s->keepalive)
		put_number(w, "persistent_keepalive_interval", s->peer->keepalive_s);
	if (s->allowed)
		put_allowed(w, s->peer);
}

size_t
wg_uapi_write_peers(struct wr *w, const struct wg_change *c, size_t from)
{
	struct wr whole = *w, at;
	size_t i;

	put(w, "set=1\n");
	for (i = from; i < c->npeers; i++) {
		at = *w;
		put_peer(w, &c->peers[i]);
		if (!wr_ok(w) || wr_left(w) < 1) {
			sodium_memzero(at.p, wr_left(&at));
			*w = at;
			break;
		}
	}
	if (i == from)
		*w = whole;
	else
		put(w, "\n");
	return i;
}

void
wg_uapi_write_news(struct wr *w)
{
	put(w, "news=1\n\n");
}

void
wg_uapi_write_greet_open(struct wr *w)
{
	put(w, "set=1\n");
}

bool
wg_uapi_write_greet(struct wr *w, const uint8_t key[WG_KEY])
{
	const struct wr before = *w;

	put_key(w, "public_key", key);
	put(w, "update_only=true\n");
	put_number(w, "persistent_keepalive_interval", 25);
	put_number(w, "persistent_keepalive_interval", 0);
	if (wr_ok(w) && wr_left(w) >= 1)
		return true;
	*w = before;
	return false;
}

void
wg_uapi_write_greet_close(struct wr *w)
{
	put(w, "\n");
}

/* --- answers ---------------------------------------------------------------------------------- */

struct reading { struct wg_uapi_answer *a; void (*on_peer)(void *, const struct wg_uapi_news *); void *arg; };

static void
end_peer(struct reading *r)
{
	if (r->a->in_peer && r->on_peer != NULL)
		r->on_peer(r->arg, &r->a->peer);
	r->a->in_peer = false;
}

static bool
row_key(struct reading *r, struct str v)
{
	size_t n;

	end_peer(r);
	memset(&r->a->peer, 0, sizeof(r->a->peer));
	r->a->in_peer = true;
	return v.n == 2 * (size_t)WG_KEY && sodium_hex2bin(r->a->peer.key, WG_KEY, v.p, v.n, NULL, &n, NULL) == 0 && n == WG_KEY;
}

static bool
row_code(struct reading *r, struct str v)
{
	uint64_t code;

	end_peer(r);
	if (!str_u64(v, ERRNO_MAX, &code))
		return false;
	r->a->has_code = true;
	r->a->code = -(int)code;
	return true;
}

static bool
row_of_peer(struct wg_uapi_news *p, struct str key, struct str v)
{
	uint64_t at;

	if (str_eqz(key, "endpoint"))
		return addr_port_read(v, &p->endpoint);
	if (str_eqz(key, "rx_bytes"))
		return str_u64(v, UINT64_MAX, &p->rx);
	if (str_eqz(key, "tx_bytes"))
		return str_u64(v, UINT64_MAX, &p->tx);
	if (!str_eqz(key, "last_handshake_time_sec"))
		return true;
	if (!str_u64(v, INT64_MAX, &at))
		return false;
	p->handshake_at = (int64_t)at;
	return true;
}

static bool
take_row(struct reading *r, struct str line)
{
	struct str key;

	if (memchr(line.p, '=', line.n) == NULL || !str_cut(&line, '=', &key))
		return false;
	if (str_eqz(key, "public_key"))
		return row_key(r, line);
	if (str_eqz(key, "errno"))
		return row_code(r, line);
	return !r->a->in_peer || row_of_peer(&r->a->peer, key, line);
}

/* An empty row ends the answer. */
static enum wg_uapi_read
take_line(struct reading *r)
{
	struct wg_uapi_answer *a = r->a;
	const struct str line = { a->line, a->n };

	a->n = 0;
	if (line.n == 0)
		return a->has_code ? WG_UAPI_WHOLE : WG_UAPI_BAD;
	return !a->has_code && take_row(r, line) ? WG_UAPI_MORE : WG_UAPI_BAD;
}

enum wg_uapi_read
wg_uapi_read(struct wg_uapi_answer *a, const uint8_t *p, size_t n, size_t *used,
    void (*on_peer)(void *arg, const struct wg_uapi_news *news), void *arg)
{
	struct reading r = { a, on_peer, arg };
	enum wg_uapi_read state = WG_UAPI_MORE;

	for (*used = 0; state == WG_UAPI_MORE && *used < n; (*used)++) {
		if (p[*used] == '\n')
			state = take_line(&r);
		else if (a->n == sizeof(a->line))
			state = WG_UAPI_BAD;
		else
			a->line[a->n++] = (char)p[*used];
	}
	return state;
}
