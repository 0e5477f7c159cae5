/* Judging upstream answers; see ingest.h. */
#include "dns/ingest.h"

#include <stdbool.h>
#include <string.h>

#include "base/rd.h"
#include "base/wr.h"
#include "dns/cache.h"
#include "dns/rebind.h"
#include "dns/rr.h"
#include "dns/snapshot.h"
#include "dns/wire.h"

enum {
	RECORDS_MAX = DNS_MESSAGE_MAX / (DNS_RR_FIXED + 1),
	NSEC = 47, NSEC3 = 50,
	SOA_NUMBERS = 20	/* octets after its two names, the minimum last */
};

struct judge {
	const struct dns_question *q;
	const struct dns_cache_conf *limits;
	const struct dns_rebind *rebind;	/* NULL: nothing is removed */
	struct rd msg;			/* at the answer section */
	unsigned an, ns, ar;
	int rcode;			/* extended */

	uint8_t current[DNS_NAME_MAX];	/* where the chain of aliases has got to */
	size_t currentlen;
	uint8_t before[DNS_NAME_MAX];	/* the name that led there */
	size_t beforelen;
	unsigned chain;
	bool filtered;			/* a private address was removed */
	bool found;			/* a record of the asked type at its end */
	bool soa;

	struct dns_pack pack;
	struct wr w;
	uint16_t counts[2];		/* answer, authority */
	uint32_t ttl;
	size_t nttls;
	uint16_t ttls[RECORDS_MAX];
	uint8_t taken[RECORDS_MAX / 8 + 1];
	uint8_t out[DNS_MESSAGE_MAX];
};

/* RFC 2181 8: the top bit makes it zero. */
static uint32_t
clamp_ttl(const struct judge *j, uint32_t ttl)
{
	if (ttl > INT32_MAX)
		ttl = 0;
	if (ttl < j->limits->min_ttl_s)
		ttl = j->limits->min_ttl_s;
	return ttl < j->limits->max_ttl_s ? ttl : j->limits->max_ttl_s;
}

/* A name of the chain is written as the chain has it: some servers copy the
 * random case of the question, which is none of our client's business. */
static size_t
put_head(struct judge *j, const struct dns_rr *rr, uint32_t ttl)
{
	if (dns_name_eq(rr->name, rr->namelen, j->before, j->beforelen))
		return dns_pack_head(&j->pack, j->before, j->beforelen, rr->type, ttl);
	if (dns_name_eq(rr->name, rr->namelen, j->current, j->currentlen))
		return dns_pack_head(&j->pack, j->current, j->currentlen, rr->type, ttl);
	return dns_pack_head(&j->pack, rr->name, rr->namelen, rr->type, ttl);
}

static bool
has_address_len(const struct dns_rr *rr)
{
	return (rr->type != DNS_A || rr->rdlen == 4) && (rr->type != DNS_AAAA || rr->rdlen == 16);
}

static void
accept_record(struct judge *j, const struct dns_rr *rr, uint32_t ttl, unsigned section)
{
	size_t at = put_head(j, rr, ttl);

	if (!has_address_len(rr) || !dns_pack_rdata(&j->pack, &j->msg, rr->type, rr->rdata, rr->rdlen)) {
		(void)wr_fail(&j->w);	/* sticky */
		return;
	}
	j->ttls[j->nttls++] = (uint16_t)(at - DNS_HEADER - j->q->len - 4);
	j->counts[section]++;
	if (ttl < j->ttl)
		j->ttl = ttl;
}

/* An alias: the chain goes on at its target. */
static bool
follow(struct judge *j, const struct dns_rr *rr)
{
	struct rd r = j->msg;

	memcpy(j->before, j->current, j->currentlen);
	j->beforelen = j->currentlen;
	rd_seek(&r, rr->rdata);
	return ++j->chain <= DNS_CHAIN_MAX && dns_rr_name(&r, j->current, &j->currentlen);
}

static bool
is_covered(const struct judge *j, const struct dns_rr *rr)
{
	return (j->q->flags & DNS_QUESTION_DO) != 0 && rr->type == DNS_RRSIG &&
	    (dns_name_eq(rr->name, rr->namelen, j->current, j->currentlen) ||
	    dns_name_eq(rr->name, rr->namelen, j->before, j->beforelen));
}

