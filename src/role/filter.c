/* The block lists of the cell; see filter.h.
 *
 * Life of a refresh
 *
 *   refresh()		an empty file beside the copy in use; job blocklist.refresh writes it
 *   on_refreshed()	unchanged, failed, held back, or good: then it waits for
 *   build()		job blocklist.build: fsync of the new file, the table of all lists in a memfd
 *   on_built()		the file takes its place, the edges get the table
 */
#include "role/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/live.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "dns/list_file.h"
#include "dns/lists.h"
#include "io/fetch_reply.h"
#include "jobs/jobs.h"
#include "role/core.h"
#include "role/doors.h"
#include "role/edges.h"
#include "sys/clk.h"
#include "sys/file.h"
#include "sys/memfd.h"

enum { URL_MAX = 2048, NEW_MAX = DNS_LIST_ID_MAX + 8, DOUBLINGS_MAX = 8 };

struct known {
	char id[DNS_LIST_ID_MAX];	/* "" = free */
	char url[URL_MAX + 1];		/* that the rest is about */
	char etag[FETCH_TAG_MAX + 1], modified[FETCH_TAG_MAX + 1];
	int64_t refreshed_at, tried_at;	/* Unix time, 0 = never */
	unsigned failures;		/* in a row */
	uint32_t names;			/* of the copy in use, 0 = there is none */
	uint64_t skipped;
	char error[API_TEXT_MAX];	/* of the last try, "" = none */

	bool busy, manual;		/* a refresh runs; somebody asked for it */
	bool fresh;			/* its new file waits to be built in */
	uint32_t fresh_names;
};

struct filter {
	struct core *c;
	int dirfd;
	int table;			/* memfd that the edges have, -1 = none */
	bool stale;			/* the table holds what it should not */
	struct jobs_run *building;
	struct known *storing;		/* whose new file it builds in; NULL = nobody's */
	int draft;			/* the memfd being built, -1 = none */
	struct known v[CONF_BLOCKLISTS_MAX];
};

/* What a refresh is about: its list may go meanwhile. */
struct refresh {
	struct filter *f;
	char id[DNS_LIST_ID_MAX];
};

static void on_refreshed(void *arg, const json_t *result, const struct err *e);
static void on_built(void *arg, const json_t *result, const struct err *e);

static int64_t
now_s(void)
{
	return clk_system.wall_s(&clk_system);
}

/* --- what is known ------------------------------------------------------------------- */

static struct known *
find(struct filter *f, const char *id)
{
	size_t i;

	for (i = 0; i < CONF_BLOCKLISTS_MAX; i++)
		if (strcmp(f->v[i].id, id) == 0)
			return &f->v[i];
	return NULL;
}

static const struct conf_blocklist *
configured(const struct core *c, const char *id)
{
	const struct conf_blocklists *b = &conf_txn_current(c->txn)->blocklists;
	size_t i;

	for (i = 0; i < b->nlists; i++)
		if (strcmp(b->lists[i].id, id) == 0)
			return &b->lists[i];
	return NULL;
}

static void
new_name(char out[NEW_MAX], const struct known *k)
{
	(void)snprintf(out, NEW_MAX, "%s.tmp-new", k->id);	/* fits */
}

/* A copy of another address's list is no reason not to fetch this one. */
static struct known *
remember(struct filter *f, const struct conf_blocklist *l)
{
	struct known *k = find(f, l->id);

	if (k == NULL && (k = find(f, "")) != NULL)
		(void)str_copy(str_of(l->id), k->id, sizeof(k->id));	/* the schema has the bound, as below */
	if (k == NULL || strcmp(k->url, l->url) == 0)
		return k;
	(void)str_copy(str_of(l->url), k->url, sizeof(k->url));
	k->etag[0] = k->modified[0] = k->error[0] = '\0';
	k->tried_at = k->refreshed_at = 0;
	k->failures = 0;
	return k;
}

static void
failed(struct known *k, const char *why)
{
	k->failures++;
	(void)snprintf(k->error, sizeof(k->error), "%s", why);	/* cut is fine */
	log_line(LOG_DNS, k->failures >= FILTER_FAILURES ? LOG_ERROR : LOG_WARNING,
	    k->failures >= FILTER_FAILURES ? "block list fails again and again" : "block list is not refreshed",
	    "list", k->id, "err", why, NULL);
}

