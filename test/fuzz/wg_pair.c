/* Two interfaces that know each other, a stranger who knows one of their keys, and a line that loses, delays, reorders,
 * repeats, cuts and changes messages, as two octets for each step say. Whatever it does: a packet arrives as it was sent,
 * and once; nobody has a session with the stranger; counters only grow; what is due is bounded. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/rd.h"
#include "wg/device_set.h"

enum { ENDS = 3, A = 0, B = 1, STRANGER = 2, LINE = 32, DATAGRAM = 256, PACKETS = 512, PACKET = 48 };

struct datagram { unsigned from, to; size_t n; uint8_t p[DATAGRAM]; };

struct end {
	struct wg_device *d;
	struct wg_peer *peer;
	struct addr_port at;
	uint64_t received, sent;
	uint32_t to;			/* the session it sends in, and the last counter there */
	uint64_t counter;
	bool counted;
};

static struct {
	struct end ends[ENDS];
	struct datagram line[LINE];
	size_t n;
	int64_t now;
	uint8_t random;
	unsigned sent;
	bool arrived[PACKETS];
} w;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
draw(void *arg, void *out, size_t n)
{
	uint8_t *p = out;

	(void)arg;
	while (n-- > 0)
		*p++ = (uint8_t)(w.random += 151);
	w.random++;			/* or it would repeat after 256 octets */
}

static void
stamp(void *arg, uint8_t out[WG_STAMP])
{
	(void)arg;
	wg_stamp(out, w.now / 1000, (uint32_t)(w.now % 1000) * 1000000);
}

static void
put(struct end *e, const struct addr_port *to, const uint8_t *p, size_t n)
{
	struct datagram *g = &w.line[w.n % LINE];
	unsigned i = 0;

	while (!addr_eq(&w.ends[i].at.addr, &to->addr))
		i++;
	assert(i < ENDS && n <= DATAGRAM);
	*g = (struct datagram){ .from = (unsigned)(e - w.ends), .to = i, .n = n };
	memcpy(g->p, p, n);
	w.n++;
}

static void
on_send(void *arg, const struct wg_path *path, const uint8_t *p, size_t n)
{
	put(arg, &path->to, p, n);
}

static void
on_peer(void *arg, struct wg_peer *p)
{
	assert(((struct end *)arg)->peer == p);
}

static void
make(void)
{
	const struct addr_prefix all = { .addr = { 4, { 0 } }, .bits = 0 };
	unsigned i;

	memset(&w, 0, sizeof(w));
	w.now = 1000000;
	for (i = 0; i < ENDS; i++) {
		const struct wg_device_ops ops = { draw, stamp, on_send, on_peer, on_peer, &w.ends[i] };
		const uint8_t secret[WG_KEY] = { (uint8_t)(8 * (i + 1)), [31] = 64 };

		w.ends[i].d = wg_device_new(&ops);
		w.ends[i].at = (struct addr_port){ .addr = { 4, { 192, 0, 2, (uint8_t)(1 + i) } }, .port = 51820 };
		assert(w.ends[i].d != NULL && wg_device_set_key(w.ends[i].d, secret));
	}
	for (i = 0; i < ENDS; i++) {
		const unsigned other = i == B ? A : B;

		assert(wg_device_add(w.ends[i].d, w.ends[other].d->id.key, &w.ends[i].peer) == 0);
		assert(wg_peer_allow(w.ends[i].d, w.ends[i].peer, &all) == 0);
		if (i != B)
			wg_peer_set_endpoint(w.ends[i].peer, &w.ends[other].at);
	}
}

/* --- packets ---------------------------------------------------------------------------------- */

/* An IPv4 packet whose last octets say which one it is, and who sent it. */
static void
packet_make(uint8_t p[PACKET], unsigned from, unsigned number)
{
	memset(p, (int)(number * 37 + from), PACKET);
	p[0] = 0x45;
	p[2] = 0;
	p[3] = PACKET;
	p[PACKET - 1] = (uint8_t)number;
	p[PACKET - 2] = (uint8_t)(number >> 8);
	p[PACKET - 3] = (uint8_t)from;
}

