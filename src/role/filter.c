/* The block lists of the cell; see filter.h.
 *
 * Life of a refresh
 *
 *   refresh()			what is due, or asked for
 *   filter_refresh_start()	an empty file beside the copy in use; job blocklist.refresh writes it
 *   on_refreshed()		unchanged, failed, held back, or good: then it waits for
 *   filter_table_build()	job blocklist.build: fsync of the new file, the table of all lists in a memfd
 *   on_built()			the file takes its place, the edges get the table
 */
#include "role/filter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/live.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "dns/lists.h"
#include "role/core.h"
#include "role/filter_set.h"
#include "sys/clk.h"
#include "sys/file.h"
#include "sys/memfd.h"

static int64_t
now_s(void)
{
	return clk_system.wall_s(&clk_system);
}

/* --- what is known ------------------------------------------------------------------- */

struct filter_known *
filter_find(struct filter *f, const char *id)
{
	size_t i;

	for (i = 0; i < CONF_BLOCKLISTS_MAX; i++)
		if (strcmp(f->v[i].id, id) == 0)
			return &f->v[i];
	return NULL;
}

const struct conf_blocklist *
filter_configured(const struct core *c, const char *id)
{
	const struct conf_blocklists *b = &conf_txn_current(c->txn)->blocklists;
	size_t i;

	for (i = 0; i < b->nlists; i++)
		if (strcmp(b->lists[i].id, id) == 0)
			return &b->lists[i];
	return NULL;
}

void
filter_new_name(char out[FILTER_NEW_MAX], const struct filter_known *k)
{
	(void)snprintf(out, FILTER_NEW_MAX, "%s.tmp-new", k->id);	/* fits */
}

/* NULL: there are too many. */
static struct filter_known *
remember(struct filter *f, const struct conf_blocklist *l)
{
	struct filter_known *k = filter_find(f, l->id);

	if (k == NULL)
		k = filter_find(f, "");
	if (k != NULL)
		filter_known_follow(k, l);
	return k;
}

json_t *
filter_save(const struct core *c)
{
	json_t *all = json_object();
	size_t i;

	for (i = 0; i < CONF_BLOCKLISTS_MAX; i++) {
		const struct filter_known *k = &c->filter->v[i];

		if (k->id[0] != '\0')
			(void)json_object_set_new(all, k->id, filter_known_save(k));	/* history */
	}
	return all;
}

void
filter_load(struct core *c, const json_t *observed)
{
	const struct conf_blocklists *b = &conf_txn_current(c->txn)->blocklists;
	const json_t *all = json_object_get(observed, "blocklists");
	struct filter_known *k;
	size_t i;

	for (i = 0; i < b->nlists; i++)
		if ((k = remember(c->filter, &b->lists[i])) != NULL)
			filter_known_load(k, json_object_get(all, k->id));
}

/* --- refresh ---------------------------------------------------------------------------- */

static int
refresh(struct filter *f, const struct conf_blocklist *l, const char *actor, bool manual, json_t **job, struct err *e)
{
	struct filter_known *k = remember(f, l);
	int error;

	if (k == NULL)
		return err_set(e, ERR_UNAVAILABLE, "there are too many lists");
	if (k->busy || k->fresh)
		return err_set(e, ERR_CONFLICT, "the list is being refreshed");
	k->tried_at = now_s();
	error = filter_refresh_start(f, l, actor, job, e);
	k->busy = error == 0;
	k->manual = manual;
	return error;
}

int
filter_refresh(struct core *c, const char *id, const char *actor, json_t **job, struct err *e)
{
	const struct conf_blocklist *l = filter_configured(c, id);

	if (l == NULL)
		return err_set(e, ERR_NOT_FOUND, "there is no such list");
	return refresh(c->filter, l, actor, true, job, e);
}

