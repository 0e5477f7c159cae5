/* Documents of /api/groups as rows. */
#ifndef API_GROUP_SHAPE_H
#define API_GROUP_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_group_shape, api_groups_shape, api_group_new_shape, api_group_in_shape;

#endif /* API_GROUP_SHAPE_H */
