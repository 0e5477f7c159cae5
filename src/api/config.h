/* /api/config: the document, its sections, its history. */
#ifndef API_CONFIG_H
#define API_CONFIG_H

#include "api/route.h"

extern const struct api_route api_config_routes[];

#endif /* API_CONFIG_H */
