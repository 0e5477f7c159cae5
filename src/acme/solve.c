/* Proving names; see solve.h. */
#include "acme/solve.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acme/probe.h"
#include "acme/run.h"
#include "base/err.h"
#include "sys/clk.h"

enum {
	TTL_MAX_S = 120, TTL_SLACK_S = 3 /* whole seconds here, other clocks there */,
	RECORD_SIZE = ACME_NAME_SIZE + sizeof(ACME_RECORD)
};

/* One authorization. */
struct proof {
	char url[ACME_URL_SIZE];
	struct acme_authz a;
	char answer[ACME_ANSWER_SIZE];
	char record[RECORD_SIZE], value[ACME_VALUE_SIZE];	/* DNS-01 */
	uint32_t ttl;		/* of the record */
	bool set;		/* there may be such a record */
	bool done;
};

struct proofs {
	struct acme_run *r;
	bool single;		/* one challenge at a time */
	size_t n, done;
	uint64_t looked_ms;	/* when somebody may have looked at a record that is another one now; 0: nobody */
	struct proof v[];
};

/* --- what is to be proven ----------------------------------------------------------------------- */

static int
fetch(struct proofs *ps, struct proof *p, struct acme_reply *reply, struct err *e)
{
	struct acme_run *r = ps->r;
	int error = acme_client_post(r->client, p->url, NULL, "application/json", reply, e);

	if (error < 0)
		return error;
	if (!acme_authz_read(reply->body, r->kind, &p->a))
		return err_set(e, ERR_REMOTE, "the authority sends an authorization that cannot be read");
	return 0;
}

static int
prepare(const struct acme_run *r, struct proof *p, struct err *e)
{
	if (!p->a.offered)
		return err_set(e, ERR_VALIDATION, "the authority does not offer %s for %s", acme_challenge_name(r->kind),
		    p->a.name);
	if (!acme_answer(&r->account, str_of(p->a.token), p->answer))
		return err_set(e, ERR_REMOTE, "the authority sends a token that is none");
	(void)snprintf(p->record, sizeof(p->record), ACME_RECORD "%s", p->a.name);	/* it fits */
	acme_txt_value(p->answer, p->value);
	return 0;
}

/* The authority's words about one name. */
static int
failed(const struct proof *p, struct err *e)
{
	err_clear(e);
	return err_field(e, ERR_FORBIDDEN, p->a.name, "%s%s%s%s",
	    p->a.failed && p->a.problem.words[0] != '\0' ? p->a.problem.words : "the authority gives no reason",
	    p->a.failed && p->a.problem.type[0] != '\0' ? " (" : "", p->a.failed ? p->a.problem.type : "",
	    p->a.failed && p->a.problem.type[0] != '\0' ? ")" : "");
}

/* Does it ask for an authorization of ours? The authority may not make us prove what we did not order. */
static bool
ordered(const struct acme_run *r, const struct acme_authz *a)
{
	size_t i;

	for (i = 0; i < r->nnames; i++)
		if (str_ieq(str_of(r->names[i]), str_of(a->name)) ||
		    (r->names[i][0] == '*' && str_ieq(str_of(r->names[i] + 2), str_of(a->name))))
			return true;
	return false;
}

static int
begin(struct proofs *ps, struct proof *p, const char *url, struct err *e)
{
	struct acme_reply reply;
	int error;

	memcpy(p->url, url, ACME_URL_SIZE);
	error = fetch(ps, p, &reply, e);
	if (error < 0)
		return error;
	if (!ordered(ps->r, &p->a))
		return err_set(e, ERR_REMOTE, "the authority wants %s to be proven, which was not ordered", p->a.name);
	p->done = p->a.status == ACME_VALID;
	ps->done += p->done;
	if (p->done)
		return 0;
	return p->a.status == ACME_PENDING ? prepare(ps->r, p, e) : failed(p, e);
}

/* --- meeting it ------------------------------------------------------------------------------------ */

/* The provider's refusal is about a name of ours, and the authority was asked for nothing. */
static int
provider_failed(const struct proof *p, const struct err *why, struct err *e)
{
	const enum err_kind kind = why->kind == ERR_RATE_LIMITED ? ERR_RATE_LIMITED : ERR_CONFLICT;

	err_clear(e);
	(void)err_field(e, kind, p->a.name, "the provider of the DNS record: %s", why->detail);	/* the same is returned */
	if (e != NULL)
		e->retry_after = why->retry_after;
	return err_errno(kind);
}

/* With one record for all, or after an earlier order, resolvers may keep the value before until its time is over. */
static int
wait_stale(const struct proofs *ps, const struct proof *p, struct err *e)
{
	const uint64_t now = clk_system.mono_ms(&clk_system);
	const uint64_t until = ps->looked_ms + ((p->ttl < TTL_MAX_S ? p->ttl : TTL_MAX_S) + TTL_SLACK_S) * 1000;

	if (ps->looked_ms == 0 || now >= until || acme_client_wait(ps->r->client, (int)((until - now) / 1000) + 1))
		return 0;
	return err_set(e, ERR_UNAVAILABLE, "there was no time left to prove all names");
}

