/* No-IP's update protocol, with Basic authentication. */
#ifndef DDNS_NOIP_H
#define DDNS_NOIP_H

#include "ddns/provider.h"

extern const struct ddns_provider ddns_noip;

#endif /* DDNS_NOIP_H */
