/* Rules for single values. One function per rule, no state. */
#include "conf/check.h"

#include <stdio.h>

#include "conf/conf.h"
#include "conf/timezone.h"

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z');
}

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* Every character a letter, a digit or one of extra; between min and max of them. */
static bool
is_word(struct str s, size_t min, size_t max, const char *extra)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && !is_one_of(s.p[i], extra))
			return false;
	return s.n >= min && s.n <= max;
}

static bool
is_lower_word(struct str s, size_t min, size_t max, const char *extra)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			return false;
	return is_word(s, min, max, extra);
}

bool
conf_is_label(struct str s)
{
	return is_lower_word(s, 1, CONF_LABEL_MAX, "-") && s.p[0] != '-' && s.p[s.n - 1] != '-';
}

bool
conf_is_name64(struct str s)
{
	return is_word(s, 1, 64, "_.-") && s.p[0] != '.' && s.p[0] != '-';
}

bool
conf_is_uuid(struct str s)
{
	size_t i;

	if (s.n != 36)
		return false;
	for (i = 0; i < s.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s.p[i] != '-' : !is_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	}
	return true;
}

bool
conf_is_secret_ref(struct str s)
{
	size_t i;

	if (s.n != 30 || !str_starts(s, STR("sec_")))
		return false;
	for (i = 4; i < s.n; i++)
		if (!is_lower(s.p[i]) && !(s.p[i] >= '2' && s.p[i] <= '7'))
			return false;
	return true;
}

bool
conf_is_wgkey(struct str s)
{
	if (s.n != 44 || s.p[43] != '=')
		return false;
	/* 43 characters are 258 bits: of the last one only four count. */
	return is_word((struct str){ s.p, 43 }, 43, 43, "+/") && is_one_of(s.p[42], "AEIMQUYcgkosw048");
}

bool
conf_is_ifname(struct str s)
{
	return is_word(s, 1, 15, "_=+.-") && !str_eqz(s, ".") && !str_eqz(s, "..");
}

static bool
is_name_label(struct str s, bool underscore)
{
	if (!is_lower_word(s, 1, CONF_LABEL_MAX, underscore ? "-_" : "-"))
		return false;
	return s.p[0] != '-' && s.p[s.n - 1] != '-';
}

bool
conf_is_domain(struct str s, unsigned min_labels, bool underscore)
{
	struct str label;
	unsigned labels = 0;

	if (s.n == 0 || s.n > CONF_NAME_MAX || s.p[s.n - 1] == '.')
		return false;
	while (str_cut(&s, '.', &label)) {
		if (!is_name_label(label, underscore))
			return false;
		labels++;
	}
	return labels >= min_labels;
}

bool
conf_is_below(struct str name, struct str zone)
{
	return str_eq(name, zone) ||
	    (name.n > zone.n && str_ends(name, zone) && name.p[name.n - zone.n - 1] == '.');
}

static struct str
text(const json_t *v)
{
	return (struct str){ json_string_value(v), json_string_length(v) };
}

/* ok, or the rule in words. */
static bool
say(bool ok, char *rule, size_t size, const char *words)
{
	if (!ok)
		(void)snprintf(rule, size, "%s", words);	/* cut is fine */
	return ok;
}

bool
conf_check_label(const json_t *v, char *rule, size_t size)
{
	return say(conf_is_label(text(v)), rule, size,
	    "must be 1 to 63 letters, digits and hyphens, with no hyphen at the ends");
}

bool
conf_check_name64(const json_t *v, char *rule, size_t size)
{
	return say(conf_is_name64(text(v)), rule, size,
	    "must be 1 to 64 letters, digits, '_', '.' and '-', beginning with a letter, digit or '_'");
}

bool
conf_check_uuid(const json_t *v, char *rule, size_t size)
{
	return say(conf_is_uuid(text(v)), rule, size, "must be a UUID in lower case");
}