/* Is name below apex? Any case. */
static bool
is_below(const uint8_t *name, size_t n, const uint8_t *apex, size_t apexlen)
{
	size_t at = 0;

	while (n - at > apexlen)
		at += (size_t)name[at] + 1;
	return at > 0 && dns_name_eq(name + at, n - at, apex, apexlen);
}

/* Does the record belong to the chain as it stands? Moves the chain on. */
static bool
belongs(struct judge *j, const struct dns_rr *rr, bool *bad)
{
	if (rr->class != DNS_IN)
		return false;
	if (rr->type == DNS_DNAME && rr->type != j->q->type)
		return is_below(j->current, j->currentlen, rr->name, rr->namelen);
	if (dns_name_eq(rr->name, rr->namelen, j->current, j->currentlen)) {
		if (rr->type == j->q->type || j->q->type == DNS_ANY) {
			j->found = true;
			return true;
		}
		if (rr->type == DNS_CNAME) {
			*bad = !follow(j, rr);
			return true;
		}
	}
	return is_covered(j, rr);
}

/* A record that leads into this network. It counts for how long that is known. */
static bool
is_removed(struct judge *j, const struct dns_rr *rr, uint32_t ttl)
{
	if (j->rebind == NULL || !dns_rebind_is_private(rr->type, j->msg.start + rr->rdata, rr->rdlen))
		return false;
	j->filtered = true;
	if (ttl < j->ttl)
		j->ttl = ttl;
	return true;
}

/* One walk over the answer section; the number of records newly taken. A chain
 * in wrong order needs several walks: until one brings nothing. -1: malformed. */
static int
walk_answer(struct judge *j, struct rd *end)
{
	struct rd r = j->msg;
	struct dns_rr rr;
	bool bad = false;
	unsigned i;
	int n = 0;

	for (i = 0; i < j->an; i++) {
		if (!dns_rr_read(&r, &rr))
			return -1;
		if ((j->taken[i / 8] & 1 << i % 8) != 0 || !belongs(j, &rr, &bad))
			continue;
		j->taken[i / 8] = (uint8_t)(j->taken[i / 8] | 1 << i % 8);
		if (!is_removed(j, &rr, clamp_ttl(j, rr.ttl)))
			accept_record(j, &rr, clamp_ttl(j, rr.ttl), 0);
		n++;
		if (bad || !wr_ok(&j->w))
			return -1;
	}
	*end = r;
	return n;
}

