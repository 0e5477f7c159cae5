/* The routes: each capability's file exports a table of rows, api_tables[]
 * names all of them. A row says who may call, with how large a body, in which
 * form, and what comes back; all of that is enforced before the handler runs
 * (gate.h), and written into the OpenAPI document (openapi.h). Rows are matched
 * by whole segments, fixed words win over parameters, so order never matters. */
#ifndef API_ROUTE_H
#define API_ROUTE_H

#include <stddef.h>
#include <stdint.h>

#include "auth/decide.h"	/* enum auth_who: P, S, A, U, R, L of api.md 1.2 */
#include "http/head.h"		/* enum http_method */

struct api_path;
struct api_req;
struct api_shape;

#define KIB(n) ((uint32_t)(n) << 10)

enum { API_BODY_MAX = 20 << 20 };	/* of any row: a zone of 16 MiB and its escapes (api.md 1.1, data.md 4.6) */

/* Answers now or later, exactly once, by api_reply() or its kind (request.h). */
typedef void api_handler(struct api_req *rq);

enum {
	API_CHANGES = 1 << 0,	/* changes the configuration: dry_run, lease_s, X-Config-Generation */
	API_REV = 1 << 1,	/* answers an ETag, heeds If-Match and If-None-Match */
	API_STREAM = 1 << 2,	/* answers text/event-stream */
	API_FILE = 1 << 3,	/* answers a file to be saved */
	API_PEM = 1 << 4,	/* answers a certificate, in PEM or DER */
	API_PAGE = 1 << 5	/* answers a page for people */
};

struct api_route {
	enum http_method method;	/* HTTP_GET also stands for HEAD */
	const char *path;		/* "/api/dns/records/<id>" */
	enum auth_who who;
	uint32_t body_max;		/* 0: no body is asked for; an empty object is accepted */
	api_handler *handle;
	const char *help;		/* one line */
	unsigned flags;
	int status;			/* of success */
	const struct api_shape *query, *in, *out;	/* NULL: none */
	const char *codes;		/* further ones that it may answer: "404 409"; NULL: only the general ones */
};

struct api_table {
	const char *tag;		/* in OpenAPI */
	const struct api_route *routes;	/* ended by path NULL */
};

extern const struct api_table api_tables[];	/* ended by routes NULL */

/* Parameters that every row with API_CHANGES takes. */
extern const struct api_shape api_change_query;

/* The row for a request, or NULL; then *known tells whether the path has rows of other methods, and
 * allow, of API_ALLOW_MAX bytes, gets them: "GET, HEAD, POST". */
enum { API_ALLOW_MAX = 64 };
const struct api_route *api_route_find(enum http_method m, const struct api_path *p, bool *known,
    char allow[API_ALLOW_MAX]);

/* The row on this path with the most open door: who is judged by it when the method is wrong. NULL: unknown path. */
const struct api_route *api_route_open(const struct api_path *p);

const char *api_method_name(enum http_method m);	/* "GET" */

#endif /* API_ROUTE_H */
