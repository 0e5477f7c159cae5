/* Messages of nf_tables as a table; see wire.h. */
#include "fw/wire.h"

#include <stdlib.h>
#include <string.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "base/nla.h"
#include "base/rd.h"
#include "base/str.h"
#include "fw/expr.h"
#include "fw/table.h"
#include "fw/wire_tables.h"

enum { GENFAMILY = 4 };			/* octets of struct nfgenmsg */

static bool
is_text(const struct nlas *m, uint16_t type, const char *want)
{
	return m->has[type] && str_eqz(nla_text(&m->a[type]), want);
}

static bool
table_read(struct fw_table *t, const struct nlas *m)
{
	if (!is_text(m, NFTA_TABLE_NAME, FW_TABLE_NAME))
		return true;
	t->found = true;
	t->odd = t->odd || nlas_be32(m, NFTA_TABLE_FLAGS, 0) != 0;
	return true;
}

/* A name that is too long for ours is none of ours. */
static bool
name_read(struct fw_table *t, const struct nlas *m, uint16_t type, char out[FW_NAME_MAX])
{
	if (m->has[type] && nla_text(&m->a[type]).n > 0 && str_copy(nla_text(&m->a[type]), out, FW_NAME_MAX))
		return true;
	t->odd = true;
	return false;
}

static bool
set_read(struct fw_table *t, const struct nlas *m)
{
	const uint32_t flags = nlas_be32(m, NFTA_SET_FLAGS, 0), id = nlas_be32(m, NFTA_SET_KEY_TYPE, 0);
	char name[FW_NAME_MAX];
	enum fw_type type = FW_TYPE_ADDR4;

	if (!is_text(m, NFTA_SET_TABLE, FW_TABLE_NAME) || !name_read(t, m, NFTA_SET_NAME, name))
		return true;
	while (type < FW_TYPE_IFNAME && fw_wire_types[type] != id)
		type++;
	if (fw_wire_types[type] != id || (flags & ~(uint32_t)NFT_SET_INTERVAL) != 0 || fw_set_find(t, name) != NULL) {
		t->odd = true;
		return true;
	}
	return fw_set_add(t, name, type, flags != 0) != NULL;
}

static bool
chain_base_read(struct fw_table *t, const struct nlas *m, struct fw_chain *c)
{
	struct nlas hook;
	uint32_t i, n;

	nlas_read(&hook, nla_in(&m->a[NFTA_CHAIN_HOOK]));
	n = nlas_be32(&hook, NFTA_HOOK_HOOKNUM, UINT32_MAX);
	for (i = FW_HOOK_PREROUTING; i <= FW_HOOK_POSTROUTING && fw_wire_hooks[i] != n; i++)
		;
	c->hook = i <= FW_HOOK_POSTROUTING ? (enum fw_hook)i : FW_HOOK_NONE;
	c->priority = (int32_t)nlas_be32(&hook, NFTA_HOOK_PRIORITY, 0);
	c->nat = is_text(m, NFTA_CHAIN_TYPE, "nat");
	t->odd = t->odd || c->hook == FW_HOOK_NONE || nlas_be32(m, NFTA_CHAIN_POLICY, 0) != NF_ACCEPT ||
	    (!c->nat && !is_text(m, NFTA_CHAIN_TYPE, "filter"));
	return hook.ok;
}

static bool
chain_read(struct fw_table *t, const struct nlas *m)
{
	char name[FW_NAME_MAX];
	struct fw_chain *c;

	if (!is_text(m, NFTA_CHAIN_TABLE, FW_TABLE_NAME) || !name_read(t, m, NFTA_CHAIN_NAME, name))
		return true;
	if (fw_chain_find(t, name) != NULL) {
		t->odd = true;
		return true;
	}
	c = fw_chain_add(t, name);
	return c != NULL && (!m->has[NFTA_CHAIN_HOOK] || chain_base_read(t, m, c));
}

static struct fw_chain *
chain_of(const struct fw_table *t, struct str name)
{
	size_t i;

	for (i = 0; i < t->nchains; i++)
		if (str_eqz(name, t->chains[i]->name))
			return t->chains[i];
	return NULL;
}

static bool
line_read(struct fw_table *t, const struct nlas *m)
{
	struct fw_chain *c;
	struct fw_line *l;

	if (!is_text(m, NFTA_RULE_TABLE, FW_TABLE_NAME))
		return true;
	c = m->has[NFTA_RULE_CHAIN] ? chain_of(t, nla_text(&m->a[NFTA_RULE_CHAIN])) : NULL;
	if (c == NULL) {
		t->odd = true;
		return true;
	}
	l = fw_line_add(t, c);
	if (l == NULL)
		return false;
	fw_expr_read(nla_in(&m->a[NFTA_RULE_EXPRESSIONS]), l);
	fw_expr_read_comment(nla_in(&m->a[NFTA_RULE_USERDATA]), l);
	return true;
}

