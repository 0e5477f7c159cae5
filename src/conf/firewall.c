#include "conf/firewall.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/str.h"
#include "conf/conf.h"
#include "conf/peer.h"

/* One record of an array: "firewall.rules[3]". */
struct place {
	const char *array;
	size_t i;
	struct err *e;
	enum err_kind kind;
};

static void bad(const struct place *at, const char *member, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void
bad(const struct place *at, const char *member, const char *fmt, ...)
{
	char field[ERR_FIELD_MAX];
	va_list ap;

	(void)snprintf(field, sizeof(field), "%s[%zu].%s", at->array, at->i, member);	/* fits */
	if (err_has_field(at->e, field))
		return;
	va_start(ap, fmt);
	(void)err_vfield(at->e, at->kind, field, fmt, ap);	/* the caller looks at e */
	va_end(ap);
}

/* --- rules (400) ------------------------------------------------------------------------------ */

static void
bad_end(const struct place *at, const char *side, const char *member, const char *words, const char *what)
{
	char name[16];

	(void)snprintf(name, sizeof(name), "%s.%s", side, member);	/* fits */
	bad(at, name, "%s \"%s\"", words, what);
}

static void
rule_end(const struct conf *c, const struct conf_end *end, const char *side, const struct place *at)
{
	if (end->peer != NULL && conf_peer_find(c, end->peer) == NULL)
		bad_end(at, side, "peer", "there is no device", end->peer);
	if (end->group != NULL && conf_group_find(c, end->group) == NULL)
		bad_end(at, side, "group", "there is no group", end->group);
	if (end->service != NULL && !conf_peer_is_service(end->service))
		bad_end(at, side, "service", "there is no service", end->service);
}

static void
rule_ends(const struct conf *c, const struct conf_end *from, const struct conf_end *to, const struct place *at)
{
	rule_end(c, from, "from", at);
	rule_end(c, to, "to", at);
	if (from->cidr.addr.len != 0 && to->cidr.addr.len != 0 && from->cidr.addr.len != to->cidr.addr.len)
		bad(at, "to.cidr", "must be of the same IP version as from.cidr");
}

static void
rule_rules(const struct conf *c, struct err *e)
{
	struct place at = { "firewall.rules", 0, e, ERR_VALIDATION };

	for (; at.i < c->firewall.nrules; at.i++) {
		const struct conf_fw_rule *r = &c->firewall.rules[at.i];

		rule_ends(c, &r->from, &r->to, &at);
		if (r->ports.n > 0 && r->proto != CONF_PROTO_TCP && r->proto != CONF_PROTO_UDP)
			bad(&at, "ports", "are for tcp and udp only");
	}
}

static void
rule_assertions(const struct conf *c, struct err *e)
{
	struct place at = { "firewall.assertions", 0, e, ERR_VALIDATION };

	for (; at.i < c->firewall.nassertions; at.i++)
		rule_ends(c, &c->firewall.assertions[at.i].from, &c->firewall.assertions[at.i].to, &at);
}

/* As far as the configuration says; the host has more of them. */
static bool
is_own(const struct conf *c, const struct addr *a)
{
	struct addr own;
	size_t i;

	for (i = 0; i < c->network.listen_addresses.n; i++)
		if (addr_read(str_of(c->network.listen_addresses.v[i]), &own) && addr_eq(&own, a))
			return true;
	return addr_eq(a, &c->wireguard.address.addr) || addr_eq(a, &c->wireguard.address6.addr);
}

static void
rule_forwards(const struct conf *c, struct err *e)
{
	struct place at = { "firewall.forwards", 0, e, ERR_VALIDATION };

	for (; at.i < c->firewall.nforwards; at.i++) {
		const struct addr *to = &c->firewall.forwards[at.i].to_ip;

		if (to->len != 0 && is_own(c, to))
			bad(&at, "to_ip", "is the cell's own address: it serves its own ports by itself");
	}
}

static void
rule_static_route(const struct conf *c, const struct conf_static_route *r, const struct place *at)
{
	if (r->via.len == 0 && r->interface == NULL)
		bad(at, "via", "or interface is needed");
	if (r->via.len != 0 && r->destination.addr.len != 0 && r->via.len != r->destination.addr.len)
		bad(at, "via", "must be of the same IP version as the destination");
	if (r->via.len != 0 && is_own(c, &r->via))
		bad(at, "via", "is this cell itself");
	if (r->destination.addr.len != 0 && r->destination.bits == 0)
		bad(at, "destination", "is everything: the host's own default route leads there");
	if (r->interface != NULL && c->wireguard.interface != NULL && strcmp(r->interface, c->wireguard.interface) == 0)
		bad(at, "interface", "is the VPN: networks there are the subnets of the device that they are behind");
}

void
conf_firewall_rules(const struct conf *c, struct err *e)
{
	struct place at = { "routing.static_routes", 0, e, ERR_VALIDATION };

	rule_rules(c, e);
	rule_assertions(c, e);
	rule_forwards(c, e);
	for (; at.i < c->routing.nstatic_routes; at.i++)
		rule_static_route(c, &c->routing.static_routes[at.i], &at);
}

/* --- conflicts (409) ---------------------------------------------------------------------------- */

/* With the ports of the cell itself, whatever the protocol: people would not tell them apart (data.md 4.2). */
static void
conflict_own_port(const struct conf *c, uint16_t port, const struct place *at)
{
	const struct conf_ports *p = &c->network.ports;
	const struct { const char *name; uint16_t port; } own[] = {
		{ "network.ports.dns", p->dns }, { "network.ports.dot", p->dot }, { "network.ports.http", p->http },
		{ "network.ports.https", p->https }, { "network.ports.ntp", p->ntp }, { "network.ports.api", p->api },
		{ "wireguard.port", c->wireguard.port },
	};
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (port == own[i].port)
			bad(at, "port", "%u is also %s", port, own[i].name);
}

/* What is off does not stand in the way. */
static void
conflict_forward(const struct conf *c, const struct place *at)
{
	const struct conf_fw_forward *f = &c->firewall.forwards[at->i], *o;
	size_t k;

	if (!f->enabled)
		return;
	conflict_own_port(c, f->port, at);
	for (k = 0; k < at->i; k++) {
		o = &c->firewall.forwards[k];
		if (o->enabled && o->zone == f->zone && o->proto == f->proto && o->port == f->port)
			bad(at, "port", "%u is forwarded already: %s", f->port, o->name);
	}
}

static void
conflict_static_route(const struct conf *c, const struct place *at)
{
	const struct conf_static_route *v = c->routing.static_routes, *r = &v[at->i];
	size_t k;

	for (k = 0; k < at->i; k++)
		if (v[k].metric == r->metric && addr_prefix_eq(&v[k].destination, &r->destination))
			bad(at, "destination", "has a route of that metric already");
}

void
conf_firewall_conflicts(const struct conf *c, struct err *e)
{
	struct place at = { "firewall.forwards", 0, e, ERR_CONFLICT };

	for (; at.i < c->firewall.nforwards; at.i++)
		conflict_forward(c, &at);
	at = (struct place){ "routing.static_routes", 0, e, ERR_CONFLICT };
	for (; at.i < c->routing.nstatic_routes; at.i++)
		conflict_static_route(c, &at);
}
