/* Deadlines: always the earliest first, whatever is moved or taken out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "wg/agenda.h"

enum { ENTRIES = 500 };

static int64_t
earliest(const struct wg_entry *all)
{
	int64_t at = 0;
	size_t i;

	for (i = 0; i < ENTRIES; i++)
		if (all[i].at != 0 && (at == 0 || all[i].at < at))
			at = all[i].at;
	return at;
}

static void
the_earliest_is_first(void **state)
{
	static struct wg_entry all[ENTRIES];
	struct wg_agenda a = { 0 };
	const struct wg_entry *first;
	size_t i;

	(void)state;
	srand(4);
	for (i = 0; i < 20000; i++) {
		assert_int_equal(wg_agenda_set(&a, &all[rand() % ENTRIES], rand() % 3 == 0 ? 0 : 1 + rand() % 1000), 0);
		first = wg_agenda_first(&a);
		assert_int_equal(first == NULL ? 0 : first->at, earliest(all));
	}
	while ((first = wg_agenda_first(&a)) != NULL) {
		assert_int_equal(first->at, earliest(all));
		assert_int_equal(wg_agenda_set(&a, &all[first - all], 0), 0);
	}
	assert_int_equal(earliest(all), 0);
	wg_agenda_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_earliest_is_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
