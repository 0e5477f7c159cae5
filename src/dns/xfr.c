/* Zone transfer; see xfr.h. */
#include "dns/xfr.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rd.h"
#include "base/sparse.h"
#include "base/wr.h"
#include "dns/answer.h"
#include "dns/rr.h"
#include "dns/tcp.h"
#include "dns/wire.h"
#include "dns/xfr_message.h"
#include "io/later.h"
#include "io/loop.h"
#include "sys/clk.h"

enum {
	AT_ANCOUNT = 6, AT_NSCOUNT = 8,
	TURN_MESSAGES = 4		/* of one transfer */
};

struct transfer {
	struct transfer *next;		/* in order of arrival */
	struct dns_tcp_conn *conn;
	const struct dns_transfer_zone *zone;
	const struct dns_secondary *secondary;
	struct dns_tsig_session tsig;
	uint32_t at;			/* the next record, from the zone's first */
	bool waits;			/* for its client to read */
	struct dns_query q;
	uint8_t head[DNS_QUERY_HEAD];
};

struct dns_xfr {
	struct dns_xfr_conf c;
	struct dns_transfers t;
	struct transfer *first, **end;
	size_t n;
	struct io_later turn;
	uint64_t told_ms[CONF_SECONDARIES_MAX];	/* a fault, by place in t */
	uint8_t out[DNS_MESSAGE_MAX];
};

static void on_turn(void *arg);

struct dns_xfr *
dns_xfr_new(const struct dns_xfr_conf *c)
{
	struct dns_xfr *x = sparse_head(sizeof(*x), offsetof(struct dns_xfr, out));

	if (x == NULL)
		return NULL;
	x->c = *c;
	x->end = &x->first;
	io_later_init(&x->turn, on_turn, x);
	return x;
}

static void
transfer_free(struct dns_xfr *x, struct transfer **at)
{
	struct transfer *t = *at;

	*at = t->next;
	if (x->end == &t->next)
		x->end = at;
	x->n--;
	dns_tsig_wipe(t, sizeof(*t));
	free(t);
}

void
dns_xfr_free(struct dns_xfr *x)
{
	if (x == NULL)
		return;
	while (x->first != NULL)
		transfer_free(x, &x->first);
	io_later_cancel(&x->turn);
	free(x);
}

void
dns_xfr_forget(struct dns_xfr *x, struct dns_tcp_conn *conn)
{
	struct transfer **at = &x->first;

	while (*at != NULL)
		if ((*at)->conn == conn)
			transfer_free(x, at);
		else
			at = &(*at)->next;
}

/* --- new tables ------------------------------------------------------------------ */

static const struct dns_secondary *
same_secondary(const struct dns_transfers *t, const struct dns_secondary *s)
{
	size_t i;

	for (i = 0; i < t->nsecondaries; i++)
		if (dns_secondary_eq(&t->secondaries[i], s))
			return &t->secondaries[i];
	return NULL;
}

static const struct dns_transfer_zone *
same_zone(const struct dns_transfers *now, const struct dns_transfers *t, const struct dns_transfer_zone *z)
{
	const struct dns_transfer_zone *next = dns_transfer_zone(t, z->name, z->namelen);

	if (next == NULL || next->len != z->len ||
	    memcmp(dns_transfer_records(now, z), dns_transfer_records(t, next), z->len) != 0)
		return NULL;
	return next;
}

void
dns_xfr_swap(struct dns_xfr *x, const struct dns_transfers *t)
{
	static const struct dns_transfers none;
	struct transfer **at = &x->first, *i;

	if (t == NULL)
		t = &none;
	while ((i = *at) != NULL) {
		i->secondary = same_secondary(t, i->secondary);
		i->zone = same_zone(&x->t, t, i->zone);
		if (i->secondary != NULL && i->zone != NULL) {
			i->tsig.key = &i->secondary->key;
			at = &i->next;
			continue;
		}
		dns_tcp_abort(i->conn);
		transfer_free(x, at);
	}
	x->t = *t;
}

