/* Problem documents (api.md 1.3). */
#include "api/problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

static const char *
text(const json_t *j, const char *member)
{
	return json_string_value(json_object_get(j, member));
}

static void
fields(void **state)
{
	struct api_problem p;
	struct err e = { 0 };
	json_t *j, *one;

	(void)state;
	(void)err_field(&e, ERR_VALIDATION, "identity.ip_range", "needs a prefix length");
	(void)err_field(&e, ERR_CONFLICT, "wireguard.port", "is used by network.ports.https");
	api_problem_of(&p, &e);
	assert_int_equal(p.status, 400);	/* 400 before 409 */
	j = api_problem_json(&p, &e);
	assert_string_equal(text(j, "type"), "urn:pic:validation");
	assert_string_equal(text(j, "title"), "Invalid request");
	assert_string_equal(text(j, "detail"), text(j, "error"));
	assert_int_equal(json_integer_value(json_object_get(j, "status")), 400);
	assert_int_equal(json_array_size(json_object_get(j, "errors")), 2);
	one = json_array_get(json_object_get(j, "errors"), 0);
	assert_string_equal(text(one, "field"), "identity.ip_range");
	assert_string_equal(text(one, "message"), "needs a prefix length");
	json_decref(j);
}

/* Every kind has a status and a type that has a title. */
static void
kinds(void **state)
{
	static const struct {
		enum err_kind kind;
		int status;
		const char *type;
	} want[] = {
		{ ERR_VALIDATION, 400, "validation" }, { ERR_UNAUTHENTICATED, 401, "not-authenticated" },
		{ ERR_FORBIDDEN, 403, "forbidden" }, { ERR_NOT_FOUND, 404, "not-found" },
		{ ERR_CONFLICT, 409, "conflict" }, { ERR_ASSERTION, 409, "assertion" },
		{ ERR_PRECONDITION, 412, "precondition" },
		{ ERR_TOO_LARGE, 413, "http" }, { ERR_LOCKED, 423, "locked" }, { ERR_RATE_LIMITED, 429, "rate-limited" },
		{ ERR_INTERNAL, 500, "internal" }, { ERR_REMOTE, 502, "remote" }, { ERR_UNAVAILABLE, 503, "unavailable" },
		{ ERR_STORAGE_FULL, 507, "storage-full" },
	};
	struct api_problem p;
	struct err e;
	json_t *j;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		(void)err_set(&e, want[i].kind, "because");
		e.retry_after = 7;
		api_problem_of(&p, &e);
		assert_int_equal(p.status, want[i].status);
		assert_string_equal(p.type, want[i].type);
		assert_int_equal(p.retry_after, 7);
		if (want[i].kind != ERR_ASSERTION)	/* one of several of its status */
			assert_string_equal(api_problem_type(p.status), p.type);
		j = api_problem_json(&p, &e);
		assert_null(json_object_get(j, "errors"));
		assert_string_equal(text(j, "detail"), "because");
		json_decref(j);
	}
	assert_string_equal(api_problem_type(428), "setup-required");
	assert_string_equal(api_problem_type(405), "http");
}

/* Only 400 and 409 tell fields; more than are kept are counted, not invented. */
static void
edges(void **state)
{
	struct api_problem p = { .status = 412, .type = "precondition", .detail = "x" };
	struct err e = { 0 };
	json_t *j;
	int i;

	(void)state;
	for (i = 0; i < 30; i++)
		(void)err_field(&e, ERR_VALIDATION, "f", "no");
	j = api_problem_json(&p, &e);
	assert_null(json_object_get(j, "errors"));
	json_decref(j);
	api_problem_of(&p, &e);
	j = api_problem_json(&p, &e);
	assert_int_equal(json_array_size(json_object_get(j, "errors")), ERR_FIELDS_MAX);
	json_decref(j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
		cmocka_unit_test(kinds),
		cmocka_unit_test(edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
