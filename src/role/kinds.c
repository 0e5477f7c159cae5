/* Every kind of job there is; see kinds.h. */
#include "role/kinds.h"

#include <stddef.h>

#include "acme/job_order.h"
#include "auth/job_hash.h"
#include "ddns/job.h"
#include "diag/job_run.h"
#include "dns/job_lists.h"
#include "dns/job_zone.h"
#include "role/cert_job.h"
#include "role/ddns_job.h"

const struct jobs_kind role_kinds[] = {
	/* name, listed, cancellable, network, deadline_s, work */
	{ "auth.hash", false, true, false, 20, auth_job_hash },
	{ "blocklist.refresh", true, true, true, 150, dns_job_refresh },
	{ "blocklist.build", false, false, false, 60, dns_job_build },
	{ "zone.read", false, true, false, DNS_JOB_ZONE_S, dns_job_zone },
	{ "diagnosis.run", true, true, true, 60, diag_job_run },
	{ "cert.issue", true, false, true, ACME_JOB_ORDER_S, cert_job_order },
	{ "cert.renew", true, false, true, ACME_JOB_ORDER_S, cert_job_order },
	{ "cert.key", false, true, false, 60, cert_job_key },
	{ "cert.window", false, true, true, 90, cert_job_window },
	{ "cert.revoke", true, false, true, 180, cert_job_revoke },
	{ "ddns.find", false, true, true, DDNS_JOB_S, ddns_work_find },
	{ "ddns.update", true, true, true, DDNS_JOB_S, ddns_work_update },
	{ "ddns.register", true, false, true, DDNS_JOB_S, ddns_work_register },
	{ "ddns.claim", false, true, true, DDNS_CLAIM_S, ddns_work_register },
	{ "ddns.check", false, true, true, DDNS_CLAIM_S, ddns_work_check },
	{ "ddns.release", false, true, true, DDNS_JOB_S, ddns_work_release },
	{ NULL, false, false, false, 0, NULL }
};
