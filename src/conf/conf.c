/* Build a snapshot: copy, complete, verify, fill, rules (400), conflicts (409). */
#include "conf/conf.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "conf/complete.h"
#include "conf/conflict.h"
#include "conf/fill.h"
#include "conf/rules.h"
#include "conf/verify.h"

static struct conf *
conf_new(void)
{
	struct arena *a = arena_new(0);
	struct conf *c = a == NULL ? NULL : arena_alloc(a, sizeof(*c));

	if (c == NULL) {
		arena_free(a);
		return NULL;
	}
	c->arena = a;
	c->refs = 1;
	return c;
}

/* 0, or a negative errno with e set. */
static int
judge(struct conf *c, const json_t *doc, const struct conf *base, struct err *e)
{
	int r;

	conf_verify(doc, base == NULL ? NULL : base->doc, e);
	if (!json_is_object(doc))
		return err_errno(e->kind);
	if ((r = conf_fill(c, doc, base)) < 0)
		return err_sys(e, r, "configuration");
	if ((r = conf_rules(c, base, e)) < 0)
		return err_sys(e, r, "configuration");
	if (e->kind == ERR_NONE && (r = conf_conflicts(c, base, e)) < 0)
		return err_sys(e, r, "configuration");
	return err_errno(e->kind);
}

int
conf_build_draft(struct conf **out, json_t *doc, const struct conf *base, struct err *e)
{
	struct conf *c = conf_new();
	struct err mine;
	int r;

	*out = NULL;
	err_clear(&mine);
	if (c != NULL) {
		c->doc = doc;
		r = judge(c, doc, base, &mine);
	} else {
		json_decref(doc);
		r = err_sys(&mine, -ENOMEM, "configuration");
	}
	if (r < 0) {
		conf_unref(c);
		if (e != NULL)
			*e = mine;
		return r;
	}
	*out = c;
	return 0;
}

int
conf_build_complete(struct conf **out, json_t *doc, struct err *e)
{
	return conf_build_draft(out, doc, NULL, e);
}

/* A copy in which neighbours in an array share the members that they have alike: of ten thousand devices those are most, and
 * half of what they weigh. Objects are each one's own, so that a member can be set: arrays inside of records have none
 * (test/unit/conf/schema.c), and nothing else of it is ever written into (draft.h). NULL: out of memory. */
static json_t *
copy_alike(const json_t *v, json_t *before)
{
	json_t *copy, *child = NULL, *from = (json_t *)(uintptr_t)v;	/* the iterator wants it writable, and does not write */
	const char *key;
	size_t i;

	if (!json_is_object(v) && json_equal(v, before))
		return json_incref(before);
	if (!json_is_object(v) && !json_is_array(v))
		return json_deep_copy(v);
	copy = json_is_array(v) ? json_array() : json_object();
	json_object_foreach(from, key, child)
		if (json_object_set_new_nocheck(copy, key, copy_alike(child, json_object_get(before, key))) < 0)
			goto fail;
	child = NULL;
	for (i = 0; i < json_array_size(v); i++) {
		child = copy_alike(json_array_get(v, i), child);
		if (json_array_append_new(copy, child) < 0)
			goto fail;
	}
	return copy;
fail:
	json_decref(copy);
	return NULL;
}

int
conf_build(struct conf **out, const json_t *doc, struct err *e)
{
	json_t *copy = copy_alike(doc, NULL);

	*out = NULL;
	if (copy == NULL || (json_is_object(copy) && conf_complete(copy) < 0)) {
		json_decref(copy);
		return err_sys(e, -ENOMEM, "configuration");
	}
	return conf_build_complete(out, copy, e);
}

struct conf *
conf_default(const char *cell_name)
{
	json_t *doc = json_pack("{s:i, s:i, s:s, s:s, s:s, s:{s:b}, s:{s:s}}", "schema_version", CONF_SCHEMA_VERSION,
	    "generation", 0, "written_at", "1970-01-01T00:00:00Z", "written_by", "system", "summary", "",
	    "setup", "complete", 0, "identity", "cell_name", cell_name);
	struct conf *c = NULL;

	if (doc != NULL && conf_build(&c, doc, NULL) < 0)
		c = NULL;	/* the name is no label, or out of memory */
	json_decref(doc);
	return c;
}

