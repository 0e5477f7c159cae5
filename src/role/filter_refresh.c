/* Fetching block lists: a job writes a new file beside the copy in use; see
 * filter_set.h. */
#include "role/filter_set.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "dns/nameset.h"
#include "jobs/jobs.h"
#include "role/core.h"
#include "role/doors.h"
#include "sys/clk.h"

/* What a refresh is about: its list may go meanwhile. */
struct refresh {
	struct filter *f;
	char id[DNS_LIST_ID_MAX];
};

static void on_refreshed(void *arg, const json_t *result, const struct err *e);

static uint32_t
names_without(const struct filter *f, const struct filter_known *me)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < CONF_BLOCKLISTS_MAX; i++)
		if (&f->v[i] != me)
			n += f->v[i].names;
	return n;
}

static json_t *
refresh_input(struct filter *f, const struct filter_known *k, const struct conf_blocklist *l)
{
	static const char *const formats[] = { "auto", "hosts", "domains", "adblock" };
	struct addr_port at = doors_resolver(f->c->doors);
	char address[ADDR_TEXT_MAX];
	bool have = k->names > 0;

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:I}", "url", l->url, "format", formats[l->format],
	    "etag", have ? k->etag : "", "modified", have ? k->modified : "", "resolver", addr_text(&at.addr, address),
	    "port", at.port, "room", (json_int_t)(DNS_NAMESET_NAMES_MAX - names_without(f, k)));
}

int
filter_refresh_start(struct filter *f, const struct conf_blocklist *l, const char *actor, json_t **job, struct err *e)
{
	struct filter_known *k = filter_find(f, l->id);
	struct refresh *r = calloc(1, sizeof(*r));
	json_t *in = refresh_input(f, k, l);
	struct jobs_ask a = { .kind = "blocklist.refresh", .object = k->id, .actor = actor, .in = in, .nfds = 1,
		.done = on_refreshed, .arg = r };
	char name[FILTER_NEW_MAX];
	int fd, error;

	filter_new_name(name, k);
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

static void
on_refreshed(void *arg, const json_t *result, const struct err *e)
{
	struct refresh *r = arg;
	struct filter *f = r->f;
	struct filter_known *k = filter_find(f, r->id);
	char name[FILTER_NEW_MAX];

	free(r);
	if (k == NULL || !k->busy || f->c->stopping)
		return;		/* the list is gone or another one, or we are: its file goes with the next start */
	k->busy = false;
	if (e != NULL)
		filter_known_failed(k, e->detail);
	else
		filter_known_brought(k, result, clk_system.wall_s(&clk_system));
	if (!k->fresh) {
		filter_new_name(name, k);
		(void)unlinkat(f->dirfd, name, 0);	/* swept at the next start, if not */
	}
	state_dirty_observed(f->c);
	filter_table_build(f);
}
