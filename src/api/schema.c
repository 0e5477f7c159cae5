/* Shapes as schemas and examples. */
#include "api/schema.h"

#include <stdio.h>
#include <string.h>

#include "api/shape.h"
#include "api/walk.h"
#include "conf/schema.h"

/* Examples of stored members that have no default. */
static const struct {
	const char *key, *example;
} stored[] = {
	{ "rev", "43" },
	{ "cell_name", "\"myhome\"" },
	{ "domain", "\"myhome.cell\"" },
	{ "domain_name", "\"myhome.home.arpa\"" },
	{ "address6", "\"fd5e:3c1a:9b42:1::1/64\"" },
	{ "username", "\"anna\"" },
	{ "role", "\"admin\"" },
	{ "id", "\"3f2504e0-4f89-41d3-9a0c-0305e82c3301\"" },
	{ "scopes", "[\"dns:read\"]" },
	{ "created_by", "\"admin\"" },
	{ "name", "\"nas\"" },
	{ "type", "\"A\"" },
	{ "value", "\"192.168.1.5\"" },
	{ "url", "\"https://example.org/hosts.txt\"" },
	{ "zone", "\"myhome.home.arpa\"" },
	{ "servers", "[\"192.168.9.1\"]" },
	{ "address", "\"9.9.9.9\"" },
	{ "ip", "\"10.0.0.2\"" },
	{ "ip6", "\"fd5e:3c1a:9b42:1::2\"" },
	{ "public_key", "\"mTaK1r0jYJcUnqmVbnIRAuRdEXHBdNY8ZKqlvOhS5Hs=\"" },
	{ "peer", "\"anna-phone\"" },
	{ "to_ip", "\"192.168.1.20\"" },
	{ "to_port", "8080" },
	{ "destination", "\"192.168.50.0/24\"" },
};

static const char *const no_choices[] = { NULL };

/* --- schemas ---------------------------------------------------------------------- */

static json_t *
choices_json(const struct api_member *m)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; m->choices[i] != NULL; i++)
		(void)json_array_append_new(list, json_string(m->choices[i])); /* a test compares the whole */
	return list;
}

static json_t *
bounded(const char *type, const char *least, const char *most, const struct api_member *m)
{
	json_t *j = json_pack("{s:s}", "type", type);

	if (m->min != 0 || m->max != 0)
		(void)json_object_set_new(j, least, json_integer(m->min)); /* as above */
	if (m->max != 0 && m->max != INT64_MAX)
		(void)json_object_set_new(j, most, json_integer(m->max)); /* as above */
	return j;
}

static json_t *
list_of(json_t *items, const struct api_member *m)
{
	json_t *j = bounded("array", "minItems", "maxItems", m);

	(void)json_object_set_new(j, "items", items); /* as above */
	return j;
}

static json_t *
texts_schema(const struct api_member *m)
{
	json_t *items = json_pack("{s:s}", "type", "string");

	if (m->choices != NULL)
		(void)json_object_set_new(items, "enum", choices_json(m)); /* as above */
	return list_of(items, m);
}

static json_t *
object_or_any(const struct api_shape *s, bool in, json_t *named)
{
	return s != NULL ? api_schema(s, in, named) : json_object();
}

static json_t *
type_schema(const struct api_member *m, bool in, json_t *named)
{
	switch (m->type) {
	case API_BOOL:
		return json_pack("{s:s}", "type", "boolean");
	case API_INT:
		return bounded("integer", "minimum", "maximum", m);
	case API_TEXT:
		return bounded("string", "minLength", "maxLength", m);
	case API_CHOICE:
		return json_pack("{s:s, s:o}", "type", "string", "enum", choices_json(m));
	case API_TIME:
		return json_pack("{s:s, s:s}", "type", "string", "format", "date-time");
	case API_UUID:
		return json_pack("{s:s, s:s}", "type", "string", "format", "uuid");
	case API_TEXTS:
		return texts_schema(m);
	case API_OBJECT:
		return object_or_any(m->shape, in, named);
	case API_ARRAY:
		return list_of(object_or_any(m->shape, in, named), m);
	case API_MAP:
		return json_pack("{s:s, s:o}", "type", "object", "additionalProperties",
		    object_or_any(m->shape, in, named));
	case API_ANY:
		break;
	}
	return json_object();
}

/* null beside the type, in the enumeration, or beside a reference. */
static json_t *
nullable(json_t *j)
{
	const char *type = json_string_value(json_object_get(j, "type"));
	json_t *list = json_object_get(j, "enum");

	if (type == NULL)
		return json_object_size(j) == 0 ? j :
		    json_pack("{s:[o, {s:s}]}", "anyOf", j, "type", "null");
	(void)json_object_set_new(j, "type", json_pack("[s, s]", type, "null")); /* as above */
	if (list != NULL)
		(void)json_array_append_new(list, json_null()); /* as above */
	return j;
}

json_t *
api_schema_member(const struct api_member *m, bool in, json_t *named)
{
	json_t *j = type_schema(m, in, named);

	if ((m->flags & API_NULL) != 0)
		j = nullable(j);
	if (m->help != NULL)
		(void)json_object_set_new(j, "description", json_string(m->help)); /* as above */
	if ((m->flags & API_SECRET) != 0)
		(void)json_object_set_new(j, "writeOnly", json_true()); /* as above */
	return j;
}

