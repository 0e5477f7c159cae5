/* Messages of zone transfer; see xfr_message.h. */
#include "dns/xfr_message.h"

#include <string.h>

#include "base/wr.h"
#include "dns/query.h"
#include "dns/transfer.h"
#include "dns/wire.h"

enum {
	AT_FLAGS = 2, AT_FLAGS2 = 3, AT_ANCOUNT = 6, AT_ARCOUNT = 10,
	OUR_SIZE = 1232		/* EDNS: what we take */
};

void
dns_xfr_head(struct wr *w, const struct dns_query *q, unsigned flags, unsigned rcode)
{
	uint8_t *h = wr_room(w, DNS_HEADER + (size_t)q->qlen);

	if (h == NULL)
		return;
	memcpy(h, q->in, DNS_HEADER + (size_t)q->qlen);
	h[AT_FLAGS] = (uint8_t)(DNS_QR | (q->in[AT_FLAGS] & DNS_RD) | flags);
	h[AT_FLAGS2] = (uint8_t)rcode;
	memset(h + AT_ANCOUNT, 0, DNS_HEADER - AT_ANCOUNT);
}

bool
dns_xfr_record(struct wr *w, const struct dns_transfer_zone *z, const uint8_t *record, size_t n, size_t max)
{
	unsigned labels;
	size_t namelen = dns_name_scan(record, n, &labels), left = namelen - z->namelen;

	if (wr_len(w) + left + 2 + n - namelen > max)
		return false;
	wr_bytes(w, record, left);
	wr_be16(w, DNS_POINTER << 8 | DNS_HEADER);
	wr_bytes(w, record + namelen, n - namelen);
	return wr_ok(w);
}

static void
write_opt(struct wr *w, const struct dns_query *q)
{
	if (!q->edns)
		return;
	wr_u8(w, 0);
	wr_be16(w, DNS_OPT);
	wr_be16(w, OUR_SIZE);
	wr_be32(w, q->dnssec_ok ? DNS_DO << 8 : 0);
	wr_be16(w, 0);
}

size_t
dns_xfr_finish(struct wr *w, const struct dns_query *q, unsigned answers, struct dns_tsig_session *s, int64_t now_s)
{
	write_opt(w, q);
	if (!wr_ok(w))
		return 0;
	dns_put16(w->start + AT_ANCOUNT, answers);
	dns_put16(w->start + AT_ARCOUNT, q->edns);
	if (s == NULL)
		return wr_len(w);
	return dns_tsig_sign(s, w->start, wr_len(w), (size_t)(w->end - w->start), now_s);
}