static int64_t
next_at(const struct known *k, const struct conf_blocklist *l)
{
	int64_t wait = l->refresh_s;
	int64_t retry = FILTER_RETRY_S;
	unsigned n;

	for (n = 1; n < k->failures && n < DOUBLINGS_MAX; n++)
		retry *= 2;
	if (k->failures > 0 && retry < wait)
		wait = retry;
	return k->tried_at == 0 ? 0 : k->tried_at + wait;
}

static void
put_time(json_t *j, const char *key, int64_t t)
{
	char at[CLK_TEXT_MAX];

	(void)json_object_set_new(j, key, t == 0 ? json_null() : json_string(clk_text(t, at)));	/* history */
}

json_t *
filter_save(const struct core *c)
{
	json_t *all = json_object(), *j;
	size_t i;

	for (i = 0; i < CONF_BLOCKLISTS_MAX; i++) {
		const struct known *k = &c->filter->v[i];

		if (k->id[0] == '\0')
			continue;
		j = json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:s}", "url", k->url, "etag", k->etag,
		    "modified", k->modified, "entries", (json_int_t)k->names, "skipped", (json_int_t)k->skipped,
		    "failures", (json_int_t)k->failures, "error", k->error);
		put_time(j, "refreshed_at", k->refreshed_at);
		put_time(j, "tried_at", k->tried_at);
		(void)json_object_set_new(all, k->id, j);	/* likewise */
	}
	return all;
}

static void
get_text(const json_t *j, const char *key, char *out, size_t size)
{
	(void)str_copy(str_of(json_string_value(json_object_get(j, key))), out, size);	/* else "" */
}

static int64_t
get_time(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));
	int64_t t = 0;

	return s != NULL && clk_read(s, &t) == 0 ? t : 0;
}

void
filter_load(struct core *c, const json_t *observed)
{
	const struct conf_blocklists *b = &conf_txn_current(c->txn)->blocklists;
	size_t i;

	for (i = 0; i < b->nlists; i++) {
		const json_t *j = json_object_get(json_object_get(observed, "blocklists"), b->lists[i].id);
		struct known *k = remember(c->filter, &b->lists[i]);
		const char *url = json_string_value(json_object_get(j, "url"));

		if (k == NULL || url == NULL || strcmp(url, k->url) != 0)
			continue;
		get_text(j, "etag", k->etag, sizeof(k->etag));
		get_text(j, "modified", k->modified, sizeof(k->modified));
		get_text(j, "error", k->error, sizeof(k->error));
		k->skipped = (uint64_t)json_integer_value(json_object_get(j, "skipped"));
		k->failures = (unsigned)json_integer_value(json_object_get(j, "failures"));
		k->refreshed_at = get_time(j, "refreshed_at");
		k->tried_at = get_time(j, "tried_at");
	}
}

/* --- the table ------------------------------------------------------------------------ */

/* To every edge; fd is taken. */
static void
use_table(struct filter *f, int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (f->table >= 0)
		(void)close(f->table);	/* the edges have their own */
	f->table = fd;
	if (copy >= 0)
		edges_lists(f->c->edges, copy);
}

static int
open_list(const struct filter *f, const struct known *k)
{
	char name[NEW_MAX];

	new_name(name, k);
	return openat(f->dirfd, k == f->storing ? name : k->id, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

/* The files that a table is made of; *names: of all of them. A new one counts from now on, the copy in use else. */
static size_t
open_lists(struct filter *f, int fds[], const char *ids[], int *sync)
{
	size_t i, n = 0;

	*sync = -1;
	for (i = 0; i < CONF_BLOCKLISTS_MAX; i++) {
		struct known *k = &f->v[i];

		if (k->id[0] == '\0' || (k->names == 0 && k != f->storing))
			continue;
		fds[n] = open_list(f, k);
		if (fds[n] < 0)
			continue;
		if (k == f->storing)
			*sync = (int)n;
		ids[n++] = k->id;
	}
	return n;
}

static uint32_t
names_without(const struct filter *f, const struct known *me)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < CONF_BLOCKLISTS_MAX; i++)
		if (&f->v[i] != me)
			n += f->v[i].names;
	return n;
}

