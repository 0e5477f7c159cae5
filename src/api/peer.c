/* Devices of the VPN: rows of the configuration, each with keys, and what is known of them. */
#include "api/peer.h"

#include <string.h>
#include <strings.h>

#include "api/account.h"
#include "api/change.h"
#include "api/peer_change.h"
#include "api/peer_key.h"
#include "api/peer_shape.h"
#include "api/peer_view.h"
#include "api/request.h"
#include "api/row.h"
#include "auth/change.h"
#include "base/log.h"
#include "conf/number.h"
#include "conf/txn.h"
#include "sys/clk.h"
#include "wg/client.h"

static const char none[] = "there is no such device";

static bool
place(const struct conf *c, const char *name, size_t *at)
{
	const struct conf_peer *p = conf_peer_find(c, name);

	if (p != NULL)
		*at = (size_t)(p - c->peers);
	return p != NULL;
}

static const struct api_rows peers = { .array = "peers", .key = "name", .path = "/api/peers", .noun = "peer", .none = none,
	.place = place };

static int
no_memory(struct err *e)
{
	return err_set(e, ERR_INTERNAL, "out of memory");
}

/* --- reading -------------------------------------------------------------------------- */

json_t *
api_peer_find_row(json_t *draft, const char *name, struct err *e)
{
	json_t *row = api_row_own(&peers, draft, name);

	if (row == NULL)
		(void)err_set(e, ERR_NOT_FOUND, "%s", none);	/* the NULL tells */
	return row;
}

const struct conf_peer *
api_peer_of_path(struct api_req *rq)
{
	const struct conf_peer *p = conf_peer_find(rq->conf, api_param(rq, "name"));

	if (p == NULL)
		api_refuse(rq, 404, "not-found", "%s", none);
	return p;
}

static bool
is_in_group(const struct conf_peer *p, const char *group)
{
	size_t i;

	for (i = 0; i < p->groups.n; i++)
		if (strcasecmp(p->groups.v[i], group) == 0)
			return true;
	return false;
}

static bool
is_wanted(const struct api_req *rq, const struct conf_peer *p)
{
	const char *group = api_text(rq->query, "group"), *owner = api_text(rq->query, "owner");

	return (group == NULL || is_in_group(p, group)) &&
	    (owner == NULL || (p->owner != NULL && strcasecmp(p->owner, owner) == 0));
}

static void
peers_get(struct api_req *rq)
{
	struct wg_client_plan *plan = api_peer_plan(rq, rq->conf);
	json_t *list = plan == NULL ? NULL : json_array();
	size_t i;

	for (i = 0; list != NULL && i < rq->conf->npeers; i++)
		if (is_wanted(rq, &rq->conf->peers[i]) &&
		    json_array_append_new(list, api_peer_view(rq, plan, rq->conf, &rq->conf->peers[i])) < 0) {
			json_decref(list);
			list = NULL;
		}
	wg_client_plan_free(plan);
	api_ok(rq, list);
}

static void
etag(struct api_req *rq, const struct conf_peer *p)
{
	api_header(rq, "ETag", "\"r%llu\"", (unsigned long long)p->rev);
}

static void
peer_get(struct api_req *rq)
{
	const struct conf_peer *p = api_peer_of_path(rq);

	if (p == NULL)
		return;
	etag(rq, p);
	api_ok(rq, api_peer_view_one(rq, rq->conf, p));
}

void
api_peer_stats(struct api_req *rq, const struct conf_peer *p)
{
	const struct api_live *live = &rq->deps->live;
	const char *range = api_text(rq->query, "range");

	api_ok(rq, live->peer_traffic(live->arg, p->name, range != NULL ? range : "day"));
}

static void
stats_get(struct api_req *rq)
{
	const struct conf_peer *p = api_peer_of_path(rq);

	if (p != NULL)
		api_peer_stats(rq, p);
}

/* --- a new one ---------------------------------------------------------------------------- */