/* --- telling ---------------------------------------------------------------------- */

/* What strangers can cause is told once a second at most. */
static void
tell_fault(struct dns_xfr *x, const struct dns_secondary *s, const char *error)
{
	uint64_t now_ms = io_loop_now_ms(x->c.loop), *told = &x->told_ms[s - x->t.secondaries];

	if (*told != 0 && now_ms - *told < DNS_XFR_TELL_MS)
		return;
	*told = now_ms;
	x->c.told(x->c.arg, &(struct dns_news){ DNS_NEWS_FAULT, s->id, NULL, error });
}

/* A wrong signature says nothing of who made it; the address may. */
static const struct dns_secondary *
secondary_at(const struct dns_xfr *x, const struct addr *a)
{
	size_t i;

	for (i = 0; i < x->t.nsecondaries; i++)
		if (addr_eq(&x->t.secondaries[i].at.addr, a))
			return &x->t.secondaries[i];
	return NULL;
}

static void
tell_signature(struct dns_xfr *x, const struct addr *from, const struct dns_tsig *sig, unsigned error)
{
	const struct dns_secondary *s = secondary_at(x, from);
	char text[120];

	if (s == NULL)
		return;
	if (error == DNS_BADTIME) {
		(void)snprintf(text, sizeof(text), "its clock and ours differ by %lld seconds",
		    (long long)((int64_t)sig->time_s - x->c.clk->wall_s(x->c.clk)));	/* fits */
		tell_fault(x, s, text);
	} else if (error == DNS_BADKEY) {
		tell_fault(x, s, "it signs with a key of another name or algorithm");
	} else {
		tell_fault(x, s, "its signature does not fit: the secrets differ");
	}
}

/* --- one answer ----------------------------------------------------------------------- */

/* One question, and who it turned out to come from. */
struct ask {
	struct dns_xfr *x;
	const struct dns_query *q;
	const struct dns_asker *who;
	struct dns_tcp_conn *conn;
	struct dns_tsig sig;
	struct dns_tsig_session tsig;
	const struct dns_secondary *secondary;
	const struct dns_transfer_zone *zone;
	struct wr w;
};

static int64_t
now_of(const struct ask *a)
{
	return a->x->c.clk->wall_s(a->x->c.clk);
}

static size_t
reply_rcode(struct ask *a, unsigned rcode)
{
	dns_xfr_head(&a->w, a->q, 0, rcode);
	return dns_xfr_finish(&a->w, a->q, 0, &a->tsig, now_of(a));
}

/* Nobody that we know signed it, so this is no signed answer either. */
static size_t
reply_formerr(struct ask *a)
{
	dns_xfr_head(&a->w, a->q, 0, DNS_FORMERR);
	return dns_xfr_finish(&a->w, a->q, 0, NULL, 0);
}

static size_t
reply_soa(struct ask *a)
{
	const uint8_t *soa = dns_transfer_records(&a->x->t, a->zone);
	size_t max = (size_t)(a->w.end - a->w.start), n = 0;

	dns_xfr_head(&a->w, a->q, DNS_AA, DNS_NOERROR);
	if (dns_xfr_record(&a->w, a->zone, soa, a->zone->soalen, max))
		n = dns_xfr_finish(&a->w, a->q, 1, &a->tsig, now_of(a));
	if (n > 0)
		return n;
	wr_init(&a->w, a->w.start, max);
	dns_xfr_head(&a->w, a->q, DNS_TC | DNS_AA, DNS_NOERROR);	/* come back over TCP */
	return dns_xfr_finish(&a->w, a->q, 0, &a->tsig, now_of(a));
}

