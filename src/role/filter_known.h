/* What is known of one block list: its copy in use, and how the tries to refresh it went (BLK-5). A plain value,
 * kept in observed.json. */
#ifndef ROLE_FILTER_KNOWN_H
#define ROLE_FILTER_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "api/live.h"
#include "dns/lists.h"
#include "io/fetch.h"

struct conf_blocklist;

enum {
	FILTER_URL_MAX = 2048,
	FILTER_RETRY_S = 300,		/* after a failure, twice that after the next, … up to refresh_s */
	FILTER_FAILURES = 3		/* in a row: said aloud */
};

struct filter_known {
	char id[DNS_LIST_ID_MAX];	/* "" = free */
	char url[FILTER_URL_MAX + 1];	/* that the rest is about */
	char etag[IO_FETCH_TAG_MAX + 1], modified[IO_FETCH_TAG_MAX + 1];
	int64_t refreshed_at, tried_at;	/* Unix time, 0 = never */
	unsigned failures;		/* in a row */
	uint32_t names;			/* of the copy in use, 0 = there is none */
	uint64_t skipped;
	char error[API_TEXT_MAX];	/* of the last try, "" = none */

	bool busy, manual;		/* a refresh runs; somebody asked for it */
	bool fresh;			/* its new file waits to be built in */
	uint32_t fresh_names;
};

/* From now on it is about l: what was learnt of another address is no reason not to fetch this one. */
void filter_known_follow(struct filter_known *k, const struct conf_blocklist *l);

/* What a refresh brought (blocklist.refresh): nothing new, a new copy (then fresh), or one that is kept out. */
void filter_known_brought(struct filter_known *k, const json_t *result, int64_t now);

/* The new copy is the one in use; or it is not, and is fetched again whole. */
void filter_known_stored(struct filter_known *k, int64_t now);
void filter_known_lost(struct filter_known *k, const char *why);

void filter_known_failed(struct filter_known *k, const char *why);

/* When it is to be looked at again; 0 = at once. */
int64_t filter_known_next_at(const struct filter_known *k, const struct conf_blocklist *l);
bool filter_known_is_due(const struct filter_known *k, const struct conf_blocklist *l, int64_t now);

/* As JSON, and what of that is about k's address. */
json_t *filter_known_save(const struct filter_known *k);
void filter_known_load(struct filter_known *k, const json_t *j);

#endif /* ROLE_FILTER_KNOWN_H */
