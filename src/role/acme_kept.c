/* vault/acme.json; see acme_kept.h. */
#include "role/acme_kept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/err.h"
#include "base/log.h"
#include "base/sparse.h"
#include "base/str.h"
#include "conf/json.h"
#include "sys/file.h"

enum { FILE_MAX = 4 << 20 };

#define FILE_NAME "acme.json"

/* --- looking ------------------------------------------------------------------------- */

struct acme_server *
acme_kept_server(struct acme_kept *k, const char *directory)
{
	size_t i;

	for (i = 0; i < k->nservers; i++)
		if (strcmp(k->servers[i].directory, directory) == 0)
			return &k->servers[i];
	if (k->nservers == ACME_SERVERS_MAX)
		memmove(&k->servers[0], &k->servers[1], --k->nservers * sizeof(k->servers[0]));
	memset(&k->servers[k->nservers], 0, sizeof(k->servers[0]));
	(void)str_copy(str_of(directory), k->servers[k->nservers].directory, ACME_URL_SIZE);	/* the configuration's bound */
	return &k->servers[k->nservers++];
}

static size_t
index_of(const struct acme_kept *k, const char *name)
{
	size_t i;

	for (i = 0; i < k->nitems; i++)
		if (strcmp(k->items[i].name, name) == 0)
			break;
	return i;
}

const struct acme_item *
acme_kept_find(const struct acme_kept *k, const char *name)
{
	const size_t i = index_of(k, name);

	return i == k->nitems ? NULL : &k->items[i];
}

struct acme_item *
acme_kept_item(struct acme_kept *k, const char *name)
{
	size_t i = index_of(k, name);

	if (i == k->nitems && k->nitems == ACME_WANTS_MAX)
		for (i = 0; i < k->nitems; i++)
			if (k->items[i].issued_by[0] == '\0' && k->items[i].order.want.n == 0)
				break;
	if (i == ACME_WANTS_MAX)
		return NULL;
	if (strcmp(k->items[i].name, name) != 0) {
		memset(&k->items[i], 0, sizeof(k->items[i]));
		(void)str_copy(str_of(name), k->items[i].name, ACME_NAME_SIZE);	/* a host name fits */
		k->nitems += i == k->nitems;
	}
	return &k->items[i];
}

bool
acme_kept_needs(const struct acme_kept *k, const char *ref)
{
	size_t i;

	for (i = 0; i < k->nitems; i++)
		if (k->items[i].order.want.n > 0 && strcmp(k->items[i].order.key_ref, ref) == 0)
			return true;
	return strcmp(k->account_ref, ref) == 0 || strcmp(k->spare_ref, ref) == 0;
}

/* --- writing -------------------------------------------------------------------------- */

static json_t *
times_json(const int64_t *v, size_t n)
{
	json_t *list = json_array();
	size_t i;

	/* out of memory shows when the text is made */
	for (i = 0; i < n; i++)
		if (v[i] != 0)
			(void)json_array_append_new(list, json_integer(v[i]));
	return list;
}

static json_t *
order_json(const struct acme_order *o)
{
	json_t *names = json_array();
	size_t i;

	for (i = 0; i < o->want.n; i++)
		(void)json_array_append_new(names, json_string(o->want.names[i]));	/* the same */
	return json_pack("{so, ss, ss, ss, sb}", "names", names, "key_ref", o->key_ref, "directory", o->directory, "url", o->url,
	    "unsure", o->unsure);
}

static json_t *
item_json(const struct acme_item *t)
{
	const struct acme_past *p = &t->past;
	json_t *o = json_pack("{ss, si, sI, so, sI, s{sI, sI, sI}, ss, ss, sI}", "name", t->name, "failures", (int)p->failures,
	    "retry_at", (json_int_t)p->retry_at, "failed", times_json(p->failed, ACME_FAILED_PER_HOUR),
	    "renewed_at", (json_int_t)p->renewed_at, "window", "start", (json_int_t)p->window.start,
	    "end", (json_int_t)p->window.end, "again", (json_int_t)p->window.again, "issued_by", t->issued_by, "error", t->error,
	    "error_at", (json_int_t)t->error_at);

	if (t->order.want.n > 0)
		(void)json_object_set_new(o, "order", order_json(&t->order));	/* the same */
	return o;
}

static json_t *
kept_json(const struct acme_kept *k)
{
	json_t *servers = json_array(), *items = json_array();
	size_t i;

	for (i = 0; i < k->nservers; i++)
		(void)json_array_append_new(servers, json_pack("{ss, ss, sb}", "directory", k->servers[i].directory,
		    "account_url", k->servers[i].account_url, "staged", k->servers[i].staged));	/* the same */
	for (i = 0; i < k->nitems; i++)
		(void)json_array_append_new(items, item_json(&k->items[i]));	/* the same */
	return json_pack("{ss, ss, so, so, so}", "account_ref", k->account_ref, "spare_ref", k->spare_ref, "servers", servers,
	    "orders", times_json(k->ledger.orders, ACME_ORDERS_PER_DAY), "certificates", items);
}

