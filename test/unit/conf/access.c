/* Access words as sets: data.md 4.5, P6 (512 routes). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "conf/access.h"

static struct conf_route routes[CONF_ROUTES_MAX];
static char names[CONF_ROUTES_MAX][16];

static void
test_words(void **state)
{
	static const char *const words[] = { "calendar", "route:r0", "route:r511", "route:r64", "route:r512", "route:", "r1",
		"route:R2" };
	const struct conf_texts t = { (const char **)(uintptr_t)words, sizeof(words) / sizeof(words[0]) };
	struct conf c = { .proxy = { .routes = routes, .nroutes = CONF_ROUTES_MAX } };
	struct conf_access a, b = { 0 };
	struct conf_words *x;
	unsigned i, n = 0;

	(void)state;
	for (i = 0; i < CONF_ROUTES_MAX; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "r%u", i);
		routes[i].name = names[i];
	}
	x = conf_words_new(&c);
	assert_non_null(x);
	conf_words_access(x, &t, &a);
	for (i = 0; i < CONF_ACCESS_MAX + 8; i++)
		n += conf_access_has(&a, i);
	assert_int_equal(n, 3);
	assert_true(conf_access_has(&a, 0) && conf_access_has(&a, 64) && conf_access_has(&a, 511));
	assert_false(conf_access_meet(&a, &b));
	conf_access_add(&b, 63);
	assert_false(conf_access_meet(&a, &b));
	conf_access_add(&b, 511);
	assert_true(conf_access_meet(&a, &b));
	conf_words_free(x);
	conf_words_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_words) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
