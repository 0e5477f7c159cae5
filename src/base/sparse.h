/* Large tables and buffers of which little is used cost what is used of them
 * (P7): a page takes memory at the first write to it. calloc() does not promise
 * that: the allocator of our binary writes all that it hands out. */
#ifndef BASE_SPARSE_H
#define BASE_SPARSE_H

#include <stddef.h>

/* size zeroed octets, on pages of their own, for sparse_free(); NULL when out of memory. size > 0. */
void *sparse_new(size_t size);

/* Give the pages back to the kernel, which lets nobody else see what was in them.
 * size as it was made; p NULL is allowed. */
void sparse_free(void *p, size_t size);

/* size octets of which the first head are zero, for free(): behind them is a buffer
 * that is written before it is read: the end of a structure, or what is declared after it is not zero. NULL when out of
 * memory. */
void *sparse_head(size_t size, size_t head);

#endif /* BASE_SPARSE_H */
