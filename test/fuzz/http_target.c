/* Paths, queries and hosts of any bytes: what is decoded names one place, and
 * nothing that is left in it could be decoded into another separator (ACC-13). */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "http/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
check_path(struct str path)
{
	char buf[128];
	struct str raw, segment;

	while (http_path_cut(&path, &raw)) {
		assert(memchr(raw.p, '/', raw.n) == NULL);
		if (!http_segment_decode(raw, buf, sizeof(buf), &segment))
			continue;
		assert(segment.n <= raw.n && segment.n <= sizeof(buf));
		assert(memchr(segment.p, '/', segment.n) == NULL && memchr(segment.p, '\\', segment.n) == NULL);
		assert(!str_eqz(segment, ".."));
	}
}

static void
check_query(struct str query)
{
	char buf[128];
	struct str key, value, rest = query;

	while (http_query_cut(&rest, &key, &value))
		assert(memchr(key.p, '&', key.n) == NULL && memchr(key.p, '=', key.n) == NULL);
	if (http_query_get(query, "a", buf, sizeof(buf), &value) == 1)
		assert(value.n <= sizeof(buf) && memchr(value.p, '\0', value.n) == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str s = { (const char *)data, len }, name;
	uint16_t port;

	check_path(s);
	check_query(s);
	if (http_host_read(s, &name, &port))
		assert(name.n > 0 && name.n <= len && memchr(name.p, '/', name.n) == NULL);
	return 0;
}
