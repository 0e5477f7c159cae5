/* Adding up the edges' counters; see stats.h. */
#include "role/stats.h"

#include <stddef.h>
#include <string.h>

_Static_assert(sizeof(struct edge_stats) % sizeof(uint64_t) == 0,
    "edge_stats holds nothing but 64-bit counters");

void
edge_stats_add(struct edge_stats *sum, const struct edge_stats *one)
{
	uint64_t a[sizeof(*sum) / sizeof(uint64_t)], b[sizeof(*sum) / sizeof(uint64_t)];
	size_t i;

	memcpy(a, sum, sizeof(*sum));
	memcpy(b, one, sizeof(*one));
	for (i = 0; i < sizeof(a) / sizeof(a[0]); i++)
		a[i] += b[i];
	memcpy(sum, a, sizeof(*sum));
}
