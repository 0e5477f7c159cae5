/* Reading questions; see query.h. */
#include "dns/query.h"

#include <string.h>

#include "base/rd.h"
#include "base/wr.h"
#include "dns/wire.h"

enum {
	EXTRA_MAX = 4,		/* records after the question that we look at */
	COOKIE_MIN = 16, COOKIE_MAX = 40,	/* of one with a server's part (RFC 7873 4) */
	PAYLOAD = 1232
};

/* Positions in the header. */
enum { AT_FLAGS = 2, AT_FLAGS2 = 3, AT_QDCOUNT = 4, AT_ANCOUNT = 6, AT_NSCOUNT = 8, AT_ARCOUNT = 10 };

static enum dns_query_kind
wrong(struct dns_query *q, uint8_t rcode)
{
	q->rcode = rcode;
	return DNS_QUERY_WRONG;
}

/* QNAME, QTYPE, QCLASS. A pointer is refused: nothing stands before a question
 * that it could point to. */
static bool
read_question(struct dns_query *q, struct rd *r, unsigned *class)
{
	const uint8_t *name = r->p;
	unsigned labels;
	size_t n = dns_name_scan(name, rd_left(r), &labels);

	if (n == 0)
		return rd_fail(r);
	rd_skip(r, n);
	q->type = rd_be16(r);
	*class = rd_be16(r);
	if (!rd_ok(r))
		return false;
	q->qlen = (uint16_t)(n + 4);
	q->key.len = (uint8_t)n;
	q->key.labels = (uint8_t)labels;
	q->key.name = q->name;
	q->key.hash = dns_name_lower(q->name, name, n);
	return true;
}

/* The server's part of another length is not ours, and as good as none. */
static void
read_cookie(struct dns_query *q, struct rd *r, size_t n)
{
	size_t kept = n == DNS_COOKIE_FULL ? DNS_COOKIE_FULL : DNS_COOKIE_CLIENT;

	if (n != DNS_COOKIE_CLIENT && (n < COOKIE_MIN || n > COOKIE_MAX)) {
		q->rcode = DNS_FORMERR;		/* RFC 7873 5.2.2 */
		rd_skip(r, n);
		return;
	}
	rd_copy(r, q->cookie, kept);
	rd_skip(r, n - kept);
	q->cookie_len = (uint8_t)kept;
}

static void
read_option(struct dns_query *q, struct rd *r, unsigned code, size_t n)
{
	if (code == DNS_OPTION_COOKIE && q->cookie_len == 0) {
		read_cookie(q, r, n);	/* of several the first counts */
		return;
	}
	rd_skip(r, n);
	if (code == DNS_OPTION_KEEPALIVE)
		q->keepalive = true;
	else if (code == DNS_OPTION_PADDING)
		q->padded = true;
}

/* Options (RFC 6891 6.1.2): unknown ones are passed over. */
static bool
read_options(struct dns_query *q, struct rd *r, size_t left)
{
	while (left >= 4 && rd_ok(r)) {
		unsigned code = rd_be16(r);
		size_t n = rd_be16(r);

		left -= 4;
		if (n > left)
			return rd_fail(r);
		read_option(q, r, code, n);
		left -= n;
	}
	return left == 0 ? rd_ok(r) : rd_fail(r);
}

/* The rest of an OPT record after its type. One that is cut off counts as
 * none, so that its answer has no OPT either and stays the shorter. */
static bool
read_opt(struct dns_query *q, struct rd *r)
{
	uint16_t payload = rd_be16(r);
	uint8_t version, flags;

	(void)rd_u8(r);			/* extended rcode: of answers only */
	version = rd_u8(r);
	flags = rd_u8(r);
	(void)rd_u8(r);			/* reserved flags */
	if (q->edns || !read_options(q, r, rd_be16(r)))
		return rd_fail(r);	/* a second one (6.1.1) */
	q->edns = true;
	q->dnssec_ok = (flags & DNS_DO) != 0;
	if (payload > q->payload)
		q->payload = payload;
	if (version != 0)
		q->rcode = DNS_BADVERS;
	return true;
}

/* Other records say nothing that a question needs; their names may point. */
static bool
skip_record(struct dns_query *q, struct rd *r)
{
	uint8_t n;

	do {
		n = rd_u8(r);
		if ((n & DNS_POINTER) == DNS_POINTER) {
			rd_skip(r, 1);
			break;
		}
		if (n > DNS_LABEL_MAX)
			return rd_fail(r);
		rd_skip(r, n);
	} while (n != 0);
	if (rd_be16(r) == DNS_TSIG)
		q->tsig = true;
	rd_skip(r, DNS_RR_FIXED - 4);
	rd_skip(r, rd_be16(r));
	return rd_ok(r);
}

