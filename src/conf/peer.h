/* Devices in the VPN and their groups: what they may name (400) and what they must not share (409); data.md 4.5.
 * Each look at one peer costs the same however many there are; and where a few of them are new, the others, which were good
 * before, are not looked at again. */
#ifndef CONF_PEER_H
#define CONF_PEER_H

#include <stdbool.h>

struct conf;
struct err;

/* For rules.c and conflict.c. 0 or -ENOMEM. */
int conf_peer_rules(const struct conf *c, const struct conf *base, struct err *e);
int conf_peer_conflicts(const struct conf *c, const struct conf *base, struct err *e);

/* Is it the access name of a service (data.md 4.5)? */
bool conf_peer_is_service(const char *word);

#endif /* CONF_PEER_H */
