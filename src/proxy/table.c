/* The edge's routes; see table.h. */
#include "proxy/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/rd.h"
#include "base/wr.h"
#include "conf/conf.h"
#include "conf/route.h"
#include "proxy/ticket.h"

enum { NAMES_MAX = CONF_ROUTE_NAMES, ARENA_MAX = 16 << 20 };

enum { F_TLS = 1, F_VERIFY = 2, F_HOST = 4, F_WEBSOCKET = 8, F_ALL = 15 };

_Static_assert((int)PROXY_ROUTES_MAX == (int)CONF_ROUTES_MAX, "every route has a place");
_Static_assert((int)PROXY_TRUSTED_MAX == (int)CONF_PROXIES_MAX, "every proxy has one");

/* Routes of one host name, the longest path first. */
struct place {
	struct place *next;
	struct proxy_route route;
};

struct proxy_table {
	unsigned refs;
	size_t n;
	uint32_t idle_s;
	const char *name, *inner;	/* the cell's two domains */
	size_t ntrusted;
	struct addr_prefix trusted[PROXY_TRUSTED_MAX];
	struct arena *arena;
	struct map *hosts;	/* name → struct place */
};

/* --- writing ------------------------------------------------------------------------- */

static void
put_text(struct wr *w, struct str s)
{
	wr_u8(w, (uint8_t)s.n);
	wr_bytes(w, s.p, s.n);
}

static void
put_headers(struct wr *w, const struct conf_texts *rules)
{
	struct conf_header h;
	size_t i;

	wr_u8(w, (uint8_t)rules->n);
	for (i = 0; i < rules->n; i++) {
		(void)conf_header_read(str_of(rules->v[i]), &h);	/* conf/ has checked it */
		put_text(w, h.name);
		wr_be16(w, (uint16_t)h.value.n);
		wr_bytes(w, h.value.p, h.value.n);
	}
}

static void
put_route(struct wr *w, const struct conf *c, const struct conf_route *r)
{
	const struct proxy_gate gate = proxy_gate_of(r, (size_t)(r - c->proxy.routes));
	char names[CONF_ROUTE_NAMES][CONF_ROUTE_NAME_SIZE];
	size_t i, n = conf_route_names(c, r, names);
	struct conf_target t;

	(void)conf_target_read(str_of(r->target), &t);	/* conf/ has checked it */
	wr_u8(w, (uint8_t)n);
	for (i = 0; i < n; i++)
		put_text(w, str_of(names[i]));
	put_text(w, str_of(r->path));
	put_text(w, str_of(r->name));
	wr_u8(w, gate.access);
	wr_u8(w, gate.login);
	wr_be16(w, gate.word);
	wr_u8(w, (uint8_t)((t.tls ? F_TLS : 0) | (r->tls_verify ? F_VERIFY : 0) | (r->preserve_host ? F_HOST : 0) |
	    (r->websocket ? F_WEBSOCKET : 0)));
	put_headers(w, &r->request_headers);
	put_headers(w, &r->response_headers);
	wr_be64(w, r->max_body_bytes != 0 ? r->max_body_bytes : c->proxy.max_body_bytes);
	wr_u8(w, t.addr.len);
	wr_bytes(w, t.addr.b, t.addr.len);
	wr_be16(w, t.port);
	put_text(w, t.host);
}

static void
put_trusted(struct wr *w, const struct conf_prefixes *p)
{
	size_t i;

	wr_u8(w, (uint8_t)p->n);
	for (i = 0; i < p->n; i++) {
		wr_u8(w, p->v[i].addr.len);
		wr_bytes(w, p->v[i].addr.b, p->v[i].addr.len);
		wr_u8(w, p->v[i].bits);
	}
}

void
proxy_table_plan(struct wr *w, const struct conf *c)
{
	size_t i, n = 0;

	for (i = 0; i < c->proxy.nroutes; i++)
		n += c->proxy.routes[i].enabled;
	wr_be16(w, (uint16_t)(c->setup_complete ? n : 0));
	wr_be32(w, c->proxy.idle_s);
	put_text(w, str_of(c->identity.domain_name));
	put_text(w, str_of(c->identity.domain));
	put_trusted(w, &c->proxy.trusted_proxies);
	for (i = 0; i < c->proxy.nroutes && c->setup_complete; i++)
		if (c->proxy.routes[i].enabled)
			put_route(w, c, &c->proxy.routes[i]);
}

/* --- reading -------------------------------------------------------------------------- */

/* Text without the end of a string in it; NULL: it is none. */
static const char *
get_text(struct rd *r, struct arena *a)
{
	size_t n = rd_u8(r);
	const uint8_t *p = rd_bytes(r, n);

	if (p == NULL || n == 0 || memchr(p, '\0', n) != NULL)
		return NULL;
	return arena_strndup(a, (const char *)p, n);
}

