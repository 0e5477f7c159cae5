/* src/wg/kernel_wire*.c: what Debian's kernel said (recorded by test/harness/wgk) is read, whatever is wrong with it is
 * refused, and what is written says no more than the change does (VPN-3, PRC-7). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/wireguard.h>

#include <cmocka.h>

#include "base/nla.h"
#include "base/rd.h"
#include "base/wr.h"
#include "wg/have.h"
#include "wg/kernel_wire.h"

enum { HEAD = 16, GENL = 4, NETS = 2000 };

static const struct wg_kernel_name name = { 0x1d, "wg0" };

struct recorded { uint8_t b[1 << 15]; size_t n; };

static void
load(const char *file, struct recorded *out)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "test/fuzz/seeds/wg_kernel_wire/%s", file);
	f = fopen(path, "r");
	assert_non_null(f);
	out->n = fread(out->b, 1, sizeof(out->b), f);
	fclose(f);
	assert_in_range(out->n, 1, sizeof(out->b) - 1);
}

/* NULL: refused. */
static struct wg_have *
have(const uint8_t *p, size_t n)
{
	struct wg_have *h = wg_have_new();
	struct nlm m;
	struct rd r;

	assert_non_null(h);
	rd_init(&r, p, n);
	while (nlm_next(&r, &m))
		if (!wg_kernel_wire_read(h, &m)) {
			wg_have_free(h);
			return NULL;
		}
	if (!rd_ok(&r)) {
		wg_have_free(h);
		return NULL;
	}
	wg_have_close(h);
	return h;
}

static void
assert_endpoint(const struct wg_have_peer *p, const char *text)
{
	char buf[ADDR_TEXT_MAX];

	assert_string_equal(addr_port_text(&p->set.endpoint, buf), text);
}

/* --- read ------------------------------------------------------------------------------------ */

static void
one_peer_is_read(void **state)
{
	struct recorded r;
	struct wg_have *h;
	char text[ADDR_TEXT_MAX];

	(void)state;
	load("one", &r);
	h = have(r.b, r.n);
	assert_non_null(h);
	assert_true(h->has_key);
	assert_int_equal(h->key[0], 0x60);
	assert_int_equal(h->port, 51820);
	assert_int_equal(h->mark, 7);
	assert_int_equal(h->npeers, 1);
	assert_int_equal(h->peers[0].set.key[0], 0x45);
	assert_memory_equal(h->peers[0].set.psk, h->key, WG_KEY);	/* the same for both when it was recorded */
	assert_int_equal(h->peers[0].set.keepalive_s, 25);
	assert_endpoint(&h->peers[0], "192.0.2.9:999");
	assert_int_equal(h->peers[0].handshake_at, 0);
	assert_int_equal(h->peers[0].set.nallowed, 2);
	assert_string_equal(addr_prefix_text(&h->peers[0].set.allowed[0], text), "10.0.0.2/32");
	assert_string_equal(addr_prefix_text(&h->peers[0].set.allowed[1], text), "fd80::2/128");
	wg_have_free(h);
}

static void
a_device_without_anything_is_read(void **state)
{
	struct recorded r;
	struct wg_have *h;

	(void)state;
	load("empty", &r);
	h = have(r.b, r.n);
	assert_non_null(h);
	assert_false(h->has_key);
	assert_int_equal(h->npeers + h->port + h->mark, 0);
	wg_have_free(h);
}

static void
a_peer_goes_on_in_the_next_message(void **state)
{
	struct recorded r;
	struct wg_have *h;
	size_t i;

	(void)state;
	load("continued", &r);
	h = have(r.b, r.n);
	assert_non_null(h);
	assert_int_equal(h->npeers, 4);
	assert_int_equal(h->port, 4444);	/* only the first message says it */
	assert_int_equal(h->mark, 0x77);
	assert_true(h->has_key);
	assert_int_equal(h->peers[1].set.nallowed, 320);
	for (i = 0; i < 320; i++) {
		assert_int_equal(h->peers[1].set.allowed[i].addr.b[1], i >> 8);
		assert_int_equal(h->peers[1].set.allowed[i].addr.b[2], i & 0xff);
	}
	assert_endpoint(&h->peers[2], "[2001:db8::7]:65535");
	assert_int_equal(h->peers[2].set.nallowed, 2);
	assert_int_equal(h->peers[3].set.nallowed, 0);
	wg_have_free(h);
}

