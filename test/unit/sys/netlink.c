/* src/sys/netlink.c against this kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <cmocka.h>

#include "base/nla.h"
#include "base/rd.h"
#include "base/wr.h"
#include "sys/netlink.h"

static size_t
link_question(uint8_t *buf, size_t size, uint16_t type, uint16_t flags, int index)
{
	const struct nlm_head h = { type, (uint16_t)(NLM_F_REQUEST | flags), 1 };
	const struct ifinfomsg what = { .ifi_family = AF_UNSPEC, .ifi_index = index };
	struct wr w;
	size_t mark;

	wr_init(&w, buf, size);
	mark = nlm_open(&w, &h);
	wr_bytes(&w, &what, sizeof(what));
	nlm_close(&w, mark);
	assert_true(wr_ok(&w));
	return wr_len(&w);
}

static int
on_link(void *arg, const struct nlm *m)
{
	unsigned *loopbacks = arg;
	struct ifinfomsg i;

	assert_int_equal(m->type, RTM_NEWLINK);
	assert_true(m->n >= sizeof(i));
	memcpy(&i, m->p, sizeof(i));
	*loopbacks += i.ifi_index == 1;
	return 0;
}

static int
on_too_much(void *arg, const struct nlm *m)
{
	(void)arg, (void)m;
	return -E2BIG;
}

static void
answers_and_errors(void **state)
{
	struct netlink *n = NULL;
	uint8_t buf[64];
	unsigned loopbacks = 0;
	size_t len;

	(void)state;
	assert_int_equal(netlink_open(&n, NETLINK_ROUTE), 0);
	len = link_question(buf, sizeof(buf), RTM_GETLINK, NLM_F_DUMP, 0);
	assert_int_equal(netlink_dump(n, buf, len, on_link, &loopbacks), 0);
	assert_int_equal(loopbacks, 1);
	len = link_question(buf, sizeof(buf), RTM_GETLINK, 0, 1);
	assert_int_equal(netlink_do(n, buf, len, on_link, &loopbacks), 0);
	assert_int_equal(loopbacks, 2);
	len = link_question(buf, sizeof(buf), RTM_GETLINK, 0, 0x7ffffffe);
	assert_int_equal(netlink_do(n, buf, len, on_link, &loopbacks), -ENODEV);
	len = link_question(buf, sizeof(buf), RTM_GETLINK, NLM_F_ACK, 1);
	assert_int_equal(netlink_do(n, buf, len, NULL, NULL), 0);
	len = link_question(buf, sizeof(buf), RTM_GETLINK, 0, 1);
	assert_int_equal(netlink_do(n, buf, len, on_too_much, NULL), -E2BIG);
	len = link_question(buf, sizeof(buf), NLMSG_NOOP, 0, 1);
	assert_int_equal(netlink_do(n, buf, len, NULL, NULL), -EIO);	/* the kernel has nothing to say to that */
	netlink_close(n);
	netlink_close(NULL);
	assert_int_equal(netlink_open(&n, 63), -EPROTONOSUPPORT);
}

static int
on_any(void *arg, const struct nlm *m)
{
	unsigned *n = arg;

	*n += m->type == RTM_NEWLINK;
	return 0;
}

/* What comes unasked is waited for and read by one's own poll. */
static void
hears_what_comes(void **state)
{
	struct netlink *n = NULL;
	struct pollfd p = { .events = POLLIN };
	uint8_t buf[64];
	unsigned links = 0;
	size_t len = link_question(buf, sizeof(buf), RTM_GETLINK, 0, 1);

	(void)state;
	assert_int_equal(netlink_open(&n, NETLINK_ROUTE), 0);
	p.fd = netlink_fd(n);
	assert_int_equal(netlink_hear(n, on_any, &links), -EAGAIN);
	assert_int_equal(poll(&p, 1, 0), 0);
	assert_int_equal(send(p.fd, buf, len, 0), (int)len);
	assert_int_equal(poll(&p, 1, 10000), 1);
	assert_int_equal(netlink_hear(n, on_any, &links), 0);
	assert_int_equal(links, 1);
	assert_int_equal(netlink_hear(n, on_any, &links), -EAGAIN);
	netlink_close(n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_and_errors), cmocka_unit_test(hears_what_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