/* What a table of these files takes; 0: one of them is damaged, or they are too many. */
static size_t
room_for(const int fds[], size_t n)
{
	struct dns_list_file v[DNS_LISTS_MAX];
	char heads[DNS_LISTS_MAX][DNS_LIST_FILE_HEAD];
	size_t i;

	for (i = 0; i < n; i++) {
		if (pread(fds[i], heads[i], DNS_LIST_FILE_HEAD, 0) != DNS_LIST_FILE_HEAD)
			return 0;
		v[i] = (struct dns_list_file){ "", heads[i], DNS_LIST_FILE_HEAD };
	}
	return dns_list_file_room(v, n);
}

static void
run_build(struct filter *f, int fds[], const char *const ids[], size_t n, int sync)
{
	size_t size = room_for(fds, n), i;
	struct jobs_ask a = { .kind = "blocklist.build", .fds = fds, .nfds = n + 1, .done = on_built, .arg = f };
	json_t *list = json_array(), *in;

	for (i = 0; i < n; i++)
		(void)json_array_append_new(list, json_string(ids[i]));	/* the job counts them */
	in = json_pack("{s:o, s:I, s:i}", "ids", list, "size", (json_int_t)size, "sync", sync);
	f->draft = size == 0 ? -1 : memfd_draft("pic-lists", size);
	fds[n] = f->draft;
	a.in = in;
	if (f->draft >= 0 && in != NULL)
		f->building = jobs_run_with(f->c->jobs, &a);
	json_decref(in);
}

/* One thing at a time: the next new file, or the files that are left. */
static void
build(struct filter *f)
{
	int fds[DNS_LISTS_MAX + 1], sync;
	const char *ids[DNS_LISTS_MAX];
	size_t i, n;
	struct err e;

	if (f->building != NULL || f->c->stopping)
		return;
	f->storing = NULL;
	for (i = 0; i < CONF_BLOCKLISTS_MAX && f->storing == NULL; i++)
		if (f->v[i].fresh)
			f->storing = &f->v[i];
	if (f->storing == NULL && !f->stale)
		return;
	f->stale = false;
	n = open_lists(f, fds, ids, &sync);
	run_build(f, fds, ids, n, sync);
	for (i = 0; i < n; i++)
		(void)close(fds[i]);	/* the job has its own */
	if (f->building != NULL)
		return;
	err_clear(&e);
	(void)err_set(&e, ERR_INTERNAL, "the table of block lists cannot be made");
	on_built(f, NULL, &e);
}

/* The new file takes the place of the one in use. */
static void
store(struct filter *f, struct known *k)
{
	char name[NEW_MAX];

	new_name(name, k);
	if (renameat(f->dirfd, name, f->dirfd, k->id) < 0 || fsync(f->dirfd) < 0) {
		failed(k, "the new copy cannot be kept");
		return;
	}
	k->names = k->fresh_names;
	k->failures = 0;
	k->error[0] = '\0';
	k->refreshed_at = now_s();
	log_fmt(LOG_DNS, LOG_INFO, "block list %s has %u names", k->id, k->names);
}

static void
on_built(void *arg, const json_t *result, const struct err *e)
{
	struct filter *f = arg;
	struct known *k = f->storing;
	int fd = f->draft;

	(void)result;
	f->building = NULL;
	f->storing = NULL;
	f->draft = -1;
	if (k != NULL)
		k->fresh = false;
	if (e == NULL && memfd_draft_seal(fd) == 0) {
		if (k != NULL)
			store(f, k);
		use_table(f, fd);
	} else {
		if (fd >= 0)
			(void)close(fd);	/* nobody has seen it */
		if (k != NULL)
			failed(k, e == NULL ? "the table of block lists cannot be sealed" : e->detail);
		else
			log_line(LOG_DNS, LOG_ERROR, "the table of block lists cannot be made",
			    "err", e == NULL ? "" : e->detail, NULL);
	}
	state_dirty_observed(f->c);
	build(f);
}

/* --- refresh ---------------------------------------------------------------------------- */

/* Our own name service, as this host reaches it; len 0: it is not open. */
static struct addr_port
resolver(const struct core *c)
{
	static const struct addr loopback = { 4, { 127, 0, 0, 1 } };
	static const uint8_t zero[16] = { 0 };
	struct addr_port at = { 0 };
	size_t i, n;
	const struct door *d = doors_list(c->doors, &n);

	for (i = 0; i < n; i++) {
		if (d[i].kind != DOOR_DNS_UDP || d[i].error != 0)
			continue;
		at = d[i].at;
		if (memcmp(at.addr.b, zero, sizeof(zero)) == 0)
			at.addr = loopback;
		if (at.addr.len == 4)
			break;
	}
	return at;
}

