/* Devices in the VPN as a whole: the addresses that they get, what they may name, and what they must not share
 * (data.md 4.5). Every step looks once at each peer, whatever their number. */
#ifndef CONF_PEER_H
#define CONF_PEER_H

#include <jansson.h>

/* Addresses of those that have none yet: the lowest free one above the cell's own, and the IPv6 one with the same
 * host number. Those for which there is no room stay without, which conf_peer_conflicts() tells. 0 or -ENOMEM. */
int conf_peer_complete(json_t *doc);

#endif /* CONF_PEER_H */
