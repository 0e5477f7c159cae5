/* A table as nft writes it; see text.h. */
#include "fw/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netfilter.h>

#include "fw/input.h"
#include "fw/line.h"
#include "fw/table.h"

static void
addr_put(FILE *f, const uint8_t *v, uint8_t len)
{
	struct addr a = { .len = len };
	char buf[ADDR_TEXT_MAX];

	memcpy(a.b, v, len);
	(void)fputs(addr_text(&a, buf), f);	/* into memory: whether there was enough tells fclose() */
}

static unsigned
port_of(const uint8_t *v)
{
	return (unsigned)v[0] << 8 | v[1];
}

static void
value_put(FILE *f, enum fw_type type, const uint8_t *v)
{
	switch (type) {
	case FW_TYPE_ADDR4:
	case FW_TYPE_ADDR6:
		addr_put(f, v, (uint8_t)fw_type_size(type));
		break;
	case FW_TYPE_PORT:
		fprintf(f, "%u", port_of(v));
		break;
	case FW_TYPE_IFNAME:
		fprintf(f, "\"%.16s\"", (const char *)v);
		break;
	}
}

static bool
bit(const uint8_t *v, size_t i)
{
	return (v[i / 8] >> (7 - i % 8) & 1) != 0;
}

/* The length of the prefix that lo to hi is, or -1. */
static int
prefix_bits(const uint8_t *lo, const uint8_t *hi, size_t size)
{
	size_t i = 0, bits;

	while (i < 8 * size && bit(lo, i) == bit(hi, i))
		i++;
	for (bits = i; i < 8 * size; i++)
		if (bit(lo, i) || !bit(hi, i))
			return -1;
	return (int)bits;
}

static void
elem_put(FILE *f, enum fw_type type, const struct fw_elem *e)
{
	const size_t size = fw_type_size(type);
	int bits = type == FW_TYPE_PORT ? -1 : prefix_bits(e->lo, e->hi, size);

	value_put(f, type, e->lo);
	if (memcmp(e->lo, e->hi, size) == 0)
		return;
	if (bits >= 0) {
		fprintf(f, "/%d", bits);
		return;
	}
	fputc('-', f);
	value_put(f, type, e->hi);
}

static void
set_put(FILE *f, const struct fw_set *s)
{
	static const char *const type[] = {
		[FW_TYPE_ADDR4] = "ipv4_addr", [FW_TYPE_ADDR6] = "ipv6_addr",
		[FW_TYPE_PORT] = "inet_service", [FW_TYPE_IFNAME] = "ifname"
	};
	size_t i;

	fprintf(f, "\tset %s {\n\t\ttype %s\n%s", s->name, type[s->type], s->interval ? "\t\tflags interval\n" : "");
	for (i = 0; i < s->nelems; i++) {
		fputs(i == 0 ? "\t\telements = { " : ",\n\t\t\t     ", f);
		elem_put(f, s->type, &s->elems[i]);
	}
	fprintf(f, "%s\t}\n\n", s->nelems > 0 ? " }\n" : "");
}

static const char *
key_text(enum fw_key key)
{
	static const char *const text[] = {
		[FW_KEY_IIF] = "iifname", [FW_KEY_OIF] = "oifname", [FW_KEY_NFPROTO] = "meta nfproto",
		[FW_KEY_L4PROTO] = "meta l4proto", [FW_KEY_SADDR4] = "ip saddr", [FW_KEY_DADDR4] = "ip daddr",
		[FW_KEY_SADDR6] = "ip6 saddr", [FW_KEY_DADDR6] = "ip6 daddr", [FW_KEY_DPORT] = "th dport",
		[FW_KEY_TCP_FLAGS] = "tcp flags", [FW_KEY_CT_STATE] = "ct state", [FW_KEY_CT_STATUS] = "ct status",
		[FW_KEY_CT_DIRECTION] = "ct direction", [FW_KEY_FIB_TYPE] = "fib daddr type", [FW_KEY_UNKNOWN] = "something unknown"
	};

	return text[key];
}

static const char *
proto_text(uint8_t proto)
{
	return proto == FW_TCP ? "tcp" : proto == FW_UDP ? "udp" : proto == FW_ICMP ? "icmp" : "ipv6-icmp";
}

static const char *
bits_text(const struct fw_test *t)
{
	uint32_t bits;

	memcpy(&bits, t->a, sizeof(bits));
	if (t->key == FW_KEY_TCP_FLAGS)
		return "syn";
	if (t->key == FW_KEY_CT_STATUS)
		return "dnat";
	return bits == FW_INVALID_BITS ? "invalid" : bits == FW_NEW_BITS ? "new" : "established,related";
}

static int
mask_bits(const uint8_t *mask)
{
	int n = 0;

	while (n < 128 && bit(mask, (size_t)n))
		n++;
	return n;
}

