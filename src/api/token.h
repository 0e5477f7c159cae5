/* /api/tokens: programs that sign in. */
#ifndef API_TOKEN_H
#define API_TOKEN_H

#include "api/route.h"

extern const struct api_route api_token_routes[];

#endif /* API_TOKEN_H */
