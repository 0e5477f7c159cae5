/* src/role/doors.c, doors_check.c with real sockets on loopback: CFG-2, CFG-4, PRC-9, PRC-10. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* The clock of the retries is ours. */
#include "role/doors.c"

#include "io/loop.h"
#include "lab.h"
#include "../sys/apart.h"

enum { EDGES = 2 };

struct lab {
	struct io_loop *loop;
	struct doors *doors;
	uint16_t dns, dot, http, https, api;
	unsigned opened, closed, changed;
	uint16_t closed_ids[DOORS_MAX];
};

static bool
was_given(uint16_t port)
{
	static uint16_t given[64];
	static size_t n;
	size_t i;

	for (i = 0; i < n; i++)
		if (given[i] == port)
			return true;
	assert_true(n < sizeof(given) / sizeof(given[0]));
	given[n++] = port;
	return false;
}

/* A port that nobody has now, neither for TCP nor for UDP, another one each time. */
static uint16_t
free_port(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(in);
	int tcp, udp, ok;

	do {
		in.sin_port = 0;
		tcp = socket(AF_INET, SOCK_STREAM, 0);
		udp = socket(AF_INET, SOCK_DGRAM, 0);
		assert_int_equal(bind(tcp, (struct sockaddr *)&in, n), 0);
		assert_int_equal(getsockname(tcp, (struct sockaddr *)&in, &n), 0);
		ok = bind(udp, (struct sockaddr *)&in, n) == 0 && !was_given(in.sin_port);
		close(tcp);
		close(udp);
	} while (!ok);
	return ntohs(in.sin_port);
}