/* One whose time is over is off as soon as somebody looks; saying so beats switching it off silently. */
static int
check_time(const struct api_req *rq, const json_t *row, struct err *e)
{
	const char *text = api_text(row, "expires_at");
	int64_t at;

	if (text == NULL || clk_read(text, &at) < 0 || at > rq->now || !api_bool(row, "enabled", true))
		return 0;
	return err_field(e, ERR_VALIDATION, "expires_at", "is over");
}

static int
add_user(struct api_req *rq, json_t *draft, json_t *row, struct err *e)
{
	const char *name = api_text(row, "name");
	json_t *user = json_pack("{s:s, s:s, s:o}", "username", name, "role", "peer", "created_at", api_time_json(rq->now));

	if (json_array_append_new(json_object_get(draft, "users"), user) < 0 ||
	    json_object_set_new(row, "owner", json_string(name)) < 0)
		return no_memory(e);
	return api_account_seal(rq, user, e);
}

int
api_peer_finish_row(struct api_req *rq, json_t *draft, json_t *row, struct err *e)
{
	int r = api_peer_keys_put(rq, draft, row, e);

	if (r < 0)
		return r;
	if (conf_number_draft(draft, conf_txn_current(rq->deps->txn)) < 0)
		return no_memory(e);
	return api_peer_installed(rq, conf_txn_current(rq->deps->txn), row, e);
}

static int
create_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	json_t *row = json_pack("{s:o}", "created_at", api_time_json(rq->now));
	const struct api_peer_change *x = rq->state;
	int r;

	if (api_row_in_draft(rq, &peers, draft, x->name) != NULL) {
		json_decref(row);
		return err_field(e, ERR_CONFLICT, "name", "there is a device of that name");
	}
	if ((r = api_row_add(&peers, draft, row, rq->body, e)) < 0 || (r = check_time(rq, row, e)) < 0 ||
	    (x->user_made && (r = add_user(rq, draft, row, e)) < 0))
		return r;
	return api_peer_finish_row(rq, draft, row, e);
}

static json_t *
made_json(const struct api_req *rq, const struct conf *c, const struct conf_peer *p, struct err *e)
{
	json_t *out = api_peer_view_one(rq, c, p), *file = api_peer_file(rq, c, p, e);

	if (out != NULL && (file == NULL || json_object_update(out, file) < 0 ||
	    json_object_set_new(out, "accounts", json_array()) < 0)) {
		json_decref(out);
		out = NULL;
	}
	json_decref(file);
	return out;
}

static void
created(struct api_req *rq, const struct conf_result *r)
{
	const struct api_peer_change *x = rq->state;
	const struct conf_peer *p = conf_peer_find(r->conf, x->name);
	struct err e = { 0 };

	log_line(LOG_PEERS, LOG_INFO, "a device was added", "peer", p->name, "by", rq->actor, NULL);
	api_row_created_headers(rq, &peers, api_peer_row(r->conf, p));
	api_ok(rq, made_json(rq, r->conf, p, &e));
}

static void
create(struct api_req *rq)
{
	const struct api_peer_change *x = rq->state;
	const struct api_change c = { .summary = arena_printf(rq->arena, "peer.create %s", x->name), .record = true,
		.edit = create_edit, .done = created, .failed = api_peer_keys_undo };

	(void)json_object_del(rq->body, "password");	/* it may be absent */
	api_change(rq, &c);
}

/* Members of the request that are none of the record. False: answered. */
static bool
take_others(struct api_req *rq, struct api_peer_change *x)
{
	const json_t *accounts = json_object_get(rq->body, "accounts");
	struct err e = { 0 };

	x->user_made = api_text(rq->body, "password") != NULL;
	if (json_array_size(accounts) > 0)
		(void)err_field(&e, ERR_VALIDATION, "accounts", "there is no service %s",
		    json_string_value(json_array_get(accounts, 0)));	/* answered, as below */
	if (x->user_made && api_text(rq->body, "owner") != NULL)
		(void)err_field(&e, ERR_VALIDATION, "password", "makes a user of its own: leave owner out");
	else if (x->user_made && api_account_find(rq->conf->doc, x->name) != NULL)
		(void)err_field(&e, ERR_CONFLICT, "password", "there is a user of that name");
	(void)json_object_del(rq->body, "accounts");	/* they may be absent */
	if (e.kind == ERR_NONE)
		return true;
	api_fail(rq, &e);
	return false;
}

