/* Proxy routes: targets, names, rules, conflicts. */
#include "conf/route.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/map.h"
#include "conf/check.h"
#include "conf/conf.h"
#include "conf/header.h"

enum { SLUG_MAX = 31, KEY_MAX = CONF_NAME_MAX + 1 + 256 };

static struct str
text(const json_t *v)
{
	return (struct str){ json_string_value(v), json_string_length(v) };
}

static bool
say(bool ok, char *rule, size_t size, const char *words)
{
	if (!ok)
		(void)snprintf(rule, size, "%s", words);	/* cut is fine */
	return ok;
}

/* --- targets ------------------------------------------------------------------------ */

/* ":8123" or nothing. */
static bool
read_port(struct str s, uint16_t *port)
{
	uint64_t n;

	if (s.n == 0)
		return true;
	if (s.n < 2 || s.p[0] != ':' || s.p[1] == '0' || !str_u64((struct str){ s.p + 1, s.n - 1 }, UINT16_MAX, &n))
		return false;
	*port = (uint16_t)n;
	return true;
}

/* "[fd00::5]" at the start of s: the length with brackets, 0 = it is none. */
static size_t
read_literal(struct str s, struct conf_target *out)
{
	size_t n = 1;

	while (n < s.n && s.p[n] != ']')
		n++;
	if (n >= s.n)
		return 0;
	out->host = (struct str){ s.p + 1, n - 1 };
	return addr_read(out->host, &out->addr) && out->addr.len == 16 ? n + 1 : 0;
}

static size_t
read_host(struct str s, struct conf_target *out)
{
	size_t n = 0;

	if (s.n > 0 && s.p[0] == '[')
		return read_literal(s, out);
	while (n < s.n && s.p[n] != ':')
		n++;
	out->host = (struct str){ s.p, n };
	if (addr_read(out->host, &out->addr))
		return out->addr.len == 4 ? n : 0;
	out->addr = (struct addr){ 0 };
	return conf_is_domain(out->host, 1, false) ? n : 0;
}

bool
conf_target_read(struct str s, struct conf_target *out)
{
	const struct str plain = STR("http://"), tls = STR("https://");
	size_t n;

	*out = (struct conf_target){ .tls = str_starts(s, tls) };
	if (!out->tls && !str_starts(s, plain))
		return false;
	out->port = out->tls ? 443 : 80;
	n = out->tls ? tls.n : plain.n;
	s = (struct str){ s.p + n, s.n - n };
	n = read_host(s, out);
	return n > 0 && read_port((struct str){ s.p + n, s.n - n }, &out->port);
}

bool
conf_target_addr_ok(const struct addr *a)
{
	return addr_is_private(a) && !addr_is_linklocal(a) && !addr_is_loopback(a);
}

bool
conf_check_target(const json_t *v, char *rule, size_t size)
{
	struct conf_target t;

	if (!say(conf_target_read(text(v), &t), rule, size,
	    "must be http:// or https:// with an address or a name, with :PORT if it is another, and nothing behind"))
		return false;
	return say(t.addr.len != 0 ? conf_target_addr_ok(&t.addr) : !str_eqz(t.host, "localhost") &&
	    !str_ends(t.host, STR(".localhost")), rule, size, "must be a private address of another host in your network");
}

/* --- names and paths ------------------------------------------------------------------ */

