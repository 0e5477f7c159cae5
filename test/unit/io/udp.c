/* src/io/udp.c with real sockets on the loopback interface (DNS-3, R1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "io/udp.h"
#include "until.h"

struct echo {
	struct io_loop *loop;
	struct io_udp *udp;
	uint16_t port;
	size_t calls, msgs, most;
	struct io_udp_msg last;
	bool silent, stop_in_callback;
	bool enough;
	size_t want;
};

static void
on_batch(void *arg, struct io_udp_msg *m, size_t n)
{
	struct echo *e = arg;
	size_t i;

	e->calls++;
	e->msgs += n;
	if (n > e->most)
		e->most = n;
	for (i = 0; i < n && !e->silent; i++) {
		memcpy(m[i].out, m[i].in, m[i].in_len);
		m[i].out_len = m[i].in_len;
	}
	e->last = m[n - 1];
	e->enough = e->msgs >= e->want;
	if (e->stop_in_callback)
		io_udp_free(e->udp);
}

static struct addr_port
at(const char *text, uint16_t port)
{
	struct addr_port a = { .port = port };

	assert_true(addr_read(str_of(text), &a.addr));
	return a;
}

static uint16_t
port_of(int fd)
{
	struct sockaddr_storage ss;
	socklen_t n = sizeof(ss);
	struct addr_port a;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&ss, &n), 0);
	assert_true(addr_from_sockaddr(&ss, &a));
	return a.port;
}

static struct echo *
echo_new(const char *addr)
{
	struct echo *e = calloc(1, sizeof(*e));
	struct addr_port a = at(addr, 0);
	int fd = io_udp_open(&a, 1);

	assert_true(fd >= 0);
	e->loop = io_loop_new();
	e->port = port_of(fd);
	e->want = 1;
	e->udp = io_udp_new(e->loop, fd, on_batch, e);
	assert_non_null(e->udp);
	return e;
}

static void
echo_free(struct echo *e)
{
	if (!e->stop_in_callback)
		io_udp_free(e->udp);
	io_loop_free(e->loop);
	free(e);
}

/* A client socket; connected, so that an answer from another address does not arrive. */
static int
client(const char *from, const char *to, uint16_t port)
{
	struct addr_port a = at(from, 0), b = at(to, port);
	struct timeval tv = { .tv_sec = 10 };
	struct sockaddr_storage ss;
	size_t n = addr_to_sockaddr(&a, &ss);
	int fd = socket(ss.ss_family, SOCK_DGRAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&ss, (socklen_t)n), 0);
	n = addr_to_sockaddr(&b, &ss);
	assert_int_equal(connect(fd, (struct sockaddr *)&ss, (socklen_t)n), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	return fd;
}

/* Asked at several addresses of a wildcard socket, each answer leaves from the one asked. */
static void
answers_leave_from_the_address_asked(void **state)
{
	static const char *const addrs[] = { "127.0.0.1", "127.7.7.7", "127.1.2.3" };
	struct echo *e = echo_new("0.0.0.0");
	struct addr local;
	char buf[8];
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < 3; i++) {
		fd = client("127.0.0.9", addrs[i], e->port);
		assert_int_equal(send(fd, "hello", 5, 0), 5);
		e->enough = false;
		assert_true(until(e->loop, &e->enough));
		assert_int_equal(recv(fd, buf, sizeof(buf), 0), 5);
		assert_memory_equal(buf, "hello", 5);
		assert_true(addr_read(str_of(addrs[i]), &local));
		assert_true(addr_eq(&e->last.local, &local));
		assert_true(addr_read(STR("127.0.0.9"), &local));
		assert_true(addr_eq(&e->last.peer.addr, &local));
		assert_int_equal(e->last.peer.port, port_of(fd));
		assert_int_equal(e->last.ifindex, 1);	/* lo */
		close(fd);
	}
	echo_free(e);
}

static void
the_same_with_ipv6(void **state)
{
	struct echo *e = echo_new("::");
	struct addr local;
	char buf[8];
	int fd = client("::1", "::1", e->port);

	(void)state;
	assert_int_equal(send(fd, "hello", 5, 0), 5);
	assert_true(until(e->loop, &e->enough));
	assert_int_equal(recv(fd, buf, sizeof(buf), 0), 5);
	assert_true(addr_read(STR("::1"), &local));
	assert_true(addr_eq(&e->last.local, &local));
	assert_int_equal(e->last.ifindex, 1);
	close(fd);
	echo_free(e);
}

