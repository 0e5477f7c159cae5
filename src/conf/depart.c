#include "conf/depart.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "conf/check.h"
#include "conf/draft.h"

#define ROUTE "route:"

enum { WORD_SIZE = sizeof(ROUTE) + CONF_LABEL_MAX };

static const char *
text(const json_t *obj, const char *key)
{
	return json_string_value(json_object_get(obj, key));
}

/* --- routes --------------------------------------------------------------------- */

/* Value of key → record. NULL when out of memory. */
static json_t *
index_new(const json_t *array, const char *key)
{
	json_t *index = json_object(), *record;
	size_t i;

	json_array_foreach(array, i, record)
		if (index != NULL && text(record, key) != NULL && json_object_set(index, text(record, key), record) < 0) {
			json_decref(index);
			return NULL;
		}
	return index;
}

static const char *
word(const char *route, char buf[WORD_SIZE])
{
	(void)snprintf(buf, WORD_SIZE, ROUTE "%s", route);	/* of a checked document: fits */
	return buf;
}

/* Old word → new one, or null. */
static int
words_add(json_t *words, const char *name, const char *now)
{
	char from[WORD_SIZE], to[WORD_SIZE];

	return json_object_set_new(words, word(name, from),
	    now == NULL ? json_null() : json_string(word(now, to))) < 0 ? -ENOMEM : 0;
}

/* Of all routes whose name is no route's any more. NULL when out of memory. */
static json_t *
words_new(const json_t *had, const json_t *has)
{
	json_t *words = json_object(), *names = index_new(has, "name"), *ids = index_new(has, "id");
	const json_t *route;
	size_t i;
	int r = words == NULL || names == NULL || ids == NULL ? -ENOMEM : 0;

	json_array_foreach(had, i, route)
		if (r == 0 && text(route, "name") != NULL && json_object_get(names, text(route, "name")) == NULL)
			r = words_add(words, text(route, "name"), text(json_object_get(ids, text(route, "id")), "name"));
	json_decref(names);
	json_decref(ids);
	if (r == 0)
		return words;
	json_decref(words);
	return NULL;
}

static bool
has_text(const json_t *array, const json_t *v)
{
	const json_t *one;
	size_t i;

	json_array_foreach(array, i, one)
		if (json_equal(one, v))
			return true;
	return false;
}

static int
words_replace(const json_t *words, json_t *access)
{
	size_t i = 0;
	int r = 0;

	while (i < json_array_size(access) && r == 0) {
		const json_t *v = json_array_get(access, i);
		json_t *to = json_is_string(v) ? json_object_get(words, json_string_value(v)) : NULL;

		if (to == NULL)
			i++;
		else if (json_is_null(to) || has_text(access, to))
			r = json_array_remove(access, i);
		else
			r = json_array_set(access, i++, to);
	}
	return r < 0 ? -ENOMEM : 0;
}

/* Of ten thousand devices most have none of the words, and no copy is made of those (draft.h). */
static bool
words_meet(const json_t *words, const json_t *access)
{
	const json_t *v;
	size_t i;

	json_array_foreach(access, i, v) {
		const char *s = json_string_value(v);

		if (s != NULL && strncmp(s, ROUTE, sizeof(ROUTE) - 1) == 0 && json_object_get(words, s) != NULL)
			return true;
	}
	return false;
}

static int
depart_words(const json_t *words, json_t *peers)
{
	json_t *peer;
	size_t i;
	int r = 0;

	for (i = 0; i < json_array_size(peers) && r == 0; i++) {
		if (!words_meet(words, json_object_get(json_array_get(peers, i), "service_access")))
			continue;
		peer = conf_draft_record(peers, i);
		r = peer == NULL ? -ENOMEM : words_replace(words, json_object_get(peer, "service_access"));
	}
	return r;
}

/* Is each of had still there, and the very same? */
static bool
all_stay(const json_t *had, const json_t *has)
{
	struct conf_draft_walk same = { .base = has };
	size_t i;

	for (i = 0; i < json_array_size(had); i++)
		if (!conf_draft_is_same(&same, json_array_get(had, i)))
			return false;
	return true;
}

