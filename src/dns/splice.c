/* Answers put together; see splice.h. */
#include "dns/splice.h"

#include <string.h>

#include "base/rd.h"
#include "base/wr.h"
#include "dns/cache.h"
#include "dns/follow.h"
#include "dns/rr.h"
#include "dns/table.h"
#include "dns/wire.h"

enum { ALIASES_MAX = 64, TTL_BEFORE_DATA = 6 };

/* Records that were written behind a question of their own: the pointers in
 * them point into a message, which is put together again in msg. */
struct source {
	uint8_t msg[DNS_MESSAGE_MAX];
	struct rd r;
	struct dns_age age;
};

struct splice {
	struct dns_pack pack;
	struct source s;
	struct dns_rr rr;		/* the latest record */
	unsigned *counts;
	uint16_t aliases[ALIASES_MAX];	/* positions of their owners */
	size_t naliases;
	bool ring;			/* one of them came again */
};

static bool
open_source(struct source *s, const uint8_t *name, size_t namelen, const uint8_t *body, size_t len)
{
	struct wr w;

	wr_init(&w, s->msg, sizeof(s->msg));
	memset(wr_room(&w, DNS_HEADER), 0, DNS_HEADER);
	wr_bytes(&w, name, namelen);
	wr_be32(&w, 0);
	wr_bytes(&w, body, len);
	rd_init(&s->r, s->msg, wr_len(&w));
	rd_seek(&s->r, DNS_HEADER + namelen + 4);
	s->age = DNS_AGE_NONE;
	return wr_ok(&w);
}

static bool
append_one(struct splice *x)
{
	struct source *s = &x->s;
	struct dns_rr *rr = &x->rr;

	if (!dns_rr_read(&s->r, rr))
		return false;
	(void)dns_pack_head(&x->pack, rr->name, rr->namelen, rr->type,
	    dns_aged(s->age, rr->ttl));	/* nobody ages this TTL again */
	return dns_pack_rdata(&x->pack, &s->r, rr->type, rr->rdata, rr->rdlen);
}

static bool
append(struct splice *x, unsigned section, unsigned n)
{
	for (; n > 0; n--, x->counts[section]++)
		if (!append_one(x))
			return false;
	return true;
}

/* Was an alias of the name of the latest record written before? Remembers it. */
static bool
is_repeated(struct splice *x, size_t at)
{
	uint8_t name[DNS_NAME_MAX];
	struct rd r;
	size_t i, n;

	for (i = 0; i < x->naliases; i++) {
		rd_init(&r, x->pack.w->start, wr_len(x->pack.w));
		rd_seek(&r, x->aliases[i]);
		if (dns_rr_name(&r, name, &n) && dns_name_eq(name, n, x->rr.name, x->rr.namelen))
			return true;
	}
	if (x->naliases < ALIASES_MAX)
		x->aliases[x->naliases++] = (uint16_t)at;
	return false;
}

/* In a ring of aliases each of them stands once. */
static bool
append_answers(struct splice *x, unsigned n)
{
	struct wr before;

	for (; n > 0; n--) {
		before = *x->pack.w;
		if (!append_one(x))
			return false;
		x->ring = x->rr.type == DNS_CNAME && is_repeated(x, wr_len(&before));
		if (x->ring) {
			*x->pack.w = before;
			return true;
		}
		x->counts[DNS_SECTION_ANSWER]++;
	}
	return true;
}

/* Of what is only there to help, the first RRsets, as many as fit. */
static void
append_some(struct splice *x, unsigned n)
{
	struct wr set = *x->pack.w, before;	/* where the RRset at hand began */
	unsigned i, first = 0;
	uint8_t name[DNS_NAME_MAX];
	size_t len = 0;
	uint16_t type = 0;
	bool fits;

	for (i = 0; i < n; i++) {
		before = *x->pack.w;
		fits = append_one(x);
		if (x->rr.type != type || !dns_name_eq(name, len, x->rr.name, x->rr.namelen)) {
			set = before;
			first = i;
			type = x->rr.type;
			len = x->rr.namelen;
			memcpy(name, x->rr.name, len);
		}
		if (!fits) {
			*x->pack.w = set;
			break;
		}
	}
	x->counts[DNS_SECTION_ADDITIONAL] += i == n ? n : first;
}

