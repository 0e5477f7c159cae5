/* Things that exclude each other. Every field error names the later one and says what it meets. */
#include "conf/conflict.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/map.h"
#include "conf/check.h"
#include "conf/conf.h"
#include "conf/domain.h"
#include "conf/firewall.h"
#include "conf/overlap.h"
#include "conf/peer.h"
#include "conf/record.h"
#include "conf/route.h"
#include "conf/schema.h"
#include "conf/trust.h"

static void
conflict_ports(const struct conf *c, struct err *e)
{
	const struct conf_ports *p = &c->network.ports;
	const struct { const char *name; uint16_t port; } all[] = {
		{ "network.ports.dns", p->dns }, { "network.ports.dot", p->dot }, { "network.ports.http", p->http },
		{ "network.ports.https", p->https }, { "network.ports.ntp", p->ntp }, { "network.ports.api", p->api },
		{ "wireguard.port", c->wireguard.port },
	};
	size_t i, k;

	for (i = 1; i < sizeof(all) / sizeof(all[0]); i++)
		for (k = 0; k < i; k++)
			if (all[i].port == all[k].port)
				(void)err_field(e, ERR_CONFLICT, all[i].name, "%u is also %s",
				    all[i].port, all[k].name);	/* the caller looks at e */
}

static void
conflict_names(const struct conf *c, struct err *e)
{
	if (strcmp(c->identity.domain, c->identity.domain_name) == 0)
		(void)err_field(e, ERR_CONFLICT, "identity.domain", "is also identity.domain_name");	/* as above */
}

static void
conflict_admins(const struct conf *c, struct err *e)
{
	size_t i, admins = 0, enabled = 0, plain = 0;

	for (i = 0; i < c->nusers; i++) {
		const struct conf_user *u = &c->users[i];

		if (u->role != CONF_ROLE_ADMIN)
			continue;
		admins++;
		enabled += u->enabled;
		plain += u->enabled && !u->totp_enabled;
	}
	/* Told in e, like everything here. */
	if (admins > CONF_ADMINS_MAX)
		(void)err_field(e, ERR_CONFLICT, "users", "at most %d of them can be administrators", CONF_ADMINS_MAX);
	if (enabled == 0 && c->setup_complete)
		(void)err_field(e, ERR_CONFLICT, "users", "the last enabled administrator has to stay");
	if (plain > 0 && (c->admin_access.zones & CONF_ZONE_PUBLIC))
		(void)err_field(e, ERR_CONFLICT, "admin_access.zones",
		    "public needs a second factor for every enabled administrator");
}

static void
conflict_forwards(const struct conf *c, struct err *e)
{
	char field[ERR_FIELD_MAX];
	size_t i;

	for (i = 0; i < c->dns.nforwards; i++) {
		const char *zone = c->dns.forwards[i].zone;

		(void)snprintf(field, sizeof(field), "dns.forwards[%zu].zone", i);	/* fits */
		if (strcmp(zone, c->identity.domain) == 0 || strcmp(zone, c->identity.domain_name) == 0)
			(void)err_field(e, ERR_CONFLICT, field, "is a domain of this cell");	/* told in e */
	}
}

static bool
is_under(const char *name, const char *domain)
{
	size_t n = strlen(name), d = strlen(domain);

	return n >= d && strcmp(name + n - d, domain) == 0 && (n == d || name[n - d - 1] == '.');
}

static void
conflict_zones(const struct conf *c, struct err *e)
{
	char field[ERR_FIELD_MAX];
	size_t i, k;

	for (i = 0; i < c->dns.nzones; i++) {
		const char *name = c->dns.zones[i].name;

		(void)snprintf(field, sizeof(field), "dns.zones[%zu].name", i);	/* fits */
		if (is_under(name, c->identity.domain) || is_under(name, c->identity.domain_name))
			(void)err_field(e, ERR_CONFLICT, field, "is a domain of this cell, or below one");	/* told in e */
		for (k = 0; k < c->dns.nforwards; k++)
			if (strcmp(name, c->dns.forwards[k].zone) == 0)
				(void)err_field(e, ERR_CONFLICT, field,
				    "is asked elsewhere: dns.forwards[%zu]", k);	/* told in e */
	}
}

