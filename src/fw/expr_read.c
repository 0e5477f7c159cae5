/* Expressions as lines: what the kernel has, or somebody else made; see expr.h. */
#include "fw/expr.h"

#include <string.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "base/nla.h"
#include "base/rd.h"
#include "base/str.h"
#include "fw/expr_tables.h"
#include "fw/line.h"

enum { REGISTERS = 2 };

struct reading {
	struct fw_line *l;
	enum fw_key key;		/* what register 1 holds; FW_KEY_UNKNOWN = nothing */
	bool masked, between, mss, swapped, done;
	uint8_t mask[16];
	uint8_t reg[REGISTERS][16];
	size_t nreg[REGISTERS];
};

/* What is missing is a number that nothing has. */
static uint32_t
number(const struct nlas *m, uint16_t type)
{
	return nlas_be32(m, type, UINT32_MAX);
}

/* The octets of NFTA_DATA_VALUE in member type; false unless there are n (or, with n 0, at most 16). */
static bool
value(const struct nlas *m, uint16_t type, uint8_t out[16], size_t *n)
{
	struct nlas in;

	memset(out, 0, 16);
	if (!m->has[type])
		return false;
	nlas_read(&in, nla_in(&m->a[type]));
	if (!in.has[NFTA_DATA_VALUE] || in.a[NFTA_DATA_VALUE].n > 16 || (*n != 0 && in.a[NFTA_DATA_VALUE].n != *n))
		return false;
	*n = in.a[NFTA_DATA_VALUE].n;
	memcpy(out, in.a[NFTA_DATA_VALUE].p, *n);
	return true;
}

static struct fw_test *
test_add(struct reading *g, enum fw_op op)
{
	struct fw_test *t;

	if (g->key == FW_KEY_UNKNOWN || g->l->ntests == FW_TESTS_MAX)
		return NULL;
	t = &g->l->tests[g->l->ntests++];
	t->key = g->key;
	t->op = op;
	return t;
}

static bool
load_read(struct reading *g, const char *expr, const struct fw_expr_load *have)
{
	size_t i;

	for (i = 0; !g->between && i < FW_KEY_UNKNOWN; i++) {
		const struct fw_expr_load *l = &fw_expr_loads[i];

		if (strcmp(l->expr, expr) == 0 && l->a == have->a && l->b == have->b && l->c == have->c) {
			g->key = (enum fw_key)i;
			g->masked = false;
			return true;
		}
	}
	return false;
}

static bool
meta_read(struct reading *g, const struct nlas *m)
{
	const struct fw_expr_load have = { NULL, number(m, NFTA_META_KEY), 0, 0 };

	return number(m, NFTA_META_DREG) == NFT_REG_1 && load_read(g, "meta", &have);
}

static bool
ct_read(struct reading *g, const struct nlas *m)
{
	const struct fw_expr_load have = { NULL, number(m, NFTA_CT_KEY), 0, 0 };

	return number(m, NFTA_CT_DREG) == NFT_REG_1 && !m->has[NFTA_CT_DIRECTION] && load_read(g, "ct", &have);
}

static bool
payload_read(struct reading *g, const struct nlas *m)
{
	const struct fw_expr_load have = {
		NULL, number(m, NFTA_PAYLOAD_BASE), number(m, NFTA_PAYLOAD_OFFSET), number(m, NFTA_PAYLOAD_LEN)
	};

	return number(m, NFTA_PAYLOAD_DREG) == NFT_REG_1 && load_read(g, "payload", &have);
}

static bool
fib_read(struct reading *g, const struct nlas *m)
{
	const struct fw_expr_load have = { NULL, number(m, NFTA_FIB_RESULT), number(m, NFTA_FIB_FLAGS), 0 };

	return number(m, NFTA_FIB_DREG) == NFT_REG_1 && load_read(g, "fib", &have);
}

