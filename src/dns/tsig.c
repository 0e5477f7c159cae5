/* Transaction signatures; see tsig.h. */
#include "dns/tsig.h"

#include <string.h>

#include <sodium.h>

#include "base/rd.h"
#include "base/wr.h"
#include "dns/wire.h"

enum {
	AT_ID = 0, AT_COUNTS = 4, AT_ARCOUNT = 10,
	CLASS_ANY = 255,
	MAC_LEAST = 10,		/* 5.2.2.1: never shorter, nor than half of the output */
	TIMES = 8,		/* time signed and fudge */
	TIME_LEN = 6
};

static const struct {
	const uint8_t *wire;
	uint8_t len, maclen;
} algorithms[DNS_TSIG_ALGORITHMS] = {
	[DNS_TSIG_SHA256] = { (const uint8_t *)"\13hmac-sha256", 13, 32 },
	[DNS_TSIG_SHA512] = { (const uint8_t *)"\13hmac-sha512", 13, 64 }
};

void
dns_tsig_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

/* --- reading ------------------------------------------------------------------- */

static void
skip_name(struct rd *r)
{
	uint8_t n;

	do {
		n = rd_u8(r);
		if ((n & DNS_POINTER) == DNS_POINTER) {
			rd_skip(r, 1);
			return;
		}
		if (n > DNS_LABEL_MAX)
			(void)rd_fail(r);	/* sticky */
		rd_skip(r, n);
	} while (n != 0);
}

/* The type of the record at the cursor, which then stands behind it. */
static unsigned
skip_record(struct rd *r)
{
	unsigned type;

	skip_name(r);
	type = rd_be16(r);
	rd_skip(r, DNS_RR_FIXED - 4);
	rd_skip(r, rd_be16(r));
	return type;
}

/* A key's or an algorithm's name. Nobody compresses these, and an error echoes
 * them: so they come out no longer than they came in. */
static uint8_t
read_name(struct rd *r, uint8_t out[DNS_NAME_ROOM])
{
	unsigned labels;
	size_t n = dns_name_scan(r->p, rd_left(r), &labels);

	if (n == 0)
		return (uint8_t)rd_fail(r);
	(void)dns_name_lower(out, r->p, n);	/* its hash is not needed */
	rd_skip(r, n);
	return (uint8_t)n;
}

static uint64_t
read_time(struct rd *r)
{
	uint64_t high = rd_be16(r);

	return high << 32 | rd_be32(r);
}

/* RFC 8945 4.2 */
static bool
read_tsig(struct dns_tsig *t, struct rd *r)
{
	size_t rdlen, start;

	t->at = rd_pos(r);
	t->namelen = read_name(r, t->name);
	if (rd_be16(r) != DNS_TSIG || rd_be16(r) != CLASS_ANY || rd_be32(r) != 0)
		return rd_fail(r);
	rdlen = rd_be16(r);
	start = rd_pos(r);
	t->algorithmlen = read_name(r, t->algorithm);
	t->time_s = read_time(r);
	t->fudge = rd_be16(r);
	t->maclen = rd_be16(r);
	t->mac = rd_bytes(r, t->maclen);
	t->id = rd_be16(r);
	t->error = rd_be16(r);
	t->otherlen = rd_be16(r);
	t->other = rd_bytes(r, t->otherlen);
	return rd_ok(r) && rd_pos(r) - start == rdlen && rd_left(r) == 0;
}

enum dns_tsig_found
dns_tsig_find(struct dns_tsig *t, const uint8_t *msg, size_t n)
{
	unsigned questions, records, extra, i;
	struct rd r, last;

	if (n < DNS_HEADER)
		return DNS_TSIG_BAD;
	questions = dns_get16(msg + AT_COUNTS);
	extra = dns_get16(msg + AT_ARCOUNT);
	records = dns_get16(msg + AT_COUNTS + 2) + dns_get16(msg + AT_COUNTS + 4) + extra;
	rd_init(&r, msg, n);
	rd_skip(&r, DNS_HEADER);
	for (i = 0; i < questions && rd_ok(&r); i++) {
		skip_name(&r);
		rd_skip(&r, 4);
	}
	for (i = 0; i < records && rd_ok(&r); i++) {
		last = r;
		if (skip_record(&r) != DNS_TSIG || !rd_ok(&r))
			continue;
		return extra > 0 && i + 1 == records && read_tsig(t, &last) ? DNS_TSIG_FOUND : DNS_TSIG_BAD;
	}
	return rd_ok(&r) ? DNS_TSIG_NONE : DNS_TSIG_BAD;
}

