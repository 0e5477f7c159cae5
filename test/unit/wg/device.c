/* Two devices and a wire between them under a clock of our own (VPN-2, VPN-9): handshakes, loss, rekeying, roaming,
 * replays, load. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "wg/device_set.h"

enum { WIRE = 64, DATAGRAM = 256 };

struct datagram {
	struct wg_path from;		/* whence */
	size_t n;
	uint8_t p[DATAGRAM];
};

struct end {
	struct wg_device *d;
	struct wg_peer *peer;		/* the other end */
	struct addr_port at;		/* where datagrams of it come from */
	struct datagram inbox[WIRE];
	size_t n;
	struct end *other;
	unsigned lost, ready, empty, got;	/* told; heard */
	bool deaf;			/* nothing arrives */
};

struct world {
	struct end a, b;
	int64_t now;
};

static struct world w;

static void
draw(void *arg, void *out, size_t n)
{
	uint8_t *p = out;

	(void)arg;
	while (n-- > 0)
		*p++ = (uint8_t)(rand() >> 7);
}

static void
stamp(void *arg, uint8_t out[WG_STAMP])
{
	(void)arg;
	wg_stamp(out, w.now / 1000, (uint32_t)(w.now % 1000) * 1000000);
}

static void
send_from(void *arg, const struct wg_path *path, const uint8_t *p, size_t n)
{
	struct end *e = arg, *other = e->other;

	assert_true(addr_eq(&path->to.addr, &other->at.addr));
	assert_true(n <= DATAGRAM);
	if (other->deaf || other->n == WIRE)
		return;
	other->inbox[other->n].from = (struct wg_path){ .to = e->at };
	other->inbox[other->n].n = n;
	memcpy(other->inbox[other->n++].p, p, n);
}

static void
is_ready(void *arg, struct wg_peer *p)
{
	struct end *e = arg;

	assert_ptr_equal(p, e->peer);
	e->ready++;
}

static void
is_lost(void *arg, struct wg_peer *p)
{
	struct end *e = arg;

	assert_ptr_equal(p, e->peer);
	e->lost++;
}

static void
make_end(struct end *e, struct end *other, const char *at, uint8_t secret)
{
	const struct wg_device_ops ops = { draw, stamp, send_from, is_ready, is_lost, e };
	uint8_t key[WG_KEY];

	memset(e, 0, sizeof(*e));
	memset(key, secret, sizeof(key));
	e->other = other;
	assert_true(addr_port_read(str_of(at), &e->at));
	e->d = wg_device_new(&ops);
	assert_non_null(e->d);
	assert_true(wg_device_set_key(e->d, key));
}

/* They know each other; only a knows where b is. */
static int
make(void **state)
{
	struct addr_prefix net;

	(void)state;
	srand(5);
	w.now = 1000000;
	make_end(&w.a, &w.b, "192.0.2.1:1000", 16);
	make_end(&w.b, &w.a, "192.0.2.2:51820", 32);
	assert_int_equal(wg_device_add(w.a.d, w.b.d->id.key, &w.a.peer), 0);
	assert_int_equal(wg_device_add(w.b.d, w.a.d->id.key, &w.b.peer), 0);
	wg_peer_set_endpoint(w.a.peer, &w.b.at);
	assert_true(addr_prefix_read(str_of("10.0.0.2/32"), &net));
	assert_int_equal(wg_peer_allow(w.b.d, w.b.peer, &net), 0);
	return 0;
}

static int
drop(void **state)
{
	(void)state;
	wg_device_free(w.a.d);
	wg_device_free(w.b.d);
	return 0;
}

static void
hear(struct end *e, struct datagram *m)
{
	struct wg_session *s;
	struct wg_data head;

	if (!wg_data_read(m->p, m->n, &head)) {
		wg_device_hear(e->d, m->p, m->n, &m->from, w.now);
		return;
	}
	s = wg_device_session(e->d, head.to, w.now);
	if (s == NULL || !wg_data_open(m->p, m->n, head.counter, wg_session_key(s)) ||
	    !wg_session_take(e->d, s, head.counter, m->n, &m->from, w.now))
		return;
	assert_ptr_equal(wg_session_peer(s), e->peer);
	if (m->n == WG_DATA_OVERHEAD)
		e->empty++;
	else
		e->got++;
}

/* Until nothing is on the wire. */
static void
settle(void)
{
	static struct datagram m;
	struct end *e;

	while (w.a.n + w.b.n > 0) {
		e = w.a.n > 0 ? &w.a : &w.b;
		m = e->inbox[0];
		memmove(e->inbox, e->inbox + 1, --e->n * sizeof(m));
		hear(e, &m);
	}
}

