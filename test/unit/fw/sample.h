/* A firewall's input drawn at random but possible: addresses do not overlap, indexes are in range. */
#ifndef TEST_UNIT_FW_SAMPLE_H
#define TEST_UNIT_FW_SAMPLE_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "fw/input.h"

enum { SAMPLE_PARTIES = 8, SAMPLE_SERVICES = 3, SAMPLE_RULES = 6, SAMPLE_FORWARDS = 3 };

struct sample {
	struct fw_input in;
	uint64_t seed;
	char names[SAMPLE_PARTIES][16], ids[SAMPLE_RULES + SAMPLE_FORWARDS][16];
	char lan_ifs[2][FW_IF_NAME_MAX];
	struct addr_prefix lan[2], service_nets[2], nets[SAMPLE_PARTIES];
	struct addr own[4];
	struct fw_way ways[4];
	struct fw_party parties[SAMPLE_PARTIES];
	struct fw_service services[SAMPLE_SERVICES];
	struct fw_rule rules[SAMPLE_RULES];
	struct fw_forward forwards[SAMPLE_FORWARDS];
	struct fw_door doors[6];
};

static inline unsigned
sample_draw(struct sample *s, unsigned below)
{
	s->seed = s->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(s->seed >> 33) % below;
}

static inline bool
sample_maybe(struct sample *s)
{
	return sample_draw(s, 2) == 0;
}

static inline struct addr
sample_addr(const char *text)
{
	struct addr a = { 0 };

	(void)addr_read(str_of(text), &a);	/* the texts below are good */
	return a;
}

static inline struct addr_prefix
sample_net(const char *text)
{
	struct addr_prefix p = { 0 };

	(void)addr_prefix_read(str_of(text), &p);	/* as above */
	return p;
}

static inline struct addr
sample_numbered(const char *text, unsigned last)
{
	struct addr a = sample_addr(text);

	a.b[a.len - 1] = (uint8_t)last;
	return a;
}

static inline void
sample_party(struct sample *s, unsigned i)
{
	struct fw_party *p = &s->parties[i];
	char net[32];

	(void)snprintf(s->names[i], sizeof(s->names[i]), "party%u", i);	/* fits, as all texts here */
	(void)snprintf(net, sizeof(net), i % 4 == 1 ? "fd00:50:%u::/48" : "192.168.%u.0/24", 50 + i);
	s->nets[i] = sample_net(net);
	p->name = s->names[i];
	p->link = sample_draw(s, 4) == 0;
	p->enabled = sample_draw(s, 5) != 0;
	p->internet = sample_maybe(s);
	p->lan = sample_maybe(s);
	p->peers = sample_maybe(s);
	if (i % 4 != 2)
		p->addr[0] = sample_numbered("10.0.0.0", 2 + i);
	if (i % 4 != 3)
		p->addr[1] = sample_numbered("fd00:1::", 2 + i);
	p->nets = &s->nets[i];
	p->nnets = sample_draw(s, 3) == 0;
	p->services = sample_draw(s, 8);
	p->groups = sample_draw(s, 4);
}

static inline struct fw_ports
sample_ports(struct sample *s)
{
	static const struct fw_ports some[] = { { 25, 25 }, { 53, 53 }, { 80, 90 }, { 443, 443 }, { 3000, 3000 }, { 1, 65535 } };

	return some[sample_draw(s, 6)];
}

static inline void
sample_service(struct sample *s, unsigned i)
{
	static const char *const names[] = { "mail", "files", "web-dav" };
	struct fw_service *v = &s->services[i];
	size_t k;

	v->name = names[i];
	v->addr[0] = sample_numbered("172.20.0.0", 20 + i);
	if (i != 1)
		v->addr[1] = sample_numbered("fd00:20::", 20 + i);
	v->egress = sample_maybe(s);
	v->nports = sample_draw(s, 3);
	for (k = 0; k < v->nports; k++)
		v->ports[k] = (struct fw_service_port){ sample_maybe(s) ? FW_TCP : FW_UDP, sample_ports(s),
			sample_maybe(s) ? FW_LAN : sample_maybe(s) ? FW_PUBLIC : 0 };
}

