/* Rows of the configuration; see row.h. */
#include "api/row.h"

#include "api/change.h"
#include "api/request.h"
#include "conf/conf.h"
#include "conf/draft.h"
#include "conf/json.h"
#include "conf/names.h"
#include "conf/txn.h"

json_t *
api_rows(const struct api_rows *t, const json_t *doc)
{
	return json_object_get(t->section == NULL ? doc : json_object_get(doc, t->section), t->array);
}

static struct str
text(const json_t *v)
{
	return (struct str){ json_string_value(v), json_string_length(v) };
}

/* Of ten thousand devices each look for one is a walk through all: conf_names_key(). */
static bool
find(const struct api_rows *t, const json_t *doc, const char *key, size_t *at)
{
	const json_t *rows = api_rows(t, doc), *row;
	size_t i;

	json_array_foreach(rows, i, row)
		if (str_ieq(text(conf_names_key(row, t->key)), str_of(key))) {
			*at = i;
			return true;
		}
	return false;
}

json_t *
api_row_own(const struct api_rows *t, json_t *draft, const char *key)
{
	size_t at;

	return find(t, draft, key, &at) ? conf_draft_record(api_rows(t, draft), at) : NULL;
}

json_t *
api_row_find(const struct api_rows *t, const json_t *doc, const char *key)
{
	size_t at;

	return find(t, doc, key, &at) ? json_array_get(api_rows(t, doc), at) : NULL;
}

/* As find(). */
static bool
find_in_draft(struct api_req *rq, const struct api_rows *t, const json_t *draft, const char *key, size_t *at)
{
	const struct conf *now = conf_txn_current(rq->deps->txn);
	const json_t *rows = api_rows(t, draft), *base = api_rows(t, now->doc);
	struct conf_draft_walk same = { .base = base };
	const size_t n = json_array_size(base);
	size_t from;

	if (t->place != NULL && json_array_size(rows) == n && n > 0 && conf_draft_run(&same, rows, 0, &from) == n)
		return t->place(now, key, at);
	return find(t, draft, key, at);
}

json_t *
api_row_in_draft(struct api_req *rq, const struct api_rows *t, const json_t *draft, const char *key)
{
	size_t at;

	return find_in_draft(rq, t, draft, key, &at) ? json_array_get(api_rows(t, draft), at) : NULL;
}

/* --- editing ------------------------------------------------------------------------ */

static int
missing(struct api_req *rq, const struct api_rows *t, struct err *e)
{
	if (t->missing != NULL)
		return t->missing(rq, api_param(rq, t->key), e);
	return err_set(e, ERR_NOT_FOUND, "%s", t->none);
}

static json_t *
edit_at(struct api_req *rq, const struct api_rows *t, json_t *draft, size_t *at, struct err *e)
{
	json_t *row;

	if (!find_in_draft(rq, t, draft, api_param(rq, t->key), at)) {
		(void)missing(rq, t, e);	/* the NULL tells */
		return NULL;
	}
	if ((row = conf_draft_record(api_rows(t, draft), *at)) == NULL) {
		(void)err_set(e, ERR_INTERNAL, "out of memory");	/* likewise */
		return NULL;
	}
	return api_precondition(rq, 'r', api_rev(row), e) < 0 ? NULL : row;
}

json_t *
api_row_edit(struct api_req *rq, const struct api_rows *t, json_t *draft, struct err *e)
{
	size_t at;

	return edit_at(rq, t, draft, &at, e);
}

int
api_row_merge(json_t *row, const json_t *members, struct err *e)
{
	return conf_json_merge(row, members) < 0 ? err_set(e, ERR_INTERNAL, "out of memory") : 0;
}

int
api_row_add(const struct api_rows *t, json_t *draft, json_t *row, const json_t *members, struct err *e)
{
	if (json_array_append_new(api_rows(t, draft), row) < 0)
		return err_set(e, ERR_INTERNAL, "out of memory");
	return api_row_merge(row, members, e);
}

static int
put_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	json_t *row = api_row_edit(rq, rq->state, draft, e);

	return row == NULL ? err_errno(e->kind) : api_row_merge(row, rq->body, e);
}

static void
put_done(struct api_req *rq, const struct conf_result *r)
{
	const struct api_rows *t = rq->state;

	api_row_reply(rq, t, r, api_param(rq, t->key));
}

