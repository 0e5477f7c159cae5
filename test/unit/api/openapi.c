/* The committed document and the route tables say the same, both ways (APL-2,
 * style 28). UPDATE=1 in the environment rewrites src/api/openapi.json. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/openapi.h"
#include "api/route.h"
#include "api/schema.h"
#include "api/shape.h"
#include "base/err.h"

static const char copy[] = "src/api/openapi.json";

static char *
copy_read(size_t *n)
{
	FILE *f = fopen(copy, "rb");
	char *text = malloc(4 << 20);

	assert_non_null(text);
	if (f == NULL)
		fail_msg("%s is missing: run this program with UPDATE=1", copy);
	*n = fread(text, 1, (4 << 20) - 1, f);
	fclose(f);
	text[*n] = '\0';
	return text;
}

static void
copy_write(const char *text, size_t n)
{
	FILE *f = fopen(copy, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	fclose(f);
}

/* Byte for byte: what is served, what is committed. */
static void
committed_copy(void **state)
{
	size_t n, have;
	char *text = api_openapi_text(&n), *old;

	(void)state;
	assert_non_null(text);
	if (getenv("UPDATE") != NULL)
		copy_write(text, n);
	old = copy_read(&have);
	if (have != n || memcmp(old, text, n) != 0)
		fail_msg("%s does not say what the tables say: look at the difference, then run with UPDATE=1", copy);
	free(old);
	free(text);
}

static json_t *
document(void)
{
	size_t n;
	char *text = copy_read(&n);
	json_t *j = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);

	free(text);
	assert_non_null(j);
	return j;
}

static void
template_of(const char *pattern, char *buf, size_t size)
{
	size_t i;

	for (i = 0; pattern[i] != '\0' && i + 1 < size; i++)
		buf[i] = pattern[i] == '<' ? '{' : pattern[i] == '>' ? '}' : pattern[i];
	buf[i] = '\0';
}

static const char *
key_of(enum http_method m)
{
	return m == HTTP_GET ? "get" : m == HTTP_POST ? "post" : m == HTTP_PUT ? "put" : "delete";
}

static const json_t *
operation_of(const json_t *doc, const struct api_route *r)
{
	char path[128];

	template_of(r->path, path, sizeof(path));
	return json_object_get(json_object_get(json_object_get(doc, "paths"), path), key_of(r->method));
}

static void
assert_code(const json_t *responses, const char *codes, const struct api_route *r)
{
	struct str rest = str_of(codes), code;
	char key[8];

	while (str_cut(&rest, ' ', &code)) {
		assert_true(str_copy(code, key, sizeof(key)));
		if (json_object_get(responses, key) == NULL)
			fail_msg("%s: %s is not in the document", r->path, key);
	}
}

/* Table to document: who, help, codes of every row. */
static void
rows_in_document(void **state)
{
	static const char marks[] = "PSAURL";
	json_t *doc = document();
	const struct api_route *r;
	char codes[API_CODES_MAX];
	const json_t *op;
	size_t i;

	(void)state;
	for (i = 0; api_tables[i].routes != NULL; i++)
		for (r = api_tables[i].routes; r->path != NULL; r++) {
			op = operation_of(doc, r);
			if (op == NULL)
				fail_msg("%s %s is not in the document", api_method_name(r->method), r->path);
			assert_string_equal(json_string_value(json_object_get(op, "summary")), r->help);
			assert_int_equal(json_string_value(json_object_get(op, "x-who"))[0], marks[r->who]);
			assert_code(json_object_get(op, "responses"), api_openapi_codes(r, codes), r);
			if (r->codes != NULL)
				assert_code(json_object_get(op, "responses"), r->codes, r);
		}
	json_decref(doc);
}

static bool
row_exists(const char *path, const char *method)
{
	const struct api_route *r;
	char template[128];
	size_t i;

	for (i = 0; api_tables[i].routes != NULL; i++)
		for (r = api_tables[i].routes; r->path != NULL; r++) {
			template_of(r->path, template, sizeof(template));
			if (strcmp(template, path) == 0 && strcmp(key_of(r->method), method) == 0)
				return true;
		}
	return false;
}