/* One key, one secondary: a signature has to say whose it is. */
static void
conflict_secondaries(const struct conf *c, struct err *e)
{
	const struct conf_secondary *v = c->dns.secondaries;
	char field[ERR_FIELD_MAX];
	size_t i, k;

	for (i = 1; i < c->dns.nsecondaries; i++)
		for (k = 0; k < i; k++) {
			(void)snprintf(field, sizeof(field), "dns.secondaries[%zu].key_name", i);	/* fits */
			if (strcmp(v[i].key_name, v[k].key_name) == 0)
				(void)err_field(e, ERR_CONFLICT, field, "is the key of %s already", v[k].name);	/* told in e */
			(void)snprintf(field, sizeof(field), "dns.secondaries[%zu].name", i);	/* fits */
			if (strcmp(v[i].name, v[k].name) == 0)
				(void)err_field(e, ERR_CONFLICT, field, "is the name of another one already");	/* likewise */
		}
}

static void
record_conflict(const struct conf *c, const struct conf_record *r, const char *with, struct err *e)
{
	char field[ERR_FIELD_MAX];

	(void)snprintf(field, sizeof(field), "dns.records[%zu].name", (size_t)(r - c->dns.records));	/* fits */
	(void)err_field(e, ERR_CONFLICT, field, "%s %s in %s: %s", r->type, r->name, r->zone, with);	/* told in e */
}

static int
compare_owner(const struct conf_record *a, const struct conf_record *b)
{
	int d = strcmp(a->zone, b->zone);

	return d != 0 ? d : strcmp(a->name, b->name);
}

/* By zone, name, type, value; equal ones in their order in the document. */
static int
compare_records(const void *pa, const void *pb)
{
	const struct conf_record *a = *(const struct conf_record *const *)pa;
	const struct conf_record *b = *(const struct conf_record *const *)pb;
	int d = compare_owner(a, b);

	if (d == 0)
		d = strcmp(a->type, b->type);
	if (d == 0)
		d = strcmp(a->value, b->value);
	return d != 0 ? d : (a > b) - (a < b);
}

static bool
is_same_data(const struct conf_record *a, const struct conf_record *b)
{
	return strcmp(a->type, b->type) == 0 && strcmp(a->value, b->value) == 0;
}

/* The records of one owner name, n of them. */
static void
conflict_owner(const struct conf *c, const struct conf_record *const *r, size_t n, struct err *e)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		if (i > 0 && is_same_data(r[i], r[i - 1]))
			record_conflict(c, r[i], "is there already", e);
		if (strcmp(r[i]->type, "CNAME") != 0)
			continue;
		for (k = 0; k < n; k++)
			if ((r[k]->views & r[i]->views) && !is_same_data(r[k], r[i]))
				break;
		if (k < n)
			record_conflict(c, r[i], "a CNAME stands alone, and there is other data of that name", e);
	}
}

/* Is it the reverse name of this own address? */
static bool
is_reverse_of(const struct conf_record *r, const struct addr *a)
{
	char own[CONF_REVERSE_ZONE_SIZE];
	size_t n = strlen(r->name);

	return a->len != 0 && addr_reverse(a, own, sizeof(own)) && strncmp(own, r->name, n) == 0 && own[n] == '.' &&
	    strcmp(own + n + 1, r->zone) == 0;
}

/* Addresses and aliases of names that the cell answers for itself. Other types may join them: MX at the apex. */
static void
conflict_generated(const struct conf *c, const struct conf_record *r, struct err *e)
{
	bool own = strcmp(r->zone, c->identity.domain) == 0 || strcmp(r->zone, c->identity.domain_name) == 0;
	bool cname = strcmp(r->type, "CNAME") == 0;

	bool reverse = is_reverse_of(r, &c->wireguard.address.addr) || is_reverse_of(r, &c->wireguard.address6.addr);

	if ((own && conf_record_is_generated(r->name) &&
	    (cname || strcmp(r->type, "A") == 0 || strcmp(r->type, "AAAA") == 0)) ||
	    (reverse && (cname || strcmp(r->type, "PTR") == 0)))
		record_conflict(c, r, "the cell generates this name", e);
	else if (cname && strcmp(r->name, "@") == 0)
		record_conflict(c, r, "a zone's own name cannot be an alias", e);
}

static int
conflict_records(const struct conf *c, struct err *e)
{
	size_t i, n, total = c->dns.nrecords;
	const struct conf_record **r = calloc(total + 1, sizeof(*r));

	if (r == NULL)
		return -ENOMEM;
	for (i = 0; i < total; i++) {
		r[i] = &c->dns.records[i];
		conflict_generated(c, r[i], e);
	}
	qsort(r, total, sizeof(*r), compare_records);
	for (i = 0; i < total; i += n) {
		for (n = 1; i + n < total && compare_owner(r[i], r[i + n]) == 0; n++)
			;
		conflict_owner(c, r + i, n, e);
	}
	free(r);
	return 0;
}