static bool
get_target(struct rd *r, struct arena *a, struct proxy_route *out)
{
	out->addr.len = rd_u8(r);
	if (out->addr.len != 0 && out->addr.len != 4 && out->addr.len != 16)
		return rd_fail(r);
	rd_copy(r, out->addr.b, out->addr.len);
	out->port = rd_be16(r);
	out->target = get_text(r, a);
	return out->target != NULL && out->port != 0;
}

/* NULL: they are none. */
static const struct proxy_header *
get_headers(struct rd *r, struct arena *a, size_t *count)
{
	size_t i, k, n = rd_u8(r);
	struct proxy_header *v = n > CONF_HEADER_RULES ? NULL : arena_array(a, n, sizeof(*v));
	const uint8_t *p;

	*count = n;
	for (i = 0; v != NULL && i < n; i++) {
		v[i].name = get_text(r, a);
		k = rd_be16(r);
		p = rd_bytes(r, k);
		if (k > 0 && p != NULL)
			v[i].value = arena_strndup(a, (const char *)p, k);
		if (v[i].name == NULL || p == NULL || (k > 0 && (v[i].value == NULL || strlen(v[i].value) != k)))
			return NULL;
	}
	return v;
}

/* The cell's own name above a name: where it has its login page. */
static const char *
home_of(const struct proxy_table *t, const char *name)
{
	const size_t n = strlen(name), d = strlen(t->name);

	return n > d && name[n - d - 1] == '.' && strcmp(name + n - d, t->name) == 0 ? t->name : t->inner;
}

/* Into the places of a name, behind those with longer paths. */
static bool
add_place(struct proxy_table *t, const char *name, const struct proxy_route *route)
{
	struct place *p = arena_alloc(t->arena, sizeof(*p)), *first = map_get(t->hosts, name, strlen(name));
	struct place **at = &first;

	if (p == NULL)
		return false;
	while (*at != NULL && strlen((*at)->route.path) >= strlen(route->path))
		at = &(*at)->next;
	*p = (struct place){ *at, *route };
	p->route.home = home_of(t, name);
	*at = p;
	return map_put(t->hosts, name, strlen(name), first, NULL) == 0;
}

static bool
get_route(struct rd *r, struct proxy_table *t)
{
	const char *names[NAMES_MAX];
	struct proxy_route route = { 0 };
	size_t i, n = rd_u8(r);
	unsigned flags;

	if (n > NAMES_MAX)
		return false;
	for (i = 0; i < n; i++)
		if ((names[i] = get_text(r, t->arena)) == NULL)
			return false;
	route.path = get_text(r, t->arena);
	route.name = get_text(r, t->arena);
	route.gate.access = rd_u8(r);
	route.gate.login = rd_u8(r);
	route.gate.word = rd_be16(r);
	flags = rd_u8(r);
	route.tls = flags & F_TLS;
	route.tls_verify = flags & F_VERIFY;
	route.preserve_host = flags & F_HOST;
	route.websocket = flags & F_WEBSOCKET;
	route.request = get_headers(r, t->arena, &route.nrequest);
	route.response = get_headers(r, t->arena, &route.nresponse);
	route.body_max = rd_be64(r);
	if (route.gate.login > CONF_LOGIN_ADMIN || route.name == NULL || route.request == NULL || route.response == NULL)
		return false;
	if (flags > F_ALL || route.path == NULL || route.path[0] != '/' || !get_target(r, t->arena, &route) || !rd_ok(r))
		return false;
	for (i = 0; i < n; i++)
		if (!add_place(t, names[i], &route))
			return false;
	return true;
}

static bool
get_trusted(struct rd *r, struct proxy_table *t)
{
	size_t i;

	t->ntrusted = rd_u8(r);
	if (t->ntrusted > PROXY_TRUSTED_MAX)
		return false;
	for (i = 0; i < t->ntrusted; i++) {
		struct addr_prefix *p = &t->trusted[i];

		p->addr.len = rd_u8(r);
		if (p->addr.len != 4 && p->addr.len != 16)
			return false;
		rd_copy(r, p->addr.b, p->addr.len);
		p->bits = rd_u8(r);
		if (p->bits > 8 * p->addr.len)
			return false;
	}
	return rd_ok(r);
}

static bool
get_routes(struct rd *r, struct proxy_table *t)
{
	size_t i;

	t->n = rd_be16(r);
	t->idle_s = rd_be32(r);
	t->name = get_text(r, t->arena);
	t->inner = get_text(r, t->arena);
	if (!rd_ok(r) || t->n > PROXY_ROUTES_MAX || t->idle_s == 0 || t->name == NULL || t->inner == NULL ||
	    !get_trusted(r, t))
		return false;
	for (i = 0; i < t->n; i++)
		if (!get_route(r, t))
			return false;
	return true;
}

