/* DuckDNS: one call for everything, and one TXT record for all names (TIM-7). */
#ifndef DDNS_DUCKDNS_H
#define DDNS_DUCKDNS_H

#include "ddns/provider.h"

extern const struct ddns_provider ddns_duckdns;

#endif /* DDNS_DUCKDNS_H */
