/* The one reader of JSON. What it accepts is whole numbers, not too deep, and the
 * same again after all writers; what it refuses it refuses with a position. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "conf/dump.h"
#include "conf/json.h"
#include "conf/locate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
check_limits(const json_t *j, unsigned depth)
{
	json_t *v, *obj = (json_t *)(uintptr_t)j;	/* the iterators want it writable */
	const char *key;
	size_t i;

	assert(!json_is_real(j));
	assert(depth <= CONF_JSON_DEPTH || !(json_is_object(j) || json_is_array(j)));
	json_object_foreach(obj, key, v)
		check_limits(v, depth + 1);
	json_array_foreach(obj, i, v)
		check_limits(v, depth + 1);
}

static void
check_writer(const json_t *j, char *(*write)(const json_t *))
{
	char *text = write(j), *again;
	json_t *back;

	assert(text != NULL);
	back = conf_json_read(text, strlen(text), NULL);
	assert(back != NULL && json_equal(back, j));
	again = write(back);
	assert(strcmp(text, again) == 0);
	json_decref(back);
	free(text);
	free(again);
}

static char *
dump(const json_t *j)
{
	size_t n;

	return conf_dump(j, &n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const paths[] = { "a", "a.b[1].c", "dns.records[0].ttl", "[0][0]" };
	struct str text = { (const char *)data, len };
	struct err e;
	json_t *j;
	size_t i;

	err_clear(&e);
	j = conf_json_read((const char *)data, len, &e);
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert(conf_locate(text, paths[i]) <= len);
	if (j == NULL) {
		assert(e.kind == ERR_VALIDATION && strncmp(e.detail, "line ", 5) == 0);
		return 0;
	}
	check_limits(j, 1);
	check_writer(j, conf_json_canonical);
	check_writer(j, conf_json_pretty);
	check_writer(j, dump);
	json_decref(j);
	return 0;
}
