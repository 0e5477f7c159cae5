/* src/io/stream.c without TLS, over socketpairs and TCP (INP-12: what is
 * queued for somebody who does not read is bounded). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/addr.h"
#include "io/listen.h"
#include "io/stream.h"
#include "until.h"

enum { SEEN_MAX = 4 << 20 };

struct end {
	struct io_loop *loop;
	struct io_stream *s;
	int fd;			/* the other end */
	size_t n, take;		/* bytes seen; at most take at a time */
	size_t want;
	uint8_t sum;
	bool opened, eof, drained, broken, enough;
	bool free_on_data, free_on_eof, in_call;
	int calls;
};

static size_t
on_data(void *arg, const uint8_t *p, size_t n)
{
	struct end *e = arg;
	size_t i;

	assert_false(e->in_call);
	e->calls++;
	if (n > e->take)
		n = e->take;
	for (i = 0; i < n; i++)
		e->sum = (uint8_t)(e->sum + p[i] * (1 + (e->n + i) % 251));
	e->n += n;
	e->enough = e->n >= e->want;
	if (e->free_on_data) {
		io_stream_free(e->s);
		e->s = NULL;
		e->enough = true;
	}
	return n;
}

static void
on_event(void *arg, enum io_stream_event ev)
{
	struct end *e = arg;

	assert_false(e->in_call);
	switch (ev) {
	case IO_STREAM_OPEN:
		e->opened = true;
		break;
	case IO_STREAM_EOF:
		assert_false(e->eof);
		e->eof = true;
		if (e->free_on_eof) {
			io_stream_free(e->s);
			e->s = NULL;
		}
		break;
	case IO_STREAM_DRAINED:
		e->drained = true;
		break;
	case IO_STREAM_ERROR:
		assert_false(e->broken);
		e->broken = true;
		break;
	}
}

static const struct io_stream_ops ops = { on_data, on_event };

static int
set_up(void **state)
{
	struct end *e = calloc(1, sizeof(*e));
	int fds[2];

	e->loop = io_loop_new();
	e->take = SIZE_MAX;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	e->fd = fds[1];
	e->s = io_stream_new(e->loop, fds[0], NULL, &ops, e);
	assert_non_null(e->s);
	*state = e;
	return 0;
}

static int
tear_down(void **state)
{
	struct end *e = *state;

	io_stream_free(e->s);
	if (e->fd >= 0)
		close(e->fd);
	io_loop_free(e->loop);
	free(e);
	return 0;
}

static void
put(struct end *e, const char *text)
{
	assert_int_equal(write(e->fd, text, strlen(text)), strlen(text));
}

static void
bytes_and_end_arrive(void **state)
{
	struct end *e = *state;

	put(e, "hello");
	e->want = 5;
	assert_true(until(e->loop, &e->enough));
	assert_false(e->eof);
	shutdown(e->fd, SHUT_WR);
	assert_true(until(e->loop, &e->eof));
	assert_int_equal(e->n, 5);
	assert_false(e->opened);
	assert_int_equal(io_stream_error(e->s), 0);
	assert_null(io_stream_server_name(e->s));
}

/* What is not taken stays, reading stops, and the end comes after it. */
static void
pauses_on_a_partial_take(void **state)
{
	struct end *e = *state;

	e->take = 3;
	put(e, "0123456789");
	spin(e->loop, 5);
	assert_int_equal(e->n, 3);
	put(e, "abc");
	shutdown(e->fd, SHUT_WR);
	spin(e->loop, 5);
	assert_int_equal(e->n, 3);
	assert_false(e->eof);
	io_stream_resume(e->s);
	spin(e->loop, 5);
	assert_int_equal(e->n, 6);
	e->take = SIZE_MAX;
	e->in_call = true;
	io_stream_resume(e->s);		/* never from inside */
	e->in_call = false;
	assert_true(until(e->loop, &e->eof));
	assert_int_equal(e->n, 13);
}

static void
pausing_stops_reading(void **state)
{
	struct end *e = *state;

	io_stream_pause(e->s);
	put(e, "xyz");
	spin(e->loop, 5);
	assert_int_equal(e->n, 0);
	io_stream_resume(e->s);
	e->want = 3;
	assert_true(until(e->loop, &e->enough));
}

/* Far more than the kernel holds passes whole and in order. */
static void
much_passes_both_ways(void **state)
{
	static uint8_t block[65536], got[65536];
	struct end *e = *state;
	size_t i, sent = 0, read_back = 0;
	ssize_t n;

	fcntl(e->fd, F_SETFL, O_NONBLOCK);
	for (i = 0; i < sizeof(block); i++)
		block[i] = (uint8_t)(i * 7);
	e->want = SEEN_MAX;
	while (e->n < SEEN_MAX || read_back < SEEN_MAX) {
		n = sent < SEEN_MAX ? write(e->fd, block, sizeof(block)) : 0;
		if (n > 0)
			sent += (size_t)n;
		if (read_back + io_stream_queued(e->s) < SEEN_MAX && io_stream_queued(e->s) < 512 << 10)
			assert_true(io_stream_write(e->s, block, sizeof(block)) >= 0);
		spin(e->loop, 1);
		while ((n = read(e->fd, got, sizeof(got))) > 0) {
			for (i = 0; i < (size_t)n; i++)
				if (got[i] != block[(read_back + i) % sizeof(block)])
					fail_msg("byte %zu", read_back + i);
			read_back += (size_t)n;
		}
	}
	assert_int_equal(e->n, sent);
}

