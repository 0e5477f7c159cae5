/* A whole snapshot as an edge opens it: refused, or every part lies within the
 * document and the DNS part where it can be used in place. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include "base/err.h"
#include "role/snapshot.h"
#include "sys/memfd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct snapshot *s, *again;
	int fd = memfd_sealed("fuzz", data, size);
	struct err e;

	if (fd < 0)
		return 0;
	if (snapshot_open(&s, &(struct snapshot_fds){ .fd = fd }, NULL, &e) == 0) {
		assert(s->map_len == size && s->dns_len <= size);
		assert((const uint8_t *)s->dns + s->dns_len == (const uint8_t *)s->map + size);
		assert((uintptr_t)s->dns % 16 == 0);
		assert(s->who.texts + s->who.ntexts <= (const char *)s->dns);
		/* the same document keeps the same certificate */
		assert(snapshot_open(&again, &(struct snapshot_fds){ .fd = fd }, s, &e) == 0 && again->tls == s->tls);
		snapshot_free(s);
		snapshot_free(again);
	}
	(void)close(fd);
	return 0;
}
