/* Completion in four steps: values in canonical form with defaults, members that
 * derive from others, records (whose form depends on their type), order. */
#include "conf/complete.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/str.h"
#include "conf/check.h"
#include "conf/domain.h"
#include "conf/draft.h"
#include "conf/number.h"
#include "conf/schema.h"

static struct str
text(const json_t *v)
{
	return (struct str){ json_string_value(v), json_string_length(v) };
}

static json_t *
string_new(struct str s)
{
	return json_stringn(s.n == 0 ? "" : s.p, s.n);
}

static bool
has_upper(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			return true;
	return false;
}

static json_t *
lower_new(struct str s)
{
	char *p = malloc(s.n + 1);
	json_t *j;
	size_t i;

	if (p == NULL)
		return NULL;
	for (i = 0; i < s.n; i++)
		p[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] - 'A' + 'a' : s.p[i]);
	j = json_stringn(p, s.n);
	free(p);
	return j;
}

static struct str
addr_form(struct str s, char buf[ADDR_TEXT_MAX])
{
	struct addr a;

	return addr_read(s, &a) ? str_of(addr_text(&a, buf)) : s;
}

static struct str
prefix_form(struct str s, char buf[ADDR_TEXT_MAX])
{
	struct addr_prefix p;

	return addr_prefix_read(s, &p) ? str_of(addr_prefix_text(&p, buf)) : s;
}

/* One string in its canonical form; NULL when out of memory. Most are in it already and stay the same object. */
static json_t *
canonical_text(const struct conf_row *row, json_t *v)
{
	struct str s = str_trim(text(v));
	char buf[ADDR_TEXT_MAX];

	switch (row->type) {
	case CONF_T_ADDR:
	case CONF_T_ADDRS:
		s = addr_form(s, buf);
		break;
	case CONF_T_PREFIX:
	case CONF_T_PREFIXES:
		s = prefix_form(s, buf);
		break;
	case CONF_T_TEXTS:	/* of names or addresses; no name has the form of an address */
		s = addr_form(s, buf);
		/* fallthrough */
	default:
		break;
	}
	if ((row->flags & CONF_F_LOWER) && has_upper(s))
		return lower_new(s);
	return str_eq(s, text(v)) ? json_incref(v) : string_new(s);
}

/* What a draft may share records with. */
static const json_t *
shared(const struct conf_row *row, const json_t *base)
{
	return row->flags & CONF_F_SHARED ? base : NULL;
}

static int complete_rows(const struct conf_row *rows, json_t *obj, const json_t *base);

static int
complete_array(const struct conf_row *row, json_t *array, const json_t *base)
{
	struct conf_draft_walk same = { .base = shared(row, base) };
	size_t i;
	int r = 0;

	for (i = 0; i < json_array_size(array) && r == 0; i++) {
		json_t *v = json_array_get(array, i);

		if (conf_draft_is_same(&same, v))
			continue;
		if (row->type == CONF_T_RECORDS && json_is_object(v))
			r = complete_rows(row->rows, v, NULL);
		else if (row->type != CONF_T_RECORDS && json_is_string(v))
			r = json_array_set_new(array, i, canonical_text(row, v)) < 0 ? -ENOMEM : 0;
	}
	return r;
}

static int
complete_value(const struct conf_row *row, json_t *obj, const json_t *base)
{
	json_t *v = json_object_get(obj, row->key);

	if (v == NULL && row->def != NULL) {
		v = json_loads(row->def, JSON_DECODE_ANY, NULL);
		if (json_object_set_new(obj, row->key, v) < 0)
			return -ENOMEM;
	}
	if (json_is_string(v))
		return json_object_set_new(obj, row->key, canonical_text(row, v)) < 0 ? -ENOMEM : 0;
	if (json_is_object(v) && row->type == CONF_T_OBJECT)
		return complete_rows(row->rows, v, json_object_get(base, row->key));
	if (json_is_array(v))
		return complete_array(row, v, json_object_get(base, row->key));
	return 0;
}

static int
complete_rows(const struct conf_row *rows, json_t *obj, const json_t *base)
{
	int r = 0;

	for (; rows->key != NULL && r == 0; rows++)
		r = complete_value(rows, obj, base);
	return r;
}

