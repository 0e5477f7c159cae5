/* Kept answers of POSTs: repeated, bounded, forgotten (api.md 1.4). */
#include "api/idem.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint8_t one[API_IDEM_DIGEST], two[API_IDEM_DIGEST];

static int
digests(void **state)
{
	(void)state;
	api_idem_digest(one, "POST", STR("/a"), STR("{}"));
	api_idem_digest(two, "POST", STR("/a{}"), STR(""));
	assert_memory_not_equal(one, two, sizeof(one));
	return 0;
}

static void
repeats(void **state)
{
	const struct api_idem_answer first = { 201, STR("Location: /x\n"), STR("{\"a\":1}"), false };
	struct api_idem *s = api_idem_new();
	struct api_idem_answer got;

	(void)state;
	assert_int_equal(api_idem_begin(s, "admin", STR("k"), one, 100, &got), API_IDEM_NEW);
	assert_int_equal(api_idem_begin(s, "admin", STR("k"), one, 100, &got), API_IDEM_RUNNING);
	assert_int_equal(api_idem_begin(s, "other", STR("k"), two, 100, &got), API_IDEM_NEW);
	api_idem_put(s, "admin", STR("k"), &first);
	assert_int_equal(api_idem_begin(s, "admin", STR("k"), one, 100, &got), API_IDEM_REPEAT);
	assert_int_equal(got.status, 201);
	assert_true(str_eqz(got.extra, "Location: /x\n"));
	assert_true(str_eqz(got.body, "{\"a\":1}"));
	assert_int_equal(api_idem_begin(s, "admin", STR("k"), two, 100, &got), API_IDEM_OTHER);
	api_idem_drop(s, "other", STR("k"));
	assert_int_equal(api_idem_begin(s, "other", STR("k"), one, 100, &got), API_IDEM_NEW);
	/* a day later it is forgotten */
	assert_int_equal(api_idem_begin(s, "admin", STR("k"), one, 100 + API_IDEM_S - 1, &got), API_IDEM_REPEAT);
	assert_int_equal(api_idem_begin(s, "admin", STR("k"), two, 100 + API_IDEM_S, &got), API_IDEM_NEW);
	api_idem_free(s);
}

/* An answer with a secret is not there for long; that it was given, is known. */
static void
secrets_go(void **state)
{
	const struct api_idem_answer first = { 201, STR("Location: /x\n"), STR("{\"token\":1}"), true };
	struct api_idem *s = api_idem_new();
	struct api_idem_answer got;

	(void)state;
	assert_int_equal(api_idem_begin(s, "admin", STR("k"), one, 100, &got), API_IDEM_NEW);
	api_idem_put(s, "admin", STR("k"), &first);
	assert_int_equal(api_idem_begin(s, "admin", STR("k"), one, 100 + API_IDEM_ONCE_S - 1, &got), API_IDEM_REPEAT);
	assert_true(str_eqz(got.body, "{\"token\":1}"));
	api_idem_expire(s, 100 + API_IDEM_ONCE_S);
	assert_null(s->v[0].text);
	assert_int_equal(s->bytes, 0);
	assert_int_equal(api_idem_begin(s, "admin", STR("k"), one, 100 + API_IDEM_ONCE_S, &got), API_IDEM_WIPED);
	assert_int_equal(api_idem_begin(s, "admin", STR("k"), two, 100 + API_IDEM_ONCE_S, &got), API_IDEM_OTHER);
	assert_int_equal(api_idem_begin(s, "admin", STR("k"), one, 100 + API_IDEM_S, &got), API_IDEM_NEW);
	api_idem_free(s);
}

static void
keys(void **state)
{
	char text[API_IDEM_KEY_MAX + 2];

	(void)state;
	memset(text, 'k', sizeof(text));
	assert_true(api_idem_key_ok((struct str){ text, API_IDEM_KEY_MAX }));
	assert_false(api_idem_key_ok((struct str){ text, API_IDEM_KEY_MAX + 1 }));
	assert_false(api_idem_key_ok(STR("")));
	assert_false(api_idem_key_ok(STR("a\tb")));
	assert_false(api_idem_key_ok(STR("\xc3\xa4")));
	assert_true(api_idem_key_ok(STR("a b~!")));
}

/* The table and its memory stay within their bounds, whatever comes. */
static void
bounds(void **state)
{
	struct api_idem *s = api_idem_new();
	struct api_idem_answer a = { .status = 200 }, got;
	char key[16], *big = calloc(1, API_IDEM_ANSWER_MAX + 1);
	int i;

	(void)state;
	for (i = 0; i < 2 * API_IDEM_MAX; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		assert_int_equal(api_idem_begin(s, "a", str_of(key), one, 100, &got), API_IDEM_NEW);
		a.body = (struct str){ big, API_IDEM_ANSWER_MAX };
		api_idem_put(s, "a", str_of(key), &a);
		assert_true(api_idem_count(s) <= API_IDEM_MAX);
		assert_true(api_idem_count(s) <= API_IDEM_BYTES / API_IDEM_ANSWER_MAX + 1);
	}
	assert_int_equal(api_idem_begin(s, "a", STR("k0"), one, 100, &got), API_IDEM_NEW);	/* the oldest went */
	a.body.n++;
	api_idem_put(s, "a", STR("k0"), &a);	/* too long: not kept, the key is free */
	assert_int_equal(api_idem_begin(s, "a", STR("k0"), two, 100, &got), API_IDEM_NEW);
	free(big);
	api_idem_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repeats),
		cmocka_unit_test(secrets_go),
		cmocka_unit_test(keys),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, digests, NULL);
}
