/* The jobs of certificates that an ACME authority gives (acme/job_order.h, acme/job_window.h, acme/job_revoke.h), joined to
 * the providers that can set the DNS record of a challenge. */
#ifndef ROLE_CERT_JOB_H
#define ROLE_CERT_JOB_H

#include <jansson.h>

struct err;

int cert_job_order(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg,
    json_t **result, struct err *e);
int cert_job_window(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg,
    json_t **result, struct err *e);
int cert_job_revoke(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg,
    json_t **result, struct err *e);

/* The job "cert.key": an RSA key (ca/rsa.h), which takes too long for core. {} → {"key": hex of its DER}. */
int cert_job_key(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg,
    json_t **result, struct err *e);

#endif /* ROLE_CERT_JOB_H */
