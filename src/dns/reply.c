/* Writing answers; see reply.h. */
#include "dns/reply.h"

#include <string.h>

#include "base/wr.h"
#include "dns/cache.h"
#include "dns/follow.h"
#include "dns/query.h"
#include "dns/splice.h"
#include "dns/table.h"
#include "dns/wire.h"

enum {
	AT_FLAGS = 2, AT_FLAGS2 = 3, AT_COUNTS = 6, AT_ARCOUNT = 10,
	KEEPALIVE_100MS = 100,	/* DNS_TCP_IDLE_MS in its unit */
	PAD_BLOCK = 468		/* RFC 8467 4.1 */
};

size_t
dns_reply_limit(const struct dns_query *q, uint16_t edns_size, bool tcp)
{
	if (tcp)
		return DNS_MESSAGE_MAX;
	if (!q->edns)
		return DNS_UDP_PLAIN;
	return q->payload < edns_size ? q->payload : edns_size;
}

/* Copies in words may run past n, into slack that both sides have. */
static void
copy_words(uint8_t *dst, const uint8_t *src, size_t n)
{
	size_t i;

	for (i = 0; i < n; i += 16)
		memcpy(dst + i, src + i, 16);
}

/* Header and question as they were asked, so that id, RD, CD and the letter
 * case come back; counts are zero but QDCOUNT. The length. */
static size_t
put_head(const struct dns_reply *to, const struct dns_query *q, unsigned flags, unsigned rcode)
{
	uint8_t *out = to->out;
	size_t n = DNS_HEADER + (size_t)q->qlen;

	memcpy(out, q->in, n);
	out[AT_FLAGS] = (uint8_t)(DNS_QR | (q->in[AT_FLAGS] & (DNS_OPCODE | DNS_RD)) | flags);
	out[AT_FLAGS2] = (uint8_t)((q->in[AT_FLAGS2] & DNS_CD) | (to->ra ? DNS_RA : 0) | (rcode & DNS_RCODE));
	memset(out + 4, 0, DNS_HEADER - 4);
	out[5] = q->qlen != 0;
	return n;
}

/* --- options: each is there whole, or not where it has no room -------------------- */

static bool
put_option(struct wr *w, unsigned code, size_t n)
{
	if (wr_left(w) < DNS_OPTION_HEAD + n)
		return false;
	wr_be16(w, (uint16_t)code);
	wr_be16(w, (uint16_t)n);
	return true;
}

static void
put_cookie(struct wr *w, const struct dns_query *q)
{
	if (q->cookie_len == DNS_COOKIE_FULL && put_option(w, DNS_OPTION_COOKIE, DNS_COOKIE_FULL))
		wr_bytes(w, q->cookie, DNS_COOKIE_FULL);
}

static void
put_error(struct wr *w, const struct dns_reply *to)
{
	size_t n = to->ede_text == NULL ? 0 : strlen(to->ede_text);

	if (to->ede == DNS_EDE_NONE || !put_option(w, DNS_OPTION_EDE, 2 + n))
		return;
	wr_be16(w, (uint16_t)to->ede);
	wr_bytes(w, to->ede_text, n);
}

static void
put_keepalive(struct wr *w, const struct dns_reply *to, const struct dns_query *q)
{
	if (to->keepalive && q->keepalive && put_option(w, DNS_OPTION_KEEPALIVE, 2))
		wr_be16(w, KEEPALIVE_100MS);
}

/* Fills a message that has n octets up to whole blocks, or as far as there is room. */
static void
put_padding(struct wr *w, const struct dns_reply *to, const struct dns_query *q, size_t n)
{
	size_t whole = n + DNS_OPTION_HEAD, len;

	if (!to->secure || !q->padded || whole > to->limit)
		return;
	whole += PAD_BLOCK - 1 - (whole - 1) % PAD_BLOCK;
	len = (whole < to->limit ? whole : to->limit) - n - DNS_OPTION_HEAD;
	if (put_option(w, DNS_OPTION_PADDING, len))
		memset(wr_room(w, len), 0, len);	/* it has the room */
}

/* The OPT record. */
static size_t
put_opt(const struct dns_reply *to, const struct dns_query *q, size_t n, unsigned rcode)
{
	uint8_t *p = to->out + n;
	size_t room = to->small && q->in_len < to->limit ? q->in_len : to->limit;
	struct wr w;

	if (!q->edns)
		return n;
	p[0] = 0;
	dns_put16(p + 1, DNS_OPT);
	dns_put16(p + 3, to->edns_size);
	p[5] = (uint8_t)(rcode >> 4);
	p[6] = 0;
	p[7] = q->dnssec_ok ? DNS_DO : 0;
	p[8] = p[9] = p[10] = 0;
	to->out[AT_ARCOUNT + 1]++;
	n += DNS_OPT_LEN;
	if (n >= room)
		return n;
	wr_init(&w, to->out + n, room - n);
	put_cookie(&w, q);
	put_error(&w, to);
	put_keepalive(&w, to, q);
	put_padding(&w, to, q, n + wr_len(&w));
	dns_put16(p + 9, (unsigned)wr_len(&w));
	return n + wr_len(&w);
}

