/* src/io/netlink.c: one notice for each burst of changes, in a network namespace of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "fw/apply.h"
#include "fw/table.h"
#include "io/loop.h"
#include "io/netlink.h"
#include "io/timer.h"

#include "until.h"

enum { TOO_LONG_MS = 20000 };

struct seen { struct io_loop *l; unsigned notices; };

static void
on_late(void *arg)
{
	io_loop_stop(arg);
}

static void
on_notice(void *arg)
{
	struct seen *s = arg;

	s->notices++;
	io_loop_stop(s->l);
}

/* Where there can be none, there is nothing to test. */
static void
own_network(void)
{
	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWNET | CLONE_NEWUSER) < 0)
		skip();
}

static void
change_rules(void)
{
	struct fw_kernel *k = fw_kernel_new();
	struct fw_table *t = fw_table_new();
	struct fw_change c;

	assert_non_null(fw_set_add(t, "some", FW_TYPE_PORT, false));
	assert_int_equal(fw_apply(k, t, &c, NULL), 0);
	assert_true(c.any);
	assert_int_equal(fw_remove(k, NULL), 0);
	fw_kernel_free(k);
}

static void
change_links(void)
{
	struct ifreq r = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	assert_int_equal(ioctl(fd, SIOCGIFFLAGS, &r), 0);
	r.ifr_flags ^= IFF_UP;
	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &r), 0);
	(void)close(fd);	/* nothing was sent */
}

static void
noticed(struct io_netlink *(*start)(struct io_loop *, io_netlink_cb *, void *), void (*change)(void), void (*other)(void))
{
	struct seen s = { .l = io_loop_new() };
	struct io_timer *late = io_timer_new(s.l, on_late, s.l);
	struct io_netlink *n = start(s.l, on_notice, &s);

	assert_non_null(n);
	other();
	change();
	change();
	io_timer_once(late, TOO_LONG_MS);
	io_loop_run(s.l);
	assert_int_equal(s.notices, 1);
	io_netlink_free(n);
	io_timer_free(late);
	io_loop_free(s.l);
}

/* What nobody listens to is none. */
static void
unnoticed(struct io_netlink *(*start)(struct io_loop *, io_netlink_cb *, void *), void (*change)(void))
{
	enum { SOME_MS = 500 };
	struct seen s = { .l = io_loop_new() };
	struct io_netlink *n = start(s.l, on_notice, &s);

	change();
	spin(s.l, SOME_MS);
	assert_int_equal(s.notices, 0);
	io_netlink_free(n);
	io_loop_free(s.l);
}

static void
links_and_rules(void **state)
{
	(void)state;
	own_network();
	noticed(io_netlink_watch, change_links, change_rules);
	noticed(io_netlink_watch_rules, change_rules, change_links);
	unnoticed(io_netlink_watch, change_rules);
	unnoticed(io_netlink_watch_rules, change_links);
	io_netlink_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links_and_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