bool
dns_tsig_names(const struct dns_tsig *t, const struct dns_tsig_key *key)
{
	return t->namelen == key->namelen && memcmp(t->name, key->name, key->namelen) == 0 &&
	    t->algorithmlen == algorithms[key->algorithm].len &&
	    memcmp(t->algorithm, algorithms[key->algorithm].wire, t->algorithmlen) == 0;
}

/* --- the digest ------------------------------------------------------------------ */

struct hmac {
	uint8_t algorithm;
	union {
		crypto_auth_hmacsha256_state sha256;
		crypto_auth_hmacsha512_state sha512;
	} s;
};

/* libsodium's results here are always 0. */
static void
hmac_start(struct hmac *h, const struct dns_tsig_key *key)
{
	h->algorithm = key->algorithm;
	if (h->algorithm == DNS_TSIG_SHA256)
		(void)crypto_auth_hmacsha256_init(&h->s.sha256, key->secret, key->secretlen);
	else
		(void)crypto_auth_hmacsha512_init(&h->s.sha512, key->secret, key->secretlen);
}

static void
hmac_add(struct hmac *h, const void *p, size_t n)
{
	if (n == 0)
		return;
	if (h->algorithm == DNS_TSIG_SHA256)
		(void)crypto_auth_hmacsha256_update(&h->s.sha256, p, n);
	else
		(void)crypto_auth_hmacsha512_update(&h->s.sha512, p, n);
}

static void
hmac_end(struct hmac *h, uint8_t mac[DNS_TSIG_MAC_MAX])
{
	if (h->algorithm == DNS_TSIG_SHA256)
		(void)crypto_auth_hmacsha256_final(&h->s.sha256, mac);
	else
		(void)crypto_auth_hmacsha512_final(&h->s.sha512, mac);
	sodium_memzero(h, sizeof(*h));
}

/* What a signature says beside its MAC. */
struct said {
	uint64_t time_s;
	uint16_t fudge, id, error, otherlen;
	const uint8_t *other;
};

static void
put_time(uint8_t *p, uint64_t s)
{
	dns_put16(p, (unsigned)(s >> 32) & 0xffff);
	dns_put32(p + 2, (uint32_t)s);
}

/* 4.3.3: the variables; of a later message of one answer the times only (5.3.1). */
static void
add_variables(struct hmac *h, const struct dns_tsig_session *s, const struct said *v)
{
	uint8_t head[6] = { 0, CLASS_ANY }, times[TIMES], tail[4];

	put_time(times, v->time_s);
	dns_put16(times + TIME_LEN, v->fudge);
	if (!s->later) {
		hmac_add(h, s->key->name, s->key->namelen);
		hmac_add(h, head, sizeof(head));
		hmac_add(h, algorithms[s->key->algorithm].wire, algorithms[s->key->algorithm].len);
	}
	hmac_add(h, times, sizeof(times));
	if (s->later)
		return;
	dns_put16(tail, v->error);
	dns_put16(tail + 2, v->otherlen);
	hmac_add(h, tail, sizeof(tail));
	hmac_add(h, v->other, v->otherlen);
}

/* The MAC over the first n octets of msg, which are the message without its
 * signature; arcount counts none. */
static void
digest(const struct dns_tsig_session *s, const struct said *v, const uint8_t *msg, size_t n, unsigned arcount,
    uint8_t mac[DNS_TSIG_MAC_MAX])
{
	uint8_t head[DNS_HEADER], len[2];
	struct hmac h;

	hmac_start(&h, s->key);
	if (s->maclen > 0) {
		dns_put16(len, s->maclen);
		hmac_add(&h, len, sizeof(len));
		hmac_add(&h, s->mac, s->maclen);
	}
	memcpy(head, msg, sizeof(head));
	dns_put16(head + AT_ID, v->id);
	dns_put16(head + AT_ARCOUNT, arcount);
	hmac_add(&h, head, sizeof(head));
	hmac_add(&h, msg + DNS_HEADER, n - DNS_HEADER);
	add_variables(&h, s, v);
	hmac_end(&h, mac);
}

/* --- judging ------------------------------------------------------------------------ */

static bool
is_in_time(const struct dns_tsig *t, int64_t now_s)
{
	uint64_t now = now_s < 0 ? 0 : (uint64_t)now_s;
	uint64_t off = now > t->time_s ? now - t->time_s : t->time_s - now;

	return off <= (t->fudge < DNS_TSIG_FUDGE_S ? t->fudge : DNS_TSIG_FUDGE_S);
}

