/* The documents that go in and out of /api/blocklists. */
#ifndef API_BLOCKLIST_SHAPE_H
#define API_BLOCKLIST_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_blocklist_shape, api_blocklists_shape, api_blocklist_new_shape, api_blocklist_in_shape;

#endif /* API_BLOCKLIST_SHAPE_H */
