/* A rename is one edit of one member; this file makes everything follow that was derived from it. */
#include "conf/follow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/str.h"
#include "conf/check.h"
#include "conf/complete.h"
#include "conf/domain.h"
#include "conf/draft.h"
#include "conf/record.h"
#include "conf/renumber.h"

enum { MOVES_MAX = 2 + CONF_REVERSE_ZONES_MAX + 1 };

/* Zones that have a new name. */
struct moves {
	size_t n;
	struct move {
		char from[CONF_NAME_MAX + 1], to[CONF_NAME_MAX + 1];
	} v[MOVES_MAX];
};

static struct str
text(const json_t *v)
{
	return (struct str){ json_string_value(v), json_string_length(v) };
}

/* Where the member is not a choice ("always" in data.md 4.1 and 4.10), an old one is not kept; a cell that goes back to
 * its LAN does not keep a name that it got elsewhere; and one provider is never asked where another one was. */
static bool
is_forced(const json_t *old, const json_t *draft, enum conf_derived d)
{
	struct str mode = conf_domain_mode_of(draft), provider = conf_domain_provider_of(draft);

	switch (d) {
	case CONF_DERIVED_DOMAIN_NAME:
		return str_eqz(mode, "pic_ngo") || str_eqz(mode, "duckdns") ||
		    (str_eqz(mode, "lan") && !str_eqz(conf_domain_mode_of(old), "lan"));
	case CONF_DERIVED_PROVIDER:
		return !str_eqz(mode, "http01");
	case CONF_DERIVED_SUBDOMAIN:
		return str_eqz(provider, "pic_ngo");
	case CONF_DERIVED_BASE:
		return !str_eq(provider, conf_domain_provider_of(old));
	default:
		return false;
	}
}

/* A label that was that of the cell may be the one that is wanted at another provider: an edit that says it again looks
 * like one that leaves it alone. */
static bool
is_choice(enum conf_derived d)
{
	return d == CONF_DERIVED_SUBDOMAIN;
}

/* Drop what the edit left alone and what was derived: completion derives it anew. */
static void
follow_derived(const json_t *old, json_t *draft)
{
	enum conf_derived d;

	for (d = 0; d < CONF_DERIVED_COUNT; d++) {
		json_t *section = json_object_get(draft, conf_derived_section(d));
		const json_t *had = json_object_get(json_object_get(old, conf_derived_section(d)), conf_derived_key(d));
		json_t *would = conf_derived_value(old, d);

		if (json_equal(had, json_object_get(section, conf_derived_key(d))) &&
		    ((json_equal(had, would) && !is_choice(d)) || is_forced(old, draft, d)))
			(void)json_object_del(section, conf_derived_key(d));	/* it is there: it equals had */
		json_decref(would);
	}
}

static bool
is_same(const json_t *a, const json_t *b, const char *key)
{
	return json_equal(json_object_get(a, key), json_object_get(b, key));
}

/* Credentials are for one provider, at one place, and those of pic_ngo for one name: another one never sees them, unless
 * the edit brought some along. */
static int
follow_secret(const json_t *old, const json_t *now, json_t *draft)
{
	const json_t *had = json_object_get(old, "ddns"), *has = json_object_get(now, "ddns");
	bool same = is_same(had, has, "provider") && is_same(had, has, "api_base_url") &&
	    (is_same(had, has, "subdomain") || !str_eqz(conf_domain_provider_of(now), "pic_ngo"));
	json_t *section = json_object_get(draft, "ddns");

	if (same || !json_is_object(section) || !is_same(had, section, "secret_ref"))
		return 0;
	return json_object_set_new(section, "secret_ref", json_null()) < 0 ? -ENOMEM : 0;
}

static void
move_add(struct moves *m, struct str from, struct str to)
{
	if (m->n == MOVES_MAX || from.n == 0 || to.n == 0 || str_eq(from, to))
		return;
	if (str_copy(from, m->v[m->n].from, sizeof(m->v[0].from)) && str_copy(to, m->v[m->n].to, sizeof(m->v[0].to)))
		m->n++;
}

static void
move_name(struct moves *m, const json_t *old, const json_t *new, const char *key)
{
	move_add(m, text(json_object_get(json_object_get(old, "identity"), key)),
	    text(json_object_get(json_object_get(new, "identity"), key)));
}

