/* /api/dns/secondaries: name servers of others that fetch the cell's zones. */
#ifndef API_SECONDARY_H
#define API_SECONDARY_H

#include "api/route.h"

extern const struct api_route api_secondary_routes[];

#endif /* API_SECONDARY_H */
