/* Custom DNS records: names, values, zones. */
#include "conf/record.h"

#include <stdio.h>

#include "base/addr.h"
#include "conf/check.h"

bool
conf_record_is_name(struct str name)
{
	if (str_eqz(name, "@") || str_eqz(name, "*"))
		return true;
	if (str_starts(name, STR("*.")))
		name = (struct str){ name.p + 2, name.n - 2 };
	return conf_is_domain(name, 1, true);
}

bool
conf_check_record_name(const json_t *v, char *rule, size_t size)
{
	if (conf_record_is_name((struct str){ json_string_value(v), json_string_length(v) }))
		return true;
	(void)snprintf(rule, size, "must be \"@\" or a name below the zone: letters, digits, '-' and '_', "
	    "\"*\" only as the first label");	/* cut is fine */
	return false;
}

static bool
is_addr(struct str s, uint8_t len)
{
	struct addr a;

	return addr_read(s, &a) && a.len == len;
}

static bool
is_a(struct str s)
{
	return is_addr(s, 4);
}

static bool
is_aaaa(struct str s)
{
	return is_addr(s, 16);
}

static bool
is_target(struct str s)
{
	struct addr a;

	/* 192.168.1.5 looks like a name of four labels and is a mistake for an A record. */
	return conf_is_domain(s, 1, true) && !addr_read(s, &a);
}

static bool
is_txt(struct str s)
{
	return s.n >= 1 && s.n <= CONF_TXT_MAX;
}

/* The next of the numbers that stand before a name; exactly one space between. */
static bool
take_u16(struct str *s)
{
	struct str word;
	uint64_t n;

	return str_cut(s, ' ', &word) && str_u64(word, 65535, &n);
}

static bool
is_mx(struct str s)
{
	return take_u16(&s) && is_target(s);
}

static bool
is_srv(struct str s)
{
	return take_u16(&s) && take_u16(&s) && take_u16(&s) && is_target(s);
}

static bool
is_caa(struct str s)
{
	struct str tag, value;
	uint8_t flags;

	return conf_record_caa(s, &flags, &tag, &value);
}

bool
conf_record_caa(struct str s, uint8_t *flags, struct str *tag, struct str *value)
{
	struct str word;
	uint64_t n;
	size_t i;

	if (!str_cut(&s, ' ', &word) || !str_u64(word, 255, &n) || !str_cut(&s, ' ', tag) ||
	    tag->n < 1 || tag->n > 15 || s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"')
		return false;
	for (i = 0; i < tag->n; i++)
		if (!(tag->p[i] >= 'a' && tag->p[i] <= 'z') && !(tag->p[i] >= '0' && tag->p[i] <= '9'))
			return false;
	*flags = (uint8_t)n;
	*value = (struct str){ s.p + 1, s.n - 2 };
	for (i = 0; i < value->n; i++)
		if (value->p[i] < 0x20 || value->p[i] > 0x7e || value->p[i] == '"' || value->p[i] == '\\')
			return false;
	return value->n <= 255;
}

static const struct kind {
	const char *type;
	bool (*ok)(struct str);
	const char *rule;
} kinds[] = {
	{ "A", is_a, "must be an IPv4 address, for example 192.168.1.5" },
	{ "AAAA", is_aaaa, "must be an IPv6 address, for example fd00::5" },
	{ "CNAME", is_target, "must be a domain name in lower case without a dot at the end" },
	{ "TXT", is_txt, "must be text of 1 to 4096 bytes" },
	{ "MX", is_mx, "must be a preference and a name, for example 10 mail.example.org" },
	{ "SRV", is_srv, "must be priority, weight, port and a name, for example 0 5 5060 sip.example.org" },
	{ "CAA", is_caa, "must be flags, tag and a value in quotes, for example 0 issue \"letsencrypt.org\"" },
	{ "PTR", is_target, "must be a domain name in lower case without a dot at the end" },
};

bool
conf_record_value_ok(const char *type, const char *value, char *rule, size_t size)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].type, type) != 0)
			continue;
		if (kinds[i].ok(str_of(value)))
			return true;
		(void)snprintf(rule, size, "%s", kinds[i].rule);	/* cut is fine */
		return false;
	}
	(void)snprintf(rule, size, "is not for this type");
	return false;
}

bool
conf_record_is_generated(const char *name)
{
	static const char *const names[] = { "@", "api", "www", "ns", "ntp", "vpn", "ca" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static size_t
reverse4(const struct addr_prefix *net, char (*out)[CONF_REVERSE_ZONE_SIZE], size_t max)
{
	const uint8_t *b = net->addr.b;
	size_t i, n = net->bits >= 24 || net->bits <= 16 ? 1 : (size_t)1 << (24 - net->bits);

	if (n > max)
		n = max;
	for (i = 0; i < n; i++) {
		if (net->bits <= 16)
			(void)snprintf(out[i], sizeof(out[i]), "%u.%u.in-addr.arpa", b[1], b[0]);	/* fits */
		else
			(void)snprintf(out[i], sizeof(out[i]), "%zu.%u.%u.in-addr.arpa", b[2] + i, b[1], b[0]);
	}
	return n;
}

static size_t
reverse6(const struct addr_prefix *net, char *out)
{
	size_t nibble = net->bits / 4, n = 0;

	while (nibble-- > 0) {
		uint8_t byte = net->addr.b[nibble / 2];

		out[n++] = "0123456789abcdef"[nibble % 2 == 0 ? byte >> 4 : byte & 15];
		out[n++] = '.';
	}
	(void)snprintf(out + n, CONF_REVERSE_ZONE_SIZE - n, "ip6.arpa");	/* 2 * 32 + 8 fits */
	return 1;
}

size_t
conf_record_reverse(const struct addr_prefix *net, char (*out)[CONF_REVERSE_ZONE_SIZE], size_t max)
{
	struct addr_prefix p = addr_prefix_net(net);

	if (p.addr.len == 0 || max == 0)
		return 0;
	return p.addr.len == 4 ? reverse4(&p, out, max) : reverse6(&p, out[0]);
}
