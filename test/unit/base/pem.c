/* src/base/pem.c: RFC 7468. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/pem.h"

static void
round_trip(void **state)
{
	uint8_t der[200], *back;
	char *text = NULL;
	struct str rest;
	size_t len = 0, n, i;

	(void)state;
	for (i = 0; i < sizeof(der); i++)
		der[i] = (uint8_t)(i * 7);
	assert_true(pem_add(&text, &len, "CERTIFICATE", der, 48));
	assert_true(pem_add(&text, &len, "CERTIFICATE", der, sizeof(der)));
	assert_int_equal(strlen(text), len);
	assert_non_null(strstr(text, "\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n"));
	back = pem_read(str_of(text), "CERTIFICATE", &n, &rest);
	assert_int_equal(n, 48);
	assert_memory_equal(back, der, n);
	free(back);
	back = pem_read(rest, "CERTIFICATE", &n, &rest);
	assert_int_equal(n, sizeof(der));
	assert_memory_equal(back, der, n);
	free(back);
	assert_null(pem_read(rest, "CERTIFICATE", &n, NULL));
	assert_null(pem_read(str_of(text), "PRIVATE KEY", &n, NULL));
	free(text);
}

static void
not_pem(void **state)
{
	static const char *const v[] = {
		"", "-----BEGIN X-----", "-----BEGIN X-----\nAAAA\n", "-----BEGIN X-----\nAA\n-----END X-----",
		"-----BEGIN X-----\nA*AA\n-----END X-----", "-----BEGIN X-----\nAAAA\n-----END Y-----",
		"-----END X-----\nAAAA-----BEGIN X-----",
	};
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		assert_null(pem_read(str_of(v[i]), "X", &n, NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(not_pem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
