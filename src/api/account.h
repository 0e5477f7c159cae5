/* What users, sessions and setup share: a user's record in a draft, his sealed
 * document, the session that a browser gets. */
#ifndef API_ACCOUNT_H
#define API_ACCOUNT_H

#include <stdbool.h>

#include <jansson.h>

#include "api/shape.h"

struct api_req;
struct auth_change_ask;
struct err;

extern const char *const api_roles[];	/* "admin", "peer" */

/* {message}; and {deleted:true}. */
extern const struct api_shape api_message_shape, api_deleted_shape;

/* The user's object in a document, any case; NULL: none. Borrowed. */
json_t *api_account_find(const json_t *doc, const char *username);

/* Check or make credentials in the background, then next(rq) with the new document in rq->secret (NULL where
 * nothing is made). A refusal is answered. */
void api_account_change(struct api_req *rq, const struct auth_change_ask *ask, void (*next)(struct api_req *rq));

/* The same for a document that is there already (taken); old_ref: what it was made from. */
void api_account_take(struct api_req *rq, json_t *secret, const char *old_ref);

/* Seal rq->secret for user and put the reference into his record; in the edit() that follows. ERR_CONFLICT when
 * his document is not any more what the new one was made from. On a dry run nothing is sealed. */
int api_account_seal(struct api_req *rq, json_t *user, struct err *e);

/* The user as the API shows him. New reference. */
json_t *api_account_json(const struct api_req *rq, const json_t *user);

/* Give the browser its cookie; value NULL takes it away. */
void api_account_cookie(struct api_req *rq, const char *value);

#endif /* API_ACCOUNT_H */