/* More than one batch waits: all are answered, in batches. */
static void
many_come_in_batches(void **state)
{
	struct echo *e = echo_new("127.0.0.1");
	int fd = client("127.0.0.1", "127.0.0.1", e->port);
	uint32_t i, got, seen = 0;

	(void)state;
	for (i = 0; i < 200; i++)
		assert_int_equal(send(fd, &i, sizeof(i), 0), sizeof(i));
	e->want = 200;
	assert_true(until(e->loop, &e->enough));
	assert_int_equal(e->most, IO_UDP_BATCH);
	assert_true(e->calls <= 8);
	for (i = 0; i < 200; i++) {
		assert_int_equal(recv(fd, &got, sizeof(got), 0), sizeof(got));
		seen += got == i;
	}
	assert_int_equal(seen, 200);	/* answers in order, none twice */
	close(fd);
	echo_free(e);
}

static void
long_datagrams_are_cut_and_marked(void **state)
{
	static char big[IO_UDP_IN_MAX + 1];
	struct echo *e = echo_new("127.0.0.1");
	int fd = client("127.0.0.1", "127.0.0.1", e->port);

	(void)state;
	e->silent = true;
	assert_int_equal(send(fd, big, IO_UDP_IN_MAX, 0), IO_UDP_IN_MAX);
	assert_true(until(e->loop, &e->enough));
	assert_int_equal(e->last.in_len, IO_UDP_IN_MAX);
	assert_false(e->last.truncated);
	e->want = 2;
	e->enough = false;
	assert_int_equal(send(fd, big, IO_UDP_IN_MAX + 1, 0), IO_UDP_IN_MAX + 1);
	assert_true(until(e->loop, &e->enough));
	assert_int_equal(e->last.in_len, IO_UDP_IN_MAX);
	assert_true(e->last.truncated);
	close(fd);
	echo_free(e);
}

/* A datagram from port 0 cannot be answered (the kernel refuses); it must not hold up the others. */
static void
one_bad_answer_does_not_stop_the_rest(void **state)
{
	struct echo *e = echo_new("127.0.0.1");
	int fd = client("127.0.0.1", "127.0.0.1", e->port), blocked = client("127.0.0.5", "127.0.0.1", e->port);
	struct addr_port nobody = at("127.0.0.1", 0);
	char buf[8];

	(void)state;
	assert_int_equal(send(blocked, "gone", 4, 0), 4);
	close(blocked);			/* answers to it raise an error on our socket */
	assert_int_equal(send(fd, "hello", 5, 0), 5);
	io_udp_send(e->udp, &nobody, &nobody.addr, 0, "x", 1);	/* EINVAL, silently */
	e->want = 2;
	assert_true(until(e->loop, &e->enough));
	assert_int_equal(recv(fd, buf, sizeof(buf), 0), 5);
	assert_int_equal(send(fd, "again", 5, 0), 5);
	e->want = 3;
	e->enough = false;
	assert_true(until(e->loop, &e->enough));
	assert_int_equal(recv(fd, buf, sizeof(buf), 0), 5);
	close(fd);
	echo_free(e);
}

static void
single_sends_take_their_source(void **state)
{
	struct echo *e = echo_new("0.0.0.0");
	struct addr_port peer = at("127.0.0.9", 0);
	struct addr from = at("127.7.7.7", 0).addr, any = { 0 };
	int fd = client("127.0.0.9", "127.7.7.7", e->port);
	int other = client("127.0.0.9", "127.0.0.1", e->port);
	char buf[8];

	(void)state;
	peer.port = port_of(fd);
	io_udp_send(e->udp, &peer, &from, 0, "later", 5);
	assert_int_equal(recv(fd, buf, sizeof(buf), 0), 5);
	assert_memory_equal(buf, "later", 5);
	io_udp_send(e->udp, &peer, &from, 1, "iface", 5);	/* lo */
	assert_int_equal(recv(fd, buf, sizeof(buf), 0), 5);
	peer.port = port_of(other);
	io_udp_send(e->udp, &peer, &any, 0, "any", 3);		/* the kernel's choice on lo */
	close(other);
	close(fd);
	echo_free(e);
}

static void
can_be_freed_in_its_callback(void **state)
{
	struct echo *e = echo_new("127.0.0.1");
	int fd = client("127.0.0.1", "127.0.0.1", e->port);

	(void)state;
	e->stop_in_callback = true;
	assert_int_equal(send(fd, "x", 1, 0), 1);
	assert_true(until(e->loop, &e->enough));
	close(fd);
	echo_free(e);
}

static void
opening(void **state)
{
	struct addr_port a = at("127.0.0.1", 0), none = { 0 }, foreign = at("192.0.2.1", 0);
	int one = io_udp_open(&a, 1), two, lone;

	(void)state;
	assert_true(one >= 0);
	a.port = port_of(one);
	two = io_udp_open(&a, 1);
	assert_true(two >= 0);			/* shared by the edges */
	assert_int_equal(io_udp_open(&a, 0), -EADDRINUSE);
	assert_int_equal(io_udp_open(&none, 0), -EINVAL);
	assert_int_equal(io_udp_open(&foreign, 0), -EADDRNOTAVAIL);
	close(one);
	close(two);
	lone = io_udp_open(&a, 0);
	assert_true(lone >= 0);
	close(lone);
}

