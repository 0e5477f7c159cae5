/* Who may reach what, and why. */
#include "api/reach.h"

#include <stdlib.h>
#include <string.h>

#include "api/batch.h"
#include "api/caller.h"
#include "api/firewall.h"
#include "api/reach_shape.h"
#include "api/request.h"
#include "api/state.h"
#include "conf/store.h"
#include "conf/txn.h"
#include "fw/input.h"

enum { SUBJECTS = 100, HTTPS = 443 };

static int
no_such(struct err *e, const char *what, const char *name)
{
	return err_set(e, ERR_NOT_FOUND, "there is no %s %s", what, name);
}

/* --- the matrix ------------------------------------------------------------------------------- */

struct page {
	const struct api_req *rq;
	const struct reach_world *world;
	const struct reach_subject *only;	/* NULL: all, or the members of group */
	const char *group;
	const struct reach_target *target;	/* NULL: all */
	json_t *subjects, *targets, *cells;
	size_t ncells, left;			/* left: subjects that still go on the page */
	const char *next;
};

static bool
in_group(const struct conf_peer *p, const char *group)
{
	size_t i;

	for (i = 0; i < p->groups.n; i++)
		if (strcmp(p->groups.v[i], group) == 0)
			return true;
	return false;
}

static bool
is_wanted(const struct page *p, const struct reach_subject *s)
{
	if (p->only != NULL)
		return s == p->only;
	return p->group == NULL || (s->peer && in_group(&p->rq->conf->peers[s->index], p->group));
}

static int
put_cell(struct page *p, struct reach_row *r, const struct reach_target *t)
{
	char why[REACH_TEXT_MAX], path[REACH_TEXT_MAX];
	const enum reach_verdict v = reach_row_judge(r, t, why);

	if (v == REACH_ABSENT)
		return 0;
	p->ncells++;
	return json_array_append_new(p->cells, json_pack("{s:s, s:s, s:s, s:o, s:s}", "subject", r->subject->name, "target",
	    t->name, "verdict", reach_verdict_name(v), "path",
	    v == REACH_DENY ? json_null() : json_string(reach_path(r->subject, t, path)), "reason", why));
}

static int
put_row(struct page *p, const struct reach_subject *s)
{
	const struct reach_world *w = p->world;
	struct reach_row r;
	int error = json_array_append_new(p->subjects, json_string(s->name));
	size_t i;

	reach_row_begin(&r, w, s);
	for (i = 0; i < w->ntargets && error == 0; i++)
		if (p->target == NULL || p->target == &w->targets[i])
			error = put_cell(p, &r, &w->targets[i]);
	p->left--;
	return error;
}

static int
put_targets(struct page *p)
{
	size_t i;
	int error = 0;

	for (i = 0; i < p->world->ntargets && error == 0; i++)
		if (p->target == NULL || p->target == &p->world->targets[i])
			error = json_array_append_new(p->targets, json_string(p->world->targets[i].name));
	return error;
}

static int
fill(struct page *p)
{
	const char *from = api_text(p->rq->query, "cursor");
	const struct reach_world *w = p->world;
	size_t i;
	int error = put_targets(p);

	for (i = 0; i < w->nsubjects && error == 0; i++) {
		if ((from != NULL && strcmp(w->subjects[i].name, from) < 0) || !is_wanted(p, &w->subjects[i]))
			continue;
		if (p->left == 0 || (p->ncells > 0 && p->ncells + w->ntargets > API_REACH_CELLS_MAX)) {
			p->next = w->subjects[i].name;
			break;
		}
		error = put_row(p, &w->subjects[i]);
	}
	return error;
}

/* The filters of the query name something that is there. */
static int
read_filters(struct page *p, struct err *e)
{
	const char *subject = api_text(p->rq->query, "subject"), *target = api_text(p->rq->query, "target");
	size_t i;

	err_clear(e);
	if (target != NULL && (p->target = reach_target_find(p->world, target)) == NULL)
		return no_such(e, "target", target);
	if (subject == NULL)
		return 0;
	if (strncmp(subject, "group:", 6) != 0)
		return (p->only = reach_subject_find(p->world, subject)) != NULL ? 0 : no_such(e, "enabled peer or zone", subject);
	p->group = subject + 6;
	for (i = 0; i < p->rq->conf->ngroups; i++)
		if (strcmp(p->rq->conf->groups[i].name, p->group) == 0)
			return 0;
	return no_such(e, "group", p->group);
}

