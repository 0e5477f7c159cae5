/* The files at /ca: made by core as parts of a snapshot, handed out by edges to
 * whoever asks from the host, the VPN or the home network, also in clear (TLS-8, WEB-7). */
#ifndef ROLE_CA_FILES_H
#define ROLE_CA_FILES_H

#include <stdbool.h>

#include "base/str.h"
#include "role/snapshot.h"

struct authority;
struct conf;
struct http_req;

/* Finished files; p of each is malloc'd. */
struct ca_files {
	struct snapshot_file file[SNAPSHOT_CA_FILES];
	struct snapshot_list list[SNAPSHOT_LISTS_MAX];
};

/* Of an authority that exists. False when out of memory; cleared in any case by ca_files_clear(). */
bool ca_files_make(struct ca_files *out, const struct authority *a, const struct conf *conf);
void ca_files_clear(struct ca_files *f);

/* Answer a request below /ca. */
void ca_files_answer(struct http_req *rq, const struct snapshot *s, struct str path, unsigned zone);

#endif /* ROLE_CA_FILES_H */