static void
run_until(int64_t until)
{
	int64_t a, b, next;

	for (;;) {
		settle();
		a = wg_device_due(w.a.d);
		b = wg_device_due(w.b.d);
		next = a == 0 || (b != 0 && b < a) ? b : a;
		if (next == 0 || next > until)
			break;
		w.now = next;
		wg_device_run(w.a.d, w.now);
		wg_device_run(w.b.d, w.now);
	}
	w.now = until;
}

static enum wg_out
say(struct end *e)
{
	uint8_t m[WG_DATA_OVERHEAD + 32] = { 0 };
	struct wg_way way;
	enum wg_out out = wg_peer_out(e->d, e->peer, w.now, &way);

	if (out != WG_OUT_SEND)
		return out;
	wg_data_seal(m, 32, &way.head, way.key);
	send_from(e, &way.path, m, sizeof(m));
	wg_peer_sent(e->d, e->peer, sizeof(m), false, w.now);
	return out;
}

static void
connect_both(void)
{
	assert_int_equal(say(&w.a), WG_OUT_WAIT);
	settle();
	assert_int_equal(w.a.ready, 1);
	assert_int_equal(w.b.ready, 1);		/* by the empty message that confirms the keys */
	assert_int_equal(w.b.empty, 1);
}

static void
a_handshake_then_packets(void **state)
{
	struct wg_peer_facts facts;

	(void)state;
	assert_int_equal(say(&w.b), WG_OUT_NOWHERE);
	connect_both();
	assert_int_equal(say(&w.a), WG_OUT_SEND);
	assert_int_equal(say(&w.b), WG_OUT_SEND);
	settle();
	assert_int_equal(w.a.got, 1);
	assert_int_equal(w.b.got, 1);
	wg_peer_facts(w.b.peer, &facts);
	assert_memory_equal(facts.key, w.a.d->id.key, WG_KEY);
	assert_int_equal(facts.endpoint.port, 1000);
	assert_int_equal(facts.handshake_ms, w.now);
	assert_int_equal(facts.received, WG_INITIATION + WG_DATA_OVERHEAD + WG_DATA_OVERHEAD + 32);
	assert_int_equal(facts.sent, WG_RESPONSE + WG_DATA_OVERHEAD + 32);
}

static void
tries_until_somebody_answers(void **state)
{
	(void)state;
	w.b.deaf = true;
	assert_int_equal(say(&w.a), WG_OUT_WAIT);
	run_until(w.now + 20000);
	assert_int_equal(w.a.ready, 0);
	w.b.deaf = false;
	run_until(w.now + WG_REKEY_TIMEOUT_MS + WG_JITTER_MS);
	assert_int_equal(w.a.ready, 1);
	assert_int_equal(w.a.lost, 0);
}

static void
gives_up_in_the_end(void **state)
{
	(void)state;
	w.b.deaf = true;
	assert_int_equal(say(&w.a), WG_OUT_WAIT);
	run_until(w.now + 89000);
	assert_int_equal(w.a.lost, 0);
	run_until(w.now + 20000);
	assert_int_equal(w.a.lost, 1);
	run_until(w.now + 3600000);
	assert_int_equal(w.a.lost, 1);
	w.b.deaf = false;
	assert_int_equal(say(&w.a), WG_OUT_WAIT);	/* and begins anew when there is something to send */
	settle();
	assert_int_equal(w.a.ready, 1);
}

/* An hour of packets both ways: keys change every two minutes, nothing is lost. */
static void
keys_change_under_way(void **state)
{
	const int64_t end = w.now + 3600000;
	unsigned said = 0;

	(void)state;
	connect_both();
	for (; w.now < end; said++) {
		run_until(w.now + 500);
		assert_int_equal(say(&w.a), WG_OUT_SEND);
		assert_int_equal(say(&w.b), WG_OUT_SEND);
	}
	settle();
	assert_int_equal(w.a.got, said);
	assert_int_equal(w.b.got, said);
	assert_in_range(w.a.ready, 29, 31);
}

/* Only the responder speaks: the initiator sees that its keys grow old by what it hears. */
static void
keys_change_for_a_listener(void **state)
{
	const int64_t end = w.now + 1800000;

	(void)state;
	connect_both();
	while (w.now < end) {
		run_until(w.now + 500);
		assert_int_equal(say(&w.b), WG_OUT_SEND);
	}
	settle();
	assert_int_equal(w.a.got, 3600);
	assert_true(w.a.ready >= 10);
}

