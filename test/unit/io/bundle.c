/* Rows of datagrams with real sockets on the loopback interface (VPN-2, P5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "io/bundle.h"
#include "io/udp.h"

enum { DATAGRAMS = 150, LENGTH_MAX = 1500, PATIENCE_MS = 10000 };

struct end {
	int fd;
	struct addr_port at;
	struct io_bundle_out out;
	struct io_bundle_in in;
	uint8_t *room;
};

/* What arrived. */
struct heap {
	size_t n, reads;
	size_t lens[DATAGRAMS];
	uint8_t first[DATAGRAMS];
	struct addr_port from;
	struct addr local;
};

static struct addr_port
at(const char *text, uint16_t port)
{
	struct addr_port a = { .port = port };

	assert_true(addr_read(str_of(text), &a.addr));
	return a;
}

static void
end_open(struct end *e, const char *address)
{
	struct sockaddr_storage ss;
	socklen_t n = sizeof(ss);

	e->at = at(address, 0);
	e->fd = io_udp_open(&e->at, 0);
	assert_true(e->fd >= 0);
	assert_int_equal(io_bundle_prepare(e->fd), 0);
	assert_int_equal(getsockname(e->fd, (struct sockaddr *)&ss, &n), 0);
	assert_true(addr_from_sockaddr(&ss, &e->at));
	e->room = malloc((size_t)IO_BUNDLE_BATCH * IO_BUNDLE_ROOM);
	assert_non_null(e->room);
	io_bundle_out_init(&e->out, e->fd);
	io_bundle_in_init(&e->in, e->fd, e->room);
}

static void
end_close(struct end *e)
{
	close(e->fd);
	free(e->room);
}

static void
note(struct heap *h, const struct io_bundle_got *g)
{
	size_t i;

	h->reads++;
	h->from = g->from;
	h->local = g->local;
	for (i = 0; i < g->n; i += g->each) {
		assert_true(h->n < DATAGRAMS);
		h->lens[h->n] = g->n - i < g->each ? g->n - i : g->each;
		h->first[h->n++] = g->p[i];
	}
}

static void
receive(struct end *e, size_t n, struct heap *h)
{
	struct io_bundle_got got[IO_BUNDLE_BATCH];
	struct pollfd p = { .fd = e->fd, .events = POLLIN };
	int k, i;

	memset(h, 0, sizeof(*h));
	while (h->n < n) {
		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		k = io_bundle_receive(&e->in, got);
		for (i = 0; i < k; i++)
			note(h, &got[i]);
	}
	assert_int_equal(io_bundle_receive(&e->in, got), -EAGAIN);
}

static uint8_t octets[DATAGRAMS][LENGTH_MAX];
static struct iovec row[DATAGRAMS];

/* The k-th of those lengths, in turn, numbered. */
static void
fill(size_t n, const uint16_t *lens, size_t kinds)
{
	size_t i;

	for (i = 0; i < n; i++) {
		octets[i][0] = (uint8_t)i;
		row[i] = (struct iovec){ octets[i], lens[i % kinds] };
	}
}

static void
arrived(const struct heap *h, size_t n, const uint16_t *lens, size_t kinds)
{
	size_t i;

	assert_int_equal(h->n, n);
	for (i = 0; i < n; i++) {
		assert_int_equal(h->first[i], i);
		assert_int_equal(h->lens[i], lens[i % kinds]);
	}
}

static void
carry(const char *address, size_t n, const uint16_t *lens, size_t kinds, struct heap *h)
{
	struct io_bundle b;
	struct end a, z;

	end_open(&a, address);
	end_open(&z, address);
	b = (struct io_bundle){ .to = z.at, .row = row, .n = n };
	fill(n, lens, kinds);
	assert_int_equal(io_bundle_send(&a.out, &b, 1), 0);
	assert_int_equal(b.n, 0);
	assert_int_equal(b.error, 0);
	assert_ptr_equal(b.row, row + n);
	receive(&z, n, h);
	arrived(h, n, lens, kinds);
	assert_int_equal(h->from.port, a.at.port);
	assert_true(addr_eq(&h->local, &z.at.addr));
	end_close(&a);
	end_close(&z);
}

/* Few reads for many datagrams: the kernel does not take them apart on the way. */
static void
carries_long_rows(void **state)
{
	static const uint16_t lens[] = { 1452 }, small[] = { 96 };
	struct heap h;

	(void)state;
	carry("127.0.0.1", DATAGRAMS, lens, 1, &h);
	assert_true(h.reads <= 6);
	carry("::1", DATAGRAMS, lens, 1, &h);
	assert_true(h.reads <= 6);
	carry("127.0.0.1", DATAGRAMS, small, 1, &h);
	assert_true(h.reads <= 6);
	carry("::1", 1, lens, 1, &h);
	assert_int_equal(h.reads, 1);
}

static void
carries_all_lengths(void **state)
{
	static const uint16_t mixed[] = { 1452, 1452, 96, 1000, 96, 1452, 1 }, rising[] = { 10, 20, 30, 40, 50, 60 };
	struct heap h;

	(void)state;
	carry("127.0.0.1", 150, mixed, 7, &h);
	carry("::1", 150, mixed, 7, &h);
	carry("127.0.0.1", 60, rising, 6, &h);
}

