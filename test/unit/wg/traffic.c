/* wg/traffic.h: history is kept (PEER-10), torn parts of it count as nothing, and nobody inherits any (PEER-8). */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "wg/traffic.h"

#define NOW INT64_C(1800000000)

static char folder[] = "/tmp/pic-traffic-XXXXXX";
static int dir;

static int
setup(void **state)
{
	(void)state;
	dir = mkdtemp(folder) == NULL ? -1 : open(folder, O_RDONLY | O_DIRECTORY);
	return dir < 0 ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	(void)unlinkat(dir, "t", 0);
	(void)close(dir);
	return rmdir(folder);
}

static struct wg_traffic *
reopen(struct wg_traffic *t, bool want_fresh)
{
	struct err e;
	bool fresh;

	err_clear(&e);
	wg_traffic_close(t);
	assert_int_equal(wg_traffic_open(&t, dir, "t", &fresh, &e), 0);
	assert_int_equal(fresh, want_fresh);
	return t;
}

static struct wg_traffic *
empty(void)
{
	(void)unlinkat(dir, "t", 0);
	return reopen(NULL, false);
}

static struct wg_traffic_id
peer(const char *name, int64_t created_at)
{
	struct wg_traffic_id id = { .created_at = created_at };

	(void)snprintf(id.name, sizeof(id.name), "%s", name);
	return id;
}

static void
add(struct wg_traffic *t, const struct wg_traffic_id *id, uint64_t rx, uint64_t tx, int64_t now)
{
	const struct wg_traffic_more more = { rx, tx, now };
	struct wg_traffic_total x;

	(void)wg_traffic_get(t, id, &x);
	x.rx += rx;
	x.tx += tx;
	x.handshake_at = now;
	x.endpoint = (struct addr_port){ { 4, { 192, 0, 2, 7 } }, 4000, 0 };
	assert_int_equal(wg_traffic_add(t, id, &more, &x), 0);
}

static void
hours_days_and_totals(void **state)
{
	const struct wg_traffic_id anna = peer("anna", 5), ben = peer("ben", 5);
	struct wg_traffic_point p[WG_TRAFFIC_HOURS];
	struct wg_traffic *t = empty();
	struct wg_traffic_total x;

	(void)state;
	add(t, &anna, 100, 10, NOW - 7200);
	add(t, &anna, 1, 2, NOW);
	add(t, &anna, 1, 2, NOW);
	add(t, &ben, 7, 7, NOW);
	t = reopen(t, false);			/* as after a kill */
	wg_traffic_hours(t, &anna, NOW, 3, p);
	assert_true(p[0].rx == 100 && p[0].tx == 10 && p[1].rx == 0 && p[2].rx == 2 && p[2].tx == 4);
	assert_true(p[2].at <= NOW && NOW < p[2].at + 3600 && p[2].at - p[0].at == 7200);
	wg_traffic_days(t, &anna, NOW, 1, p);
	assert_true(p[0].rx == 102 && p[0].tx == 14);
	assert_true(wg_traffic_get(t, &anna, &x));
	assert_true(x.rx == 102 && x.tx == 14 && x.handshake_at == NOW && x.endpoint.port == 4000);
	wg_traffic_close(t);
}

static void
what_is_old_is_gone(void **state)
{
	const struct wg_traffic_id anna = peer("anna", 5);
	struct wg_traffic_point p[WG_TRAFFIC_HOURS];
	struct wg_traffic *t = empty();
	size_t i;

	(void)state;
	add(t, &anna, 100, 10, NOW);
	wg_traffic_hours(t, &anna, NOW + 3600 * WG_TRAFFIC_HOURS, WG_TRAFFIC_HOURS, p);
	for (i = 0; i < WG_TRAFFIC_HOURS; i++)
		assert_int_equal(p[i].rx, 0);
	wg_traffic_days(t, &anna, NOW + 86400 * 89, WG_TRAFFIC_DAYS, p);
	assert_int_equal(p[0].rx, 100);
	wg_traffic_close(t);
}