bool
conf_check_sha256(const json_t *v, char *rule, size_t size)
{
	const struct str s = text(v);

	return say(s.n == 64 && strspn(s.p, "0123456789abcdef") == 64, rule, size, "must be 64 hexadecimal digits");
}

bool
conf_check_secret_ref(const json_t *v, char *rule, size_t size)
{
	return say(conf_is_secret_ref(text(v)), rule, size, "must be a reference to a sealed secret");
}

bool
conf_check_wgkey(const json_t *v, char *rule, size_t size)
{
	return say(conf_is_wgkey(text(v)), rule, size, "must be a key: 32 bytes in base64");
}

bool
conf_check_ifname(const json_t *v, char *rule, size_t size)
{
	return say(conf_is_ifname(text(v)), rule, size,
	    "must be an interface name: 1 to 15 letters, digits and _ = + . -");
}

bool
conf_check_uplink(const json_t *v, char *rule, size_t size)
{
	return say(conf_is_ifname(text(v)), rule, size, "must be auto or an interface name");
}

static const char *
domain_rule(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return "must be written in its ASCII form (xn--…)";
	if (s.n > 0 && s.p[s.n - 1] == '.')
		return "must not end with a dot";
	return NULL;
}

bool
conf_check_domain2(const json_t *v, char *rule, size_t size)
{
	const char *special = domain_rule(text(v));

	return say(conf_is_domain(text(v), 2, false), rule, size, special != NULL ? special :
	    "must be a domain name of at least two labels, for example home.example.org");
}

/* One label below them belongs to somebody each (co.uk, duckdns.org). Not the whole of publicsuffix.org: what people take
 * for a domain of their own by mistake. */
static bool
is_shared(struct str name)
{
	static const char *const of_countries[] = { "ac", "co", "com", "edu", "gov", "gv", "mil", "net", "or", "org" };
	static const char *const of_providers[] = { "duckdns.org", "pic.ngo", "ddns.net", "hopto.org", "zapto.org",
	    "dynv6.net", "dedyn.io", "eu.org", "mooo.com", "myfritz.net", "fritz.box", "spdns.de", "synology.me", "no-ip.org" };
	struct str rest = name, label;
	size_t i;

	(void)str_cut(&rest, '.', &label);	/* two labels at least */
	for (i = 0; rest.n == 2 && i < sizeof(of_countries) / sizeof(of_countries[0]); i++)
		if (str_eqz(label, of_countries[i]))
			return true;
	for (i = 0; i < sizeof(of_providers) / sizeof(of_providers[0]); i++)
		if (str_eqz(name, of_providers[i]))
			return true;
	return false;
}

bool
conf_check_own_domain(const json_t *v, char *rule, size_t size)
{
	return conf_check_domain2(v, rule, size) && say(!is_shared(text(v)), rule, size,
	    "is shared by many owners: take a name below it");
}

bool
conf_check_zone(const json_t *v, char *rule, size_t size)
{
	const char *special = domain_rule(text(v));

	return say(conf_is_domain(text(v), 1, true), rule, size, special != NULL ? special :
	    "must be a domain name, for example corp.example");
}

bool
conf_check_timezone(const json_t *v, char *rule, size_t size)
{
	return say(timezone_is_known(text(v)), rule, size, "must be a time zone name, for example Europe/Oslo or UTC");
}

static bool
inside(const struct addr_prefix *p, const char *net)
{
	struct addr_prefix n;

	return addr_prefix_read(str_of(net), &n) && p->bits >= n.bits && addr_in(&p->addr, &n);
}

static bool
is_rfc1918(const struct addr_prefix *p)
{
	return inside(p, "10.0.0.0/8") || inside(p, "172.16.0.0/12") || inside(p, "192.168.0.0/16");
}

/* Only the forms that addr_prefix_read() takes come here. */
static struct addr_prefix
prefix(const json_t *v)
{
	struct addr_prefix p = {0};

	(void)addr_prefix_read(text(v), &p);	/* p.addr.len 0 fails every rule below */
	return p;
}

