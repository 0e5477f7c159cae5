/* src/io/segment.c, and its groups through real sockets: every datagram arrives
 * whole, once, at the socket that asked (P1, R5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/segment.h"
#include "until.h"

enum { CLIENTS = 3, EACH = 20 };

static struct io_udp_msg
message(const char *peer, uint16_t port, uint16_t len)
{
	struct io_udp_msg m = { .out_len = len };

	assert_true(addr_read(str_of(peer), &m.peer.addr));
	m.peer.port = port;
	m.local.len = 4;
	return m;
}

/* The members of group g, as a number of decimal digits. */
static unsigned
members(const struct io_segments *s, size_t g)
{
	unsigned v = 0, n = 0;
	uint8_t i;

	for (i = s->groups[g].first; i != IO_SEGMENT_END; i = s->next[i], n++)
		v = v * 10 + i;
	assert_int_equal(n, s->groups[g].count);
	return v;
}

static void
equal_answers_to_one_socket_are_a_group(void **state)
{
	struct io_udp_msg m[] = {
		message("10.0.0.1", 1000, 80), message("10.0.0.1", 1001, 80), message("10.0.0.1", 1000, 80),
		message("10.0.0.1", 1000, 81), message("10.0.0.1", 1000, 0), message("10.0.0.2", 1000, 80),
		message("10.0.0.1", 1000, 80), message("10.0.0.1", 1000, 80), message("::1", 1000, 80), message("::1", 1000, 80),
	};
	struct io_segments s;

	(void)state;
	m[7].local.b[0] = 9;		/* asked at another address of ours: leaves from there */
	io_segments_find(&s, m, 10, 0);
	assert_int_equal(s.n, 6);
	assert_int_equal(members(&s, 0), 26);		/* 0 2 6 */
	assert_int_equal(members(&s, 1), 1);
	assert_int_equal(members(&s, 2), 3);
	assert_int_equal(members(&s, 3), 5);
	assert_int_equal(members(&s, 4), 7);
	assert_int_equal(members(&s, 5), 89);
	io_segments_find(&s, m, 10, 1);
	assert_int_equal(s.n, 9);
}

/* Neither datagrams that a path may not carry, nor sends that the kernel refuses. */
static void
groups_have_limits(void **state)
{
	struct io_udp_msg m[IO_UDP_BATCH];
	struct io_segments s;
	size_t i;

	(void)state;
	for (i = 0; i < IO_UDP_BATCH; i++)
		m[i] = message("10.0.0.1", 1000, IO_SEGMENT_SIZE + 1);
	io_segments_find(&s, m, IO_UDP_BATCH, 0);
	assert_int_equal(s.n, IO_UDP_BATCH);
	for (i = 0; i < IO_UDP_BATCH; i++)
		m[i].out_len = IO_SEGMENT_SIZE;
	io_segments_find(&s, m, IO_UDP_BATCH, 0);
	assert_int_equal(s.n, 2);
	assert_true(s.groups[0].count * IO_SEGMENT_SIZE <= 65000);
	assert_int_equal(s.groups[0].count + s.groups[1].count, IO_UDP_BATCH);
}

struct bed {
	struct io_loop *loop;
	struct io_udp *udp;
	size_t msgs;
	bool enough;
};

static void
on_batch(void *arg, struct io_udp_msg *m, size_t n)
{
	struct bed *b = arg;
	size_t i;

	for (i = 0; i < n; i++) {
		memcpy(m[i].out, m[i].in, m[i].in_len);
		m[i].out_len = m[i].in_len;
	}
	b->msgs += n;
	b->enough = b->msgs >= CLIENTS * EACH;
}

static int
client(const struct sockaddr_storage *to, socklen_t len)
{
	const struct timeval tv = { .tv_sec = 10 };
	int fd = socket(to->ss_family, SOCK_DGRAM, 0);

	assert_int_equal(connect(fd, (const struct sockaddr *)to, len), 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)), 0);
	return fd;
}

/* Two lengths in turn; the number of the client and of the datagram stand in front. */
static size_t
datagram(int c, int i, char buf[64])
{
	memset(buf, 'x', 64);
	buf[0] = (char)c;
	buf[1] = (char)i;
	return i % 2 == 0 ? 40 : 55;
}

