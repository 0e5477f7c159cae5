#include "conf/names.h"

#include <stdbool.h>

#include "base/str.h"
#include "conf/check.h"

static bool
lower(const json_t *key, char out[CONF_NAME_MAX + 1])
{
	const char *s = json_string_value(key);

	return s != NULL && str_lower(str_of(s), out, CONF_NAME_MAX + 1);
}

json_t *
conf_names_new(const json_t *array, const char *key)
{
	json_t *names = json_object(), *record;
	char name[CONF_NAME_MAX + 1];
	size_t i;

	json_array_foreach(array, i, record) {
		if (!lower(json_object_get(record, key), name))
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
