/* Who may reach what; see matrix.h. */
#include "reach/matrix.h"

#include <stdio.h>
#include <string.h>

#include "conf/conf.h"

void
reach_row_begin(struct reach_row *r, const struct reach_world *w, const struct reach_subject *s)
{
	*r = (struct reach_row){ w, s, REACH_ABSENT };
}

static bool
at_edge(const struct reach_target *t)
{
	return t->place == REACH_ADMIN || t->place == REACH_ROUTE;
}

/* The packets of one subject meet the same door for every page: it is asked once, until its words are wanted. */
static enum reach_verdict
firewall(struct reach_row *r, const struct reach_target *t, char *why)
{
	const struct reach_world *w = r->world;
	const size_t size = why == NULL ? 0 : REACH_TEXT_MAX;

	if (!at_edge(t))
		return w->firewall(w->arg, r->subject, t, why, size);
	if (r->web == REACH_ABSENT || why != NULL)
		r->web = w->firewall(w->arg, r->subject, t, why, size);
	return r->web;
}

enum reach_verdict
reach_row_judge(struct reach_row *r, const struct reach_target *t, char *why)
{
	const struct reach_world *w = r->world;
	enum reach_verdict v, edge;
	char more[REACH_TEXT_MAX];

	if (t->place == REACH_PEER && r->subject->peer && r->subject->index == t->index)
		return REACH_ABSENT;
	v = firewall(r, t, why);
	if (v == REACH_DENY || !(at_edge(t) || t->place == REACH_DNS))
		return v;
	edge = w->edge(w->arg, r->subject, t, more, why == NULL ? 0 : sizeof(more));
	if (v == REACH_UNKNOWN && edge != REACH_DENY)
		return v;
	if (why != NULL)
		memcpy(why, more, sizeof(more));
	return edge;
}

const char *
reach_path(const struct reach_subject *s, const struct reach_target *t, char *buf)
{
	static const char *const doors[] = {
		[REACH_ADMIN] = " → edge", [REACH_DNS] = " → name service", [REACH_LAN] = " → lan",
		[REACH_INTERNET] = " → internet", [REACH_ROUTE] = " → edge", [REACH_PEER] = " → vpn",
	};

	(void)snprintf(buf, REACH_TEXT_MAX, "%s%s%s%s", conf_zone_name((enum conf_zone)s->zone), doors[t->place],
	    t->way[0] == '\0' ? "" : " → ", t->way);	/* a long one is cut */
	return buf;
}

const char *
reach_verdict_name(enum reach_verdict v)
{
	static const char *const names[] = {
		[REACH_DENY] = "deny", [REACH_ALLOW] = "allow", [REACH_UNKNOWN] = "unknown", [REACH_ABSENT] = NULL
	};

	return names[v];
}

const struct reach_subject *
reach_subject_find(const struct reach_world *w, const char *name)
{
	size_t lo = 0, hi = w->nsubjects;

	while (lo < hi) {
		const size_t mid = (lo + hi) / 2;
		const int d = strcmp(w->subjects[mid].name, name);

		if (d == 0)
			return &w->subjects[mid];
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

const struct reach_target *
reach_target_find(const struct reach_world *w, const char *name)
{
	size_t i;

	for (i = 0; i < w->ntargets; i++)
		if (strcmp(w->targets[i].name, name) == 0)
			return &w->targets[i];
	return NULL;
}

/* --- the difference ---------------------------------------------------------------------------- */

struct diff {
	const struct reach_world *before, *after;
	bool same;
	reach_change_cb *each;
	void *arg;
	struct reach_row rows[2];
};

/* Would a person see another cell? One that is not there is as good as one that is refused. */
static bool
differs(const struct reach_change *c)
{
	if (c->before == REACH_ABSENT || c->after == REACH_ABSENT)
		return c->before == REACH_ALLOW || c->after == REACH_ALLOW;
	if (c->before != c->after)
		return true;
	return c->before == REACH_ALLOW && strcmp(c->target_before->way, c->target_after->way) != 0;
}

static void
cell(struct diff *d, struct reach_change *c)
{
	const bool was = c->subject_before != NULL && c->target_before != NULL;
	const bool is = c->subject_after != NULL && c->target_after != NULL;

	if (d->same && was && is && c->subject_before->rev == c->subject_after->rev &&
	    c->target_before->rev == c->target_after->rev)
		return;
	c->before = was ? reach_row_judge(&d->rows[0], c->target_before, NULL) : REACH_ABSENT;
	c->after = is ? reach_row_judge(&d->rows[1], c->target_after, NULL) : REACH_ABSENT;
	if (differs(c))
		d->each(d->arg, c);
}

static int
order(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == NULL ? 1 : -1;
	return strcmp(a, b);
}

/* Both lists of targets side by side. */
static void
row(struct diff *d, const struct reach_subject *was, const struct reach_subject *is)
{
	const struct reach_world *b = d->before, *a = d->after;
	size_t i = 0, k = 0;

	reach_row_begin(&d->rows[0], b, was);
	reach_row_begin(&d->rows[1], a, is);
	while (i < b->ntargets || k < a->ntargets) {
		const int o = order(i < b->ntargets ? b->targets[i].name : NULL, k < a->ntargets ? a->targets[k].name : NULL);
		struct reach_change c = { .subject_before = was, .subject_after = is };

		if (o <= 0)
			c.target_before = &b->targets[i++];
		if (o >= 0)
			c.target_after = &a->targets[k++];
		cell(d, &c);
	}
}

void
reach_diff(const struct reach_world *before, const struct reach_world *after, bool same, reach_change_cb *each,
    void *arg)
{
	struct diff d = { .before = before, .after = after, .same = same, .each = each, .arg = arg };
	size_t i = 0, k = 0;

	while (i < before->nsubjects || k < after->nsubjects) {
		const int o = order(i < before->nsubjects ? before->subjects[i].name : NULL,
		    k < after->nsubjects ? after->subjects[k].name : NULL);

		row(&d, o <= 0 ? &before->subjects[i] : NULL, o >= 0 ? &after->subjects[k] : NULL);
		i += o <= 0;
		k += o >= 0;
	}
}
