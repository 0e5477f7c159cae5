/* Random bits; see random.h. */
#include "dns/random.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

void
dns_random_seed(void *p, size_t n)
{
	ssize_t got;

	do
		got = getrandom(p, n, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0 || (size_t)got != n)
		abort();
}

static void
take(struct dns_random *r, void *p, size_t n)
{
	if (r->left < n) {
		dns_random_seed(r->block, sizeof(r->block));
		r->left = sizeof(r->block);
	}
	r->left -= n;
	memcpy(p, r->block + r->left, n);
	memset(r->block + r->left, 0, n);
}

uint16_t
dns_random_16(struct dns_random *r)
{
	uint16_t v;

	take(r, &v, sizeof(v));
	return v;
}

uint64_t
dns_random_64(struct dns_random *r)
{
	uint64_t v;

	take(r, &v, sizeof(v));
	return v;
}