static inline struct fw_end
sample_end(struct sample *s, bool to)
{
	static const enum fw_zone zones[] = { FW_VPN, FW_CELL, FW_LAN, FW_PUBLIC, FW_LOCAL, FW_CONTAINER };
	static const char *const nets[] = {
		"10.0.0.4/30", "192.168.1.0/25", "0.0.0.0/0", "172.20.0.0/24", "fd00:1::/126", "::/0", "198.51.100.7/32",
		"192.168.50.0/23"
	};
	struct fw_end e = { .kind = (enum fw_end_kind)sample_draw(s, to ? 7 : 4) };

	if (to && e.kind == FW_END_GROUP)
		e.kind = FW_END_CIDR;
	e.index = sample_draw(s, e.kind == FW_END_PARTY ? SAMPLE_PARTIES : e.kind == FW_END_GROUP ? 2 : SAMPLE_SERVICES);
	e.zone = zones[sample_draw(s, 6)];
	e.cidr = sample_net(nets[sample_draw(s, 8)]);
	return e;
}

static inline void
sample_rule(struct sample *s, unsigned i)
{
	static const uint8_t protos[] = { FW_ANY, FW_TCP, FW_UDP, FW_ICMP };
	struct fw_rule *r = &s->rules[i];
	size_t k;

	(void)snprintf(s->ids[i], sizeof(s->ids[i]), "id-%u", i);
	r->id = s->ids[i];
	r->action = (enum fw_action)sample_draw(s, 3);
	r->from = sample_end(s, false);
	r->to = sample_end(s, true);
	r->proto = protos[sample_draw(s, 4)];
	r->nports = r->proto == FW_TCP || r->proto == FW_UDP ? sample_draw(s, 4) : 0;
	for (k = 0; k < r->nports; k++)
		r->ports[k] = sample_ports(s);
}

static inline void
sample_forward(struct sample *s, unsigned i)
{
	static const char *const targets[] = { "192.168.1.20", "172.20.0.20", "10.0.0.2", "fd00:5::20" };
	static const enum fw_zone zones[] = { FW_PUBLIC, FW_LAN, FW_VPN };
	struct fw_forward *f = &s->forwards[i];

	(void)snprintf(s->ids[SAMPLE_RULES + i], sizeof(s->ids[0]), "fw-%u", i);
	f->id = s->ids[SAMPLE_RULES + i];
	f->zone = zones[sample_draw(s, 3)];
	f->proto = sample_maybe(s) ? FW_TCP : FW_UDP;
	f->port = sample_maybe(s) ? 25 : 8080;
	f->to_port = sample_maybe(s) ? 25 : 80;
	f->to = sample_addr(targets[sample_draw(s, 4)]);
	f->masquerade = sample_maybe(s);
}