void
filter_upkeep(struct core *c)
{
	const struct conf_blocklists *b = &conf_txn_current(c->txn)->blocklists;
	int64_t now = now_s();
	struct err e;
	size_t i;

	for (i = 0; i < b->nlists && !c->stopping; i++) {
		struct filter_known *k = remember(c->filter, &b->lists[i]);

		if (k == NULL || !filter_known_is_due(k, &b->lists[i], now))
			continue;
		err_clear(&e);
		if (refresh(c->filter, &b->lists[i], "system", false, NULL, &e) < 0)
			filter_known_failed(k, e.detail);
	}
}

/* --- life --------------------------------------------------------------------------------- */

void
filter_follow(struct core *c)
{
	struct filter *f = c->filter;
	size_t i;

	for (i = 0; i < CONF_BLOCKLISTS_MAX; i++) {
		struct filter_known *k = &f->v[i];

		if (k->id[0] == '\0' || k == f->storing || filter_configured(c, k->id) != NULL)
			continue;
		(void)unlinkat(f->dirfd, k->id, 0);	/* nobody reads it any more */
		f->stale = f->stale || k->names > 0;
		memset(k, 0, sizeof(*k));
	}
	filter_upkeep(c);
	filter_table_build(f);
}

int
filter_open(struct core *c, struct err *e)
{
	struct filter *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return err_sys(e, -ENOMEM, "prepare block lists");
	c->filter = f;
	f->c = c;
	f->table = f->draft = -1;
	f->dirfd = file_dir_sub(c->state_sub_fd, "blocklists", e);
	if (f->dirfd < 0)
		return f->dirfd;
	file_sweep(f->dirfd);
	return 0;
}

int
filter_start(struct core *c, struct err *e)
{
	int fd = filter_table_read(c->filter);

	(void)e;
	if (fd >= 0)
		filter_table_use(c->filter, fd);
	else if (fd != -ENOENT)
		log_line(LOG_DNS, LOG_ERROR, "block lists do not load: nothing is blocked by them", NULL);
	return 0;
}

/* Jobs are gone before: no callback comes any more. */
void
filter_close(struct core *c)
{
	struct filter *f = c->filter;

	if (f == NULL)
		return;
	if (f->table >= 0)
		(void)close(f->table);	/* a memfd: nothing to flush, as below */
	if (f->draft >= 0)
		(void)close(f->draft);
	if (f->dirfd >= 0)
		(void)close(f->dirfd);
	free(f);
	c->filter = NULL;
}

/* --- for the API ---------------------------------------------------------------------------- */

void
filter_state(const struct core *c, const char *id, struct api_list_state *out)
{
	const struct filter_known *k = filter_find(c->filter, id);
	const struct conf_blocklist *l = filter_configured(c, id);

	memset(out, 0, sizeof(*out));
	if (k == NULL || l == NULL)
		return;
	out->names = k->names;
	out->skipped = k->skipped;
	out->refreshed_at = k->refreshed_at;
	out->next_at = l->enabled ? filter_known_next_at(k, l) : 0;
	out->failures = k->failures;
	out->busy = k->busy || k->fresh;
	(void)snprintf(out->error, sizeof(out->error), "%s", k->error);	/* same size */
}

void
filter_judge(struct core *c, const struct api_dns_ask *q, struct api_filtered *out)
{
	struct dns_filtered how;
	struct dns_filter f;
	struct dns_lists l;
	const void *table = NULL;
	void *part = NULL;
	size_t n = 0, size = 0;

	memset(out, 0, sizeof(*out));
	if (dns_filter_build(&part, &n, conf_txn_current(c->txn)) < 0 || !dns_filter_open(&f, part, n)) {
		free(part);
		return;		/* out of memory: nothing is said */
	}
	if (c->filter->table >= 0 && memfd_map(c->filter->table, DNS_LISTS_BYTES_MAX, &table, &size) == 0)
		dns_filter_bind(&f, dns_lists_open(&l, table, size) ? &l : NULL);
	(void)dns_filter_judge(&f, q->number, q->name, q->namelen, &how);	/* how tells */
	out->by = how.by;
	(void)snprintf(out->list, sizeof(out->list), "%s", how.list);	/* same size */
	if (table != NULL)
		memfd_unmap(table, size);
	free(part);
}