bool
conf_check_route_name(const json_t *v, char *rule, size_t size)
{
	struct str s = text(v);
	size_t i;
	bool ok = s.n >= 1 && s.n <= SLUG_MAX && s.p[0] != '-';

	for (i = 0; i < s.n; i++)
		ok = ok && ((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-');
	return say(ok, rule, size, "must be 1 to 31 lower-case letters, digits and hyphens, beginning with a letter or digit");
}

bool
conf_check_route_host(const json_t *v, char *rule, size_t size)
{
	struct addr a;

	return say(conf_is_domain(text(v), 1, false) && !addr_read(text(v), &a), rule, size,
	    "must be a label, for example ha, or a full name below a domain of the cell");
}

/* Written as it goes over the wire: what would need decoding could be read in two ways. */
bool
conf_check_route_path(const json_t *v, char *rule, size_t size)
{
	static const char marks[] = "-._~!$&'()*+,;=:@";
	struct str s = text(v), rest, segment;
	bool ok = s.n > 0 && s.p[0] == '/';
	size_t i;

	for (i = 0; i < s.n && ok; i++)
		ok = s.p[i] == '/' || (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
		    (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] != '\0' && strchr(marks, s.p[i]) != NULL);
	rest = ok ? (struct str){ s.p + 1, s.n - 1 } : (struct str){ NULL, 0 };
	while (ok && str_cut(&rest, '/', &segment))
		ok = segment.n > 0 && !str_eqz(segment, ".") && !str_eqz(segment, "..");
	if (ok && s.n > 1)
		ok = s.p[s.n - 1] != '/';
	return say(ok, rule, size, "must be \"/\" or a path such as /grafana, without a slash at the end, without escapes");
}

bool
conf_route_path_covers(struct str prefix, struct str path)
{
	return prefix.n == 1 || (str_starts(path, prefix) && (path.n == prefix.n || path.p[prefix.n] == '/'));
}

/* Below domain: what stands before it, else empty. */
static struct str
relative(const char *name, const char *domain)
{
	size_t n = strlen(name), d = domain == NULL ? 0 : strlen(domain);

	if (d == 0 || n <= d + 1 || strcmp(name + n - d, domain) != 0 || name[n - d - 1] != '.')
		return (struct str){ NULL, 0 };
	return (struct str){ name, n - d - 1 };
}

/* One behind the other, with a NUL: thousands of them at each change. The length; 0: they do not fit. */
static size_t
join(char *out, size_t size, struct str head, const char *mark, const char *tail)
{
	const size_t m = strlen(mark), t = strlen(tail);

	if (head.n + m + t >= size)
		return 0;
	memcpy(out, head.p, head.n);
	memcpy(out + head.n, mark, m);
	memcpy(out + head.n + m, tail, t + 1);
	return head.n + m + t;
}

size_t
conf_route_names(const struct conf *c, const struct conf_route *r, char out[CONF_ROUTE_NAMES][CONF_ROUTE_NAME_SIZE])
{
	const char *const domains[] = { c->identity.domain_name, c->identity.domain };
	const struct str host = str_of(r->host);
	bool label = memchr(host.p, '.', host.n) == NULL;
	size_t i, n = 0;

	for (i = 0; i < CONF_ROUTE_NAMES; i++)
		if (label)
			n += join(out[n], CONF_ROUTE_NAME_SIZE, host, ".", domains[i]) > 0;
		else if (relative(r->host, domains[i]).n > 0)
			n += join(out[n], CONF_ROUTE_NAME_SIZE, host, "", "") > 0;
	return n;
}

/* --- rules (400) -------------------------------------------------------------------------- */

static void bad(struct err *e, enum err_kind kind, size_t i, const char *member, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

static void
bad(struct err *e, enum err_kind kind, size_t i, const char *member, const char *fmt, ...)
{
	char field[ERR_FIELD_MAX];
	va_list ap;

	(void)snprintf(field, sizeof(field), "proxy.routes[%zu].%s", i, member);	/* fits */
	if (err_has_field(e, field))
		return;
	va_start(ap, fmt);
	(void)err_vfield(e, kind, field, fmt, ap);		/* the caller looks at e */
	va_end(ap);
}

/* Addresses of the cell itself that the configuration knows; those of its interfaces: role/apply.c. */
static bool
is_own(const struct conf *c, const struct addr *a)
{
	struct addr own;
	size_t i;

	if (addr_eq(a, &c->wireguard.address.addr) || addr_eq(a, &c->wireguard.address6.addr))
		return true;
	for (i = 0; i < c->network.listen_addresses.n; i++)
		if (addr_read(str_of(c->network.listen_addresses.v[i]), &own) && addr_eq(&own, a))
			return true;
	return false;
}

static void
rule_target(const struct conf *c, const struct conf_route *r, size_t i, struct err *e)
{
	struct conf_target t;

	if (r->target == NULL || !conf_target_read(str_of(r->target), &t))
		return;
	if (t.addr.len != 0 && is_own(c, &t.addr))
		bad(e, ERR_VALIDATION, i, "target", "is this cell itself");
	if (t.addr.len != 0 && addr_in(&t.addr, &c->identity.ip_range))
		bad(e, ERR_VALIDATION, i, "target", "is in the network of services");
	if (t.tls && r->tls_verify && (t.addr.len != 0 || memchr(t.host.p, '.', t.host.n) == NULL))
		bad(e, ERR_VALIDATION, i, "tls_verify", "needs a target with a full host name, which the certificate must "
		    "prove: name the host, or switch the check off");
}

static void
rule_host(const struct conf *c, const struct conf_route *r, size_t i, struct err *e)
{
	char names[CONF_ROUTE_NAMES][CONF_ROUTE_NAME_SIZE];

	if (r->host == NULL || c->identity.domain == NULL || c->identity.domain_name == NULL ||
	    strcmp(r->host, c->identity.domain) == 0 || strcmp(r->host, c->identity.domain_name) == 0)
		return;
	if (conf_route_names(c, r, names) > 0)
		return;
	if (strchr(r->host, '.') == NULL)
		bad(e, ERR_VALIDATION, i, "host", "is too long below %s", c->identity.domain_name);
	else
		bad(e, ERR_VALIDATION, i, "host", "must be a label, or a name below %s or %s", c->identity.domain_name,
		    c->identity.domain);
}

static void
rule_headers(const struct conf_texts *rules, size_t i, const char *member, struct err *e)
{
	if (!conf_headers_fit(rules))
		bad(e, ERR_VALIDATION, i, member, "may have %d bytes in all", CONF_HEADERS_MAX);
	if (!conf_headers_differ(rules))
		bad(e, ERR_VALIDATION, i, member, "has two rules for one header");
}

void
conf_route_rules(const struct conf *c, struct err *e)
{
	size_t i;

	for (i = 0; i < c->proxy.nroutes; i++) {
		rule_target(c, &c->proxy.routes[i], i, e);
		rule_host(c, &c->proxy.routes[i], i, e);
		rule_headers(&c->proxy.routes[i].request_headers, i, "request_headers", e);
		rule_headers(&c->proxy.routes[i].response_headers, i, "response_headers", e);
	}
}

/* --- conflicts (409) ------------------------------------------------------------------------ */

static bool
is_reserved(struct str label)
{
	static const char *const reserved[] = { "api", "webui", "www", "admin", "ns", "ns1", "ns2", "dns", "ntp", "vpn",
		"wpad", "ca", "setup", "acme", "localhost", "mta-sts", "autoconfig", "autodiscover" };
	size_t i;

	for (i = 0; label.n > 0 && i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (label.p[0] == reserved[i][0] && str_eqz(label, reserved[i]))
			return true;
	return false;
}

static void
conflict_reserved(const struct conf *c, const struct conf_route *r, size_t i, struct err *e)
{
	const char *const domains[] = { c->identity.domain_name, c->identity.domain };
	size_t k;

	if (is_reserved(str_of(r->host)))
		bad(e, ERR_CONFLICT, i, "host", "%s is reserved for the cell itself", r->host);
	for (k = 0; k < sizeof(domains) / sizeof(domains[0]); k++) {
		if (strcmp(r->host, domains[k]) == 0)
			bad(e, ERR_CONFLICT, i, "host", "%s is the cell itself", r->host);
		else if (is_reserved(relative(r->host, domains[k])))
			bad(e, ERR_CONFLICT, i, "host", "%s is reserved for the cell itself", r->host);
	}
}

static void
conflict_forwarded(const struct conf *c, const char *name, size_t i, struct err *e)
{
	size_t k;

	for (k = 0; k < c->dns.nforwards; k++)
		if (conf_is_below(str_of(name), str_of(c->dns.forwards[k].zone)))
			bad(e, ERR_CONFLICT, i, "host", "others are asked for it: dns.forwards has %s", c->dns.forwards[k].zone);
}

/* Full names of the custom records that would answer in the place of a route. */
static struct map *
record_names(const struct conf *c)
{
	struct map *m = map_new(CONF_RECORDS_MAX);
	char name[2 * CONF_NAME_MAX + 2];
	size_t i, n;

	for (i = 0; m != NULL && i < c->dns.nrecords; i++) {
		const struct conf_record *r = &c->dns.records[i];

		if (strcmp(r->type, "A") != 0 && strcmp(r->type, "AAAA") != 0 && strcmp(r->type, "CNAME") != 0)
			continue;
		n = join(name, sizeof(name), str_of(r->name), ".", r->zone);	/* fits */
		if (map_put(m, name, n, (void *)(uintptr_t)r, NULL) < 0) {
			map_free(m);
			m = NULL;
		}
	}
	return m;
}

struct taken {
	struct map *records, *places, *names;	/* of records; name and path, and name, of routes */
};

/* -ENOMEM, or 0. */
static int
conflict_name(const struct conf *c, const struct taken *t, size_t i, const char *name, struct err *e)
{
	const struct conf_route *r = &c->proxy.routes[i], *other;
	char key[KEY_MAX];
	void *old = NULL;
	const size_t n = strlen(name), len = join(key, sizeof(key), (struct str){ name, n }, "", r->path);	/* fits */
	int error;

	if (map_get(t->records, name, n) != NULL)
		bad(e, ERR_CONFLICT, i, "host", "%s is also a custom DNS record", name);
	conflict_forwarded(c, name, i, e);
	error = map_put(t->places, key, len, (void *)(uintptr_t)r, &old);
	other = old;
	if (error == 0 && other != NULL)
		bad(e, ERR_CONFLICT, i, "host", "is that of the route %s already, with the same path", other->name);
	return error;
}

static int
conflict_route(const struct conf *c, const struct taken *t, size_t i, struct err *e)
{
	const struct conf_route *r = &c->proxy.routes[i];
	char names[CONF_ROUTE_NAMES][CONF_ROUTE_NAME_SIZE];
	size_t k, n = conf_route_names(c, r, names);
	void *old = NULL;
	int error = map_put(t->names, r->name, strlen(r->name), (void *)(uintptr_t)r, &old);

	if (error == 0 && old != NULL)
		bad(e, ERR_CONFLICT, i, "name", "%s is there already", r->name);
	conflict_reserved(c, r, i, e);
	for (k = 0; k < n && error == 0; k++)
		error = conflict_name(c, t, i, names[k], e);
	return error;
}

int
conf_route_conflicts(const struct conf *c, struct err *e)
{
	struct taken t = { NULL, NULL, NULL };
	size_t i;
	int error = 0;

	if (c->proxy.nroutes == 0)
		return 0;
	t.records = record_names(c);
	t.places = map_new((size_t)CONF_ROUTE_NAMES * CONF_ROUTES_MAX);
	t.names = map_new(CONF_ROUTES_MAX);
	if (t.records == NULL || t.places == NULL || t.names == NULL)
		error = -ENOMEM;
	for (i = 0; i < c->proxy.nroutes && error == 0; i++)
		error = conflict_route(c, &t, i, e);
	map_free(t.records);
	map_free(t.places);
	map_free(t.names);
	return error;
}