struct proxy_table *
proxy_table_read(struct rd *r)
{
	struct proxy_table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->refs = 1;
	t->arena = arena_new(ARENA_MAX);
	t->hosts = map_new((size_t)NAMES_MAX * PROXY_ROUTES_MAX);
	if (t->arena != NULL && t->hosts != NULL && get_routes(r, t))
		return t;
	proxy_table_unref(t);
	return NULL;
}

struct proxy_table *
proxy_table_ref(struct proxy_table *t)
{
	t->refs++;
	return t;
}

void
proxy_table_unref(struct proxy_table *t)
{
	if (t == NULL || --t->refs > 0)
		return;
	map_free(t->hosts);
	arena_free(t->arena);
	free(t);
}

size_t
proxy_table_count(const struct proxy_table *t)
{
	return t->n;
}

const char *
proxy_table_name(const struct proxy_table *t)
{
	return t->name;
}

bool
proxy_table_trusts(const struct proxy_table *t, const struct addr *a)
{
	size_t i;

	for (i = 0; i < t->ntrusted; i++)
		if (addr_in(a, &t->trusted[i]))
			return true;
	return false;
}

uint32_t
proxy_table_idle_s(const struct proxy_table *t)
{
	return t->idle_s;
}

/* --- judging ------------------------------------------------------------------------------ */

static const struct place *
places_of(const struct proxy_table *t, struct str host)
{
	char lower[CONF_ROUTE_NAME_SIZE];
	size_t i;

	if (host.n > 1 && host.p[host.n - 1] == '.')
		host.n--;
	if (host.n == 0 || host.n >= sizeof(lower))
		return NULL;
	for (i = 0; i < host.n; i++)
		lower[i] = (char)(host.p[i] >= 'A' && host.p[i] <= 'Z' ? host.p[i] | 0x20 : host.p[i]);
	return map_get(t->hosts, lower, host.n);
}

/* "%2e" at p. */
static bool
is_escape(const char *p, size_t left, char hi, const char *lo)
{
	return left >= 3 && p[0] == '%' && p[1] == hi && strchr(lo, p[2]) != NULL && p[2] != '\0';
}

/* "." and ".." also as some servers read them, with a parameter: "..;x". */
static bool
is_dots(struct str segment)
{
	struct str name;

	return str_cut(&segment, ';', &name) && (str_eqz(name, ".") || str_eqz(name, ".."));
}

/* Something that the target may take for a step up, or for a slash, or that doubled slashes hide. Where paths decide
 * about access it must not get through. */
static bool
is_ambiguous(struct str path)
{
	struct str rest = path, segment;
	size_t i;

	for (i = 0; i < path.n; i++)
		if (path.p[i] == '\\' || (path.p[i] == '/' && i > 0 && path.p[i - 1] == '/') ||
		    is_escape(path.p + i, path.n - i, '2', "eEfF") || is_escape(path.p + i, path.n - i, '5', "cC"))
			return true;
	while (str_cut(&rest, '/', &segment))
		if (is_dots(segment))
			return true;
	return false;
}

/* Is p a host that somebody from this zone signs in for? */
static bool
is_entered(const struct place *p, unsigned zone)
{
	for (; p != NULL; p = p->next)
		if (p->route.gate.login != CONF_LOGIN_NONE && (p->route.gate.access & zone) != 0)
			return true;
	return false;
}

/* No route has the path. Only who is let in somewhere on that host may know. */
static enum proxy_verdict
judge_no_path(const struct place *first, const struct proxy_visit *v, const struct proxy_route **route)
{
	const struct place *p;

	for (p = first; p != NULL; p = p->next) {
		const enum proxy_verdict verdict = proxy_gate_judge(&p->route.gate, v);

		if (verdict != PROXY_FORBIDDEN && verdict != PROXY_NO_RIGHT)
			return PROXY_NO_PATH;
	}
	*route = &first->route;
	return proxy_gate_judge(&first->route.gate, v);
}

enum proxy_verdict
proxy_table_judge(const struct proxy_table *t, const struct proxy_visit *v, const struct proxy_route **route)
{
	const struct place *p = places_of(t, v->host), *first = p;

	*route = NULL;
	if (p == NULL)
		return PROXY_NO_ROUTE;
	if (str_eqz(v->path, PROXY_ENTER_PATH) && is_entered(p, v->zone))
		return PROXY_ENTER;
	if ((p->next != NULL || strcmp(p->route.path, "/") != 0) && is_ambiguous(v->path))
		return PROXY_AMBIGUOUS;
	while (p != NULL && !conf_route_path_covers(str_of(p->route.path), v->path))
		p = p->next;
	if (p == NULL)
		return judge_no_path(first, v, route);
	*route = &p->route;
	return proxy_gate_judge(&p->route.gate, v);
}
