/* The table of all block lists: made by a job from their files, a memfd that
 * the edges map; see filter_set.h. */
#include "role/filter_set.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "dns/list_file.h"
#include "jobs/jobs.h"
#include "role/core.h"
#include "role/edges.h"
#include "sys/clk.h"
#include "sys/file.h"
#include "sys/memfd.h"

static void on_built(void *arg, const json_t *result, const struct err *e);

void
filter_table_use(struct filter *f, int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (f->table >= 0)
		(void)close(f->table);	/* the edges have their own */
	f->table = fd;
	if (copy >= 0)
		edges_lists(f->c->edges, copy);
}

static int
open_list(const struct filter *f, const struct filter_known *k)
{
	char name[FILTER_NEW_MAX];

	filter_new_name(name, k);
	return openat(f->dirfd, k == f->storing ? name : k->id, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

/* The files that a table is made of: the new one, which *sync is the number of (-1: there is none), of the others the
 * copies in use. */
static size_t
open_lists(struct filter *f, int fds[], const char *ids[], int *sync)
{
	size_t i, n = 0;

	*sync = -1;
	for (i = 0; i < CONF_BLOCKLISTS_MAX; i++) {
		struct filter_known *k = &f->v[i];

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
void
filter_table_build(struct filter *f)
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
store(struct filter *f, struct filter_known *k)
{
	char name[FILTER_NEW_MAX];

	filter_new_name(name, k);
	if (renameat(f->dirfd, name, f->dirfd, k->id) < 0 || fsync(f->dirfd) < 0) {
		filter_known_lost(k, "the new copy cannot be kept");
		return;
	}
	filter_known_stored(k, clk_system.wall_s(&clk_system));
}

static void
on_built(void *arg, const json_t *result, const struct err *e)
{
	struct filter *f = arg;
	struct filter_known *k = f->storing;
	int fd = f->draft;

	(void)result;
	f->building = NULL;
	f->storing = NULL;
	f->draft = -1;
	if (e == NULL && memfd_draft_seal(fd) == 0) {
		if (k != NULL)
			store(f, k);
		filter_table_use(f, fd);
	} else {
		if (fd >= 0)
			(void)close(fd);	/* nobody has seen it */
		if (k != NULL)
			filter_known_lost(k, e == NULL ? "the table of block lists cannot be sealed" : e->detail);
		else
			log_line(LOG_DNS, LOG_ERROR, "the table of block lists cannot be made",
			    "err", e == NULL ? "" : e->detail, NULL);
	}
	state_dirty_observed(f->c);
	filter_table_build(f);
}

/* --- at the start -------------------------------------------------------------------- */

static void
damaged(struct filter_known *k)
{
	log_line(LOG_DNS, LOG_WARNING, "block list is damaged and fetched anew", "list", k->id, NULL);
	k->tried_at = 0;
	k->names = 0;
}

/* One copy. False: there is none. */
static bool
read_list(struct filter *f, struct filter_known *k, struct dns_list_file *out)
{
	char *p;
	size_t n;

	if (file_read(f->dirfd, k->id, DNS_LIST_FILE_MAX, &p, &n, NULL) < 0)
		return false;
	if (!dns_list_file_names(p, n, &k->names)) {
		damaged(k);
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

/* A file that no table can be made of takes the others along: find it. The count of those that are good. */
static size_t
drop_damaged(struct filter *f, struct dns_list_file *v, size_t n)
{
	size_t i, good = 0;
	int fd;

	for (i = 0; i < n; i++) {
		fd = make_table(&v[i], 1);
		if (fd < 0) {
			damaged(filter_find(f, v[i].id));
			free((void *)(uintptr_t)v[i].p);
			continue;
		}
		(void)close(fd);	/* a memfd: nothing to flush */
		v[good++] = v[i];
	}
	return good;
}

/* Here core reads and builds itself: nobody waits for it yet, and the files are its own. */
int
filter_table_read(struct filter *f)
{
	struct dns_list_file v[CONF_BLOCKLISTS_MAX];
	size_t i, n = 0, good;
	int fd = -ENOENT;

	for (i = 0; i < CONF_BLOCKLISTS_MAX; i++)
		if (f->v[i].id[0] != '\0')
			n += read_list(f, &f->v[i], &v[n]);
	if (n > 0)
		fd = make_table(v, n);
	if (fd == -EINVAL) {
		good = drop_damaged(f, v, n);
		if (good < n)
			fd = good > 0 ? make_table(v, good) : -ENOENT;
		n = good;
	}
	for (i = 0; i < n; i++)
		free((void *)(uintptr_t)v[i].p);
	return fd;
}
