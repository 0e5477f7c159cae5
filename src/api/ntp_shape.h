/* The document that comes out of /api/ntp. */
#ifndef API_NTP_SHAPE_H
#define API_NTP_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_ntp_status_shape;

#endif /* API_NTP_SHAPE_H */
