/* Dynamic DNS of the cell (DDN-1…5): when the public addresses are looked at
 * and the provider is told, the registration of a name, and what is known of
 * it all. What speaks to others is a job (ddns/job.h). All calls on the loop
 * thread. */
#ifndef ROLE_DDNS_H
#define ROLE_DDNS_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

struct api_live;
struct conf;
struct core;
struct ddns_addrs;
struct err;
struct jobs_run;

int ddns_open(struct core *c, struct err *e);	/* before state_load() */
void ddns_start(struct core *c);		/* from now on it runs by itself */
void ddns_close(struct core *c);

/* The member "ddns" of observed.json, and back. */
json_t *ddns_save(const struct core *c);
void ddns_load(struct core *c, const json_t *observed);

void ddns_follow(struct core *c);		/* after a commit */
void ddns_moved_host(struct core *c);		/* the host's addresses are others */

/* What a job needs to know of the provider that conf names (ddns_account_read()), its credentials included: for the
 * standard input of a child and nothing else. New reference; NULL with e: there is none, or the secret does not open. */
json_t *ddns_document(struct core *c, const struct conf *conf, struct err *e);

/* The public addresses that the provider was told last. */
void ddns_public(const struct core *c, struct ddns_addrs *out);

/* Look for the public addresses, whoever is to be told, with the callback of jobs/jobs.h; its result is that of ddns.find
 * (ddns/job.h). NULL: cannot be started. */
struct jobs_run *ddns_look(struct core *c, void (*done)(void *arg, const json_t *found, const struct err *e), void *arg);
bool ddns_look_read(const json_t *found, struct ddns_addrs *out);

/* The callbacks of api/live.h that are about dynamic DNS. */
void ddns_fill(struct api_live *out);

#endif /* ROLE_DDNS_H */
