/* Rules about several members. Fields that have an error already are not told twice. */
#include "conf/rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "conf/check.h"
#include "conf/conf.h"
#include "conf/domain.h"
#include "conf/firewall.h"
#include "conf/peer.h"
#include "conf/record.h"
#include "conf/route.h"
#include "conf/trust.h"

void
conf_rules_bad(struct err *e, const char *field, const char *fmt, ...)
{
	va_list ap;

	if (err_has_field(e, field))
		return;
	va_start(ap, fmt);
	(void)err_vfield(e, ERR_VALIDATION, field, fmt, ap);	/* the caller looks at e */
	va_end(ap);
}

static void
rule_listen(const struct conf *c, struct err *e)
{
	const struct conf_texts *t = &c->network.listen_addresses;
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->n > 1 && strcmp(t->v[i], "*") == 0)
			conf_rules_bad(e, "network.listen_addresses", "\"*\" stands alone");
}

static void
rule_auth(const struct conf *c, struct err *e)
{
	if (c->auth.session_max_s != 0 && c->auth.session_max_s < c->auth.session_idle_s)
		conf_rules_bad(e, "auth.session_max_s", "must not be less than session_idle_s");
}

static void
rule_cache(const struct conf *c, struct err *e)
{
	const struct conf_dns_cache *k = &c->dns.cache;

	if (k->max_ttl_s != 0 && k->min_ttl_s > k->max_ttl_s)
		conf_rules_bad(e, "dns.cache.min_ttl_s", "must not be more than max_ttl_s");
}

static bool
is_listened_on(const struct conf *c, const struct addr *a)
{
	struct addr own;
	size_t i;

	for (i = 0; i < c->network.listen_addresses.n; i++)
		if (addr_read(str_of(c->network.listen_addresses.v[i]), &own) && addr_eq(&own, a))
			return true;
	return false;
}

/* Would a question sent there come back here? (DNL-10) */
static bool
is_own(const struct conf *c, const struct addr *a, uint16_t port)
{
	if (addr_eq(a, &c->wireguard.address.addr) || addr_eq(a, &c->wireguard.address6.addr))
		return true;
	return (port == c->network.ports.dns || port == c->network.ports.dot) && (addr_is_loopback(a) || is_listened_on(c, a));
}

static void
rule_tls_name(const struct conf_upstream *u, size_t i, struct err *e)
{
	char field[ERR_FIELD_MAX];

	(void)snprintf(field, sizeof(field), "dns.upstreams[%zu].tls_name", i);	/* fits */
	if (u->transport == CONF_TRANSPORT_DOT && u->tls_name == NULL && !err_has_field(e, field))
		conf_rules_bad(e, field, "is needed for dot: it is what the server must prove to be");
	else if (u->transport != CONF_TRANSPORT_DOT && u->tls_name != NULL)
		conf_rules_bad(e, field, "is for dot only");
}

static void
rule_upstreams(const struct conf *c, struct err *e)
{
	char field[ERR_FIELD_MAX];
	size_t i, k;

	for (i = 0; i < c->dns.nupstreams; i++) {
		const struct conf_upstream *u = &c->dns.upstreams[i];

		(void)snprintf(field, sizeof(field), "dns.upstreams[%zu].address", i);	/* fits */
		rule_tls_name(u, i, e);
		if (u->at.addr.len != 0 && is_own(c, &u->at.addr, u->at.port))
			conf_rules_bad(e, field, "is this cell itself: its questions would come back to it");
	}
	for (i = 0; i < c->dns.nforwards; i++) {
		for (k = 0; k < c->dns.forwards[i].nservers; k++) {
			(void)snprintf(field, sizeof(field), "dns.forwards[%zu].servers[%zu]", i, k);	/* fits */
			if (is_own(c, &c->dns.forwards[i].servers[k], 53))
				conf_rules_bad(e, field, "is this cell itself: its questions would come back to it");
		}
	}
}

static void
rule_secondaries(const struct conf *c, struct err *e)
{
	char field[ERR_FIELD_MAX];
	size_t i;

	for (i = 0; i < c->dns.nsecondaries; i++) {
		const struct conf_secondary *s = &c->dns.secondaries[i];

		(void)snprintf(field, sizeof(field), "dns.secondaries[%zu].address", i);	/* fits */
		if (s->at.addr.len != 0 && is_own(c, &s->at.addr, s->at.port))
			conf_rules_bad(e, field, "is this cell itself");
		(void)snprintf(field, sizeof(field), "dns.secondaries[%zu].name", i);	/* fits */
		if (s->name != NULL && c->identity.domain_name != NULL && strchr(s->name, '.') == NULL &&
		    strlen(s->name) + 1 + strlen(c->identity.domain_name) > CONF_NAME_MAX)
			conf_rules_bad(e, field, "is too long: with its domain at most %d characters", CONF_NAME_MAX);
	}
}

