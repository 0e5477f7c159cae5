/* One question to one answer; see answer.h. */
#include "dns/answer.h"

#include <string.h>

#include "conf/conf.h"
#include "base/rd.h"
#include "dns/decide.h"
#include "dns/follow.h"
#include "dns/forward.h"
#include "dns/name.h"
#include "dns/query.h"
#include "dns/reply.h"
#include "dns/rr.h"
#include "dns/snapshot.h"
#include "dns/stats.h"
#include "dns/wire.h"

/* All that a step of judge() needs. */
struct job {
	const struct dns_answering *a;
	const struct dns_query *q;
	const struct dns_asker *who;
	const struct dns_got *got;
	struct dns_outcome *o;
	struct dns_verdict verdict;
	struct dns_reply to;
};

static void
start_reply(struct dns_reply *to, const struct dns_answering *a, const struct dns_query *q,
    const struct dns_asker *who, uint8_t *out)
{
	uint16_t size = a->snap->edns_size;

	if (size > DNS_ANSWER_UDP_ROOM - DNS_REPLY_SLACK)
		size = DNS_ANSWER_UDP_ROOM - DNS_REPLY_SLACK;
	to->out = out;
	to->limit = dns_reply_limit(q, size, who->tcp);
	to->edns_size = size;
	to->ra = false;
	to->keepalive = who->tcp && !who->http;
	to->secure = who->secure;
	to->small = who->zone == CONF_ZONE_PUBLIC;
	to->ede = DNS_EDE_NONE;
	to->ede_text = NULL;
}

static size_t
refuse(struct job *j, int ede, const char *text)
{
	j->a->stats->refused++;
	j->o->source = DNS_SOURCE_REFUSED;
	j->o->ede = j->to.ede = ede;
	j->o->ede_text = j->to.ede_text = text;
	return dns_reply_rcode(&j->to, j->q, DNS_REFUSED);
}

static size_t
fail(struct job *j, int ede)
{
	j->o->ede = j->to.ede = ede;
	if (ede == DNS_EDE_UNREACHABLE)
		j->o->ede_text = j->to.ede_text = "no upstream answers";
	return dns_reply_rcode(&j->to, j->q, DNS_SERVFAIL);
}

/* The tables may have been swapped while it was on its way. */
static bool
answers(const struct dns_entry *e, const struct dns_question *want)
{
	return e->type == want->type && e->namelen == want->len &&
	    memcmp(dns_entry_name(e), want->name, want->len) == 0;
}

/* What is said about an entry beside its records. */
static void
explain(struct job *j, const struct dns_entry *e, bool stale)
{
	if (stale) {
		j->o->ede = e->rcode == DNS_NXDOMAIN ? DNS_EDE_STALE_NXDOMAIN : DNS_EDE_STALE;
		j->o->ede_text = "no upstream answers, this has expired";
	} else if (e->filtered) {
		j->a->stats->filtered++;
		j->o->ede = DNS_EDE_FILTERED;
		j->o->ede_text = "addresses of private networks were removed";
	} else {
		return;
	}
	j->to.ede = j->o->ede;
	j->to.ede_text = j->o->ede_text;
}

static enum dns_source
elsewhere(const struct dns_question *want)
{
	return want->route == 0 ? DNS_SOURCE_UPSTREAM : DNS_SOURCE_FORWARD;
}

/* What the forwarder has brought, if it is an answer to want. */
static const struct dns_entry *
entry_got(struct job *j, const struct dns_question *want, struct dns_age *age)
{
	const struct dns_entry *e = j->got->entry;
	bool stale = j->got->ede == DNS_EDE_STALE;

	j->o->source = elsewhere(want);
	if (e != NULL && !answers(e, want))
		return NULL;
	j->o->from = j->got->from;
	if (e == NULL)
		return NULL;
	if (stale) {
		j->o->source = DNS_SOURCE_CACHE;
		age->max = j->a->snap->cache.stale_ttl_s;
	}
	explain(j, e, stale);
	return e;
}

/* What an upstream says to want: brought, kept, or NULL; *age is how its TTLs are to be told. */
static const struct dns_entry *
entry_for(struct job *j, const struct dns_question *want, struct dns_age *age)
{
	struct dns_entry *e;

	*age = DNS_AGE_NONE;
	if (j->got != NULL)
		return entry_got(j, want, age);
	e = dns_cache_get(j->a->cache, want, j->a->now_ms);
	if (e == NULL) {
		j->a->stats->cache_misses++;
		return NULL;
	}
	j->a->stats->cache_hits++;
	j->o->source = DNS_SOURCE_CACHE;
	age->s = (uint32_t)((j->a->now_ms - e->born_ms) / 1000);
	if (dns_entry_is_due(e, j->a->now_ms)) {
		j->o->refresh = true;
		j->o->want = *want;
	}
	explain(j, e, false);
	return e;
}

