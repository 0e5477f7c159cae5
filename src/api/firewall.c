#include "api/firewall.h"

#include "api/account.h"
#include "api/change.h"
#include "api/firewall_shape.h"
#include "api/request.h"
#include "api/row.h"
#include "conf/public.h"
#include "conf/txn.h"
#include "fw/input.h"

/* The row with what its lines have counted. */
static json_t *
counted_json(const struct api_req *rq, const json_t *row, const char *kind)
{
	const struct api_live *live = &rq->deps->live;
	uint64_t packets = 0, bytes = 0;
	const bool known = live->firewall_counted(live->arg, kind, api_text(row, "id"), &packets, &bytes);
	json_t *out = conf_public(row), *more = json_pack("{s:o, s:o}",
	    "packets", known ? json_integer((json_int_t)packets) : json_null(),
	    "bytes", known ? json_integer((json_int_t)bytes) : json_null());

	if (out != NULL && json_object_update_new(out, more) == 0)
		return out;
	json_decref(out);
	return NULL;
}

static json_t *
rule_json(const struct api_req *rq, const json_t *row)
{
	return counted_json(rq, row, "rule");
}

static json_t *
forward_json(const struct api_req *rq, const json_t *row)
{
	return counted_json(rq, row, "forward");
}

json_t *
api_judged(const struct fw_judged *j)
{
	if (j->holds == FW_HOLDS)
		return json_pack("{s:b, s:n}", "holds", true, "reason");
	return json_pack("{s:o, s:s}", "holds", j->holds == FW_BROKEN ? json_false() : json_null(), "reason", j->why);
}

static json_t *
assertion_json(const struct api_req *rq, const json_t *row)
{
	static const struct fw_judged none = { .why = "there is no firewall to judge by" };
	const struct api_live *live = &rq->deps->live;
	const struct fw_judged *j = live->firewall_judged(live->arg, api_text(row, "id"));
	json_t *out = conf_public(row);

	if (out == NULL || json_object_update_new(out, api_judged(j != NULL ? j : &none)) < 0) {
		json_decref(out);
		return NULL;
	}
	return out;
}

static const struct api_rows rules = { .section = "firewall", .array = "rules", .key = "id",
	.path = "/api/firewall/rules", .noun = "firewall.rule", .none = "there is no such rule", .show = rule_json };
static const struct api_rows forwards = { .section = "firewall", .array = "forwards", .key = "id",
	.path = "/api/firewall/forwards", .noun = "firewall.forward", .none = "there is no such forward",
	.show = forward_json };
static const struct api_rows assertions = { .section = "firewall", .array = "assertions", .key = "id",
	.path = "/api/firewall/assertions", .noun = "firewall.assertion", .none = "there is no such assertion",
	.show = assertion_json };

/* --- rules: their order counts ---------------------------------------------------------------- */

/* From its place to position, or the end. */
static int
place(json_t *list, json_t *row, int64_t position, struct err *e)
{
	size_t at = 0;
	int r;

	if (position < 0)
		return 0;
	while (at < json_array_size(list) && json_array_get(list, at) != row)
		at++;
	row = json_incref(row);
	r = json_array_remove(list, at);
	if (r == 0)
		r = json_array_insert(list, (size_t)position < json_array_size(list) ? (size_t)position :
		    json_array_size(list), row);
	json_decref(row);
	return r < 0 ? err_set(e, ERR_INTERNAL, "out of memory") : 0;
}

/* The request's position, which is no member of the record; -1: not said. A dry run comes here once, too. */
static int64_t
take_position(struct api_req *rq)
{
	int64_t position = api_int(rq->body, "position", -1);

	(void)json_object_del(rq->body, "position");	/* it may be absent */
	return position;
}

static int
rule_create_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	int64_t position = take_position(rq);
	json_t *list = api_rows(&rules, draft);
	int r = api_row_post_edit(rq, draft, e);

	return r < 0 ? r : place(list, json_array_get(list, json_array_size(list) - 1), position, e);
}

/* A side is replaced, not merged: it is one thing. */
static int
rule_put_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	int64_t position = take_position(rq);
	json_t *row = api_row_edit(rq, &rules, draft, e);
	int r;

	if (row == NULL)
		return err_errno(e->kind);
	if (json_object_get(rq->body, "from") != NULL)
		(void)json_object_del(row, "from");	/* it may be absent, as below */
	if (json_object_get(rq->body, "to") != NULL)
		(void)json_object_del(row, "to");
	r = api_row_merge(row, rq->body, e);
	return r < 0 ? r : place(api_rows(&rules, draft), row, position, e);
}

static void
rule_put_done(struct api_req *rq, const struct conf_result *r)
{
	api_row_reply(rq, &rules, r, api_param(rq, "id"));
}

