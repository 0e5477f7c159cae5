#include "conf/names.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"
#include "conf/check.h"

enum { FIRST = 3 };	/* members to look at: rev, and mostly the key, stand first */

static bool
lower(const json_t *key, char out[CONF_NAME_MAX + 1])
{
	const char *s = json_string_value(key);

	return s != NULL && str_lower(str_of(s), out, CONF_NAME_MAX + 1);
}

json_t *
conf_names_key(const json_t *record, const char *key)
{
	json_t *of = (json_t *)(uintptr_t)record;	/* the iterator wants it writable, and does not write */
	void *at = json_object_iter(of);
	unsigned i;

	for (i = 0; i < FIRST && at != NULL; i++, at = json_object_iter_next(of, at))
		if (strcmp(json_object_iter_key(at), key) == 0)
			return json_object_iter_value(at);
	return json_object_get(record, key);
}

json_t *
conf_names_new(const json_t *array, const char *key)
{
	json_t *names = json_object(), *record;
	char name[CONF_NAME_MAX + 1];
	size_t i;

	json_array_foreach(array, i, record) {
		if (!lower(conf_names_key(record, key), name))
			continue;
		if (names == NULL || json_object_set(names, name, record) < 0) {
			json_decref(names);
			return NULL;
		}
	}
	return names;
}

json_t *
conf_names_find(const json_t *names, const json_t *key)
{
	char name[CONF_NAME_MAX + 1];

	return lower(key, name) ? json_object_get(names, name) : NULL;
}
