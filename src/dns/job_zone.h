/* The job "zone.read" (DNS-7), without network: reads the text of an extra zone,
 * which may take a core of its own most of a second. in: {"zone","size"};
 * descriptor 3: the text, sealed; 4: a memfd_draft() of size octets, which gets
 * a parcel (dns/parcel.h). → {}. An error names the line, as dns_extra_zones(). */
#ifndef DNS_JOB_ZONE_H
#define DNS_JOB_ZONE_H

#include <jansson.h>

struct err;

enum { DNS_JOB_ZONE_S = 60 };

int dns_job_zone(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg,
    json_t **result, struct err *e);

#endif /* DNS_JOB_ZONE_H */
