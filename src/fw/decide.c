/* What the firewall does with a connection; see decide.h. */
#include "fw/decide.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "fw/asked.h"
#include "fw/flow.h"
#include "fw/index.h"

static bool
say(struct fw_verdict *v, bool allow, enum fw_reason why, const char *subject, const char *object)
{
	*v = (struct fw_verdict){ .allow = allow, .why = why, .subject = subject, .object = object };
	return true;
}

static const char *
name_of(const struct fw_party *p)
{
	return p == NULL ? NULL : p->name;
}

static bool
via(const char *name, const char *interface)
{
	return name[0] != '\0' && strcmp(name, interface) == 0;
}

static bool
from_zone(const struct fw_asked *a, enum fw_zone zone)
{
	switch (zone) {
	case FW_VPN:
		return a->from_vpn && a->src != NULL && !a->src->link;
	case FW_CELL:
		return a->from_vpn && a->src != NULL && a->src->link;
	case FW_LAN:
		return fw_index_lan_if(a->x, a->f.iif) && fw_index_lan(a->x, &a->f.src);
	case FW_PUBLIC:
		return via(a->in->uplink, a->f.iif) && !fw_index_lan(a->x, &a->f.src);
	default:
		return false;
	}
}

static bool
to_internet(const struct fw_asked *a)
{
	return via(a->in->uplink, a->f.oif) && !fw_index_inner(a->x, &a->f.dst);
}

static bool
to_zone(const struct fw_asked *a, enum fw_zone zone)
{
	switch (zone) {
	case FW_LOCAL:
		return a->f.oif[0] == '\0';
	case FW_CONTAINER:
		return fw_index_service_net(a->x, &a->f.dst);
	case FW_VPN:
		return a->to_vpn && a->dst != NULL && !a->dst->link;
	case FW_CELL:
		return a->to_vpn && a->dst != NULL && a->dst->link;
	case FW_LAN:
		return !a->to_vpn && fw_index_lan(a->x, &a->f.dst);
	case FW_PUBLIC:
		return to_internet(a);
	}
	return false;
}

bool
fw_asked_from(const struct fw_asked *a, const struct fw_end *e)
{
	switch (e->kind) {
	case FW_END_PARTY:
		return a->from_vpn && a->src == &a->in->parties[e->index];
	case FW_END_GROUP:
		return a->from_vpn && a->src != NULL && (a->src->groups >> e->index & 1) != 0;
	case FW_END_ZONE:
		return from_zone(a, e->zone);
	case FW_END_CIDR:
		return addr_in(&a->f.src, &e->cidr);
	default:
		return false;
	}
}

bool
fw_is_dns(const struct fw_flow *f)
{
	return (f->proto == FW_UDP && f->port == 53) || (f->proto == FW_TCP && (f->port == 53 || f->port == 853));
}

/* A network of services is opened by its name only, never by its addresses (FWL-5). */
bool
fw_asked_to(const struct fw_asked *a, const struct fw_end *e)
{
	const bool local = a->f.oif[0] == '\0', service = !local && fw_index_service_net(a->x, &a->f.dst);

	switch (e->kind) {
	case FW_END_SERVICE:
		return service && fw_index_service(a->x, &a->f.dst) == &a->in->services[e->index];
	case FW_END_DNS:
		return local;
	case FW_END_CIDR:
		return !service && addr_in(&a->f.dst, &e->cidr);
	case FW_END_PARTY:
		return !local && !service && a->to_vpn && a->dst == &a->in->parties[e->index];
	case FW_END_INTERNET:
		return !local && !service && to_internet(a);
	case FW_END_ZONE:
		if (local || service)
			return e->zone == (local ? FW_LOCAL : FW_CONTAINER);
		return to_zone(a, e->zone);
	default:
		return false;
	}
}

bool
fw_rule_what(const struct fw_rule *r, const struct fw_flow *f)
{
	size_t i;

	if (r->proto == FW_ICMP && r->to.kind != FW_END_DNS)
		return f->proto == (f->src.len == 4 ? FW_ICMP : FW_ICMP6);
	if (r->proto != FW_ANY && r->proto != f->proto)
		return false;
	if (r->to.kind == FW_END_DNS)
		return fw_is_dns(f);
	for (i = 0; i < r->nports; i++)
		if (f->port >= r->ports[i].lo && f->port <= r->ports[i].hi)
			return true;
	return r->nports == 0;
}

