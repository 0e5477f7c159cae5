/* /api/dns/records: the cell's custom records. */
#ifndef API_RECORD_H
#define API_RECORD_H

#include <jansson.h>

#include "api/route.h"

struct dns_list_record;

extern const struct api_route api_record_routes[];

/* A record of dns/list.h, generated or not. New reference. */
json_t *api_record_listed(const struct dns_list_record *r);

#endif /* API_RECORD_H */
