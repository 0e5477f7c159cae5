/* Immutable documents handed from core to the roles. */
#ifndef SYS_MEMFD_H
#define SYS_MEMFD_H

#include <stddef.h>

/* A sealed memfd (write, grow, shrink, seal) holding n bytes; the descriptor or -errno. */
int memfd_sealed(const char *name, const void *p, size_t n);

/* Map one read-only after checking that it is sealed; *p is released with memfd_unmap(). 0 or -errno. */
int memfd_map(int fd, size_t max, const void **p, size_t *n);
void memfd_unmap(const void *p, size_t n);

/* A document that another process will write: n zeroed bytes, of fixed size. It maps them with memfd_draft_map();
 * memfd_draft_seal() makes it an immutable one when nobody has them mapped any more. Descriptor, NULL, 0 or -errno. */
int memfd_draft(const char *name, size_t n);
void *memfd_draft_map(int fd, size_t n);
int memfd_draft_seal(int fd);

/* A shared counter page of n bytes, zeroed; both sides map it with memfd_share_map(). */
int memfd_share(const char *name, size_t n);
void *memfd_share_map(int fd, size_t n);	/* NULL on failure */

#endif /* SYS_MEMFD_H */