static json_t *
page_json(struct page *p)
{
	json_t *body;

	p->subjects = json_array();
	p->targets = json_array();
	p->cells = json_array();
	if (fill(p) == 0) {
		body = json_pack("{s:I, s:o, s:o, s:o, s:o}", "generation", (json_int_t)p->rq->conf->generation,
		    "subjects", p->subjects, "targets", p->targets, "cells", p->cells, "next_cursor", api_text_or_null(p->next));
		return body;
	}
	json_decref(p->subjects);
	json_decref(p->targets);
	json_decref(p->cells);
	return NULL;
}

static void
matrix_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	const char *target = api_text(rq->query, "target");
	const struct api_reach_want want = { .peer = target != NULL && strncmp(target, "peer:", 5) == 0 ? target + 5 : NULL };
	struct api_reach *r = live->reach_open(live->arg, rq->conf, &want);
	struct page p = { .rq = rq, .left = (size_t)api_int(rq->query, "limit", SUBJECTS) };
	json_t *body = NULL;
	struct err e = { 0 };

	if (r == NULL) {
		api_no_memory(rq);
		return;
	}
	p.world = &r->world;
	if (read_filters(&p, &e) == 0)
		body = page_json(&p);
	live->reach_close(r);
	if (e.kind != ERR_NONE)
		api_fail(rq, &e);
	else
		api_ok(rq, body);
}

/* --- differences ---------------------------------------------------------------------------------- */

struct list {
	json_t *out;
	size_t all;
	int error;
};

static json_t *
path_json(enum reach_verdict v, const struct reach_subject *s, const struct reach_target *t)
{
	char path[REACH_TEXT_MAX];

	return v == REACH_ALLOW || v == REACH_UNKNOWN ? json_string(reach_path(s, t, path)) : json_null();
}

static void
on_change(void *arg, const struct reach_change *c)
{
	struct list *l = arg;
	const struct reach_subject *s = c->subject_after != NULL ? c->subject_after : c->subject_before;
	const struct reach_target *t = c->target_after != NULL ? c->target_after : c->target_before;

	if (l->all++ >= API_REACH_DIFF_MAX || l->error < 0)
		return;
	l->error = json_array_append_new(l->out, json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "subject", s->name, "target",
	    t->name, "before", api_text_or_null(reach_verdict_name(c->before)),
	    "after", api_text_or_null(reach_verdict_name(c->after)),
	    "path_before", path_json(c->before, c->subject_before, c->target_before),
	    "path_after", path_json(c->after, c->subject_after, c->target_after)));
}

/* Can only peers differ between the two? What else decides is in these sections. */
static bool
only_peers(const struct conf *now, const struct conf *next)
{
	static const char *const sections[] = { "identity", "network", "admin_access", "wireguard", "firewall", "routing",
		"groups", "proxy" };
	size_t i;

	for (i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if (!json_equal(json_object_get(now->doc, sections[i]), json_object_get(next->doc, sections[i])))
			return false;
	return now->dns.serve_zones == next->dns.serve_zones;
}

static json_t *
assertions_json(const struct api_reach *r, const struct conf *c)
{
	const struct conf_fw_assertion *a = c->firewall.assertions;
	const size_t n = c->firewall.nassertions;
	struct fw_judged *j = calloc(n + 1, sizeof(*j));
	json_t *list = j != NULL && (n == 0 || r->judge(r, j, n) == n) ? json_array() : NULL, *row;
	size_t i;

	for (i = 0; list != NULL && i < n; i++) {
		row = json_pack("{s:s, s:s}", "id", a[i].id, "name", a[i].name);
		if (row == NULL || json_object_update_new(row, api_judged(&j[i])) < 0 || json_array_append(list, row) < 0) {
			json_decref(list);
			list = NULL;
		}
		json_decref(row);
	}
	free(j);
	return list;
}

json_t *
api_reach_diff(const struct api_req *rq, const struct conf *now, const struct conf *next, size_t *all, json_t **assertions)
{
	const struct api_live *live = &rq->deps->live;
	struct api_reach *before = live->reach_open(live->arg, now, &(struct api_reach_want){ .other = next });
	struct api_reach *after = live->reach_open(live->arg, next, &(struct api_reach_want){ .other = now });
	struct list l = { .out = before != NULL && after != NULL ? json_array() : NULL };

	if (l.out != NULL)
		reach_diff(&before->world, &after->world, only_peers(now, next), on_change, &l);
	if (assertions != NULL)
		*assertions = after == NULL ? NULL : assertions_json(after, next);
	live->reach_close(before);
	live->reach_close(after);
	*all = l.all;
	if (l.error == 0)
		return l.out;
	json_decref(l.out);
	return NULL;
}

/* All changes are in next. */
static void
on_proposed(struct api_req *rq, const struct conf *next)
{
	json_t *diff, *assertions = NULL;
	size_t all = 0;

	diff = api_reach_diff(rq, conf_txn_current(rq->deps->txn), next, &all, &assertions);
	api_ok(rq, json_pack("{s:o, s:I, s:o}", "diff", diff, "differs", (json_int_t)all, "assertions", assertions));
}

static void
diff_post(struct api_req *rq)
{
	api_batch(rq, json_object_get(rq->body, "changes"), on_proposed);
}

/* --- explain ----------------------------------------------------------------------------------------- */

struct explaining {
	struct api_req *rq;
	const char *from, *to;		/* in the arena of rq */
	bool own;			/* for a user, of a device of his */
};

/* Who wrote the generation that changed it last, and when; both null where that is not kept any more. */
static void
put_changed(const struct api_req *rq, uint64_t rev, json_t *step)
{
	json_t *shown = rev == 0 ? NULL : conf_store_shown(conf_txn_store(rq->deps->txn), rev);

	(void)json_object_set_new(step, "changed_by", api_text_or_null(api_text(shown, "written_by")));
	(void)json_object_set_new(step, "changed_at", api_text_or_null(api_text(shown, "written_at")));	/* missing members show */
	json_decref(shown);
}

static json_t *
step_json(const struct api_req *rq, size_t stage, const struct reach_step *s)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "stage", reach_stage_name((enum reach_stage)stage),
	    "verdict", reach_result_name(s->result), "detail", s->detail, "owner", api_text_or_null(s->owner),
	    "object", api_text_or_null(s->object), "fix", api_text_or_null(s->fix));

	if (j != NULL)
		put_changed(rq, s->rev, j);
	return j;
}

