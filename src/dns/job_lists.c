/* The jobs of block lists; see job_lists.h. */
#include "dns/job_lists.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "dns/blocklist.h"
#include "dns/list_file.h"
#include "dns/lists.h"
#include "dns/name.h"
#include "dns/random.h"
#include "io/fetch.h"
#include "io/tls_client.h"
#include "sys/clk.h"
#include "sys/memfd.h"

enum { FIRST_FD = 3, BUFFER = 64 << 10, LINE_ROOM = 256, PERCENT_MAX = 95 };

/* --- refresh ------------------------------------------------------------------------ */

struct refresh {
	struct dns_blocklist reader;
	void *seen;			/* a name set: what is written already */
	struct dns_nameset set;
	size_t room, names, n;
	bool full;			/* more names than there is room for */
	int error;			/* of the file; negative errno */
	void (*progress)(void *arg, int percent, const char *step);
	void *arg;
	char buf[BUFFER];
};

static void
flush(struct refresh *r)
{
	size_t at = 0;
	ssize_t k;

	while (at < r->n && r->error == 0) {
		k = write(FIRST_FD, r->buf + at, r->n - at);
		if (k < 0 && errno != EINTR)
			r->error = -errno;
		at += k < 0 ? 0 : (size_t)k;
	}
	r->n = 0;
}

static void
put_name(struct refresh *r, const uint8_t *name)
{
	size_t at;

	if (sizeof(r->buf) - r->n < LINE_ROOM)
		flush(r);
	for (at = 0; name[at] != 0; at += name[at] + 1u) {
		memcpy(r->buf + r->n, name + at + 1, name[at]);
		r->n += name[at];
		r->buf[r->n++] = name[at + name[at] + 1u] == 0 ? '\n' : '.';
	}
}

/* Each once, and not what is below a name that came before. */
static void
on_name(void *arg, const uint8_t *name, size_t len)
{
	struct refresh *r = arg;

	(void)dns_nameset_open(&r->set, r->seen, dns_nameset_size(r->room));	/* we made it; it knows its depth anew */
	if (r->full || dns_nameset_find(&r->set, name, len) != 0)
		return;
	if (!dns_nameset_add(r->seen, name, len, 1)) {
		r->full = true;
		return;
	}
	put_name(r, name);
	r->names++;
}

static void
on_data(void *arg, const uint8_t *p, size_t n)
{
	dns_blocklist_feed(&((struct refresh *)arg)->reader, (const char *)p, n);
}

/* Nobody knows how much is to come: half of the way each time. */
static void
on_progress(void *arg, size_t n)
{
	struct refresh *r = arg;

	if (r->progress != NULL)
		r->progress(r->arg, (int)(PERCENT_MAX * n / (n + (1 << 20))), "downloading");
}

static const char *
text(const json_t *in, const char *key)
{
	const char *s = json_string_value(json_object_get(in, key));

	return s == NULL ? "" : s;
}

static bool
head_write(const struct refresh *r)
{
	char head[DNS_LIST_FILE_HEAD + 1];

	dns_list_file_head(head, (uint32_t)r->names);
	return pwrite(FIRST_FD, head, DNS_LIST_FILE_HEAD, 0) == DNS_LIST_FILE_HEAD;
}

/* Is what came a list, and is all of it in the file? */
static int
judge(struct refresh *r, struct err *e)
{
	dns_blocklist_end(&r->reader);
	flush(r);
	if (r->reader.markup)
		return err_set(e, ERR_REMOTE, "this is a web page, not a list");
	if (r->names == 0)
		return err_set(e, ERR_REMOTE, "there is no name in it");
	if (r->full)
		return err_set(e, ERR_TOO_LARGE, "all lists together would have more than %d names", DNS_NAMESET_NAMES_MAX);
	if (r->error < 0 || !head_write(r))
		return err_sys(e, r->error < 0 ? r->error : -EIO, "keep the list");
	return 0;
}

