/* Objects of one size; see pool.h. */
#include "dns/pool.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void
dns_pool_init(struct dns_pool *p, size_t size, size_t max)
{
	static const size_t most = (size_t)DNS_POOL_CHUNK * DNS_POOL_CHUNKS;

	memset(p, 0, sizeof(*p));
	p->size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	p->max = max < most ? max : most;
}

void
dns_pool_close(struct dns_pool *p)
{
	size_t i;

	for (i = 0; i < DNS_POOL_CHUNKS; i++)
		free(p->chunks[i]);
	memset(p, 0, sizeof(*p));
}

void *
dns_pool_take(struct dns_pool *p)
{
	void *object = p->unused, **chunk;

	if (object != NULL) {
		memcpy(&p->unused, object, sizeof(p->unused));
		return object;
	}
	if (p->used == p->max)
		return NULL;
	chunk = &p->chunks[p->used / DNS_POOL_CHUNK];
	if (*chunk == NULL)
		*chunk = malloc(p->size * DNS_POOL_CHUNK);
	if (*chunk == NULL)
		return NULL;
	return (uint8_t *)*chunk + p->size * (p->used++ % DNS_POOL_CHUNK);
}

void
dns_pool_give(struct dns_pool *p, void *object)
{
	memcpy(object, &p->unused, sizeof(p->unused));
	p->unused = object;
}