static bool
bitwise_read(struct reading *g, const struct nlas *m)
{
	size_t n = g->key == FW_KEY_UNKNOWN ? 0 : fw_key_size(g->key), nx = n;
	uint8_t xor[16], zero[16] = { 0 };

	if (n == 0 || g->masked || number(m, NFTA_BITWISE_SREG) != NFT_REG_1 || number(m, NFTA_BITWISE_DREG) != NFT_REG_1 ||
	    (m->has[NFTA_BITWISE_OP] && number(m, NFTA_BITWISE_OP) != NFT_BITWISE_BOOL))
		return false;
	g->masked = true;
	return value(m, NFTA_BITWISE_MASK, g->mask, &n) && value(m, NFTA_BITWISE_XOR, xor, &nx) && memcmp(xor, zero, 16) == 0;
}

static bool
range_read(struct reading *g, uint32_t op, const uint8_t *v)
{
	struct fw_test *t;

	if (g->masked || g->between != (op == NFT_CMP_LTE))
		return false;
	g->between = op == NFT_CMP_GTE;
	t = op == NFT_CMP_GTE ? test_add(g, FW_RANGE) : &g->l->tests[g->l->ntests - 1];
	if (t != NULL)
		memcpy(op == NFT_CMP_GTE ? t->a : t->b, v, 16);
	return t != NULL;
}

static bool
masked_read(struct reading *g, uint32_t op, const uint8_t *v)
{
	static const uint8_t zero[16];
	struct fw_test *t;

	if (op == NFT_CMP_NEQ && memcmp(v, zero, sizeof(zero)) != 0)
		return false;
	t = test_add(g, op == NFT_CMP_EQ ? FW_MASKED : FW_BITS);
	if (t == NULL)
		return false;
	memcpy(t->a, g->mask, sizeof(t->a));
	memcpy(t->b, v, sizeof(t->b));
	return true;
}

static bool
cmp_read(struct reading *g, const struct nlas *m)
{
	size_t n = g->key == FW_KEY_UNKNOWN ? 0 : fw_key_size(g->key);
	const uint32_t op = number(m, NFTA_CMP_OP);
	struct fw_test *t;
	uint8_t v[16];

	if (n == 0 || number(m, NFTA_CMP_SREG) != NFT_REG_1 || !value(m, NFTA_CMP_DATA, v, &n))
		return false;
	if (op == NFT_CMP_GTE || op == NFT_CMP_LTE)
		return range_read(g, op, v);
	if (op != NFT_CMP_EQ && op != NFT_CMP_NEQ)
		return false;
	if (g->masked)
		return masked_read(g, op, v);
	t = test_add(g, op == NFT_CMP_EQ ? FW_EQ : FW_NE);
	if (t != NULL)
		memcpy(t->a, v, sizeof(t->a));
	return t != NULL;
}

static bool
lookup_read(struct reading *g, const struct nlas *m)
{
	const uint32_t flags = m->has[NFTA_LOOKUP_FLAGS] ? number(m, NFTA_LOOKUP_FLAGS) : 0;
	struct fw_test *t;

	if (g->masked || number(m, NFTA_LOOKUP_SREG) != NFT_REG_1 || !m->has[NFTA_LOOKUP_SET] || m->has[NFTA_LOOKUP_DREG] ||
	    (flags != 0 && flags != NFT_LOOKUP_F_INV))
		return false;
	t = test_add(g, flags == 0 ? FW_IN : FW_NOT_IN);
	return t != NULL && str_copy(nla_text(&m->a[NFTA_LOOKUP_SET]), t->set, sizeof(t->set));
}

static bool
finish(struct reading *g, enum fw_do what)
{
	g->l->what = what;
	g->done = true;
	return true;
}

