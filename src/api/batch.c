/* Several changes as one proposal; see batch.h. */
#include "api/batch.h"

#include <errno.h>
#include <string.h>

#include "api/change.h"
#include "api/request.h"
#include "api/shape.h"
#include "auth/decide.h"
#include "conf/complete.h"
#include "conf/depart.h"
#include "conf/draft.h"
#include "conf/follow.h"
#include "conf/patch.h"
#include "conf/rev.h"
#include "conf/txn.h"

struct part {
	struct api_req *rq;		/* of nobody; freed with the batch */
	struct api_change change;
	json_t *draft;			/* with its edit and those before */
};

struct api_batch {			/* in the arena of rq */
	struct api_req *rq;		/* who asked */
	void (*then)(struct api_req *rq, const struct conf *next);
	const json_t *changes;		/* of its body */
	struct part parts[API_BATCH_MAX];
	size_t n;			/* captured */
	bool running;			/* run() is on the stack: what a handler comes to is looked at there */
	bool captured, refused;		/* what the one that was called last came to; neither: it works in the background */
	int status;			/* refused: with this */
	json_t *problem;
};

/* Nothing of b may be touched once its request is answered. */
static void
release(struct api_batch *b)
{
	while (b->n > 0) {
		struct part *p = &b->parts[--b->n];

		json_decref(p->draft);
		api_req_free(p->rq);
	}
}

/* As after a change of its own that failed. */
static void
give_up(struct api_batch *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (b->parts[i].change.failed != NULL)
			b->parts[i].change.failed(b->parts[i].rq);
	release(b);
}

/* e belongs to the i-th change. */
static void
fail_at(struct api_batch *b, size_t i, const struct err *e)
{
	json_t *more = json_pack("{s:I}", "change", (json_int_t)i);

	give_up(b);
	api_fail_with(b->rq, e, NULL, more);
}

/* --- all in one draft ---------------------------------------------------------------------- */

/* Later edits find what earlier ones left as complete as they would in a generation. */
static int
edit(struct part *p, const json_t *from, struct err *e)
{
	int error;

	p->draft = conf_draft_new(from);
	if (p->draft == NULL)
		return err_sys(e, -ENOMEM, "configuration");
	error = p->change.edit(p->rq, p->draft, e);
	if (error < 0 && p->change.record)
		conf_patch_err_record(e);
	if (error >= 0 && (error = conf_complete_draft(p->draft, from)) < 0)
		(void)err_sys(e, error, "configuration");	/* error tells */
	return error;
}

static int
edit_all(struct api_batch *b, size_t *at, struct err *e)
{
	const json_t *from = conf_txn_current(b->rq->deps->txn)->doc;
	int error = 0;

	for (*at = 0; *at < b->n && error >= 0; ++*at) {
		error = edit(&b->parts[*at], from, e);
		from = b->parts[*at].draft;
	}
	return error;
}

/* The configuration that the first n changes make. */
static int
build(const struct api_batch *b, size_t n, struct conf **next, struct err *e)
{
	const struct conf *now = conf_txn_current(b->rq->deps->txn);
	const uint64_t generation = now->generation + 1;
	const json_t *from = b->parts[n - 1].draft;
	json_t *draft = conf_draft_new(from);
	int error = draft == NULL ? -ENOMEM : conf_follow(now->doc, draft, e);

	if (error < 0 || (error = conf_depart(now, draft)) < 0 || (error = conf_complete_draft(draft, from)) < 0 ||
	    (error = json_object_set_new(draft, "generation", json_integer((json_int_t)generation))) < 0 ||
	    (error = conf_rev_stamp(now->generation == 0 ? NULL : now->doc, draft, generation)) < 0) {
		json_decref(draft);
		return e->kind != ERR_NONE ? error : err_sys(e, error, "configuration");
	}
	return conf_build_complete(next, draft, e);
}

/* All together are refused with e: by which change what was sound before is no more, and what is said of it then. */
static size_t
blame(const struct api_batch *b, struct err *e)
{
	size_t sound = 0, unsound = b->n, n;
	struct conf *conf;
	struct err one;

	while (unsound - sound > 1) {
		n = sound + (unsound - sound) / 2;
		err_clear(&one);
		if (build(b, n, &conf, &one) == 0) {
			conf_unref(conf);
			sound = n;
		} else {
			*e = one;
			unsound = n;
		}
	}
	return unsound - 1;
}

static void
fail_built(struct api_batch *b, struct err *e)
{
	const size_t i = blame(b, e);
	const struct part *p = &b->parts[i];

	if (p->change.record)
		conf_patch_err_record(e);
	if (p->change.place != NULL)
		p->change.place(p->rq, p->draft, e);
	fail_at(b, i, e);
}

static void
propose(struct api_batch *b)
{
	struct conf *next = NULL;
	struct err e;
	size_t at = 0;

	err_clear(&e);
	if (edit_all(b, &at, &e) < 0) {
		fail_at(b, at - 1, &e);
	} else if (build(b, b->n, &next, &e) < 0) {
		fail_built(b, &e);
	} else {
		release(b);
		b->then(b->rq, next);	/* takes rq, and b with it */
		conf_unref(next);
	}
}

/* --- one after the other -------------------------------------------------------------------- */