/* Octets that OPT must have: an asker with a cookie expects one. */
static size_t
opt_len(const struct dns_query *q)
{
	return q->edns ? DNS_OPT_LEN + (q->cookie_len == DNS_COOKIE_FULL ? DNS_OPTION_HEAD + DNS_COOKIE_FULL : 0) : 0;
}

size_t
dns_reply_rcode(const struct dns_reply *to, const struct dns_query *q, unsigned rcode)
{
	size_t n = put_head(to, q, 0, rcode);

	return put_opt(to, q, n, rcode);
}

size_t
dns_reply_limited(const struct dns_reply *to, const struct dns_query *q)
{
	size_t n = DNS_HEADER + (size_t)q->qlen;

	if (q->cookie_len == DNS_COOKIE_FULL && n + opt_len(q) <= q->in_len)
		return dns_reply_rcode(to, q, DNS_BADCOOKIE);
	n = put_head(to, q, DNS_TC, DNS_NOERROR);
	return put_opt(to, q, n, DNS_NOERROR);
}

/* It does not fit: without what is only there to help it may. */
static size_t
finish_short(const struct dns_reply *to, const struct dns_query *q, const struct dns_answer *a)
{
	struct dns_follow f;

	f.steps[0] = (struct dns_step){ a, q->key.name, q->key.len };
	f.n = 1;
	f.end = DNS_FOLLOW_END;
	return dns_reply_follow(to, q, &f, NULL, DNS_AGE_NONE);
}

size_t
dns_reply_finish(const struct dns_reply *to, const struct dns_query *q, const struct dns_answer *a)
{
	size_t n = DNS_HEADER + (size_t)q->qlen;

	if (n + a->len + opt_len(q) > to->limit) {
		if (dns_get16(a->counts + 4) > 0)
			return finish_short(to, q, a);
		n = put_head(to, q, (unsigned)a->flags | DNS_TC, a->rcode);
		return put_opt(to, q, n, a->rcode);
	}
	(void)put_head(to, q, a->flags, a->rcode);	/* n again */
	memcpy(to->out + AT_COUNTS, a->counts, sizeof(a->counts));
	copy_words(to->out + n, dns_answer_body(a), a->len);
	if (a->nfix != 0)
		dns_answer_shift(a, to->out + n, q->key.len);
	return put_opt(to, q, n + a->len, a->rcode);
}

size_t
dns_reply_entry(const struct dns_reply *to, const struct dns_query *q,
    const struct dns_entry *e, struct dns_age age)
{
	size_t i, n = DNS_HEADER + (size_t)q->qlen;
	uint8_t *body = to->out + n;

	if (n + e->bodylen + opt_len(q) > to->limit) {
		n = put_head(to, q, DNS_TC, e->rcode);
		return put_opt(to, q, n, e->rcode);
	}
	(void)put_head(to, q, 0, e->rcode);		/* n again */
	memcpy(to->out + AT_COUNTS, e->counts, sizeof(e->counts));
	memcpy(body, dns_entry_read(e), e->bodylen);
	for (i = 0; i < e->nttls; i++)
		dns_put32(body + e->ttls[i], dns_aged(age, dns_get32(body + e->ttls[i])));
	return put_opt(to, q, n + e->bodylen, e->rcode);
}

static unsigned
rcode_of(const struct dns_follow *f, const struct dns_entry *e)
{
	if (e != NULL)
		return e->rcode;
	if (f->end == DNS_FOLLOW_TOO_LONG)
		return DNS_YXDOMAIN;
	return f->steps[f->n - 1].a->rcode;
}

size_t
dns_reply_follow(const struct dns_reply *to, const struct dns_query *q,
    const struct dns_follow *f, const struct dns_entry *e, struct dns_age age)
{
	size_t head = DNS_HEADER + (size_t)q->qlen, i;
	unsigned counts[3] = { 0 }, flags = f->steps[0].a->flags, rcode = rcode_of(f, e);
	struct wr w;

	wr_init(&w, to->out, to->limit - opt_len(q));
	(void)put_head(to, q, flags, rcode);		/* head again */
	(void)wr_room(&w, head);			/* steps over it */
	if (!dns_splice(&w, f, e, age, counts)) {
		head = put_head(to, q, flags | DNS_TC, rcode);
		return put_opt(to, q, head, rcode);
	}
	for (i = 0; i < 3; i++)
		dns_put16(to->out + AT_COUNTS + 2 * i, counts[i]);
	return put_opt(to, q, wr_len(&w), rcode);
}
