/* /api/vault/trust: keys of others that the cell trusts (TLS-9). */
#ifndef API_TRUST_H
#define API_TRUST_H

#include "api/route.h"

extern const struct api_route api_trust_routes[];

#endif /* API_TRUST_H */
