/* Connections that the kernel keeps; see conntrack.h. */
#include "fw/conntrack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>

#include "base/err.h"
#include "base/nla.h"
#include "base/rd.h"
#include "base/wr.h"
#include "fw/apply.h"
#include "fw/decide.h"
#include "fw/diff.h"
#include "fw/flow.h"
#include "fw/index.h"
#include "sys/netlink.h"

enum { FAMILY_4 = 2, FAMILY_6 = 10, DELETE_MAX = 512, OVER_FIRST = 64, OVER_MAX = 1 << 20, QUESTION = 64 };
enum { SIDES = 3, FORGET_SIZE = 96 };
enum { VERSION_FAMILY = 1 };		/* from this version of nfgenmsg on a deletion of many is of its own family only */
enum { AT_ONCE = 128 };			/* deletions: an answer to each of them fits into the socket */

static bool
addr_of(const struct nlas *m, uint16_t v4, uint16_t v6, struct addr *out)
{
	const struct nla *a = m->has[v4] ? &m->a[v4] : &m->a[v6];

	memset(out, 0, sizeof(*out));
	if (a->n != (m->has[v4] ? 4U : 16U))
		return false;
	out->len = (uint8_t)a->n;
	memcpy(out->b, a->p, a->n);
	return true;
}

struct ends { struct addr src, dst; uint8_t proto; uint16_t src_port, dst_port; };

static uint16_t
port_of(const struct nlas *proto, uint16_t type)
{
	const struct nla *a = &proto->a[type];

	return a->n == 2 ? (uint16_t)(a->p[0] << 8 | a->p[1]) : 0;
}

static bool
tuple_read(const struct nla *tuple, struct ends *e)
{
	struct nlas m, ip, proto;
	const struct nla *a;

	nlas_read(&m, nla_in(tuple));
	nlas_read(&ip, nla_in(&m.a[CTA_TUPLE_IP]));
	nlas_read(&proto, nla_in(&m.a[CTA_TUPLE_PROTO]));
	a = &proto.a[CTA_PROTO_NUM];
	if (!addr_of(&ip, CTA_IP_V4_SRC, CTA_IP_V6_SRC, &e->src) || !addr_of(&ip, CTA_IP_V4_DST, CTA_IP_V6_DST, &e->dst) ||
	    a->n != 1)
		return false;
	e->proto = a->p[0];
	e->src_port = port_of(&proto, CTA_PROTO_SRC_PORT);
	e->dst_port = port_of(&proto, CTA_PROTO_DST_PORT);
	return true;
}

bool
fw_entry_read(const struct nlm *message, struct fw_entry *t)
{
	struct nlas m;
	struct ends there, back;
	struct rd r;
	bool ok = true;

	memset(t, 0, sizeof(*t));
	rd_init(&r, message->p, message->n);
	rd_skip(&r, 4);
	nlas_read(&m, r);
	if (message->type != (NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW) || !m.ok || !m.has[CTA_TUPLE_ORIG] ||
	    !tuple_read(&m.a[CTA_TUPLE_ORIG], &there) || !tuple_read(&m.a[CTA_TUPLE_REPLY], &back))
		return false;
	t->src = there.src;
	t->dst = there.dst;
	t->back = back.src;
	t->proto = there.proto;
	t->port = there.dst_port;
	t->back_port = back.src_port;
	t->tuple = m.a[CTA_TUPLE_ORIG].p;
	t->ntuple = m.a[CTA_TUPLE_ORIG].n;
	t->id = m.has[CTA_ID] ? nla_be32(&m.a[CTA_ID], &ok) : 0;
	if (m.has[CTA_ZONE] && m.a[CTA_ZONE].n == 2)
		t->zone = (uint16_t)(m.a[CTA_ZONE].p[0] << 8 | m.a[CTA_ZONE].p[1]);
	return ok;
}

void
fw_entry_write_delete(struct wr *w, const struct fw_entry *t)
{
	const struct nlm_head h = { NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE, NLM_F_REQUEST, 1 };
	const uint8_t zone[2] = { (uint8_t)(t->zone >> 8), (uint8_t)t->zone };
	size_t mark = nlm_open(w, &h), tuple;

	wr_u8(w, t->src.len == 4 ? FAMILY_4 : FAMILY_6);
	wr_u8(w, NFNETLINK_V0);
	wr_be16(w, 0);
	tuple = nla_open(w, CTA_TUPLE_ORIG);
	wr_bytes(w, t->tuple, t->ntuple);
	nla_close(w, tuple);
	if (t->id != 0)
		nla_put_be32(w, CTA_ID, t->id);
	if (t->zone != 0)
		nla_put(w, CTA_ZONE, zone, sizeof(zone));
	nlm_close(w, mark);
}

