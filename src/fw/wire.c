/* Messages of nf_tables; see wire.h. */
#include "fw/wire.h"

#include <string.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include "base/nla.h"
#include "base/wr.h"
#include "fw/expr.h"
#include "fw/table.h"
#include "fw/wire_tables.h"

enum { CHUNK = 1024, ELEM_SIZE = 48, ORDER_HOST = 1, ORDER_NETWORK = 2, UDATA_ORDER = 0 };

const uint32_t fw_wire_types[FW_TYPE_IFNAME + 1] = {
	[FW_TYPE_ADDR4] = 7, [FW_TYPE_ADDR6] = 8, [FW_TYPE_PORT] = 13, [FW_TYPE_IFNAME] = 41
};

const uint32_t fw_wire_hooks[FW_HOOK_POSTROUTING + 1] = {
	[FW_HOOK_NONE] = UINT32_MAX, [FW_HOOK_PREROUTING] = NF_INET_PRE_ROUTING, [FW_HOOK_INPUT] = NF_INET_LOCAL_IN,
	[FW_HOOK_FORWARD] = NF_INET_FORWARD, [FW_HOOK_POSTROUTING] = NF_INET_POST_ROUTING
};

static size_t
open_message(struct wr *w, uint16_t message, uint16_t flags)
{
	const struct nlm_head h = { (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | message), (uint16_t)(NLM_F_REQUEST | flags), 1 };
	size_t mark = nlm_open(w, &h);

	wr_u8(w, NFPROTO_INET);
	wr_u8(w, NFNETLINK_V0);
	wr_be16(w, 0);
	return mark;
}

static void
bound_message(struct wr *w, uint16_t type, const uint32_t *generation)
{
	const struct nlm_head h = { type, NLM_F_REQUEST, 1 };
	size_t mark = nlm_open(w, &h);

	wr_u8(w, NFPROTO_UNSPEC);
	wr_u8(w, NFNETLINK_V0);
	wr_be16(w, NFNL_SUBSYS_NFTABLES);
	if (generation != NULL)
		nla_put_be32(w, NFNL_BATCH_GENID, *generation);
	nlm_close(w, mark);
}

void
fw_wire_begin(struct wr *w, uint32_t generation)
{
	bound_message(w, NFNL_MSG_BATCH_BEGIN, &generation);
}

void
fw_wire_end(struct wr *w)
{
	bound_message(w, NFNL_MSG_BATCH_END, NULL);
}

void
fw_wire_table(struct wr *w, bool add)
{
	/* Every transaction has one of these: the kernel is to say that it took it. */
	size_t mark = open_message(w, add ? NFT_MSG_NEWTABLE : NFT_MSG_DELTABLE, add ? NLM_F_CREATE | NLM_F_ACK : 0);

	nla_put_text(w, NFTA_TABLE_NAME, FW_TABLE_NAME);
	nlm_close(w, mark);
}

/* In which order the octets of a value are: nft reads it from here. */
static void
order_write(struct wr *w, enum fw_type type)
{
	const uint32_t order = type == FW_TYPE_IFNAME ? ORDER_HOST : ORDER_NETWORK;
	uint8_t note[2 + sizeof(order)] = { UDATA_ORDER, sizeof(order) };

	memcpy(note + 2, &order, sizeof(order));
	nla_put(w, NFTA_SET_USERDATA, note, sizeof(note));
}

void
fw_wire_set(struct wr *w, const struct fw_set *s, bool add)
{
	size_t mark = open_message(w, add ? NFT_MSG_NEWSET : NFT_MSG_DELSET, add ? NLM_F_CREATE | NLM_F_EXCL : 0);

	nla_put_text(w, NFTA_SET_TABLE, FW_TABLE_NAME);
	nla_put_text(w, NFTA_SET_NAME, s->name);
	if (add) {
		nla_put_be32(w, NFTA_SET_FLAGS, s->interval ? NFT_SET_INTERVAL : 0);
		nla_put_be32(w, NFTA_SET_KEY_TYPE, fw_wire_types[s->type]);
		nla_put_be32(w, NFTA_SET_KEY_LEN, (uint32_t)fw_type_size(s->type));
		nla_put_be32(w, NFTA_SET_ID, 1);	/* asked for, but what follows names the set */
		order_write(w, s->type);
	}
	nlm_close(w, mark);
}

static void
elem_write(struct wr *w, const uint8_t *v, size_t n, bool end)
{
	size_t elem = nla_open(w, NFTA_LIST_ELEM), key;

	if (end)
		nla_put_be32(w, NFTA_SET_ELEM_FLAGS, NFT_SET_ELEM_INTERVAL_END);
	key = nla_open(w, NFTA_SET_ELEM_KEY);
	nla_put(w, NFTA_DATA_VALUE, v, n);
	nla_close(w, key);
	nla_close(w, elem);
}

/* v + 1; false when there is no such value. */
static bool
next_value(uint8_t *v, size_t n)
{
	while (n > 0)
		if (++v[--n] != 0)
			return true;
	return false;
}

