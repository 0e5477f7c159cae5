/* Shapes of /api/wireguard. */
#ifndef API_WIREGUARD_SHAPE_H
#define API_WIREGUARD_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_wg_status_shape, api_wg_peers_shape, api_wg_key_shape, api_wg_keys_shape,
    api_wg_config_shape, api_wg_place_shape, api_wg_port_shape;

#endif /* API_WIREGUARD_SHAPE_H */