/* The serial that an IXFR starts from (RFC 1995 3): in the SOA of its authority section. */
static bool
read_serial(const struct dns_query *q, uint32_t *serial)
{
	uint8_t name[DNS_NAME_MAX];
	struct dns_rr rr;
	struct rd r;
	size_t n;

	if (dns_get16(q->in + AT_ANCOUNT) != 0 || dns_get16(q->in + AT_NSCOUNT) != 1)
		return false;
	rd_init(&r, q->in, q->in_len);
	rd_seek(&r, DNS_HEADER + (size_t)q->qlen);
	if (!dns_rr_read(&r, &rr) || rr.type != DNS_SOA || !dns_name_eq(rr.name, rr.namelen, q->name, q->key.len))
		return false;
	rd_seek(&r, rr.rdata);
	if (!dns_rr_name(&r, name, &n) || !dns_rr_name(&r, name, &n))
		return false;
	*serial = rd_be32(&r);
	return rd_ok(&r);
}

static size_t
start_transfer(struct ask *a)
{
	struct dns_xfr *x = a->x;
	struct transfer *t = x->n < DNS_XFR_MAX ? calloc(1, sizeof(*t)) : NULL;

	if (t == NULL)
		return reply_rcode(a, DNS_SERVFAIL);
	t->conn = a->conn;
	t->zone = a->zone;
	t->secondary = a->secondary;
	t->tsig = a->tsig;
	t->tsig.asked = NULL;
	dns_query_keep(&t->q, t->head, a->q);
	*x->end = t;
	x->end = &t->next;
	x->n++;
	io_later_call(&x->turn, x->c.loop);
	return 0;
}

/* RFC 1995: he has the newest already, or gets all of it. Over UDP the SOA says
 * that there is more to fetch. */
static size_t
answer_ixfr(struct ask *a)
{
	uint32_t serial;

	if (!read_serial(a->q, &serial))
		return reply_rcode(a, DNS_FORMERR);
	if (a->conn == NULL || (int32_t)(a->zone->serial - serial) <= 0)
		return reply_soa(a);
	return start_transfer(a);
}

static size_t
answer_known(struct ask *a)
{
	const struct dns_query *q = a->q;

	if (dns_get16(q->in + DNS_HEADER + q->qlen - 2) != DNS_IN)
		return reply_rcode(a, DNS_REFUSED);
	if (q->type != DNS_SOA && q->type != DNS_IXFR && (q->type != DNS_AXFR || a->conn == NULL))
		return reply_rcode(a, DNS_REFUSED);
	a->zone = dns_transfer_zone(&a->x->t, q->name, q->key.len);
	if (a->zone == NULL)
		return reply_rcode(a, DNS_NOTAUTH);	/* RFC 5936 2.2.1 */
	if (q->type == DNS_SOA)
		return reply_soa(a);
	return q->type == DNS_IXFR ? answer_ixfr(a) : start_transfer(a);
}

static size_t
judge(struct ask *a)
{
	struct dns_xfr *x = a->x;
	unsigned error;

	if (dns_tsig_find(&a->sig, a->q->in, a->q->in_len) != DNS_TSIG_FOUND)
		return reply_formerr(a);
	a->secondary = dns_transfer_secondary(&x->t, &a->sig);
	a->tsig = (struct dns_tsig_session){ .server = true, .asked = &a->sig,
	    .key = a->secondary == NULL ? NULL : &a->secondary->key };
	error = dns_tsig_check(&a->tsig, &a->sig, a->q->in, now_of(a));
	if (error != 0)
		tell_signature(x, &a->who->peer.addr, &a->sig, error);
	if (error == DNS_FORMERR)
		return reply_formerr(a);
	if (error != 0)
		return reply_rcode(a, DNS_NOTAUTH);
	if (!addr_eq(&a->who->peer.addr, &a->secondary->at.addr)) {
		tell_fault(x, a->secondary, "it asked from an address that is not its own");
		return reply_rcode(a, DNS_REFUSED);
	}
	return answer_known(a);
}

bool
dns_xfr_wants(const struct dns_query *q, enum dns_query_kind kind)
{
	return q->tsig && (kind == DNS_QUERY_ASK || (kind == DNS_QUERY_WRONG && q->rcode == DNS_REFUSED));
}

