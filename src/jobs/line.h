/* The lines that a job child writes: {"progress":40,"step":"…"} and {"fact":{…}},
 * which is to be kept whatever becomes of the job; then one {"result":{…}} or
 * {"error":{"kind","detail","retry_after","errors":[…]}}. */
#ifndef JOBS_LINE_H
#define JOBS_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/err.h"

enum { JOBS_STEP_MAX = 200, JOBS_LINE_MAX = 60 << 10 };

enum jobs_line_type { JOBS_LINE_PROGRESS, JOBS_LINE_FACT, JOBS_LINE_RESULT, JOBS_LINE_ERROR };

struct jobs_line {
	enum jobs_line_type type;
	int percent;			/* 0–100, -1 = not said */
	char step[JOBS_STEP_MAX + 1];	/* "" = not said */
	json_t *result;			/* or the fact, an object; owned; NULL = {} */
	struct err error;
};

/* Core side. False: not such a line (the child is not to be believed any further). */
bool jobs_line_read(const char *p, size_t n, struct jobs_line *out);
void jobs_line_clear(struct jobs_line *l);

/* Child side: malloc'd text with its newline, NULL when out of memory or longer than JOBS_LINE_MAX. */
char *jobs_line_progress(int percent, const char *step);
char *jobs_line_fact(const json_t *fact);
char *jobs_line_result(const json_t *result);
char *jobs_line_error(const struct err *e);

#endif /* JOBS_LINE_H */
