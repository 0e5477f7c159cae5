/* The block lists of the cell (BLK-5): their files, the jobs that refresh them
 * and make the table, when, and what is known of each. All calls on the loop
 * thread. */
#ifndef ROLE_FILTER_H
#define ROLE_FILTER_H

#include <jansson.h>

struct api_dns_ask;
struct api_filtered;
struct api_list_state;
struct core;
struct err;
struct filter;

int filter_open(struct core *c, struct err *e);		/* before state_load() */
int filter_start(struct core *c, struct err *e);	/* the last good copies, before anything is served */
void filter_close(struct core *c);

/* {"ads":{"url","refreshed_at",…}} for observed.json, and back. */
json_t *filter_save(const struct core *c);
void filter_load(struct core *c, const json_t *observed);

void filter_follow(struct core *c);			/* after a commit */
void filter_upkeep(struct core *c);			/* refreshes what is due */

/* Somebody asked for it: what comes is taken even if it is much less than before. *job: new reference. */
int filter_refresh(struct core *c, const char *id, const char *actor, json_t **job, struct err *e);

void filter_state(const struct core *c, const char *id, struct api_list_state *out);
void filter_judge(struct core *c, const struct api_dns_ask *q, struct api_filtered *out);

#endif /* ROLE_FILTER_H */
