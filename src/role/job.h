/* What the work of a job can tell core besides progress and its result. */
#ifndef ROLE_JOB_H
#define ROLE_JOB_H

#include <jansson.h>

/* A fact to be kept (jobs/line.h). Only in the child of a job. */
void job_tell_fact(void *arg, const json_t *fact);

#endif /* ROLE_JOB_H */
