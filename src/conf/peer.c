#include "conf/peer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "base/wgkey.h"
#include "conf/check.h"
#include "conf/conf.h"
#include "conf/number.h"
#include "conf/unique.h"

static void bad(struct err *e, enum err_kind kind, size_t i, const char *member, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

static void
bad(struct err *e, enum err_kind kind, size_t i, const char *member, const char *fmt, ...)
{
	char field[ERR_FIELD_MAX];
	va_list ap;

	(void)snprintf(field, sizeof(field), "peers[%zu].%s", i, member);	/* fits */
	if (err_has_field(e, field))
		return;
	va_start(ap, fmt);
	(void)err_vfield(e, kind, field, fmt, ap);	/* the caller looks at e */
	va_end(ap);
}

static void
bad_at(struct err *e, size_t i, const char *member, size_t k, const char *words, const char *what)
{
	char one[64];

	(void)snprintf(one, sizeof(one), "%s[%zu]", member, k);	/* fits */
	bad(e, ERR_VALIDATION, i, one, "%s \"%s\"", words, what);
}

/* --- rules (400) ------------------------------------------------------------------------- */

/* What a peer may name: users in lower case, groups, routes. */
struct known {
	struct map *users, *groups, *routes;
};

static int
known_add(struct map *m, const char *name, const void *what)
{
	char lower[CONF_NAME64_MAX + 1];

	return name == NULL || !str_lower(str_of(name), lower, sizeof(lower)) ? 0 :
	    map_put(m, lower, strlen(lower), (void *)(uintptr_t)what, NULL);
}

static const void *
known_find(const struct map *m, const char *name)
{
	char lower[CONF_NAME64_MAX + 1];

	return str_lower(str_of(name), lower, sizeof(lower)) ? map_get(m, lower, strlen(lower)) : NULL;
}

static void
known_free(struct known *k)
{
	map_free(k->users);
	map_free(k->groups);
	map_free(k->routes);
}

static int
known_new(struct known *k, const struct conf *c)
{
	size_t i;
	int r;

	k->users = map_new(CONF_USERS_MAX);
	k->groups = map_new(CONF_GROUPS_MAX);
	k->routes = map_new(CONF_ROUTES_MAX);
	r = k->users == NULL || k->groups == NULL || k->routes == NULL ? -ENOMEM : 0;
	for (i = 0; i < c->nusers && r == 0; i++)
		r = known_add(k->users, c->users[i].username, &c->users[i]);
	for (i = 0; i < c->ngroups && r == 0; i++)
		r = known_add(k->groups, c->groups[i].name, &c->groups[i]);
	for (i = 0; i < c->proxy.nroutes && r == 0; i++)
		r = known_add(k->routes, c->proxy.routes[i].name, &c->proxy.routes[i]);
	if (r < 0)
		known_free(k);
	return r;
}

bool
conf_peer_is_service(const char *word)
{
	static const char *const services[] = { "calendar", "files", "mail", "webdav" };
	size_t i;

	for (i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (strcmp(word, services[i]) == 0)
			return true;
	return false;
}

static bool
is_access(const struct known *k, const char *word)
{
	return strncmp(word, "route:", 6) == 0 ? known_find(k->routes, word + 6) != NULL : conf_peer_is_service(word);
}

static void
rule_owner(const struct known *k, const struct conf_peer *p, size_t i, struct err *e)
{
	const struct conf_user *u = p->owner == NULL ? NULL : known_find(k->users, p->owner);

	if (p->owner != NULL && u == NULL)
		bad(e, ERR_VALIDATION, i, "owner", "there is no user \"%s\"", p->owner);
	else if (u != NULL && u->role != CONF_ROLE_PEER)
		bad(e, ERR_VALIDATION, i, "owner", "%s is an administrator: devices belong to users of role peer", p->owner);
}

static void
rule_groups(const struct known *k, const struct conf_peer *p, size_t i, struct err *e)
{
	size_t n;

	for (n = 0; n < p->groups.n; n++)
		if (known_find(k->groups, p->groups.v[n]) == NULL)
			bad_at(e, i, "groups", n, "there is no group", p->groups.v[n]);
}

static void
rule_words(const struct known *k, const struct conf_peer *p, size_t i, struct err *e)
{
	size_t n;

	for (n = 0; n < p->service_access.n; n++)
		if (!is_access(k, p->service_access.v[n]))
			bad_at(e, i, "service_access", n, "there is no service or route", p->service_access.v[n]);
}

static void
rule_address(const struct addr_prefix *own, const struct addr *a, size_t i, const char *member, struct err *e)
{
	struct addr_prefix net = addr_prefix_net(own);
	char text[ADDR_TEXT_MAX];

	if (a->len == 0)
		return;
	if (own->addr.len == 0 && a->len == 16)
		bad(e, ERR_VALIDATION, i, member, "must be null: there is no IPv6 in the VPN");
	else if (own->addr.len != 0 && !conf_number_is_host(own, a))
		bad(e, ERR_VALIDATION, i, member, "must be an address for a device in %s", addr_prefix_text(&net, text));
}

/* Wider ones are nobody's site. */
static void
rule_subnets(const struct conf_peer *p, size_t i, struct err *e)
{
	size_t k;

	for (k = 0; k < p->subnets.n; k++)
		if (p->subnets.v[k].bits < (p->subnets.v[k].addr.len == 4 ? 8 : 16))
			bad(e, ERR_VALIDATION, i, "subnets", "has one that is wider than the network of a site can be");
}

/* Are those that base has as good as they were, but for their words? What else they name and where they are is the same. */
static bool
are_good(const struct conf *c, const struct conf *base)
{
	static const char *const around[] = { "wireguard", "users", "groups" };
	size_t i;

	if (base == NULL || c->npeers_new > CONF_PEERS_FEW)
		return false;
	for (i = 0; i < sizeof(around) / sizeof(around[0]); i++)
		if (!conf_same(c, base, around[i]))
			return false;
	return true;
}

static void
rule_peer(const struct conf *c, const struct known *k, const struct conf_peer *p, struct err *e)
{
	const size_t i = (size_t)(p - c->peers);

	rule_owner(k, p, i, e);
	rule_groups(k, p, i, e);
	rule_words(k, p, i, e);
	rule_address(&c->wireguard.address, &p->ip, i, "ip", e);
	rule_address(&c->wireguard.address6, &p->ip6, i, "ip6", e);
	rule_subnets(p, i, e);
}

int
conf_peer_rules(const struct conf *c, const struct conf *base, struct err *e)
{
	const bool few = are_good(c, base), same_routes = few && conf_same(c, base, "proxy");
	const size_t n = few ? c->npeers_new : c->npeers;
	struct known k;
	size_t i;
	int r;

	if (n == 0 && same_routes)
		return 0;
	if ((r = known_new(&k, c)) < 0)
		return r;
	for (i = 0; i < n; i++)
		rule_peer(c, &k, few ? c->peers_new[i] : &c->peers[i], e);
	for (i = 0; few && !same_routes && i < c->npeers; i++)
		rule_words(&k, &c->peers[i], i, e);
	known_free(&k);
	return 0;
}

/* --- conflicts (409) ----------------------------------------------------------------------- */

static void
conflict_address(const struct conf *c, struct conf_unique *seen, size_t i, const char *member, struct err *e)
{
	const struct conf_peer *p = &c->peers[i], *other;
	const struct addr *a = strcmp(member, "ip") == 0 ? &p->ip : &p->ip6;

	if (a->len == 0)
		return;
	if (addr_eq(a, &c->wireguard.address.addr) || addr_eq(a, &c->wireguard.address6.addr))
		bad(e, ERR_CONFLICT, i, member, "is the cell's own address");
	other = conf_unique_add(seen, a->b, a->len, p);
	if (other != NULL)
		bad(e, ERR_CONFLICT, i, member, "is the address of %s already", other->name);
}

static void
conflict_public_key(const struct conf *c, struct conf_unique *seen, size_t i, struct err *e)
{
	const struct conf_peer *p = &c->peers[i];
	const struct conf_peer *other = conf_unique_add(seen, p->public_key, strlen(p->public_key), p);

	if (other != NULL)
		bad(e, ERR_CONFLICT, i, "public_key", "is the key of %s already", other->name);
	if (c->wireguard.public_key != NULL && strcmp(p->public_key, c->wireguard.public_key) == 0)
		bad(e, ERR_CONFLICT, i, "public_key", "is the key of the cell itself");
}

static void
conflict_peer(const struct conf *c, struct conf_unique *seen, size_t i, struct err *e)
{
	struct addr_prefix net;
	char text[ADDR_TEXT_MAX];

	if (c->peers[i].ip.len == 0) {
		net = addr_prefix_net(&c->wireguard.address);
		bad(e, ERR_CONFLICT, i, "ip", "there is no free address left in %s", addr_prefix_text(&net, text));
	}
	conflict_address(c, seen, i, "ip", e);
	conflict_address(c, seen, i, "ip6", e);
	conflict_public_key(c, seen, i, e);
}

static void
conflict_names(const struct conf *c, struct err *e)
{
	size_t i;

	for (i = 1; i < c->npeers; i++) {
		const struct conf_peer *a = c->peers_by_name[i - 1], *b = c->peers_by_name[i];
		const struct conf_peer *later = a > b ? a : b;

		if (strcasecmp(a->name, b->name) == 0)
			bad(e, ERR_CONFLICT, (size_t)(later - c->peers), "name", "\"%s\" is there already", later->name);
	}
}

static bool
meet(const struct conf_peer *a, const struct conf_peer *b)
{
	return addr_eq(&a->ip, &b->ip) || (a->ip6.len != 0 && addr_eq(&a->ip6, &b->ip6)) || memcmp(a->key, b->key, WGKEY) == 0;
}

static bool
is_cell(const struct conf_wireguard *wg, const struct conf_peer *p)
{
	return addr_eq(&p->ip, &wg->address.addr) || addr_eq(&p->ip6, &wg->address6.addr) ||
	    (wg->public_key != NULL && strcmp(p->public_key, wg->public_key) == 0);
}

/* Does nobody else have anything that p must have for itself? */
static bool
is_alone(const struct conf *c, const struct conf_peer *p)
{
	const size_t at = conf_peer_place(c, c->npeers, p->name);
	size_t i;

	if (p->ip.len == 0 || is_cell(&c->wireguard, p))
		return false;
	if (at + 1 < c->npeers && strcasecmp(c->peers_by_name[at + 1]->name, p->name) == 0)
		return false;
	for (i = 0; i < c->npeers; i++)
		if (&c->peers[i] != p && meet(&c->peers[i], p))
			return false;
	return true;
}

/* Can only those that are new be in conflict, and are not? */
static bool
are_alone(const struct conf *c, const struct conf *base)
{
	size_t i;

	if (base == NULL || c->npeers_new > CONF_PEERS_FEW || !conf_same(c, base, "wireguard"))
		return false;
	for (i = 0; i < c->npeers_new; i++)
		if (!is_alone(c, c->peers_new[i]))
			return false;
	return true;
}

/* One table for addresses of both kinds and keys: they differ in length. */
int
conf_peer_conflicts(const struct conf *c, const struct conf *base, struct err *e)
{
	struct conf_unique *seen;
	size_t i;

	if (are_alone(c, base))
		return 0;
	seen = conf_unique_new(3 * c->npeers);
	if (seen == NULL)
		return -ENOMEM;
	for (i = 0; i < c->npeers; i++)
		conflict_peer(c, seen, i, e);
	conf_unique_free(seen);
	conflict_names(c, e);
	return 0;
}