static bool
by_rule(const struct fw_asked *a, struct fw_verdict *v)
{
	size_t i;

	for (i = 0; i < a->in->nrules; i++) {
		const struct fw_rule *r = &a->in->rules[i];

		if (!fw_rule_what(r, &a->f) || !fw_asked_from(a, &r->from) || !fw_asked_to(a, &r->to))
			continue;
		(void)say(v, r->action == FW_ACCEPT, FW_BY_RULE, r->id, NULL);	/* always true: it has been said */
		v->reject = r->action == FW_REJECT;
		return true;
	}
	return false;
}

static bool
by_forward(const struct fw_asked *a, struct fw_verdict *v)
{
	size_t i;

	for (i = 0; a->forward != NULL && i < a->in->nforwards; i++) {
		const struct fw_forward *w = &a->in->forwards[i];

		if (w->proto == a->f.proto && w->to_port == a->f.port && addr_eq(&w->to, &a->f.dst) && from_zone(a, w->zone))
			return say(v, true, FW_BY_FORWARD, w->id, NULL);
	}
	return false;
}

static bool
is_icmp(const struct fw_flow *f)
{
	return f->proto == FW_ICMP || f->proto == FW_ICMP6;
}

static bool
by_door(const struct fw_asked *a, unsigned zone, struct fw_verdict *v)
{
	size_t i;

	for (i = 0; i < a->in->ndoors; i++)
		if (a->in->doors[i].proto == a->f.proto && a->in->doors[i].port == a->f.port &&
		    (a->in->doors[i].zones & zone) != 0)
			return say(v, true, FW_BY_DOOR, name_of(a->src), NULL);
	return false;
}

static bool
forged(const struct fw_asked *a)
{
	const bool outside = fw_index_lan_if(a->x, a->f.iif) || via(a->in->uplink, a->f.iif);

	return (!a->from_vpn && fw_index_vpn_net(a->x, &a->f.src)) || (outside && fw_index_service_net(a->x, &a->f.src));
}

/* A service asks the cell. */
static bool
input_service(const struct fw_asked *a, struct fw_verdict *v)
{
	if (is_icmp(&a->f))
		return say(v, true, FW_BY_ICMP, NULL, NULL);
	return by_door(a, FW_CONTAINER, v) || say(v, false, FW_NO_DOOR, NULL, NULL);
}

static bool
input_vpn(const struct fw_asked *a, struct fw_verdict *v)
{
	if (is_icmp(&a->f))
		return say(v, true, FW_BY_ICMP, a->src->name, NULL);
	if (by_door(a, a->src->link ? FW_CELL : FW_VPN, v))
		return true;
	return say(v, a->in->vpn_default_accept, a->in->vpn_default_accept ? FW_BY_DEFAULT : FW_NO_DOOR, a->src->name, NULL);
}

static bool
guard(const struct fw_asked *a, struct fw_verdict *v)
{
	const uint16_t dhcp = a->f.src.len == 4 ? DHCP_CLIENT : DHCP6_CLIENT;

	if (is_icmp(&a->f))
		return say(v, true, FW_BY_ICMP, NULL, NULL);
	if (from_zone(a, FW_LAN) || (a->f.proto == FW_UDP && a->f.port == dhcp))
		return say(v, true, FW_NOT_OURS, NULL, NULL);
	return by_door(a, FW_PUBLIC, v) || say(v, false, FW_BY_GUARD, NULL, NULL);
}

static bool
service_port(const struct fw_asked *a, const struct fw_service *s, struct fw_verdict *v)
{
	const bool word = a->from_vpn && (a->src->services >> (s - a->in->services) & 1) != 0;
	size_t i;

	for (i = 0; i < s->nports; i++) {
		const struct fw_service_port *p = &s->ports[i];

		if (p->proto != a->f.proto || a->f.port < p->ports.lo || a->f.port > p->ports.hi)
			continue;
		if (word)
			return say(v, true, FW_MAY_SERVICE, a->src->name, s->name);
		if (((p->zones & FW_LAN) != 0 && from_zone(a, FW_LAN)) || ((p->zones & FW_PUBLIC) != 0 && from_zone(a, FW_PUBLIC)))
			return say(v, true, FW_SERVICE_ZONE, NULL, s->name);
	}
	return false;
}

static bool
to_service(const struct fw_asked *a, struct fw_verdict *v)
{
	const struct fw_service *s = fw_index_service(a->x, &a->f.dst);

	if ((s != NULL && service_port(a, s, v)) || by_forward(a, v))
		return true;
	if (a->from_vpn && s != NULL && (a->src->services >> (s - a->in->services) & 1) == 0)
		return say(v, false, FW_NO_SERVICE, a->src->name, s->name);
	return say(v, false, FW_FENCE, name_of(a->src), s == NULL ? NULL : s->name);
}