static bool
keep_none(void *arg, const struct wg_traffic_id *id)
{
	(void)arg, (void)id;
	return false;
}

static void
nobody_inherits(void **state)
{
	const struct wg_traffic_id anna = peer("anna", 5), again = peer("anna", 6);
	struct wg_traffic_point p[1];
	struct wg_traffic *t = empty();
	struct wg_traffic_total x;
	struct stat was, now;

	(void)state;
	add(t, &anna, 100, 10, NOW);
	assert_false(wg_traffic_get(t, &again, &x));
	assert_int_equal(fstatat(dir, "t", &was, 0), 0);
	wg_traffic_forget(t, &again);				/* nobody has that one */
	assert_true(wg_traffic_get(t, &anna, &x));
	wg_traffic_forget(t, &anna);
	assert_false(wg_traffic_get(t, &anna, &x));
	add(t, &anna, 100, 10, NOW);
	wg_traffic_sweep(t, keep_none, NULL);
	assert_false(wg_traffic_get(t, &anna, &x));
	add(t, &again, 1, 1, NOW);
	assert_int_equal(fstatat(dir, "t", &now, 0), 0);
	assert_int_equal(was.st_size, now.st_size);		/* its place is used again, */
	t = reopen(t, false);
	wg_traffic_hours(t, &again, NOW, 1, p);
	assert_int_equal(p[0].rx, 1);				/* empty */
	assert_false(wg_traffic_get(t, &anna, &x));
	wg_traffic_close(t);
}

/* Any octet that is turned over costs one part at most; nothing that was not written comes of it. */
static void
damage(void **state)
{
	const struct wg_traffic_id anna = peer("anna", 5);
	struct wg_traffic_point p[WG_TRAFFIC_HOURS];
	struct wg_traffic *t = empty();
	struct wg_traffic_total x;
	struct stat st;
	uint8_t octet;
	off_t at;
	int fd;

	(void)state;
	add(t, &anna, 100, 10, NOW);
	assert_int_equal(fstatat(dir, "t", &st, 0), 0);
	fd = openat(dir, "t", O_RDWR);
	assert_true(fd >= 0);
	for (at = 4096; at < st.st_size; at++) {
		assert_int_equal(pread(fd, &octet, 1, at), 1);
		octet ^= 0x41;
		assert_int_equal(pwrite(fd, &octet, 1, at), 1);
		wg_traffic_hours(t, &anna, NOW, 1, p);
		assert_true(p[0].rx == 100 || p[0].rx == 0);
		if (wg_traffic_get(t, &anna, &x))
			assert_true(x.rx == 100 && x.tx == 10);
		octet ^= 0x41;
		assert_int_equal(pwrite(fd, &octet, 1, at), 1);
	}
	assert_int_equal(pwrite(fd, "X", 1, 0), 1);
	(void)close(fd);
	t = reopen(t, true);
	assert_false(wg_traffic_get(t, &anna, &x));
	wg_traffic_close(t);
}

static void
bounded(void **state)
{
	const struct wg_traffic_more none = { 0, 0, NOW };
	const struct wg_traffic_total x = { 0 };
	struct wg_traffic *t = empty();
	struct wg_traffic_id id;
	char name[16];
	int i;

	(void)state;
	for (i = 0; i < WG_TRAFFIC_SLOTS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "p%d", i);
		id = peer(name, 1);
		assert_int_equal(wg_traffic_add(t, &id, &none, &x), 0);
	}
	id = peer("more", 1);
	assert_int_equal(wg_traffic_add(t, &id, &none, &x), -ENOSPC);
	wg_traffic_close(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(hours_days_and_totals), cmocka_unit_test(what_is_old_is_gone),
	    cmocka_unit_test(nobody_inherits), cmocka_unit_test(damage), cmocka_unit_test(bounded) };

	return cmocka_run_group_tests(tests, setup, teardown);
}