/* Keys are unique without regard to case. */
static int
conflict_key(struct map *seen, const char *key, void *index, void **old)
{
	char lower[CONF_NAME_MAX + 1];
	size_t i, n = strlen(key);

	for (i = 0; i < n && i < sizeof(lower); i++)
		lower[i] = (char)(key[i] >= 'A' && key[i] <= 'Z' ? key[i] - 'A' + 'a' : key[i]);
	return map_put(seen, lower, i, index, old);
}

static int
conflict_keys(const struct conf_row *row, const json_t *array, const char *path, struct err *e)
{
	const struct conf_row *key = conf_row_key(row);
	struct map *seen;
	char field[ERR_FIELD_MAX];
	size_t i;
	void *old;
	int r = 0;

	if (key == NULL)
		return 0;
	seen = map_new((size_t)row->max);
	for (i = 0; seen != NULL && i < json_array_size(array) && r == 0; i++) {
		json_t *record = json_array_get(array, i);
		const char *name = json_string_value(json_object_get(record, key->key));

		r = conflict_key(seen, name, record, &old);
		if (r < 0 || old == NULL)
			continue;
		(void)snprintf(field, sizeof(field), "%s[%zu].%s", path, i, key->key);	/* fits */
		(void)err_field(e, ERR_CONFLICT, field, "\"%s\" is there already", name);	/* told in e */
	}
	map_free(seen);
	return seen == NULL ? -ENOMEM : r;
}

/* What base has, too, was good there. */
static bool
is_good(const struct conf *c, const struct conf *base, const char *section)
{
	return base != NULL && conf_same(c, base, section);
}

static int
conflict_all_keys(const struct conf *c, const struct conf *base, struct err *e)
{
	const struct conf_section *s;
	const struct conf_row *row;
	char path[ERR_FIELD_MAX];
	int r = 0;

	for (s = conf_sections; s->name != NULL && r == 0; s++) {
		const json_t *section = json_object_get(c->doc, s->name);

		if (strcmp(s->name, "peers") == 0 || is_good(c, base, s->name))
			continue;	/* of peers there are many: conf_peer_conflicts() */
		if (s->row->type == CONF_T_RECORDS) {
			r = conflict_keys(s->row, section, s->name, e);
			continue;
		}
		for (row = s->row->rows; row->key != NULL && r == 0; row++) {
			(void)snprintf(path, sizeof(path), "%s.%s", s->name, row->key);	/* fits */
			r = conflict_keys(row, json_object_get(section, row->key), path, e);
		}
	}
	return r;
}

static int
conflict_token_names(const struct conf *c, struct err *e)
{
	struct map *seen = map_new(CONF_TOKENS_MAX);
	char field[ERR_FIELD_MAX];
	size_t i;
	void *old;
	int r = 0;

	for (i = 0; seen != NULL && i < c->ntokens && r == 0; i++) {
		r = conflict_key(seen, c->tokens[i].name, &c->tokens[i], &old);
		(void)snprintf(field, sizeof(field), "tokens[%zu].name", i);	/* fits */
		if (r == 0 && old != NULL)
			(void)err_field(e, ERR_CONFLICT, field, "\"%s\" is there already", c->tokens[i].name);	/* told in e */
	}
	map_free(seen);
	return seen == NULL ? -ENOMEM : r;
}

static int
conflict_routes(const struct conf *c, const struct conf *base, struct err *e)
{
	if (is_good(c, base, "proxy") && is_good(c, base, "identity") && is_good(c, base, "dns"))
		return 0;
	return conf_route_conflicts(c, e);
}

int
conf_conflicts(const struct conf *c, const struct conf *base, struct err *e)
{
	int r;

	conflict_ports(c, e);
	conflict_names(c, e);
	conf_domain_conflicts(c, e);
	conflict_admins(c, e);
	conflict_forwards(c, e);
	conflict_zones(c, e);
	conflict_secondaries(c, e);
	conf_trust_conflicts(c, e);
	conf_firewall_conflicts(c, e);
	if ((r = conf_overlap_conflicts(c, e)) < 0 || (r = conf_peer_conflicts(c, base, e)) < 0 ||
	    (r = conflict_all_keys(c, base, e)) < 0 || (r = conflict_token_names(c, e)) < 0 ||
	    (r = conflict_routes(c, base, e)) < 0)
		return r;
	return conflict_records(c, e);
}
