/* No row is asked here: whatever is called secret_ref does not go out, also from a section that nobody thought of. */
#include "conf/public.h"

#include <stdbool.h>

#include "base/str.h"

/* Replace secret_ref in every object below v. */
static bool
hide(json_t *v, bool (*replace)(json_t *obj, bool has))
{
	const char *key;
	const json_t *ref = json_object_get(v, "secret_ref");
	json_t *member;
	size_t i;
	bool ok = ref == NULL || replace(v, !json_is_null(ref));

	json_object_foreach(v, key, member)
		ok = hide(member, replace) && ok;
	json_array_foreach(v, i, member)
		ok = hide(member, replace) && ok;
	return ok;
}

static bool
to_flag(json_t *obj, bool has)
{
	return json_object_del(obj, "secret_ref") == 0 && json_object_set_new(obj, "has_secret", json_boolean(has)) == 0;
}

static bool
to_word(json_t *obj, bool has)
{
	return !has || json_object_set_new(obj, "secret_ref", json_string("(secret)")) == 0;
}

/* All or nothing: a copy that could not be cleaned is dropped. */
static json_t *
hidden(const json_t *v, bool (*replace)(json_t *obj, bool has))
{
	json_t *copy = json_deep_copy(v);

	if (copy != NULL && !hide(copy, replace)) {
		json_decref(copy);
		return NULL;
	}
	return copy;
}

json_t *
conf_public(const json_t *doc)
{
	return hidden(doc, to_flag);
}

static bool
hide_value(json_t *change, const char *key)
{
	const json_t *v = json_object_get(change, key);

	return v == NULL || json_is_null(v) || json_object_set_new(change, key, json_string("(secret)")) == 0;
}

json_t *
conf_public_changes(const json_t *changes)
{
	json_t *out = hidden(changes, to_word), *c;
	size_t i;
	bool ok = true;

	json_array_foreach(out, i, c)
		if (str_ends(str_of(json_string_value(json_object_get(c, "path"))), STR("/secret_ref")))
			ok = hide_value(c, "old") && hide_value(c, "new") && ok;
	if (!ok) {
		json_decref(out);
		return NULL;
	}
	return out;
}
