/* src/fw/conntrack.c: which kept connections must end (FWL-14, PEER-7), and how they are named to the kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include <cmocka.h>

#include "base/nla.h"
#include "base/rd.h"
#include "base/wr.h"
#include "fw/decide.h"

/* a kernel that says what the test wants */
#define fw_kernel_socket lab_socket
#define fw_kernel_heard lab_heard
#define netlink_do lab_do
#define netlink_dump lab_dump
#include "fw/conntrack.c"

#include "sample.h"

static struct {
	const uint8_t *answer;
	size_t n;
	int rc, deletes;		/* what it says, also to deletions */
	unsigned dumps;
	uint8_t said[1024];		/* deletions */
	size_t nsaid;
} kernel;

int
lab_socket(struct fw_kernel *k, struct netlink **n)
{
	assert_null(k);
	*n = NULL;
	return 0;
}

void
lab_heard(struct fw_kernel *k, int rc)
{
	assert_null(k);
	assert_int_equal(rc, 0);
}

int
lab_do(struct netlink *n, const void *messages, size_t len, netlink_cb *cb, void *arg)
{
	const struct nlm m = { .type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET_STATS, .p = kernel.answer, .n = kernel.n };

	(void)n;
	if (((const uint8_t *)messages)[4] == IPCTNL_MSG_CT_DELETE) {
		assert_true(len <= sizeof(kernel.said));
		memcpy(kernel.said, messages, len);
		kernel.nsaid = len;
		return kernel.deletes;
	}
	if (kernel.n > 0)
		(void)cb(arg, &m);	/* as every other message */
	return kernel.rc;
}

int
lab_dump(struct netlink *n, const void *message, size_t len, netlink_cb *cb, void *arg)
{
	(void)n;
	(void)message;
	(void)len;
	(void)cb;
	(void)arg;
	kernel.dumps++;
	return 0;
}

static void
tuple(struct wr *w, uint16_t type, const char *src, const char *dst, uint16_t port)
{
	const uint8_t be[2] = { (uint8_t)(port >> 8), (uint8_t)port };
	struct addr s = sample_addr(src), d = sample_addr(dst);
	size_t t = nla_open(w, type), in = nla_open(w, CTA_TUPLE_IP);

	nla_put(w, s.len == 4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, s.b, s.len);
	nla_put(w, s.len == 4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, d.b, d.len);
	nla_close(w, in);
	in = nla_open(w, CTA_TUPLE_PROTO);
	nla_put_u8(w, CTA_PROTO_NUM, FW_TCP);
	nla_put(w, CTA_PROTO_SRC_PORT, be, 2);
	nla_put(w, CTA_PROTO_DST_PORT, be, 2);
	nla_close(w, in);
	nla_close(w, t);
}

static uint8_t buf[512];

static struct nlm
entry(const char *src, const char *dst, const char *back)
{
	struct nlm m = { .type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW, .p = buf };
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	wr_be32(&w, 0x02000000);
	tuple(&w, CTA_TUPLE_ORIG, src, dst, 443);
	tuple(&w, CTA_TUPLE_REPLY, back, src, 443);
	nla_put_be32(&w, CTA_ID, 0xabcdef01);
	nla_put(&w, CTA_ZONE, "\x01\x02", 2);
	assert_true(wr_ok(&w));
	m.n = wr_len(&w);
	return m;
}

static void
named_to_the_kernel(void **state)
{
	const struct nlm m = entry("fd00:1::2", "2001:db8::77", "2001:db8::77");
	struct fw_entry t, again;
	uint8_t out[512];
	struct nlm deletion;
	struct nla a;
	struct rd r;
	struct wr w;

	(void)state;
	assert_true(fw_entry_read(&m, &t));
	assert_int_equal(t.proto, FW_TCP);
	assert_int_equal(t.port, 443);
	assert_int_equal(t.zone, 0x102);
	wr_init(&w, out, sizeof(out));
	fw_entry_write_delete(&w, &t);
	assert_true(wr_ok(&w));
	rd_init(&r, out, wr_len(&w));
	assert_true(nlm_next(&r, &deletion));
	assert_int_equal(deletion.type, NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE);
	assert_int_equal(deletion.p[0], 10);
	rd_init(&r, deletion.p + 4, deletion.n - 4);
	assert_true(nla_next(&r, &a) && a.type == CTA_TUPLE_ORIG && a.n == t.ntuple && memcmp(a.p, t.tuple, a.n) == 0);
	assert_false(fw_entry_read(&deletion, &again));
}

