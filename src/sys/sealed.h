/* A piece of memory that nobody writes to any more and that other processes map, too (memfd.h), with its users counted. Who
 * has it already needs no other copy. */
#ifndef SYS_SEALED_H
#define SYS_SEALED_H

#include <stddef.h>
#include <stdint.h>

struct sealed {
	const void *p;
	size_t n;
	int fd;			/* -1: it came from another process */
	unsigned refs;
	uint64_t id;		/* of those that one process hands out; 0: this one was not yet */
};

enum { SEALED_LIST_MAX = 12 };

struct sealed_list {
	size_t n;
	struct sealed *v[SEALED_LIST_MAX];	/* counted */
};

/* A copy of the n octets at p. 0, or -errno (no memory, no descriptor) with *out NULL. */
int sealed_new(struct sealed **out, const char *name, const void *p, size_t n);

/* What another process made, of at most max octets; fd is left open. NULL: it is no such thing, or no memory. */
struct sealed *sealed_open(int fd, uint64_t id, size_t max);

struct sealed *sealed_ref(struct sealed *s);
void sealed_unref(struct sealed *s);		/* NULL is allowed */

/* The number that s has in the list from now on; SEALED_LIST_MAX: it is full. */
size_t sealed_list_add(struct sealed_list *l, struct sealed *s);
void sealed_list_clear(struct sealed_list *l);

/* The one with that id; NULL: it is not there. */
struct sealed *sealed_list_find(const struct sealed_list *l, uint64_t id);

#endif /* SYS_SEALED_H */
