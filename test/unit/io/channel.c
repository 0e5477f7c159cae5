/* src/io/channel.c (PRC-5): whole messages with descriptors, in order, bounded;
 * whoever breaks the rules loses the channel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/channel.h"
#include "until.h"

struct end {
	struct io_loop *loop;
	struct io_channel *c;
	int fd;			/* raw other end */
	uint16_t types[2000];
	size_t n, want, len, nfds;
	int first_fd;
	int error;
	bool enough, over, keep_fd, free_it;
};

static void
on_msg(void *arg, struct io_channel_msg *m, int error)
{
	struct end *e = arg;

	if (m == NULL) {
		assert_false(e->over);
		e->over = true;
		e->error = error;
	} else {
		e->types[e->n++] = m->type;
		e->len = m->n;
		e->nfds = m->nfds;
		e->first_fd = m->nfds > 0 ? m->fds[0] : -1;
		if (e->keep_fd)
			m->fds[0] = -1;
	}
	e->enough = e->n >= e->want;
	if (e->free_it) {
		io_channel_free(e->c);
		e->c = NULL;
	}
}

static int
set_up(void **state)
{
	struct end *e = calloc(1, sizeof(*e));
	int fds[2];

	e->loop = io_loop_new();
	assert_int_equal(io_channel_pair(fds), 0);
	assert_true(fcntl(fds[0], F_GETFD) & FD_CLOEXEC);
	e->fd = fds[1];
	e->want = 1;
	e->c = io_channel_new(e->loop, fds[0], on_msg, e);
	*state = e;
	return 0;
}

static int
tear_down(void **state)
{
	struct end *e = *state;

	io_channel_free(e->c);
	close(e->fd);
	io_loop_free(e->loop);
	free(e);
	return 0;
}

/* Both ends are channels: send n messages one way and count. */
static void
messages_arrive_in_order(void **state)
{
	static uint8_t payload[IO_CHANNEL_MAX];
	struct end *e = *state;
	struct end other = { .loop = e->loop };
	uint16_t i;

	other.c = io_channel_new(e->loop, dup(e->fd), on_msg, &other);
	e->want = 1000;
	for (i = 0; i < 1000; i++)
		assert_int_equal(io_channel_send(other.c, i, payload, i == 999 ? sizeof(payload) : i % 100, NULL, 0), 0);
	assert_true(until(e->loop, &e->enough));
	for (i = 0; i < 1000; i++)
		assert_int_equal(e->types[i], i);
	assert_int_equal(e->len, sizeof(payload));
	assert_int_equal(io_channel_send(other.c, 1, payload, sizeof(payload) + 1, NULL, 0), -EMSGSIZE);
	io_channel_free(other.c);
}

static bool
same_file(int fd, const struct stat *want)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_ino == want->st_ino && st.st_dev == want->st_dev;
}

static void
descriptors_travel(void **state)
{
	struct end *e = *state;
	struct end other = { .loop = e->loop };
	struct stat st;
	int fds[2], i, many[IO_CHANNEL_FDS];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(fstat(fds[0], &st), 0);
	other.c = io_channel_new(e->loop, dup(e->fd), on_msg, &other);
	e->keep_fd = true;
	assert_int_equal(io_channel_send(other.c, 7, NULL, 0, fds, 1), 0);
	assert_true(until(e->loop, &e->enough));
	assert_int_equal(e->nfds, 1);
	assert_true(same_file(e->first_fd, &st));	/* taken, so still open */
	assert_true(fcntl(e->first_fd, F_GETFD) & FD_CLOEXEC);
	assert_true(same_file(fds[0], &st));		/* and the sender keeps its own */
	close(e->first_fd);

	for (i = 0; i < IO_CHANNEL_FDS; i++)
		many[i] = fds[1];
	e->keep_fd = e->enough = false;
	e->want = 2;
	assert_int_equal(io_channel_send(other.c, 8, "x", 1, many, IO_CHANNEL_FDS), 0);
	assert_true(until(e->loop, &e->enough));
	assert_int_equal(e->nfds, IO_CHANNEL_FDS);
	assert_int_equal(fcntl(e->first_fd, F_GETFD), -1);	/* not taken, so closed */
	assert_int_equal(io_channel_send(other.c, 8, "x", 1, many, IO_CHANNEL_FDS + 1), -EMSGSIZE);
	close(fds[0]);
	close(fds[1]);
	io_channel_free(other.c);
}

/* A receiver that does not read: messages wait up to the bound, with their
 * descriptors, and none is lost or doubled afterwards. */
static void
queue_is_bounded(void **state)
{
	struct end *e = *state;
	uint8_t frame[8];
	int result, fds[2];
	size_t sent = 0, got = 0;
	ssize_t n;

	assert_int_equal(pipe(fds), 0);
	while ((result = io_channel_send(e->c, (uint16_t)sent, "abc", 3, fds, sent % 100 == 0)) == 0)
		sent++;
	assert_int_equal(result, -ENOBUFS);
	assert_true(sent >= IO_CHANNEL_QUEUE);
	close(fds[0]);
	close(fds[1]);
	while (got < sent) {
		n = recv(e->fd, frame, sizeof(frame), MSG_DONTWAIT);
		if (n < 0) {
			spin(e->loop, 1);
			continue;
		}
		assert_int_equal(n, 5);
		assert_int_equal(frame[0] << 8 | frame[1], (uint16_t)got);
		got++;
	}
	assert_int_equal(recv(e->fd, frame, sizeof(frame), MSG_DONTWAIT), -1);
	assert_int_equal(io_channel_send(e->c, 1, "abc", 3, NULL, 0), 0);
}

static void
the_end_is_told_once(void **state)
{
	struct end *e = *state;

	shutdown(e->fd, SHUT_RDWR);
	assert_true(until(e->loop, &e->over));
	assert_int_equal(e->error, 0);
	spin(e->loop, 5);
	assert_int_equal(io_channel_send(e->c, 1, NULL, 0, NULL, 0), -EPIPE);
}

static void
rule_breakers_lose_the_channel(void **state)
{
	static uint8_t big[2 + IO_CHANNEL_MAX + 1];
	struct end *e = *state;

	assert_int_equal(send(e->fd, big, sizeof(big), 0), sizeof(big));
	assert_true(until(e->loop, &e->over));
	assert_int_equal(e->error, -EPROTO);
	assert_int_equal(e->n, 0);
}

static void
a_message_without_type_is_none(void **state)
{
	struct end *e = *state;

	assert_int_equal(send(e->fd, "\1", 1, 0), 1);
	assert_true(until(e->loop, &e->over));
	assert_int_equal(e->error, -EPROTO);
}

static void
can_be_freed_in_its_callback(void **state)
{
	struct end *e = *state;

	e->free_it = true;
	assert_int_equal(send(e->fd, "\0\1abc", 5, 0), 5);
	assert_int_equal(send(e->fd, "\0\2abc", 5, 0), 5);
	assert_true(until(e->loop, &e->enough));
	spin(e->loop, 5);
	assert_int_equal(e->n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(messages_arrive_in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(descriptors_travel, set_up, tear_down),
		cmocka_unit_test_setup_teardown(queue_is_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_end_is_told_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rule_breakers_lose_the_channel, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_message_without_type_is_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(can_be_freed_in_its_callback, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