size_t
dns_xfr_answer(struct dns_xfr *x, const struct dns_query *q, const struct dns_asker *who,
    struct dns_tcp_conn *conn, uint8_t *out, size_t max)
{
	struct ask a = { .x = x, .q = q, .who = who, .conn = conn };
	size_t n;

	wr_init(&a.w, out, max);
	n = judge(&a);
	dns_tsig_wipe(&a.tsig, sizeof(a.tsig));
	return n;
}

/* --- going out ------------------------------------------------------------------------- */

/* The next message of t into out, its length; *last: t is complete with it. */
static size_t
make_message(struct dns_xfr *x, struct transfer *t, bool *last)
{
	const uint8_t *records = dns_transfer_records(&x->t, t->zone);
	const struct dns_transfer_zone *z = t->zone;
	unsigned n = 0;
	struct rd r;
	struct wr w;

	wr_init(&w, x->out, sizeof(x->out));
	dns_xfr_head(&w, &t->q, DNS_AA, DNS_NOERROR);
	for (*last = false; t->at < z->len; n++) {
		unsigned labels;
		size_t namelen;

		rd_init(&r, records + t->at, z->len - t->at);
		namelen = dns_name_scan(r.p, rd_left(&r), &labels);
		rd_skip(&r, namelen + DNS_RR_FIXED - 2);
		rd_skip(&r, rd_be16(&r));	/* checked when it was made */
		if (!dns_xfr_record(&w, z, r.start, rd_pos(&r), n == 0 ? DNS_MESSAGE_MAX : DNS_XFR_CHUNK))
			break;
		t->at += (uint32_t)rd_pos(&r);
	}
	if (t->at == z->len && dns_xfr_record(&w, z, records, z->soalen, DNS_XFR_CHUNK)) {
		*last = true;
		n++;
	}
	return dns_xfr_finish(&w, &t->q, n, &t->tsig, x->c.clk->wall_s(x->c.clk));
}

/* t has gone out whole. */
static void
complete(struct dns_xfr *x, struct transfer **at, size_t n)
{
	struct transfer *t = *at;
	struct dns_tcp_conn *conn = t->conn;
	const struct dns_secondary *s = t->secondary;
	const struct dns_transfer_zone *zone = t->zone;

	transfer_free(x, at);
	dns_tcp_reply(conn, x->out, n);
	x->c.told(x->c.arg, &(struct dns_news){ DNS_NEWS_FETCHED, s->id, zone, "" });
}

/* True: t is over, and *at is what followed it. */
static bool
go_on(struct dns_xfr *x, struct transfer **at)
{
	struct transfer *t = *at;
	unsigned i;
	bool last;
	size_t n;

	for (i = 0; i < TURN_MESSAGES && !t->waits; i++) {
		n = make_message(x, t, &last);
		if (last) {
			complete(x, at, n);
			return true;
		}
		t->waits = !dns_tcp_send(t->conn, x->out, n);
	}
	if (!t->waits)
		io_later_call(&x->turn, x->c.loop);
	return false;
}

static bool
is_first_of_conn(const struct dns_xfr *x, const struct transfer *t)
{
	const struct transfer *i;

	for (i = x->first; i != t; i = i->next)
		if (i->conn == t->conn)
			return false;
	return true;
}

static void
on_turn(void *arg)
{
	struct dns_xfr *x = arg;
	struct transfer **at = &x->first;

	while (*at != NULL)
		if ((*at)->waits || !is_first_of_conn(x, *at) || !go_on(x, at))
			at = &(*at)->next;
}

void
dns_xfr_drained(struct dns_xfr *x, struct dns_tcp_conn *conn)
{
	struct transfer *t;

	for (t = x->first; t != NULL; t = t->next)
		if (t->conn == conn && t->waits) {
			t->waits = false;
			io_later_call(&x->turn, x->c.loop);
			return;
		}
}