const char *
conf_derived_section(enum conf_derived which)
{
	static const char *const sections[CONF_DERIVED_COUNT] = { "identity", "ddns", "ddns", "ddns", "identity",
		"wireguard" };

	return sections[which];
}

const char *
conf_derived_key(enum conf_derived which)
{
	static const char *const keys[CONF_DERIVED_COUNT] = { "domain", "provider", "api_base_url", "subdomain",
		"domain_name", "address6" };

	return keys[which];
}

/* A label with something behind it; NULL where v is none. */
static json_t *
derive_name(const json_t *v, const char *suffix)
{
	char name[CONF_LABEL_MAX + sizeof(".duckdns.org")];
	const char *label = json_string_value(v);

	if (label == NULL || !conf_is_label(str_of(label)))
		return NULL;
	(void)snprintf(name, sizeof(name), "%s%s", label, suffix);	/* a label fits */
	return json_string(name);
}

static json_t *
derive_domain_name(const json_t *doc)
{
	const json_t *cell = json_object_get(json_object_get(doc, "identity"), "cell_name");
	struct str mode = conf_domain_mode_of(doc);

	if (str_eqz(mode, "lan"))
		return derive_name(cell, ".home.arpa");
	if (str_eqz(mode, "pic_ngo"))
		return derive_name(cell, ".pic.ngo");
	if (str_eqz(mode, "duckdns"))
		return derive_name(json_object_get(json_object_get(doc, "ddns"), "subdomain"), ".duckdns.org");
	return NULL;
}

static json_t *
derive_subdomain(const json_t *doc)
{
	return str_eqz(conf_domain_provider_of(doc), "pic_ngo") ?
	    derive_name(json_object_get(json_object_get(doc, "identity"), "cell_name"), "") : json_null();
}

static json_t *
derive_address6(const json_t *identity)
{
	const json_t *ula = json_object_get(identity, "ula_prefix");
	char buf[ADDR_TEXT_MAX];
	struct addr_prefix p;

	if (json_is_null(ula))
		return json_null();
	if (!json_is_string(ula) || !addr_prefix_read(text(ula), &p) || p.addr.len != 16 || p.bits != 48)
		return NULL;
	p.addr.b[7] = 1;	/* subnet 1 */
	p.addr.b[15] = 1;	/* host 1 */
	p.bits = 64;
	return json_string(addr_prefix_text(&p, buf));
}

json_t *
conf_derived_value(const json_t *doc, enum conf_derived which)
{
	const json_t *identity = json_object_get(doc, "identity");

	switch (which) {
	case CONF_DERIVED_DOMAIN:
		return derive_name(json_object_get(identity, "cell_name"), ".cell");
	case CONF_DERIVED_PROVIDER:	/* json_string(NULL) is NULL */
		return json_string(conf_domain_provider(conf_domain_mode_of(doc)));
	case CONF_DERIVED_BASE:
		return json_string(conf_domain_base(conf_domain_provider_of(doc)));
	case CONF_DERIVED_SUBDOMAIN:
		return derive_subdomain(doc);
	case CONF_DERIVED_DOMAIN_NAME:
		return derive_domain_name(doc);
	default:
		return derive_address6(identity);
	}
}

