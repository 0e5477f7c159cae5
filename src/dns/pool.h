/* Objects of one size, at most so many: taken and given back without an
 * allocation once as many have been in use before. Memory comes in chunks, so
 * that a quiet process does not hold what a flood would need. */
#ifndef DNS_POOL_H
#define DNS_POOL_H

#include <stddef.h>

enum { DNS_POOL_CHUNK = 32, DNS_POOL_CHUNKS = 128 };

struct dns_pool {
	size_t size, max, used;		/* octets of one; bound; ever taken */
	void *chunks[DNS_POOL_CHUNKS];
	void *unused;			/* each begins with a pointer to the next */
};

/* max is cut to DNS_POOL_CHUNK * DNS_POOL_CHUNKS. size: at least a pointer. */
void dns_pool_init(struct dns_pool *p, size_t size, size_t max);
void dns_pool_close(struct dns_pool *p);	/* frees all objects */

/* Contents undefined. NULL at max or when out of memory. */
void *dns_pool_take(struct dns_pool *p);
void dns_pool_give(struct dns_pool *p, void *object);

#endif /* DNS_POOL_H */
