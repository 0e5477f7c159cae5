/* Configuration changes of requests. */
#include "api/change.h"

#include "api/batch.h"
#include "api/reach.h"
#include "api/request.h"
#include "conf/patch.h"
#include "conf/txn.h"

struct change {
	struct api_req *rq;
	struct api_change c;
	struct err despite;
};

static int
on_edit(void *arg, json_t *draft, struct err *e)
{
	struct change *x = arg;

	return x->c.edit(x->rq, draft, e);
}

/* Without leases in this version: a protected change stays until somebody changes it back. */
static json_t *
warnings_json(const struct conf_result *r)
{
	json_t *list = json_array();

	if (r->lease_needed)
		(void)json_array_append_new(list, json_string(
		    "this can cut the way in, and it does not go back by "
		    "itself: roll back by hand if it does")); /* a hint */
	return list;
}

static void
dry_run_answer(const struct change *x, const struct conf_result *r)
{
	struct api_req *rq = x->rq;
	const struct api_live *live = &rq->deps->live;
	json_t *warnings = warnings_json(r), *diff;
	size_t all = 0;

	diff = api_reach_diff(rq, conf_txn_current(rq->deps->txn), r->conf, &all, NULL);
	if (all > API_REACH_DIFF_MAX)
		(void)json_array_append_new(warnings, json_sprintf("%zu pairs of who and what are reached otherwise, of which %d "
		    "are listed", all, API_REACH_DIFF_MAX));	/* a hint, as the next */
	if (x->c.warn != NULL)
		x->c.warn(rq, warnings);
	if (live->cert_new_root(live->arg, r->conf))	/* TLS-7 */
		(void)json_array_append_new(warnings, json_string("the root certificate may not certify the new names: "
		    "another one is made, which every device has to install (/ca)"));
	api_reply(rq, 200, json_pack("{s:O, s:o, s:o, s:b}",
	    "changes", r->changes, "reachability", diff,
	    "warnings", warnings, "lease_needed", r->lease_needed));
}

static void
on_done(void *arg, const struct conf_result *r, const struct err *e)
{
	struct change *x = arg;
	struct api_req *rq = x->rq;
	struct err mine;

	if (e != NULL && !r->changed) {
		if (x->c.failed != NULL)
			x->c.failed(rq);
		mine = *e;
		if (x->c.record)
			conf_patch_err_record(&mine);
		if (x->c.place != NULL)
			x->c.place(rq, NULL, &mine);
		api_fail(rq, &mine);
	} else if (rq->dry_run) {
		dry_run_answer(x, r);
	} else {
		if (e != NULL) {	/* in force, so all that follows is to be done, but it is not safe */
			x->despite = *e;
			rq->despite = &x->despite;
		}
		api_header(rq, "X-Config-Generation", "%llu",
		    (unsigned long long)r->generation);
		x->c.done(rq, r);
	}
}

void
api_change(struct api_req *rq, const struct api_change *c)
{
	struct change *x = arena_alloc(rq->arena, sizeof(*x));
	struct conf_change change = { .actor = rq->actor,
		.summary = c->summary, .dry_run = rq->dry_run, .edit = on_edit,
		.done = on_done, .arg = x };
	struct err e = { 0 };

	if (x == NULL || c->summary == NULL) {
		api_no_memory(rq);
		return;
	}
	if (rq->batch != NULL) {
		api_batch_edit(rq, c);
		return;
	}
	*x = (struct change){ .rq = rq, .c = *c };
	if (conf_txn_submit(rq->deps->txn, &change, &e) < 0) {
		if (c->failed != NULL)
			c->failed(rq);
		api_fail(rq, &e);
	}
}

json_t *
api_change_json(const struct conf_result *r, const char *message)
{
	return json_pack("{s:s, s:I, s:O, s:[], s:[], s:o, s:n}",
	    "message", r->changed ? message : "nothing changed",
	    "generation", (json_int_t)r->generation, "changes", r->changes,
	    "restarted", "pending", "warnings", warnings_json(r), "lease");
}
