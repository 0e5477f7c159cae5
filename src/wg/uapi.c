/* Rows of the configuration protocol; see uapi.h. */
#include "wg/uapi.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/addr.h"
#include "base/str.h"
#include "wg/device.h"

/* What the rows have said so far. dry: only looked at. */
struct run {
	struct wg_uapi *u;
	bool dry;
	struct wg_peer *peer;		/* the rows are of it */
	bool in_peer;			/* of one that may be none: removed, or not to be made */
	uint8_t key[WG_KEY];
};

static bool
hex_key(struct str s, uint8_t out[WG_KEY])
{
	size_t n;

	return s.n == 2 * (size_t)WG_KEY && sodium_hex2bin(out, WG_KEY, s.p, s.n, NULL, &n, NULL) == 0 && n == WG_KEY;
}

static bool
is_true(struct str s)
{
	return str_eqz(s, "true");
}

/* --- the interface --------------------------------------------------------------------- */

static int
row_private_key(struct run *r, struct str v)
{
	uint8_t key[WG_KEY];
	int e = hex_key(v, key) && (r->dry || wg_device_set_key(r->u->device, key)) ? 0 : -EINVAL;

	sodium_memzero(key, sizeof(key));
	return e;
}

static int
row_listen_port(struct run *r, struct str v)
{
	uint64_t port;

	if (!str_u64(v, UINT16_MAX, &port))
		return -EINVAL;
	return r->dry ? 0 : r->u->set_port(r->u, (uint16_t)port);
}

static int
row_fwmark(struct run *r, struct str v)
{
	uint64_t mark;

	if (!str_u64(v, UINT32_MAX, &mark))
		return -EINVAL;
	return r->dry ? 0 : r->u->set_mark(r->u, (uint32_t)mark);
}

static int
row_replace_peers(struct run *r, struct str v)
{
	struct wg_peer *p;
	size_t it = 0;

	if (!is_true(v))
		return -EINVAL;
	while (!r->dry && (p = wg_device_next(r->u->device, &it)) != NULL)
		wg_device_remove(r->u->device, p);
	return 0;
}

/* --- one peer ---------------------------------------------------------------------------- */

/* The peer is made, unless a row right behind says otherwise: row_update_only() takes that back. */
static int
row_public_key(struct run *r, struct str v)
{
	int e;

	if (!hex_key(v, r->key))
		return -EINVAL;
	r->in_peer = true;
	r->peer = NULL;
	if (r->dry)
		return 0;
	r->peer = wg_device_find(r->u->device, r->key);
	if (r->peer != NULL)
		return 0;
	e = wg_device_add(r->u->device, r->key, &r->peer);
	return e == -EINVAL ? 0 : e;	/* our own key, or a worthless one: as if it were not there */
}

static int
row_remove(struct run *r, struct str v)
{
	if (!is_true(v))
		return -EINVAL;
	if (r->peer != NULL)
		wg_device_remove(r->u->device, r->peer);
	r->peer = NULL;
	return 0;
}

static int
row_preshared_key(struct run *r, struct str v)
{
	uint8_t key[WG_KEY];
	int e = hex_key(v, key) ? 0 : -EINVAL;

	if (e == 0 && r->peer != NULL)
		wg_peer_set_psk(r->peer, key);
	sodium_memzero(key, sizeof(key));
	return e;
}

static int
row_endpoint(struct run *r, struct str v)
{
	struct addr_port to;

	if (!addr_port_read(v, &to) || to.port == 0)
		return -EINVAL;
	if (r->peer != NULL)
		wg_peer_set_endpoint(r->peer, &to);
	return 0;
}

static int
row_keepalive(struct run *r, struct str v)
{
	uint64_t s;

	if (!str_u64(v, UINT16_MAX, &s))
		return -EINVAL;
	if (r->peer != NULL)
		wg_peer_set_keepalive(r->u->device, r->peer, (unsigned)s, r->u->now_ms);
	return 0;
}

static int
row_replace_allowed(struct run *r, struct str v)
{
	if (!is_true(v))
		return -EINVAL;
	if (r->peer != NULL)
		wg_peer_forbid_all(r->u->device, r->peer);
	return 0;
}

/* Host bits are dropped, as by every implementation; "-" before it takes it away. */
static int
row_allowed_ip(struct run *r, struct str v)
{
	struct addr_prefix net;
	const bool less = v.n > 0 && v.p[0] == '-';

	if (less)
		v = (struct str){ v.p + 1, v.n - 1 };
	if (!addr_prefix_read(v, &net))
		return -EINVAL;
	if (r->peer == NULL)
		return 0;
	net = addr_prefix_net(&net);
	if (!less)
		return wg_peer_allow(r->u->device, r->peer, &net);
	wg_peer_forbid(r->u->device, r->peer, &net);
	return 0;
}

static int
row_protocol(struct run *r, struct str v)
{
	(void)r;
	return str_eqz(v, "1") ? 0 : -EPROTONOSUPPORT;
}

static const struct row {
	const char *key;
	bool of_peer;
	int (*does)(struct run *r, struct str v);
} rows[] = {
	{ "private_key", false, row_private_key },
	{ "listen_port", false, row_listen_port },
	{ "fwmark", false, row_fwmark },
	{ "replace_peers", false, row_replace_peers },
	{ "preshared_key", true, row_preshared_key },
	{ "endpoint", true, row_endpoint },
	{ "persistent_keepalive_interval", true, row_keepalive },
	{ "replace_allowed_ips", true, row_replace_allowed },
	{ "allowed_ip", true, row_allowed_ip },
	{ "remove", true, row_remove },
	{ "protocol_version", true, row_protocol },
};

