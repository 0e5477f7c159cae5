/* /api/certificates/import: certificates that the owner brings along, and their removal (TLS-9). */
#ifndef API_CERT_IMPORT_H
#define API_CERT_IMPORT_H

#include "api/route.h"

extern const struct api_route api_cert_import_routes[];

#endif /* API_CERT_IMPORT_H */