bool
conf_check_network(const json_t *v, char *rule, size_t size)
{
	struct addr_prefix p = prefix(v);

	return say(p.addr.len != 0 && addr_prefix_is_net(&p), rule, size,
	    "must be a network: the bits behind the prefix must be zero");
}

bool
conf_check_ip_range(const json_t *v, char *rule, size_t size)
{
	struct addr_prefix p = prefix(v);

	if (!conf_check_network(v, rule, size))
		return false;
	return say(p.addr.len == 4 && is_rfc1918(&p) && p.bits >= 16 && p.bits <= 24, rule, size,
	    "must be a private IPv4 network (RFC 1918) from /16 to /24, for example 172.20.0.0/16");
}

bool
conf_check_ula(const json_t *v, char *rule, size_t size)
{
	struct addr_prefix p = prefix(v);

	return say(p.addr.len == 16 && p.addr.b[0] == 0xfd && p.bits == 48 && addr_prefix_is_net(&p), rule, size,
	    "must be a unique local /48, for example fd5e:3c1a:9b42::/48");
}

bool
conf_check_wg_address(const json_t *v, char *rule, size_t size)
{
	struct addr_prefix p = prefix(v), last = p;
	size_t i;

	if (p.addr.len != 4 || !(is_rfc1918(&p) || inside(&p, "100.64.0.0/10")) || p.bits < 16 || p.bits > 29)
		return say(false, rule, size,
		    "must be a private IPv4 address with a prefix from /16 to /29, for example 10.0.0.1/24");
	for (i = p.bits; i < 32; i++)
		last.addr.b[i / 8] = (uint8_t)(last.addr.b[i / 8] | 0x80u >> i % 8);
	return say(!addr_prefix_is_net(&p) && !addr_eq(&p.addr, &last.addr), rule, size,
	    "must not be the first or the last address of its network");
}

bool
conf_check_wg_address6(const json_t *v, char *rule, size_t size)
{
	struct addr_prefix p = prefix(v);

	return say(p.addr.len == 16 && (p.addr.b[0] & 0xfe) == 0xfc && p.bits == 64 && !addr_prefix_is_net(&p),
	    rule, size, "must be a unique local IPv6 address with prefix /64, for example fd5e:3c1a:9b42:1::1/64");
}

static bool
is_unicast(const struct addr *a)
{
	static const struct addr none4 = { .len = 4 }, none6 = { .len = 16 };

	if (addr_eq(a, &none4) || addr_eq(a, &none6))
		return false;
	return a->len == 4 ? a->b[0] < 224 && a->b[0] != 0 : a->b[0] != 0xff;
}

bool
conf_check_listen(const json_t *v, char *rule, size_t size)
{
	struct addr a;

	if (str_eqz(text(v), "*"))
		return true;
	return say(addr_read(text(v), &a) && is_unicast(&a), rule, size, "must be \"*\" or an address of this host");
}

bool
conf_check_ipv4(const json_t *v, char *rule, size_t size)
{
	struct addr a;

	return say(addr_read(text(v), &a) && a.len == 4, rule, size, "must be an IPv4 address");
}

bool
conf_check_ipv6(const json_t *v, char *rule, size_t size)
{
	struct addr a;

	return say(addr_read(text(v), &a) && a.len == 16, rule, size, "must be an IPv6 address");
}

bool
conf_check_client_dns(const json_t *v, char *rule, size_t size)
{
	struct addr a;

	return say(str_eqz(text(v), "auto") || (addr_read(text(v), &a) && is_unicast(&a) && !addr_is_loopback(&a)),
	    rule, size, "must be auto or the address of a name server");
}

bool
conf_check_forward_to(const json_t *v, char *rule, size_t size)
{
	struct addr a;

	return say(addr_read(text(v), &a) && is_unicast(&a) && addr_is_private(&a) && !addr_is_linklocal(&a) &&
	    !addr_is_loopback(&a), rule, size, "must be a private address, for example 192.168.1.20");
}

