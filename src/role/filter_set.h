/* The block lists: what filter.c (life, what the API asks), filter_refresh.c
 * (their files) and filter_table.c (the table of all) share. Nobody else
 * includes this. */
#ifndef ROLE_FILTER_SET_H
#define ROLE_FILTER_SET_H

#include "conf/conf.h"
#include "role/filter.h"
#include "role/filter_known.h"

struct jobs_run;

enum { FILTER_NEW_MAX = DNS_LIST_ID_MAX + 8 };

struct filter {
	struct core *c;
	int dirfd;
	int table;			/* memfd that the edges have, -1 = none */
	bool stale;			/* the table holds what it should not */
	struct jobs_run *building;
	struct filter_known *storing;	/* whose new file it builds in; NULL = nobody's */
	int draft;			/* the memfd being built, -1 = none */
	struct filter_known v[CONF_BLOCKLISTS_MAX];
};

/* What is known of a list ("": a free place), its row in the configuration, and the name of its new file. */
struct filter_known *filter_find(struct filter *f, const char *id);
const struct conf_blocklist *filter_configured(const struct core *c, const char *id);
void filter_new_name(char out[FILTER_NEW_MAX], const struct filter_known *k);

/* filter_refresh.c. Start the job that refreshes a list; the rest happens by itself. *job: new reference. */
int filter_refresh_start(struct filter *f, const struct conf_blocklist *l, const char *actor, json_t **job, struct err *e);

/* filter_table.c. Make the table anew, as far as there is a reason to, one thing at a time. */
void filter_table_build(struct filter *f);

/* Read the copies in use and make a table of them, here and now: the memfd; -ENOENT where there is no name, -EINVAL for
 * a table that cannot be made. Sets names; a damaged copy is left out, and fetched anew. */
int filter_table_read(struct filter *f);

/* To every edge; fd is taken. */
void filter_table_use(struct filter *f, int fd);

#endif /* ROLE_FILTER_SET_H */