static bool
concerns(const struct fw_index *x, const struct fw_entry *t)
{
	const struct addr *all[] = { &t->src, &t->dst, &t->back };
	size_t i;

	for (i = 0; x != NULL && i < 3; i++)
		if (fw_index_vpn_net(x, all[i]) || fw_index_service_net(x, all[i]))
			return true;
	return false;
}

/* An engine's own forward: its packets are those of a connection to where it leads. */
static bool
is_refused_behind(const struct fw_index *x, const struct fw_entry *t)
{
	struct fw_flow f = { .src = t->src, .dst = t->back, .proto = t->proto, .port = t->back_port };
	struct fw_verdict v;

	fw_flow_route(x, &f);
	fw_decide(x, &f, &v);
	return !v.allow;
}

bool
fw_entry_is_over(const struct fw_index *x, const struct fw_index *before, const struct fw_entry *t)
{
	struct fw_flow f = { .src = t->src, .dst = t->dst, .proto = t->proto, .port = t->port };
	struct fw_verdict v;

	if (!concerns(x, t) && !concerns(before, t))
		return false;
	/* A source that was a party's and is nobody's now would look like one of the Internet. */
	if (before != NULL && fw_index_party(before, &t->src) != NULL && fw_index_party(x, &t->src) == NULL)
		return true;
	if (before != NULL && fw_index_party(before, &t->back) != NULL && fw_index_party(x, &t->back) == NULL)
		return true;
	fw_flow_route(x, &f);
	fw_decide(x, &f, &v);
	return !v.allow || (!v.translated && !addr_eq(&t->back, &t->dst) && is_refused_behind(x, t));
}

/* Deletions are collected: they go out when the dump, which has the socket for itself, is over. */
struct judging {
	const struct fw_index *x, *before;
	uint8_t *over;			/* messages, one after the other */
	size_t nover, room;
};

static bool
make_room(struct judging *j)
{
	size_t want = j->room == 0 ? OVER_FIRST * DELETE_MAX : 2 * j->room;
	uint8_t *p;

	if (j->room - j->nover >= DELETE_MAX)
		return true;
	p = j->nover / DELETE_MAX < OVER_MAX ? realloc(j->over, want) : NULL;
	if (p == NULL)
		return false;
	j->over = p;
	j->room = want;
	return true;
}

static int
on_entry(void *arg, const struct nlm *m)
{
	struct judging *j = arg;
	struct fw_entry t;
	struct wr w;

	if (!fw_entry_read(m, &t) || !fw_entry_is_over(j->x, j->before, &t))
		return 0;
	if (!make_room(j))
		return -ENOMEM;
	wr_init(&w, j->over + j->nover, DELETE_MAX);
	fw_entry_write_delete(&w, &t);
	if (!wr_ok(&w))
		return -EMSGSIZE;
	j->nover += wr_len(&w);
	return 0;
}

static size_t
question(uint8_t buf[QUESTION], uint16_t type, uint16_t flags)
{
	const struct nlm_head h = { (uint16_t)(NFNL_SUBSYS_CTNETLINK << 8 | type), (uint16_t)(NLM_F_REQUEST | flags), 1 };
	struct wr w;
	size_t mark;

	wr_init(&w, buf, QUESTION);
	mark = nlm_open(&w, &h);
	wr_be32(&w, 0);			/* every family */
	nlm_close(&w, mark);
	return wr_len(&w);		/* fits */
}

static int
on_count(void *arg, const struct nlm *m)
{
	struct nlas a;
	struct rd r;

	rd_init(&r, m->p, m->n);
	rd_skip(&r, 4);
	nlas_read(&a, r);
	*(uint32_t *)arg = nlas_be32(&a, CTA_STATS_GLOBAL_ENTRIES, UINT32_MAX);
	return 0;
}

/* UINT32_MAX: not known. The kernel counts an entry before it enters it, so 0 means that none is on its way, either. */
static uint32_t
count_of(struct netlink *n)
{
	uint32_t count = UINT32_MAX;
	uint8_t buf[QUESTION];
	const size_t len = question(buf, IPCTNL_MSG_CT_GET_STATS, NLM_F_ACK);

	return netlink_do(n, buf, len, on_count, &count) == 0 ? count : UINT32_MAX;
}

/* --- of addresses that are gone ----------------------------------------------------------------- */

/* Which way of a connection, and which end of it. */
enum { FLAG_SRC = 1 << 0, FLAG_DST = 1 << 1 };
struct side { uint16_t tuple; uint32_t flag; };