/* What a user hears of a stage that met a device of his: how it ended, and nothing of what others own or set (PEER-11), nor
 * where a route leads (WEB-4). By result; what is passed over says nothing in any case. */
static const char *const own_words[REACH_STAGES][REACH_SKIP] = {
	[REACH_STAGE_DNS] = { "the name could not be asked for", "the name leads there", "the name leads this device nowhere" },
	[REACH_STAGE_ROUTE] = { "the way there is not known", "there is a way", "there is no way there" },
	[REACH_STAGE_EXIT] = { "the way out is not known", "there is a way out", "there is no way out" },
	[REACH_STAGE_FIREWALL] = { "the firewall could not be asked", "the firewall lets this through",
	    "the firewall does not let this through" },
	[REACH_STAGE_LISTENER] = { "who listens there is not known", "the cell listens there",
	    "the cell does not listen there for this device" },
	[REACH_STAGE_CERTIFICATE] = { "the certificate is not known", "the certificate is good", "the certificate is not good" },
	[REACH_STAGE_PROXY] = { "what is there is not known", "the page is there for this device",
	    "there is no such page for this device" },
	[REACH_STAGE_LOGIN] = { "whether one has to sign in is not known", "this device gets in", "its owner does not get in" },
	[REACH_STAGE_UPSTREAM] = { "it could not be tried", "it answers", "it does not answer as it should" },
};

/* And what he can do about a no: none of it is his to change. */
static const char *const own_fix[REACH_STAGES] = {
	[REACH_STAGE_PEER] = "ask whoever runs the cell to switch it on again",
	[REACH_STAGE_DNS] = "check how it is written; if that is right, ask whoever runs the cell to let this device use it",
	[REACH_STAGE_ROUTE] = "ask whoever runs the cell",
	[REACH_STAGE_EXIT] = "ask whoever runs the cell",
	[REACH_STAGE_FIREWALL] = "ask whoever runs the cell to let this device through",
	[REACH_STAGE_LISTENER] = "check the port",
	[REACH_STAGE_CERTIFICATE] = "ask whoever runs the cell",
	[REACH_STAGE_PROXY] = "check how it is written; if that is right, ask whoever runs the cell to let this device use it",
	[REACH_STAGE_LOGIN] = "ask whoever runs the cell to let its owner in",
	[REACH_STAGE_UPSTREAM] = "try again in a moment, then tell whoever runs the cell",
};

/* His device itself he sees as it is, without who changed it. */
static json_t *
own_step_json(size_t stage, const struct reach_step *s)
{
	const bool device = stage == REACH_STAGE_PEER;
	const char *detail = device ? s->detail : s->result == REACH_SKIP ? "this does not come into it" :
	    own_words[stage][s->result];
	const char *fix = s->result == REACH_FAIL ? own_fix[stage] : device ? s->fix : NULL;

	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:n, s:n}", "stage", reach_stage_name((enum reach_stage)stage),
	    "verdict", reach_result_name(s->result), "detail", detail, "owner", api_text_or_null(device ? s->owner : NULL),
	    "object", api_text_or_null(device ? s->object : NULL), "fix", api_text_or_null(fix),
	    "changed_by", "changed_at");
}

