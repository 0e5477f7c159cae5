/* Targets of requests: a path that is taken decodes to clean segments, says
 * the same when encoded and read again, and finds at most one row; a query
 * that is taken holds only what its shapes know. Input: path '?' query. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "api/dns_shape.h"
#include "api/path.h"
#include "api/route.h"
#include "api/shape.h"
#include "api/walk.h"
#include "base/arena.h"
#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str
encode(struct arena *a, const struct api_path *p)
{
	size_t n = 0, i, k, room = 1;
	char *buf;

	for (i = 0; i < p->n; i++)
		room += 1 + 3 * strlen(p->segment[i]);
	buf = arena_alloc(a, room);
	assert(buf != NULL);
	for (i = 0; i < p->n; i++) {
		buf[n++] = '/';
		for (k = 0; p->segment[i][k] != '\0'; k++)
			n += (size_t)snprintf(buf + n, room - n, "%%%02X", (uint8_t)p->segment[i][k]);
	}
	return (struct str){ buf, n };
}

static void
path(struct arena *a, struct str raw)
{
	struct api_path p, again;
	char allow[API_ALLOW_MAX];
	const struct api_route *r;
	bool known;
	size_t i;

	if (!api_path_read(&p, a, raw)) {
		assert(p.n == 0 && p.text[0] == '\0');
		return;
	}
	assert(p.n > 0 && p.n <= API_SEGMENTS_MAX);
	for (i = 0; i < p.n; i++) {
		assert(p.segment[i][0] != '\0' && strchr(p.segment[i], '/') == NULL);
		assert(strcmp(p.segment[i], "..") != 0 && strcmp(p.segment[i], ".") != 0);
		assert(str_utf8(str_of(p.segment[i])) && str_printable(str_of(p.segment[i])));
	}
	assert(api_path_read(&again, a, encode(a, &p)));
	assert(again.n == p.n && strcmp(again.text, p.text) == 0);
	r = api_route_find(HTTP_GET, &p, &known, allow);
	assert(r == NULL || (known && allow[0] != '\0'));
	assert(known == (api_route_open(&p) != NULL));
}

static void
query(struct str raw)
{
	struct err e;
	json_t *j = api_query_read(raw, &api_ask_shape, &api_change_query, &e), *v;
	struct api_walk own, shared;
	const char *name;

	if (j == NULL) {
		assert(e.kind == ERR_VALIDATION);
		return;
	}
	api_walk_init(&own, &api_ask_shape, true);
	api_walk_init(&shared, &api_change_query, true);
	json_object_foreach(j, name, v)
		assert(api_walk_find(&own, name) || api_walk_find(&shared, name));
	assert(json_object_get(j, "name") != NULL);	/* the needed one */
	json_decref(j);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size }, head;
	struct arena *a = arena_new(1 << 20);

	(void)str_cut(&rest, '?', &head);	/* without one, no query */
	path(a, head);
	query(rest);
	arena_free(a);
	return 0;
}
