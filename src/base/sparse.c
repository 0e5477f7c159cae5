/* Zeroed pages on demand; see sparse.h. */
#include "base/sparse.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void *
sparse_new(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	(void)madvise(p, size, MADV_NOHUGEPAGE);	/* else one write may take 2 MiB */
	return p;
}

void
sparse_free(void *p, size_t size)
{
	const int error = p == NULL ? 0 : munmap(p, size);

	assert(error == 0);	/* else it is none of ours */
	(void)error;
}

void *
sparse_head(size_t size, size_t head)
{
	void *p = malloc(size);

	return p == NULL ? NULL : memset(p, 0, head);
}
