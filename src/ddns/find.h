/* Asking for the public addresses (DDN-2): the uplink's own where they are
 * public, else what independent sources agree on. Linear code in a child. */
#ifndef DDNS_FIND_H
#define DDNS_FIND_H

#include <jansson.h>

#include "ddns/provider.h"

struct err;

/* in: as ddns.find in job.h. 0 and at least one address; ERR_REMOTE: nothing can be said for certain. */
int ddns_find(const struct ddns_net *net, const json_t *in, struct ddns_addrs *out, struct err *e);

#endif /* DDNS_FIND_H */
