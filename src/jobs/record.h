/* A listed job as the JSON object of data.md 6.2: made, changed, read back
 * from state/jobs.json. */
#ifndef JOBS_RECORD_H
#define JOBS_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

struct err;

/* state "queued"; object and actor may be NULL. NULL when out of memory. */
json_t *jobs_record_new(const char *kind, const char *object, const char *actor, int64_t now);

/* Is this an object with all members of a job, of the right types? */
bool jobs_record_valid(const json_t *j);

const char *jobs_record_text(const json_t *j, const char *key);		/* NULL: null */
int64_t jobs_record_time(const json_t *j, const char *key);		/* 0: null */
bool jobs_record_is_active(const json_t *j);				/* queued, running, waiting */

/* percent -1, step "" = as before. True when something changed. */
bool jobs_record_progress(json_t *j, int percent, const char *step);

void jobs_record_start(json_t *j, int64_t now);

/* Ended: "succeeded" with result (borrowed, may be NULL), or "failed" or "cancelled" with why. */
void jobs_record_succeed(json_t *j, const json_t *result, int64_t now);
void jobs_record_fail(json_t *j, const char *state, const char *why, int64_t now);

#endif /* JOBS_RECORD_H */