static struct dns_question
question(const struct job *j, const uint8_t *name, uint8_t len, uint16_t route)
{
	struct dns_question want = {
		.name = name, .len = len, .type = j->q->type, .route = route,
		.flags = (uint8_t)((j->q->dnssec_ok ? DNS_QUESTION_DO : 0) | (j->q->cd ? DNS_QUESTION_CD : 0))
	};

	if (j->got == NULL)
		want.hash = dns_cache_hash(j->a->cache, &want);
	return want;
}

static size_t
wait_for(struct job *j, const struct dns_question *want)
{
	j->o->wait = true;
	j->o->want = *want;
	j->o->source = elsewhere(want);
	return 0;
}

/* --- names that are not answered (BLK-2 to BLK-4) --------------------------------- */

enum { BLOCKED_TTL_S = 60 };

/* An answer with one record of zeros, or none. */
static size_t
reply_zero(struct job *j)
{
	struct { struct dns_answer head; uint8_t body[40 + DNS_TABLE_PAD]; } a = { .head = { .kind = DNS_ANSWER_FINAL } };
	uint16_t type = j->q->type, len = type == DNS_A ? 4 : type == DNS_AAAA ? 16 : 0;

	if (len > 0) {
		dns_put16(a.head.counts, 1);
		dns_put16(a.body, DNS_POINTER << 8 | DNS_HEADER);
		dns_put16(a.body + 2, type);
		dns_put16(a.body + 4, DNS_IN);
		dns_put32(a.body + 6, BLOCKED_TTL_S);
		dns_put16(a.body + 10, len);
		a.head.len = (uint16_t)(12 + len);
	}
	return dns_reply_finish(&j->to, j->q, &a.head);
}

static size_t
block(struct job *j, const struct dns_filtered *f)
{
	j->a->stats->blocked++;
	j->o->source = DNS_SOURCE_BLOCKED;
	j->o->ede = j->to.ede = DNS_EDE_BLOCKED;
	j->o->ede_text = j->to.ede_text = f->text;
	j->o->rule = f->by == DNS_FILTER_DENY ? "deny" : f->list;
	return j->a->snap->filter.nxdomain ? dns_reply_rcode(&j->to, j->q, DNS_NXDOMAIN) : reply_zero(j);
}

static bool
is_blocked(const struct job *j, const uint8_t *name, size_t len, struct dns_filtered *f)
{
	return dns_filter_judge(&j->a->snap->filter, j->who->number, name, len, f);
}

/* Where an alias leads in a finished message is judged like the name that was asked; names of ours, which it may
 * lead to as well, are never blocked. */
static bool
leads_to_blocked(const struct job *j, size_t n, struct dns_filtered *f)
{
	uint8_t target[DNS_NAME_MAX], lower[DNS_NAME_ROOM];
	struct dns_key k = { .name = lower };
	struct dns_rr rr;
	struct rd r, at;
	unsigned i, labels;
	size_t len;

	rd_init(&r, j->to.out, n);
	rd_seek(&r, DNS_HEADER + (size_t)j->q->qlen);
	for (i = dns_get16(j->to.out + 6); i > 0 && dns_rr_read(&r, &rr); i--) {
		at = r;
		rd_seek(&at, rr.rdata);
		if (rr.type != DNS_CNAME || !dns_rr_name(&at, target, &len))
			continue;
		(void)dns_name_scan(target, len, &labels);	/* it was just read */
		k.len = (uint8_t)len;
		k.labels = (uint8_t)labels;
		k.hash = dns_name_lower(lower, target, len);
		if (dns_snapshot_find(j->a->snap, (unsigned)j->verdict.view, &k, j->q->type) == NULL &&
		    is_blocked(j, lower, len, f))
			return true;
	}
	return false;
}

/* What an upstream says, unless an alias in it leads where this asker is not to go. */
static size_t
reply_entry(struct job *j, const struct dns_entry *e, struct dns_age age, bool filtered)
{
	size_t n = dns_reply_entry(&j->to, j->q, e, age);
	struct dns_filtered f;

	if (filtered && e->aliased && leads_to_blocked(j, n, &f))
		return block(j, &f);
	return n;
}

/* A name that is not ours. Those that are asked at servers of their own are never blocked. */
static size_t
answer_other(struct job *j, uint16_t route)
{
	struct dns_question want = question(j, j->q->key.name, j->q->key.len, route);
	const bool filtered = route == 0 && j->a->snap->filter.active;
	struct dns_filtered f;
	const struct dns_entry *e;
	struct dns_age age;

	if (!j->verdict.resolves)
		return refuse(j, DNS_EDE_PROHIBITED, "other names are not resolved for this network");
	if (filtered && is_blocked(j, j->q->key.name, j->q->key.len, &f))
		return block(j, &f);
	e = entry_for(j, &want, &age);
	if (e != NULL)
		return reply_entry(j, e, age, filtered);
	if (j->got != NULL)
		return fail(j, j->got->ede);
	if (!j->q->rd)
		return refuse(j, DNS_EDE_NOT_AUTHORITATIVE, "recursion was not desired");
	return wait_for(j, &want);
}