static size_t
at(const struct recorded *r, const void *what, size_t n)
{
	const uint8_t *p = memmem(r->b, r->n, what, n);

	assert_non_null(p);
	return (size_t)(p - r->b);
}

/* Octets of the recorded message, by what stands before them, changed so that it means nothing. */
static void
what_is_wrong_is_refused(void **state)
{
	static const struct { const char *before; size_t n; uint8_t octet; } wrong[] = {
		{ "\x05\x00\x03\x00", 4, 33 },			/* bits of a network of IPv4 */
		{ "\x05\x00\x03\x00", 4, 24 },			/* fewer than its address has */
		{ "\x06\x00\x01\x00", 4, 7 },			/* a family that does not exist */
		{ "\x05\x00\x03", 3, 1 },			/* no bits at all: the type is another */
		{ "\x14\x00\x04\x00", 4, 10 },			/* an IPv6 endpoint in 16 octets */
		{ "\x14\x00\x06\x00\x00\x00\x00\x00\x00\x00\x00", 11, 0x80 },	/* a handshake before 1970 */
		{ "\x24\x00\x01\x00\x45", 3, 9 },		/* no key, but something else */
	};
	struct recorded r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		load("one", &r);
		r.b[at(&r, wrong[i].before, wrong[i].n) + wrong[i].n] = wrong[i].octet;
		assert_null(have(r.b, r.n));
	}
	load("one", &r);
	r.b[HEAD] = WG_CMD_SET_DEVICE;		/* an answer to something else */
	assert_null(have(r.b, r.n));
	assert_null(have(r.b, HEAD + GENL - 1));
}

/* A key, a time or a number of another size, and a message that ends anywhere. */
static void
what_is_cut_is_refused(void **state)
{
	static const uint8_t values[][4] = { { 36, 0, WGDEVICE_A_PRIVATE_KEY }, { 6, 0, WGDEVICE_A_LISTEN_PORT },
		{ 8, 0, WGDEVICE_A_FWMARK }, { 36, 0, WGPEER_A_PRESHARED_KEY }, { 20, 0, WGPEER_A_LAST_HANDSHAKE_TIME },
		{ 12, 0, WGPEER_A_RX_BYTES }, { 20, 0, WGPEER_A_ENDPOINT }, { 20, 0, WGALLOWEDIP_A_IPADDR } };
	struct recorded r;
	size_t i, n;

	(void)state;
	load("one", &r);
	for (n = HEAD + GENL + 1; n < r.n; n++) {
		struct nlm m = { .type = name.family, .p = r.b + HEAD, .n = n - HEAD };
		struct wg_have *h = wg_have_new();

		assert_non_null(h);
		if (wg_kernel_wire_read(h, &m))
			assert_int_equal(h->npeers, 0);		/* it ends after an attribute of the device */
		wg_have_free(h);
	}
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		load("one", &r);
		r.b[at(&r, values[i], sizeof(values[i]))]--;
		assert_null(have(r.b, r.n));
	}
}

static void
the_family_has_a_number(void **state)
{
	uint8_t buf[WG_KERNEL_WIRE_QUESTION];
	struct nlm m = { .type = GENL_ID_CTRL };
	uint16_t family = 0, number = 0x21;
	struct wr w;

	(void)state;
	wr_init(&w, buf, sizeof(buf));
	wr_bytes(&w, (const uint8_t[GENL]){ CTRL_CMD_NEWFAMILY, 2 }, GENL);
	nla_put_text(&w, CTRL_ATTR_FAMILY_NAME, "wireguard");
	nla_put(&w, CTRL_ATTR_FAMILY_ID, &number, sizeof(number));
	m.p = buf;
	m.n = wr_len(&w);
	assert_true(wg_kernel_wire_read_family(&m, &family));
	assert_int_equal(family, 0x21);
	buf[GENL + 4] = 'W';			/* another family */
	assert_false(wg_kernel_wire_read_family(&m, &family));
	buf[GENL + 4] = 'w';
	m.n -= 8;				/* without its number */
	assert_false(wg_kernel_wire_read_family(&m, &family));
}

