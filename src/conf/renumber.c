/* Addresses of devices in another network; see renumber.h. */
#include "conf/renumber.h"

#include <errno.h>
#include <string.h>

#include "base/addr.h"
#include "base/str.h"

/* Where the document names devices by their address. */
static const struct place {
	const char *section, *array;
	const char *object, *member;	/* of each element; both NULL: it is the address itself */
} places[] = {
	{ "blocklists", "lists", "apply_to", "peers" },
	{ "dns", "records", NULL, "value" },
	{ "dns", "forwards", NULL, "servers" },
	{ "dns", "secondaries", NULL, "address" },
	{ "dns", "upstreams", NULL, "address" },
	{ "ntp", "sources", NULL, NULL },
};

/* The cell's own address in the VPN with its network, before and after. */
struct move {
	struct addr_prefix from, to;
};

static bool
prefix_read(const json_t *doc, const char *key, struct addr_prefix *out)
{
	const json_t *v = json_object_get(json_object_get(doc, "wireguard"), key);

	return json_is_string(v) && addr_prefix_read((struct str){ json_string_value(v), json_string_length(v) }, out);
}

static bool
move_read(struct move *m, const json_t *old, const json_t *now, const char *key)
{
	return prefix_read(old, key, &m->from) && prefix_read(now, key, &m->to) &&
	    (m->from.bits != m->to.bits || !addr_eq(&m->from.addr, &m->to.addr));
}

static bool
moved(const struct move *m, const struct addr *a, struct addr *out)
{
	if (addr_eq(a, &m->from.addr)) {
		*out = m->to.addr;
		return true;
	}
	return addr_renumber(a, &m->from, &m->to, out) && !addr_eq(out, &m->to.addr);
}

/* The text in v's place; NULL: v stays. */
static json_t *
moved_text(const struct move *m, const json_t *v, int *error)
{
	char buf[ADDR_TEXT_MAX];
	struct addr a, b;
	json_t *text;

	if (!json_is_string(v) || !addr_read((struct str){ json_string_value(v), json_string_length(v) }, &a) ||
	    !moved(m, &a, &b))
		return NULL;
	text = json_string(addr_text(&b, buf));
	if (text == NULL)
		*error = -ENOMEM;
	return text;
}

static int
move_list(const struct move *m, json_t *array)
{
	int error = 0;
	json_t *text;
	size_t i;

	for (i = 0; i < json_array_size(array) && error == 0; i++) {
		text = moved_text(m, json_array_get(array, i), &error);
		if (text != NULL && json_array_set_new(array, i, text) < 0)
			error = -ENOMEM;
	}
	return error;
}

/* Of records, only addresses are addresses. */
static bool
is_other_record(const json_t *row)
{
	const char *type = json_string_value(json_object_get(row, "type"));

	return type != NULL && strcmp(type, "A") != 0 && strcmp(type, "AAAA") != 0;
}

static int
move_member(const struct move *m, const struct place *p, json_t *row)
{
	json_t *in = p->object == NULL ? row : json_object_get(row, p->object), *v = json_object_get(in, p->member), *text;
	int error = 0;

	if (is_other_record(row))
		return 0;
	if (json_is_array(v))
		return move_list(m, v);
	text = moved_text(m, v, &error);
	return text != NULL && json_object_set_new(in, p->member, text) < 0 ? -ENOMEM : error;
}

static int
move_place(const struct move *m, const struct place *p, json_t *array)
{
	json_t *row;
	size_t i;
	int r = 0;

	if (p->member == NULL)
		return move_list(m, array);
	json_array_foreach(array, i, row)
		if (r == 0)
			r = move_member(m, p, row);
	return r;
}

static json_t *
array_of(const json_t *doc, const struct place *p)
{
	return json_object_get(json_object_get(doc, p->section), p->array);
}

int
conf_renumber(const json_t *old, const json_t *now, json_t *draft)
{
	static const char *const keys[] = { "address", "address6" };
	struct move v[2];
	size_t i, k, n = 0;
	int r = 0;

	for (k = 0; k < 2; k++)
		n += move_read(&v[n], old, now, keys[k]);
	for (i = 0; i < sizeof(places) / sizeof(places[0]) && n > 0; i++) {
		json_t *array = array_of(draft, &places[i]);

		if (!json_is_array(array) || !json_equal(array, array_of(old, &places[i])))
			continue;
		for (k = 0; k < n && r == 0; k++)
			r = move_place(&v[k], &places[i], array);
	}
	return r;
}
