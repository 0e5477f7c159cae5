/* A session as JSON: as state/sessions.json keeps it (data.md 6.2) and as its
 * owner may see it (api.md 4). */
#ifndef AUTH_SESSION_JSON_H
#define AUTH_SESSION_JSON_H

#include <stdbool.h>

#include <jansson.h>

struct auth_session;

/* For the file; and back: false when anything is missing, of a wrong type or does not fit together. */
json_t *auth_session_to_json(const struct auth_session *s);
bool auth_session_from_json(const json_t *j, struct auth_session *s);

/* {id, username, role, created_at, last_used_at, zone, address, user_agent, current}: no digest, no CSRF value. */
json_t *auth_session_view(const struct auth_session *s, bool current);

#endif /* AUTH_SESSION_JSON_H */