/* The alias that a DNAME makes has the DNAME's own time to live (RFC 6672 3.1). */
static bool
append_alias(struct splice *x, const struct dns_step *s, const uint8_t *target, size_t len)
{
	uint32_t ttl = dns_get32(dns_answer_body(s->a) + s->a->aux - TTL_BEFORE_DATA);
	size_t at = wr_len(x->pack.w), mark;

	memcpy(x->rr.name, s->name, s->len);
	x->rr.namelen = s->len;
	x->ring = is_repeated(x, at);
	if (x->ring)
		return true;
	(void)dns_pack_head(&x->pack, s->name, s->len, DNS_CNAME, ttl);	/* this TTL stays */
	mark = wr_mark16(x->pack.w);
	dns_pack_name(&x->pack, target, len);
	wr_patch16(x->pack.w, mark);
	x->counts[DNS_SECTION_ANSWER]++;
	return wr_ok(x->pack.w);
}

static bool
append_step(struct splice *x, const struct dns_step *step)
{
	const struct dns_answer *a = step->a;
	unsigned additional = dns_get16(a->counts + 4);

	if (!open_source(&x->s, step->name, step->len, dns_answer_body(a), a->len))
		return false;
	dns_answer_shift(a, x->s.msg + rd_pos(&x->s.r), step->len);
	if (!append_answers(x, dns_get16(a->counts)))
		return false;
	if (x->ring)
		return true;
	if (!append(x, DNS_SECTION_AUTHORITY, dns_get16(a->counts + 2)))
		return false;
	if (a->kind == DNS_ANSWER_REFERRAL)
		return append(x, DNS_SECTION_ADDITIONAL, additional);
	append_some(x, additional);
	return true;
}

/* A DNAME that makes several of the names stands once. */
static bool
is_used(const struct dns_follow *f, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (f->steps[k].a == f->steps[i].a)
			return true;
	return false;
}

static bool
append_steps(struct splice *x, const struct dns_follow *f)
{
	size_t i;

	for (i = 0; i < f->n && !x->ring; i++) {
		const struct dns_step *step = &f->steps[i];
		bool dname = step->a->kind == DNS_ANSWER_DNAME, last = i + 1 == f->n;

		if (!(dname && is_used(f, i)) && !append_step(x, step))
			return false;
		if (!dname || (last && f->end == DNS_FOLLOW_TOO_LONG))
			continue;
		if (!append_alias(x, step, last ? f->target : step[1].name, last ? f->targetlen : step[1].len))
			return false;
	}
	return true;
}

static bool
append_entry(struct splice *x, const struct dns_entry *e, struct dns_age age)
{
	if (!open_source(&x->s, dns_entry_name(e), e->namelen, dns_entry_read(e), e->bodylen))
		return false;
	x->s.age = age;
	return append(x, DNS_SECTION_ANSWER, dns_get16(e->counts)) &&
	    append(x, DNS_SECTION_AUTHORITY, dns_get16(e->counts + 2));
}

bool
dns_splice(struct wr *w, const struct dns_follow *f, const struct dns_entry *e, struct dns_age age,
    unsigned counts[3])
{
	struct splice x;	/* the large part is not to be zeroed */

	dns_pack_init(&x.pack, w, true);
	dns_pack_known(&x.pack, DNS_HEADER);
	x.counts = counts;
	x.naliases = 0;
	x.ring = false;
	return append_steps(&x, f) && (e == NULL || append_entry(&x, e, age));
}