static bool
verdict_read(struct reading *g, const struct nlas *m)
{
	struct nlas data, verdict;
	size_t i;

	nlas_read(&data, nla_in(&m->a[NFTA_IMMEDIATE_DATA]));
	if (!data.has[NFTA_DATA_VERDICT])
		return false;
	nlas_read(&verdict, nla_in(&data.a[NFTA_DATA_VERDICT]));
	if (verdict.has[NFTA_VERDICT_CHAIN] &&
	    !str_copy(nla_text(&verdict.a[NFTA_VERDICT_CHAIN]), g->l->chain, sizeof(g->l->chain)))
		return false;
	for (i = 0; i < FW_EXPR_VERDICTS; i++)
		if ((uint32_t)fw_expr_verdicts[i].code == number(&verdict, NFTA_VERDICT_CODE))
			return finish(g, fw_expr_verdicts[i].what);
	return false;
}

static bool
immediate_read(struct reading *g, const struct nlas *m)
{
	const uint32_t reg = number(m, NFTA_IMMEDIATE_DREG);

	if (!m->has[NFTA_IMMEDIATE_DATA])
		return false;
	if (reg == NFT_REG_VERDICT)
		return verdict_read(g, m);
	if (reg != NFT_REG_1 && reg != NFT_REG_2)
		return false;
	g->key = FW_KEY_UNKNOWN;
	g->nreg[reg - 1] = 0;
	return value(m, NFTA_IMMEDIATE_DATA, g->reg[reg - 1], &g->nreg[reg - 1]);
}

static bool
nat_read(struct reading *g, const struct nlas *m)
{
	const uint8_t len = (uint8_t)g->nreg[0];
	const uint32_t family = len == 4 ? NFPROTO_IPV4 : NFPROTO_IPV6;

	if ((len != 4 && len != 16) || g->nreg[1] != 2 || number(m, NFTA_NAT_TYPE) != NFT_NAT_DNAT ||
	    number(m, NFTA_NAT_FAMILY) != family || number(m, NFTA_NAT_REG_ADDR_MIN) != NFT_REG_1 ||
	    number(m, NFTA_NAT_REG_PROTO_MIN) != NFT_REG_2)
		return false;
	g->l->to.len = len;
	memcpy(g->l->to.b, g->reg[0], sizeof(g->l->to.b));
	g->l->to_port = (uint16_t)(g->reg[1][0] << 8 | g->reg[1][1]);
	return finish(g, FW_DO_DNAT);
}

static bool
masq_read(struct reading *g, const struct nlas *m)
{
	return !m->has[NFTA_MASQ_REG_PROTO_MIN] && (!m->has[NFTA_MASQ_FLAGS] || number(m, NFTA_MASQ_FLAGS) == 0) &&
	    finish(g, FW_DO_MASQUERADE);
}

static bool
reject_read(struct reading *g, const struct nlas *m)
{
	const struct nla *code = &m->a[NFTA_REJECT_ICMP_CODE];

	return number(m, NFTA_REJECT_TYPE) == NFT_REJECT_ICMPX_UNREACH && m->has[NFTA_REJECT_ICMP_CODE] && code->n == 1 &&
	    code->p[0] == NFT_REJECT_ICMPX_ADMIN_PROHIBITED && finish(g, FW_DO_REJECT);
}

static bool
counter_read(struct reading *g, const struct nlas *m)
{
	bool ok = true;

	g->l->counter = true;
	if (m->has[NFTA_COUNTER_PACKETS] && m->has[NFTA_COUNTER_BYTES]) {
		g->l->packets = nla_be64(&m->a[NFTA_COUNTER_PACKETS], &ok);
		g->l->bytes = nla_be64(&m->a[NFTA_COUNTER_BYTES], &ok);
	}
	return ok && g->l->log_group == 0;
}

static bool
log_read(struct reading *g, const struct nlas *m)
{
	const struct nla *group = &m->a[NFTA_LOG_GROUP];

	if (!m->has[NFTA_LOG_GROUP] || group->n != 2 || m->has[NFTA_LOG_PREFIX])
		return false;
	g->l->log_group = (uint16_t)(group->p[0] << 8 | group->p[1]);
	return g->l->log_group != 0;
}