static bool
from_service(const struct fw_asked *a, struct fw_verdict *v)
{
	const struct fw_service *s = fw_index_service(a->x, &a->f.src);
	const char *name = s == NULL ? NULL : s->name;

	if (s != NULL && s->egress && to_internet(a))
		return say(v, true, FW_MAY_EGRESS, name, NULL);
	return say(v, false, FW_NO_EGRESS, name, NULL);
}

static bool
within(const struct fw_asked *a, struct fw_verdict *v)
{
	const char *src = a->src->name, *dst = a->dst->name;

	if (a->dst->link) {
		bool may = !a->src->link && !(a->f.proto == FW_TCP && a->f.port == SYNC_PORT);

		return say(v, may, may ? FW_MAY_LINK : FW_NO_LINK, src, dst);
	}
	if (a->src->peers && a->dst->peers && !a->src->link)
		return say(v, true, FW_MAY_MEET, src, dst);
	return say(v, false, FW_ISOLATED, src, dst);
}

static bool
from_vpn(const struct fw_asked *a, struct fw_verdict *v)
{
	const char *name = a->src->name;

	if (a->to_vpn)
		return within(a, v);
	if (a->src->lan && fw_index_lan(a->x, &a->f.dst))
		return say(v, true, FW_MAY_LAN, name, NULL);
	if (a->src->internet && to_internet(a))
		return say(v, true, FW_MAY_INTERNET, name, NULL);
	if (a->in->vpn_default_accept)
		return say(v, true, FW_BY_DEFAULT, name, NULL);
	return say(v, false, fw_index_inner(a->x, &a->f.dst) ? FW_NO_LAN : FW_NO_INTERNET, name, NULL);
}

static bool
forward(const struct fw_asked *a, struct fw_verdict *v)
{
	const bool outer_in = fw_index_lan_if(a->x, a->f.iif) || via(a->in->uplink, a->f.iif);
	const bool outer_out = fw_index_lan_if(a->x, a->f.oif) || via(a->in->uplink, a->f.oif);

	if (fw_index_service_net(a->x, &a->f.dst))
		return to_service(a, v);
	if (a->from_vpn)
		return from_vpn(a, v);
	if (by_forward(a, v))
		return true;
	if (a->to_vpn)
		return say(v, a->in->vpn_default_accept, FW_BY_DEFAULT, NULL, name_of(a->dst));
	if (outer_in && outer_out)
		return say(v, a->in->forward_default_accept, FW_BY_DEFAULT, NULL, NULL);
	return say(v, true, FW_NOT_OURS, NULL, NULL);
}

/* --- all of it --------------------------------------------------------------------------- */

bool
fw_asked_fixed(const struct fw_asked *a, struct fw_verdict *v)
{
	const bool local = a->f.oif[0] == '\0', service = fw_index_service_net(a->x, &a->f.src);

	if (a->f.iif[0] == '\0')
		return say(v, true, FW_NOT_OURS, NULL, NULL);
	if (a->from_vpn && a->src == NULL)
		return say(v, false, FW_UNKNOWN_SOURCE, NULL, NULL);
	if (!local && a->to_vpn && a->dst == NULL)
		return say(v, false, FW_UNKNOWN_TARGET, name_of(a->src), NULL);
	if (forged(a))
		return say(v, false, FW_FORGED, NULL, NULL);
	if (local)
		return service && !a->from_vpn && input_service(a, v);
	return service && !fw_index_service_net(a->x, &a->f.dst) && from_service(a, v);
}

void
fw_asked_default(const struct fw_asked *a, struct fw_verdict *v)
{
	if (a->f.oif[0] != '\0')
		(void)forward(a, v);	/* always true, as are those below: it has been said */
	else if (a->from_vpn)
		(void)input_vpn(a, v);
	else
		(void)(a->in->host_guard ? guard(a, v) : say(v, true, FW_NOT_OURS, NULL, NULL));
}

/* A port that is forwarded is another destination from here on (FWL-9). */
static void
translate(struct fw_asked *a)
{
	size_t i;

	if (!fw_index_own(a->x, &a->f.dst))
		return;
	for (i = 0; i < a->in->nforwards; i++) {
		const struct fw_forward *w = &a->in->forwards[i];

		if (w->proto != a->f.proto || w->port != a->f.port || w->to.len != a->f.dst.len || !from_zone(a, w->zone))
			continue;
		a->f.dst = w->to;
		a->f.port = w->to_port;
		a->forward = w;
		(void)str_copy(STR(""), a->f.oif, sizeof(a->f.oif));	/* fits */
		fw_flow_route(a->x, &a->f);
		return;
	}
}

