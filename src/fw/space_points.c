/* Protocols and ports of a space: where they are cut, what is decided at each without rules, and at which something may be
 * another than at the one before. */
#include <string.h>

#include "base/arena.h"
#include "fw/asked.h"
#include "fw/flow.h"
#include "fw/space_parts.h"

enum { PORTS = 65536, SCTP = 132 };	/* SCTP stands for all that have no ports here */

/* --- where ports are cut ------------------------------------------------------------------------- */

enum { BY_RULE = 1, BY_DEFAULT = 2 };

static void
cut_ports(uint8_t *cuts, uint16_t lo, uint16_t hi, uint8_t why)
{
	cuts[lo] |= why;
	if (hi < PORTS - 1)
		cuts[hi + 1] |= why;
}

static void
cut_services(const struct fw_input *in, uint8_t *cuts)
{
	size_t i, k;

	for (i = 0; i < in->nservices; i++)
		for (k = 0; k < in->services[i].nports; k++)
			cut_ports(cuts, in->services[i].ports[k].ports.lo, in->services[i].ports[k].ports.hi, BY_DEFAULT);
	for (i = 0; i < in->nforwards; i++) {
		cut_ports(cuts, in->forwards[i].port, in->forwards[i].port, BY_DEFAULT);
		cut_ports(cuts, in->forwards[i].to_port, in->forwards[i].to_port, BY_DEFAULT);
	}
}

static void
cut_all_ports(const struct fw_input *in, uint8_t *cuts)
{
	static const uint16_t fixed[] = { 53, 853, SYNC_PORT, DHCP_CLIENT, DHCP6_CLIENT };
	size_t i, k;

	cuts[1] = BY_DEFAULT;		/* nobody has port 0 */
	for (i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		cut_ports(cuts, fixed[i], fixed[i], BY_DEFAULT);
	for (i = 0; i < in->ndoors; i++)
		cut_ports(cuts, in->doors[i].port, in->doors[i].port, BY_DEFAULT);
	cut_services(in, cuts);
	for (i = 0; i < in->nrules; i++)
		for (k = 0; k < in->rules[i].nports; k++)
			cut_ports(cuts, in->rules[i].ports[k].lo, in->rules[i].ports[k].hi, BY_RULE);
}

static void
add_point(struct fw_space *s, uint8_t proto, uint16_t port, uint8_t why)
{
	static const uint8_t lens[] = { 4, 16 };
	struct space_point *p = &s->points[s->npoints++];
	size_t i, version;

	p->proto = proto;
	p->port = port;
	p->by_default = (why & BY_DEFAULT) != 0;
	for (version = 0; version < 2; version++)
		for (i = 0; i < s->in->nrules; i++)
			if (fw_rule_what(&s->in->rules[i],
			    &(struct fw_flow){ .src.len = lens[version], .proto = proto, .port = port }))
				fw_space_set(p->rules[version], i);
}

bool
fw_space_points(struct fw_space *s)
{
	static const uint8_t ported[] = { FW_TCP, FW_UDP }, others[] = { FW_ICMP, FW_ICMP6, SCTP };
	uint8_t *cuts = arena_alloc(s->arena, PORTS);
	size_t i, port, n = 0;

	if (cuts == NULL)
		return false;
	cut_all_ports(s->in, cuts);
	for (port = 1; port < PORTS; port++)
		n += cuts[port] != 0;
	n = 2 * n + sizeof(others);
	s->points = arena_array(s->arena, n, sizeof(*s->points));
	s->wanted = arena_array(s->arena, SPACE_WORDS(n), sizeof(*s->wanted));
	if (s->points == NULL || s->wanted == NULL)
		return false;
	for (i = 0; i < sizeof(ported); i++)
		for (port = 1; port < PORTS; port++)
			if (cuts[port] != 0)
				add_point(s, ported[i], (uint16_t)port, cuts[port]);
	for (i = 0; i < sizeof(others); i++)
		add_point(s, others[i], 0, BY_DEFAULT);
	return true;
}

/* --- what is decided without rules ----------------------------------------------------------------- */

struct fw_flow
fw_space_flow(const struct fw_space *s, size_t src, size_t dst, size_t point)
{
	const struct space_place *to = &s->places[dst];
	const struct space_point *p = &s->points[point];
	struct fw_flow f = { .src = s->places[src].first, .dst = to->first, .proto = p->proto, .port = p->port };

	if (to->forward != NULL)
		f.port = to->forward->port;
	fw_flow_route(s->x, &f);
	return f;
}

static uint8_t
judge(const struct fw_space *s, size_t src, size_t dst, size_t point)
{
	const struct fw_forward *w = s->places[dst].forward;
	const struct space_point *p = &s->points[point];
	struct fw_verdict v;
	struct fw_asked a;
	struct fw_flow f;

	if (w != NULL && (p->proto != w->proto || p->port != w->to_port))
		return SPACE_OUTSIDE;
	f = fw_space_flow(s, src, dst, point);
	fw_asked_make(&a, s->x, &f);
	if (a.forward != w)
		return SPACE_OUTSIDE;
	if (fw_asked_fixed(&a, &v))
		return SPACE_FIXED | v.allow;
	fw_asked_default(&a, &v);
	return v.allow;
}

/* --- where to look -------------------------------------------------------------------------------------- */

static bool
begins(const struct fw_space *s, size_t k)
{
	return k == 0 || s->points[k].proto != s->points[k - 1].proto;
}

const struct space_plain *
fw_space_plain(struct fw_space *s, size_t src, size_t dst, struct space_plain *known)
{
	const struct space_point *p = s->points;
	uint8_t *said;
	size_t k;

	if (known->said != NULL)
		return known;
	known->changes = arena_array(s->arena, SPACE_WORDS(s->npoints), sizeof(*known->changes));
	said = known->changes == NULL ? NULL : arena_alloc(s->arena, s->npoints);
	for (k = 0; said != NULL && k < s->npoints; k++) {
		said[k] = p[k].by_default ? judge(s, s->src.all[src].place, s->dst.all[dst].place, k) : said[k - 1];
		if (begins(s, k) || said[k] != said[k - 1])
			fw_space_set(known->changes, k);
		known->allows = known->allows || (said[k] & SPACE_ALLOWED) != 0;
		known->refuses = known->refuses || (said[k] & (SPACE_ALLOWED | SPACE_OUTSIDE)) == 0;
	}
	known->said = said;
	return said == NULL ? NULL : known;
}

static bool
differ(const struct space_class *d, const uint64_t a[SPACE_RULE_WORDS], const uint64_t b[SPACE_RULE_WORDS])
{
	size_t i;

	for (i = 0; i < SPACE_RULE_WORDS; i++)
		if (((a[i] ^ b[i]) & d->rules[i]) != 0)
			return true;
	return false;
}

const uint64_t *
fw_space_changes(struct fw_space *s, struct space_class *d)
{
	const size_t version = d->trait.len != 4;
	size_t k;

	if (d->changes == NULL)
		d->changes = arena_array(s->arena, SPACE_WORDS(s->npoints), sizeof(*d->changes));
	else
		return d->changes;
	for (k = 1; d->changes != NULL && k < s->npoints; k++)
		if (differ(d, s->points[k - 1].rules[version], s->points[k].rules[version]))
			fw_space_set(d->changes, k);
	return d->changes;
}
