/* Every kind of job there is; see kinds.h. */
#include "role/kinds.h"

#include <stddef.h>

#include "auth/job_hash.h"
#include "diag/job_run.h"

const struct jobs_kind role_kinds[] = {
	/* name, listed, cancellable, network, deadline_s, work */
	{ "auth.hash", false, true, false, 20, auth_job_hash },
	{ "diagnosis.run", true, true, true, 60, diag_job_run },
	{ NULL, false, false, false, 0, NULL }
};
