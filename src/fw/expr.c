/* Lines as expressions of nf_tables; see expr.h. */
#include "fw/expr.h"

#include <string.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "base/nla.h"
#include "base/wr.h"
#include "fw/expr_tables.h"
#include "fw/line.h"

const struct fw_expr_load fw_expr_loads[FW_KEY_UNKNOWN] = {
	[FW_KEY_IIF] = { "meta", NFT_META_IIFNAME, 0, 0 },
	[FW_KEY_OIF] = { "meta", NFT_META_OIFNAME, 0, 0 },
	[FW_KEY_NFPROTO] = { "meta", NFT_META_NFPROTO, 0, 0 },
	[FW_KEY_L4PROTO] = { "meta", NFT_META_L4PROTO, 0, 0 },
	[FW_KEY_SADDR4] = { "payload", NFT_PAYLOAD_NETWORK_HEADER, 12, 4 },
	[FW_KEY_DADDR4] = { "payload", NFT_PAYLOAD_NETWORK_HEADER, 16, 4 },
	[FW_KEY_SADDR6] = { "payload", NFT_PAYLOAD_NETWORK_HEADER, 8, 16 },
	[FW_KEY_DADDR6] = { "payload", NFT_PAYLOAD_NETWORK_HEADER, 24, 16 },
	[FW_KEY_DPORT] = { "payload", NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2 },
	[FW_KEY_TCP_FLAGS] = { "payload", NFT_PAYLOAD_TRANSPORT_HEADER, 13, 1 },
	[FW_KEY_CT_STATE] = { "ct", NFT_CT_STATE, 0, 0 },
	[FW_KEY_CT_STATUS] = { "ct", NFT_CT_STATUS, 0, 0 },
	[FW_KEY_CT_DIRECTION] = { "ct", NFT_CT_DIRECTION, 0, 0 },
	[FW_KEY_FIB_TYPE] = { "fib", NFT_FIB_RESULT_ADDRTYPE, NFTA_FIB_F_DADDR, 0 },
};

const struct fw_expr_verdict fw_expr_verdicts[FW_EXPR_VERDICTS] = {
	{ FW_DO_ACCEPT, NF_ACCEPT }, { FW_DO_DROP, NF_DROP }, { FW_DO_RETURN, NFT_RETURN },
	{ FW_DO_JUMP, NFT_JUMP }, { FW_DO_GOTO, NFT_GOTO }
};

struct expr { size_t elem, data; };

static struct expr
expr_open(struct wr *w, const char *name)
{
	struct expr e;

	e.elem = nla_open(w, NFTA_LIST_ELEM);
	nla_put_text(w, NFTA_EXPR_NAME, name);
	e.data = nla_open(w, NFTA_EXPR_DATA);
	return e;
}

static void
expr_close(struct wr *w, struct expr e)
{
	nla_close(w, e.data);
	nla_close(w, e.elem);
}

static void
value_write(struct wr *w, uint16_t attr, const uint8_t *v, size_t n)
{
	size_t mark = nla_open(w, attr);

	nla_put(w, NFTA_DATA_VALUE, v, n);
	nla_close(w, mark);
}

static void
load_write(struct wr *w, enum fw_key key)
{
	const struct fw_expr_load *l = &fw_expr_loads[key];
	struct expr e = expr_open(w, l->expr);

	if (strcmp(l->expr, "payload") == 0) {
		nla_put_be32(w, NFTA_PAYLOAD_DREG, NFT_REG_1);
		nla_put_be32(w, NFTA_PAYLOAD_BASE, l->a);
		nla_put_be32(w, NFTA_PAYLOAD_OFFSET, l->b);
		nla_put_be32(w, NFTA_PAYLOAD_LEN, l->c);
	} else if (strcmp(l->expr, "fib") == 0) {
		nla_put_be32(w, NFTA_FIB_DREG, NFT_REG_1);
		nla_put_be32(w, NFTA_FIB_RESULT, l->a);
		nla_put_be32(w, NFTA_FIB_FLAGS, l->b);
	} else {
		nla_put_be32(w, strcmp(l->expr, "ct") == 0 ? NFTA_CT_DREG : NFTA_META_DREG, NFT_REG_1);
		nla_put_be32(w, strcmp(l->expr, "ct") == 0 ? NFTA_CT_KEY : NFTA_META_KEY, l->a);
	}
	expr_close(w, e);
}

