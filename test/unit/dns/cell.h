/* A sample cell for the DNS tests: its configuration as a struct, its host, and
 * messages taken apart by ldns, which shares no code with what is tested. */
#ifndef TEST_UNIT_DNS_CELL_H
#define TEST_UNIT_DNS_CELL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ldns/ldns.h>

#include "base/addr.h"
#include "base/str.h"
#include "conf/conf.h"
#include "dns/name.h"
#include "dns/plan.h"
#include "sys/net.h"

enum { CELL_LO = 1, CELL_ETH = 2, CELL_WLAN = 3, CELL_WG = 4, CELL_BRIDGE = 5, CELL_RECORDS = 64 };

struct cell {
	struct conf c;
	struct conf_record records[CELL_RECORDS];
	struct conf_upstream upstreams[4];
	struct conf_forward forwards[4];
	struct conf_blocklist lists[4];
	const char *peers[4][4];
	struct conf_peer devices[4];
	const char *groups[4][1], *words[4][1];
	const char *allow[4], *deny[4];
	struct net_ifaddr ifs[16];
	uint32_t containers[1];
	struct dns_host host;
	char ids[CELL_RECORDS][16];
};

static const char *const cell_any[] = { "*" };

static inline struct addr
cell_addr(const char *s)
{
	struct addr a = { 0 };

	assert_true(addr_read(str_of(s), &a));
	return a;
}

static inline void
cell_if(struct cell *k, const char *name, uint32_t ifindex, const char *prefix)
{
	struct net_ifaddr *f = &k->ifs[k->host.nifs++];

	assert_true(str_copy(str_of(name), f->name, sizeof(f->name)));
	assert_true(addr_prefix_read(str_of(prefix), &f->prefix));
	f->ifindex = ifindex;
	f->up = true;
	f->loopback = ifindex == CELL_LO;
}

static inline void
cell_record(struct cell *k, const char *zone, const char *name, const char *type, const char *value, unsigned views)
{
	size_t i = k->c.dns.nrecords++;

	assert_true(i < CELL_RECORDS);
	(void)snprintf(k->ids[i], sizeof(k->ids[i]), "id-%zu", i);
	k->records[i] = (struct conf_record){ .rev = 7, .id = k->ids[i], .zone = zone, .name = name,
	    .type = type, .value = value, .ttl = 300, .views = views };
}

static inline void
cell_forward(struct cell *k, const char *zone, const char *server)
{
	struct conf_forward *f = &k->forwards[k->c.dns.nforwards++];

	f->zone = zone;
	f->servers[f->nservers++] = cell_addr(server);
}

static inline void
cell_init(struct cell *k)
{
	struct conf *c = &k->c;

	memset(k, 0, sizeof(*k));
	c->generation = 9;
	c->setup_complete = true;
	c->identity.rev = 3;
	c->identity.cell_name = "myhome";
	c->identity.domain = "myhome.cell";
	c->identity.domain_name = "myhome.home.arpa";
	c->wireguard.rev = 4;
	c->wireguard.interface = "wg0";
	assert_true(addr_prefix_read(STR("10.0.0.1/24"), &c->wireguard.address));
	assert_true(addr_prefix_read(STR("fd5e:3c1a:9b42:1::1/64"), &c->wireguard.address6));
	c->network.rev = 2;
	c->network.ipv6 = true;
	c->network.ports.dns = 53;
	c->network.listen_addresses.v = (const char **)(uintptr_t)cell_any;
	c->network.listen_addresses.n = 1;
	c->dns.rev = 8;
	c->dns.serve_zones = CONF_ZONE_VPN | CONF_ZONE_CELL | CONF_ZONE_CONTAINER | CONF_ZONE_LAN;
	c->dns.records = k->records;
	c->dns.upstreams = k->upstreams;
	c->dns.forwards = k->forwards;
	c->dns.cache = (struct conf_dns_cache){ .max_entries = 1000, .max_bytes = 1 << 20, .max_ttl_s = 86400,
	    .negative_max_ttl_s = 3600 };
	c->dns.edns_size = 1232;
	c->dns.client_qps = 1000;
	k->host.ifs = k->ifs;
	k->containers[0] = CELL_BRIDGE;
	k->host.containers = k->containers;
	k->host.ncontainers = 1;
	cell_if(k, "lo", CELL_LO, "127.0.0.1/8");
	cell_if(k, "lo", CELL_LO, "::1/128");
	cell_if(k, "eth0", CELL_ETH, "192.168.1.2/24");
	cell_if(k, "eth0", CELL_ETH, "fe80::2/64");
	cell_if(k, "eth0", CELL_ETH, "2001:db8:1::2/64");
	cell_if(k, "eth0", CELL_ETH, "fd00:1::2/64");
	cell_if(k, "wlan0", CELL_WLAN, "192.168.8.1/24");
	cell_if(k, "wg0", CELL_WG, "10.0.0.1/24");
	cell_if(k, "br-svc", CELL_BRIDGE, "172.20.3.1/24");
}