static void
rules_get(struct api_req *rq)
{
	api_rows_get(rq, &rules);
}

static void
rules_post(struct api_req *rq)
{
	api_row_post(rq, &rules, api_text(rq->body, "name"), rule_create_edit);
}

static void
rule_put(struct api_req *rq)
{
	const struct api_change c = { .summary = arena_printf(rq->arena, "firewall.rule.update %.36s", api_param(rq, "id")),
		.record = true, .edit = rule_put_edit, .done = rule_put_done };

	api_change(rq, &c);
}

static void
rule_delete(struct api_req *rq)
{
	api_row_delete(rq, &rules);
}

/* --- forwards ------------------------------------------------------------------------------------ */

static void
forwards_get(struct api_req *rq)
{
	api_rows_get(rq, &forwards);
}

static void
forwards_post(struct api_req *rq)
{
	api_row_post(rq, &forwards, api_text(rq->body, "name"), api_row_post_edit);
}

static void
forward_put(struct api_req *rq)
{
	api_row_put(rq, &forwards);
}

static void
forward_delete(struct api_req *rq)
{
	api_row_delete(rq, &forwards);
}

/* --- assertions ------------------------------------------------------------------------------------ */

static void
assertions_get(struct api_req *rq)
{
	api_rows_get(rq, &assertions);
}

static void
assertions_post(struct api_req *rq)
{
	api_row_post(rq, &assertions, api_text(rq->body, "name"), api_row_post_edit);
}

static void
assertion_delete(struct api_req *rq)
{
	api_row_delete(rq, &assertions);
}

#define FORWARDS(path) \
	{ HTTP_GET, path, AUTH_WHO_ADMIN, 0, forwards_get, "Ports that lead to hosts inside", 0, 200, \
	    NULL, NULL, &api_fw_forwards_shape, NULL }, \
	{ HTTP_POST, path, AUTH_WHO_ADMIN, KIB(8), forwards_post, "Let a port lead to a host inside", API_CHANGES, 201, \
	    NULL, &api_fw_forward_new_shape, &api_fw_forward_shape, "409 507" }, \
	{ HTTP_PUT, path "/<id>", AUTH_WHO_ADMIN, KIB(8), forward_put, "Change a forward", API_CHANGES | API_REV, 200, \
	    NULL, &api_fw_forward_in_shape, &api_fw_forward_shape, "404 409 412 507" }, \
	{ HTTP_DELETE, path "/<id>", AUTH_WHO_ADMIN, 0, forward_delete, "Close the port", API_CHANGES | API_REV, 200, \
	    NULL, NULL, &api_deleted_shape, "404 409 412 507" }

const struct api_route api_firewall_routes[] = {
	{ HTTP_GET, "/api/firewall/rules", AUTH_WHO_ADMIN, 0, rules_get, "Own rules, in the order in which they count", 0, 200,
	    NULL, NULL, &api_fw_rules_shape, NULL },
	{ HTTP_POST, "/api/firewall/rules", AUTH_WHO_ADMIN, KIB(8), rules_post, "Add a rule", API_CHANGES, 201,
	    NULL, &api_fw_rule_new_shape, &api_fw_rule_shape, "409 507" },
	{ HTTP_PUT, "/api/firewall/rules/<id>", AUTH_WHO_ADMIN, KIB(8), rule_put, "Change or move a rule",
	    API_CHANGES | API_REV, 200, NULL, &api_fw_rule_in_shape, &api_fw_rule_shape, "404 409 412 507" },
	{ HTTP_DELETE, "/api/firewall/rules/<id>", AUTH_WHO_ADMIN, 0, rule_delete, "Remove a rule", API_CHANGES | API_REV, 200,
	    NULL, NULL, &api_deleted_shape, "404 409 412 507" },
	FORWARDS("/api/firewall/forwards"),
	FORWARDS("/api/routing/nat"),
	{ HTTP_GET, "/api/firewall/assertions", AUTH_WHO_ADMIN, 0, assertions_get, "What no change may break", 0, 200,
	    NULL, NULL, &api_fw_assertions_shape, NULL },
	{ HTTP_POST, "/api/firewall/assertions", AUTH_WHO_ADMIN, KIB(8), assertions_post,
	    "Say what no change may break; it has to be so now", API_CHANGES, 201,
	    NULL, &api_fw_assertion_new_shape, &api_fw_assertion_shape, "409 507" },
	{ HTTP_DELETE, "/api/firewall/assertions/<id>", AUTH_WHO_ADMIN, 0, assertion_delete, "Changes may break it",
	    API_CHANGES | API_REV, 200, NULL, NULL, &api_deleted_shape, "404 412 507" },
	{ .path = NULL }
};
