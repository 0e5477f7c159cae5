/* One-time links as they stand in state/links.json (data.md 6.2). */
#ifndef AUTH_LINK_JSON_H
#define AUTH_LINK_JSON_H

#include <stdbool.h>

#include <jansson.h>

struct auth_link;

/* {id, digest, peer, public_key, created_at, expires_at, opener}. New reference. */
json_t *auth_link_to_json(const struct auth_link *l);

/* False: damaged. */
bool auth_link_from_json(const json_t *j, struct auth_link *l);

#endif /* AUTH_LINK_JSON_H */