static inline void
sample_networks(struct sample *s)
{
	struct fw_input *in = &s->in;

	(void)snprintf(in->vpn_if, sizeof(in->vpn_if), "%s", sample_draw(s, 8) == 0 ? "" : "wg0");
	(void)snprintf(in->uplink, sizeof(in->uplink), "%s", sample_draw(s, 8) == 0 ? "" : sample_maybe(s) ? "eth0" : "lan0");
	(void)snprintf(s->lan_ifs[0], sizeof(s->lan_ifs[0]), "lan0");
	in->vpn_net[0] = sample_net("10.0.0.0/24");
	in->vpn_net[1] = sample_net("fd00:1::/64");
	s->lan[0] = sample_net("192.168.1.0/24");
	s->lan[1] = sample_net("2001:db8:1::/64");
	s->service_nets[0] = sample_net("172.20.0.0/16");
	s->service_nets[1] = sample_net("fd00:20::/64");
	s->own[0] = sample_addr("192.168.1.1");
	s->own[1] = sample_addr("10.0.0.1");
	s->own[2] = sample_addr("fd00:1::1");
	s->own[3] = sample_addr("198.51.100.1");
	in->lan_ifs = s->lan_ifs;
	in->nlan_ifs = 1;
	in->lan_nets = s->lan;
	in->nlan_nets = 2;
	s->ways[0] = (struct fw_way){ .net = sample_net("192.168.7.0/24"), .interface = "lan0" };
	s->ways[1] = (struct fw_way){ .net = sample_net("172.17.9.0/24"), .interface = "eth0" };
	s->ways[2] = (struct fw_way){ .net = sample_net("172.17.0.0/16"), .interface = "docker0", .home = true };
	s->ways[3] = (struct fw_way){ .net = sample_net("fd00:17::/32"), .interface = "docker0" };
	in->ways = s->ways;
	in->nways = sample_draw(s, 5);
	in->own = s->own;
	in->nown = 4;
	in->service_nets = s->service_nets;
	in->nservice_nets = 2;
}

static inline void
sample_settings(struct sample *s)
{
	static const struct fw_door doors[6] = {
		{ FW_UDP, 53, FW_VPN | FW_CELL | FW_CONTAINER }, { FW_TCP, 53, FW_VPN | FW_CELL | FW_CONTAINER },
		{ FW_TCP, 443, FW_VPN | FW_CELL | FW_PUBLIC }, { FW_UDP, 123, FW_VPN | FW_CONTAINER },
		{ FW_TCP, 3000, FW_CELL }, { FW_UDP, 51820, FW_PUBLIC }
	};
	struct fw_input *in = &s->in;

	memcpy(s->doors, doors, sizeof(doors));
	in->doors = s->doors;
	in->ndoors = 6;
	in->client_ports = (struct fw_ports){ 32768, 60999 };
	in->vpn_default_accept = sample_draw(s, 5) == 0;
	in->forward_default_accept = sample_maybe(s);
	in->host_guard = sample_maybe(s);
	in->masquerade6 = sample_maybe(s);
	in->log_group = sample_maybe(s) ? 5 : 0;
}

static inline void
sample_make(struct sample *s, uint64_t seed)
{
	static const char *const groups[] = { "kids", "guests" };
	unsigned i;

	memset(s, 0, sizeof(*s));
	s->seed = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	sample_networks(s);
	sample_settings(s);
	for (i = 0; i < SAMPLE_PARTIES; i++)
		sample_party(s, i);
	for (i = 0; i < SAMPLE_SERVICES; i++)
		sample_service(s, i);
	for (i = 0; i < SAMPLE_RULES; i++)
		sample_rule(s, i);
	for (i = 0; i < SAMPLE_FORWARDS; i++)
		sample_forward(s, i);
	s->in.parties = s->parties;
	s->in.nparties = sample_draw(s, SAMPLE_PARTIES + 1);
	s->in.groups = groups;
	s->in.ngroups = 2;
	s->in.services = s->services;
	s->in.nservices = SAMPLE_SERVICES;
	s->in.rules = s->rules;
	s->in.nrules = sample_draw(s, SAMPLE_RULES + 1);
	s->in.forwards = s->forwards;
	s->in.nforwards = sample_draw(s, SAMPLE_FORWARDS + 1);
	for (i = 0; i < s->in.nrules; i++) {	/* of parties that are there */
		s->rules[i].from.index = s->rules[i].from.kind != FW_END_PARTY ? s->rules[i].from.index :
		    s->in.nparties == 0 ? 0 : s->rules[i].from.index % s->in.nparties;
		s->rules[i].to.index = s->rules[i].to.kind != FW_END_PARTY ? s->rules[i].to.index :
		    s->in.nparties == 0 ? 0 : s->rules[i].to.index % s->in.nparties;
	}
	if (s->in.nparties == 0)
		s->in.nrules = 0;
}

#endif /* TEST_UNIT_FW_SAMPLE_H */
