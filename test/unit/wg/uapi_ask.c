/* wg/uapi_ask.h against wg/uapi.h: what core asks for is what the device has then, and its facts come back. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/wr.h"
#include "wg/device.h"
#include "wg/uapi.h"
#include "wg/uapi_ask.h"
#include "wg/want.h"

enum { PEERS = 300 };

static struct wg_uapi u;

static void
draw(void *arg, void *out, size_t n)
{
	(void)arg;
	randombytes_buf(out, n);
}

static void
stamp(void *arg, uint8_t out[WG_STAMP])
{
	(void)arg;
	memset(out, 1, WG_STAMP);
}

static void
on_send(void *arg, const struct wg_path *path, const uint8_t *p, size_t n)
{
	(void)arg, (void)path, (void)p, (void)n;
}

static void
on_peer(void *arg, struct wg_peer *p)
{
	(void)arg, (void)p;
}

static int
set_port(struct wg_uapi *of, uint16_t port)
{
	of->port = port == 1 ? of->port : port;
	return port == 1 ? -EADDRINUSE : 0;
}

static int
set_mark(struct wg_uapi *of, uint32_t mark)
{
	of->mark = mark;
	return 0;
}

static int
make(void **state)
{
	const struct wg_device_ops ops = { draw, stamp, on_send, on_peer, on_peer, NULL };

	(void)state;
	u = (struct wg_uapi){ .device = wg_device_new(&ops), .set_port = set_port, .set_mark = set_mark, .now_ms = 5000,
		.wall_ms = INT64_C(1800000000123) };
	return u.device == NULL ? -1 : 0;
}

static int
drop(void **state)
{
	(void)state;
	wg_device_free(u.device);
	return 0;
}

struct heard { size_t n; struct wg_uapi_news last; };

static void
hear(void *arg, const struct wg_uapi_news *news)
{
	struct heard *h = arg;

	h->n++;
	h->last = *news;
}

/* Ask, and read the answer octet by octet. */
static int
ask(const struct wr *w, struct heard *h)
{
	struct wg_uapi_answer a = { 0 };
	enum wg_uapi_read state = WG_UAPI_MORE;
	char *text = NULL;
	size_t i, n, used;
	FILE *out = open_memstream(&text, &n);

	assert_true(wr_ok(w) && wg_uapi_whole((const char *)w->start, wr_len(w)) == wr_len(w));
	wg_uapi_answer(&u, (const char *)w->start, wr_len(w), out);
	assert_int_equal(fclose(out), 0);
	for (i = 0; i < n; i++) {
		assert_int_equal(state, WG_UAPI_MORE);
		state = wg_uapi_read(&a, (const uint8_t *)text + i, 1, &used, hear, h);
	}
	assert_int_equal(state, WG_UAPI_WHOLE);
	free(text);
	return a.code;
}

static size_t
count(void)
{
	size_t n = 0, it = 0;

	while (wg_device_next(u.device, &it) != NULL)
		n++;
	return n;
}

static size_t
write_all(const struct wg_change *c, size_t room)
{
	uint8_t *buf = malloc(room);
	struct heard h = { 0 };
	size_t at = 0, requests = 0;
	struct wr w;

	while (at < c->npeers) {
		const size_t from = at;

		wr_init(&w, buf, room);
		at = wg_uapi_write_peers(&w, c, at);
		assert_true(at > from);
		assert_int_equal(ask(&w, &h), 0);
		requests++;
	}
	free(buf);
	return requests;
}