static size_t
reverse_zones(const json_t *doc, const char *key, char (*out)[CONF_REVERSE_ZONE_SIZE])
{
	const json_t *v = json_object_get(json_object_get(doc, "wireguard"), key);
	struct addr_prefix p;

	if (!json_is_string(v) || !addr_prefix_read(text(v), &p))
		return 0;
	return conf_record_reverse(&p, out, CONF_REVERSE_ZONES_MAX);
}

/* Networks of the same shape: zone by zone. Otherwise nobody can say where a record belongs, and it is refused. */
static void
move_reverse(struct moves *m, const json_t *old, const json_t *new, const char *key)
{
	char from[CONF_REVERSE_ZONES_MAX][CONF_REVERSE_ZONE_SIZE], to[CONF_REVERSE_ZONES_MAX][CONF_REVERSE_ZONE_SIZE];
	size_t i, n = reverse_zones(old, key, from);

	if (reverse_zones(new, key, to) != n)
		return;
	for (i = 0; i < n; i++)
		move_add(m, str_of(from[i]), str_of(to[i]));
}

static void
find_moves(struct moves *m, const json_t *old, const json_t *now)
{
	move_name(m, old, now, "domain_name");
	move_name(m, old, now, "domain");
	move_reverse(m, old, now, "address");
	move_reverse(m, old, now, "address6");
}

static int
move_zone(const struct moves *m, json_t *record)
{
	struct str zone = text(json_object_get(record, "zone"));
	size_t i;

	for (i = 0; i < m->n && zone.n > 0; i++)
		if (str_eqz(zone, m->v[i].from))
			return json_object_set_new(record, "zone", json_string(m->v[i].to)) < 0 ? -ENOMEM : 0;
	return 0;
}

/* head, then name with the end that is from replaced by to. */
static json_t *
moved_target(struct str head, struct str name, const struct move *m)
{
	size_t keep = name.n - strlen(m->from), n = head.n + keep;
	char *p = malloc(n + sizeof(m->to));
	json_t *v;

	if (p == NULL)
		return NULL;
	memcpy(p, head.p, head.n);
	memcpy(p + head.n, name.p, keep);
	memcpy(p + n, m->to, strlen(m->to));
	v = json_stringn(p, n + strlen(m->to));
	free(p);
	return v;
}

/* The last word of the value is a name in these types. */
static int
move_target(const struct moves *m, json_t *record)
{
	const char *type = json_string_value(json_object_get(record, "type"));
	struct str value = text(json_object_get(record, "value")), head = value, name;
	size_t i;

	if (type == NULL || value.n == 0 || (strcmp(type, "CNAME") != 0 && strcmp(type, "PTR") != 0 &&
	    strcmp(type, "MX") != 0 && strcmp(type, "SRV") != 0))
		return 0;
	while (head.n > 0 && head.p[head.n - 1] != ' ')
		head.n--;
	name = (struct str){ value.p + head.n, value.n - head.n };
	for (i = 0; i < m->n; i++)
		if (conf_is_below(name, str_of(m->v[i].from)))
			return json_object_set_new(record, "value", moved_target(head, name, &m->v[i])) < 0 ? -ENOMEM : 0;
	return 0;
}

static int
move_records(const struct moves *m, json_t *draft)
{
	json_t *records = json_object_get(json_object_get(draft, "dns"), "records"), *record;
	size_t i;
	int r = conf_draft_records(records);

	json_array_foreach(records, i, record)
		if (r == 0 && json_is_object(record) && (r = move_zone(m, record)) == 0)
			r = move_target(m, record);
	return r;
}

/* The names and networks that draft will have: completed without touching it. NULL when out of memory. */
static json_t *
completed(const json_t *draft)
{
	json_t *new = json_pack("{s:O*, s:O*, s:O*}", "identity", json_object_get(draft, "identity"),
	    "wireguard", json_object_get(draft, "wireguard"), "ddns", json_object_get(draft, "ddns"));
	json_t *copy = json_deep_copy(new);

	json_decref(new);
	if (copy != NULL && conf_complete(copy) == 0)
		return copy;
	json_decref(copy);
	return NULL;
}

int
conf_follow(const json_t *old, json_t *draft, struct err *e)
{
	struct moves *m = calloc(1, sizeof(*m));
	json_t *now;
	int r = -ENOMEM;

	follow_derived(old, draft);
	now = completed(draft);
	if (m != NULL && now != NULL) {
		find_moves(m, old, now);
		r = conf_renumber(old, now, draft, e);
		if (r == 0)
			r = follow_secret(old, now, draft);
	}
	if (r == 0 && m->n > 0)
		r = move_records(m, draft);
	json_decref(now);
	free(m);
	return r;
}
