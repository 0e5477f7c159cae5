/* Client files: shown, made anew, counted as installed. */
#include "api/peer_file.h"

#include <string.h>

#include "api/caller.h"
#include "api/change.h"
#include "api/peer.h"
#include "api/peer_change.h"
#include "api/peer_key.h"
#include "api/peer_shape.h"
#include "api/peer_view.h"
#include "api/request.h"
#include "base/log.h"
#include "conf/txn.h"

static void
file_answer(struct api_req *rq, json_t *file)
{
	const char *format = api_text(rq->query, "format"), *svg = api_text(file, "qr_svg");

	if (format == NULL || strcmp(format, "json") == 0) {
		api_ok(rq, file);
		return;
	}
	if (strcmp(format, "conf") == 0) {
		api_header(rq, "Content-Disposition", "attachment; filename=\"%s\"", api_text(file, "filename"));
		api_reply_bytes(rq, 200, "text/plain; charset=utf-8", api_str(file, "config"));
	} else if (svg != NULL) {
		api_reply_bytes(rq, 200, "image/svg+xml", str_of(svg));
	} else {
		api_refuse(rq, 409, "conflict", "there is no code: the private key is not held, or the file is too long");
	}
	json_decref(file);
}

void
api_peer_file_answer(struct api_req *rq, const struct conf_peer *p)
{
	struct err e = { 0 };
	json_t *file = api_peer_file(rq, rq->conf, p, &e);

	log_line(LOG_PEERS, LOG_INFO, "a client file was shown", "peer", p->name, "to", rq->actor, NULL);
	if (file == NULL)
		api_fail(rq, &e);
	else
		file_answer(rq, file);
}

static void
config_get(struct api_req *rq)
{
	const struct conf_peer *p = api_peer_of_path(rq);

	if (p != NULL)
		api_peer_file_answer(rq, p);
}

static json_t *
row_of(struct api_req *rq, json_t *draft, struct err *e)
{
	const struct api_peer_change *x = rq->state;

	return api_peer_find_row(draft, x->name, e);
}

static int
rekey_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	json_t *row = row_of(rq, draft, e);

	if (row == NULL)
		return err_errno(e->kind);
	if (rq->route->who == AUTH_WHO_PEER && !api_caller_is_user(rq, api_text(row, "owner")))	/* given away meanwhile */
		return err_set(e, ERR_NOT_FOUND, "you have no such device");
	api_peer_change_remember(rq);
	return api_peer_finish_row(rq, draft, row, e);
}

static void
rekeyed(struct api_req *rq, const struct conf_result *r)
{
	struct api_peer_change *x = rq->state;

	log_line(LOG_PEERS, LOG_INFO, "a device has new keys", "peer", x->name, "by", rq->actor, NULL);
	api_peer_change_follow(rq, r->conf);
	x->done(rq, r);
}

void
api_peer_rekey(struct api_req *rq, const char *name, void (*done)(struct api_req *rq, const struct conf_result *r))
{
	const struct api_change c = { .summary = arena_printf(rq->arena, "peer.rekey %s", name), .record = true,
		.edit = rekey_edit, .done = rekeyed, .failed = api_peer_change_failed };
	struct api_peer_change *x = api_peer_change_new(rq, name);

	if (x == NULL || !api_peer_keys_take(rq))
		return;
	x->done = done;
	api_change(rq, &c);
}

void
api_peer_rekeyed(struct api_req *rq, const struct conf_result *r)
{
	const struct api_peer_change *x = rq->state;
	struct err e = { 0 };
	json_t *file = api_peer_file(rq, r->conf, conf_peer_find(r->conf, x->name), &e);

	if (file == NULL)
		api_fail(rq, &e);
	else
		api_ok(rq, file);
}

static void
rekey_post(struct api_req *rq)
{
	const struct conf_peer *p = api_peer_of_path(rq);

	if (p != NULL)
		api_peer_rekey(rq, arena_strdup(rq->arena, p->name), api_peer_rekeyed);
}

static int
installed_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	json_t *row = row_of(rq, draft, e);

	return row == NULL ? err_errno(e->kind) : api_peer_installed(rq, conf_txn_current(rq->deps->txn), row, e);
}

static void
installed(struct api_req *rq, const struct conf_result *r)
{
	const struct api_peer_change *x = rq->state;
	const struct conf_peer *p = conf_peer_find(r->conf, x->name);

	api_header(rq, "ETag", "\"r%llu\"", (unsigned long long)p->rev);
	api_ok(rq, api_peer_view_one(rq, r->conf, p));
}

static void
installed_post(struct api_req *rq)
{
	const char *name = api_param(rq, "name");
	const struct api_change c = { .summary = arena_printf(rq->arena, "peer.installed %s", name), .record = true,
		.edit = installed_edit, .done = installed };

	if (api_peer_change_new(rq, name) != NULL)
		api_change(rq, &c);
}

const struct api_route api_peer_file_routes[] = {
	{ HTTP_GET, "/api/peers/<name>/config", AUTH_WHO_ADMIN, 0, config_get, "Its client file", 0, 200,
	    &api_peer_file_query_shape, NULL, &api_peer_file_shape, "404 409" },
	{ HTTP_POST, "/api/peers/<name>/rekey", AUTH_WHO_ADMIN, KIB(4), rekey_post,
	    "Give it new keys; the old ones stop at once", API_CHANGES, 200,
	    NULL, &api_peer_rekey_shape, &api_peer_file_shape, "404 409 503 507" },
	{ HTTP_POST, "/api/peers/<name>/clear-reinstall", AUTH_WHO_ADMIN, 0, installed_post,
	    "The present file counts as installed", API_CHANGES, 200,
	    NULL, NULL, &api_peer_shape, "404 503 507" },
	{ .path = NULL }
};
