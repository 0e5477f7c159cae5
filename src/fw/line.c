/* Lines of a chain; see line.h. */
#include "fw/line.h"

#include <stdio.h>
#include <string.h>

#include <linux/netfilter.h>
#include <linux/rtnetlink.h>

#include "base/str.h"

size_t
fw_key_size(enum fw_key key)
{
	static const uint8_t size[] = {
		[FW_KEY_IIF] = 16, [FW_KEY_OIF] = 16, [FW_KEY_NFPROTO] = 1, [FW_KEY_L4PROTO] = 1,
		[FW_KEY_SADDR4] = 4, [FW_KEY_DADDR4] = 4, [FW_KEY_SADDR6] = 16, [FW_KEY_DADDR6] = 16,
		[FW_KEY_DPORT] = 2, [FW_KEY_TCP_FLAGS] = 1, [FW_KEY_CT_STATE] = 4, [FW_KEY_CT_STATUS] = 4,
		[FW_KEY_CT_DIRECTION] = 1, [FW_KEY_FIB_TYPE] = 4, [FW_KEY_UNKNOWN] = 0
	};

	return size[key];
}

/* FW_TESTS_MAX is more than plan ever needs for one line; that of a rule is checked by its test. */
static struct fw_test *
add(struct fw_line *l, enum fw_key key, enum fw_op op)
{
	struct fw_test *t;

	if (l == NULL || l->ntests == FW_TESTS_MAX)
		return NULL;
	t = &l->tests[l->ntests++];
	t->key = key;
	t->op = op;
	return t;
}

static void
add_value(struct fw_line *l, enum fw_key key, const void *v)
{
	struct fw_test *t = add(l, key, FW_EQ);

	if (t != NULL)
		memcpy(t->a, v, fw_key_size(key));
}

void
fw_line_if(struct fw_line *l, enum fw_key key, enum fw_op op, const char *name)
{
	struct fw_test *t = add(l, key, op);

	if (t != NULL)
		(void)str_copy(str_of(name), (char *)t->a, sizeof(t->a));	/* it came from an array of that size */
}

void
fw_line_set(struct fw_line *l, enum fw_key key, enum fw_op op, const char *set)
{
	struct fw_test *t = add(l, key, op);

	if (t != NULL)
		(void)str_copy(str_of(set), t->set, sizeof(t->set));	/* the name of a set that could be added */
}

void
fw_line_family(struct fw_line *l, int family)
{
	const uint8_t version = family == 4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
	size_t i;

	if (l == NULL || family == 0)
		return;
	for (i = 0; i < l->ntests; i++)
		if (l->tests[i].key == FW_KEY_NFPROTO)
			return;
	add_value(l, FW_KEY_NFPROTO, &version);
}

static enum fw_key
addr_key(enum fw_side side, int family)
{
	if (family == 4)
		return side == FW_SRC ? FW_KEY_SADDR4 : FW_KEY_DADDR4;
	return side == FW_SRC ? FW_KEY_SADDR6 : FW_KEY_DADDR6;
}

void
fw_line_addrs(struct fw_line *l, enum fw_side side, enum fw_op op, const char *set, int family)
{
	char name[FW_NAME_MAX];

	(void)snprintf(name, sizeof(name), "%s%d", set, family);	/* as fw_line_set() */
	fw_line_family(l, family);
	fw_line_set(l, addr_key(side, family), op, name);
}

void
fw_line_prefix(struct fw_line *l, enum fw_side side, const struct addr_prefix *p)
{
	const int family = p->addr.len == 4 ? 4 : 6;
	const struct addr_prefix net = addr_prefix_net(p);
	struct fw_test *t;
	size_t i;

	fw_line_family(l, family);
	if (p->bits == 8 * p->addr.len) {
		add_value(l, addr_key(side, family), p->addr.b);
		return;
	}
	t = p->bits == 0 ? NULL : add(l, addr_key(side, family), FW_MASKED);
	if (t == NULL)
		return;
	for (i = 0; i < p->bits; i++)
		t->a[i / 8] |= (uint8_t)(0x80 >> i % 8);
	memcpy(t->b, net.addr.b, sizeof(t->b));
}

void
fw_line_addr(struct fw_line *l, enum fw_side side, const struct addr *a)
{
	const struct addr_prefix p = { *a, (uint8_t)(8 * a->len) };

	fw_line_prefix(l, side, &p);
}

void
fw_line_proto(struct fw_line *l, uint8_t proto)
{
	add_value(l, FW_KEY_L4PROTO, &proto);
}

static void
port_put(uint8_t *p, uint16_t port)
{
	p[0] = (uint8_t)(port >> 8);
	p[1] = (uint8_t)port;
}

void
fw_line_ports(struct fw_line *l, uint16_t lo, uint16_t hi)
{
	struct fw_test *t = add(l, FW_KEY_DPORT, lo == hi ? FW_EQ : FW_RANGE);

	if (t == NULL)
		return;
	port_put(t->a, lo);
	if (lo != hi)
		port_put(t->b, hi);
}

void
fw_line_bits(struct fw_line *l, enum fw_key key, uint32_t bits)
{
	const uint8_t octet = (uint8_t)bits;
	struct fw_test *t = add(l, key, FW_BITS);

	if (t != NULL && fw_key_size(key) == 1)
		t->a[0] = octet;
	else if (t != NULL)
		memcpy(t->a, &bits, sizeof(bits));
}

void
fw_line_answers(struct fw_line *l)
{
	const uint8_t reply = 1;	/* IP_CT_DIR_REPLY */

	add_value(l, FW_KEY_CT_DIRECTION, &reply);
	fw_line_bits(l, FW_KEY_CT_STATE, FW_ESTABLISHED_BITS);
}

void
fw_line_local(struct fw_line *l)
{
	const uint32_t type = RTN_LOCAL;

	add_value(l, FW_KEY_FIB_TYPE, &type);
}

void
fw_line_do(struct fw_line *l, enum fw_do what)
{
	if (l != NULL)
		l->what = what;
}

void
fw_line_to(struct fw_line *l, enum fw_do what, const char *chain)
{
	if (l == NULL)
		return;
	l->what = what;
	(void)str_copy(str_of(chain), l->chain, sizeof(l->chain));	/* the name of a chain that could be added */
}

void
fw_line_comment(struct fw_line *l, const char *kind, const char *name)
{
	if (l != NULL)
		(void)snprintf(l->comment, sizeof(l->comment), "%s %s", kind, name);	/* a cut name still tells */
}