static void
chunk_write(struct wr *w, const struct fw_set *s, const struct fw_elem *e, size_t n, bool add)
{
	size_t mark = open_message(w, add ? NFT_MSG_NEWSETELEM : NFT_MSG_DELSETELEM, add ? NLM_F_CREATE : 0), list, i;
	const size_t size = fw_type_size(s->type);
	uint8_t beyond[16];

	nla_put_text(w, NFTA_SET_ELEM_LIST_TABLE, FW_TABLE_NAME);
	nla_put_text(w, NFTA_SET_ELEM_LIST_SET, s->name);
	list = nla_open(w, NFTA_SET_ELEM_LIST_ELEMENTS);
	for (i = 0; i < n; i++) {
		elem_write(w, e[i].lo, size, false);
		memcpy(beyond, e[i].hi, sizeof(beyond));
		if (s->interval && next_value(beyond, size))
			elem_write(w, beyond, size, true);
	}
	nla_close(w, list);
	nlm_close(w, mark);
}

void
fw_wire_elems(struct wr *w, const struct fw_set *s, const struct fw_elem *e, size_t n, bool add)
{
	size_t i;

	_Static_assert(CHUNK * ELEM_SIZE < UINT16_MAX, "the attribute around them has a length of 16 bits");
	for (i = 0; i < n; i += CHUNK / 2)
		chunk_write(w, s, e + i, n - i < CHUNK / 2 ? n - i : CHUNK / 2, add);
}

size_t
fw_wire_size_elems(size_t n)
{
	return (n / (CHUNK / 2) + 1) * FW_WIRE_SIZE_OTHER + n * 2 * ELEM_SIZE;
}

static void
base_write(struct wr *w, const struct fw_chain *c)
{
	size_t hook = nla_open(w, NFTA_CHAIN_HOOK);

	nla_put_be32(w, NFTA_HOOK_HOOKNUM, fw_wire_hooks[c->hook]);
	nla_put_be32(w, NFTA_HOOK_PRIORITY, (uint32_t)c->priority);
	nla_close(w, hook);
	nla_put_be32(w, NFTA_CHAIN_POLICY, NF_ACCEPT);
	nla_put_text(w, NFTA_CHAIN_TYPE, c->nat ? "nat" : "filter");
}

void
fw_wire_chain(struct wr *w, const struct fw_chain *c, bool add)
{
	size_t mark = open_message(w, add ? NFT_MSG_NEWCHAIN : NFT_MSG_DELCHAIN, add ? NLM_F_CREATE | NLM_F_EXCL : 0);

	nla_put_text(w, NFTA_CHAIN_TABLE, FW_TABLE_NAME);
	nla_put_text(w, NFTA_CHAIN_NAME, c->name);
	if (add && c->hook != FW_HOOK_NONE)
		base_write(w, c);
	nlm_close(w, mark);
}

void
fw_wire_empty(struct wr *w, const struct fw_chain *c)
{
	size_t mark = open_message(w, NFT_MSG_DELRULE, 0);

	nla_put_text(w, NFTA_RULE_TABLE, FW_TABLE_NAME);
	nla_put_text(w, NFTA_RULE_CHAIN, c->name);
	nlm_close(w, mark);
}

void
fw_wire_line(struct wr *w, const struct fw_chain *c, const struct fw_line *l)
{
	size_t mark = open_message(w, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);

	nla_put_text(w, NFTA_RULE_TABLE, FW_TABLE_NAME);
	nla_put_text(w, NFTA_RULE_CHAIN, c->name);
	fw_expr_write(w, l);
	nlm_close(w, mark);
}

void
fw_wire_ask(struct wr *w, enum fw_wire_kind kind)
{
	static const struct { uint16_t message, table; } asks[] = {
		[FW_WIRE_TABLES] = { NFT_MSG_GETTABLE, 0 }, [FW_WIRE_SETS] = { NFT_MSG_GETSET, NFTA_SET_TABLE },
		[FW_WIRE_CHAINS] = { NFT_MSG_GETCHAIN, NFTA_CHAIN_TABLE }, [FW_WIRE_LINES] = { NFT_MSG_GETRULE, NFTA_RULE_TABLE },
	};
	size_t mark = open_message(w, asks[kind].message, NLM_F_DUMP);

	if (asks[kind].table != 0)
		nla_put_text(w, asks[kind].table, FW_TABLE_NAME);
	nlm_close(w, mark);
}

void
fw_wire_ask_elems(struct wr *w, const struct fw_set *s)
{
	size_t mark = open_message(w, NFT_MSG_GETSETELEM, NLM_F_DUMP);

	nla_put_text(w, NFTA_SET_ELEM_LIST_TABLE, FW_TABLE_NAME);
	nla_put_text(w, NFTA_SET_ELEM_LIST_SET, s->name);
	nlm_close(w, mark);
}

void
fw_wire_ask_generation(struct wr *w)
{
	nlm_close(w, open_message(w, NFT_MSG_GETGEN, 0));
}
