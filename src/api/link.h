/* One-time links to client files: made and revoked under /api/peers/<name>/link, opened at /p/<token>. */
#ifndef API_LINK_H
#define API_LINK_H

#include "api/route.h"

extern const struct api_route api_link_routes[];

#endif /* API_LINK_H */
