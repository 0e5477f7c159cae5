/* The job "cert.window": asks the authority when it suggests to renew (RFC 9773 4).
 * in: {"directory", "id": acme_window_id(), "resolver", "port"} → {"window": {"start","end","again"} or null}, null:
 * this authority does not say; ask again after a day. */
#ifndef ACME_JOB_WINDOW_H
#define ACME_JOB_WINDOW_H

#include <jansson.h>

struct acme_client;
struct acme_window;
struct err;
struct io_tls_client;

int acme_job_window(const json_t *in, struct io_tls_client *tls, json_t **result, struct err *e);

/* 1 with *out; 0: this authority does not say; a negative errno with e. */
int acme_window_ask(struct acme_client *c, const char *id, struct acme_window *out, struct err *e);

/* As facts and results have it; w NULL: null. New reference. */
json_t *acme_window_json(const struct acme_window *w);

#endif /* ACME_JOB_WINDOW_H */