static bool
over(const struct fw_index *x, const struct fw_index *before, const char *src, const char *dst, const char *back)
{
	const struct nlm m = entry(src, dst, back);
	struct fw_entry t;

	assert_true(fw_entry_read(&m, &t));
	return fw_entry_is_over(x, before, &t);
}

static void
judged(void **state)
{
	const struct addr_prefix site = sample_net("192.168.50.0/24");
	struct fw_party then[2];
	struct fw_input past;
	struct fw_index *x, *before;
	struct sample s;

	(void)state;
	sample_make(&s, 1);
	(void)snprintf(s.in.vpn_if, sizeof(s.in.vpn_if), "wg0");
	(void)snprintf(s.in.uplink, sizeof(s.in.uplink), "eth0");
	s.in.vpn_default_accept = s.in.forward_default_accept = s.in.host_guard = false;
	s.in.nrules = s.in.nforwards = 0;
	s.in.nparties = 2;
	s.parties[0] = (struct fw_party){ .name = "anna", .enabled = true, .internet = true, .addr = { sample_addr("10.0.0.2") } };
	s.parties[1] = (struct fw_party){ .name = "bob", .enabled = true, .internet = true, .addr = { sample_addr("10.0.0.3") },
		.nets = &site, .nnets = 1 };
	memcpy(then, s.parties, sizeof(then));
	past = s.in;
	past.parties = then;
	s.parties[0].internet = false;
	s.parties[1].enabled = false;
	before = fw_index_new(&past);
	x = fw_index_new(&s.in);
	assert_false(over(before, NULL, "10.0.0.2", "198.51.100.77", "198.51.100.77"));
	assert_true(over(x, before, "10.0.0.2", "198.51.100.77", "198.51.100.77"));	/* the right is gone */
	assert_true(over(x, before, "10.0.0.3", "198.51.100.77", "198.51.100.77"));	/* the peer is */
	assert_true(over(x, before, "192.168.50.7", "198.51.100.77", "198.51.100.77"));	/* and what was behind it */
	assert_false(over(x, before, "10.0.0.2", "10.0.0.1", "10.0.0.1"));		/* the cell itself still may be asked */
	assert_false(over(x, before, "192.168.1.20", "198.51.100.77", "198.51.100.77"));	/* nobody's business */
	assert_false(over(x, before, "172.17.0.5", "198.51.100.77", "198.51.100.77"));
	assert_true(over(x, before, "198.51.100.9", "198.51.100.1", "10.0.0.3"));	/* forwarded to the peer that is gone */
	/* what an engine forwards to a service, past us, and what it forwards to a network that is not ours */
	assert_true(over(x, before, "198.51.100.9", "198.51.100.1", "172.20.0.20"));
	assert_false(over(x, before, "198.51.100.9", "198.51.100.1", "172.17.0.20"));
	s.services[0].nports = 1;
	s.services[0].ports[0] = (struct fw_service_port){ FW_TCP, { 443, 443 }, FW_PUBLIC };
	assert_false(over(x, before, "198.51.100.9", "198.51.100.1", "172.20.0.20"));
	fw_index_free(x);
	fw_index_free(before);
}

/* All are looked at unless the kernel says for certain that there are none. */
static void
none_are_not_looked_at(void **state)
{
	enum { OTHER = CTA_STATS_GLOBAL_ENTRIES + 1 };
	static const struct { uint16_t type, n; uint8_t last; int rc; unsigned dumps; } answers[] = {
		{ CTA_STATS_GLOBAL_ENTRIES, 4, 0, 0, 0 }, { CTA_STATS_GLOBAL_ENTRIES, 4, 1, 0, 1 },
		{ CTA_STATS_GLOBAL_ENTRIES, 2, 0, 0, 1 }, { OTHER, 4, 0, 0, 1 }, { 0, 0, 0, 0, 1 },
		{ CTA_STATS_GLOBAL_ENTRIES, 4, 0, -EPERM, 1 }, { 0, 0, 0, -EOPNOTSUPP, 1 },
	};
	uint8_t out[64];
	struct err e;
	struct wr w;
	size_t i, ended;

	(void)state;
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		const uint8_t value[4] = { [3] = answers[i].last };

		wr_init(&w, out, sizeof(out));
		wr_be32(&w, 0);
		if (answers[i].n > 0)
			nla_put(&w, answers[i].type, value, answers[i].n);
		kernel.answer = out;
		kernel.n = answers[i].n > 0 ? wr_len(&w) : 0;
		kernel.rc = answers[i].rc;
		kernel.dumps = 0;
		assert_int_equal(fw_conntrack_judge(NULL, NULL, NULL, NULL, &ended, &e), 0);
		assert_int_equal(kernel.dumps, answers[i].dumps);
	}
}