static int
put(struct proofs *ps, struct proof *p, struct err *e)
{
	const struct acme_solver *s = ps->r->job->solver;
	struct err why;

	if (s == NULL || p->done || ps->r->kind == ACME_HTTP_01 || p->a.challenge != ACME_PENDING)
		return 0;
	err_clear(&why);
	p->set = true;	/* also after an error: it may have come before the answer was lost */
	return s->set(s->arg, p->record, p->value, &why) < 0 ? provider_failed(p, &why, e) : 0;
}

static int
announce(struct proofs *ps, struct proof *p, struct err *e)
{
	struct acme_run *r = ps->r;
	struct acme_reply reply;
	int error;

	if (p->done || p->a.challenge != ACME_PENDING)
		return 0;	/* it was announced before the last restart */
	if (r->kind == ACME_HTTP_01)
		error = acme_probe_http(r, p->a.name, p->a.token, p->answer, e);
	else if ((error = acme_probe_dns(r, p->record, p->value, &p->ttl, e)) == 0)
		error = wait_stale(ps, p, e);
	if (error == 0)
		error = acme_client_post(r->client, p->a.url, "{}", "application/json", &reply, e);
	return error;
}

/* The authority's resolvers have looked at the record until now. */
static void
note_valid(struct proofs *ps)
{
	ps->done++;
	if (ps->single)
		ps->looked_ms = clk_system.mono_ms(&clk_system);
}

static int
wait_valid(struct proofs *ps, struct proof *p, struct err *e)
{
	struct acme_reply reply = { 0 };
	unsigned n = 0;
	int error;

	while (!p->done) {
		error = fetch(ps, p, &reply, e);
		if (error < 0)
			return error;
		p->done = p->a.status == ACME_VALID;
		if (p->done)
			note_valid(ps);
		else if (p->a.status != ACME_PENDING)
			return failed(p, e);
		else if (!acme_client_wait(ps->r->client, acme_run_pause(reply.retry_after, n++)))
			return err_set(e, ERR_UNAVAILABLE, "the authority has not looked at %s until now", p->a.name);
	}
	return 0;
}

/* --- all of them -------------------------------------------------------------------------------------- */

static void
take_away(struct proofs *ps, size_t from, size_t to)
{
	const struct acme_solver *s = ps->r->job->solver;
	struct err ignored;
	size_t i;

	for (i = from; s != NULL && i < to; i++) {
		if (ps->v[i].set)
			(void)s->clear(s->arg, ps->v[i].record, ps->v[i].value, &ignored);	/* a leftover harms nobody */
		ps->v[i].set = false;
	}
}

/* Several at once, step by step: so each is wasted for the others' failure as late as possible. */
static int
batch(struct proofs *ps, size_t from, size_t to, struct err *e)
{
	static int (*const steps[])(struct proofs *ps, struct proof *p, struct err *e) = { put, announce, wait_valid };
	static const char *const words[] = { "meeting challenges", "looking at them from here", "waiting for the authority" };
	size_t k, i;
	int error = 0;

	for (k = 0; k < 3; k++)
		for (i = from; error == 0 && i < to; i++) {
			acme_run_progress(ps->r, 30 + (int)(45 * (ps->done * 3 + k) / (ps->n * 3)), words[k]);
			error = steps[k](ps, &ps->v[i], e);
		}
	return error;
}

static int
prove(struct proofs *ps, struct err *e)
{
	const size_t step = ps->single ? 1 : ps->n;
	size_t i;
	int error = 0;

	for (i = 0; error == 0 && i < ps->n; i += step) {
		error = batch(ps, i, i + step, e);
		take_away(ps, i, i + step);
	}
	return error;
}

int
acme_solve(struct acme_run *r, struct err *e)
{
	const struct acme_order *o = &r->order;
	struct proofs *ps = calloc(1, sizeof(*ps) + o->nauthz * sizeof(ps->v[0]));
	int error = 0;
	size_t i;

	if (ps == NULL)
		return err_set(e, ERR_INTERNAL, "out of memory");
	ps->r = r;
	ps->single = r->job->solver != NULL && r->job->solver->single;
	ps->n = o->nauthz;
	if (json_is_true(json_object_get(r->job->in, "recent")))
		ps->looked_ms = clk_system.mono_ms(&clk_system);
	for (i = 0; error == 0 && i < ps->n; i++)
		error = begin(ps, &ps->v[i], o->authz[i], e);
	if (error == 0 && ps->done < ps->n)
		error = prove(ps, e);
	free(ps);
	return error;
}
