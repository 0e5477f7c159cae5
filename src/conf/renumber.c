/* Addresses of devices in another network; see renumber.h. */
#include "conf/renumber.h"

#include <errno.h>
#include <string.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/str.h"
#include "conf/draft.h"
#include "conf/number.h"

/* Where the document names devices by their address. */
static const struct place {
	const char *section, *array;
	const char *object, *member;	/* of each element; both NULL: it is the address itself */
} places[] = {
	{ "peers", NULL, NULL, "ip" },
	{ "peers", NULL, NULL, "ip6" },
	{ "wireguard", "client_dns", NULL, NULL },
	{ "firewall", "rules", "from", "cidr" },
	{ "firewall", "rules", "to", "cidr" },
	{ "firewall", "assertions", "from", "cidr" },
	{ "firewall", "assertions", "to", "cidr" },
	{ "firewall", "forwards", NULL, "to_ip" },
	{ "dns", "records", NULL, "value" },
	{ "dns", "forwards", NULL, "servers" },
	{ "dns", "secondaries", NULL, "address" },
	{ "dns", "upstreams", NULL, "address" },
	{ "ntp", "sources", NULL, NULL },
};

enum { PLACES = sizeof(places) / sizeof(places[0]) };

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

/* The network of the VPN itself, or one address in it. Parts of it stay: nobody can say what they were for. */
static bool
moved_prefix(const struct move *m, const struct addr_prefix *p, struct addr_prefix *out)
{
	struct addr_prefix from = addr_prefix_net(&m->from);

	*out = *p;
	if (addr_prefix_eq(p, &from)) {
		*out = addr_prefix_net(&m->to);
		return true;
	}
	return p->bits == p->addr.len * 8 && moved(m, &p->addr, &out->addr);
}

/* The text in v's place; NULL: v stays. */
static json_t *
moved_text(const struct move *m, const json_t *v, int *error)
{
	struct str s = { json_string_value(v), json_string_length(v) };
	char buf[ADDR_TEXT_MAX];
	struct addr_prefix p, q;
	struct addr a, b;
	json_t *text;

	if (!json_is_string(v))
		return NULL;
	if (addr_read(s, &a) && moved(m, &a, &b))
		text = json_string(addr_text(&b, buf));
	else if (addr_prefix_read(s, &p) && moved_prefix(m, &p, &q))
		text = json_string(addr_prefix_text(&q, buf));
	else
		return NULL;
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
	int r;

	if (p->member == NULL)
		return move_list(m, array);
	r = conf_draft_records(array);
	json_array_foreach(array, i, row)
		if (r == 0)
			r = move_member(m, p, row);
	return r;
}

static json_t *
array_of(const json_t *doc, const struct place *p)
{
	json_t *section = json_object_get(doc, p->section);

	return p->array == NULL ? section : json_object_get(section, p->array);
}

/* IPv6 in the VPN comes or goes: so do the devices' addresses, new ones with the host numbers of their IPv4 ones. */
static int
follow_ip6(const json_t *old, const json_t *now, json_t *peers)
{
	struct addr_prefix p;
	bool had = prefix_read(old, "address6", &p), has = prefix_read(now, "address6", &p);
	json_t *peer;
	size_t i;

	json_array_foreach(peers, i, peer) {
		if (has && !had)
			(void)json_object_del(peer, "ip6");	/* it may be absent */
		else if (had && !has && json_object_set_new(peer, "ip6", json_null()) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* VPN-12: a network that has no place for a host number is refused, and says whose. */
static int
judge_room(const json_t *now, const json_t *peers, struct err *e)
{
	struct addr_prefix own, net;
	char text[ADDR_TEXT_MAX];
	const json_t *peer, *ip;
	struct addr a;
	size_t i;

	if (!prefix_read(now, "address", &own))
		return 0;
	net = addr_prefix_net(&own);
	json_array_foreach(peers, i, peer) {
		ip = json_object_get(peer, "ip");
		if (json_is_string(ip) && addr_read((struct str){ json_string_value(ip), json_string_length(ip) }, &a) &&
		    !conf_number_is_host(&own, &a))
			return err_field(e, ERR_CONFLICT, "wireguard.address", "%s has no place for %s, which has %s",
			    addr_prefix_text(&net, text), json_string_value(json_object_get(peer, "name")),
			    json_string_value(ip));
	}
	return 0;
}

static int
move_places(const struct move *v, size_t n, const bool same[PLACES], json_t *draft)
{
	size_t i, k;
	int r = 0;

	for (i = 0; i < PLACES; i++)
		for (k = 0; k < n && same[i] && r == 0; k++)
			r = move_place(&v[k], &places[i], array_of(draft, &places[i]));
	return r;
}

int
conf_renumber(const json_t *old, const json_t *now, json_t *draft, struct err *e)
{
	static const char *const keys[] = { "address", "address6" };
	json_t *peers = json_object_get(draft, "peers");
	bool same[PLACES] = { false };
	struct move v[2];
	size_t i, k, n = 0;
	int r;

	if (json_equal(json_object_get(old, "wireguard"), json_object_get(now, "wireguard")))
		return 0;
	for (k = 0; k < 2; k++)
		n += move_read(&v[n], old, now, keys[k]);
	/* All of them before the first moves: some share an array. */
	for (i = 0; i < PLACES; i++)
		same[i] = json_is_array(array_of(draft, &places[i])) &&
		    json_equal(array_of(draft, &places[i]), array_of(old, &places[i]));
	r = same[0] ? conf_draft_records(peers) : 0;
	if (r == 0)
		r = move_places(v, n, same, draft);
	if (r == 0 && same[0])
		r = follow_ip6(old, now, peers);
	return r == 0 && same[0] ? judge_room(now, peers, e) : r;
}
