/* Lines of a job child that somebody took over: whatever is accepted can be
 * written as such a line and means the same again. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "jobs/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *
write_again(const struct jobs_line *l)
{
	switch (l->type) {
	case JOBS_LINE_PROGRESS:
		return jobs_line_progress(l->percent, l->step);
	case JOBS_LINE_FACT:
		return jobs_line_fact(l->result);
	case JOBS_LINE_RESULT:
		return jobs_line_result(l->result);
	default:
		return jobs_line_error(&l->error);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jobs_line a, b;
	char *text;

	if (jobs_line_read((const char *)data, size, &a)) {
		assert(a.percent >= -1 && a.percent <= 100);
		assert(a.error.nfields <= ERR_FIELDS_MAX);
		text = write_again(&a);
		if (text != NULL) {
			assert(jobs_line_read(text, strlen(text) - 1, &b));
			assert(a.type == b.type && a.percent == b.percent && strcmp(a.step, b.step) == 0);
			assert(a.error.kind == b.error.kind && strcmp(a.error.detail, b.error.detail) == 0);
			jobs_line_clear(&b);
		}
		free(text);
	}
	jobs_line_clear(&a);
	return 0;
}
