/* Rows of one array of the configuration (dns.records, blocklists.lists, users …), each known by one member, which is
 * the last word of its path: what their handlers have in common. */
#ifndef API_ROW_H
#define API_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "api/uuid.h"

struct api_req;
struct conf;
struct conf_result;
struct err;

struct api_rows {
	const char *section, *array;	/* "dns", "records"; section NULL: the array is a section itself */
	const char *key;		/* the member, and the parameter of the path: "id"; compared without case */
	const char *path;		/* "/api/dns/records" */
	const char *noun;		/* in summaries: "dns.record" */
	const char *none;		/* "there is no such record" */
	/* Instead of none: why there is no such row. Sets e, returns negative errno. NULL: none will do. */
	int (*missing)(struct api_req *rq, const char *key, struct err *e);
	/* Why a row cannot be taken away; sets e, returns negative errno, or 0. NULL: it always can. */
	int (*keep)(struct api_req *rq, const char *key, struct err *e);
	/* Which row of the configuration has that key, where a look at all of them takes long; false: none. NULL: it does not. */
	bool (*place)(const struct conf *c, const char *key, size_t *at);
	/* What is shown of a row. New reference; NULL when out of memory. */
	json_t *(*show)(const struct api_req *rq, const json_t *row);
};

/* The array, and the row of that key (NULL: there is none) in a document, to be read. Borrowed. */
json_t *api_rows(const struct api_rows *t, const json_t *doc);
json_t *api_row_find(const struct api_rows *t, const json_t *doc, const char *key);

/* The same in a draft: as long as all rows are those of the configuration in force, the place tells. */
json_t *api_row_in_draft(struct api_req *rq, const struct api_rows *t, const json_t *draft, const char *key);

/* The row of a draft, to be written into (conf/draft.h). */
json_t *api_row_own(const struct api_rows *t, json_t *draft, const char *key);

/* GET of all, PUT of the members in the body, DELETE: whole handlers. The latter two use rq->state. */
void api_rows_get(struct api_req *rq, const struct api_rows *t);
void api_row_put(struct api_req *rq, const struct api_rows *t);
void api_row_delete(struct api_req *rq, const struct api_rows *t);

/* POST of a new row whose id is drawn here: a whole handler, which uses rq->state. called: a word for the summary, or NULL. edit:
 * api_row_post_edit(), or one that calls it and then does more. */
void api_row_post(struct api_req *rq, const struct api_rows *t, const char *called,
    int (*edit)(struct api_req *rq, json_t *draft, struct err *e));
int api_row_post_edit(struct api_req *rq, json_t *draft, struct err *e);

/* The same for who has more to remember: m is the first member of a struct of his, with t set, and goes into rq->state. */
struct api_row_new {
	const struct api_rows *t;
	char id[API_UUID_SIZE];
};

void api_row_make(struct api_req *rq, struct api_row_new *m, const char *called,
    int (*edit)(struct api_req *rq, json_t *draft, struct err *e), void (*done)(struct api_req *rq, const struct conf_result *r));

/* Its answer: the row with one member that is shown only now (taken over; NULL: none). */
void api_row_made(struct api_req *rq, const struct conf_result *r, const char *member, json_t *once);

/* For edits of their own. The row of the path, If-Match looked at; NULL with e set. */
json_t *api_row_edit(struct api_req *rq, const struct api_rows *t, json_t *draft, struct err *e);

/* Members over those that the row has; null asks for the default (RFC 7396). 0, or negative errno with e. */
int api_row_merge(json_t *row, const json_t *members, struct err *e);

/* The same with a new row (taken over; NULL: no memory), which becomes the last. */
int api_row_add(const struct api_rows *t, json_t *draft, json_t *row, const json_t *members, struct err *e);

/* Answers: a row as it is now, with its ETag; one that is new, with its Location, too; the headers of that alone. */
void api_row_reply(struct api_req *rq, const struct api_rows *t, const struct conf_result *r, const char *key);
void api_row_created(struct api_req *rq, const struct api_rows *t, const struct conf_result *r, const char *key);
void api_row_created_headers(struct api_req *rq, const struct api_rows *t, const json_t *row);

#endif /* API_ROW_H */