/* INP-12: the queue has an end, says so, and tells when there is room again. */
static void
queue_is_bounded(void **state)
{
	static uint8_t block[65536];
	struct end *e = *state;
	int result = 0, fulls = 0;
	size_t i;

	fcntl(e->fd, F_SETFL, O_NONBLOCK);
	for (i = 0; i < 64 && result != -ENOSPC; i++) {
		e->in_call = true;
		result = io_stream_write(e->s, block, sizeof(block));
		e->in_call = false;
		fulls += result == 1;
		assert_true(io_stream_queued(e->s) <= IO_STREAM_QUEUE_MAX);
	}
	assert_int_equal(result, -ENOSPC);
	assert_true(fulls > 0);
	spin(e->loop, 5);
	assert_false(e->drained);
	while (!e->drained) {
		while (read(e->fd, block, sizeof(block)) > 0)
			;
		spin(e->loop, 1);
	}
	assert_true(io_stream_queued(e->s) < IO_STREAM_LOW_WATER);
	assert_int_equal(io_stream_write(e->s, block, 10), 0);
}

/* INP-12: also when nothing was left to wait for, because a push took it all. */
static void
drained_by_a_push(void **state)
{
	static uint8_t block[65536];
	struct end *e = *state;

	fcntl(e->fd, F_SETFL, O_NONBLOCK);
	while (io_stream_write(e->s, block, sizeof(block)) != 1)
		;
	while (io_stream_queued(e->s) > 0) {
		while (read(e->fd, block, sizeof(block)) > 0)
			;
		io_stream_hold(e->s);
		io_stream_push(e->s);
	}
	assert_true(io_stream_is_full(e->s));
	assert_false(e->drained);
	assert_true(until(e->loop, &e->drained));
	assert_false(io_stream_is_full(e->s));
}

static ssize_t
peek(const struct end *e, char buf[16])
{
	return recv(e->fd, buf, 16, MSG_DONTWAIT);
}

/* What is held goes in one piece: when asked, on the next turn at the latest, and never when it is much. */
static void
held_writes_go_together(void **state)
{
	static uint8_t block[32 << 10];
	struct end *e = *state;
	char buf[16];

	io_stream_hold(e->s);
	assert_int_equal(io_stream_write(e->s, "ab", 2), 0);
	assert_int_equal(io_stream_write(e->s, "cd", 2), 0);
	assert_int_equal(peek(e, buf), -1);
	io_stream_push(e->s);
	assert_int_equal(peek(e, buf), 4);
	assert_int_equal(io_stream_write(e->s, "ef", 2), 0);	/* no longer held */
	assert_int_equal(peek(e, buf), 2);
	io_stream_hold(e->s);
	assert_int_equal(io_stream_write(e->s, "gh", 2), 0);
	assert_int_equal(peek(e, buf), -1);
	spin(e->loop, 2);
	assert_int_equal(peek(e, buf), 2);
	io_stream_hold(e->s);
	assert_int_equal(io_stream_write(e->s, block, sizeof(block)), 0);
	assert_int_equal(peek(e, buf), 16);
	io_stream_hold(e->s);
	assert_int_equal(io_stream_write(e->s, "last", 4), 0);
	io_stream_finish(e->s);
	while (peek(e, buf) != 0)
		spin(e->loop, 1);
}

/* finish() sends what waits, then the end; the other direction stays open. */
static void
finish_sends_everything_first(void **state)
{
	static uint8_t block[512 << 10];
	struct end *e = *state;
	size_t got = 0;
	ssize_t n;

	fcntl(e->fd, F_SETFL, O_NONBLOCK);
	assert_true(io_stream_write(e->s, block, sizeof(block)) >= 0);
	io_stream_finish(e->s);
	assert_int_equal(io_stream_write(e->s, "x", 1), -EPIPE);
	while ((n = read(e->fd, block, sizeof(block))) != 0) {
		if (n > 0)
			got += (size_t)n;
		else
			spin(e->loop, 1);
	}
	assert_int_equal(got, sizeof(block));
	put(e, "still here");
	e->want = 10;
	assert_true(until(e->loop, &e->enough));
}

/* An error met while writing is told from the loop, once, and never inside the call. */
static void
errors_come_from_the_loop(void **state)
{
	struct end *e = *state;

	close(e->fd);
	e->fd = -1;
	e->in_call = true;
	assert_int_equal(io_stream_write(e->s, "x", 1), -EPIPE);
	e->in_call = false;
	assert_true(until(e->loop, &e->broken));
	assert_true(io_stream_error(e->s) == -EPIPE || io_stream_error(e->s) == -ECONNRESET);
	assert_int_equal(io_stream_write(e->s, "x", 1), -EPIPE);
	spin(e->loop, 5);
}