static void
on_explained(void *arg, enum reach_result verdict, const struct reach_step steps[REACH_STAGES])
{
	const struct explaining *x = arg;
	const char *all = verdict == REACH_PASS ? "allow" : verdict == REACH_FAIL ? "deny" : "unknown";
	json_t *list = json_array();
	size_t i;
	int error = 0;

	for (i = 0; i < REACH_STAGES && error == 0; i++)
		error = json_array_append_new(list, x->own ? own_step_json(i, &steps[i]) : step_json(x->rq, i, &steps[i]));
	if (error < 0) {
		json_decref(list);
		api_no_memory(x->rq);
		return;
	}
	api_ok(x->rq, json_pack("{s:s, s:s, s:s, s:o}", "from", x->from, "to", x->to, "verdict", all, "steps", list));
}

static void
explain(struct api_req *rq, const struct api_explain_ask *q, const char *from, bool own)
{
	const struct api_live *live = &rq->deps->live;
	struct explaining *x = arena_alloc(rq->arena, sizeof(*x));
	const char *to = arena_printf(rq->arena, strchr(q->host, ':') == NULL ? "%s:%u" : "[%s]:%u", q->host, q->port);
	struct err e = { 0 };

	if (rq->caller.kind != AUTH_SOCKET &&
	    !api_caller_spend(rq, rq->api->explains, "too many questions of this kind: wait some seconds"))
		return;
	if (x == NULL || from == NULL || to == NULL) {
		api_no_memory(rq);
		return;
	}
	*x = (struct explaining){ rq, from, to, own };
	if (live->explain(live->arg, q, on_explained, x, &e) < 0)
		api_fail(rq, &e);
}

static struct api_explain_ask
way_read(const struct api_req *rq)
{
	return (struct api_explain_ask){ .host = api_text(rq->query, "host"), .port = (uint16_t)api_int(rq->query, "port", HTTPS),
		.udp = api_text(rq->query, "proto") != NULL && strcmp(api_text(rq->query, "proto"), "udp") == 0 };
}

static void
explain_peer(struct api_req *rq, const char *peer, bool own)
{
	struct api_explain_ask q = way_read(rq);

	q.peer = peer;
	q.zone = CONF_ZONE_VPN;
	explain(rq, &q, peer, own);
}

void
api_explain_own(struct api_req *rq, const char *peer)
{
	explain_peer(rq, peer, true);
}

static void
explain_get(struct api_req *rq)
{
	const char *peer = api_text(rq->query, "peer"), *cell = api_text(rq->query, "cell");
	const char *zone = api_text(rq->query, "from_zone");
	struct api_explain_ask q = way_read(rq);
	struct err e = { 0 };

	if ((peer != NULL) + (cell != NULL) + (zone != NULL) != 1)
		(void)err_field(&e, ERR_VALIDATION, "peer", "exactly one of peer, cell and from_zone says who asks");
	else if (cell != NULL)
		(void)no_such(&e, "linked cell", cell);	/* e tells, in all three */
	else if (peer != NULL && conf_peer_find(rq->conf, peer) == NULL)
		(void)no_such(&e, "peer", peer);
	if (e.kind != ERR_NONE) {
		api_fail(rq, &e);
		return;
	}
	if (peer != NULL) {
		explain_peer(rq, conf_peer_find(rq->conf, peer)->name, false);
		return;
	}
	q.zone = conf_zone_read(zone);
	explain(rq, &q, arena_printf(rq->arena, "zone:%s", zone), false);
}

const struct api_route api_reach_routes[] = {
	{ HTTP_GET, "/api/explain", AUTH_WHO_ADMIN, 0, explain_get, "What one connection would meet, and where it would end", 0, 200,
	    &api_explain_query_shape, NULL, &api_explain_shape, "404" },
	{ HTTP_GET, "/api/reachability", AUTH_WHO_ADMIN, 0, matrix_get, "Who may reach what", 0, 200, &api_reach_query_shape, NULL,
	    &api_reach_shape, "404" },
	{ HTTP_POST, "/api/reachability/diff", AUTH_WHO_ADMIN, KIB(256), diff_post,
	    "What changes would change about who may reach what; changes nothing", 0, 200, NULL, &api_reach_diff_in_shape,
	    &api_reach_diff_shape, "404 409" },
	{ .path = NULL }
};