/* --- write ------------------------------------------------------------------------------------ */

static struct addr_prefix nets[NETS];

static void
peer_make(struct wg_want_peer *p, uint8_t key, size_t n)
{
	size_t i;

	memset(p, 0, sizeof(*p));
	memset(p->key, key, sizeof(p->key));
	memset(p->psk, key ^ 0xff, sizeof(p->psk));
	for (i = 0; i < NETS; i++)
		nets[i] = (struct addr_prefix){ { 16, { 0xfd, 0, (uint8_t)(i >> 8), (uint8_t)i } }, 64 };
	p->allowed = nets;
	p->nallowed = n;
	p->keepalive_s = 21;
	p->endpoint = (struct addr_port){ .addr = { 16, { 0xfe, 0x80, [15] = 9 } }, .port = 1024, .scope = 3 };
}

/* Attributes of the only, or the last, peer of a message. */
static struct nlas
peer_of(const uint8_t *p, size_t n)
{
	struct nlas device, peers;
	struct nlm m;
	struct rd r;

	rd_init(&r, p, n);
	assert_true(nlm_next(&r, &m));
	assert_int_equal(m.type, name.family);
	rd_init(&r, m.p, m.n);
	assert_int_equal(rd_u8(&r), WG_CMD_SET_DEVICE);
	rd_skip(&r, GENL - 1);
	nlas_read(&device, r);
	assert_true(device.ok);
	nlas_read(&peers, nla_in(&device.a[WGDEVICE_A_PEERS]));
	nlas_read(&peers, nla_in(&peers.a[0]));
	assert_true(peers.ok);
	return peers;
}

static uint32_t
flags_of(const struct nlas *peer)
{
	uint32_t flags;

	assert_int_equal(peer->a[WGPEER_A_FLAGS].n, sizeof(flags));
	memcpy(&flags, peer->a[WGPEER_A_FLAGS].p, sizeof(flags));
	return flags;
}

/* A peer that is longer than a message replaces what it had once, and then adds. */
static void
a_long_peer_is_written_in_parts(void **state)
{
	static uint8_t buf[WG_KERNEL_WIRE_CHANGE];
	struct wg_want_peer p;
	struct wg_change_peer cp = { &p, .psk = true, .endpoint = true, .keepalive = true, .allowed = true, .fresh = true };
	struct wg_change c = { .peers = &cp, .npeers = 1 };
	struct wg_kernel_cut cut = { 0 };
	struct wg_have *h = wg_have_new();
	size_t messages = 0;

	(void)state;
	peer_make(&p, 7, NETS);
	assert_non_null(h);
	for (; !wg_kernel_wire_is_over(&c, &cut); messages++) {
		struct nlas peer;
		struct nlm m;
		struct wr w;
		struct rd r;

		wr_init(&w, buf, sizeof(buf));
		wg_kernel_wire_change(&w, &name, &c, &cut);
		assert_true(wr_ok(&w));
		peer = peer_of(buf, wr_len(&w));
		assert_int_equal(flags_of(&peer), messages == 0 ? WGPEER_F_REPLACE_ALLOWEDIPS : WGPEER_F_UPDATE_ONLY);
		assert_int_equal(peer.has[WGPEER_A_PRESHARED_KEY] && peer.has[WGPEER_A_ENDPOINT], messages == 0);
		buf[HEAD] = WG_CMD_GET_DEVICE;
		rd_init(&r, buf, wr_len(&w));
		assert_true(nlm_next(&r, &m) && wg_kernel_wire_read(h, &m));
	}
	wg_have_close(h);
	assert_in_range(messages, 3, 5);
	assert_int_equal(h->npeers, 1);
	assert_int_equal(h->peers[0].set.nallowed, NETS);
	assert_memory_equal(h->peers[0].set.allowed, nets, sizeof(nets));
	assert_memory_equal(&h->peers[0].set.endpoint, &p.endpoint, sizeof(p.endpoint));
	assert_int_equal(h->peers[0].set.keepalive_s, 21);
	wg_have_free(h);
}

