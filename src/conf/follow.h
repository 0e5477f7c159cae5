/* What follows when a name or a network changes (CFG-6, DNL-2): members that
 * still have their derived default take the new one, custom records move with
 * the zone that they stand in, addresses in the VPN with its network. Credentials
 * do not follow: those of a provider that is not asked any more are forgotten. */
#ifndef CONF_FOLLOW_H
#define CONF_FOLLOW_H

#include <jansson.h>

struct err;

/* After an edit that took old (complete) to draft, before conf_complete(draft). Wrong types in draft are left
 * alone. 0, -ENOMEM, or another negative errno with e set where something cannot follow. */
int conf_follow(const json_t *old, json_t *draft, struct err *e);

#endif /* CONF_FOLLOW_H */