/* --- requests -------------------------------------------------------------------------------- */

/* A peer that is only to be changed or removed is not made for it. */
static bool
makes_no_peer(struct str rest)
{
	return str_starts(rest, STR("update_only=true\n")) || str_starts(rest, STR("remove=true\n"));
}

static int
do_row(struct run *r, struct str key, struct str value, struct str rest)
{
	size_t i;

	if (str_eqz(key, "public_key")) {
		if (r->dry || !makes_no_peer(rest) || !hex_key(value, r->key))
			return row_public_key(r, value);
		r->in_peer = true;
		r->peer = wg_device_find(r->u->device, r->key);
		return 0;
	}
	if (str_eqz(key, "update_only"))
		return r->in_peer && is_true(value) ? 0 : -EINVAL;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (str_eqz(key, rows[i].key))
			return rows[i].of_peer == r->in_peer ? rows[i].does(r, value) : -EINVAL;
	return -EINVAL;
}

static int
set(struct wg_uapi *u, struct str rest, bool dry)
{
	struct run r = { .u = u, .dry = dry };
	struct str line, key;
	int e = 0;

	while (e == 0 && str_cut(&rest, '\n', &line) && line.n > 0)
		e = str_cut(&line, '=', &key) ? do_row(&r, key, line, rest) : -EINVAL;
	return e;
}

static void
print_key(FILE *out, const char *name, const uint8_t key[WG_KEY])
{
	char text[2 * WG_KEY + 1];

	(void)fprintf(out, "%s=%s\n", name, sodium_bin2hex(text, sizeof(text), key, WG_KEY));	/* the caller looks at out */
	sodium_memzero(text, sizeof(text));
}

static void
print_facts(const struct wg_uapi *u, const struct wg_peer_facts *f, FILE *out)
{
	char text[ADDR_TEXT_MAX];
	const int64_t at = f->handshake_ms == 0 ? 0 : u->wall_ms - (u->now_ms - f->handshake_ms);

	if (f->endpoint.addr.len != 0)
		(void)fprintf(out, "endpoint=%s\n", addr_port_text(&f->endpoint, text));	/* as above */
	(void)fprintf(out, "last_handshake_time_sec=%lld\nlast_handshake_time_nsec=%lld\ntx_bytes=%llu\nrx_bytes=%llu\n",
	    (long long)(at / 1000), (long long)(at % 1000 * 1000000), (unsigned long long)f->sent,
	    (unsigned long long)f->received);
}

static void
print_peer(const struct wg_uapi *u, const struct wg_peer *p, FILE *out)
{
	struct wg_peer_facts f;

	wg_peer_facts(p, &f);
	print_key(out, "public_key", f.key);
	if (!sodium_is_zero(f.psk, sizeof(f.psk)))
		print_key(out, "preshared_key", f.psk);
	print_facts(u, &f, out);
	(void)fprintf(out, "persistent_keepalive_interval=%u\n", f.keepalive_s);	/* as above */
	sodium_memzero(&f, sizeof(f));
}

/* Those of peer in all, which is ordered by peer. */
static void
print_allowed(const struct wg_allow *all, size_t n, const struct wg_peer *peer, FILE *out)
{
	char text[ADDR_TEXT_MAX];
	size_t low = 0, high = n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (all[mid].peer < peer)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < n && all[low].peer == peer; low++)
		(void)fprintf(out, "allowed_ip=%s\n", addr_prefix_text(&all[low].net, text));	/* as above */
}

static int
get(const struct wg_uapi *u, FILE *out)
{
	const uint8_t *key = wg_device_key(u->device);
	struct wg_allow *all;
	struct wg_peer *p;
	size_t n, it = 0;

	all = wg_device_allows(u->device, &n);
	if (all == NULL)
		return -ENOMEM;
	if (key != NULL)
		print_key(out, "private_key", key);
	if (u->port != 0)
		(void)fprintf(out, "listen_port=%u\n", u->port);	/* as above */
	if (u->mark != 0)
		(void)fprintf(out, "fwmark=%lu\n", (unsigned long)u->mark);	/* as above */
	while ((p = wg_device_next(u->device, &it)) != NULL) {
		print_peer(u, p, out);
		print_allowed(all, n, p, out);
	}
	free(all);
	return 0;
}

/* For core, which asks every second: without keys, and only those that did something. */
static int
news(const struct wg_uapi *u, FILE *out)
{
	struct wg_peer_facts f;
	struct wg_peer *p;
	size_t it = 0;

	while ((p = wg_device_next(u->device, &it)) != NULL) {
		if (!wg_peer_news(p))
			continue;
		wg_peer_facts(p, &f);
		print_key(out, "public_key", f.key);
		print_facts(u, &f, out);
		sodium_memzero(&f, sizeof(f));
	}
	return 0;
}

size_t
wg_uapi_whole(const char *p, size_t n)
{
	const char *end = n < 2 ? NULL : memmem(p, n, "\n\n", 2);

	return end == NULL ? 0 : (size_t)(end - p) + 2;
}

void
wg_uapi_answer(struct wg_uapi *u, const char *p, size_t n, FILE *out)
{
	struct str rest = { p, n }, what;
	int e = -EINVAL;

	(void)str_cut(&rest, '\n', &what);	/* there is an empty row */
	if (str_eqz(what, "get=1")) {
		e = get(u, out);
	} else if (str_eqz(what, "news=1")) {
		e = news(u, out);
	} else if (str_eqz(what, "set=1")) {
		e = set(u, rest, true);
		if (e == 0)
			e = set(u, rest, false);
	}
	(void)fprintf(out, "errno=%d\n\n", -e);	/* the caller looks at out */
}