static struct nlas
written(const struct wg_change_peer *cp)
{
	static uint8_t buf[WG_KERNEL_WIRE_CHANGE];
	struct wg_change c = { .peers = (struct wg_change_peer *)cp, .npeers = 1 };
	struct wg_kernel_cut cut = { 0 };
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	wg_kernel_wire_change(&w, &name, &c, &cut);
	assert_true(wr_ok(&w) && wg_kernel_wire_is_over(&c, &cut));
	return peer_of(buf, wr_len(&w));
}

static void
only_what_differs_is_said(void **state)
{
	struct wg_want_peer p;
	struct nlas m;

	(void)state;
	peer_make(&p, 9, 2);
	m = written(&(struct wg_change_peer){ &p, .keepalive = true });
	assert_int_equal(flags_of(&m), WGPEER_F_UPDATE_ONLY);	/* who was taken away meanwhile does not come back */
	assert_true(m.has[WGPEER_A_PUBLIC_KEY] && m.has[WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL]);
	assert_false(m.has[WGPEER_A_PRESHARED_KEY] || m.has[WGPEER_A_ENDPOINT] || m.has[WGPEER_A_ALLOWEDIPS]);
	m = written(&(struct wg_change_peer){ &p, .remove = true });
	assert_int_equal(flags_of(&m), WGPEER_F_REMOVE_ME);
	assert_false(m.has[WGPEER_A_PRESHARED_KEY] || m.has[WGPEER_A_ALLOWEDIPS]);
	p.nallowed = 0;
	m = written(&(struct wg_change_peer){ &p, .allowed = true });
	assert_int_equal(flags_of(&m), WGPEER_F_UPDATE_ONLY | WGPEER_F_REPLACE_ALLOWEDIPS);
}

static void
a_device_alone_is_one_message(void **state)
{
	uint8_t buf[WG_KERNEL_WIRE_CHANGE];
	struct wg_want want = { .port = 51820 };
	struct wg_change c = { .want = &want, .port = true };
	struct wg_kernel_cut cut = { 0 };
	struct nlas m;
	struct rd r;
	struct wr w;

	(void)state;
	assert_true(wg_kernel_wire_is_over(&(struct wg_change){ .want = &want }, &cut));
	wr_init(&w, buf, sizeof(buf));
	wg_kernel_wire_change(&w, &name, &c, &cut);
	assert_true(wr_ok(&w) && wg_kernel_wire_is_over(&c, &cut));
	rd_init(&r, buf + HEAD + GENL, wr_len(&w) - HEAD - GENL);
	nlas_read(&m, r);
	assert_true(m.ok && m.has[WGDEVICE_A_LISTEN_PORT]);
	assert_false(m.has[WGDEVICE_A_PRIVATE_KEY] || m.has[WGDEVICE_A_FWMARK] || m.has[WGDEVICE_A_PEERS]);
	wr_init(&w, buf, 64);			/* no room for a peer is a failure, not an endless loop */
	c.peers = &(struct wg_change_peer){ &(struct wg_want_peer){ .keepalive_s = 1 }, .keepalive = true };
	c.npeers = 1;
	wg_kernel_wire_change(&w, &name, &c, &(struct wg_kernel_cut){ 0 });
	assert_false(wr_ok(&w));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_peer_is_read),
		cmocka_unit_test(a_device_without_anything_is_read),
		cmocka_unit_test(a_peer_goes_on_in_the_next_message),
		cmocka_unit_test(what_is_wrong_is_refused),
		cmocka_unit_test(what_is_cut_is_refused),
		cmocka_unit_test(the_family_has_a_number),
		cmocka_unit_test(a_long_peer_is_written_in_parts),
		cmocka_unit_test(only_what_differs_is_said),
		cmocka_unit_test(a_device_alone_is_one_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
