/* Documents of /api/certificates and /api/vault. */
#ifndef API_CERT_SHAPE_H
#define API_CERT_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_cert_shape, api_cert_import_shape, api_certs_shape,
    api_cert_status_shape, api_cert_renew_shape, api_vault_status_shape,
    api_ca_format_shape, api_ca_rotate_shape, api_issued_shape, api_issued_list_shape, api_issue_shape, api_made_shape,
    api_revoke_shape;

#endif /* API_CERT_SHAPE_H */
