#include "conf/rollback.h"

#include <stdbool.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "conf/check.h"
#include "conf/schema.h"

/* Credentials never return (CFG-10). */
static bool
returns(const char *section)
{
	return strcmp(section, "users") != 0 && strcmp(section, "tokens") != 0 && strcmp(section, "auth") != 0;
}

/* Records by their name in lower case; NULL when out of memory. */
static json_t *
index_new(const json_t *array, const char *key)
{
	json_t *index = json_object(), *record;
	char name[CONF_NAME64_MAX + 1];
	size_t i;

	json_array_foreach(array, i, record) {
		if (!str_lower(str_of(json_string_value(json_object_get(record, key))), name, sizeof(name)))
			continue;
		if (index == NULL || json_object_set(index, name, record) < 0) {
			json_decref(index);
			return NULL;
		}
	}
	return index;
}

static json_t *
find(const json_t *index, const json_t *name)
{
	char lower[CONF_NAME64_MAX + 1];

	return str_lower(str_of(json_string_value(name)), lower, sizeof(lower)) ? json_object_get(index, lower) : NULL;
}

/* A key that was taken away must not open the door again, be it that of a device with the name of one of today. */
static int
return_peer(json_t *peer, const json_t *peers, const json_t *users)
{
	const json_t *now = find(peers, json_object_get(peer, "name")), *owner = json_object_get(peer, "owner");
	int r = 0;

	if (now == NULL || !json_equal(json_object_get(now, "public_key"), json_object_get(peer, "public_key")))
		r = json_object_set_new(peer, "enabled", json_false());
	if (r == 0 && json_is_string(owner) && find(users, owner) == NULL)
		r = json_object_set_new(peer, "owner", json_null());
	return r;
}

static int
return_peers(const json_t *draft, json_t *doc)
{
	json_t *peers = index_new(json_object_get(draft, "peers"), "name"), *peer;
	json_t *users = index_new(json_object_get(draft, "users"), "username");
	size_t i;
	int r = peers == NULL || users == NULL ? -1 : 0;

	json_array_foreach(json_object_get(doc, "peers"), i, peer)
		if (r == 0)
			r = return_peer(peer, peers, users);
	json_decref(peers);
	json_decref(users);
	return r;
}

int
conf_rollback(json_t *draft, json_t *doc, struct err *e)
{
	const struct conf_section *s;

	if (return_peers(draft, doc) < 0)
		return err_set(e, ERR_INTERNAL, "out of memory");
	for (s = conf_sections; s->name != NULL; s++)
		if (returns(s->name) && json_object_set(draft, s->name, json_object_get(doc, s->name)) < 0)
			return err_set(e, ERR_INTERNAL, "there is no %s to go back to", s->name);
	return 0;
}