void
api_peer_create(struct api_req *rq)
{
	const char *name = arena_strdup(rq->arena, api_text(rq->body, "name"));
	const struct auth_change_ask ask = { .what = AUTH_CHANGE_NEW, .username = name, .role = CONF_ROLE_PEER,
		.new_password = api_str(rq->body, "password") };
	struct api_peer_change *x = api_peer_change_new(rq, name);

	if (x == NULL || !take_others(rq, x) || !api_peer_keys_take(rq))
		return;
	if (x->user_made)
		api_account_change(rq, &ask, create);
	else
		create(rq);
}

/* --- changes --------------------------------------------------------------------------------- */

static int
update_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	json_t *row = api_row_edit(rq, &peers, draft, e);
	int r = row == NULL ? err_errno(e->kind) : api_row_merge(row, rq->body, e);

	if (r < 0 || (r = check_time(rq, row, e)) < 0)
		return r;
	api_peer_change_remember(rq);
	return rq->keys == NULL ? 0 : api_peer_keys_put(rq, draft, row, e);
}

/* Would the file be another one? */
static bool
file_differs(const struct api_req *rq, const struct conf *a, const struct conf *b, const char *name)
{
	char before[WG_CLIENT_DIGEST_SIZE] = "", after[WG_CLIENT_DIGEST_SIZE] = "";
	struct wg_client_plan *was = api_peer_plan(rq, a), *is = api_peer_plan(rq, b);
	bool ok = was != NULL && is != NULL && wg_client_digest(was, conf_peer_find(a, name), before) &&
	    wg_client_digest(is, conf_peer_find(b, name), after);

	wg_client_plan_free(was);
	wg_client_plan_free(is);
	return !ok || strcmp(before, after) != 0;
}

static void
updated(struct api_req *rq, const struct conf_result *r)
{
	struct api_peer_change *x = rq->state;
	const struct conf_peer *p = conf_peer_find(r->conf, x->name);
	json_t *out = api_peer_view_one(rq, r->conf, p);

	if (out != NULL && json_object_set_new(out, "config_changed",
	    json_boolean(file_differs(rq, x->before, r->conf, x->name))) < 0) {
		json_decref(out);
		out = NULL;
	}
	api_peer_change_follow(rq, r->conf);
	etag(rq, p);
	api_ok(rq, out);
}

/* The key that it has is none that is new: its preshared key stays, too. False: answered. */
static bool
take_key(struct api_req *rq, const char *name)
{
	const char *key = api_text(rq->body, "public_key");
	const struct conf_peer *p = conf_peer_find(rq->conf, name);

	if (key == NULL || p == NULL || strcmp(p->public_key, key) != 0)
		return key == NULL || api_peer_keys_take(rq);
	(void)json_object_del(rq->body, "public_key");	/* it is there */
	return true;
}

static void
peer_put(struct api_req *rq)
{
	const char *name = api_param(rq, "name"), *renamed = api_text(rq->body, "name");
	const struct api_change c = { .summary = arena_printf(rq->arena, "peer.update %s", name), .record = true,
		.edit = update_edit, .done = updated, .failed = api_peer_change_failed };
	struct err e = { 0 };

	if (renamed != NULL && strcasecmp(renamed, name) != 0) {
		(void)err_field(&e, ERR_VALIDATION, "name", "is for good");	/* answered */
		api_fail(rq, &e);
		return;
	}
	(void)json_object_del(rq->body, "name");	/* it may be absent */
	if (api_peer_change_new(rq, name) != NULL && take_key(rq, name))
		api_change(rq, &c);
}

