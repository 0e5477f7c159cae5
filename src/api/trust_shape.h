/* Documents of /api/vault/trust. */
#ifndef API_TRUST_SHAPE_H
#define API_TRUST_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_trust_shape, api_trust_list_shape, api_trust_new_shape;

#endif /* API_TRUST_SHAPE_H */