static unsigned
judge(struct dns_tsig_session *s, const struct dns_tsig *t, const uint8_t *msg, int64_t now_s)
{
	const struct said v = { t->time_s, t->fudge, t->id, t->error, t->otherlen, t->other };
	uint8_t mac[DNS_TSIG_MAC_MAX];
	size_t full;
	bool same;

	if (s->key == NULL || !dns_tsig_names(t, s->key))
		return DNS_BADKEY;
	full = algorithms[s->key->algorithm].maclen;
	if (t->maclen > full || t->maclen < MAC_LEAST || t->maclen < full / 2)
		return DNS_FORMERR;
	digest(s, &v, msg, t->at, dns_get16(msg + AT_ARCOUNT) - 1, mac);
	same = sodium_memcmp(mac, t->mac, t->maclen) == 0;
	sodium_memzero(mac, sizeof(mac));
	if (!same)
		return DNS_BADSIG;
	memcpy(s->mac, t->mac, t->maclen);
	s->maclen = (uint8_t)t->maclen;
	if (!is_in_time(t, now_s))
		return DNS_BADTIME;
	return t->maclen < full ? DNS_BADTRUNC : 0;
}

unsigned
dns_tsig_check(struct dns_tsig_session *s, const struct dns_tsig *t, const uint8_t *msg, int64_t now_s)
{
	unsigned error = judge(s, t, msg, now_s);

	s->error = (uint16_t)error;
	return error;
}

/* --- signing ----------------------------------------------------------------------- */

static bool
is_unsigned(const struct dns_tsig_session *s)
{
	return s->error == DNS_BADKEY || s->error == DNS_BADSIG;
}

static void
write_tsig(struct wr *w, const struct dns_tsig_session *s, const struct said *v, const uint8_t *mac, size_t maclen)
{
	const struct dns_tsig *echo = is_unsigned(s) ? s->asked : NULL;
	uint8_t time[TIME_LEN];
	size_t mark;

	put_time(time, v->time_s);
	wr_bytes(w, echo != NULL ? echo->name : s->key->name, echo != NULL ? echo->namelen : s->key->namelen);
	wr_be16(w, DNS_TSIG);
	wr_be16(w, CLASS_ANY);
	wr_be32(w, 0);
	mark = wr_mark16(w);
	if (echo != NULL)
		wr_bytes(w, echo->algorithm, echo->algorithmlen);
	else
		wr_bytes(w, algorithms[s->key->algorithm].wire, algorithms[s->key->algorithm].len);
	wr_bytes(w, time, sizeof(time));
	wr_be16(w, v->fudge);
	wr_be16(w, (uint16_t)maclen);
	wr_bytes(w, mac, maclen);
	wr_be16(w, v->id);
	wr_be16(w, v->error);
	wr_be16(w, v->otherlen);
	wr_bytes(w, v->other, v->otherlen);
	wr_patch16(w, mark);
}

size_t
dns_tsig_sign(struct dns_tsig_session *s, uint8_t *msg, size_t n, size_t max, int64_t now_s)
{
	uint8_t mac[DNS_TSIG_MAC_MAX], other[TIME_LEN];
	struct said v = { (uint64_t)now_s, DNS_TSIG_FUDGE_S, (uint16_t)dns_get16(msg + AT_ID), s->error, 0, other };
	unsigned arcount = dns_get16(msg + AT_ARCOUNT);
	size_t maclen = 0;
	struct wr w;

	if (s->error == DNS_BADTIME && s->asked != NULL) {	/* 5.2.3: his time, and ours beside it */
		put_time(other, (uint64_t)now_s);
		v.otherlen = sizeof(other);
		v.time_s = s->asked->time_s;
	}
	if (!is_unsigned(s)) {
		digest(s, &v, msg, n, arcount, mac);
		maclen = algorithms[s->key->algorithm].maclen;
	}
	wr_init(&w, msg + n, max - n);
	write_tsig(&w, s, &v, mac, maclen);
	if (!wr_ok(&w))
		return 0;
	dns_put16(msg + AT_ARCOUNT, arcount + 1);
	memcpy(s->mac, mac, maclen);
	s->maclen = (uint8_t)maclen;
	s->later = s->server;
	s->asked = NULL;
	return n + wr_len(&w);
}
