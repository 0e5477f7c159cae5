/* Cloudflare's API, version 4: records of a zone by a token. */
#ifndef DDNS_CLOUDFLARE_H
#define DDNS_CLOUDFLARE_H

#include "ddns/provider.h"

extern const struct ddns_provider ddns_cloudflare;

#endif /* DDNS_CLOUDFLARE_H */
