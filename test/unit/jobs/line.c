/* src/jobs/line.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "jobs/line.h"

static bool
read_text(const char *s, struct jobs_line *l)
{
	return jobs_line_read(s, strlen(s), l);
}

/* What the child side wrote, without its newline. Takes text. */
static bool
read_written(char *text, struct jobs_line *l)
{
	size_t n;
	bool ok;

	assert_non_null(text);
	n = strlen(text);
	assert_int_equal(text[n - 1], '\n');
	assert_null(memchr(text, '\n', n - 1));
	ok = jobs_line_read(text, n - 1, l);
	free(text);
	return ok;
}

static void
test_progress_round_trip(void **state)
{
	struct jobs_line l;

	(void)state;
	assert_true(read_written(jobs_line_progress(40, "asking \"them\"\n"), &l));
	assert_int_equal(l.type, JOBS_LINE_PROGRESS);
	assert_int_equal(l.percent, 40);
	assert_string_equal(l.step, "asking \"them\"\n");
	assert_true(read_written(jobs_line_progress(140, NULL), &l));
	assert_int_equal(l.percent, 100);
	assert_string_equal(l.step, "");
	assert_true(read_written(jobs_line_progress(-1, "only a step"), &l));
	assert_int_equal(l.percent, -1);
	assert_string_equal(l.step, "only a step");
}

static void
test_result_round_trip(void **state)
{
	json_t *j = json_pack("{s:[i,s]}", "a", 1, "ø");
	struct jobs_line l;

	(void)state;
	assert_true(read_written(jobs_line_result(j), &l));
	assert_int_equal(l.type, JOBS_LINE_RESULT);
	assert_true(json_equal(l.result, j));
	jobs_line_clear(&l);
	assert_true(read_written(jobs_line_result(NULL), &l));
	assert_int_equal(json_object_size(l.result), 0);
	jobs_line_clear(&l);
	assert_true(read_written(jobs_line_fact(j), &l));
	assert_int_equal(l.type, JOBS_LINE_FACT);
	assert_true(json_equal(l.result, j));
	jobs_line_clear(&l);
	json_decref(j);
}

static void
test_error_round_trip(void **state)
{
	enum err_kind k;
	struct jobs_line l;
	struct err e;

	(void)state;
	for (k = ERR_VALIDATION; k <= ERR_STORAGE_FULL; k++) {
		err_clear(&e);
		(void)err_set(&e, k, "because of %d", (int)k);
		e.retry_after = 7;
		assert_true(read_written(jobs_line_error(&e), &l));
		assert_int_equal(l.type, JOBS_LINE_ERROR);
		assert_int_equal(l.error.kind, k);
		assert_string_equal(l.error.detail, e.detail);
		assert_int_equal(l.error.retry_after, 7);
		assert_int_equal(l.error.nfields, 0);
	}
	err_clear(&e);
	(void)err_field(&e, ERR_VALIDATION, "a.b", "is wrong");
	(void)err_field(&e, ERR_VALIDATION, "c", "is worse");
	assert_true(read_written(jobs_line_error(&e), &l));
	assert_int_equal(l.error.nfields, 2);
	assert_string_equal(l.error.fields[1].field, "c");
	assert_string_equal(l.error.fields[1].message, "is worse");
	assert_string_equal(l.error.detail, e.detail);
}

static void
test_other_lines_are_none(void **state)
{
	static const char *const no[] = { "", "x", "{}", "[]", "1", "null", "{\"progress\":101}", "{\"progress\":-1}",
	    "{\"progress\":\"40\"}", "{\"error\":\"text\"}", "{\"fact\":1}", "{\"progress\":1,\"progress\":2}", "{\"result\":1",
	    "{\"other\":1}" };
	struct jobs_line l;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		assert_false(read_text(no[i], &l));
		jobs_line_clear(&l);
	}
}

static void
test_hostile_children_stay_in_their_bounds(void **state)
{
	struct jobs_line l;
	char *text = malloc(60000);
	size_t i, n;

	(void)state;
	/* A step longer than kept, cut between characters. */
	n = (size_t)snprintf(text, 60000, "{\"step\":\"");
	for (i = 0; i < 300; i++, n += 2)
		memcpy(text + n, "ø", 2);
	n += (size_t)snprintf(text + n, 60000 - n, "\"}");
	assert_true(jobs_line_read(text, n, &l));
	assert_int_equal(strlen(l.step), JOBS_STEP_MAX);
	/* More field errors than kept. */
	n = (size_t)snprintf(text, 60000, "{\"error\":{\"kind\":\"validation\",\"detail\":\"d\",\"errors\":[");
	for (i = 0; i < 100; i++)
		n += (size_t)snprintf(text + n, 60000 - n, "%s{\"field\":\"f\",\"message\":\"m\"}", i > 0 ? "," : "");
	n += (size_t)snprintf(text + n, 60000 - n, "]}}");
	assert_true(jobs_line_read(text, n, &l));
	assert_int_equal(l.error.nfields, ERR_FIELDS_MAX);
	assert_true(read_text("{\"error\":{\"kind\":\"none\",\"detail\":5,\"retry_after\":-4,\"errors\":{}}}", &l));
	assert_int_equal(l.error.kind, ERR_INTERNAL);	/* an error is never none */
	assert_int_equal(l.error.retry_after, 0);
	free(text);
}

static void
test_too_long_is_not_written(void **state)
{
	char *big = malloc(JOBS_LINE_MAX + 1);
	json_t *j;

	(void)state;
	memset(big, 'a', JOBS_LINE_MAX);
	big[JOBS_LINE_MAX] = '\0';
	j = json_pack("{s:s}", "a", big);
	assert_null(jobs_line_result(j));
	json_decref(j);
	free(big);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_progress_round_trip),
		cmocka_unit_test(test_result_round_trip),
		cmocka_unit_test(test_error_round_trip),
		cmocka_unit_test(test_other_lines_are_none),
		cmocka_unit_test(test_hostile_children_stay_in_their_bounds),
		cmocka_unit_test(test_too_long_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
