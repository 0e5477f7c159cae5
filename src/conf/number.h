/* Numbers of devices in the VPN: who has no address yet gets the lowest free one above the cell's own, and the IPv6
 * address with the same host number (data.md 4.5). One pass, however many there are. */
#ifndef CONF_NUMBER_H
#define CONF_NUMBER_H

#include <stdbool.h>

#include <jansson.h>

#include "base/addr.h"

struct conf;

/* Fills ip and ip6 of every peer of the draft that lacks them. For whom there is no room stays without, which
 * conf_peer_conflicts() tells. base: the complete document that the draft was made of, or NULL. 0 or -ENOMEM. */
int conf_number_complete(json_t *doc, const json_t *base);

/* The same of a draft of now's document: what it shares need not be read again. */
int conf_number_draft(json_t *draft, const struct conf *now);

/* Is it one that a device can have in the network of the cell's own address: neither the first nor, of IPv4, the last? */
bool conf_number_is_host(const struct addr_prefix *own, const struct addr *a);

#endif /* CONF_NUMBER_H */