static bool
is_reverse_zone(const struct addr_prefix *net, const char *zone)
{
	char zones[CONF_REVERSE_ZONES_MAX][CONF_REVERSE_ZONE_SIZE];
	size_t i, n = 0;

	if (str_ends(str_of(zone), STR(".arpa")))
		n = conf_record_reverse(net, zones, CONF_REVERSE_ZONES_MAX);
	for (i = 0; i < n; i++)
		if (strcmp(zones[i], zone) == 0)
			return true;
	return false;
}

static bool
is_own_zone(const struct conf *c, const char *zone)
{
	const struct conf_identity *id = &c->identity;

	return (id->domain != NULL && strcmp(zone, id->domain) == 0) ||
	    (id->domain_name != NULL && strcmp(zone, id->domain_name) == 0) ||
	    is_reverse_zone(&c->wireguard.address, zone) || is_reverse_zone(&c->wireguard.address6, zone);
}

static void
rule_record_zone(const struct conf *c, const struct conf_record *r, size_t i, struct err *e)
{
	char field[ERR_FIELD_MAX];

	(void)snprintf(field, sizeof(field), "dns.records[%zu].zone", i);	/* fits */
	/* Without the names themselves there is nothing to compare with. */
	if (r->zone != NULL && c->identity.domain != NULL && c->identity.domain_name != NULL && !is_own_zone(c, r->zone))
		conf_rules_bad(e, field, "must be %s, %s or a reverse zone of the VPN", c->identity.domain_name,
		    c->identity.domain);
	if (r->zone != NULL && r->name != NULL && strlen(r->name) + 1 + strlen(r->zone) > CONF_NAME_MAX) {
		(void)snprintf(field, sizeof(field), "dns.records[%zu].name", i);	/* fits */
		conf_rules_bad(e, field, "is too long: with its zone at most %d characters", CONF_NAME_MAX);
	}
}

static bool
is_known_type(const struct err *e, size_t i)
{
	char field[ERR_FIELD_MAX];

	(void)snprintf(field, sizeof(field), "dns.records[%zu].type", i);	/* fits */
	return !err_has_field(e, field);
}

static void
rule_records(const struct conf *c, struct err *e)
{
	char field[ERR_FIELD_MAX], rule[CONF_RULE_MAX];
	size_t i;

	for (i = 0; i < c->dns.nrecords; i++) {
		const struct conf_record *r = &c->dns.records[i];

		(void)snprintf(field, sizeof(field), "dns.records[%zu].value", i);	/* fits */
		if (r->type != NULL && r->value != NULL && is_known_type(e, i) &&
		    !conf_record_value_ok(r->type, r->value, rule, sizeof(rule)))
			conf_rules_bad(e, field, "%s", rule);
		rule_record_zone(c, r, i, e);
	}
}

static void
rule_blocklists(const struct conf *c, struct err *e)
{
	char field[ERR_FIELD_MAX];
	size_t i, k;

	for (i = 0; i < c->blocklists.nlists; i++) {
		const struct conf_apply_to *to = &c->blocklists.lists[i].apply_to;

		for (k = 0; k < to->groups.n; k++) {
			(void)snprintf(field, sizeof(field), "blocklists.lists[%zu].apply_to.groups[%zu]", i, k);	/* fits */
			if (conf_group_find(c, to->groups.v[k]) == NULL)
				conf_rules_bad(e, field, "there is no group \"%s\"", to->groups.v[k]);
		}
		for (k = 0; k < to->peers.n; k++) {
			(void)snprintf(field, sizeof(field), "blocklists.lists[%zu].apply_to.peers[%zu]", i, k);	/* fits */
			if (conf_peer_find(c, to->peers.v[k]) == NULL)
				conf_rules_bad(e, field, "there is no peer \"%s\"", to->peers.v[k]);
		}
	}
}

static void
rule_time_sources(const struct conf *c, struct err *e)
{
	const struct conf_texts *t = &c->ntp.sources;
	char field[ERR_FIELD_MAX];
	struct addr a;
	size_t i;

	for (i = 0; i < t->n; i++) {
		(void)snprintf(field, sizeof(field), "ntp.sources[%zu]", i);	/* fits */
		if (addr_read(str_of(t->v[i]), &a) && is_own(c, &a, c->network.ports.dns))
			conf_rules_bad(e, field, "is this cell itself");
	}
}

static void
rule_client_dns(const struct conf *c, struct err *e)
{
	const struct conf_texts *t = &c->wireguard.client_dns;
	size_t i;

	for (i = 0; i < t->n && t->n > 1; i++)
		if (strcmp(t->v[i], "auto") == 0)
			conf_rules_bad(e, "wireguard.client_dns", "auto stands alone");
}

int
conf_rules(const struct conf *c, const struct conf *base, struct err *e)
{
	conf_domain_rules(c, e);
	rule_listen(c, e);
	rule_auth(c, e);
	rule_upstreams(c, e);
	rule_secondaries(c, e);
	rule_cache(c, e);
	rule_time_sources(c, e);
	rule_records(c, e);
	rule_blocklists(c, e);
	conf_route_rules(c, e);
	conf_trust_rules(c, e);
	rule_client_dns(c, e);
	conf_firewall_rules(c, e);
	return conf_peer_rules(c, base, e);
}
