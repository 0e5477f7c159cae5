/* Devices keep the host part of their address when the VPN gets another network
 * (CFG-6, NET-11): whatever names one of them by its address follows. */
#ifndef CONF_RENUMBER_H
#define CONF_RENUMBER_H

#include <jansson.h>

struct err;

/* After an edit that took old (complete) to draft; now: the document that draft will be, as far as the VPN goes. Only
 * what the edit left alone follows: who names the network and the devices is taken at his word. A device
 * for which the new network has no room makes it a conflict (VPN-12); any other such address stays, and the rules say
 * what is wrong with it. Wrong types are left alone. 0, -ENOMEM, or -EEXIST with e set. */
int conf_renumber(const json_t *old, const json_t *now, json_t *draft, struct err *e);

#endif /* CONF_RENUMBER_H */