/* Kept as (value, is a first value) until fw_wire_close(): an end sorts before a first that follows at once. */
static bool
elem_read(struct fw_table *t, struct fw_set *s, struct rd r)
{
	uint8_t value[16] = { 0 }, mark[16] = { 0 };
	struct nlas m, key;

	nlas_read(&m, r);
	nlas_read(&key, nla_in(&m.a[NFTA_SET_ELEM_KEY]));
	if (!m.ok || key.a[NFTA_DATA_VALUE].n != fw_type_size(s->type))
		return false;
	memcpy(value, key.a[NFTA_DATA_VALUE].p, key.a[NFTA_DATA_VALUE].n);
	mark[0] = (nlas_be32(&m, NFTA_SET_ELEM_FLAGS, 0) & NFT_SET_ELEM_INTERVAL_END) == 0;
	fw_set_put(t, s, value, s->interval ? mark : value);
	return !t->failed;
}

static bool
elems_read(struct fw_table *t, const struct nlas *m)
{
	struct fw_set *s = NULL;
	struct nla elem;
	struct rd r;
	size_t i;

	if (!is_text(m, NFTA_SET_ELEM_LIST_TABLE, FW_TABLE_NAME))
		return true;
	for (i = 0; i < t->nsets; i++)
		if (is_text(m, NFTA_SET_ELEM_LIST_SET, t->sets[i]->name))
			s = t->sets[i];
	r = nla_in(&m->a[NFTA_SET_ELEM_LIST_ELEMENTS]);
	while (s != NULL && nla_next(&r, &elem))
		if (!elem_read(t, s, nla_in(&elem)))
			return false;
	return rd_ok(&r);
}

bool
fw_wire_read(struct fw_table *t, const struct nlm *message)
{
	static const struct { uint16_t message; bool (*read)(struct fw_table *t, const struct nlas *m); } kinds[] = {
		{ NFT_MSG_NEWTABLE, table_read }, { NFT_MSG_NEWSET, set_read }, { NFT_MSG_NEWCHAIN, chain_read },
		{ NFT_MSG_NEWRULE, line_read }, { NFT_MSG_NEWSETELEM, elems_read },
	};
	struct nlas m;
	struct rd r;
	size_t i;
	uint8_t family;

	rd_init(&r, message->p, message->n);
	family = rd_u8(&r);
	rd_skip(&r, GENFAMILY - 1);
	if (!rd_ok(&r))
		return false;
	nlas_read(&m, r);
	for (i = 0; m.ok && family == NFPROTO_INET && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (message->type == (NFNL_SUBSYS_NFTABLES << 8 | kinds[i].message))
			return kinds[i].read(t, &m);
	return m.ok;
}

bool
fw_wire_read_generation(const struct nlm *message, uint32_t *generation)
{
	struct nlas m;
	bool ok = message->type == (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN);
	struct rd r;

	rd_init(&r, message->p, message->n);
	rd_skip(&r, GENFAMILY);
	nlas_read(&m, r);
	ok = ok && m.ok && m.has[NFTA_GEN_ID];
	*generation = ok ? nla_be32(&m.a[NFTA_GEN_ID], &ok) : 0;
	return ok;
}

static bool
previous_value(uint8_t *v, size_t n)
{
	while (n > 0)
		if (v[--n]-- != 0)
			return true;
	return false;
}

/* From the marks to intervals. An end without a first value is what nft puts before the first interval. */
static void
join_intervals(struct fw_set *s)
{
	const size_t size = fw_type_size(s->type);
	size_t i, n = 0;

	if (s->nelems > 0)
		qsort(s->elems, s->nelems, sizeof(*s->elems), fw_elem_cmp);
	for (i = 0; i < s->nelems; i++) {
		struct fw_elem e = s->elems[i];

		if (e.hi[0] == 0)
			continue;
		memset(e.hi, 0, sizeof(e.hi));
		memset(e.hi, 0xff, size);
		if (i + 1 < s->nelems) {
			memset(e.hi, 0, sizeof(e.hi));
			memcpy(e.hi, s->elems[i + 1].lo, size);
			(void)previous_value(e.hi, size);	/* what follows is greater, so there is one */
		}
		s->elems[n++] = e;
	}
	s->nelems = n;
}

void
fw_wire_close(struct fw_table *t)
{
	size_t i;

	for (i = 0; i < t->nsets; i++)
		if (t->sets[i]->interval)
			join_intervals(t->sets[i]);
		else
			fw_set_close(t->sets[i]);
}
