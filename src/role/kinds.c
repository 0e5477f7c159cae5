/* Every kind of job there is; see kinds.h. */
#include "role/kinds.h"

#include <stddef.h>

#include "auth/job_hash.h"
#include "diag/job_run.h"
#include "dns/job_lists.h"
#include "dns/job_zone.h"

const struct jobs_kind role_kinds[] = {
	/* name, listed, cancellable, network, deadline_s, work */
	{ "auth.hash", false, true, false, 20, auth_job_hash },
	{ "blocklist.refresh", true, true, true, 150, dns_job_refresh },
	{ "blocklist.build", false, false, false, 60, dns_job_build },
	{ "zone.read", false, true, false, DNS_JOB_ZONE_S, dns_job_zone },
	{ "diagnosis.run", true, true, true, 60, diag_job_run },
	{ NULL, false, false, false, 0, NULL }
};
