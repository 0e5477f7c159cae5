/* Every kind of job there is; core and the child read the same table. */
#ifndef ROLE_KINDS_H
#define ROLE_KINDS_H

#include "jobs/jobs.h"

extern const struct jobs_kind role_kinds[];	/* ended by name NULL */

#endif /* ROLE_KINDS_H */