static uint32_t
minimum(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static bool
soa_minimum(const struct judge *j, const struct dns_rr *rr, uint32_t *out)
{
	uint8_t name[DNS_NAME_MAX];
	struct rd r = j->msg;
	size_t n;

	rd_seek(&r, rr->rdata);
	if (!dns_rr_name(&r, name, &n) || !dns_rr_name(&r, name, &n) ||
	    rd_pos(&r) + SOA_NUMBERS != rr->rdata + rr->rdlen)
		return false;
	rd_skip(&r, SOA_NUMBERS - 4);
	*out = rd_be32(&r);
	return rd_ok(&r);
}

/* RFC 2308 5: the SOA of a zone that the name is in says how long. */
static void
judge_soa(struct judge *j, const struct dns_rr *rr)
{
	uint32_t ttl = rr->ttl > INT32_MAX ? 0 : rr->ttl, least;

	if (j->found || j->soa || !soa_minimum(j, rr, &least))
		return;
	if (!is_below(j->current, j->currentlen, rr->name, rr->namelen) &&
	    !dns_name_eq(j->current, j->currentlen, rr->name, rr->namelen))
		return;
	ttl = minimum(minimum(ttl, least), j->limits->negative_max_ttl_s);
	j->soa = true;
	accept_record(j, rr, ttl, 1);
}

static bool
is_proof(const struct dns_rr *rr)
{
	return rr->type == NSEC || rr->type == NSEC3 || rr->type == DNS_RRSIG;
}

static bool
walk_authority(struct judge *j, struct rd *r)
{
	struct dns_rr rr;
	unsigned i;

	for (i = 0; i < j->ns; i++) {
		if (!dns_rr_read(r, &rr))
			return false;
		if (rr.class != DNS_IN)
			continue;
		if (rr.type == DNS_SOA)
			judge_soa(j, &rr);
		else if ((j->q->flags & DNS_QUESTION_DO) != 0 && is_proof(&rr))
			accept_record(j, &rr, clamp_ttl(j, rr.ttl), 1);
	}
	return wr_ok(&j->w);
}

/* Upper bits of the rcode are in the TTL of OPT. */
static bool
walk_additional(struct judge *j, struct rd *r)
{
	struct dns_rr rr;
	unsigned i;

	for (i = 0; i < j->ar; i++) {
		if (!dns_rr_read(r, &rr))
			return false;
		if (rr.type == DNS_OPT)
			j->rcode |= (int)(rr.ttl >> 24) << 4;
	}
	return true;
}

/* The question's random case is undone, so that what points to it loses it. */
static bool
start(struct judge *j, uint8_t *msg, size_t n)
{
	size_t head = DNS_HEADER + (size_t)j->q->len + 4;

	if (n < head || (msg[2] & DNS_QR) == 0 || (msg[2] & DNS_OPCODE) != 0 ||
	    dns_get16(msg + 4) != 1)
		return false;
	j->an = dns_get16(msg + 6);
	j->ns = dns_get16(msg + 8);
	j->ar = dns_get16(msg + 10);
	if (j->an + j->ns > RECORDS_MAX)
		return false;
	j->rcode = msg[3] & DNS_RCODE;
	memcpy(msg + DNS_HEADER, j->q->name, j->q->len);
	rd_init(&j->msg, msg, n);
	rd_seek(&j->msg, head);
	memcpy(j->current, j->q->name, j->q->len);
	j->currentlen = j->q->len;
	memcpy(j->before, j->q->name, j->q->len);
	j->beforelen = j->q->len;
	wr_init(&j->w, j->out, sizeof(j->out) - DNS_OPT_LEN);
	memset(wr_room(&j->w, DNS_HEADER), 0, DNS_HEADER);
	wr_bytes(&j->w, j->q->name, j->q->len);
	wr_be32(&j->w, 0);
	dns_pack_init(&j->pack, &j->w, true);
	dns_pack_known(&j->pack, DNS_HEADER);
	j->ttl = UINT32_MAX;
	return true;
}

static bool
walk(struct judge *j)
{
	struct rd end;
	int n;

	do
		n = walk_answer(j, &end);
	while (n > 0 && j->counts[0] < j->an);
	return n >= 0 && walk_authority(j, &end) && walk_additional(j, &end);
}

static struct dns_entry *
make_entry(struct judge *j)
{
	size_t head = DNS_HEADER + (size_t)j->q->len + 4;
	size_t len = wr_len(&j->w) - head;
	struct dns_entry *e = dns_entry_new(j->q, j->nttls, len);

	if (e == NULL)
		return NULL;
	memcpy(e->ttls, j->ttls, j->nttls * sizeof(j->ttls[0]));
	memcpy(dns_entry_body(e), j->out + head, len);
	e->rcode = (uint8_t)j->rcode;
	e->filtered = j->filtered;
	dns_put16(e->counts, j->counts[0]);
	dns_put16(e->counts + 2, j->counts[1]);
	e->ttl = j->found || j->soa ? j->ttl : 0;
	e->aliased = j->chain > 0;
	return e;
}

enum dns_ingest
dns_ingest(struct dns_entry **out, int *rcode, const struct dns_question *q,
    uint8_t *msg, size_t n, const struct dns_ingest_rules *rules)
{
	struct judge j;

	*out = NULL;
	j.q = q;
	j.limits = rules->limits;
	j.rebind = q->route == 0 ? rules->rebind : NULL;	/* else it is a forward */
	/* The name that was asked counts: an alias may point anybody's name at one that is allowed. */
	if (j.rebind != NULL && dns_rebind_allows(j.rebind, q->name, q->len))
		j.rebind = NULL;
	j.chain = 0;
	j.found = j.soa = j.filtered = false;
	j.nttls = 0;
	memset(j.counts, 0, sizeof(j.counts));
	memset(j.taken, 0, sizeof(j.taken));
	if (!start(&j, msg, n))
		return DNS_INGEST_BAD;
	if ((msg[2] & DNS_TC) != 0)
		return DNS_INGEST_TRUNCATED;
	if (!walk(&j) || (j.found && j.rcode == DNS_NXDOMAIN))
		return DNS_INGEST_BAD;
	if (j.rcode != DNS_NOERROR && j.rcode != DNS_NXDOMAIN) {
		*rcode = j.rcode;
		return DNS_INGEST_REFUSED;
	}
	*out = make_entry(&j);
	return *out == NULL ? DNS_INGEST_BAD : DNS_INGEST_ENTRY;
}
