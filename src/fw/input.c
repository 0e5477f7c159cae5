/* Whether two inputs are the same; see input.h. Field by field, for there are gaps between them. */
#include "fw/input.h"

#include <string.h>

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool
same_pair(const struct addr a[2], const struct addr b[2])
{
	return addr_eq(&a[0], &b[0]) && addr_eq(&a[1], &b[1]);
}

static bool
same_nets(const struct addr_prefix *a, size_t na, const struct addr_prefix *b, size_t nb)
{
	size_t i;

	for (i = 0; na == nb && i < na; i++)
		if (!addr_prefix_eq(&a[i], &b[i]))
			return false;
	return na == nb;
}

static bool
same_ports(const struct fw_ports *a, const struct fw_ports *b)
{
	return a->lo == b->lo && a->hi == b->hi;
}

static bool
same_party(const struct fw_party *a, const struct fw_party *b)
{
	return a->link == b->link && a->enabled == b->enabled && a->internet == b->internet && a->lan == b->lan &&
	    a->peers == b->peers && a->services == b->services && a->groups == b->groups && same_pair(a->addr, b->addr) &&
	    same_nets(a->nets, a->nnets, b->nets, b->nnets) && same_text(a->name, b->name);
}

static bool
same_service(const struct fw_service *a, const struct fw_service *b)
{
	size_t i;

	for (i = 0; a->nports == b->nports && i < a->nports; i++)
		if (a->ports[i].proto != b->ports[i].proto || a->ports[i].zones != b->ports[i].zones ||
		    !same_ports(&a->ports[i].ports, &b->ports[i].ports))
			return false;
	return a->nports == b->nports && a->egress == b->egress && same_pair(a->addr, b->addr) && same_text(a->name, b->name);
}

static bool
same_forward(const struct fw_forward *a, const struct fw_forward *b)
{
	return a->zone == b->zone && a->proto == b->proto && a->port == b->port && a->to_port == b->to_port &&
	    a->masquerade == b->masquerade && addr_eq(&a->to, &b->to) && same_text(a->id, b->id);
}

static bool
same_end(const struct fw_end *a, const struct fw_end *b)
{
	return a->kind == b->kind && a->index == b->index && a->zone == b->zone && addr_prefix_eq(&a->cidr, &b->cidr);
}

static bool
same_rule(const struct fw_rule *a, const struct fw_rule *b)
{
	size_t i;

	for (i = 0; a->nports == b->nports && i < a->nports; i++)
		if (!same_ports(&a->ports[i], &b->ports[i]))
			return false;
	return a->nports == b->nports && a->action == b->action && a->proto == b->proto && same_end(&a->from, &b->from) &&
	    same_end(&a->to, &b->to) && same_text(a->id, b->id);
}

static bool
same_host(const struct fw_input *a, const struct fw_input *b)
{
	bool same = a->nlan_ifs == b->nlan_ifs && a->nways == b->nways && a->nown == b->nown && a->ndoors == b->ndoors;
	size_t i;

	for (i = 0; same && i < a->nlan_ifs; i++)
		same = same_text(a->lan_ifs[i], b->lan_ifs[i]);
	for (i = 0; same && i < a->nways; i++)
		same = addr_prefix_eq(&a->ways[i].net, &b->ways[i].net) && a->ways[i].home == b->ways[i].home &&
		    same_text(a->ways[i].interface, b->ways[i].interface);
	for (i = 0; same && i < a->nown; i++)
		same = addr_eq(&a->own[i], &b->own[i]);
	for (i = 0; same && i < a->ndoors; i++)
		same = a->doors[i].proto == b->doors[i].proto && a->doors[i].port == b->doors[i].port &&
		    a->doors[i].zones == b->doors[i].zones;
	return same && same_ports(&a->client_ports, &b->client_ports) && same_text(a->vpn_if, b->vpn_if) &&
	    same_text(a->uplink, b->uplink) && same_nets(a->vpn_net, 2, b->vpn_net, 2) &&
	    same_nets(a->lan_nets, a->nlan_nets, b->lan_nets, b->nlan_nets) &&
	    same_nets(a->service_nets, a->nservice_nets, b->service_nets, b->nservice_nets);
}

bool
fw_input_eq(const struct fw_input *a, const struct fw_input *b)
{
	bool same = a->nparties == b->nparties && a->ngroups == b->ngroups && a->nservices == b->nservices &&
	    a->nforwards == b->nforwards && a->nrules == b->nrules && a->vpn_default_accept == b->vpn_default_accept &&
	    a->forward_default_accept == b->forward_default_accept && a->host_guard == b->host_guard &&
	    a->masquerade6 == b->masquerade6 && a->log_group == b->log_group && same_host(a, b);
	size_t i;

	for (i = 0; same && i < a->ngroups; i++)
		same = same_text(a->groups[i], b->groups[i]);
	for (i = 0; same && i < a->nservices; i++)
		same = same_service(&a->services[i], &b->services[i]);
	for (i = 0; same && i < a->nforwards; i++)
		same = same_forward(&a->forwards[i], &b->forwards[i]);
	for (i = 0; same && i < a->nrules; i++)
		same = same_rule(&a->rules[i], &b->rules[i]);
	for (i = 0; same && i < a->nparties; i++)
		same = same_party(&a->parties[i], &b->parties[i]);
	return same;
}
