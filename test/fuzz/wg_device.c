/* Datagrams at an interface with one peer whose keys are known here: a row of them, each with two octets of length
 * before it, whose upper bits say what is made right for it (its MAC, its seal). Whatever comes: only an authentic
 * message makes the peer heard of, and no other is answered with a longer one. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/rd.h"
#include "wg/blake2s.h"
#include "wg/device_set.h"

enum { DATAGRAM = 2048, SIGN = 0x8000, SEAL = 0x4000, LATER = 0x2000, LENGTH = 0x07ff };

static const struct wg_path from = { .to = { .addr = { 4, { 192, 0, 2, 1 } }, .port = 1000 } };
static size_t heard, said;

static void
draw(void *arg, void *out, size_t n)
{
	uint8_t *next = arg, *p = out;

	while (n-- > 0)
		*p++ = (uint8_t)(*next += 151);
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
	(void)arg;
	(void)p;
	assert(path->to.addr.len == 4);
	said = n;
}

static void
on_peer(void *arg, struct wg_peer *p)
{
	(void)arg;
	(void)p;
}

/* As somebody would who knows our key, which is public. */
static void
sign(const struct wg_device *d, uint8_t *m, size_t n)
{
	if (n >= 2 * WG_MAC)
		blake2s_hash(m + n - 2 * WG_MAC, WG_MAC, d->id.mac1_key, WG_KEY, m, n - 2 * WG_MAC);
}

/* As the peer would. */
static void
seal(const struct wg_peer *p, uint8_t *m, size_t n)
{
	struct wg_data head;

	if (p->current == NULL || !wg_data_read(m, n, &head))
		return;
	head.to = p->current->ours;
	wg_data_seal(m, n - WG_DATA_OVERHEAD, &head, p->current->keys.receive);
}

static void
hear(struct wg_device *d, uint8_t *m, size_t n, int64_t now)
{
	struct wg_session *s;
	struct addr a, b;
	struct wg_data head;
	size_t len;

	if (!wg_data_read(m, n, &head)) {
		wg_device_hear(d, m, n, &from, now);
		return;
	}
	s = wg_device_session(d, head.to, now);
	if (s != NULL && wg_data_open(m, n, head.counter, wg_session_key(s)) &&
	    wg_session_take(d, s, head.counter, n, &from, now) &&
	    wg_packet_read(m + WG_DATA_HEAD, n - WG_DATA_OVERHEAD, &a, &b, &len))
		assert(len <= n - WG_DATA_OVERHEAD && wg_device_route(d, &a) == NULL);
}

/* One that the peer has keys with, as after a handshake that it began. */
static struct wg_device *
make(uint8_t *random, struct wg_peer **peer)
{
	const struct wg_device_ops ops = { draw, stamp, on_send, on_peer, on_peer, random };
	static const uint8_t ours[WG_KEY] = { 8, [31] = 64 }, theirs[WG_KEY] = { 16, [31] = 64 };
	struct wg_device *d = wg_device_new(&ops);
	struct wg_handshake h = { .initiator = true };
	struct wg_identity other;

	assert(d != NULL && wg_device_set_key(d, ours) && wg_identity_set(&other, theirs));
	assert(wg_device_add(d, other.key, peer) == 0);
	wg_peer_set_endpoint(*peer, &from.to);
	h.ours = wg_index_put(d->index, &(*peer)->named, 7);
	assert(wg_peer_derive(d, *peer, &h, 1000));
	return d;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t m[DATAGRAM], random = 0;
	struct wg_peer *peer;
	struct wg_device *d = make(&random, &peer);
	int64_t now = 2000;
	unsigned head;
	size_t n;
	struct rd r;

	rd_init(&r, data, size);
	while (rd_left(&r) > 2) {
		head = rd_be16(&r);
		n = (head & LENGTH) < rd_left(&r) ? head & LENGTH : rd_left(&r);
		rd_copy(&r, m, n);
		now += (head & LATER) != 0 ? 5400 : 7;
		wg_device_run(d, now);
		if ((head & SIGN) != 0)
			sign(d, m, n);
		if ((head & SEAL) != 0)
			seal(peer, m, n);
		said = 0;
		heard = (size_t)peer->received;
		hear(d, m, n, now);
		assert(said <= n || (head & SEAL) != 0);	/* who has keys may be asked for new ones */
		assert(peer->received == heard || (head & SEAL) != 0 || m[0] == WG_MESSAGE_INITIATION);
		assert(d->agenda.n <= 1);
	}
	wg_device_free(d);
	return 0;
}
