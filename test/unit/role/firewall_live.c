/* src/role/firewall_live.c: assertions are judged once, and again where there was no memory for it. */
#include "lab.h"

#include <stdlib.h>

#define firewall_assert_all lab_assert_all
#include "role/firewall_live.c"
#undef firewall_assert_all

static unsigned asked;

/* The first time there is no memory. */
size_t
lab_assert_all(const struct firewall_input *f, struct fw_judged *out, size_t max)
{
	size_t i;

	assert_int_equal(max, f->conf->firewall.nassertions);
	for (i = 0; asked > 0 && i < max; i++)
		out[i] = (struct fw_judged){ .holds = FW_HOLDS };
	return asked++ > 0 ? max : 0;
}

static void
judged_until_it_is_known(void **state)
{
	struct conf_fw_assertion a = { .id = "one" };
	struct conf conf = { .firewall = { .assertions = &a, .nassertions = 1 } };
	struct firewall_input in = { .conf = &conf };
	struct firewall f = { .now = { .input = &in } };
	struct core c = { .firewall = &f };
	const struct fw_judged *j;

	(void)state;
	assert_null(judged(&c, "one"));
	j = judged(&c, "one");
	assert_non_null(j);
	assert_int_equal(j->holds, FW_HOLDS);
	assert_ptr_equal(judged(&c, "one"), j);
	assert_null(judged(&c, "two"));
	assert_int_equal(asked, 2);
	free(f.now.judged);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judged_until_it_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