int
acme_kept_store(const struct acme_kept *k, int state_fd, struct err *e)
{
	json_t *o = kept_json(k);
	char *text = o == NULL ? NULL : conf_json_pretty(o);
	int fd = file_dir_sub(state_fd, "vault", e), error = fd;

	if (fd >= 0) {
		error = text == NULL ? err_sys(e, -ENOMEM, "save the orders") :
		    file_write(fd, FILE_NAME, text, strlen(text), 0600, e);
		(void)close(fd);	/* a directory */
	}
	free(text);
	json_decref(o);
	return error;
}

/* --- reading -------------------------------------------------------------------------- */

static bool
read_text(const json_t *o, const char *key, char *out, size_t size)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL && str_copy(str_of(s), out, size);
}

static int64_t
read_int(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static void
read_times(const json_t *list, int64_t *v, size_t n)
{
	size_t i;

	for (i = 0; i < n && i < json_array_size(list); i++)
		v[i] = json_integer_value(json_array_get(list, i));
}

static bool
read_order(const json_t *o, struct acme_order *r)
{
	const json_t *names = json_object_get(o, "names"), *one;
	size_t i;

	json_array_foreach(names, i, one)
		if (i == ACME_WANT_NAMES || !json_is_string(one) ||
		    !str_copy(str_of(json_string_value(one)), r->want.names[i], ACME_NAME_SIZE))
			return false;
	r->want.n = json_array_size(names);
	r->unsure = json_is_true(json_object_get(o, "unsure"));
	return r->want.n > 0 && read_text(o, "key_ref", r->key_ref, sizeof(r->key_ref)) &&
	    read_text(o, "directory", r->directory, sizeof(r->directory)) && read_text(o, "url", r->url, sizeof(r->url));
}

static bool
read_item(const json_t *o, struct acme_item *t)
{
	const json_t *window = json_object_get(o, "window"), *order = json_object_get(o, "order");

	t->past = (struct acme_past){ .failures = (unsigned)read_int(o, "failures"), .retry_at = read_int(o, "retry_at"),
	    .renewed_at = read_int(o, "renewed_at"),
	    .window = { read_int(window, "start"), read_int(window, "end"), read_int(window, "again") } };
	read_times(json_object_get(o, "failed"), t->past.failed, ACME_FAILED_PER_HOUR);
	t->error_at = read_int(o, "error_at");
	return read_text(o, "name", t->name, sizeof(t->name)) && read_text(o, "issued_by", t->issued_by, sizeof(t->issued_by)) &&
	    read_text(o, "error", t->error, sizeof(t->error)) && (order == NULL || read_order(order, &t->order));
}

static bool
read_server(const json_t *o, struct acme_server *s)
{
	s->staged = json_is_true(json_object_get(o, "staged"));
	return read_text(o, "directory", s->directory, sizeof(s->directory)) &&
	    read_text(o, "account_url", s->account_url, sizeof(s->account_url));
}

static bool
read_kept(const json_t *o, struct acme_kept *k)
{
	const json_t *list, *one;
	size_t i;

	if (!read_text(o, "account_ref", k->account_ref, sizeof(k->account_ref)) ||
	    !read_text(o, "spare_ref", k->spare_ref, sizeof(k->spare_ref)))
		return false;
	read_times(json_object_get(o, "orders"), k->ledger.orders, ACME_ORDERS_PER_DAY);
	list = json_object_get(o, "servers");
	json_array_foreach(list, i, one)
		if (i == ACME_SERVERS_MAX || !read_server(one, &k->servers[k->nservers++]))
			return false;
	list = json_object_get(o, "certificates");
	json_array_foreach(list, i, one)
		if (i == ACME_WANTS_MAX || !read_item(one, &k->items[k->nitems++]))
			return false;
	return true;
}

/* 0; -ENOENT: there is none; what else is wrong counts as damage. */
static int
read_file(int state_fd, struct acme_kept *k)
{
	int fd = file_dir_sub(state_fd, "vault", NULL), error = fd;
	char *text = NULL;
	json_t *o;
	size_t n;

	if (fd < 0)
		return error;
	error = file_read(fd, FILE_NAME, FILE_MAX, &text, &n, NULL);
	(void)close(fd);	/* a directory */
	if (error < 0)
		return error;
	o = conf_json_read(text, n, NULL);
	free(text);
	error = read_kept(o, k) ? 0 : -EINVAL;
	json_decref(o);
	return error;
}

struct acme_kept *
acme_kept_load(int state_fd)
{
	struct acme_kept *k = sparse_new(sizeof(*k));
	int error = k == NULL ? 0 : read_file(state_fd, k);

	if (error < 0 && error != -ENOENT) {
		log_line(LOG_ACME, LOG_ERROR, "vault/acme.json cannot be read: another ACME account will be made", NULL);
		memset(k, 0, sizeof(*k));
	}
	return k;
}

void
acme_kept_free(struct acme_kept *k)
{
	sparse_free(k, sizeof(*k));
}