/* A list for everyone, or for the peers named. */
static inline void
cell_blocklist(struct cell *k, const char *id, const char *name, const char *peer1, const char *peer2)
{
	size_t i = k->c.blocklists.nlists++;
	struct conf_blocklist *l = &k->lists[i];

	k->c.blocklists.lists = k->lists;
	*l = (struct conf_blocklist){ .id = id, .name = name, .enabled = true };
	l->apply_to.all = peer1 == NULL;
	l->apply_to.peers.v = k->peers[i];
	if (peer1 != NULL)
		k->peers[i][l->apply_to.peers.n++] = peer1;
	if (peer2 != NULL)
		k->peers[i][l->apply_to.peers.n++] = peer2;
}

/* group, word: NULL = none. */
static inline void
cell_peer(struct cell *k, const char *name, const char *ip, const char *group, const char *word)
{
	const size_t i = k->c.npeers++;
	struct conf_peer *p = &k->devices[i];

	k->c.peers = k->devices;
	*p = (struct conf_peer){ .name = name, .enabled = true, .ip = cell_addr(ip) };
	k->groups[i][0] = group;
	k->words[i][0] = word;
	p->groups = (struct conf_texts){ k->groups[i], group != NULL };
	p->service_access = (struct conf_texts){ k->words[i], word != NULL };
}

static inline void
cell_deny(struct cell *k, const char *name)
{
	k->c.blocklists.deny.v = k->deny;
	k->deny[k->c.blocklists.deny.n++] = name;
}

static inline void
cell_allow(struct cell *k, const char *name)
{
	k->c.blocklists.allow.v = k->allow;
	k->allow[k->c.blocklists.allow.n++] = name;
}

/* Name in wire form, lower case. */
static inline size_t
cell_name(const char *text, uint8_t out[DNS_NAME_ROOM])
{
	size_t n;

	memset(out, 0, DNS_NAME_ROOM);
	assert_true(dns_name_read(str_of(text), NULL, 0, out, &n));
	return n;
}

/* --- messages --------------------------------------------------------------- */

/* "RCODE flags answers | authority", records sorted, each "owner TTL type data";
 * owners and data in lower case, without final dots. buf is static. */
static inline void
cell_list(char *buf, size_t size, const ldns_rr_list *list)
{
	char lines[64][512];
	size_t i, j, n = ldns_rr_list_rr_count(list), len;

	assert_true(n <= 64);
	for (i = 0; i < n; i++) {
		ldns_rr *rr = ldns_rr_list_rr(list, i);
		char *owner = ldns_rdf2str(ldns_rr_owner(rr));
		char *type = ldns_rr_type2str(ldns_rr_get_type(rr)), *data[16] = { 0 };
		size_t k, nd = ldns_rr_rd_count(rr);

		assert_true(nd <= 16);
		len = (size_t)snprintf(lines[i], sizeof(lines[i]), "%s %u %s", owner, ldns_rr_ttl(rr), type);
		for (k = 0; k < nd && len < sizeof(lines[i]); k++) {
			data[k] = ldns_rdf2str(ldns_rr_rdf(rr, k));
			len += (size_t)snprintf(lines[i] + len, sizeof(lines[i]) - len, " %s", data[k]);
			free(data[k]);
		}
		free(owner);
		free(type);
	}
	for (i = 0; i < n; i++)
		for (j = i + 1; j < n; j++)
			if (strcmp(lines[i], lines[j]) > 0) {
				char t[512];

				memcpy(t, lines[i], sizeof(t));
				memcpy(lines[i], lines[j], sizeof(t));
				memcpy(lines[j], t, sizeof(t));
			}
	for (i = 0, len = strlen(buf); i < n && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s", i == 0 ? "" : "; ", lines[i]);
}

static inline const char *
cell_text(const uint8_t *msg, size_t n)
{
	static char buf[16384];
	ldns_pkt *p = NULL;
	char *rcode;
	size_t len;

	if (n == 0)
		return "nothing";
	if (ldns_wire2pkt(&p, msg, n) != LDNS_STATUS_OK)
		return "malformed";
	rcode = ldns_pkt_rcode2str(ldns_pkt_get_rcode(p));
	len = (size_t)snprintf(buf, sizeof(buf), "%s%s%s ", rcode, ldns_pkt_aa(p) ? " aa" : "", ldns_pkt_tc(p) ? " tc" : "");
	free(rcode);
	cell_list(buf, sizeof(buf), ldns_pkt_answer(p));
	len = strlen(buf);
	(void)snprintf(buf + len, sizeof(buf) - len, " |%s", ldns_rr_list_rr_count(ldns_pkt_authority(p)) > 0 ? " " : "");
	cell_list(buf, sizeof(buf), ldns_pkt_authority(p));
	ldns_pkt_free(p);
	return buf;
}

#endif /* TEST_UNIT_DNS_CELL_H */