static int
derive_members(json_t *doc)
{
	enum conf_derived d;

	for (d = 0; d < CONF_DERIVED_COUNT; d++) {
		json_t *section = json_object_get(doc, conf_derived_section(d)), *v;

		if (!json_is_object(section) || json_object_get(section, conf_derived_key(d)) != NULL)
			continue;
		v = conf_derived_value(doc, d);
		if (v != NULL && json_object_set_new(section, conf_derived_key(d), v) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Addresses in canonical form, names in lower case; TXT and CAA as they are. */
static int
complete_record_value(json_t *record)
{
	json_t *v = json_object_get(record, "value");
	const char *type = json_string_value(json_object_get(record, "type"));
	const struct conf_row address = { .type = CONF_T_ADDR }, name = { .type = CONF_T_TEXT, .flags = CONF_F_LOWER };
	json_t *to;

	if (type == NULL || !json_is_string(v) || strcmp(type, "TXT") == 0 || strcmp(type, "CAA") == 0)
		return 0;
	to = canonical_text(strcmp(type, "A") == 0 || strcmp(type, "AAAA") == 0 ? &address : &name, v);
	return json_object_set_new(record, "value", to) < 0 ? -ENOMEM : 0;
}

static int
complete_records(json_t *doc, const json_t *base)
{
	struct conf_draft_walk same = { .base = json_object_get(json_object_get(base, "dns"), "records") };
	json_t *effective = json_object_get(json_object_get(doc, "identity"), "domain_name");
	json_t *records = json_object_get(json_object_get(doc, "dns"), "records"), *r;
	size_t i;

	json_array_foreach(records, i, r) {
		if (conf_draft_is_same(&same, r) || !json_is_object(r))
			continue;
		if (json_object_get(r, "zone") == NULL && effective != NULL &&
		    json_object_set(r, "zone", effective) < 0)
			return -ENOMEM;
		if (complete_record_value(r) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* The port of a forward leads to the same one inside. */
static int
complete_forwards(json_t *doc)
{
	json_t *forwards = json_object_get(json_object_get(doc, "firewall"), "forwards"), *f, *port;
	size_t i;

	json_array_foreach(forwards, i, f) {
		port = json_object_get(f, "port");
		if (port != NULL && json_object_get(f, "to_port") == NULL && json_object_set(f, "to_port", port) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int order_rows(const struct conf_row *rows, json_t *obj, const json_t *base);

static int
order_value(const struct conf_row *row, json_t *v, const json_t *base)
{
	struct conf_draft_walk same = { .base = shared(row, base) };
	size_t i;
	json_t *element;
	int r = 0;

	if (row->type == CONF_T_OBJECT && json_is_object(v))
		return order_rows(row->rows, v, base);
	if (row->type != CONF_T_RECORDS)
		return 0;
	json_array_foreach(v, i, element)
		if (!conf_draft_is_same(&same, element) && r == 0 && json_is_object(element))
			r = order_rows(row->rows, element, NULL);
	return r;
}

/* Take a member out and put it back, which makes it the last one. */
static int
order_member(const struct conf_row *row, json_t *obj)
{
	json_t *v = json_incref(json_object_get(obj, row->key));

	if (v == NULL)
		return 0;
	(void)json_object_del(obj, row->key);	/* it is there */
	return json_object_set_new(obj, row->key, v) < 0 ? -ENOMEM : 0;
}

static bool
is_ordered(const struct conf_row *rows, json_t *obj)
{
	const char *key;
	json_t *v;

	json_object_foreach(obj, key, v) {
		while (rows->key != NULL && strcmp(rows->key, key) != 0)
			rows++;
		if (rows->key == NULL)
			return false;
		rows++;
	}
	return true;
}

static int
order_rows(const struct conf_row *rows, json_t *obj, const json_t *base)
{
	bool ordered = is_ordered(rows, obj);
	int r = 0;

	for (; rows->key != NULL && r == 0; rows++) {
		r = order_value(rows, json_object_get(obj, rows->key), json_object_get(base, rows->key));
		if (r == 0 && !ordered)
			r = order_member(rows, obj);
	}
	return r;
}

/* Envelope and sections are rows of the document like those inside. */
static int
each_row(json_t *doc, const json_t *base, int (*f)(const struct conf_row *, json_t *, const json_t *))
{
	const struct conf_row *row;
	const struct conf_section *s;
	int r = 0;

	for (row = conf_envelope; row->key != NULL && r == 0; row++)
		r = f(row, doc, base);
	for (s = conf_sections; s->name != NULL && r == 0; s++)
		r = f(s->row, doc, base);
	return r;
}

static int
order_top(const struct conf_row *row, json_t *doc, const json_t *base)
{
	int r = order_value(row, json_object_get(doc, row->key), json_object_get(base, row->key));

	return r < 0 ? r : order_member(row, doc);
}

int
conf_complete_draft(json_t *doc, const json_t *base)
{
	int r;

	if (!json_is_object(doc))
		return -EINVAL;
	if ((r = each_row(doc, base, complete_value)) < 0 || (r = derive_members(doc)) < 0 ||
	    (r = complete_records(doc, base)) < 0 || (r = complete_forwards(doc)) < 0 || (r = conf_number_complete(doc, base)) < 0)
		return r;
	return each_row(doc, base, order_top);
}

int
conf_complete(json_t *doc)
{
	return conf_complete_draft(doc, NULL);
}
