/* The jobs of block lists (BLK-5), each in a child of its own.
 *
 * "blocklist.refresh", with network: fetches one list and reduces it to its
 * names. in: {"url","format","etag","modified","resolver","port","room"}, room
 * being the names it may have; descriptor 3: an empty file, which becomes one of
 * list_file.h. → {"unchanged":bool,"etag","modified","names","skipped"}.
 *
 * "blocklist.build", without: makes the table of all lists. in: {"ids":[…],
 * "size","sync"}; descriptors: a file per id, then a memfd_draft() of size
 * octets. sync: index of the file that is new and must be on disk, -1 = none.
 * → {}. */
#ifndef DNS_JOB_LISTS_H
#define DNS_JOB_LISTS_H

#include <jansson.h>

struct err;

enum { DNS_JOB_FETCH_S = 120 };

int dns_job_refresh(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg,
    json_t **result, struct err *e);
int dns_job_build(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg,
    json_t **result, struct err *e);

#endif /* DNS_JOB_LISTS_H */