static void
peers_come_change_and_go(void **state)
{
	static struct wg_want_peer peers[PEERS];
	static struct wg_change_peer steps[PEERS];
	static struct addr_prefix nets[PEERS][2];
	struct wg_want want = { .peers = peers, .npeers = PEERS };
	struct wg_change c = { .want = &want, .peers = steps, .npeers = PEERS };
	struct wg_peer_facts f;
	size_t i;

	(void)state;
	for (i = 0; i < PEERS; i++) {
		randombytes_buf(peers[i].key, WG_KEY);
		randombytes_buf(peers[i].psk, WG_KEY);
		peers[i].endpoint = (struct addr_port){ { 4, { 192, 0, 2, 1 } }, (uint16_t)(i + 1), 0 };
		peers[i].keepalive_s = 25;
		nets[i][0] = (struct addr_prefix){ { 4, { 10, 0, (uint8_t)(i / 250), (uint8_t)i } }, 32 };
		nets[i][1] = (struct addr_prefix){ { 16, { 0xfd, 0, (uint8_t)(i / 250), (uint8_t)i } }, 64 };
		peers[i].allowed = nets[i];
		peers[i].nallowed = 2;
		steps[i] = (struct wg_change_peer){ .peer = &peers[i], .psk = true, .endpoint = true, .keepalive = true,
			.allowed = true, .fresh = true };
	}
	assert_true(write_all(&c, 4096) > 10);		/* in many pieces */
	assert_int_equal(count(), PEERS);
	for (i = 0; i < PEERS; i++) {
		struct wg_peer *p = wg_device_find(u.device, peers[i].key);

		assert_non_null(p);
		assert_ptr_equal(wg_device_route(u.device, &nets[i][0].addr), p);
		assert_ptr_equal(wg_device_route(u.device, &nets[i][1].addr), p);
		wg_peer_facts(p, &f);
		assert_memory_equal(f.psk, peers[i].psk, WG_KEY);
		assert_true(f.keepalive_s == 25 && f.endpoint.port == i + 1);
	}
	for (i = 0; i < PEERS; i++)
		steps[i] = (struct wg_change_peer){ .peer = &peers[i], .remove = true };
	assert_int_equal(write_all(&c, 1 << 16), 1);
	assert_int_equal(count(), 0);
	/* one that is to be changed and is gone is not made for it */
	steps[0] = (struct wg_change_peer){ .peer = &peers[0], .allowed = true };
	c.npeers = 1;
	assert_int_equal(write_all(&c, 4096), 1);
	assert_int_equal(count(), 0);
}

static void
nothing_is_written_that_does_not_fit(void **state)
{
	struct wg_want_peer p = { .key = { 1 } };
	struct wg_change_peer s = { .peer = &p, .fresh = true };
	const struct wg_change c = { .peers = &s, .npeers = 1 };
	uint8_t buf[60];
	struct wr w;

	(void)state;
	wr_init(&w, buf, sizeof(buf));
	assert_int_equal(wg_uapi_write_peers(&w, &c, 0), 0);
	assert_true(wr_ok(&w) && wr_len(&w) == 0);
}

static void
key_and_port(void **state)
{
	struct wg_want want = { .key = { 9 }, .port = 51821 };
	struct wg_change c = { .want = &want, .key = true, .port = true };
	struct heard h = { 0 };
	uint8_t buf[512];
	struct wr w;

	(void)state;
	wr_init(&w, buf, sizeof(buf));
	wg_uapi_write_key(&w, &c);
	assert_int_equal(ask(&w, &h), 0);
	assert_non_null(wg_device_key(u.device));
	wr_init(&w, buf, sizeof(buf));
	wg_uapi_write_port(&w, &c);
	assert_int_equal(ask(&w, &h), 0);
	assert_int_equal(u.port, 51821);
	want.port = 1;
	wr_init(&w, buf, sizeof(buf));
	wg_uapi_write_port(&w, &c);
	assert_int_equal(ask(&w, &h), -EADDRINUSE);
}

