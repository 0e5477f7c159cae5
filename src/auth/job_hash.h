/* The job "auth.hash": one password hash or check in a child process.
 * in: {"op":"hash","password":…} → {"hash":…}
 *     {"op":"verify","password":…,"hash":…} → {"ok":bool,"outdated":bool} */
#ifndef AUTH_JOB_HASH_H
#define AUTH_JOB_HASH_H

#include <jansson.h>

struct err;

int auth_job_hash(const json_t *in, void (*progress)(void *arg, int percent, const char *step),
    void *arg, json_t **result, struct err *e);

#endif /* AUTH_JOB_HASH_H */
