/* Messages of zone transfer being written: one answer to a signed question, or
 * one of many. Pure. */
#ifndef DNS_XFR_MESSAGE_H
#define DNS_XFR_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dns_query;
struct dns_transfer_zone;
struct dns_tsig_session;
struct wr;

/* Header and question of q as they were asked. w is empty. */
void dns_xfr_head(struct wr *w, const struct dns_query *q, unsigned flags, unsigned rcode);

/* A record, n octets in wire form, of the zone that was asked for: its name ends
 * in a pointer to the question. False: the message would have more than max
 * octets, nothing was written. */
bool dns_xfr_record(struct wr *w, const struct dns_transfer_zone *z, const uint8_t *record, size_t n, size_t max);

/* Number of answers, OPT if he sent one, signature of s (NULL: none). The length, 0: it does not fit. */
size_t dns_xfr_finish(struct wr *w, const struct dns_query *q, unsigned answers, struct dns_tsig_session *s,
    int64_t now_s);

#endif /* DNS_XFR_MESSAGE_H */
