/* How often one client is answered (NTP-2): once in two seconds, sixteen times
 * at once; the first question beyond gets a kiss of death, further ones
 * nothing. An IPv4 address or an IPv6 /64 is a client; when many collide the one
 * unseen for longest is forgotten (base/clients). */
#ifndef NTP_LIMIT_H
#define NTP_LIMIT_H

#include <stdint.h>

struct addr;
struct ntp_limit;

enum { NTP_LIMIT_CLIENTS = 10000, NTP_LIMIT_EVERY_MS = 2000, NTP_LIMIT_BURST = 16 };

enum ntp_limit_verdict { NTP_LIMIT_GO, NTP_LIMIT_KISS, NTP_LIMIT_DROP };

/* seed: unpredictable, or strangers choose who collides. NULL when out of memory. */
struct ntp_limit *ntp_limit_new(const uint64_t seed[2]);
void ntp_limit_free(struct ntp_limit *l);	/* NULL is allowed */

/* One question of the client. now_ms: of a clock that only goes on. */
enum ntp_limit_verdict ntp_limit_take(struct ntp_limit *l, const struct addr *client, uint64_t now_ms);

/* Clients that asked within the last hour, at most NTP_LIMIT_CLIENTS. */
unsigned ntp_limit_clients(const struct ntp_limit *l, uint64_t now_ms);

#endif /* NTP_LIMIT_H */
