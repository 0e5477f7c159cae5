/* Random bits for queries: ids, ports, letter case (DNL-5). Taken from the
 * kernel in blocks, used once, wiped as they go. */
#ifndef DNS_RANDOM_H
#define DNS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

enum { DNS_RANDOM_BLOCK = 256 };

struct dns_random {
	uint8_t block[DNS_RANDOM_BLOCK];	/* unused octets at the end: left of them */
	size_t left;
};

/* Zeroed is a valid start. A kernel without random bytes ends the process:
 * predictable ids would be worse than no answers. */
uint16_t dns_random_16(struct dns_random *r);
uint64_t dns_random_64(struct dns_random *r);

/* n octets at once, for the keys of hash tables. */
void dns_random_seed(void *p, size_t n);

#endif /* DNS_RANDOM_H */