/* All are sent before the loop runs, so that they come in one batch. */
static void
exchange(const char *addr, bool without_checksums)
{
	struct bed b = { .loop = io_loop_new() };
	struct addr_port at = { .port = 0 };
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	char want[64], got[128];
	int fds[CLIENTS], fd, c, i, k;
	const int one = 1;
	bool seen[EACH];

	assert_true(addr_read(str_of(addr), &at.addr));
	fd = io_udp_open(&at, 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&ss, &len), 0);
	if (without_checksums)		/* the kernel refuses to cut on such a socket */
		assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_NO_CHECK, &one, sizeof(one)), 0);
	b.udp = io_udp_new(b.loop, fd, on_batch, &b);
	for (c = 0; c < CLIENTS; c++) {
		fds[c] = client(&ss, len);
		for (i = 0; i < EACH; i++)
			assert_true(send(fds[c], want, datagram(c, i, want), 0) > 0);
	}
	assert_true(until(b.loop, &b.enough));
	for (c = 0; c < CLIENTS; c++) {
		memset(seen, 0, sizeof(seen));
		for (i = 0; i < EACH; i++) {
			ssize_t n = recv(fds[c], got, sizeof(got), 0);

			assert_true(n > 2);
			k = got[1];
			assert_true(k >= 0 && k < EACH && !seen[k]);
			seen[k] = true;
			assert_int_equal(n, datagram(c, k, want));
			assert_memory_equal(got, want, n);
		}
		assert_int_equal(recv(fds[c], got, sizeof(got), MSG_DONTWAIT), -1);
		close(fds[c]);
	}
	io_udp_free(b.udp);
	io_loop_free(b.loop);
}

static void
datagrams_arrive_whole(void **state)
{
	(void)state;
	exchange("127.0.0.1", false);
	exchange("::1", false);
}

/* More than a batch given one by one: all leave, whole, when the turn ends. */
static void
datagrams_sent_soon_leave_together(void **state)
{
	enum { ALL = IO_UDP_BATCH + 9 };
	struct bed b = { .loop = io_loop_new() };
	struct addr_port at = { .port = 0 }, peer = { .port = 0 };
	struct addr local;
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	char want[64], got[128];
	int fd, c, i;

	(void)state;
	assert_true(addr_read(STR("127.0.0.1"), &at.addr) && addr_read(STR("127.0.0.1"), &local));
	fd = io_udp_open(&at, 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&ss, &len), 0);
	b.udp = io_udp_new(b.loop, fd, on_batch, &b);
	c = client(&ss, len);
	len = sizeof(ss);
	assert_int_equal(getsockname(c, (struct sockaddr *)&ss, &len), 0);
	assert_true(addr_from_sockaddr(&ss, &peer));
	for (i = 0; i < ALL; i++)
		io_udp_send_soon(b.udp, &peer, &local, want, datagram(1, i, want));
	assert_int_equal(send(c, want, CLIENTS, 0), CLIENTS);
	b.msgs = CLIENTS * EACH;	/* one more and it is enough */
	assert_true(until(b.loop, &b.enough));
	for (i = 0; i < ALL; i++) {
		ssize_t n = recv(c, got, sizeof(got), 0);

		assert_true(n > 2);
		assert_int_equal(n, datagram(1, got[1], want));
		assert_memory_equal(got, want, n);
	}
	for (i = 0; i < 3; i++)
		io_udp_send_soon(b.udp, &peer, &local, want, 40);
	io_udp_free(b.udp);		/* with some unsent */
	io_loop_free(b.loop);
	close(c);
}

static void
a_way_out_without_groups_still_answers(void **state)
{
	(void)state;
	exchange("127.0.0.1", true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_answers_to_one_socket_are_a_group),
		cmocka_unit_test(groups_have_limits),
		cmocka_unit_test(datagrams_arrive_whole),
		cmocka_unit_test(datagrams_sent_soon_leave_together),
		cmocka_unit_test(a_way_out_without_groups_still_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