static void
serves_several_addresses(void **state)
{
	static const uint16_t lens[] = { 500 };
	struct io_bundle b[20];
	struct end a, z, y;
	struct heap h;
	size_t i;

	(void)state;
	end_open(&a, "127.0.0.1");
	end_open(&z, "127.0.0.1");
	end_open(&y, "127.0.0.1");
	fill(100, lens, 1);
	for (i = 0; i < 20; i++)
		b[i] = (struct io_bundle){ .to = i % 2 == 0 ? z.at : y.at, .row = row + i * 5, .n = i == 7 ? 0 : 5 };
	assert_int_equal(io_bundle_send(&a.out, b, 20), 0);
	receive(&z, 50, &h);
	for (i = 0; i < 50; i++)
		assert_int_equal(h.first[i], i / 5 * 10 + i % 5);
	receive(&y, 45, &h);
	assert_int_equal(h.first[0], 5);
	end_close(&a);
	end_close(&z);
	end_close(&y);
}

/* --- what the way out does not take ---------------------------------------------------------- */

static void
answers_from_the_address_asked(void **state)
{
	static const uint16_t lens[] = { 700 };
	struct io_bundle b = { .row = row, .n = 3 };
	struct addr_port to;
	struct end a, z;
	struct heap h;

	(void)state;
	end_open(&a, "127.0.0.1");
	end_open(&z, "0.0.0.0");
	to = at("127.0.0.77", z.at.port);
	b.to = to;
	fill(3, lens, 1);
	assert_int_equal(io_bundle_send(&a.out, &b, 1), 0);
	receive(&z, 3, &h);
	assert_true(addr_eq(&h.local, &to.addr));
	b = (struct io_bundle){ .to = h.from, .from = h.local, .row = row, .n = 3 };
	assert_int_equal(io_bundle_send(&z.out, &b, 1), 0);
	receive(&a, 3, &h);
	assert_true(addr_eq(&h.from.addr, &to.addr));
	assert_int_equal(b.from.len, 4);
	end_close(&a);
	end_close(&z);
}

static void
forgets_an_address_that_is_gone(void **state)
{
	static const uint16_t lens[] = { 700 };
	static const char *const ends[] = { "127.0.0.1", "::1" }, *const anys[] = { "0.0.0.0", "::" },
	    *const strangers[] = { "192.0.2.1", "2001:db8::1" };
	struct io_bundle b;
	struct end a, z;
	struct heap h;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		end_open(&a, anys[i]);
		end_open(&z, ends[i]);
		fill(100, lens, 1);
		b = (struct io_bundle){ .to = z.at, .from = at(strangers[i], 0).addr, .row = row, .n = 100 };
		assert_int_equal(io_bundle_send(&a.out, &b, 1), 0);
		assert_int_equal(b.from.len, 0);
		assert_int_equal(b.error, 0);
		receive(&z, 100, &h);
		arrived(&h, 100, lens, 1);
		assert_true(addr_eq(&h.from.addr, &z.at.addr));
		end_close(&a);
		end_close(&z);
	}
}

/* A socket without checksums cannot send rows: the kernel says EINVAL, and each goes by itself. */
static void
loses_nothing_without_rows(void **state)
{
	static const uint16_t lens[] = { 1200, 1200, 800 };
	const int one = 1;
	struct io_bundle b;
	struct end a, z;
	struct heap h;

	(void)state;
	end_open(&a, "127.0.0.1");
	end_open(&z, "127.0.0.1");
	assert_int_equal(setsockopt(a.fd, SOL_SOCKET, SO_NO_CHECK, &one, sizeof(one)), 0);
	fill(90, lens, 3);
	b = (struct io_bundle){ .to = z.at, .row = row, .n = 90 };
	assert_int_equal(io_bundle_send(&a.out, &b, 1), 0);
	assert_int_equal(b.error, 0);
	receive(&z, 90, &h);
	arrived(&h, 90, lens, 3);
	end_close(&a);
	end_close(&z);
}

static void
passes_over_what_cannot_go(void **state)
{
	static const uint16_t lens[] = { 300 };
	struct io_bundle b[3];
	struct end a, z;
	struct heap h;
	size_t i;

	(void)state;
	end_open(&a, "127.0.0.1");
	end_open(&z, "127.0.0.1");
	fill(9, lens, 1);
	for (i = 0; i < 3; i++)
		b[i] = (struct io_bundle){ .to = i == 1 ? at("127.0.0.1", 0) : z.at, .row = row + i * 3, .n = 3 };
	row[7].iov_len = 70000;		/* longer than a datagram can be; its places are not looked at */
	row[7].iov_base = a.room;
	assert_int_equal(io_bundle_send(&a.out, b, 3), 0);
	assert_int_equal(b[0].error, 0);
	assert_true(b[1].error < 0);
	assert_int_equal(b[2].error, -EMSGSIZE);
	receive(&z, 5, &h);
	assert_int_equal(h.first[3], 6);
	assert_int_equal(h.first[4], 8);
	end_close(&a);
	end_close(&z);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carries_long_rows),
		cmocka_unit_test(carries_all_lengths),
		cmocka_unit_test(serves_several_addresses),
		cmocka_unit_test(answers_from_the_address_asked),
		cmocka_unit_test(forgets_an_address_that_is_gone),
		cmocka_unit_test(loses_nothing_without_rows),
		cmocka_unit_test(passes_over_what_cannot_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