bool
conf_same(const struct conf *a, const struct conf *b, const char *section)
{
	return json_equal(json_object_get(a->doc, section), json_object_get(b->doc, section));
}

struct conf *
conf_ref(struct conf *c)
{
	c->refs++;
	return c;
}

void
conf_unref(struct conf *c)
{
	if (c == NULL || --c->refs > 0)
		return;
	json_decref((json_t *)(uintptr_t)c->doc);	/* const for everybody else */
	arena_free(c->arena);				/* c lies in it */
}

static const struct {
	enum conf_zone zone;
	const char *name;
} zones[] = {
	{ CONF_ZONE_LOCAL, "local" }, { CONF_ZONE_VPN, "vpn" }, { CONF_ZONE_CELL, "cell" },
	{ CONF_ZONE_CONTAINER, "container" }, { CONF_ZONE_LAN, "lan" }, { CONF_ZONE_PUBLIC, "public" },
};

const char *
conf_zone_name(enum conf_zone z)
{
	size_t i;

	for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (zones[i].zone == z)
			return zones[i].name;
	return NULL;
}

unsigned
conf_zone_read(const char *s)
{
	size_t i;

	for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (strcmp(zones[i].name, s) == 0)
			return zones[i].zone;
	return 0;
}

const char *
conf_mode_name(enum conf_domain_mode m)
{
	static const char *const names[] = { "lan", "pic_ngo", "cloudflare", "duckdns", "http01" };

	return names[m];
}

const char *
conf_provider_name(enum conf_provider p)
{
	static const char *const names[] = { "none", "pic_ngo", "cloudflare", "duckdns", "noip", "freedns" };

	return names[p];
}

const struct conf_user *
conf_user_find(const struct conf *c, const char *username)
{
	size_t i;

	for (i = 0; i < c->nusers; i++)
		if (str_ieq(str_of(c->users[i].username), str_of(username)))
			return &c->users[i];
	return NULL;
}

size_t
conf_peer_place(const struct conf *c, size_t n, const char *name)
{
	size_t low = 0, high = n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcasecmp(name, c->peers_by_name[middle]->name) <= 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

const struct conf_peer *
conf_peer_find(const struct conf *c, const char *name)
{
	const size_t at = conf_peer_place(c, c->npeers, name);

	return at < c->npeers && strcasecmp(name, c->peers_by_name[at]->name) == 0 ? c->peers_by_name[at] : NULL;
}

const struct conf_group *
conf_group_find(const struct conf *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->ngroups; i++)
		if (str_ieq(str_of(c->groups[i].name), str_of(name)))
			return &c->groups[i];
	return NULL;
}

const struct conf_record *
conf_record_find(const struct conf *c, const char *id)
{
	size_t i;

	for (i = 0; i < c->dns.nrecords; i++)
		if (strcmp(c->dns.records[i].id, id) == 0)
			return &c->dns.records[i];
	return NULL;
}

enum conf_end_kind
conf_end_kind(const struct conf_end *end)
{
	if (end->peer != NULL)
		return CONF_END_PEER;
	if (end->group != NULL)
		return CONF_END_GROUP;
	if (end->service != NULL)
		return CONF_END_SERVICE;
	if (end->zone != 0)
		return CONF_END_ZONE;
	if (end->cidr.addr.len != 0)
		return CONF_END_CIDR;
	return end->target != NULL ? CONF_END_TARGET : CONF_END_NONE;
}

static bool
port_read(struct str s, uint16_t *out)
{
	uint64_t n;

	if (!str_u64(s, UINT16_MAX, &n) || n == 0)
		return false;
	*out = (uint16_t)n;
	return true;
}

bool
conf_ports_read(const char *text, uint16_t *lo, uint16_t *hi)
{
	struct str rest = str_of(text), first;

	if (!str_cut(&rest, '-', &first) || !port_read(first, lo))
		return false;
	*hi = *lo;
	return first.n == strlen(text) || (port_read(rest, hi) && *lo <= *hi);
}
