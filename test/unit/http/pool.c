/* src/http/pool.c: connections to a listener of our own (WEB-9, INP-12). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/addr.h"
#include "http/link.h"
#include "http/pool.h"
#include "io/listen.h"
#include "../io/until.h"

struct world {
	struct io_loop *loop;
	struct http_pool *pool;
	struct http_pool_server to;
	int fd;			/* listens */
};

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } } };
	struct sockaddr_storage ss;
	socklen_t n = sizeof(ss);

	w->loop = io_loop_new();
	w->pool = http_pool_new(w->loop, 300);
	w->fd = io_listen_tcp(&at);
	assert_int_equal(getsockname(w->fd, (struct sockaddr *)&ss, &n), 0);
	assert_true(addr_from_sockaddr(&ss, &w->to.at));
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	http_pool_free(w->pool);
	io_loop_free(w->loop);
	close(w->fd);
	free(w);
	return 0;
}

static struct http_pooled *
take(struct world *w)
{
	struct http_pooled *c = http_pool_take(w->pool, &w->to, UINT32_MAX);

	assert_non_null(c);
	assert_true(http_link_ready(http_pooled_link(c)));
	return c;
}

static void
the_last_used_is_taken_first(void **state)
{
	struct world *w = *state;
	struct http_pooled *a = take(w), *b = take(w);

	assert_ptr_not_equal(a, b);
	http_pool_give(w->pool, a);
	http_pool_give(w->pool, b);
	assert_int_equal(http_pool_kept(w->pool), 2);
	assert_ptr_equal(take(w), b);
	assert_ptr_equal(take(w), a);
	assert_int_equal(http_pool_open(w->pool), 2);
	http_pool_give(w->pool, a);
	http_pool_give(w->pool, b);
}

/* Another port, another server; and who does not check certificates gets no connection of who does. */
static void
servers_are_kept_apart(void **state)
{
	struct world *w = *state;
	struct http_pooled *a = take(w), *b;

	http_pool_give(w->pool, a);
	w->to.at.addr.b[3] = 2;
	b = take(w);
	assert_ptr_not_equal(a, b);
	http_pool_give(w->pool, b);
	assert_int_equal(http_pool_kept(w->pool), 2);
}

static void
old_ones_are_not_for_everybody(void **state)
{
	struct world *w = *state;
	struct http_pooled *a = take(w), *b;

	http_pool_give(w->pool, a);
	spin(w->loop, 30);
	b = http_pool_take(w->pool, &w->to, 5);
	assert_non_null(b);
	assert_ptr_not_equal(a, b);
	http_pool_give(w->pool, b);
	assert_int_equal(http_pool_kept(w->pool), 2);
}

/* Also those that were given back just now: who repeats a request may meet one that is dead as well. */
static void
none_are_fresh_for_no_time(void **state)
{
	struct world *w = *state;
	struct http_pooled *a = take(w), *b;

	http_pool_give(w->pool, a);
	b = http_pool_take(w->pool, &w->to, 0);
	assert_non_null(b);
	assert_ptr_not_equal(a, b);
	http_pool_give(w->pool, b);
}

/* The other side closes one that is kept: it leaves by itself. */
static void
dead_ones_leave(void **state)
{
	struct world *w = *state;
	struct http_pooled *a = take(w);
	int fd = -1, i;

	for (i = 0; fd < 0 && i < 1000; i++) {
		spin(w->loop, 1);
		fd = accept(w->fd, NULL, NULL);
	}
	assert_true(fd >= 0);
	http_pool_give(w->pool, a);
	assert_int_equal(http_pool_open(w->pool), 1);
	close(fd);
	for (i = 0; http_pool_open(w->pool) > 0 && i < 1000; i++)
		spin(w->loop, 1);
	assert_int_equal(http_pool_open(w->pool), 0);
	assert_int_equal(http_pool_kept(w->pool), 0);
}

static void
bounds_hold(void **state)
{
	struct world *w = *state;
	struct http_pooled *c[300];
	size_t i;

	for (i = 0; i < HTTP_POOL_PER_SERVER; i++)
		c[i] = take(w);
	assert_null(http_pool_take(w->pool, &w->to, UINT32_MAX));	/* for this server */
	w->to.at.addr.b[3] = 2;
	for (; i < 300; i++)
		c[i] = take(w);
	w->to.at.addr.b[3] = 3;
	assert_null(http_pool_take(w->pool, &w->to, UINT32_MAX));	/* in all */
	for (i = 0; i < 300; i++)
		http_pool_give(w->pool, c[i]);
	assert_int_equal(http_pool_kept(w->pool), 2 * HTTP_POOL_KEPT);
	assert_int_equal(http_pool_open(w->pool), 2 * HTTP_POOL_KEPT);
}

/* A kept connection makes room for one that is needed. */
static void
room_is_made(void **state)
{
	struct world *w = *state;
	struct http_pool *p = http_pool_new(w->loop, 2);
	struct http_pooled *a = http_pool_take(p, &w->to, 0), *b;

	http_pool_give(p, a);
	w->to.at.addr.b[3] = 2;
	a = http_pool_take(p, &w->to, 0);
	b = http_pool_take(p, &w->to, 0);
	assert_non_null(a);
	assert_non_null(b);
	assert_int_equal(http_pool_open(p), 2);
	assert_int_equal(http_pool_kept(p), 0);
	assert_null(http_pool_take(p, &w->to, 0));
	http_pool_give(p, a);
	http_pool_give(p, b);
	http_pool_free(p);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_last_used_is_taken_first), TEST(servers_are_kept_apart), TEST(old_ones_are_not_for_everybody),
		TEST(none_are_fresh_for_no_time), TEST(dead_ones_leave), TEST(bounds_hold), TEST(room_is_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
