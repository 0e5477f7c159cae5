/* A challenge looked at from here, before an authority is told that it is met. */
#ifndef ACME_PROBE_H
#define ACME_PROBE_H

#include "acme/run.h"

#define ACME_RECORD "_acme-challenge."	/* in front of the name (RFC 8555 8.4) */

/* HTTP-01: the answer to token stands where an authority will look (RFC 8555 8.3). ERR_CONFLICT: something else stands
 * there, or nobody answers at an address of this network. Nobody answers at a public address: 0, for the routers of many
 * homes do not lead their own network to it; the authority decides. */
int acme_probe_http(const struct acme_run *r, const char *name, const char *token, const char *answer, struct err *e);

/* DNS-01: wait until the servers of the zone have the value. ERR_CONFLICT: they have not, until now. They cannot be asked
 * from here: 0, for the same reason. *ttl: how long others may keep what they have. */
int acme_probe_dns(const struct acme_run *r, const char *record, const char *value, uint32_t *ttl, struct err *e);

#endif /* ACME_PROBE_H */
