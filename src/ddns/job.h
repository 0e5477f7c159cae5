/* The jobs of dynamic DNS, linear code in a child. Each takes one document; role/ makes it and connects facts.
 *
 * in, of all: "provider": as ddns_account_read() has it; "resolver", "port": the name service that is asked
 *
 * ddns.find: "uplink": address or null, "uplink6": likewise; "ipv4", "ipv6": true where one is wanted; "sources": [URL]
 *   → {"ip": text or null, "ip6": text or null}; ERR_REMOTE: nothing can be said (DDN-2)
 * ddns.update: as ddns.find; or "ip", "ip6" as that has found them → the same, after the provider was told; "told_ip",
 *   "told_ip6": what it was told last, withdrawn if there is none of that kind any more
 *   A token that is refused is replaced by one registration, then it is tried once more, never again (TIM-5): ERR_FORBIDDEN.
 * ddns.register, ddns.claim: as ddns.update; a name that is taken is ERR_CONFLICT
 * ddns.check: "label" → {"available": bool}
 * ddns.release → {}
 *
 * Facts: {"token", "name": the label, "base"}, the moment a registration gave it, before anything else. */
#ifndef DDNS_JOB_H
#define DDNS_JOB_H

#include <jansson.h>

struct err;
struct io_tls_anchors;

enum { DDNS_JOB_S = 300, DDNS_CLAIM_S = 20, DDNS_SOURCE_S = 10 };

struct ddns_job {
	const json_t *in;
	struct io_tls_anchors **trust;	/* taken over, leaving NULL */
	void (*progress)(void *arg, int percent, const char *step);
	void (*fact)(void *arg, const json_t *fact);
	void *arg;			/* of both */
};

/* 0 with *result, or a negative errno with e, of the kinds of provider.h. */
int ddns_job_find(const struct ddns_job *job, json_t **result, struct err *e);
int ddns_job_update(const struct ddns_job *job, json_t **result, struct err *e);
int ddns_job_register(const struct ddns_job *job, json_t **result, struct err *e);
int ddns_job_check(const struct ddns_job *job, json_t **result, struct err *e);
int ddns_job_release(const struct ddns_job *job, json_t **result, struct err *e);

#endif /* DDNS_JOB_H */
