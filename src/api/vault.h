/* /api/vault: the own authority, what it has issued, issuing and revoking (TLS-9). */
#ifndef API_VAULT_H
#define API_VAULT_H

#include "api/route.h"

extern const struct api_route api_vault_routes[];

#endif /* API_VAULT_H */
