/* See heap.h. Under the sanitizers there is another allocator, and nothing to do. */
#include "base/heap.h"

#include <stdbool.h>
#include <stddef.h>

extern void mi_collect(bool force) __attribute__((weak));	/* mimalloc.h */

void
heap_rest(void)
{
	if (mi_collect != NULL)
		mi_collect(true);
}