/* The address in one of the messages by which the kernel forgets, which end of a connection it is, and which way. */
static void
forgotten(struct rd *r, const char *addr, uint16_t tuple, uint16_t type, uint8_t there, uint8_t back)
{
	const struct addr a = sample_addr(addr);
	struct nlas m, ip, in, flags;
	struct nlm d;
	struct rd body;

	assert_true(nlm_next(r, &d));
	assert_int_equal(d.p[0], a.len == 4 ? 2 : 10);
	assert_int_equal(d.p[1], 1);		/* else every family is meant */
	rd_init(&body, d.p + 4, d.n - 4);
	nlas_read(&m, body);
	assert_true(m.ok && m.has[tuple] && m.has[CTA_FILTER] && m.has[CTA_TUPLE_ORIG] != m.has[CTA_TUPLE_REPLY]);
	nlas_read(&in, nla_in(&m.a[tuple]));
	nlas_read(&ip, nla_in(&in.a[CTA_TUPLE_IP]));
	assert_true(ip.has[type] && ip.a[type].n == a.len && memcmp(ip.a[type].p, a.b, a.len) == 0);
	nlas_read(&flags, nla_in(&m.a[CTA_FILTER]));
	assert_int_equal(flags.a[CTA_FILTER_ORIG_FLAGS].p[0], there);
	assert_int_equal(flags.a[CTA_FILTER_REPLY_FLAGS].p[0], back);
}

/* Of a peer that is gone the kernel forgets all, and nothing is looked at; unless it cannot. */
static void
gone_is_forgotten(void **state)
{
	struct fw_change c = { .gone = { sample_addr("10.0.0.2"), sample_addr("fd00:1::2") }, .ngone = 2 };
	uint8_t out[64];
	struct err e;
	struct rd r;
	struct wr w;
	size_t ended;

	(void)state;
	wr_init(&w, out, sizeof(out));
	wr_be32(&w, 0);
	nla_put_be32(&w, CTA_STATS_GLOBAL_ENTRIES, 7);
	kernel.answer = out;
	kernel.n = wr_len(&w);
	kernel.rc = kernel.deletes = 0;
	kernel.dumps = 0;
	assert_int_equal(fw_conntrack_judge(NULL, NULL, NULL, &c, &ended, &e), 0);
	assert_int_equal(kernel.dumps, 0);
	rd_init(&r, kernel.said, kernel.nsaid);
	forgotten(&r, "10.0.0.2", CTA_TUPLE_ORIG, CTA_IP_V4_SRC, 1, 0);
	forgotten(&r, "10.0.0.2", CTA_TUPLE_ORIG, CTA_IP_V4_DST, 2, 0);
	forgotten(&r, "10.0.0.2", CTA_TUPLE_REPLY, CTA_IP_V4_SRC, 0, 1);
	forgotten(&r, "fd00:1::2", CTA_TUPLE_ORIG, CTA_IP_V6_SRC, 1, 0);
	forgotten(&r, "fd00:1::2", CTA_TUPLE_ORIG, CTA_IP_V6_DST, 2, 0);
	forgotten(&r, "fd00:1::2", CTA_TUPLE_REPLY, CTA_IP_V6_SRC, 0, 1);
	assert_int_equal(rd_left(&r), 0);
	kernel.deletes = -EINVAL;	/* Linux 6.10 */
	assert_int_equal(fw_conntrack_judge(NULL, NULL, NULL, &c, &ended, &e), 0);
	assert_int_equal(kernel.dumps, 1);
	kernel.nsaid = 0;
	c.ngone = 0;
	assert_int_equal(fw_conntrack_judge(NULL, NULL, NULL, &c, &ended, &e), 0);
	assert_true(kernel.dumps == 2 && kernel.nsaid == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(named_to_the_kernel),
		cmocka_unit_test(judged),
		cmocka_unit_test(none_are_not_looked_at),
		cmocka_unit_test(gone_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
