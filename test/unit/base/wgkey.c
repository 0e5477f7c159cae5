/* Keys of WireGuard as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/wgkey.h"

/* RFC 7748 6.1. */
#define ALICE "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo="
#define ALICE_PUBLIC "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="

static void
the_public_half(void **state)
{
	char text[WGKEY_TEXT];

	(void)state;
	assert_true(wgkey_public(ALICE, text));
	assert_string_equal(text, ALICE_PUBLIC);
	assert_false(wgkey_public("dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LC==", text));
	assert_false(wgkey_public("", text));
	assert_false(wgkey_public("dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo= ", text));
}

static void
pairs_belong_together_and_differ(void **state)
{
	struct wgkey_pair a, b, none = { { 0 }, { 0 } };
	char text[WGKEY_TEXT];

	(void)state;
	wgkey_pair_make(&a);
	wgkey_pair_make(&b);
	assert_string_not_equal(a.private_key, b.private_key);
	assert_true(wgkey_public(a.private_key, text));
	assert_string_equal(text, a.public_key);
	wgkey_pair_wipe(&a);
	assert_memory_equal(&a, &none, sizeof(a));
}

static void
shared_keys_differ(void **state)
{
	char a[WGKEY_TEXT], b[WGKEY_TEXT];

	(void)state;
	wgkey_shared_make(a);
	wgkey_shared_make(b);
	assert_int_equal(strlen(a), WGKEY_TEXT - 1);
	assert_string_not_equal(a, b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_public_half), cmocka_unit_test(pairs_belong_together_and_differ),
		cmocka_unit_test(shared_keys_differ),
	};

	return cmocka_run_group_tests_name("base/wgkey", tests, NULL, NULL);
}
