/* /api/peer: what a user of role peer sees and does himself, with his own devices only (PEER-11). */
#ifndef API_SELF_H
#define API_SELF_H

#include "api/route.h"

extern const struct api_route api_self_routes[];

#endif /* API_SELF_H */
