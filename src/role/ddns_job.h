/* The jobs of ddns/job.h as rows of role/kinds.c take them: linear code in the
 * child, whose facts go to standard output. */
#ifndef ROLE_DDNS_JOB_H
#define ROLE_DDNS_JOB_H

#include "jobs/jobs.h"

jobs_work ddns_work_find, ddns_work_update, ddns_work_register, ddns_work_check, ddns_work_release;

#endif /* ROLE_DDNS_JOB_H */