static int
fetch(struct refresh *r, const json_t *in, struct io_tls_client *tls, struct io_fetched *got, struct err *e)
{
	struct io_fetch f = { .url = text(in, "url"), .etag = text(in, "etag"), .modified = text(in, "modified"),
		.resolver.port = (uint16_t)json_integer_value(json_object_get(in, "port")), .tls = tls,
		.max = DNS_LIST_FILE_MAX - DNS_LIST_FILE_HEAD, .deadline_s = DNS_JOB_FETCH_S, .on_data = on_data,
		.on_progress = on_progress, .arg = r };
	int error;

	if (!addr_read(str_of(text(in, "resolver")), &f.resolver.addr))
		return err_set(e, ERR_UNAVAILABLE, "the cell's own name service does not run");
	error = io_fetch(&f, got, e);
	return error < 0 || got->unchanged ? error : judge(r, e);
}

static int
refresh_new(struct refresh **out, const json_t *in, struct err *e)
{
	struct refresh *r = calloc(1, sizeof(*r));
	json_int_t room = json_integer_value(json_object_get(in, "room"));
	enum dns_blocklist_format format;
	uint64_t key[2];

	*out = r;
	if (r == NULL)
		return err_sys(e, -ENOMEM, "read the list");
	if (!dns_blocklist_format_read(text(in, "format"), &format) || room < 0 || room > DNS_NAMESET_NAMES_MAX)
		return err_set(e, ERR_VALIDATION, "format, room");
	r->room = (size_t)room;
	r->seen = calloc(1, dns_nameset_size(r->room));
	if (r->seen == NULL)
		return err_sys(e, -ENOMEM, "read the list");
	dns_random_seed(key, sizeof(key));
	dns_nameset_init(r->seen, r->room, key);
	dns_blocklist_init(&r->reader, format, on_name, r);
	r->n = DNS_LIST_FILE_HEAD;	/* written at the end, over zeros */
	return 0;
}

int
dns_job_refresh(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg,
    json_t **result, struct err *e)
{
	struct io_tls_anchors **trust = arg;
	struct io_tls_client *tls = NULL;
	struct io_fetched got = { 0 };
	struct refresh *r;
	int error = refresh_new(&r, in, e);

	if (error == 0 && (tls = io_tls_client_new(*trust, &clk_system)) == NULL)
		error = err_sys(e, -ENOMEM, "speak TLS");
	if (error == 0) {
		*trust = NULL;	/* the client has it */
		r->progress = progress;
		r->arg = arg;
		error = fetch(r, in, tls, &got, e);
	}
	if (error == 0)
		*result = json_pack("{s:b, s:s, s:s, s:I, s:I}", "unchanged", got.unchanged, "etag", got.etag,
		    "modified", got.modified, "names", (json_int_t)r->names, "skipped", (json_int_t)r->reader.skipped);
	io_tls_client_unref(tls);
	if (r != NULL)
		free(r->seen);
	free(r);
	return error;
}

/* --- build -------------------------------------------------------------------------- */

static bool
map_file(int fd, struct dns_list_file *f)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) < 0 || st.st_size <= 0 || st.st_size > DNS_LIST_FILE_MAX)
		return false;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	f->p = p;
	f->n = (size_t)st.st_size;
	return p != MAP_FAILED;
}

/* What is mapped here goes with the process. */
int
dns_job_build(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg,
    json_t **result, struct err *e)
{
	const json_t *ids = json_object_get(in, "ids");
	json_int_t size = json_integer_value(json_object_get(in, "size")), sync;
	struct dns_list_file v[DNS_LISTS_MAX];
	size_t n = json_array_size(ids), i;
	void *p;

	(void)progress;
	(void)arg;
	if (n > DNS_LISTS_MAX || size <= 0)
		return err_set(e, ERR_VALIDATION, "ids, size");
	for (i = 0; i < n; i++) {
		v[i].id = json_string_value(json_array_get(ids, i));
		if (v[i].id == NULL || !map_file(FIRST_FD + (int)i, &v[i]))
			return err_set(e, ERR_INTERNAL, "list %zu cannot be read", i);
	}
	sync = json_integer_value(json_object_get(in, "sync"));
	if (sync >= 0 && sync < (json_int_t)n && fsync(FIRST_FD + (int)sync) < 0)
		return err_sys(e, -errno, "keep the list");
	p = memfd_draft_map(FIRST_FD + (int)n, (size_t)size);
	if (p == NULL || dns_list_file_room(v, n) != (size_t)size || !dns_list_file_build(p, v, n))
		return err_set(e, ERR_INTERNAL, "the table of all lists cannot be made");
	*result = json_object();
	return 0;
}