static int
delete_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	const struct api_rows *t = rq->state;
	size_t at = 0;

	if (edit_at(rq, t, draft, &at, e) == NULL)
		return err_errno(e->kind);
	if (t->keep != NULL && t->keep(rq, api_param(rq, t->key), e) < 0)
		return err_errno(e->kind);
	return json_array_remove(api_rows(t, draft), at);
}

static void
delete_done(struct api_req *rq, const struct conf_result *r)
{
	(void)r;
	api_deleted(rq);
}

void
api_row_put(struct api_req *rq, const struct api_rows *t)
{
	const struct api_change c = { .summary = arena_printf(rq->arena, "%s.update %.100s", t->noun, api_param(rq, t->key)),
		.record = true, .edit = put_edit, .done = put_done };

	rq->state = (void *)(uintptr_t)t;
	api_change(rq, &c);
}

void
api_row_delete(struct api_req *rq, const struct api_rows *t)
{
	const struct api_change c = { .summary = arena_printf(rq->arena, "%s.delete %.100s", t->noun, api_param(rq, t->key)),
		.record = true, .edit = delete_edit, .done = delete_done };

	rq->state = (void *)(uintptr_t)t;
	api_change(rq, &c);
}

/* --- answers ---------------------------------------------------------------------------- */

void
api_rows_get(struct api_req *rq, const struct api_rows *t)
{
	json_t *list = json_array();
	const json_t *row;
	size_t i;

	json_array_foreach(api_rows(t, rq->conf->doc), i, row)
		if (json_array_append_new(list, t->show(rq, row)) < 0) {
			json_decref(list);
			list = NULL;
			break;
		}
	api_ok(rq, list);
}

static void
etag(struct api_req *rq, const json_t *row)
{
	api_header(rq, "ETag", "\"r%llu\"", (unsigned long long)api_rev(row));
}

void
api_row_reply(struct api_req *rq, const struct api_rows *t, const struct conf_result *r, const char *key)
{
	const json_t *row = api_row_find(t, r->conf->doc, key);

	etag(rq, row);
	api_ok(rq, row != NULL ? t->show(rq, row) : NULL);
}

void
api_row_created_headers(struct api_req *rq, const struct api_rows *t, const json_t *row)
{
	api_header(rq, "Location", "%s/%s", t->path, api_text(row, t->key));
	etag(rq, row);
}

void
api_row_created(struct api_req *rq, const struct api_rows *t, const struct conf_result *r, const char *key)
{
	const json_t *row = api_row_find(t, r->conf->doc, key);

	api_row_created_headers(rq, t, row);
	api_ok(rq, row != NULL ? t->show(rq, row) : NULL);
}

/* --- POST ---------------------------------------------------------------------------------- */

int
api_row_post_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	const struct api_row_new *m = rq->state;

	return api_row_add(m->t, draft, json_pack("{s:s}", "id", m->id), rq->body, e);
}

void
api_row_made(struct api_req *rq, const struct conf_result *r, const char *member, json_t *once)
{
	const struct api_row_new *m = rq->state;
	const json_t *row = api_row_find(m->t, r->conf->doc, m->id);
	json_t *out = row != NULL ? m->t->show(rq, row) : NULL;

	if (once != NULL && json_object_set_new(out, member, once) < 0) {
		json_decref(out);
		out = NULL;
	}
	api_row_created_headers(rq, m->t, row);
	api_ok(rq, out);
}

static void
on_made(struct api_req *rq, const struct conf_result *r)
{
	api_row_made(rq, r, NULL, NULL);
}

void
api_row_make(struct api_req *rq, struct api_row_new *m, const char *called,
    int (*edit)(struct api_req *rq, json_t *draft, struct err *e), void (*done)(struct api_req *rq, const struct conf_result *r))
{
	const struct api_change c = { .summary = arena_printf(rq->arena, "%s.create %.100s", m->t->noun,
		called != NULL ? called : ""), .record = true, .edit = edit, .done = done };

	(void)api_uuid(m->id);	/* returns the buffer */
	rq->state = m;
	api_change(rq, &c);
}

void
api_row_post(struct api_req *rq, const struct api_rows *t, const char *called,
    int (*edit)(struct api_req *rq, json_t *draft, struct err *e))
{
	struct api_row_new *m = arena_alloc(rq->arena, sizeof(*m));

	if (m == NULL) {
		api_no_memory(rq);
		return;
	}
	m->t = t;
	api_row_make(rq, m, called, edit, on_made);
}