static void
operand_put(FILE *f, const struct fw_test *t)
{
	switch (t->key) {
	case FW_KEY_IIF:
	case FW_KEY_OIF:
		value_put(f, FW_TYPE_IFNAME, t->a);
		break;
	case FW_KEY_NFPROTO:
		fputs(t->a[0] == NFPROTO_IPV4 ? "ipv4" : "ipv6", f);
		break;
	case FW_KEY_L4PROTO:
		fputs(proto_text(t->a[0]), f);
		break;
	case FW_KEY_DPORT:
		fprintf(f, t->op == FW_RANGE ? "%u-%u" : "%u", port_of(t->a), port_of(t->b));
		break;
	case FW_KEY_FIB_TYPE:
		fputs("local", f);
		break;
	case FW_KEY_CT_DIRECTION:
		fputs("reply", f);
		break;
	case FW_KEY_CT_STATE:
	case FW_KEY_CT_STATUS:
	case FW_KEY_TCP_FLAGS:
		fputs(bits_text(t), f);
		break;
	default:
		addr_put(f, t->op == FW_MASKED ? t->b : t->a, (uint8_t)fw_key_size(t->key));
		if (t->op == FW_MASKED)
			fprintf(f, "/%d", mask_bits(t->a));
	}
}

static void
test_put(FILE *f, const struct fw_test *t)
{
	fputs(t->op == FW_NE || t->op == FW_NOT_IN ? "!= " : "", f);
	if (t->op == FW_IN || t->op == FW_NOT_IN)
		fprintf(f, "@%s ", t->set);
	else {
		operand_put(f, t);
		fputc(' ', f);
	}
}

static bool
is_addr(enum fw_key key)
{
	return key >= FW_KEY_SADDR4 && key <= FW_KEY_DADDR6;
}

/* nft leaves out what a later word says already: the IP version before an address, the protocol before its header. */
static bool
is_said_later(const struct fw_line *l, size_t i)
{
	const enum fw_key key = l->tests[i].key;

	for (i++; i < l->ntests; i++)
		if ((key == FW_KEY_NFPROTO && is_addr(l->tests[i].key)) ||
		    (key == FW_KEY_L4PROTO && l->tests[i].key == FW_KEY_TCP_FLAGS))
			return true;
	return false;
}

static void
tests_put(FILE *f, const struct fw_line *l)
{
	size_t i;

	for (i = 0; i < l->ntests; i++) {
		const struct fw_test *t = &l->tests[i], *next = i + 1 < l->ntests ? t + 1 : NULL;

		if (is_said_later(l, i))
			continue;
		if (next != NULL && t->key == FW_KEY_L4PROTO && next->key == FW_KEY_DPORT) {
			fprintf(f, "%s dport ", proto_text(t->a[0]));
			test_put(f, next);
			i++;
			continue;
		}
		fprintf(f, "%s ", key_text(t->key));
		test_put(f, t);
	}
}

static void
dnat_put(FILE *f, const struct fw_line *l)
{
	char buf[ADDR_TEXT_MAX];
	const struct addr_port to = { l->to, l->to_port, 0 };

	fprintf(f, "dnat %s to %s", l->to.len == 4 ? "ip" : "ip6", addr_port_text(&to, buf));
}

static void
line_put(FILE *f, const struct fw_line *l)
{
	static const char *const what[] = {
		[FW_DO_ACCEPT] = "accept", [FW_DO_DROP] = "drop", [FW_DO_REJECT] = "reject with icmpx admin-prohibited",
		[FW_DO_RETURN] = "return", [FW_DO_JUMP] = "jump ", [FW_DO_GOTO] = "goto ",
		[FW_DO_MASQUERADE] = "masquerade", [FW_DO_DNAT] = "", [FW_DO_CLAMP] = "tcp option maxseg size set rt mtu",
		[FW_DO_NONE] = ""
	};

	fputs("\t\t", f);
	tests_put(f, l);
	fputs(l->counter ? "counter " : "", f);
	if (l->log_group != 0)
		fprintf(f, "log group %u ", l->log_group);
	fprintf(f, "%s%s", what[l->what], l->chain);
	if (l->what == FW_DO_DNAT)
		dnat_put(f, l);
	if (l->comment[0] != '\0')
		fprintf(f, " comment \"%s\"", l->comment);
	fputc('\n', f);
}

/* nft names a priority by what stands near it. */
static const char *
priority_text(const struct fw_chain *c)
{
	if (!c->nat)
		return c->priority < -100 ? "mangle - 10" : "filter - 10";
	return c->hook == FW_HOOK_PREROUTING ? "dstnat - 10" : "srcnat - 10";
}

static void
chain_put(FILE *f, const struct fw_chain *c)
{
	static const char *const hook[] = {
		[FW_HOOK_PREROUTING] = "prerouting", [FW_HOOK_INPUT] = "input",
		[FW_HOOK_FORWARD] = "forward", [FW_HOOK_POSTROUTING] = "postrouting"
	};
	size_t i;

	fprintf(f, "\tchain %s {\n", c->name);
	if (c->hook != FW_HOOK_NONE)
		fprintf(f, "\t\ttype %s hook %s priority %s; policy accept;\n", c->nat ? "nat" : "filter", hook[c->hook],
		    priority_text(c));
	for (i = 0; i < c->nlines; i++)
		line_put(f, &c->lines[i]);
	fputs("\t}\n\n", f);
}

char *
fw_text(const struct fw_table *t)
{
	char *text = NULL;
	size_t i, n = 0;
	FILE *f = open_memstream(&text, &n);

	if (f == NULL)
		return NULL;
	fputs("table inet " FW_TABLE_NAME " {\n", f);
	for (i = 0; i < t->nsets; i++)
		set_put(f, t->sets[i]);
	for (i = 0; i < t->nchains; i++)
		chain_put(f, t->chains[i]);
	fputs("}\n", f);
	if (ferror(f) == 0 && fclose(f) == 0)
		return text;
	free(text);
	return NULL;
}