static bool
rt_read(struct reading *g, const struct nlas *m)
{
	g->key = FW_KEY_UNKNOWN;
	g->mss = number(m, NFTA_RT_KEY) == NFT_RT_TCPMSS && number(m, NFTA_RT_DREG) == NFT_REG_1;
	return g->mss;
}

static bool
byteorder_read(struct reading *g, const struct nlas *m)
{
	g->swapped = number(m, NFTA_BYTEORDER_SREG) == NFT_REG_1 && number(m, NFTA_BYTEORDER_DREG) == NFT_REG_1 &&
	    number(m, NFTA_BYTEORDER_LEN) == EXPR_MSS_SIZE && number(m, NFTA_BYTEORDER_SIZE) == EXPR_MSS_SIZE;
	return g->mss && g->swapped;
}

static bool
exthdr_read(struct reading *g, const struct nlas *m)
{
	const struct nla *type = &m->a[NFTA_EXTHDR_TYPE];

	return g->mss && g->swapped && number(m, NFTA_EXTHDR_SREG) == NFT_REG_1 && m->has[NFTA_EXTHDR_TYPE] && type->n == 1 &&
	    type->p[0] == EXPR_MSS_OPTION && number(m, NFTA_EXTHDR_OFFSET) == EXPR_MSS_OFFSET &&
	    number(m, NFTA_EXTHDR_LEN) == EXPR_MSS_SIZE && number(m, NFTA_EXTHDR_OP) == NFT_EXTHDR_OP_TCPOPT &&
	    finish(g, FW_DO_CLAMP);
}

static const struct {
	const char *name;
	bool (*read)(struct reading *g, const struct nlas *m);
} kinds[] = {
	{ "meta", meta_read }, { "payload", payload_read }, { "ct", ct_read }, { "fib", fib_read },
	{ "cmp", cmp_read }, { "bitwise", bitwise_read }, { "lookup", lookup_read }, { "immediate", immediate_read },
	{ "nat", nat_read }, { "masq", masq_read }, { "reject", reject_read }, { "counter", counter_read },
	{ "log", log_read }, { "rt", rt_read }, { "byteorder", byteorder_read }, { "exthdr", exthdr_read },
};

static bool
expr_read(struct reading *g, const struct nla *elem)
{
	struct nlas e, data;
	size_t i;

	nlas_read(&e, nla_in(elem));
	if (g->done || !e.has[NFTA_EXPR_NAME])
		return false;
	nlas_read(&data, nla_in(&e.a[NFTA_EXPR_DATA]));	/* empty where there is none */
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_eqz(nla_text(&e.a[NFTA_EXPR_NAME]), kinds[i].name))
			return kinds[i].read(g, &data);
	return false;
}

static void
mark_unknown(struct fw_line *l)
{
	struct fw_test *t = &l->tests[l->ntests == FW_TESTS_MAX ? FW_TESTS_MAX - 1 : l->ntests++];

	memset(t, 0, sizeof(*t));
	t->key = FW_KEY_UNKNOWN;
}

void
fw_expr_read(struct rd r, struct fw_line *l)
{
	struct reading g = { .l = l, .key = FW_KEY_UNKNOWN };
	struct nla elem;

	l->what = FW_DO_NONE;
	while (nla_next(&r, &elem))
		if (!expr_read(&g, &elem)) {
			mark_unknown(l);
			return;
		}
	if (!rd_ok(&r) || g.between)
		mark_unknown(l);
}

void
fw_expr_read_comment(struct rd r, struct fw_line *l)
{
	while (rd_left(&r) > 0) {
		const uint8_t type = rd_u8(&r), n = rd_u8(&r);
		const char *p = (const char *)rd_bytes(&r, n);

		/* What does not fit is not ours; an empty comment differs from it. */
		if (p != NULL && type == EXPR_COMMENT && n > 0)
			(void)str_copy((struct str){ p, n - 1U }, l->comment, sizeof(l->comment));
	}
}