/* Somebody else's listener. */
static int
squat(uint16_t port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static bool
answers(uint16_t port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool ok = connect(fd, (struct sockaddr *)&in, sizeof(in)) == 0;

	close(fd);
	return ok;
}

static void
on_open(void *arg, const struct door *d)
{
	struct lab *x = arg;

	assert_int_not_equal(d->id, 0);
	assert_true(door_fd(d, 0) >= 0 && door_fd(d, EDGES - 1) >= 0);
	x->opened++;
}

static void
on_close(void *arg, const struct door *d)
{
	struct lab *x = arg;

	assert_true(d->fds[0] >= 0);	/* still open: it can be told which */
	x->closed_ids[x->closed++] = d->id;
}

static void
on_change(void *arg)
{
	((struct lab *)arg)->changed++;
}

static struct conf *
conf_of(const struct lab *x)
{
	char text[512];

	snprintf(text, sizeof(text), "{\"network\":{\"listen_addresses\":[\"127.0.0.1\"],"
	    "\"ports\":{\"dns\":%u,\"dot\":%u,\"http\":%u,\"https\":%u,\"api\":%u}}}", x->dns, x->dot, x->http, x->https, x->api);
	return lab_conf(text);
}

static struct net_ifaddr lo;

static void
apply(struct lab *x)
{
	struct conf *c = conf_of(x);
	const struct doors_want w = { c, false, &lo, 1 };

	x->opened = x->closed = x->changed = 0;
	doors_apply(x->doors, &w);
	conf_unref(c);
}

static int
setup(void **state)
{
	static const struct doors_ops ops = { on_open, on_close, on_change };
	struct lab *x = calloc(1, sizeof(*x));

	log_open("test", LOG_CRITICAL);
	lo = lab_ifaddr("lo", 1, "127.0.0.1/8");
	x->dns = free_port();
	x->dot = free_port();
	x->http = free_port();
	x->https = free_port();
	x->api = free_port();
	x->loop = io_loop_new();
	x->doors = doors_new(x->loop, EDGES, &ops, x);
	*state = x;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *x = *state;

	doors_free(x->doors);
	io_loop_free(x->loop);
	free(x);
	return 0;
}

static const struct door *
door(const struct lab *x, enum door_kind kind)
{
	size_t i, n;
	const struct door *d = doors_list(x->doors, &n);

	for (i = 0; i < n; i++)
		if (d[i].kind == kind)
			return &d[i];
	fail_msg("no door of that kind");
	return NULL;
}

/* CFG-4: what stays the same keeps its sockets. */
static void
test_difference(void **state)
{
	struct lab *x = *state;
	int dns, https;
	uint16_t id;

	apply(x);
	assert_int_equal(x->opened, 6);
	assert_int_equal(x->changed, 0);
	dns = door(x, DOOR_DNS_UDP)->fds[1];
	https = door(x, DOOR_HTTPS)->fds[0];
	id = door(x, DOOR_HTTP)->id;
	apply(x);
	assert_int_equal(x->opened + x->closed, 0);
	assert_true(answers(x->http));
	x->http = free_port();
	apply(x);
	assert_int_equal(x->opened, 1);
	assert_int_equal(x->closed, 1);
	assert_int_equal(x->closed_ids[0], id);
	assert_int_not_equal(door(x, DOOR_HTTP)->id, id);
	assert_int_equal(door(x, DOOR_DNS_UDP)->fds[1], dns);
	assert_int_equal(door(x, DOOR_HTTPS)->fds[0], https);
	assert_true(answers(x->http) && answers(x->https) && answers(x->api));
}

/* A port passes from one door to another although the edges still hold copies of the old socket. */
static void
test_ports_change_places(void **state)
{
	struct lab *x = *state;
	uint16_t port;
	int held;

	apply(x);
	held = dup(door(x, DOOR_HTTP)->fds[0]);
	port = x->http;
	x->http = x->https;
	x->https = port;
	apply(x);
	assert_int_equal(x->opened, 2);
	assert_int_equal(door(x, DOOR_HTTP)->error, 0);
	assert_int_equal(door(x, DOOR_HTTPS)->error, 0);
	assert_true(answers(x->http) && answers(x->https));
	assert_int_equal(accept(held, NULL, NULL), -1);		/* the copy listens no more */
	close(held);
}

/* PRC-10: a port that is taken stops nothing else, names the holder, and is had when it is free. */
static void
test_taken(void **state)
{
	struct lab *x = *state;
	int squatter = squat(x->https);
	char name[sizeof(door(x, DOOR_HTTPS)->holder_name)];

	apply(x);
	assert_int_equal(x->opened, 5);
	assert_int_equal(x->changed, 1);
	assert_int_equal(door(x, DOOR_HTTPS)->error, -EADDRINUSE);
	assert_int_equal(door(x, DOOR_HTTPS)->holder, getpid());
	memcpy(name, door(x, DOOR_HTTPS)->holder_name, sizeof(name));
	assert_int_not_equal(name[0], '\0');
	assert_true(door(x, DOOR_HTTPS)->fds[0] < 0);
	on_retry(x->doors);
	assert_int_equal(x->opened, 5);
	assert_int_equal(x->changed, 1);		/* no news */
	assert_string_equal(door(x, DOOR_HTTPS)->holder_name, name);
	close(squatter);
	on_retry(x->doors);
	assert_int_equal(x->opened, 6);
	assert_int_equal(x->changed, 2);
	assert_int_equal(door(x, DOOR_HTTPS)->error, 0);
	assert_int_equal(door(x, DOOR_HTTPS)->holder, 0);
	assert_true(answers(x->https));
	x->https = free_port();
	apply(x);
	assert_int_equal(x->closed, 1);
}

/* A door that never opened is closed to nobody. */
static void
test_taken_and_gone(void **state)
{
	struct lab *x = *state;
	int squatter = squat(x->https);

	apply(x);
	x->https = free_port();
	apply(x);
	assert_int_equal(x->closed, 0);
	assert_int_equal(x->opened, 1);
	close(squatter);
}

/* Numbers go round without 0 and without one that is in use. */
static void
test_numbers(void **state)
{
	struct lab *x = *state;
	uint16_t api;

	apply(x);
	api = door(x, DOOR_API)->id;
	x->doors->last_id = UINT16_MAX - 1;
	x->http = free_port();
	apply(x);
	assert_int_equal(door(x, DOOR_HTTP)->id, UINT16_MAX);
	x->doors->last_id = (uint16_t)(api - 1);
	x->http = free_port();
	apply(x);
	assert_int_not_equal(door(x, DOOR_HTTP)->id, 0);
	assert_int_not_equal(door(x, DOOR_HTTP)->id, api);
	x->doors->last_id = UINT16_MAX;
	x->http = free_port();
	apply(x);
	assert_int_not_equal(door(x, DOOR_HTTP)->id, 0);
}

static void
test_shut(void **state)
{
	struct lab *x = *state;
	size_t n;

	apply(x);
	x->closed = 0;
	doors_shut(x->doors);
	assert_int_equal(x->closed, 6);
	(void)doors_list(x->doors, &n);
	assert_int_equal(n, 0);
	assert_false(answers(x->http));
	apply(x);	/* a change that was under way */
	assert_int_equal(x->opened, 0);
	assert_false(answers(x->http));
}

/* --- before a change is written --------------------------------------------------------- */

static int
check(const struct lab *x, const struct conf *now, const char *changes, bool user_mode, struct err *e)
{
	struct conf *next = lab_conf(changes);
	const struct doors_want a = { now, user_mode, &lo, 1 }, b = { next, user_mode, &lo, 1 };
	int error = doors_check(x->doors, &a, &b, e);

	conf_unref(next);
	return error;
}

static const char *
with_ports(const struct lab *x, const char *address, uint16_t http, uint16_t https)
{
	static char text[512];

	snprintf(text, sizeof(text), "{\"network\":{\"listen_addresses\":[\"%s\"],"
	    "\"ports\":{\"dns\":%u,\"dot\":%u,\"http\":%u,\"https\":%u,\"api\":%u}}}",
	    address, x->dns, x->dot, http, https, x->api);
	return text;
}

static void
test_check(void **state)
{
	struct lab *x = *state;
	uint16_t other = free_port();
	struct conf *now = conf_of(x);
	struct err e;
	int squatter;

	apply(x);
	assert_int_equal(check(x, now, with_ports(x, "127.0.0.1", x->http, x->https), false, &e), 0);
	assert_int_equal(check(x, now, with_ports(x, "127.0.0.1", other, x->https), false, &e), 0);
	/* our own ports are no obstacle: they change places */
	assert_int_equal(check(x, now, with_ports(x, "127.0.0.1", x->https, x->http), false, &e), 0);
	squatter = squat(other);
	assert_int_equal(check(x, now, with_ports(x, "127.0.0.1", other, x->https), false, &e), -EEXIST);
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_string_equal(e.fields[0].field, "network.ports.http");
	assert_non_null(strstr(e.fields[0].message, "held by "));
	close(squatter);
	/* data.md 4.2: 1-16 addresses present on the host (400 otherwise) */
	assert_int_equal(check(x, now, with_ports(x, "127.0.0.9", x->http, x->https), false, &e), -EINVAL);
	assert_string_equal(e.fields[0].field, "network.listen_addresses");
	assert_non_null(strstr(e.fields[0].message, "127.0.0.9"));
	conf_unref(now);
}

/* PRC-9, data.md 4.2: below 1024 there is nothing to be had without root, but the defaults stand for others. */
static void
test_check_user_mode(void **state)
{
	struct lab *x = *state;
	struct conf *now = conf_of(x);
	struct err e;

	assert_int_equal(check(x, now, with_ports(x, "127.0.0.1", 1023, x->https), true, &e), -EINVAL);
	assert_string_equal(e.fields[0].field, "network.ports.http");
	assert_int_equal(e.nfields, 1);
	assert_int_equal(check(x, now, with_ports(x, "127.0.0.1", 1024, x->https), true, &e), 0);
	conf_unref(now);
	/* what was so before is not judged again */
	now = lab_conf(with_ports(x, "127.0.0.9", 1023, x->https));
	assert_int_equal(check(x, now, with_ports(x, "127.0.0.9", 1023, x->https), true, &e), 0);
	conf_unref(now);
}

static int
group_setup(void **state)
{
	(void)state;
	own_network();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_difference, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ports_change_places, setup, teardown),
		cmocka_unit_test_setup_teardown(test_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(test_taken_and_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_shut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_check, setup, teardown),
		cmocka_unit_test_setup_teardown(test_check_user_mode, setup, teardown),
	};

	return cmocka_run_group_tests_name("role/doors", tests, group_setup, NULL);
}