/* An alias of ours whose end stands elsewhere: with what our other tables say
 * of it; if its end is not ours, the alias alone to those who do not want
 * more, else with what the upstream says. */
static size_t
answer_alias(struct job *j, const struct dns_answer *a)
{
	const struct dns_entry *e;
	struct dns_question want;
	struct dns_follow f;
	struct dns_age age;

	j->o->source = DNS_SOURCE_AUTHORITATIVE;
	dns_follow(&f, j->a->snap, (unsigned)j->verdict.view, j->q, a);
	if (f.end != DNS_FOLLOW_OUTSIDE || !j->q->rd || !j->verdict.resolves)
		return dns_reply_follow(&j->to, j->q, &f, NULL, DNS_AGE_NONE);
	memcpy(j->o->target, f.target, f.targetlen);
	want = question(j, j->o->target, f.targetlen, f.route);
	e = entry_for(j, &want, &age);
	if (e != NULL)
		return dns_reply_follow(&j->to, j->q, &f, e, age);
	if (j->got != NULL)
		return fail(j, j->got->ede);
	return wait_for(j, &want);
}

/* A name of ours that not every peer may ask for. Who asks for nobody in particular sees what the view has. */
static size_t
answer_guarded(struct job *j, const struct dns_answer *a)
{
	const struct dns_snapshot *s = j->a->snap;
	const char *why = dns_guard_refuses(&s->guards, a->aux, j->a->peers, j->who->number);

	if (why != NULL && j->who->peer.addr.len != 0)
		return refuse(j, DNS_EDE_PROHIBITED, why);
	j->a->stats->authoritative++;
	return dns_reply_finish(&j->to, j->q, j->q->type == DNS_ANY ? s->table.any : a);
}

static size_t
judge(struct job *j)
{
	const struct dns_answer *a;

	dns_decide(&j->verdict, j->a->snap, j->who->zone, &j->who->local, j->who->ifindex);
	j->o->view = j->verdict.view;
	j->to.ra = j->verdict.resolves;
	if (j->verdict.view < 0)
		return refuse(j, DNS_EDE_PROHIBITED, j->verdict.reason);
	a = dns_snapshot_find(j->a->snap, (unsigned)j->verdict.view, &j->q->key, j->q->type);
	if (a == NULL)
		return answer_other(j, 0);
	switch ((enum dns_answer_kind)a->kind) {
	case DNS_ANSWER_CUT:
		return answer_other(j, a->aux);
	case DNS_ANSWER_CHASE:
	case DNS_ANSWER_DNAME:
		return answer_alias(j, a);
	case DNS_ANSWER_REFUSED:
		return refuse(j, DNS_EDE_PROHIBITED, "this name is not answered to this network");
	case DNS_ANSWER_FINAL:
		if (a->aux != 0)
			return answer_guarded(j, a);
		break;
	case DNS_ANSWER_REFERRAL:
	case DNS_ANSWER_EXTRA:
	case DNS_ANSWER_KINDS:
		break;
	}
	j->a->stats->authoritative++;
	return dns_reply_finish(&j->to, j->q, a);
}

static void
start_outcome(struct dns_outcome *o)
{
	o->wait = o->refresh = false;
	o->view = -1;
	o->source = DNS_SOURCE_AUTHORITATIVE;
	o->from.len = 0;
	o->ede = DNS_EDE_NONE;
	o->ede_text = "";
	o->rule = "";
}

size_t
dns_answer(const struct dns_answering *a, const struct dns_query *q,
    const struct dns_asker *who, const struct dns_got *got, uint8_t *out, struct dns_outcome *o)
{
	struct job j;

	j.a = a;
	j.q = q;
	j.who = who;
	j.got = got;
	j.o = o;
	start_outcome(o);
	start_reply(&j.to, a, q, who, out);
	return judge(&j);
}

size_t
dns_answer_wrong(const struct dns_answering *a, const struct dns_query *q,
    const struct dns_asker *who, uint8_t *out)
{
	struct dns_reply to;

	start_reply(&to, a, q, who, out);
	return dns_reply_rcode(&to, q, q->rcode);
}

size_t
dns_answer_fail(const struct dns_answering *a, const struct dns_query *q,
    const struct dns_asker *who, uint8_t *out, struct dns_outcome *o)
{
	struct dns_reply to;

	start_reply(&to, a, q, who, out);
	to.ra = true;
	to.ede = o->ede;
	to.ede_text = o->ede_text;
	return dns_reply_rcode(&to, q, DNS_SERVFAIL);
}

size_t
dns_answer_limited(const struct dns_answering *a, const struct dns_query *q,
    const struct dns_asker *who, uint8_t *out)
{
	struct dns_reply to;

	start_reply(&to, a, q, who, out);
	to.small = true;
	return dns_reply_limited(&to, q);
}