static bool
read_additional(struct dns_query *q, struct rd *r, unsigned count)
{
	struct rd look;

	while (count-- > 0 && rd_ok(r)) {
		look = *r;
		if (rd_u8(&look) == 0 && rd_be16(&look) == DNS_OPT) {
			*r = look;
			(void)read_opt(q, r);	/* failure is sticky */
		} else {
			(void)skip_record(q, r);	/* likewise */
		}
	}
	return rd_ok(r) && rd_left(r) == 0;
}

/* What follows the question: nothing, or OPT; a SOA of an IXFR, a TSIG. */
static bool
read_extra(struct dns_query *q, struct rd *r)
{
	const uint8_t *h = r->start;
	unsigned an = dns_get16(h + AT_ANCOUNT);
	unsigned ns = dns_get16(h + AT_NSCOUNT);
	unsigned ar = dns_get16(h + AT_ARCOUNT);

	if ((an | ns | ar) == 0)
		return rd_left(r) == 0;
	if (an > EXTRA_MAX || ns > EXTRA_MAX || ar > EXTRA_MAX)
		return false;
	for (ns += an; ns > 0; ns--)
		if (!skip_record(q, r))
			return false;
	return read_additional(q, r, ar);
}

/* Types that ask for something else than records (RFC 6895 3.1), and classes
 * that we have nothing of. */
static enum dns_query_kind
judge_question(struct dns_query *q, unsigned class)
{
	if (q->type == 0 || q->type == DNS_OPT)
		return wrong(q, DNS_FORMERR);
	if (class != DNS_IN || (q->type >= DNS_TKEY && q->type <= DNS_MAILA))
		return wrong(q, DNS_REFUSED);
	return DNS_QUERY_ASK;
}

enum dns_query_kind
dns_query_read(struct dns_query *q, const uint8_t *p, size_t n)
{
	struct rd r;
	unsigned class;

	q->in = p;
	q->in_len = (uint16_t)n;
	q->qlen = 0;
	q->payload = DNS_UDP_PLAIN;
	q->rcode = DNS_NOERROR;
	q->edns = q->dnssec_ok = q->keepalive = q->padded = q->tsig = false;
	q->cookie_len = 0;
	if (n < DNS_HEADER || n > DNS_MESSAGE_MAX || (p[AT_FLAGS] & DNS_QR) != 0)
		return DNS_QUERY_SILENT;
	q->rd = (p[AT_FLAGS] & DNS_RD) != 0;
	q->cd = (p[AT_FLAGS2] & DNS_CD) != 0;
	if ((p[AT_FLAGS] & DNS_OPCODE) != 0)
		return wrong(q, DNS_NOTIMP);
	if (dns_get16(p + AT_QDCOUNT) != 1)
		return wrong(q, DNS_FORMERR);
	rd_init(&r, p, n);
	rd_skip(&r, DNS_HEADER);
	if (!read_question(q, &r, &class) || !read_extra(q, &r))
		return wrong(q, DNS_FORMERR);
	return q->rcode == DNS_NOERROR ? judge_question(q, class) : DNS_QUERY_WRONG;
}

void
dns_query_keep(struct dns_query *dst, uint8_t head[DNS_QUERY_HEAD],
    const struct dns_query *src)
{
	memcpy(dst, src, offsetof(struct dns_query, name) + src->key.len);
	memset(dst->name + src->key.len, 0, sizeof(uint64_t));
	dst->key.name = dst->name;
	memcpy(head, src->in, DNS_HEADER + (size_t)src->qlen);
	dst->in = head;
}

size_t
dns_query_write(uint8_t *p, size_t max, const uint8_t *name, size_t namelen,
    uint16_t type, bool dnssec_ok)
{
	struct wr w;

	wr_init(&w, p, max);
	wr_be16(&w, 0);
	wr_u8(&w, DNS_RD);
	wr_u8(&w, 0);
	wr_be16(&w, 1);
	wr_be32(&w, 0);
	wr_be16(&w, 1);
	wr_bytes(&w, name, namelen);
	wr_be16(&w, type);
	wr_be16(&w, DNS_IN);
	wr_u8(&w, 0);
	wr_be16(&w, DNS_OPT);
	wr_be16(&w, PAYLOAD);
	wr_be16(&w, 0);
	wr_u8(&w, dnssec_ok ? DNS_DO : 0);
	wr_u8(&w, 0);
	wr_be16(&w, 0);
	return wr_ok(&w) ? wr_len(&w) : 0;
}