static void
say(struct end *e)
{
	uint8_t m[WG_DATA_HEAD + PACKET + WG_TAG];
	struct wg_way way;

	if (w.sent == PACKETS || wg_peer_out(e->d, e->peer, w.now, &way) != WG_OUT_SEND)
		return;
	assert(!e->counted || way.head.to != e->to || way.head.counter > e->counter);
	e->to = way.head.to;
	e->counter = way.head.counter;
	e->counted = true;
	packet_make(m + WG_DATA_HEAD, (unsigned)(e - w.ends), w.sent++);
	wg_data_seal(m, PACKET, &way.head, way.key);
	wg_peer_sent(e->d, e->peer, sizeof(m), false, w.now);
	put(e, &way.path.to, m, sizeof(m));
}

static void
arrive(const struct end *e, const uint8_t *p, size_t n)
{
	uint8_t want[PACKET];
	unsigned number;

	assert(n == PACKET && e != &w.ends[STRANGER]);
	number = (unsigned)p[PACKET - 2] << 8 | p[PACKET - 1];
	packet_make(want, e == &w.ends[A] ? B : A, number);
	assert(number < w.sent && memcmp(p, want, PACKET) == 0 && !w.arrived[number]);
	w.arrived[number] = true;
}

static void
hear(struct end *e, struct datagram *g, bool changed)
{
	const struct wg_path path = { .to = w.ends[g->from].at };
	struct wg_session *s;
	struct wg_data head;

	if (!wg_data_read(g->p, g->n, &head)) {
		wg_device_hear(e->d, g->p, g->n, &path, w.now);
		return;
	}
	s = wg_device_session(e->d, head.to, w.now);
	if (s == NULL || !wg_data_open(g->p, g->n, head.counter, wg_session_key(s)))
		return;
	assert(!changed);
	if (wg_session_take(e->d, s, head.counter, g->n, &path, w.now) && g->n > WG_DATA_OVERHEAD)
		arrive(e, g->p + WG_DATA_HEAD, g->n - WG_DATA_OVERHEAD);
}

/* --- the line ------------------------------------------------------------------------------------ */

/* One of the last messages, as it was, cut, or with a bit changed; it stays there to come again. */
static void
deliver(unsigned which, unsigned how, uint8_t where)
{
	struct datagram g;
	bool changed = false;

	if (w.n == 0)
		return;
	g = w.line[(w.n - 1 - which % (w.n < LINE ? w.n : LINE)) % LINE];
	if (how == 1 && g.n > 0) {
		g.n = where % g.n;
		changed = true;
	} else if (how == 2) {
		g.p[where % g.n] ^= (uint8_t)(1 << where % 8);
		changed = true;
	}
	hear(&w.ends[g.to], &g, changed);
}

static void
check(void)
{
	unsigned i;

	for (i = 0; i < ENDS; i++) {
		struct end *e = &w.ends[i];

		assert(e->peer->received >= e->received && e->peer->sent >= e->sent && e->d->agenda.n <= 1);
		e->received = e->peer->received;
		e->sent = e->peer->sent;
	}
	assert(w.ends[STRANGER].peer->current == NULL && w.ends[STRANGER].peer->next == NULL);
	assert(wg_device_find(w.ends[B].d, w.ends[STRANGER].d->id.key) == NULL);
}

static void
step(unsigned what, uint8_t more)
{
	unsigned i;

	switch (what & 7) {
	case 0:
	case 1:
		say(&w.ends[what & 1]);
		break;
	case 2:
		say(&w.ends[STRANGER]);
		break;
	case 3:
		w.now += more < 128 ? more : (more - 127) * 200;
		for (i = 0; i < ENDS; i++)
			wg_device_run(w.ends[i].d, w.now);
		break;
	case 4:
	case 5:
		deliver(0, 0, more);
		break;
	default:
		deliver(more >> 3, (what >> 3) % 3, (uint8_t)(more ^ what * 29));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rd r;
	unsigned what, i;

	make();
	rd_init(&r, data, size < 1024 ? size : 1024);
	while (rd_left(&r) >= 2) {
		what = rd_u8(&r);
		step(what, rd_u8(&r));
		check();
	}
	for (i = 0; i < ENDS; i++)
		wg_device_free(w.ends[i].d);
	return 0;
}
