/* The marks of client files (installed) in a draft that is made with everything else: the first configuration. */
#ifndef API_PEER_MARK_H
#define API_PEER_MARK_H

#include <jansson.h>

struct api_places;
struct err;

/* Mark every peer with the file that it would get where the cell is at. A draft that cannot be built is left to whoever
 * judges it. 0, or negative errno with e. */
int api_peer_mark(json_t *draft, const struct api_places *at, struct err *e);

#endif /* API_PEER_MARK_H */
