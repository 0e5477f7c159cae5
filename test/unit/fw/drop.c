/* src/fw/drop.c: what is read of a packet that the firewall dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>

#include <cmocka.h>

#include "base/nla.h"
#include "base/rd.h"
#include "base/wr.h"
#include "fw/drop.h"

static uint8_t buf[512];

static struct nlm
message(const void *packet, size_t n)
{
	struct nlm m = { .type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET, .p = buf };
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	wr_be32(&w, 0);
	nla_put_be32(&w, NFULA_IFINDEX_INDEV, 7);
	nla_put(&w, NFULA_PAYLOAD, packet, n);
	assert_true(wr_ok(&w));
	m.n = wr_len(&w);
	return m;
}

/* 10.0.0.2 to 192.168.77.2, with one word of options before the ports */
static const uint8_t four[] = {
	0x46, 0, 0, 64, 0, 1, 0, 0, 64, 6, 0, 0, 10, 0, 0, 2, 192, 168, 77, 2, 1, 1, 1, 0, 0xc0, 0, 0x01, 0xbb
};

/* fd00:1::2 to 2001:db8::77, UDP behind hop-by-hop options and a first fragment */
static const uint8_t six[] = {
	0x60, 0, 0, 0, 0, 24, 0, 64, 0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
	0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x77,
	44, 0, 1, 4, 0, 0, 0, 0, 17, 0, 0, 1, 0, 0, 0, 9, 0x30, 0x39, 0, 53
};

static void
addresses_and_port(void **state)
{
	struct nlm m = message(four, sizeof(four));
	char text[ADDR_TEXT_MAX];
	struct fw_drop d;

	(void)state;
	assert_true(fw_drop_read(&m, &d));
	assert_string_equal(addr_text(&d.src, text), "10.0.0.2");
	assert_string_equal(addr_text(&d.dst, text), "192.168.77.2");
	assert_int_equal(d.proto, 6);
	assert_int_equal(d.port, 443);
	assert_int_equal(d.iif, 7);
	assert_int_equal(d.oif, 0);
	m = message(six, sizeof(six));
	assert_true(fw_drop_read(&m, &d));
	assert_string_equal(addr_text(&d.src, text), "fd00:1::2");
	assert_string_equal(addr_text(&d.dst, text), "2001:db8::77");
	assert_int_equal(d.proto, 17);
	assert_int_equal(d.port, 53);
}

static void
without_port(void **state)
{
	uint8_t packet[sizeof(six)];
	struct fw_drop d;
	struct nlm m;

	(void)state;
	memcpy(packet, six, sizeof(six));
	packet[51] = 0x80;		/* a later fragment begins anywhere */
	m = message(packet, sizeof(packet));
	assert_true(fw_drop_read(&m, &d) && d.proto == 17 && d.port == 0);
	memcpy(packet, four, sizeof(four));
	packet[6] = 0x1f;
	m = message(packet, sizeof(four));
	assert_true(fw_drop_read(&m, &d) && d.proto == 6 && d.port == 0);
	packet[6] = 0;
	packet[9] = 1;			/* ICMP */
	m = message(packet, sizeof(four));
	assert_true(fw_drop_read(&m, &d) && d.proto == 1 && d.port == 0);
	m = message(four, 24);		/* cut behind the options */
	assert_true(fw_drop_read(&m, &d) && d.port == 0);
}

static void
malformed(void **state)
{
	uint8_t packet[sizeof(four)];
	struct fw_drop d;
	struct nlm m;
	size_t n;

	(void)state;
	for (n = 0; n < 20; n++) {
		m = message(four, n);
		assert_false(fw_drop_read(&m, &d));
	}
	for (n = 0; n < 40; n++) {
		m = message(six, n);
		assert_false(fw_drop_read(&m, &d));
	}
	memcpy(packet, four, sizeof(four));
	packet[0] = 0x44;		/* a head shorter than a head */
	m = message(packet, sizeof(packet));
	assert_false(fw_drop_read(&m, &d));
	packet[0] = 0x50;
	m = message(packet, sizeof(packet));
	assert_false(fw_drop_read(&m, &d));
	m = message(four, sizeof(four));
	m.type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG;
	assert_false(fw_drop_read(&m, &d));
}

/* linux/netfilter/nfnetlink_log.h: bound first, then told how much of how many. */
static void
bound(void **state)
{
	uint8_t out[256];
	struct nlas a;
	struct nlm m;
	struct rd r, in;
	struct wr w;

	(void)state;
	wr_init(&w, out, sizeof(out));
	fw_drop_write_bind(&w, 0x1234);
	assert_true(wr_ok(&w));
	rd_init(&r, out, wr_len(&w));
	assert_true(nlm_next(&r, &m) && m.type == (NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG));
	assert_memory_equal(m.p, "\0\0\x12\x34", 4);
	rd_init(&in, m.p + 4, m.n - 4);
	nlas_read(&a, in);
	assert_true(a.has[NFULA_CFG_CMD] && a.a[NFULA_CFG_CMD].p[0] == NFULNL_CFG_CMD_BIND);
	assert_true(nlm_next(&r, &m));
	rd_init(&in, m.p + 4, m.n - 4);
	nlas_read(&a, in);
	assert_true(a.has[NFULA_CFG_MODE] && a.a[NFULA_CFG_MODE].n == 6);
	assert_memory_equal(a.a[NFULA_CFG_MODE].p, "\0\0\0\x80\x02", 5);
	assert_false(nlm_next(&r, &m));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_and_port), cmocka_unit_test(without_port), cmocka_unit_test(malformed),
		cmocka_unit_test(bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