/* NTP: with stamps, the answer still leaves from the address asked, and the stamp lies between both. */
static void
stamps_say_when_it_came(void **state)
{
	static const char *const addrs[] = { "127.0.0.1", "::1" };
	static const char *const any[] = { "127.7.7.7", "::1" };
	struct timespec before, after;
	struct echo *e;
	char buf[8];
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < 2; i++) {
		e = echo_new(i == 0 ? "0.0.0.0" : "::1");
		io_udp_stamp(e->udp);
		fd = client(addrs[i], any[i], e->port);
		clock_gettime(CLOCK_REALTIME, &before);
		assert_int_equal(send(fd, "stamp", 5, 0), 5);
		assert_true(until(e->loop, &e->enough));
		clock_gettime(CLOCK_REALTIME, &after);
		assert_int_equal(recv(fd, buf, sizeof(buf), 0), 5);
		assert_true(e->last.stamp_ns >= before.tv_sec * INT64_C(1000000000) + before.tv_nsec);
		assert_true(e->last.stamp_ns <= after.tv_sec * INT64_C(1000000000) + after.tv_nsec);
		assert_true(e->last.local.len != 0 && e->last.ifindex != 0);
		close(fd);
		echo_free(e);
	}
}

/* NTP-2: whatever port a client asks from, the same socket of the group hears it. */
static void
one_client_has_one_socket(void **state)
{
	static const char *const clients[] = { "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6", "127.0.0.7" };
	struct addr_port a = at("127.0.0.1", 0);
	unsigned used = 0, mine;
	int fds[2], c;
	size_t i, k;
	char b;

	(void)state;
	fds[0] = io_udp_open(&a, 1);
	assert_true(fds[0] >= 0);
	a.port = port_of(fds[0]);
	fds[1] = io_udp_open(&a, 1);
	assert_true(fds[1] >= 0);
	assert_int_equal(io_udp_by_source(fds[0], 0, 2), 0);
	for (i = 0; i < 6; i++) {
		mine = 0;
		for (k = 0; k < 20; k++) {
			c = client(clients[i], "127.0.0.1", a.port);
			assert_int_equal(send(c, "x", 1, 0), 1);
			close(c);
		}
		for (k = 0; k < 2; k++)
			while (recv(fds[k], &b, 1, MSG_DONTWAIT) == 1)
				mine |= 1u << k;
		assert_true(mine == 1 || mine == 2);
		used |= mine;
	}
	assert_int_equal(used, 3);	/* and not all clients share one */
	close(fds[0]);
	close(fds[1]);
}

/* P5: one kind of message has a queue of its own; and a port that somebody has alone stays theirs. */
static void
the_first_octet_decides(void **state)
{
	static const char *const any[] = { "127.0.0.1", "::1" };
	struct addr_port a;
	int fds[2], c;
	size_t i;
	char b;

	(void)state;
	for (i = 0; i < 2; i++) {
		a = at(any[i], 0);
		fds[0] = io_udp_open(&a, 0);
		assert_true(fds[0] >= 0);
		a.port = port_of(fds[0]);
		assert_int_equal(io_udp_open(&a, 1), -EADDRINUSE);
		assert_int_equal(io_udp_share(fds[0]), 0);
		assert_int_equal(io_udp_open(&a, 0), -EADDRINUSE);
		fds[1] = io_udp_open(&a, 1);
		assert_true(fds[1] >= 0);
		assert_int_equal(io_udp_by_octet(fds[1], 4), 0);
		c = client(any[i], any[i], a.port);
		assert_int_equal(send(c, "\x04", 1, 0) + send(c, "\x01", 1, 0) + send(c, "\x04", 1, 0), 3);
		assert_int_equal(recv(fds[0], &b, 1, 0) + recv(fds[0], &b, 1, 0), 2);
		assert_int_equal(recv(fds[0], &b, 1, MSG_DONTWAIT), -1);
		assert_int_equal(recv(fds[1], &b, 1, 0), 1);
		assert_int_equal(b, 1);
		close(c);
		close(fds[0]);
		close(fds[1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_leave_from_the_address_asked),
		cmocka_unit_test(the_same_with_ipv6),
		cmocka_unit_test(many_come_in_batches),
		cmocka_unit_test(long_datagrams_are_cut_and_marked),
		cmocka_unit_test(one_bad_answer_does_not_stop_the_rest),
		cmocka_unit_test(single_sends_take_their_source),
		cmocka_unit_test(can_be_freed_in_its_callback),
		cmocka_unit_test(opening),
		cmocka_unit_test(stamps_say_when_it_came),
		cmocka_unit_test(one_client_has_one_socket),
		cmocka_unit_test(the_first_octet_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
