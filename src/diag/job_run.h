/* The job "diagnosis.run": the part of the diagnosis that talks to others.
 * in: {"upstreams":[{"address","port","transport","tls_name"?}]}
 * → {"checks":[…]}, one per upstream: it is asked for the root's name servers over its own transport. */
#ifndef DIAG_JOB_RUN_H
#define DIAG_JOB_RUN_H

#include <jansson.h>

struct conf;
struct err;

/* The input for a configuration. New reference. */
json_t *diag_job_input(const struct conf *c);

/* arg: the authorities to trust (struct io_tls_anchors **, taken over), or NULL: then what needs TLS is "unknown". */
int diag_job_run(const json_t *in, void (*progress)(void *arg, int percent, const char *step),
    void *arg, json_t **result, struct err *e);

#endif /* DIAG_JOB_RUN_H */
