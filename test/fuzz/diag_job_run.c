/* Answers of upstreams in the diagnosis: only what carries the question's id
 * and is an answer counts. The reader is static, so its file is included. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "diag/job_run.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct question q = { .id = 0x1234 };
	int r = answer_read(&q, data, size);

	assert(r >= -1 && r <= 15);
	if (r >= 0)
		assert(size >= 12 && data[0] == 0x12 && data[1] == 0x34 && (data[2] & 0x80));
	return 0;
}