static int
judge(struct api_req *rq, enum auth_who who, struct str csrf, struct err *e)
{
	const struct auth_ask ask = { .who = who, .path = str_of(rq->path.text), .mutating = true, .csrf = csrf, .now = rq->now,
		.own_uid = rq->deps->live.own_uid, .conf = rq->conf };
	const enum auth_verdict v = auth_decide(&rq->caller, &ask);

	return v == AUTH_OK ? 0 : err_set(e, ERR_FORBIDDEN, "%s", auth_verdict_text(v));
}

static enum http_method
method_of(const char *name)
{
	static const enum http_method methods[] = { HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE };
	size_t i;

	for (i = 0; i + 1 < sizeof(methods) / sizeof(methods[0]) && strcmp(api_method_name(methods[i]), name) != 0; i++)
		continue;
	return methods[i];		/* the shape knows no others */
}

/* As the gate would: the row, the right, the form. */
static int
admit(struct api_req *rq, const struct api_batch *b, const json_t *change, struct err *e)
{
	static const struct api_shape nothing = { .type = API_OBJECT };
	const json_t *body = json_object_get(change, "body");
	char allow[API_ALLOW_MAX];
	bool known;

	if (api_path_read(&rq->path, rq->arena, api_str(change, "path")))
		rq->route = api_route_find(method_of(api_text(change, "method")), &rq->path, &known, allow);
	if (rq->route == NULL || (rq->route->flags & API_CHANGES) == 0)
		return err_field(e, ERR_VALIDATION, "path", "is no request that changes the configuration");
	if (judge(rq, rq->route->who, api_header_get(b->rq, "X-CSRF-Token"), e) < 0)
		return -EPERM;
	rq->query = json_object();
	rq->body = json_is_object(body) ? json_deep_copy(body) : json_object();
	if (rq->query == NULL || rq->body == NULL)
		return err_sys(e, -ENOMEM, "a change");
	return api_shape_check(rq->route->in != NULL ? rq->route->in : &nothing, rq->body, e);
}

/* The caller's own rights, as they were when he asked. */
static struct api_req *
request_new(struct api_batch *b)
{
	struct api_req *asked = b->rq, *rq = api_req_new(asked->api, asked->origin, NULL);

	if (rq == NULL)
		return NULL;
	conf_unref(rq->conf);
	rq->conf = conf_ref(asked->conf);
	rq->caller = asked->caller;	/* session and token stay those of asked, which lives longer */
	memcpy(rq->actor, asked->actor, sizeof(rq->actor));
	rq->dry_run = true;
	rq->batch = b;
	return rq;
}

/* Hand the next change to its handler. False: that was all, and b is gone. */
static bool
next(struct api_batch *b)
{
	const json_t *change = json_array_get(b->changes, b->n);
	struct api_req *rq;
	struct err e;

	if (change == NULL) {
		propose(b);
		return false;
	}
	err_clear(&e);
	rq = request_new(b);
	if (rq == NULL) {
		give_up(b);
		api_no_memory(b->rq);
		return false;
	}
	if (admit(rq, b, change, &e) < 0) {
		api_req_free(rq);
		fail_at(b, b->n, &e);
		return false;
	}
	rq->handled = true;
	rq->route->handle(rq);		/* comes to one of the two below, now or later */
	return true;
}

/* The problem of one change becomes that of all, with its fields. */
static void
pass_on(struct api_batch *b)
{
	json_t *problem = b->problem;
	const char *type = api_text(problem, "type"), *colon = type == NULL ? NULL : strrchr(type, ':');

	(void)json_object_set_new(problem, "change", json_integer((json_int_t)b->n));	/* a missing member shows */
	give_up(b);
	api_refuse_with(b->rq, b->status, colon == NULL ? "internal" : colon + 1, problem, api_text(problem, "detail"));
}

static void
refuse(struct api_batch *b)
{
	struct err e;

	if (b->status >= 400 && api_text(b->problem, "detail") != NULL) {
		pass_on(b);
		return;
	}
	json_decref(b->problem);
	err_clear(&e);
	(void)err_field(&e, ERR_VALIDATION, "path", "changes nothing in the configuration");	/* told below */
	fail_at(b, b->n, &e);
}

/* As long as handlers come to their ends at once; one that does later goes on from there. */
static void
run(struct api_batch *b)
{
	b->running = true;
	do {
		b->captured = false;
		if (!next(b))
			return;
		if (b->refused) {
			refuse(b);
			return;
		}
	} while (b->captured);
	b->running = false;
}

void
api_batch_edit(struct api_req *rq, const struct api_change *c)
{
	struct api_batch *b = rq->batch;

	b->parts[b->n++] = (struct part){ .rq = rq, .change = *c };
	b->captured = true;
	if (!b->running)
		run(b);
}

void
api_batch_refuse(struct api_req *rq, int status, json_t *problem)
{
	struct api_batch *b = rq->batch;

	api_req_free(rq);
	b->refused = true;
	b->status = status;
	b->problem = problem;
	if (!b->running)
		refuse(b);
}

void
api_batch(struct api_req *rq, const json_t *changes, void (*then)(struct api_req *rq, const struct conf *next))
{
	struct api_batch *b = arena_alloc(rq->arena, sizeof(*b));

	if (b == NULL) {
		api_no_memory(rq);
		return;
	}
	b->rq = rq;
	b->then = then;
	b->changes = changes;
	run(b);
}