/* Document to table: every operation has a row, every operationId is one. */
static void
operations_have_rows(void **state)
{
	json_t *doc = document(), *item, *op, *ids = json_object();
	const char *path, *method, *id;

	(void)state;
	json_object_foreach(json_object_get(doc, "paths"), path, item)
		json_object_foreach(item, method, op) {
			if (!row_exists(path, method))
				fail_msg("%s %s has no row", method, path);
			id = json_string_value(json_object_get(op, "operationId"));
			if (json_object_get(ids, id) != NULL)
				fail_msg("two operations are called %s", id);
			json_object_set_new(ids, id, json_true());
		}
	assert_true(json_object_size(ids) > 50);
	json_decref(ids);
	json_decref(doc);
}

/* Who gets a 500 for a change has to know how to tell that it is in force. */
static void
a_change_may_be_in_force_despite_500(void **state)
{
	json_t *doc = document(), *responses = json_object_get(json_object_get(doc, "components"), "responses");
	json_t *shared = json_object_get(responses, "500");
	const struct api_route *r;
	const json_t *one;
	size_t i;

	(void)state;
	assert_non_null(json_object_get(json_object_get(shared, "headers"), "X-Config-Generation"));
	assert_non_null(strstr(json_string_value(json_object_get(shared, "description")), "in force"));
	for (i = 0; api_tables[i].routes != NULL; i++)
		for (r = api_tables[i].routes; r->path != NULL; r++) {
			one = json_object_get(json_object_get(operation_of(doc, r), "responses"), "500");
			if ((r->flags & API_CHANGES) != 0 && one == NULL)
				fail_msg("%s %s may end so, too", api_method_name(r->method), r->path);
		}
	json_decref(doc);
}

/* Every $ref leads somewhere. */
static void
refs_follow(const json_t *doc, json_t *j)
{
	const char *ref = json_string_value(json_object_get(j, "$ref")), *key;
	const json_t *at = doc;
	json_t *v;
	struct str rest, part;
	char name[64];
	size_t i;

	if (ref != NULL) {
		rest = str_of(ref + 2);
		while (str_cut(&rest, '/', &part)) {
			assert_true(str_copy(part, name, sizeof(name)));
			at = json_object_get(at, name);
		}
		if (at == NULL)
			fail_msg("%s leads nowhere", ref);
	}
	json_object_foreach(j, key, v)
		refs_follow(doc, v);
	json_array_foreach(j, i, v)
		refs_follow(doc, v);
}

static void
references(void **state)
{
	json_t *doc = document();

	(void)state;
	refs_follow(doc, doc);
	json_decref(doc);
}

static void
example_check(const struct api_shape *s, bool in, const struct api_route *r)
{
	json_t *j = api_schema_example(s, in);
	struct err e;

	err_clear(&e);
	assert_non_null(j);
	if (in && api_shape_check(s, j, &e) < 0)
		fail_msg("request of %s %s: %s", api_method_name(r->method), r->path, e.detail);
	if (!in && api_shape_verify(s, j, &e) < 0)
		fail_msg("reply of %s %s: %s", api_method_name(r->method), r->path, e.detail);
	json_decref(j);
}

/* Each documented example obeys its schema. */
static void
examples(void **state)
{
	const struct api_route *r;
	size_t i;

	(void)state;
	for (i = 0; api_tables[i].routes != NULL; i++)
		for (r = api_tables[i].routes; r->path != NULL; r++) {
			if (r->in != NULL)
				example_check(r->in, true, r);
			if (r->out != NULL)
				example_check(r->out, false, r);
			if (r->query != NULL)
				example_check(r->query, true, r);
		}
}

/* A member that is not in the table shows: the checks above can fail. */
static void
examples_can_fail(void **state)
{
	static const struct api_member members[] = {
		{ "n", API_INT, 0, 1, 5, .example = "7", .help = "Too large" },
		{ .name = NULL }
	};
	static const struct api_shape s = { .type = API_OBJECT, .members = members };
	json_t *j = api_schema_example(&s, false);

	(void)state;
	assert_true(api_shape_verify(&s, j, NULL) < 0);
	json_object_set_new(j, "n", json_integer(5));
	assert_int_equal(api_shape_verify(&s, j, NULL), 0);
	json_object_set_new(j, "m", json_integer(5));
	assert_true(api_shape_verify(&s, j, NULL) < 0);
	json_decref(j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(committed_copy),
		cmocka_unit_test(rows_in_document),
		cmocka_unit_test(operations_have_rows),
		cmocka_unit_test(a_change_may_be_in_force_despite_500),
		cmocka_unit_test(references),
		cmocka_unit_test(examples),
		cmocka_unit_test(examples_can_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
