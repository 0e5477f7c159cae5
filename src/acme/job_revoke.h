/* The job "cert.revoke": takes back a certificate at its authority (RFC 8555 7.6), by the account that ordered it.
 * in: {"directory", "account_key", "account_url" or null, "certificate": base64 of its DER, "reason": 0 to 10 (RFC 5280
 * 5.3.1), "resolver", "port"} → {}; it was revoked before: success, too. Failures as in job_order.h. */
#ifndef ACME_JOB_REVOKE_H
#define ACME_JOB_REVOKE_H

#include <jansson.h>

struct err;
struct io_tls_client;

int acme_job_revoke(const json_t *in, struct io_tls_client *tls, json_t **result, struct err *e);

#endif /* ACME_JOB_REVOKE_H */
