/* Answers to a job's own questions for addresses: never more of them than there
 * is room for, each of the type that was asked. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "io/resolve.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t q[IO_RESOLVE_QUERY_MAX], *p;
	struct addr out[3];
	size_t n = io_resolve_query(q, 0x1234, "a.example", 1);
	int found, i;

	assert(n == 27);
	p = malloc(n + size + 1);
	if (p == NULL)
		return 0;
	memcpy(p, q, n);	/* the question is ours: what follows it, and the head but for its id, is the stranger's */
	if (size >= 10) {
		memcpy(p + 2, data, 10);
		data += 10;
		size -= 10;
	}
	memcpy(p + n, data, size);
	found = io_resolve_answer(q, n, p, n + size, out, 3);
	assert(found <= 3);
	for (i = 0; i < found; i++)
		assert(out[i].len == 4);
	free(p);
	return 0;
}
