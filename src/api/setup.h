/* /api/setup: the first run, from the first page to a session in a finished cell. */
#ifndef API_SETUP_H
#define API_SETUP_H

#include "api/route.h"

extern const struct api_route api_setup_routes[];

#endif /* API_SETUP_H */