static void
cmp_write(struct wr *w, uint32_t op, const uint8_t *v, size_t n)
{
	struct expr e = expr_open(w, "cmp");

	nla_put_be32(w, NFTA_CMP_SREG, NFT_REG_1);
	nla_put_be32(w, NFTA_CMP_OP, op);
	value_write(w, NFTA_CMP_DATA, v, n);
	expr_close(w, e);
}

static void
mask_write(struct wr *w, const uint8_t *mask, size_t n)
{
	static const uint8_t zero[16];
	struct expr e = expr_open(w, "bitwise");

	nla_put_be32(w, NFTA_BITWISE_SREG, NFT_REG_1);
	nla_put_be32(w, NFTA_BITWISE_DREG, NFT_REG_1);
	nla_put_be32(w, NFTA_BITWISE_LEN, (uint32_t)n);
	value_write(w, NFTA_BITWISE_MASK, mask, n);
	value_write(w, NFTA_BITWISE_XOR, zero, n);
	expr_close(w, e);
}

static void
lookup_write(struct wr *w, const char *set, bool inverted)
{
	struct expr e = expr_open(w, "lookup");

	nla_put_text(w, NFTA_LOOKUP_SET, set);
	nla_put_be32(w, NFTA_LOOKUP_SREG, NFT_REG_1);
	if (inverted)
		nla_put_be32(w, NFTA_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
	expr_close(w, e);
}

static void
test_write(struct wr *w, const struct fw_test *t)
{
	static const uint8_t zero[16];
	const size_t n = fw_key_size(t->key);

	if (t->key == FW_KEY_UNKNOWN) {
		wr_fail(w);
		return;
	}
	load_write(w, t->key);
	switch (t->op) {
	case FW_EQ:
	case FW_NE:
		cmp_write(w, t->op == FW_EQ ? NFT_CMP_EQ : NFT_CMP_NEQ, t->a, n);
		break;
	case FW_IN:
	case FW_NOT_IN:
		lookup_write(w, t->set, t->op == FW_NOT_IN);
		break;
	case FW_RANGE:
		cmp_write(w, NFT_CMP_GTE, t->a, n);
		cmp_write(w, NFT_CMP_LTE, t->b, n);
		break;
	case FW_MASKED:
	case FW_BITS:
		mask_write(w, t->a, n);
		cmp_write(w, t->op == FW_MASKED ? NFT_CMP_EQ : NFT_CMP_NEQ, t->op == FW_MASKED ? t->b : zero, n);
		break;
	}
}

static void
verdict_write(struct wr *w, int code, const char *chain)
{
	struct expr e = expr_open(w, "immediate");
	size_t data, verdict;

	nla_put_be32(w, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = nla_open(w, NFTA_IMMEDIATE_DATA);
	verdict = nla_open(w, NFTA_DATA_VERDICT);
	nla_put_be32(w, NFTA_VERDICT_CODE, (uint32_t)code);
	if (chain[0] != '\0')
		nla_put_text(w, NFTA_VERDICT_CHAIN, chain);
	nla_close(w, verdict);
	nla_close(w, data);
	expr_close(w, e);
}

static void
register_write(struct wr *w, uint32_t reg, const uint8_t *v, size_t n)
{
	struct expr e = expr_open(w, "immediate");

	nla_put_be32(w, NFTA_IMMEDIATE_DREG, reg);
	value_write(w, NFTA_IMMEDIATE_DATA, v, n);
	expr_close(w, e);
}

static void
dnat_write(struct wr *w, const struct fw_line *l)
{
	const uint8_t port[2] = { (uint8_t)(l->to_port >> 8), (uint8_t)l->to_port };
	struct expr e;

	register_write(w, NFT_REG_1, l->to.b, l->to.len);
	register_write(w, NFT_REG_2, port, sizeof(port));
	e = expr_open(w, "nat");
	nla_put_be32(w, NFTA_NAT_TYPE, NFT_NAT_DNAT);
	nla_put_be32(w, NFTA_NAT_FAMILY, l->to.len == 4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
	nla_put_be32(w, NFTA_NAT_REG_ADDR_MIN, NFT_REG_1);
	nla_put_be32(w, NFTA_NAT_REG_PROTO_MIN, NFT_REG_2);
	expr_close(w, e);
}

static void
reject_write(struct wr *w)
{
	struct expr e = expr_open(w, "reject");

	nla_put_be32(w, NFTA_REJECT_TYPE, NFT_REJECT_ICMPX_UNREACH);
	nla_put_u8(w, NFTA_REJECT_ICMP_CODE, NFT_REJECT_ICMPX_ADMIN_PROHIBITED);
	expr_close(w, e);
}

/* The segment size that the route allows, into the option of a SYN. */
static void
clamp_write(struct wr *w)
{
	struct expr e = expr_open(w, "rt");

	nla_put_be32(w, NFTA_RT_KEY, NFT_RT_TCPMSS);
	nla_put_be32(w, NFTA_RT_DREG, NFT_REG_1);
	expr_close(w, e);
	e = expr_open(w, "byteorder");
	nla_put_be32(w, NFTA_BYTEORDER_SREG, NFT_REG_1);
	nla_put_be32(w, NFTA_BYTEORDER_DREG, NFT_REG_1);
	nla_put_be32(w, NFTA_BYTEORDER_OP, NFT_BYTEORDER_HTON);
	nla_put_be32(w, NFTA_BYTEORDER_LEN, EXPR_MSS_SIZE);
	nla_put_be32(w, NFTA_BYTEORDER_SIZE, EXPR_MSS_SIZE);
	expr_close(w, e);
	e = expr_open(w, "exthdr");
	nla_put_be32(w, NFTA_EXTHDR_SREG, NFT_REG_1);
	nla_put_u8(w, NFTA_EXTHDR_TYPE, EXPR_MSS_OPTION);
	nla_put_be32(w, NFTA_EXTHDR_OFFSET, EXPR_MSS_OFFSET);
	nla_put_be32(w, NFTA_EXTHDR_LEN, EXPR_MSS_SIZE);
	nla_put_be32(w, NFTA_EXTHDR_OP, NFT_EXTHDR_OP_TCPOPT);
	expr_close(w, e);
}

static void
counter_write(struct wr *w, const struct fw_line *l)
{
	struct expr e = expr_open(w, "counter");

	if (l->packets > 0) {
		nla_put_be64(w, NFTA_COUNTER_PACKETS, l->packets);
		nla_put_be64(w, NFTA_COUNTER_BYTES, l->bytes);
	}
	expr_close(w, e);
}

static void
log_write(struct wr *w, uint16_t group)
{
	const uint8_t be[2] = { (uint8_t)(group >> 8), (uint8_t)group };
	struct expr e = expr_open(w, "log");

	nla_put(w, NFTA_LOG_GROUP, be, sizeof(be));
	expr_close(w, e);
}

static void
do_write(struct wr *w, const struct fw_line *l)
{
	size_t i;

	if (l->what == FW_DO_REJECT)
		reject_write(w);
	else if (l->what == FW_DO_MASQUERADE)
		expr_close(w, expr_open(w, "masq"));
	else if (l->what == FW_DO_DNAT)
		dnat_write(w, l);
	else if (l->what == FW_DO_CLAMP)
		clamp_write(w);
	for (i = 0; i < FW_EXPR_VERDICTS; i++)
		if (fw_expr_verdicts[i].what == l->what)
			verdict_write(w, fw_expr_verdicts[i].code, l->chain);
}

void
fw_expr_write(struct wr *w, const struct fw_line *l)
{
	size_t mark = nla_open(w, NFTA_RULE_EXPRESSIONS), i, n = strlen(l->comment) + 1;
	uint8_t note[2 + FW_COMMENT_MAX] = { EXPR_COMMENT, (uint8_t)n };

	for (i = 0; i < l->ntests; i++)
		test_write(w, &l->tests[i]);
	if (l->counter)
		counter_write(w, l);
	if (l->log_group != 0)
		log_write(w, l->log_group);
	do_write(w, l);
	nla_close(w, mark);
	if (n == 1)
		return;
	memcpy(note + 2, l->comment, n);
	nla_put(w, NFTA_RULE_USERDATA, note, 2 + n);
}
