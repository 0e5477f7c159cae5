/* Lists of others; see blocklist.h. */
#include "api/blocklist.h"

#include <stdio.h>
#include <string.h>

#include "api/account.h"
#include "api/blocklist_shape.h"
#include "api/change.h"
#include "api/request.h"
#include "api/system_shape.h"
#include "conf/json.h"
#include "conf/public.h"
#include "conf/txn.h"

enum { ID_MAX = 31, ID_TRIES = 99 };

static json_t *
lists_of(const json_t *doc)
{
	return json_object_get(json_object_get(doc, "blocklists"), "lists");
}

static bool
find(const json_t *lists, const char *id, size_t *at)
{
	const json_t *row;
	size_t i;

	json_array_foreach(lists, i, row)
		if (str_eqz(api_str(row, "id"), id)) {
			*at = i;
			return true;
		}
	return false;
}

/* The record and what is known of it. New reference. */
static json_t *
list_json(const struct api_req *rq, const json_t *row)
{
	const struct api_live *live = &rq->deps->live;
	struct api_list_state s;
	json_t *j = conf_public(row), *more;

	live->list_state(live->arg, api_text(row, "id"), &s);
	more = json_pack("{s:I, s:I, s:o, s:o, s:b, s:I, s:o}", "entries", (json_int_t)s.names,
	    "skipped", (json_int_t)s.skipped, "refreshed_at", api_time_json(s.refreshed_at),
	    "next_at", api_time_json(s.next_at), "refreshing", s.busy, "failures", (json_int_t)s.failures,
	    "error", api_text_or_null(s.error[0] != '\0' ? s.error : NULL));
	if (j == NULL || json_object_update(j, more) < 0) {
		json_decref(j);
		j = NULL;
	}
	json_decref(more);
	return j;
}

static void
lists_get(struct api_req *rq)
{
	const json_t *lists = lists_of(rq->conf->doc), *row;
	json_t *out = json_array();
	size_t i;

	json_array_foreach(lists, i, row)
		if (json_array_append_new(out, list_json(rq, row)) < 0) {
			json_decref(out);
			out = NULL;
			break;
		}
	api_ok(rq, out);
}

static void
reply_list(struct api_req *rq, const struct conf_result *r, const char *id)
{
	const json_t *lists = lists_of(r->conf->doc), *row;
	size_t at;

	row = find(lists, id, &at) ? json_array_get(lists, at) : NULL;
	api_header(rq, "ETag", "\"r%llu\"", (unsigned long long)api_rev(row));
	api_ok(rq, row != NULL ? list_json(rq, row) : NULL);
}

/* --- adding ------------------------------------------------------------------------ */

/* "Steven's List" → "steven-s-list": letters and digits, the rest as single hyphens between them. */
static void
slug(struct str name, char out[ID_MAX + 1])
{
	size_t i, n = 0;

	for (i = 0; i < name.n && n < ID_MAX; i++) {
		char c = name.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 0x20);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = c;
		else if (n > 0 && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n > 0 && out[n - 1] == '-')
		n--;
	if (n == 0)
		out[n++] = 'l';
	out[n] = '\0';
}

/* Words that the paths beside <id> have. */
static bool
is_free(const json_t *lists, const char *id)
{
	size_t at;

	return strcmp(id, "rules") != 0 && strcmp(id, "check") != 0 && !find(lists, id, &at);
}

static const char *
new_id(struct api_req *rq, const json_t *lists, struct str name)
{
	char base[ID_MAX + 1];
	const char *id;
	int i;

	slug(name, base);
	id = arena_printf(rq->arena, "%s", base);
	for (i = 2; id != NULL && !is_free(lists, id) && i <= ID_TRIES; i++)
		id = arena_printf(rq->arena, "%.28s-%d", base, i);
	return id;
}

static int
create_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	json_t *lists = lists_of(draft), *row = json_object();

	rq->state = (void *)(uintptr_t)new_id(rq, lists, api_str(rq->body, "name"));
	if (rq->state == NULL || json_object_set_new(row, "id", json_string(rq->state)) < 0 ||
	    conf_json_merge(row, rq->body) < 0 || json_array_append(lists, row) < 0) {
		json_decref(row);
		return err_set(e, ERR_INTERNAL, "out of memory");
	}
	json_decref(row);
	return 0;
}

