/* What the firewall is to enforce, from a configuration and from what the host has: struct fw_input with its index. Pure,
 * also for a configuration that is not in force; of what it says, the table is planned and reach is computed.
 *
 * parties[i] is conf->peers[i] and groups[i] is conf->groups[i]; of rules and forwards only those that are enabled and
 * can mean something now are there. Doors are those of the edges, and the VPN's own port. */
#ifndef ROLE_FIREWALL_INPUT_H
#define ROLE_FIREWALL_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fw/input.h"

struct arena;
struct conf;
struct conf_end;
struct err;
struct fw_index;
struct net_ifaddr;

struct firewall_host {
	const struct net_ifaddr *ifs;
	size_t nifs;
	const struct fw_way *ways;	/* its routes but those of the configuration, each net once; home is not read */
	size_t nways;
	char uplink[FW_IF_NAME_MAX];	/* of the default route; "" = there is none */
	struct fw_ports client_ports;	/* what it gives to sockets that ask for no port */
	bool user_mode;
	bool vpn_foreign;		/* the interface of the VPN's name is somebody else's: nothing is said about it */
	uint16_t log_group;		/* where drops can be told to; 0 = nowhere */
};

struct firewall_input {
	struct fw_input in;
	struct fw_index *index;		/* of in */
	uint16_t https_port;		/* of the edge, in this mode */
	struct conf *conf;		/* its own reference: names in in are from there */
	struct arena *arena;
};

/* Nothing but c, h and the arena is kept of. NULL: no memory. */
struct firewall_input *firewall_input_new(const struct conf *c, const struct firewall_host *h);
void firewall_input_free(struct firewall_input *f);	/* NULL is allowed */

/* One side of a rule or an assertion. The administration is the cell itself, at the ports of the edge. False: there is
 * nothing it could mean, as with a service that is not installed. */
bool firewall_end(const struct conf *c, const struct conf_end *side, struct fw_end *out);
bool firewall_is_admin(const struct conf_end *side);

#endif /* ROLE_FIREWALL_INPUT_H */