static json_t *
refresh_input(struct filter *f, const struct known *k, const struct conf_blocklist *l)
{
	static const char *const formats[] = { "auto", "hosts", "domains", "adblock" };
	struct addr_port at = resolver(f->c);
	char address[ADDR_TEXT_MAX];
	bool have = k->names > 0;

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:I}", "url", l->url, "format", formats[l->format],
	    "etag", have ? k->etag : "", "modified", have ? k->modified : "", "resolver", addr_text(&at.addr, address),
	    "port", at.port, "room", (json_int_t)(DNS_NAMESET_NAMES_MAX - names_without(f, k)));
}

static int
run_refresh(struct filter *f, struct known *k, const struct conf_blocklist *l, const char *actor, json_t **job, struct err *e)
{
	struct refresh *r = calloc(1, sizeof(*r));
	json_t *in = refresh_input(f, k, l);
	struct jobs_ask a = { .kind = "blocklist.refresh", .object = k->id, .actor = actor, .in = in, .nfds = 1,
		.done = on_refreshed, .arg = r };
	char name[NEW_MAX];
	int fd, error;

	new_name(name, k);
	fd = openat(f->dirfd, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	a.fds = &fd;
	if (r == NULL || in == NULL || fd < 0) {
		error = err_sys(e, fd < 0 ? -errno : -ENOMEM, "refresh the list");
	} else {
		r->f = f;
		(void)str_copy(str_of(k->id), r->id, sizeof(r->id));	/* same size */
		error = jobs_start(f->c->jobs, &a, job, e);
	}
	if (fd >= 0)
		(void)close(fd);	/* the job has its own */
	if (error < 0)
		free(r);
	json_decref(in);
	return error;
}

static int
refresh(struct filter *f, const struct conf_blocklist *l, const char *actor, bool manual, json_t **job, struct err *e)
{
	struct known *k = remember(f, l);
	int error;

	if (k == NULL)
		return err_set(e, ERR_UNAVAILABLE, "there are too many lists");
	if (k->busy || k->fresh)
		return err_set(e, ERR_CONFLICT, "the list is being refreshed");
	k->tried_at = now_s();
	error = run_refresh(f, k, l, actor, job, e);
	k->busy = error == 0;
	k->manual = manual;
	return error;
}

int
filter_refresh(struct core *c, const char *id, const char *actor, json_t **job, struct err *e)
{
	const struct conf_blocklist *l = configured(c, id);

	if (l == NULL)
		return err_set(e, ERR_NOT_FOUND, "there is no such list");
	return refresh(c->filter, l, actor, true, job, e);
}

static void
judge_new(struct known *k, const json_t *result)
{
	uint32_t names = (uint32_t)json_integer_value(json_object_get(result, "names"));
	char why[API_TEXT_MAX];

	if (json_is_true(json_object_get(result, "unchanged"))) {
		k->failures = 0;
		k->error[0] = '\0';
		k->refreshed_at = now_s();
		return;
	}
	if (!k->manual && names < k->names / 2) {
		(void)snprintf(why, sizeof(why), "it has %u names, less than half of the %u in use: kept out until a refresh "
		    "by hand confirms it", names, k->names);	/* fits */
		failed(k, why);
		return;
	}
	get_text(result, "etag", k->etag, sizeof(k->etag));
	get_text(result, "modified", k->modified, sizeof(k->modified));
	k->skipped = (uint64_t)json_integer_value(json_object_get(result, "skipped"));
	k->fresh_names = names;
	k->fresh = true;
}

static void
on_refreshed(void *arg, const json_t *result, const struct err *e)
{
	struct refresh *r = arg;
	struct filter *f = r->f;
	struct known *k = find(f, r->id);
	char name[NEW_MAX];

	free(r);
	if (k == NULL || !k->busy || f->c->stopping)
		return;		/* the list is gone or another one, or we are: its file goes with the next start */
	k->busy = false;
	if (e != NULL)
		failed(k, e->detail);
	else
		judge_new(k, result);
	if (!k->fresh) {
		new_name(name, k);
		(void)unlinkat(f->dirfd, name, 0);	/* swept at the next start, if not */
	}
	state_dirty_observed(f->c);
	build(f);
}

void
filter_upkeep(struct core *c)
{
	const struct conf_blocklists *b = &conf_txn_current(c->txn)->blocklists;
	int64_t now = now_s();
	struct err e;
	size_t i;

	for (i = 0; i < b->nlists && !c->stopping; i++) {
		struct known *k = remember(c->filter, &b->lists[i]);

		if (k == NULL || !b->lists[i].enabled || k->busy || k->fresh ||
		    (now >= k->tried_at && now < next_at(k, &b->lists[i])))
			continue;
		err_clear(&e);
		if (refresh(c->filter, &b->lists[i], "system", false, NULL, &e) < 0)
			failed(k, e.detail);
	}
}

/* --- life --------------------------------------------------------------------------------- */

void
filter_follow(struct core *c)
{
	struct filter *f = c->filter;
	size_t i;

	for (i = 0; i < CONF_BLOCKLISTS_MAX; i++) {
		struct known *k = &f->v[i];

		if (k->id[0] == '\0' || k == f->storing || configured(c, k->id) != NULL)
			continue;
		(void)unlinkat(f->dirfd, k->id, 0);	/* nobody reads it any more */
		f->stale = f->stale || k->names > 0;
		memset(k, 0, sizeof(*k));
	}
	filter_upkeep(c);
	build(f);
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

/* One copy; a damaged one is fetched anew. False: there is none. */
static bool
read_list(struct filter *f, struct known *k, struct dns_list_file *out)
{
	char *p;
	size_t n;

	if (file_read(f->dirfd, k->id, DNS_LIST_FILE_MAX, &p, &n, NULL) < 0)
		return false;
	if (!dns_list_file_names(p, n, &k->names)) {
		log_line(LOG_DNS, LOG_WARNING, "block list is damaged and fetched anew", "list", k->id, NULL);
		k->tried_at = 0;
		free(p);
		return false;
	}
	*out = (struct dns_list_file){ k->id, p, n };
	return true;
}

static int
make_table(const struct dns_list_file *v, size_t n)
{
	size_t size = dns_list_file_room(v, n);
	int fd = size == 0 ? -EINVAL : memfd_draft("pic-lists", size);
	void *p = fd < 0 ? NULL : memfd_draft_map(fd, size);
	bool ok = p != NULL && dns_list_file_build(p, v, n);

	if (p != NULL)
		memfd_unmap(p, size);
	if (ok && memfd_draft_seal(fd) == 0)
		return fd;
	if (fd >= 0)
		(void)close(fd);	/* nobody has seen it */
	return -EINVAL;
}

/* Here core reads and builds itself: nobody waits for it yet, and the files are its own. */
int
filter_start(struct core *c, struct err *e)
{
	struct filter *f = c->filter;
	struct dns_list_file v[CONF_BLOCKLISTS_MAX];
	size_t i, n = 0;
	int fd;

	(void)e;
	for (i = 0; i < CONF_BLOCKLISTS_MAX; i++)
		if (f->v[i].id[0] != '\0')
			n += read_list(f, &f->v[i], &v[n]);
	if (n > 0 && (fd = make_table(v, n)) >= 0)
		use_table(f, fd);
	else if (n > 0)
		log_line(LOG_DNS, LOG_ERROR, "block lists do not load: nothing is blocked by them", NULL);
	for (i = 0; i < n; i++)
		free((void *)(uintptr_t)v[i].p);
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
	const struct known *k = find(c->filter, id);
	const struct conf_blocklist *l = configured(c, id);

	memset(out, 0, sizeof(*out));
	if (k == NULL || l == NULL)
		return;
	out->names = k->names;
	out->skipped = k->skipped;
	out->refreshed_at = k->refreshed_at;
	out->next_at = l->enabled ? next_at(k, l) : 0;
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
	if (dns_filter_build(&part, &n, &conf_txn_current(c->txn)->blocklists) < 0 || !dns_filter_open(&f, part, n)) {
		free(part);
		return;		/* out of memory: nothing is said */
	}
	if (c->filter->table >= 0 && memfd_map(c->filter->table, DNS_LISTS_BYTES_MAX, &table, &size) == 0)
		dns_filter_bind(&f, dns_lists_open(&l, table, size) ? &l : NULL);
	(void)dns_filter_judge(&f, q->zone, &q->peer, q->name, q->namelen, &how);	/* how tells */
	out->by = how.by;
	(void)snprintf(out->list, sizeof(out->list), "%s", how.list);	/* same size */
	if (table != NULL)
		memfd_unmap(table, size);
	free(part);
}