static void
created(struct api_req *rq, const struct conf_result *r)
{
	api_header(rq, "Location", "/api/blocklists/%s", (const char *)rq->state);
	reply_list(rq, r, rq->state);
}

static void
lists_post(struct api_req *rq)
{
	const char *name = api_text(rq->body, "name");
	const struct api_change c = { .summary = arena_printf(rq->arena, "blocklist.create %.64s", name != NULL ? name : ""),
		.record = true, .edit = create_edit, .done = created };

	api_change(rq, &c);
}

/* --- one list ------------------------------------------------------------------------ */

static int
locate(struct api_req *rq, const json_t *lists, size_t *at, struct err *e)
{
	if (!find(lists, api_param(rq, "id"), at))
		return err_set(e, ERR_NOT_FOUND, "there is no such list");
	return api_precondition(rq, 'r', api_rev(json_array_get(lists, *at)), e) < 0 ? err_errno(ERR_PRECONDITION) : 0;
}

/* apply_to is an object: what of it is not named stays as it is. */
static int
put_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	json_t *lists = lists_of(draft), *row;
	size_t at = 0;
	int error = locate(rq, lists, &at, e);

	if (error < 0)
		return error;
	row = json_array_get(lists, at);
	return conf_json_merge(row, rq->body) < 0 ? err_set(e, ERR_INTERNAL, "out of memory") : 0;
}

static void
changed(struct api_req *rq, const struct conf_result *r)
{
	reply_list(rq, r, api_param(rq, "id"));
}

static void
list_put(struct api_req *rq)
{
	const struct api_change c = { .summary = arena_printf(rq->arena, "blocklist.update %.40s", api_param(rq, "id")),
		.record = true, .edit = put_edit, .done = changed };

	api_change(rq, &c);
}

static int
delete_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	json_t *lists = lists_of(draft);
	size_t at = 0;
	int error = locate(rq, lists, &at, e);

	return error < 0 ? error : json_array_remove(lists, at);
}

static void
deleted(struct api_req *rq, const struct conf_result *r)
{
	(void)r;
	api_deleted(rq);
}

static void
list_delete(struct api_req *rq)
{
	const struct api_change c = { .summary = arena_printf(rq->arena, "blocklist.delete %.40s", api_param(rq, "id")),
		.record = true, .edit = delete_edit, .done = deleted };

	api_change(rq, &c);
}

static void
refresh_post(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	json_t *job = NULL;
	struct err e = { 0 };

	if (live->list_refresh(live->arg, api_param(rq, "id"), rq->actor, &job, &e) < 0)
		api_fail(rq, &e);
	else
		api_job(rq, job);
}

const struct api_route api_blocklist_routes[] = {
	{ HTTP_GET, "/api/blocklists", AUTH_WHO_ADMIN, 0, lists_get, "Lists of names, and how they are", 0, 200,
	    NULL, NULL, &api_blocklists_shape, NULL },
	{ HTTP_POST, "/api/blocklists", AUTH_WHO_ADMIN, KIB(128), lists_post, "Add a list", API_CHANGES, 201,
	    NULL, &api_blocklist_new_shape, &api_blocklist_shape, "409 507" },
	{ HTTP_PUT, "/api/blocklists/<id>", AUTH_WHO_ADMIN, KIB(128), list_put, "Change a list", API_CHANGES | API_REV, 200,
	    NULL, &api_blocklist_in_shape, &api_blocklist_shape, "404 412 507" },
	{ HTTP_DELETE, "/api/blocklists/<id>", AUTH_WHO_ADMIN, 0, list_delete, "Remove a list", API_CHANGES | API_REV, 200,
	    NULL, NULL, &api_deleted_shape, "404 412 507" },
	{ HTTP_POST, "/api/blocklists/<id>/refresh", AUTH_WHO_ADMIN, 0, refresh_post,
	    "Fetch it now, and take it even if it has become much shorter", 0, 202, NULL, NULL, &api_started_shape, "404 409 503" },
	{ .path = NULL }
};
