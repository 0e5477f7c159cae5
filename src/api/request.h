/* One request from its head to its answer. It lives in an arena of its own and
 * goes with the answer: after api_reply() and its kind rq must not be touched.
 *
 * When the client goes away first, the handler's work goes on and its answer
 * is dropped, unless it set cancel: then that is called, nothing of the
 * handler may come back, and rq goes. */
#ifndef API_REQUEST_H
#define API_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "api/path.h"
#include "api/route.h"
#include "api/server.h"
#include "api/state.h"
#include "auth/session.h"
#include "auth/token.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "conf/conf.h"
#include "http/reply.h"
#include "http/server.h"

enum { API_HEADERS_MAX = 16, API_ARENA_MAX = 256 << 10 };

struct api_batch;
struct api_credential;

struct api_req {
	/* for handlers, to be read */
	struct api *api;
	const struct api_deps *deps;
	struct arena *arena;
	const struct api_route *route;
	const struct api_origin *origin;
	struct conf *conf;		/* the generation in force when the head came; a reference */
	struct api_path path;
	struct auth_caller caller;	/* session and token point to the copies below */
	char actor[AUTH_ACTOR_MAX];
	int64_t now;			/* auth_time_now() */
	json_t *query, *body;		/* checked against the row's shapes; objects, never NULL */
	bool dry_run;

	/* for handlers, to be written */
	void *state;			/* in the arena */
	void (*cancel)(struct api_req *rq);

	/* for account.c */
	struct api_credential *credential;
	json_t *secret;			/* a document on its way to the vault; dropped with rq */

	/* for domain.c */
	json_t *credentials;		/* likewise on their way; dropped with rq */

	/* for peer_key.c */
	json_t *keys;			/* likewise; shown in the answer that made them */

	const struct err *despite;	/* goes out in place of an answer that says success; NULL: none */

	struct api_batch *batch;	/* nobody sent it: what it comes to goes there (batch.h) */

	/* for request.c, gate.c and server.c */
	struct http_req *http;		/* NULL: the client is gone */
	struct api_origin from;		/* origin points here: the connection may go first */
	struct auth_session session;
	struct auth_token token;
	struct http_header headers[API_HEADERS_MAX];
	size_t nheaders;
	bool handled;			/* the handler has it */
	bool keyed;			/* idem_key is reserved */
	struct str idem_key;
	struct api_req *next, *prev;	/* in api->requests */
};

/* NULL when out of memory. */
struct api_req *api_req_new(struct api *a, const struct api_origin *o, struct http_req *http);
void api_req_free(struct api_req *rq);

/* The parameter <name> of the path; the row has it, so never NULL. */
const char *api_param(const struct api_req *rq, const char *name);

/* Tokens and callers of the socket have no session of their own. True: it is one; else answered. */
bool api_is_session(struct api_req *rq);

/* A header of the request; empty when absent. */
struct str api_header_get(const struct api_req *rq, const char *name);

/* Members of a checked document; NULL or the default when absent or null. */
const char *api_text(const json_t *j, const char *member);
struct str api_str(const json_t *j, const char *member);	/* empty when absent */
int64_t api_int(const json_t *j, const char *member, int64_t def);
bool api_bool(const json_t *j, const char *member, bool def);
uint64_t api_rev(const json_t *j);		/* of a section or record */

/* A text member, "2026-07-01T09:30:00Z"; null for 0. New references. */
json_t *api_time_json(int64_t unix_s);
json_t *api_text_or_null(const char *s);
json_t *api_zones_json(unsigned zones);		/* ["vpn","lan"] */

/* Add a header to the answer. */
void api_header(struct api_req *rq, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Set the ETag of kind 'r' or 'g'. True: the client has it already, 304 went out and rq is gone. */
bool api_unchanged(struct api_req *rq, char kind, uint64_t n);

/* Does If-Match hold, if it was sent? 0 or ERR_PRECONDITION. */
int api_precondition(const struct api_req *rq, char kind, uint64_t n, struct err *e);

/* The answers; each takes rq. body is stolen; NULL is a failure to make it (500). */
void api_reply(struct api_req *rq, int status, json_t *body);
void api_ok(struct api_req *rq, json_t *body);			/* with the row's status */
void api_message(struct api_req *rq, const char *text);		/* {"message":…} */
void api_deleted(struct api_req *rq);				/* {"deleted":true} */
void api_job(struct api_req *rq, json_t *job);			/* 202 {"job":…}; job is stolen */
void api_reply_bytes(struct api_req *rq, int status, const char *type, struct str body);
void api_fail(struct api_req *rq, const struct err *e);
void api_no_memory(struct api_req *rq);
void api_refuse(struct api_req *rq, int status, const char *type, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* The same with further members in the document (stolen, may be NULL) and, for an err, another type (NULL: its own). */
void api_fail_with(struct api_req *rq, const struct err *e, const char *type, json_t *more);
void api_refuse_with(struct api_req *rq, int status, const char *type, json_t *more, const char *detail);

#endif /* API_REQUEST_H */
