/* Who asks: from the connection's origin and the head's credentials. */
#ifndef API_CALLER_H
#define API_CALLER_H

#include <stdbool.h>

struct api_req;
struct err;
struct rate;

/* Fill rq->caller and rq->actor. A credential that is unknown, ended or malformed leaves kind AUTH_NONE.
 * setup: the row is of the setup, so X-Setup-Token is looked at (and a wrong one counted).
 * 0; or a negative errno with e (UNAUTHENTICATED, RATE_LIMITED) that must be answered at once. */
int api_caller_read(struct api_req *rq, bool setup, struct err *e);

/* Take one request of the caller's allowance (api.md 1.3). 0 or ERR_RATE_LIMITED. */
int api_caller_limit(struct api_req *rq, struct err *e);

/* Take one of what a user has in table, by whatever session he comes; a token and who is on the socket have their own. False:
 * answered 429, with why. */
bool api_caller_spend(struct api_req *rq, struct rate *table, const char *why);

/* rq->conf and rq->now, as they are now. */
void api_caller_renew(struct api_req *rq);

/* Does the session or token of rq still exist, is it not expired, and would the row still let it in, as the
 * configuration is now? For event streams and after a body. */
bool api_caller_holds(struct api_req *rq);

/* Is it that user's session? Names of users know no case; NULL is nobody. */
bool api_caller_is_user(const struct api_req *rq, const char *username);

/* uid 0 or the account of the cell, on the socket. */
bool api_caller_is_local(const struct api_req *rq);

#endif /* API_CALLER_H */
