/* What the firewall is to enforce, as plain data: whoever connects the firewall fills it from the configuration and
 * from what the host has now. plan and decide read the same, so that they cannot differ in what they know. Nothing
 * here is owned; all pointers outlive the calls they are given to.
 *
 * Peers and links (linked cells) are one kind, the party: what sits behind the VPN interface, known by its source
 * address (cryptokey routing proves it, VPN-9). Addresses and nets of parties do not overlap. */
#ifndef FW_INPUT_H
#define FW_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

enum {
	FW_PARTIES_MAX = 16384 + 64, FW_NETS_MAX = 8,
	FW_SERVICES_MAX = 64, FW_GROUPS_MAX = 64,		/* bits of a uint64_t */
	FW_PORTS_MAX = 16, FW_RULES_MAX = 256, FW_FORWARDS_MAX = 128, FW_ASSERTIONS_MAX = 128,
	FW_INTERFACES_MAX = 64, FW_PREFIXES_MAX = 512, FW_WAYS_MAX = 1024, FW_DOORS_MAX = 64, FW_IF_NAME_MAX = 16,
	FW_JUDGED_MAX = 480
};

/* The values of enum conf_zone; plain here, so that a test needs no configuration. */
enum fw_zone {
	FW_LOCAL = 1 << 0, FW_VPN = 1 << 1, FW_CELL = 1 << 2, FW_CONTAINER = 1 << 3, FW_LAN = 1 << 4, FW_PUBLIC = 1 << 5
};

enum { FW_ANY = 0, FW_ICMP = 1, FW_TCP = 6, FW_UDP = 17, FW_ICMP6 = 58 };	/* FW_ICMP in a rule means both */

struct fw_ports { uint16_t lo, hi; };

struct fw_party {
	const char *name;
	bool link;
	bool enabled;			/* false: as if it were not here, with every right gone */
	bool internet, lan;
	bool peers;			/* reaches peers that have it too; without effect for a link */
	struct addr addr[2];		/* IPv4, IPv6; len 0 = none */
	const struct addr_prefix *nets;	/* behind it, at most FW_NETS_MAX */
	size_t nnets;
	uint64_t services;		/* set of indexes into fw_input.services: its access words */
	uint64_t groups;		/* set of indexes into fw_input.groups */
};

struct fw_service_port {
	uint8_t proto;			/* FW_TCP or FW_UDP */
	struct fw_ports ports;
	unsigned zones;			/* who needs no access word: set of FW_LAN, FW_PUBLIC */
};

struct fw_service {
	const char *name;		/* its access word: [a-z0-9-], at most 20 */
	struct addr addr[2];
	struct fw_service_port ports[FW_PORTS_MAX];
	size_t nports;
	bool egress;			/* may reach the Internet */
};

struct fw_forward {
	const char *id;
	enum fw_zone zone;		/* FW_VPN, FW_LAN or FW_PUBLIC */
	uint8_t proto;
	uint16_t port, to_port;
	struct addr to;
	bool masquerade;		/* the target sees the cell, for targets whose way back does not lead here */
};

enum fw_end_kind { FW_END_PARTY, FW_END_GROUP, FW_END_ZONE, FW_END_CIDR, FW_END_SERVICE, FW_END_INTERNET, FW_END_DNS };

struct fw_end {				/* from: party, group, zone, cidr; to: all but group */
	enum fw_end_kind kind;
	size_t index;			/* of the party, group or service */
	enum fw_zone zone;
	struct addr_prefix cidr;
};

enum fw_action { FW_ACCEPT, FW_DROP, FW_REJECT };

struct fw_rule {
	const char *id;
	enum fw_action action;
	struct fw_end from, to;
	uint8_t proto;			/* FW_ANY, FW_TCP, FW_UDP, FW_ICMP */
	struct fw_ports ports[FW_PORTS_MAX];
	size_t nports;			/* 0 = all; only with tcp and udp */
};

struct fw_assertion {
	const char *id, *name;
	struct fw_end from, to;
	uint8_t proto;			/* FW_ANY: each that there is (space.h) */
	uint16_t port;
	unsigned zones;			/* of sources that count: set of FW_VPN, FW_CELL, FW_LAN, FW_PUBLIC; 0 = all */
	bool allow;
};

enum fw_holds {
	FW_NOT_KNOWN,			/* there is nothing to judge by, or there are too many cases to look at each */
	FW_HOLDS, FW_BROKEN
};

struct fw_judged {			/* an assertion */
	enum fw_holds holds;
	char why[FW_JUDGED_MAX];	/* not FW_HOLDS: in words, without its name */
};

struct fw_door {			/* what the cell itself listens on */
	uint8_t proto;
	uint16_t port;
	unsigned zones;			/* open for: set of FW_VPN, FW_CELL, FW_CONTAINER, FW_PUBLIC */
};

/* A route of the host: by that interface goes what is for net, and comes what is from there. */
struct fw_way {
	struct addr_prefix net;		/* bits of host cleared */
	char interface[FW_IF_NAME_MAX];
	bool home;			/* for the edges who is there is in FW_LAN, also where no rule of the firewall says so */
};

struct fw_input {
	char vpn_if[FW_IF_NAME_MAX];	/* "" = no VPN: nothing is forwarded from or to its networks */
	struct addr_prefix vpn_net[2];	/* bits of host cleared; addr.len 0 = none */
	char uplink[FW_IF_NAME_MAX];	/* of the default route; "" = there is none, the Internet is not reachable */
	char (*lan_ifs)[FW_IF_NAME_MAX];	/* those with addresses of the home network, as the host has them now */
	size_t nlan_ifs;
	const struct addr_prefix *lan_nets;	/* the home network */
	size_t nlan_nets;
	const struct fw_way *ways;	/* each net once, none by vpn_if; what none is for goes by the uplink */
	size_t nways;
	const struct addr *own;		/* the cell's own addresses */
	size_t nown;
	const struct addr_prefix *service_nets;
	size_t nservice_nets;
	struct fw_ports client_ports;	/* local ports that the host's own clients are given */
	const struct fw_door *doors;
	size_t ndoors;
	const struct fw_party *parties;
	size_t nparties;
	const char *const *groups;	/* names: [a-z0-9-], at most 20 */
	size_t ngroups;
	const struct fw_service *services;
	size_t nservices;
	const struct fw_forward *forwards;
	size_t nforwards;
	const struct fw_rule *rules;	/* those that are enabled, in order */
	size_t nrules;
	bool vpn_default_accept, forward_default_accept, host_guard;
	bool masquerade6;		/* no prefix is routed to the VPN */
	uint16_t log_group;		/* of NFLOG for what is dropped; 0 = none */
};

/* Do both say the same? What was judged of one need not be judged again of the other. */
bool fw_input_eq(const struct fw_input *a, const struct fw_input *b);

#endif /* FW_INPUT_H */