void
fw_asked_make(struct fw_asked *a, const struct fw_index *x, const struct fw_flow *f)
{
	*a = (struct fw_asked){ .x = x, .in = fw_index_input(x), .f = *f };
	a->from_vpn = via(a->in->vpn_if, f->iif);
	a->src = a->from_vpn ? fw_index_party(x, &f->src) : NULL;
	translate(a);
	a->to_vpn = via(a->in->vpn_if, a->f.oif);
	a->dst = a->to_vpn ? fw_index_party(x, &a->f.dst) : NULL;
}

void
fw_decide(const struct fw_index *x, const struct fw_flow *f, struct fw_verdict *v)
{
	struct fw_asked a;

	fw_asked_make(&a, x, f);
	if (!fw_asked_fixed(&a, v) && !by_rule(&a, v))
		fw_asked_default(&a, v);
	v->translated = a.forward != NULL;
}

/* A sentence with the subject at its %1 and the object at its %2; what is not known has a word of its own. */
static const struct { const char *text, *subject, *object; } sentences[] = {
	[FW_NOT_OURS] = { "the firewall leaves it alone", "", "" },
	[FW_BY_DEFAULT] = { "no rule is about it: the default decides", "", "" },
	[FW_BY_RULE] = { "rule %1 decides", "", "" },
	[FW_BY_FORWARD] = { "port forward %1 lets it through", "", "" },
	[FW_BY_DOOR] = { "the cell listens there for it", "", "" },
	[FW_BY_ICMP] = { "ICMP to the cell is answered", "", "" },
	[FW_BY_GUARD] = { "host guard refuses what is not an open port of the cell", "", "" },
	[FW_NO_DOOR] = { "%1 reaches only the cell's own services there", "a service", "" },
	[FW_UNKNOWN_SOURCE] = { "no enabled peer has the source address", "", "" },
	[FW_UNKNOWN_TARGET] = { "no enabled peer has that address", "", "" },
	[FW_FORGED] = { "the source address belongs to another interface", "", "" },
	[FW_MAY_SERVICE] = { "%1 has access to %2", "", "" },
	[FW_NO_SERVICE] = { "%1 has no access to %2", "", "" },
	[FW_SERVICE_ZONE] = { "%2 is open to that zone", "", "" },
	[FW_FENCE] = { "%2 does not offer that", "", "the service network" },
	[FW_MAY_EGRESS] = { "%1 may reach the Internet", "", "" },
	[FW_NO_EGRESS] = { "%1 may not reach that", "a service", "" },
	[FW_MAY_MEET] = { "%1 and %2 both have peer access", "", "" },
	[FW_ISOLATED] = { "peers are isolated: not both of %1 and %2 have peer access", "", "" },
	[FW_MAY_LINK] = { "%1 may reach what is behind %2, which decides itself what it serves", "", "" },
	[FW_NO_LINK] = { "%1 may not reach that of %2", "", "" },
	[FW_MAY_LAN] = { "%1 has access to the home network", "", "" },
	[FW_NO_LAN] = { "%1 has no access to the home network", "", "" },
	[FW_MAY_INTERNET] = { "%1 has Internet access", "", "" },
	[FW_NO_INTERNET] = { "%1 has no Internet access", "", "" },
	[FW_TOO_MANY] = { "rules and their ports make too many cases to look at each", "", "" },
	[FW_NOTHING_THERE] = { "nothing is there: the host has no address or no way", "", "" },
};

const char *
fw_verdict_text(const struct fw_verdict *v, char *buf, size_t size)
{
	const char *text = sentences[v->why].text;
	const char *subject = v->subject == NULL ? sentences[v->why].subject : v->subject;
	const char *object = v->object == NULL ? sentences[v->why].object : v->object;
	size_t n = 0;

	for (; *text != '\0' && n + 1 < size; text++) {
		if (*text != '%') {
			buf[n++] = *text;
			continue;
		}
		text++;
		/* What does not fit is cut by the loop's own limit. */
		n += (size_t)snprintf(buf + n, size - n, "%s", *text == '1' ? subject : object);
	}
	if (size > 0)
		buf[n < size ? n : size - 1] = '\0';
	return buf;
}