bool
conf_check_access(const json_t *v, char *rule, size_t size)
{
	struct str s = text(v), route = STR("route:");

	if (str_starts(s, route))
		s = (struct str){ s.p + route.n, s.n - route.n };
	return say(conf_is_label(s), rule, size, "must be the name of a service, or route: and the name of a route");
}

bool
conf_check_ports(const json_t *v, char *rule, size_t size)
{
	uint16_t lo, hi;

	return say(conf_ports_read(json_string_value(v), &lo, &hi), rule, size,
	    "must be a port or a range, for example \"631\" or \"8000-8010\"");
}

bool
conf_check_upstream(const json_t *v, char *rule, size_t size)
{
	struct addr a;

	/* A link-local IPv6 address says nothing without its interface. */
	return say(addr_read(text(v), &a) && is_unicast(&a) && !(a.len == 16 && addr_is_linklocal(&a)), rule, size,
	    "must be the address of a server");
}

bool
conf_check_endpoint(const json_t *v, char *rule, size_t size)
{
	struct addr a;

	return say(addr_read(text(v), &a) ? is_unicast(&a) : conf_is_domain(text(v), 1, false), rule, size,
	    "must be auto, a host name or an address");
}

bool
conf_check_time_source(const json_t *v, char *rule, size_t size)
{
	struct addr a;
	bool ok = addr_read(text(v), &a) ? is_unicast(&a) && !addr_is_loopback(&a) &&
	    !(a.len == 16 && addr_is_linklocal(&a)) : conf_is_domain(text(v), 1, false);

	return say(ok, rule, size, "must be the host name or address of a time server elsewhere");
}

/* Of "host:port" or "host". */
static bool
is_address(struct str at)
{
	struct str host;
	struct addr a;

	(void)str_cut(&at, ':', &host);	/* all of it when there is no port */
	return host.p[0] == '[' || addr_read(host, &a);
}

static const char *
url_rule(struct str s)
{
	struct str host;
	size_t i;

	if (!str_starts(s, STR("https://")))
		return "must begin with https://";
	s = (struct str){ s.p + 8, s.n - 8 };
	for (i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return "must not have blanks, or letters beyond ASCII";
	(void)str_cut(&s, '/', &host);	/* all of it when there is no path */
	if (host.n == 0 || host.p[0] == ':' || memchr(host.p, '@', host.n) != NULL)
		return "must name a host, and no user";
	return is_address(host) ? "must have a name for its host: a certificate proves names, not addresses" : NULL;
}

bool
conf_check_https_url(const json_t *v, char *rule, size_t size)
{
	const char *words = url_rule(text(v));

	return say(words == NULL, rule, size, words);
}

bool
conf_check_email(const json_t *v, char *rule, size_t size)
{
	struct str s = text(v), local;
	bool ok = str_cut(&s, '@', &local) && local.n > 0 && s.n > 0 && memchr(s.p, '@', s.n) == NULL &&
	    memchr(local.p, ' ', local.n) == NULL && memchr(s.p, ' ', s.n) == NULL;

	return say(ok, rule, size, "must be an e-mail address");
}

bool
conf_check_scope(const json_t *v, char *rule, size_t size)
{
	static const char *const families[] = { "*", "config", "dns", "blocklists", "ntp", "network", "ddns",
		"wireguard", "peers", "connectivity", "cells", "store", "services", "vault", "certificates", "proxy",
		"containers", "routing", "firewall", "diagnosis", "logs", "audit", "notifications", "backup",
		"updates", "metrics", "jobs" };
	struct str right = text(v), family;
	bool known = false;
	size_t i;

	if (!str_cut(&right, ':', &family))
		return say(false, rule, size, "must not be empty");
	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		known = known || str_eqz(family, families[i]);
	/* "*:write" would be an administrator that never signs in. */
	known = known && (str_eqz(right, "read") || (str_eqz(right, "write") && !str_eqz(family, "*")));
	return say(known, rule, size, "must be <family>:read, <family>:write or *:read");
}
