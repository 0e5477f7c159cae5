/* Reading a question that a stranger sent: header, question, EDNS (RFC 1035
 * 4.1, 6891, DNS-16). What is wrong with it decides the answer, or silence. */
#ifndef DNS_QUERY_H
#define DNS_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/cookie.h"
#include "dns/name.h"
#include "dns/table.h"

enum dns_query_kind {
	DNS_QUERY_SILENT,	/* an answer (QR=1) or no header: never replied to */
	DNS_QUERY_WRONG,	/* reply with rcode, and the question if qlen is not 0 */
	DNS_QUERY_ASK		/* a question of class IN for an ordinary type */
};

struct dns_query {
	const uint8_t *in;	/* the message; borrowed */
	uint16_t in_len;
	uint16_t qlen;		/* octets of the question, 0 = unreadable */
	uint16_t type;
	uint16_t payload;	/* UDP octets the asker takes, at least 512 */
	uint8_t rcode;		/* of DNS_QUERY_WRONG, may be DNS_BADVERS */
	bool rd, cd;
	bool edns, dnssec_ok;
	bool keepalive;		/* asked for the TCP idle time (RFC 7828) */
	bool padded;		/* the asker hides the length of what it asks (RFC 7830) */
	bool tsig;		/* somebody signed it: dns_xfr_answer() */
	uint8_t cookie_len;	/* 0 = none; DNS_COOKIE_CLIENT: the asker's part alone; DNS_COOKIE_FULL */
	uint8_t cookie[DNS_COOKIE_FULL];	/* a full one goes into the answer: dns_cookie_renew() before that */
	struct dns_key key;	/* name points into this struct */
	uint8_t name[DNS_NAME_ROOM];
};

/* Judge the n octets at p, at most 65,535. Names with compression pointers,
 * records beside one OPT and TSIG or SOA, trailing octets, cookies of a length
 * that no cookie has: FORMERR. */
enum dns_query_kind dns_query_read(struct dns_query *q, const uint8_t *p, size_t n);

/* The same question from a copy of its header and question; for answers that
 * come later. dst keeps pointing to head, of at least DNS_QUERY_HEAD octets. */
enum { DNS_QUERY_HEAD = 12 + DNS_NAME_MAX + 4 };
void dns_query_keep(struct dns_query *dst, uint8_t head[DNS_QUERY_HEAD],
    const struct dns_query *src);

/* Write a question as a client would: RD=1, EDNS with the given DO bit. name in
 * wire form. The length, 0 if it does not fit. */
size_t dns_query_write(uint8_t *p, size_t max, const uint8_t *name, size_t namelen,
    uint16_t type, bool dnssec_ok);

#endif /* DNS_QUERY_H */