static int
depart_routes(const json_t *old, json_t *draft)
{
	const json_t *had = json_object_get(json_object_get(old, "proxy"), "routes");
	const json_t *has = json_object_get(json_object_get(draft, "proxy"), "routes");
	json_t *words;
	int r;

	if (all_stay(had, has))
		return 0;
	words = words_new(had, has);
	r = words == NULL ? -ENOMEM : 0;
	if (r == 0 && json_object_size(words) > 0)
		r = depart_words(words, json_object_get(draft, "peers"));
	json_decref(words);
	return r;
}

/* --- devices ----------------------------------------------------------------------- */

static bool
is_named_alike(const json_t *a, const json_t *b)
{
	return a == b || (text(a, "name") != NULL && text(b, "name") != NULL && strcasecmp(text(a, "name"), text(b, "name")) == 0);
}

static int
set_add(json_t *set, const json_t *record)
{
	char name[CONF_NAME64_MAX + 1];
	const char *s = text(record, "name");

	if (s == NULL || !str_lower(str_of(s), name, sizeof(name)))
		return 0;
	return json_object_set_new(set, name, json_true()) < 0 ? -ENOMEM : 0;
}

static bool
set_has(const json_t *set, const char *s)
{
	char name[CONF_NAME64_MAX + 1];

	return s != NULL && str_lower(str_of(s), name, sizeof(name)) && json_object_get(set, name) != NULL;
}

/* Names of a that b has not. Mostly both are the same but for one place, and only what is between counts. */
static int
names_gone(const json_t *a, const json_t *b, json_t *gone)
{
	size_t na = json_array_size(a), nb = json_array_size(b), first = 0, i;
	json_t *stay = json_object();
	int r = stay == NULL ? -ENOMEM : 0;

	while (first < na && first < nb && is_named_alike(json_array_get(a, first), json_array_get(b, first)))
		first++;
	while (na > first && nb > first && is_named_alike(json_array_get(a, na - 1), json_array_get(b, nb - 1))) {
		na--;
		nb--;
	}
	for (i = first; i < nb && r == 0; i++)
		r = set_add(stay, json_array_get(b, i));
	for (i = first; i < na && r == 0; i++)
		if (!set_has(stay, text(json_array_get(a, i), "name")))
			r = set_add(gone, json_array_get(a, i));
	json_decref(stay);
	return r;
}

static int
remove_records(json_t *array, const json_t *gone)
{
	size_t i = 0;
	int r = 0;

	while (i < json_array_size(array) && r == 0) {
		const json_t *record = json_array_get(array, i);

		if (set_has(gone, text(json_object_get(record, "from"), "peer")) ||
		    set_has(gone, text(json_object_get(record, "to"), "peer")))
			r = json_array_remove(array, i);
		else
			i++;
	}
	return r < 0 ? -ENOMEM : 0;
}

static int
remove_texts(json_t *array, const json_t *gone)
{
	size_t i = 0;
	int r = 0;

	while (i < json_array_size(array) && r == 0) {
		if (set_has(gone, json_string_value(json_array_get(array, i))))
			r = json_array_remove(array, i);
		else
			i++;
	}
	return r < 0 ? -ENOMEM : 0;
}

static int
depart_peers(const json_t *old, json_t *draft)
{
	json_t *gone = json_object(), *firewall = json_object_get(draft, "firewall"), *list;
	size_t i;
	int r = gone == NULL ? -ENOMEM : names_gone(json_object_get(old, "peers"), json_object_get(draft, "peers"), gone);

	if (r == 0 && json_object_size(gone) > 0) {
		r = remove_records(json_object_get(firewall, "rules"), gone);
		if (r == 0)
			r = remove_records(json_object_get(firewall, "assertions"), gone);
		json_array_foreach(json_object_get(json_object_get(draft, "blocklists"), "lists"), i, list)
			if (r == 0)
				r = remove_texts(json_object_get(json_object_get(list, "apply_to"), "peers"), gone);
	}
	json_decref(gone);
	return r;
}

int
conf_depart(const json_t *old, json_t *draft)
{
	int r = depart_routes(old, draft);

	return r < 0 ? r : depart_peers(old, draft);
}