static void
old_keys_are_worthless(void **state)
{
	struct wg_session *s;

	(void)state;
	connect_both();
	s = w.b.peer->current;
	assert_ptr_equal(wg_device_session(w.b.d, s->ours, w.now), s);
	assert_null(wg_device_session(w.b.d, s->ours, w.now + WG_REJECT_AFTER_MS));
	w.a.deaf = w.b.deaf = true;
	run_until(w.now + 3 * (int64_t)WG_REJECT_AFTER_MS);
	assert_null(w.a.peer->current);
	assert_null(w.b.peer->current);
	w.a.deaf = w.b.deaf = false;
	assert_int_equal(say(&w.b), WG_OUT_WAIT);	/* b remembers where a is */
	settle();
	assert_int_equal(w.b.ready, 2);
}

static void
a_peer_that_moves(void **state)
{
	struct wg_peer_facts facts;

	(void)state;
	connect_both();
	assert_true(addr_port_read(str_of("198.51.100.7:2000"), &w.a.at));
	assert_int_equal(say(&w.a), WG_OUT_SEND);
	settle();
	wg_peer_facts(w.b.peer, &facts);
	assert_int_equal(facts.endpoint.port, 2000);
	assert_int_equal(say(&w.b), WG_OUT_SEND);	/* send_from() looks where to */
	settle();
	assert_int_equal(w.a.got, 1);
}

static void
nothing_counts_twice(void **state)
{
	static struct datagram initiation, packet, copy;

	(void)state;
	assert_int_equal(say(&w.a), WG_OUT_WAIT);
	initiation = w.b.inbox[0];
	settle();
	assert_int_equal(say(&w.a), WG_OUT_SEND);
	packet = copy = w.b.inbox[0];
	settle();
	hear(&w.b, &copy);
	assert_int_equal(w.b.got, 1);
	w.now += 1000;
	copy = initiation;
	assert_true(addr_port_read(str_of("203.0.113.66:666"), &copy.from.to));
	hear(&w.b, &copy);
	assert_int_equal(w.a.n, 0);			/* no answer, and it did not move */
	assert_int_equal(w.b.peer->path.to.port, 1000);
	assert_null(w.b.peer->next);
	copy = packet;
	copy.from.to.port = 666;
	hear(&w.b, &copy);
	assert_int_equal(w.b.peer->path.to.port, 1000);
}

static void
both_begin_at_once(void **state)
{
	(void)state;
	wg_peer_set_endpoint(w.b.peer, &w.a.at);
	assert_int_equal(say(&w.a), WG_OUT_WAIT);
	assert_int_equal(say(&w.b), WG_OUT_WAIT);
	settle();
	run_until(w.now + 1000);
	assert_int_equal(say(&w.a), WG_OUT_SEND);
	assert_int_equal(say(&w.b), WG_OUT_SEND);
	settle();
	assert_int_equal(w.a.got, 1);
	assert_int_equal(w.b.got, 1);
}

static void
strangers_get_no_answer(void **state)
{
	static struct datagram m;
	struct end c;

	(void)state;
	make_end(&c, &w.b, "192.0.2.3:3000", 48);
	assert_int_equal(wg_device_add(c.d, w.b.d->id.key, &c.peer), 0);
	wg_peer_set_endpoint(c.peer, &w.b.at);
	assert_int_equal(say(&c), WG_OUT_WAIT);		/* knows our key, but is no peer */
	assert_int_equal(w.b.n, 1);
	m = w.b.inbox[0];
	settle();
	assert_int_equal(w.b.n + w.a.n + c.n, 0);
	m.p[WG_INITIATION - 2 * WG_MAC] ^= 1;
	hear(&w.b, &m);
	assert_int_equal(w.b.d->handshakes, 1);		/* without a good MAC it costs nothing more */
	wg_device_free(c.d);
}

/* While many come who know the key, only those get through who hear at their address. */
static void
under_load_a_cookie_first(void **state)
{
	static struct datagram flood, m;
	unsigned i, cookies = 0;

	(void)state;
	assert_int_equal(say(&w.a), WG_OUT_WAIT);
	flood = w.b.inbox[0];
	w.b.n = 0;
	for (i = 0; i < 2 * WG_BUSY_PER_S; i++) {
		m = flood;
		hear(&w.b, &m);
		cookies += w.a.n > 0 && w.a.inbox[w.a.n - 1].n == WG_COOKIE_REPLY ? 1 : 0;
		w.a.n = w.a.n > 0 && w.a.inbox[0].n != WG_COOKIE_REPLY ? 1 : 0;
	}
	assert_int_equal(cookies, WG_BUSY_PER_S);
	w.a.n = 0;
	w.now += 1000;
	m = flood;
	hear(&w.b, &m);
	assert_int_equal(w.a.n, 1);			/* there was a flood a moment ago */
	assert_int_equal(w.a.inbox[0].n, WG_COOKIE_REPLY);
	w.a.n = 0;
	w.now += 1000;
	m = flood;
	hear(&w.b, &m);
	assert_int_equal(w.a.n, 0);			/* and there is none any more */
	for (i = 0; i < 2 * WG_BUSY_PER_S; i++) {
		m = flood;
		hear(&w.b, &m);
	}
	w.a.n = 0;
	m = flood;
	hear(&w.b, &m);
	settle();					/* a has its cookie */
	assert_true(w.a.peer->cookie.has);
	w.now += WG_REKEY_TIMEOUT_MS + WG_JITTER_MS;
	w.b.d->second_ms = w.now;			/* the flood goes on */
	w.b.d->handshakes = 2 * WG_BUSY_PER_S;
	wg_device_run(w.a.d, w.now);
	settle();
	assert_int_equal(w.a.ready, 1);
}

