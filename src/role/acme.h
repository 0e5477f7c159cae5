/* The core's side of public certificates (TLS-1 to TLS-5): which are wanted, what is due, one order after the other as a job,
 * and what it tells put on disk the moment it is told. The protocol is src/acme/'s, in the job; the certificates that come
 * are sites' (role/sites.h). Acts by itself a second after a change and once a minute. */
#ifndef ROLE_ACME_H
#define ROLE_ACME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct cell_cert;
struct conf;
struct core;
struct err;

int acme_start(struct core *c, struct err *e);	/* before the first tables are made */
void acme_follow(struct core *c);		/* after a commit */
void acme_upkeep(struct core *c);		/* once a minute */
void acme_stop(struct core *c);			/* before the jobs go */

/* What edges need to answer challenges under conf; NULL: none come. */
const char *acme_thumbprint(const struct core *c, const struct conf *conf);

bool acme_needs_secret(const struct core *c, const char *ref);

/* Order now the certificate whose id or first name it is, or that of the domain (NULL); staging: try it at the staging server,
 * nothing is served. *job: a new reference. ERR_NOT_FOUND; ERR_CONFLICT: an order is under way, or there is no staging
 * server; ERR_RATE_LIMITED: own back-off and limits, with retry_after; ERR_UNAVAILABLE: the clock is not trusted. */
int acme_renew(struct core *c, const char *id, bool staging, const char *actor, json_t **job, struct err *e);

/* What is known of a wanted certificate. */
struct acme_look {
	char name[254];			/* its first name */
	const struct cell_cert *cert;	/* the present one; NULL: none yet */
	bool running;			/* an order is under way */
	bool waits_for_time;
	int64_t next_at;		/* when it is renewed, or tried again; 0: now, or when the clock is right */
	char error[256];		/* of the last try; "": none */
};

/* The i-th that is wanted now, the first is that of the domain. False: there are no more. */
bool acme_look(const struct core *c, size_t i, struct acme_look *out);

#endif /* ROLE_ACME_H */
