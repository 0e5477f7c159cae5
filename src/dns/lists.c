/* The names of all block lists; see lists.h. */
#include "dns/lists.h"

#include <string.h>

static const char magic[8] = { 'P', 'I', 'C', 'L', 'I', 'S', 'T', '1' };

struct head {
	char magic[8];
	uint32_t n, zero[13];
	char ids[DNS_LISTS_MAX][DNS_LIST_ID_MAX];
};

_Static_assert(sizeof(struct head) % 64 == 0, "the set's lines stay aligned");

size_t
dns_lists_size(size_t names)
{
	return sizeof(struct head) + dns_nameset_size(names);
}

void *
dns_lists_init(void *p, size_t names, const uint64_t key[2], const char *const ids[], size_t n)
{
	struct head *h = p;
	size_t i, k;

	memcpy(h->magic, magic, sizeof(magic));
	h->n = (uint32_t)n;
	for (i = 0; i < n; i++)
		for (k = 0; k + 1 < DNS_LIST_ID_MAX && ids[i][k] != '\0'; k++)
			h->ids[i][k] = ids[i][k];
	dns_nameset_init(h + 1, names, key);
	return h + 1;
}

bool
dns_lists_open(struct dns_lists *l, const void *p, size_t n)
{
	const struct head *h = p;
	size_t i;

	memset(l, 0, sizeof(*l));
	if ((uintptr_t)p % DNS_NAMESET_ALIGN != 0 || n < sizeof(*h) ||
	    memcmp(h->magic, magic, sizeof(magic)) != 0 || h->n > DNS_LISTS_MAX)
		return false;
	for (i = 0; i < h->n; i++)
		if (memchr(h->ids[i], '\0', DNS_LIST_ID_MAX) == NULL)
			return false;
	if (!dns_nameset_open(&l->set, h + 1, n - sizeof(*h)))
		return false;
	l->ids = (const char (*)[DNS_LIST_ID_MAX])h->ids;
	l->n = h->n;
	return true;
}