static void
a_pre_shared_key_counts(void **state)
{
	static const uint8_t psk[WG_KEY] = { 1 };

	(void)state;
	wg_peer_set_psk(w.a.peer, psk);
	assert_int_equal(say(&w.a), WG_OUT_WAIT);
	settle();
	assert_int_equal(w.a.ready, 0);
	wg_peer_set_psk(w.b.peer, psk);
	run_until(w.now + WG_REKEY_TIMEOUT_MS + WG_JITTER_MS);
	assert_int_equal(w.a.ready, 1);
}

static void
says_that_it_is_here(void **state)
{
	(void)state;
	wg_peer_set_keepalive(w.a.d, w.a.peer, 25, w.now);
	settle();
	assert_int_equal(w.b.ready, 1);			/* it begins by itself */
	run_until(w.now + 100000);
	assert_in_range(w.b.empty, 4, 6);
	wg_peer_set_keepalive(w.a.d, w.a.peer, 0, w.now);
	w.b.empty = 0;
	run_until(w.now + 100000);
	assert_int_equal(w.b.empty, 0);
}

static void
what_is_removed_is_gone(void **state)
{
	const uint32_t number = (connect_both(), w.b.peer->current->ours);
	uint8_t key[WG_KEY];
	struct addr x;

	(void)state;
	assert_true(addr_read(str_of("10.0.0.2"), &x));
	assert_ptr_equal(wg_device_route(w.b.d, &x), w.b.peer);
	memcpy(key, w.a.d->id.key, WG_KEY);
	wg_device_remove(w.b.d, w.b.peer);
	assert_int_equal(w.b.lost, 1);
	assert_null(wg_device_route(w.b.d, &x));
	assert_null(wg_device_find(w.b.d, key));
	assert_null(wg_device_session(w.b.d, number, w.now));
	assert_int_equal(wg_device_due(w.b.d), 0);
	assert_int_equal(say(&w.a), WG_OUT_SEND);
	settle();
	assert_int_equal(w.b.got, 0);
}

static void
another_key_ends_all(void **state)
{
	uint8_t key[WG_KEY];
	struct wg_peer *self;

	(void)state;
	connect_both();
	memset(key, 32, sizeof(key));
	assert_true(wg_device_set_key(w.b.d, key));	/* the same */
	assert_non_null(w.b.peer->current);
	memset(key, 64, sizeof(key));
	assert_true(wg_device_set_key(w.b.d, key));
	assert_null(w.b.peer->current);
	assert_int_equal(say(&w.a), WG_OUT_SEND);
	settle();
	assert_int_equal(w.b.got, 0);
	wg_device_remove(w.a.d, w.a.peer);
	assert_int_equal(wg_device_add(w.a.d, w.b.d->id.key, &w.a.peer), 0);
	wg_peer_set_endpoint(w.a.peer, &w.b.at);
	w.now += 1000;
	assert_int_equal(say(&w.a), WG_OUT_WAIT);
	settle();
	assert_int_equal(w.a.ready, 2);
	assert_int_equal(wg_device_add(w.a.d, w.a.d->id.key, &self), -EINVAL);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, make, drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_handshake_then_packets),
		IN_WORLD(tries_until_somebody_answers),
		IN_WORLD(gives_up_in_the_end),
		IN_WORLD(keys_change_under_way),
		IN_WORLD(keys_change_for_a_listener),
		IN_WORLD(old_keys_are_worthless),
		IN_WORLD(a_peer_that_moves),
		IN_WORLD(nothing_counts_twice),
		IN_WORLD(both_begin_at_once),
		IN_WORLD(strangers_get_no_answer),
		IN_WORLD(under_load_a_cookie_first),
		IN_WORLD(a_pre_shared_key_counts),
		IN_WORLD(says_that_it_is_here),
		IN_WORLD(what_is_removed_is_gone),
		IN_WORLD(another_key_ends_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
