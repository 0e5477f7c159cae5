/* Shapes of peers, their files and links. */
#ifndef API_PEER_SHAPE_H
#define API_PEER_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_peer_shape, api_peers_shape, api_peers_query_shape, api_peer_new_shape, api_peer_made_shape,
    api_peer_in_shape, api_peer_put_shape, api_peer_delete_query_shape, api_peer_deleted_shape,
    api_peer_file_shape, api_peer_file_query_shape, api_peer_rekey_shape,
    api_peer_stats_query_shape, api_peer_stats_shape, api_peer_link_in_shape, api_peer_link_shape, api_peer_links_deleted_shape;

#endif /* API_PEER_SHAPE_H */
