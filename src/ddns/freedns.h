/* FreeDNS (afraid.org), version 2 of its update addresses: the token is in the path. */
#ifndef DDNS_FREEDNS_H
#define DDNS_FREEDNS_H

#include "ddns/provider.h"

extern const struct ddns_provider ddns_freedns;

#endif /* DDNS_FREEDNS_H */
