#include "api/group.h"

#include <strings.h>

#include "api/account.h"
#include "api/change.h"
#include "api/group_shape.h"
#include "api/request.h"
#include "api/row.h"
#include "conf/public.h"
#include "conf/txn.h"
#include "conf/use.h"

/* Names of its devices. New reference. */
static json_t *
members_json(const struct conf *c, const char *group)
{
	json_t *list = json_array();
	size_t i, k;

	for (i = 0; i < c->npeers; i++)
		for (k = 0; k < c->peers[i].groups.n; k++)
			if (strcasecmp(c->peers[i].groups.v[k], group) == 0)
				(void)json_array_append_new(list, json_string(c->peers[i].name)); /* a lost one shows */
	return list;
}

static json_t *
group_json(const struct api_req *rq, const json_t *row)
{
	json_t *out = conf_public(row);

	if (out == NULL ||
	    json_object_set_new(out, "peers", members_json(conf_txn_current(rq->deps->txn), api_text(row, "name"))) < 0) {
		json_decref(out);
		return NULL;
	}
	return out;
}

static int
group_refusal(struct api_req *rq, const char *name, struct err *e)
{
	char users[CONF_USE_MAX];

	return conf_use_group(conf_txn_current(rq->deps->txn), name, users, sizeof(users)) ?
	    err_set(e, ERR_CONFLICT, "it is in use: %s", users) : 0;
}

static const struct api_rows groups = { .array = "groups", .key = "name", .path = "/api/groups", .noun = "group",
	.none = "there is no such group", .show = group_json, .keep = group_refusal };

static void
groups_get(struct api_req *rq)
{
	api_rows_get(rq, &groups);
}

static int
create_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	return api_row_add(&groups, draft, json_object(), rq->body, e);
}

static void
created(struct api_req *rq, const struct conf_result *r)
{
	api_row_created(rq, &groups, r, api_text(rq->body, "name"));
}

static void
groups_post(struct api_req *rq)
{
	const char *name = api_text(rq->body, "name");
	const struct api_change c = { .summary = arena_printf(rq->arena, "group.create %.64s", name != NULL ? name : ""),
		.record = true, .edit = create_edit, .done = created };

	api_change(rq, &c);
}

static void
group_put(struct api_req *rq)
{
	api_row_put(rq, &groups);
}

static void
group_delete(struct api_req *rq)
{
	api_row_delete(rq, &groups);
}

const struct api_route api_group_routes[] = {
	{ HTTP_GET, "/api/groups", AUTH_WHO_ADMIN, 0, groups_get, "Groups of devices", 0, 200,
	    NULL, NULL, &api_groups_shape, NULL },
	{ HTTP_POST, "/api/groups", AUTH_WHO_ADMIN, KIB(4), groups_post, "Add a group", API_CHANGES, 201,
	    NULL, &api_group_new_shape, &api_group_shape, "409 507" },
	{ HTTP_PUT, "/api/groups/<name>", AUTH_WHO_ADMIN, KIB(4), group_put, "Describe a group", API_CHANGES | API_REV, 200,
	    NULL, &api_group_in_shape, &api_group_shape, "404 412 507" },
	{ HTTP_DELETE, "/api/groups/<name>", AUTH_WHO_ADMIN, 0, group_delete, "Remove a group that nothing uses",
	    API_CHANGES | API_REV, 200, NULL, NULL, &api_deleted_shape, "404 409 412 507" },
	{ .path = NULL }
};