/* --- the end ------------------------------------------------------------------------------------ */

static bool
owns_others(const json_t *draft, const char *owner)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(draft, "peers"), i, row)
		if (str_ieq(api_str(row, "owner"), str_of(owner)))
			return true;
	return false;
}

/* The user goes with his last device, unless he is to stay. */
static int
remove_user(json_t *draft, const char *owner)
{
	json_t *users = json_object_get(draft, "users"), *user = api_account_find(draft, owner);
	size_t i;

	if (user == NULL || strcmp(api_text(user, "role"), "peer") != 0 || owns_others(draft, owner))
		return 0;
	for (i = 0; json_array_get(users, i) != user; i++)
		;
	return json_array_remove(users, i);
}

static int
delete_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	json_t *rows = json_object_get(draft, "peers"), *row = api_row_edit(rq, &peers, draft, e);
	const char *owner = api_text(row, "owner");
	size_t i;

	if (row == NULL)
		return err_errno(e->kind);
	api_peer_change_remember(rq);
	owner = owner == NULL || api_bool(rq->query, "keep_user", false) ? NULL : arena_strdup(rq->arena, owner);
	for (i = 0; json_array_get(rows, i) != row; i++)
		;
	if (json_array_remove(rows, i) < 0)
		return no_memory(e);
	return owner == NULL ? 0 : remove_user(draft, owner);
}

static void
deleted(struct api_req *rq, const struct conf_result *r)
{
	const struct api_peer_change *x = rq->state;

	log_line(LOG_PEERS, LOG_INFO, "a device was removed", "peer", x->name, "by", rq->actor, NULL);
	api_peer_change_follow(rq, r->conf);
	api_ok(rq, json_pack("{s:b, s:[]}", "deleted", 1, "unreached"));
}

static void
peer_delete(struct api_req *rq)
{
	const char *name = api_param(rq, "name");
	const struct api_change c = { .summary = arena_printf(rq->arena, "peer.delete %s", name), .record = true,
		.edit = delete_edit, .done = deleted, .failed = api_peer_change_failed };

	if (api_peer_change_new(rq, name) != NULL)
		api_change(rq, &c);
}

const struct api_route api_peer_routes[] = {
	{ HTTP_GET, "/api/peers", AUTH_WHO_ADMIN, 0, peers_get, "Devices in the VPN", 0, 200,
	    &api_peers_query_shape, NULL, &api_peers_shape, NULL },
	{ HTTP_POST, "/api/peers", AUTH_WHO_ADMIN, KIB(16), api_peer_create,
	    "Add a device; the reply has its client file", API_CHANGES, 201,
	    NULL, &api_peer_new_shape, &api_peer_made_shape, "409 503 507" },
	{ HTTP_GET, "/api/peers/<name>", AUTH_WHO_ADMIN, 0, peer_get, "A device", API_REV, 200,
	    NULL, NULL, &api_peer_shape, "404" },
	{ HTTP_GET, "/api/peers/<name>/stats", AUTH_WHO_ADMIN, 0, stats_get, "What it moved", 0, 200,
	    &api_peer_stats_query_shape, NULL, &api_peer_stats_shape, "404" },
	{ HTTP_PUT, "/api/peers/<name>", AUTH_WHO_ADMIN, KIB(16), peer_put, "Change a device", API_CHANGES | API_REV, 200,
	    NULL, &api_peer_in_shape, &api_peer_put_shape, "404 409 412 503 507" },
	{ HTTP_DELETE, "/api/peers/<name>", AUTH_WHO_ADMIN, 0, peer_delete,
	    "Remove a device, and its user if it was his last", API_CHANGES | API_REV, 200,
	    &api_peer_delete_query_shape, NULL, &api_peer_deleted_shape, "404 409 412 503 507" },
	{ .path = NULL }
};
