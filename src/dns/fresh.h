/* How long an answer may be kept by who reads it as a whole: caches of HTTP (RFC 8484 5.1). */
#ifndef DNS_FRESH_H
#define DNS_FRESH_H

#include <stddef.h>
#include <stdint.h>

/* Seconds: the lowest TTL of the answer section; without one, what the SOA says of the name's absence (RFC
 * 2308 5). 0 for errors, for cut answers, and for what does not parse. */
uint32_t dns_fresh_s(const uint8_t *msg, size_t n);

#endif /* DNS_FRESH_H */