static void
can_be_freed_in_its_callbacks(void **state)
{
	struct end *e = *state;

	e->free_on_data = true;
	put(e, "x");
	assert_true(until(e->loop, &e->enough));
	spin(e->loop, 5);
	assert_int_equal(e->calls, 1);
	close(e->fd);
	e->fd = -1;
}

static void
can_be_freed_at_its_end(void **state)
{
	struct end *e = *state;

	e->free_on_eof = true;
	shutdown(e->fd, SHUT_WR);
	assert_true(until(e->loop, &e->eof));
	spin(e->loop, 5);
}

/* --- TCP: connecting ------------------------------------------------------------------ */

struct server {
	struct end *end;
	int fd;
	bool accepted;
};

static void
on_accept(void *arg, int fd, const struct addr_port *peer, const struct addr_port *local)
{
	struct server *v = arg;

	assert_int_equal(peer->addr.len, 4);
	assert_int_equal(local->addr.len, 4);
	v->fd = fd;
	v->accepted = true;
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

static void
connects(void **state)
{
	struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } } };
	struct end *e = *state;
	struct end c = { .loop = e->loop, .take = SIZE_MAX };
	struct server v = { 0 };
	int fd = io_listen_tcp(&at);
	struct io_listen *l;

	assert_true(fd >= 0);
	l = io_listen_new(e->loop, fd, on_accept, &v);
	at.port = port_of(fd);
	c.s = io_stream_connect(e->loop, &at, &ops, &c);
	assert_non_null(c.s);
	assert_int_equal(io_stream_write(c.s, "early", 5), 0);	/* waits for the connection */
	assert_true(until(e->loop, &c.opened));
	assert_true(until(e->loop, &v.accepted));
	e->fd = (close(e->fd), v.fd);
	io_stream_free(e->s);
	e->s = io_stream_new(e->loop, v.fd, NULL, &ops, e);
	e->fd = -1;
	e->want = 5;
	assert_true(until(e->loop, &e->enough));
	io_stream_free(c.s);
	io_listen_free(l);
	close(fd);
}

/* All that came before a reset, also to an owner who takes his time; then why, and nothing goes out. */
static void
hears_out_before_a_reset(void **state)
{
	struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } } };
	const struct linger reset = { 1, 0 };
	struct end *e = *state;
	struct end c = { .loop = e->loop, .take = 1000, .want = 1000 };
	static char text[30000];	/* a first window has room for them */
	int fd = io_listen_tcp(&at), peer;

	at.port = port_of(fd);
	c.s = io_stream_connect(e->loop, &at, &ops, &c);
	assert_non_null(c.s);
	io_stream_hear_out(c.s);
	assert_true(until(e->loop, &c.opened));
	peer = accept(fd, NULL, NULL);
	assert_true(peer >= 0);
	assert_int_equal(send(peer, text, sizeof(text), 0), sizeof(text));
	assert_int_equal(setsockopt(peer, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), 0);
	close(peer);
	assert_true(until(e->loop, &c.enough));
	assert_false(c.broken);
	assert_int_equal(io_stream_write(c.s, "late", 4), -EPIPE);
	spin(e->loop, 10);
	assert_false(c.broken);
	assert_int_equal(c.n, 1000);
	c.take = SIZE_MAX;
	io_stream_resume(c.s);
	assert_true(until(e->loop, &c.broken));
	assert_int_equal(c.n, sizeof(text));
	assert_false(c.eof);
	assert_int_equal(io_stream_error(c.s), -ECONNRESET);
	io_stream_free(c.s);
	close(fd);
}

static void
refused_connections_are_errors(void **state)
{
	struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } } };
	struct end *e = *state;
	struct end c = { .loop = e->loop, .take = SIZE_MAX };
	int fd = io_listen_tcp(&at);

	at.port = port_of(fd);
	close(fd);			/* nobody listens there now */
	c.s = io_stream_connect(e->loop, &at, &ops, &c);
	assert_non_null(c.s);
	assert_true(until(e->loop, &c.broken));
	assert_false(c.opened);
	assert_int_equal(io_stream_error(c.s), -ECONNREFUSED);
	io_stream_free(c.s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(bytes_and_end_arrive, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pauses_on_a_partial_take, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pausing_stops_reading, set_up, tear_down),
		cmocka_unit_test_setup_teardown(much_passes_both_ways, set_up, tear_down),
		cmocka_unit_test_setup_teardown(queue_is_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(drained_by_a_push, set_up, tear_down),
		cmocka_unit_test_setup_teardown(held_writes_go_together, set_up, tear_down),
		cmocka_unit_test_setup_teardown(finish_sends_everything_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(errors_come_from_the_loop, set_up, tear_down),
		cmocka_unit_test_setup_teardown(can_be_freed_in_its_callbacks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(can_be_freed_at_its_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(connects, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hears_out_before_a_reset, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refused_connections_are_errors, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