static void
write_forget(struct wr *w, const struct addr *a, const struct side *s)
{
	const struct nlm_head h = { NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE, NLM_F_REQUEST | NLM_F_ACK, 1 };
	const uint16_t v4 = s->flag == FLAG_SRC ? CTA_IP_V4_SRC : CTA_IP_V4_DST;
	const uint16_t v6 = s->flag == FLAG_SRC ? CTA_IP_V6_SRC : CTA_IP_V6_DST;
	const uint32_t there = s->tuple == CTA_TUPLE_ORIG ? s->flag : 0, back = there == 0 ? s->flag : 0;
	size_t mark = nlm_open(w, &h), outer, inner;

	wr_u8(w, a->len == 4 ? FAMILY_4 : FAMILY_6);
	wr_u8(w, VERSION_FAMILY);
	wr_be16(w, 0);
	outer = nla_open(w, s->tuple);
	inner = nla_open(w, CTA_TUPLE_IP);
	nla_put(w, a->len == 4 ? v4 : v6, a->b, a->len);
	nla_close(w, inner);
	nla_close(w, outer);
	outer = nla_open(w, CTA_FILTER);
	nla_put(w, CTA_FILTER_ORIG_FLAGS, &there, sizeof(there));
	nla_put(w, CTA_FILTER_REPLY_FLAGS, &back, sizeof(back));
	nla_close(w, outer);
	nlm_close(w, mark);
}

/* Of those ends that fw_entry_is_over() looks at. A kernel that cannot takes it for the name of one connection, and misses the
 * rest of that. */
static bool
forget(struct netlink *n, const struct fw_change *c)
{
	static const struct side sides[SIDES] = {
		{ CTA_TUPLE_ORIG, FLAG_SRC }, { CTA_TUPLE_ORIG, FLAG_DST }, { CTA_TUPLE_REPLY, FLAG_SRC } };
	uint8_t buf[FW_GONE_MAX * SIDES * FORGET_SIZE];
	struct wr w;
	size_t i, k;

	wr_init(&w, buf, sizeof(buf));
	for (i = 0; i < c->ngone; i++)
		for (k = 0; k < SIDES; k++)
			write_forget(&w, &c->gone[i], &sides[k]);
	return c->ngone > 0 && wr_ok(&w) && netlink_do(n, buf, wr_len(&w), NULL, NULL) == 0;
}

/* --- of all -------------------------------------------------------------------------------------- */

/* It takes each lock of a table that may have a quarter of a million places, whatever is in them. */
static int
dump(struct netlink *n, struct judging *j)
{
	uint8_t buf[QUESTION];
	const size_t len = question(buf, IPCTNL_MSG_CT_GET, NLM_F_DUMP);

	return netlink_dump(n, buf, len, on_entry, j);
}

/* The kernel says something to each that it cannot do, and to the last. */
static int
end_some(struct netlink *n, uint8_t *first, const uint8_t *last, const uint8_t *end)
{
	uint16_t flags = NLM_F_REQUEST | NLM_F_ACK;
	int rc;

	memcpy(first + (last - first) + offsetof(struct nlmsghdr, nlmsg_flags), &flags, sizeof(flags));
	rc = netlink_do(n, first, (size_t)(end - first), NULL, NULL);
	return rc == -ENOENT ? 0 : rc;	/* it ended by itself */
}

static int
end_all(struct netlink *n, struct judging *j, size_t *ended)
{
	uint8_t *first = j->over;
	size_t count = 0;
	struct nlm m;
	struct rd r;
	int rc = 0;

	if (first == NULL)
		return 0;
	rd_init(&r, j->over, j->nover);
	while (rc == 0 && nlm_next(&r, &m)) {
		if (++count < AT_ONCE && rd_left(&r) > 0)
			continue;
		rc = end_some(n, first, m.p - NLMSG_HDRLEN, r.p);
		first = j->over + rd_pos(&r);
		*ended += count;
		count = 0;
	}
	return rc;
}

/* Ask about each. */
static int
judge_all(struct netlink *n, struct judging *j, size_t *ended)
{
	int rc = dump(n, j);

	if (rc == -EINTR)		/* entries come and go all the time; those that were there before are in it */
		rc = 0;
	if (rc == 0)
		rc = end_all(n, j, ended);
	free(j->over);
	return rc;
}

int
fw_conntrack_judge(struct fw_kernel *k, const struct fw_index *x, const struct fw_index *before, const struct fw_change *c,
    size_t *ended, struct err *e)
{
	struct judging j = { .x = x, .before = before };
	struct netlink *n;
	int rc = fw_kernel_socket(k, &n);
	const uint32_t count = rc == 0 ? count_of(n) : 0;
	uint32_t left;

	*ended = 0;
	if (count > 0 && c != NULL && forget(n, c)) {
		left = count_of(n);
		*ended = count != UINT32_MAX && left < count ? count - left : 0;
	} else if (count > 0) {
		rc = judge_all(n, &j, ended);
	}
	fw_kernel_heard(k, rc);
	return rc < 0 ? err_sys(e, rc, "connections that are no longer allowed could not be ended") : 0;
}
