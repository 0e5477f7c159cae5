/* The certificates from elsewhere that a cell keeps: of an ACME server, and imported (TLS-2, TLS-9); and which of them
 * serves which name: an imported one before one of ACME, and each of these while it is valid before that of the cell itself
 * (TLS-4). */
#ifndef ROLE_SITES_H
#define ROLE_SITES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cell_cert;
struct conf;
struct err;
struct sites;
struct snapshot_cert;
struct vault;

enum { SITES_MAX = 256, SITES_NAMES_MAX = 100 };

/* All that are stored. NULL when out of memory. */
struct sites *sites_load(int state_fd, struct vault *v);
void sites_free(struct sites *s);		/* NULL is allowed */

/* Store c durably and keep it, in place of those of the same source whose names it has all. Takes c, also on failure:
 * ERR_CONFLICT when there are SITES_MAX, or what the disk says. The edges have it with the next tables. */
int sites_add(struct sites *s, struct cell_cert *c, int state_fd, struct vault *v, struct err *e);

/* ERR_NOT_FOUND. Its files go with the next sweep; a crash before that: it is there again. */
int sites_remove(struct sites *s, const char *id, int state_fd, struct err *e);

/* Drop what has run out a month ago; only where the clock is trusted. True: something went. */
bool sites_forget(struct sites *s, int64_t now, int state_fd);

size_t sites_count(const struct sites *s);
const struct cell_cert *sites_at(const struct sites *s, size_t i);	/* the earlier one goes first where two serve a name */
const struct cell_cert *sites_find(const struct sites *s, const char *id);	/* NULL: there is none */

/* Is any of its names the cell's? */
bool sites_serves(const struct conf *conf, const struct cell_cert *c);

/* Does a certificate hold for this name or address? "*" in it stands for one label. */
bool sites_covers(const struct cell_cert *c, const char *name);

/* Who serves this name: one of these, or NULL: the cell's own. */
const struct cell_cert *sites_for(const struct sites *s, const struct conf *conf, const char *name, int64_t now);

/* Append those that are valid to out, which has own at [0], and take from own the names that they serve. Returns how many
 * there are then. */
size_t sites_serve(const struct sites *s, const struct conf *conf, int64_t now, struct snapshot_cert *out);

/* Are others valid now than were before? */
bool sites_turned(const struct sites *s, int64_t before, int64_t now);

bool sites_needs_secret(const struct sites *s, const char *ref);

#endif /* ROLE_SITES_H */