static json_t *
object_schema(const struct api_shape *s, bool in, json_t *named)
{
	json_t *properties = json_object(), *required = json_array(), *j;
	struct api_walk w;
	bool one = false;

	api_walk_init(&w, s, in);
	while (api_walk_next(&w)) {
		(void)json_object_set_new(properties, w.m->name, api_schema_member(w.m, in, named)); /* as above */
		if ((w.m->flags & API_OPT) == 0)
			(void)json_array_append_new(required, json_string(w.m->name)); /* as above */
		one |= (w.m->flags & API_ONE_OF) != 0;
	}
	j = json_pack("{s:s, s:o}", "type", "object", "properties", properties);
	if (json_array_size(required) > 0)
		(void)json_object_set(j, "required", required); /* as above */
	json_decref(required);
	if (one) {
		(void)json_object_set_new(j, "minProperties", json_integer(1)); /* as above */
		(void)json_object_set_new(j, "maxProperties", json_integer(1)); /* as above */
	}
	(void)json_object_set_new(j, "additionalProperties", json_false()); /* as above */
	return j;
}

/* The document of some section: which one, the path tells. */
static json_t *
section_schema(const struct api_shape *s, bool in, json_t *named)
{
	json_t *list = json_array();
	const struct conf_section *section;
	struct api_shape one;
	char name[64];

	for (section = conf_sections; section->name != NULL; section++) {
		if (!section->settings)
			continue;
		snprintf(name, sizeof(name), "%s.%s", s->name, section->name);
		one = (struct api_shape){ .name = name, .type = API_OBJECT, .conf = section->name,
			.flags = s->flags | API_SETTINGS };
		(void)json_array_append_new(list, api_schema(&one, in, named)); /* as above */
	}
	return json_pack("{s:o}", "anyOf", list);
}

static json_t *
plain_schema(const struct api_shape *s, bool in, json_t *named)
{
	const struct api_member whole = { .type = s->type, .shape = s->item, .choices = no_choices };

	if (s->type == API_ANY)
		return s->conf != NULL ? section_schema(s, in, named) : json_pack("{s:s}", "type", "object");
	return s->type == API_OBJECT ? object_schema(s, in, named) : type_schema(&whole, in, named);
}

json_t *
api_schema(const struct api_shape *s, bool in, json_t *named)
{
	char ref[128];

	if (s->name == NULL)
		return plain_schema(s, in, named);
	if (json_object_get(named, s->name) == NULL) {
		/* the place is taken first: shapes may hold themselves */
		(void)json_object_set_new(named, s->name, json_object()); /* as above */
		(void)json_object_set_new(named, s->name, plain_schema(s, in, named)); /* as above */
	}
	snprintf(ref, sizeof(ref), "#/components/schemas/%s", s->name);
	return json_pack("{s:s}", "$ref", ref);
}

/* --- examples ---------------------------------------------------------------------- */

static const char *
stored_example(const char *key)
{
	size_t i;

	for (i = 0; i < sizeof(stored) / sizeof(stored[0]); i++)
		if (strcmp(stored[i].key, key) == 0)
			return stored[i].example;
	return NULL;
}

static json_t *
list_example(json_t *item)
{
	return item != NULL ? json_pack("[o]", item) : json_array();
}

static json_t *
type_example(const struct api_member *m, bool in)
{
	switch (m->type) {
	case API_BOOL:
		return json_false();
	case API_INT:
		return json_integer(m->min > 1 ? m->min : 1);
	case API_TEXT:
		return json_string("text");
	case API_CHOICE:
		return json_string(m->choices[0]);
	case API_TIME:
		return json_string("2026-07-01T09:30:00Z");
	case API_UUID:
		return json_string("3f2504e0-4f89-41d3-9a0c-0305e82c3301");
	case API_TEXTS:
		return m->choices != NULL ? json_pack("[s]", m->choices[0]) : json_pack("[s]", "text");
	case API_OBJECT:
		return m->shape != NULL ? api_schema_example(m->shape, in) : json_object();
	case API_ARRAY:
		return list_example(m->shape != NULL ? api_schema_example(m->shape, in) : NULL);
	case API_MAP:
		return json_pack("{s:o}", "dns", m->shape != NULL ? api_schema_example(m->shape, in) : json_object());
	case API_ANY:
		break;
	}
	return json_object();
}

static json_t *
member_example(const struct api_member *m, bool in)
{
	const char *text = m->example;

	/* only those that come from rows can be stored ones, and have no example of their own */
	if (text == NULL && m->shape == NULL && m->choices == NULL)
		text = stored_example(m->name);
	return text != NULL ? json_loads(text, JSON_DECODE_ANY, NULL) : type_example(m, in);
}

static json_t *
object_example(const struct api_shape *s, bool in)
{
	json_t *j = json_object();
	struct api_walk w;
	bool one = false;

	api_walk_init(&w, s, in);
	while (api_walk_next(&w)) {
		if ((w.m->flags & API_ONE_OF) != 0 && one)
			continue;
		one |= (w.m->flags & API_ONE_OF) != 0;
		(void)json_object_set_new(j, w.m->name, member_example(w.m, in)); /* a test looks at each */
	}
	return j;
}

json_t *
api_schema_example(const struct api_shape *s, bool in)
{
	const struct api_member whole = { .type = s->type, .shape = s->item, .choices = no_choices };
	struct api_shape one;

	if (s->type == API_ANY && s->conf != NULL) {
		one = (struct api_shape){ .type = API_OBJECT, .conf = "logging", .flags = s->flags };
		return object_example(&one, in);
	}
	return s->type == API_OBJECT ? object_example(s, in) : type_example(&whole, in);
}