/* Told once, until something happens again. */
static void
news(void **state)
{
	const struct addr_port to = { { 4, { 192, 0, 2, 9 } }, 4000, 0 };
	uint8_t key[WG_KEY] = { 8 }, other[WG_KEY] = { 7 }, buf[64], own[WG_KEY] = { 9 };
	struct heard h = { 0 };
	struct wg_peer *p, *q;
	struct wr w;

	(void)state;
	assert_true(wg_device_set_key(u.device, own));
	assert_int_equal(wg_device_add(u.device, key, &p), 0);
	assert_int_equal(wg_device_add(u.device, other, &q), 0);
	wr_init(&w, buf, sizeof(buf));
	wg_uapi_write_news(&w);
	assert_int_equal(ask(&w, &h), 0);
	assert_int_equal(h.n, 0);
	wg_peer_set_endpoint(p, &to);
	wg_peer_set_keepalive(u.device, p, 25, u.now_ms);	/* begins a handshake */
	assert_int_equal(ask(&w, &h), 0);
	assert_int_equal(h.n, 1);
	assert_memory_equal(h.last.key, key, WG_KEY);
	assert_true(h.last.tx > 0 && h.last.rx == 0 && h.last.handshake_at == 0 && h.last.endpoint.port == 4000);
	assert_int_equal(ask(&w, &h), 0);
	assert_int_equal(h.n, 1);
}

/* A handshake begins, and nothing else is changed; nobody is made for it. */
static void
greeting(void **state)
{
	const struct addr_port to = { { 4, { 192, 0, 2, 9 } }, 4000, 0 };
	uint8_t key[WG_KEY] = { 8 }, nobody[WG_KEY] = { 7 }, buf[400], own[WG_KEY] = { 9 };
	struct wg_peer_facts f;
	struct heard h = { 0 };
	struct wg_peer *p;
	struct wr w;

	(void)state;
	assert_true(wg_device_set_key(u.device, own));
	assert_int_equal(wg_device_add(u.device, key, &p), 0);
	wg_peer_set_endpoint(p, &to);
	wr_init(&w, buf, sizeof(buf));
	wg_uapi_write_greet_open(&w);
	assert_true(wg_uapi_write_greet(&w, key) && wg_uapi_write_greet(&w, nobody));
	assert_false(wg_uapi_write_greet(&w, key));		/* it does not fit */
	wg_uapi_write_greet_close(&w);
	assert_int_equal(ask(&w, &h), 0);
	assert_int_equal(count(), 1);
	wg_peer_facts(p, &f);
	assert_true(f.sent > 0 && f.keepalive_s == 0);
}

static void
what_is_no_answer(void **state)
{
	static const char *const bad[] = { "\n", "x\n", "errno=x\n\n", "errno=-1\n\n", "public_key=12\n", "errno=0\nerrno=0\n\n",
		"public_key=" "0000000000000000000000000000000000000000000000000000000000000009" "\nrx_bytes=-\n" };
	struct wg_uapi_answer a;
	char longer[WG_UAPI_LINE + 2];
	size_t i, used;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&a, 0, sizeof(a));
		assert_int_equal(wg_uapi_read(&a, (const uint8_t *)bad[i], strlen(bad[i]), &used, NULL, NULL), WG_UAPI_BAD);
	}
	memset(longer, 'a', sizeof(longer));
	memset(&a, 0, sizeof(a));
	assert_int_equal(wg_uapi_read(&a, (const uint8_t *)longer, sizeof(longer), &used, NULL, NULL), WG_UAPI_BAD);
	memset(&a, 0, sizeof(a));
	assert_int_equal(wg_uapi_read(&a, (const uint8_t *)"errno=98\n\nerrno=0\n\n", 19, &used, NULL, NULL), WG_UAPI_WHOLE);
	assert_true(used == 10 && a.code == -98);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(peers_come_change_and_go, make, drop),
		cmocka_unit_test(nothing_is_written_that_does_not_fit), cmocka_unit_test_setup_teardown(key_and_port, make, drop),
		cmocka_unit_test_setup_teardown(news, make, drop), cmocka_unit_test_setup_teardown(greeting, make, drop),
		cmocka_unit_test(what_is_no_answer)
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
