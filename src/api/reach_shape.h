/* Documents of /api/explain and /api/reachability as rows. */
#ifndef API_REACH_SHAPE_H
#define API_REACH_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_explain_query_shape, api_explain_own_query_shape, api_explain_shape;
extern const struct api_shape api_reach_query_shape, api_reach_shape;
extern const struct api_shape api_reach_diff_in_shape, api_reach_diff_shape;
extern const struct api_shape api_reach_change_shape;	/* one element of a difference */

#endif /* API_REACH_SHAPE_H */
