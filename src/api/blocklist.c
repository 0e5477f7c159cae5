/* Lists of others; see blocklist.h. */
#include "api/blocklist.h"

#include <stdio.h>
#include <string.h>

#include "api/account.h"
#include "api/blocklist_shape.h"
#include "api/change.h"
#include "api/request.h"
#include "api/row.h"
#include "api/system_shape.h"
#include "conf/public.h"
#include "conf/txn.h"

enum { ID_MAX = 31, ID_TRIES = 99 };

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

static const struct api_rows lists = { .section = "blocklists", .array = "lists", .key = "id", .path = "/api/blocklists",
	.noun = "blocklist", .none = "there is no such list", .show = list_json };

static void
lists_get(struct api_req *rq)
{
	api_rows_get(rq, &lists);
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
is_free(const json_t *doc, const char *id)
{
	return strcmp(id, "rules") != 0 && strcmp(id, "check") != 0 && api_row_find(&lists, doc, id) == NULL;
}

static const char *
new_id(struct api_req *rq, const json_t *doc, struct str name)
{
	char base[ID_MAX + 1];
	const char *id;
	int i;

	slug(name, base);
	id = arena_printf(rq->arena, "%s", base);
	for (i = 2; id != NULL && !is_free(doc, id) && i <= ID_TRIES; i++)
		id = arena_printf(rq->arena, "%.28s-%d", base, i);
	return id;
}

static int
create_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	const char *id = new_id(rq, draft, api_str(rq->body, "name"));

	rq->state = (void *)(uintptr_t)id;
	return api_row_add(&lists, draft, id == NULL ? NULL : json_pack("{s:s}", "id", id), rq->body, e);
}

static void
created(struct api_req *rq, const struct conf_result *r)
{
	api_row_created(rq, &lists, r, rq->state);
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

static void
list_put(struct api_req *rq)
{
	api_row_put(rq, &lists);
}

static void
list_delete(struct api_req *rq)
{
	api_row_delete(rq, &lists);
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
