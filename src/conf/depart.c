#include "conf/depart.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "conf/check.h"
#include "conf/conf.h"
#include "conf/draft.h"

#define ROUTE "route:"

enum { WORD_SIZE = sizeof(ROUTE) + CONF_LABEL_MAX };

static const char *
text(const json_t *obj, const char *key)
{
	return json_string_value(json_object_get(obj, key));
}

/* Two arrays are mostly the same but for one place: of a the records from first to na, which have become those of b to nb. */
struct between { size_t first, na, nb; };

static struct between
between(const json_t *a, const json_t *b, bool (*is_alike)(const json_t *, const json_t *))
{
	struct between x = { 0, json_array_size(a), json_array_size(b) };

	while (x.first < x.na && x.first < x.nb && is_alike(json_array_get(a, x.first), json_array_get(b, x.first)))
		x.first++;
	while (x.na > x.first && x.nb > x.first && is_alike(json_array_get(a, x.na - 1), json_array_get(b, x.nb - 1))) {
		x.na--;
		x.nb--;
	}
	return x;
}

/* --- routes --------------------------------------------------------------------- */

static bool
is_one(const json_t *a, const json_t *b)
{
	return a == b;
}

/* Value of key → record, of those from first to n. NULL when out of memory. */
static json_t *
index_new(const json_t *array, size_t first, size_t n, const char *key)
{
	json_t *index = json_object();
	size_t i;

	for (i = first; i < n; i++) {
		json_t *record = json_array_get(array, i);

		if (index != NULL && text(record, key) != NULL && json_object_set(index, text(record, key), record) < 0) {
			json_decref(index);
			return NULL;
		}
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
	const struct between x = between(had, has, is_one);
	json_t *words = json_object(), *names = index_new(has, x.first, x.nb, "name"), *ids = index_new(has, x.first, x.nb, "id");
	size_t i;
	int r = words == NULL || names == NULL || ids == NULL ? -ENOMEM : 0;

	for (i = x.first; i < x.na && r == 0; i++) {
		const json_t *route = json_array_get(had, i);

		if (text(route, "name") != NULL && json_object_get(names, text(route, "name")) == NULL)
			r = words_add(words, text(route, "name"), text(json_object_get(ids, text(route, "id")), "name"));
	}
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

static bool
has_word(const json_t *words, const char *s)
{
	return s != NULL && strncmp(s, ROUTE, sizeof(ROUTE) - 1) == 0 && json_object_get(words, s) != NULL;
}

static bool
has_any(const json_t *words, const json_t *access)
{
	const json_t *v;
	size_t i;

	json_array_foreach(access, i, v)
		if (has_word(words, json_string_value(v)))
			return true;
	return false;
}

static bool
has_any_text(const json_t *words, const struct conf_texts *access)
{
	size_t i;

	for (i = 0; i < access->n; i++)
		if (has_word(words, access->v[i]))
			return true;
	return false;
}

/* Of ten thousand devices most have none of the words, and no copy is made of those (draft.h). Of one that is as it was the
 * struct tells, which is at hand where the document is ten thousand tables. */
static int
depart_words(const json_t *words, const struct conf *now, json_t *peers)
{
	struct conf_draft_walk same = { .base = json_object_get(now->doc, "peers") };
	size_t i;
	int r = 0;

	for (i = 0; i < json_array_size(peers) && r == 0; i++) {
		json_t *peer = json_array_get(peers, i);
		const bool has = conf_draft_is_same(&same, peer) ? has_any_text(words, &now->peers[same.at - 1].service_access) :
		    has_any(words, json_object_get(peer, "service_access"));

		if (!has)
			continue;
		peer = conf_draft_record(peers, i);
		r = peer == NULL ? -ENOMEM : words_replace(words, json_object_get(peer, "service_access"));
	}
	return r;
}

static int
depart_routes(const struct conf *now, json_t *draft)
{
	json_t *words = words_new(json_object_get(json_object_get(now->doc, "proxy"), "routes"),
	    json_object_get(json_object_get(draft, "proxy"), "routes"));
	int r = words == NULL ? -ENOMEM : 0;

	if (r == 0 && json_object_size(words) > 0)
		r = depart_words(words, now, json_object_get(draft, "peers"));
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

/* Names of a that b has not. */
static int
names_gone(const json_t *a, const json_t *b, json_t *gone)
{
	const struct between x = between(a, b, is_named_alike);
	json_t *stay = json_object();
	size_t i;
	int r = stay == NULL ? -ENOMEM : 0;

	for (i = x.first; i < x.nb && r == 0; i++)
		r = set_add(stay, json_array_get(b, i));
	for (i = x.first; i < x.na && r == 0; i++)
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
conf_depart(const struct conf *now, json_t *draft)
{
	int r = depart_routes(now, draft);

	return r < 0 ? r : depart_peers(now->doc, draft);
}
