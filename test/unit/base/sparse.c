/* P7: large tables cost the pages that were written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/sparse.h"

enum { PAGES_MAX = 64 };

static size_t
page(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* Pages of p that take memory. */
static size_t
resident(void *p, size_t pages)
{
	unsigned char in[PAGES_MAX];
	size_t i, n = 0;

	assert_int_equal(mincore(p, pages * page(), in), 0);
	for (i = 0; i < pages; i++)
		n += in[i] & 1;
	return n;
}

static void
pages_come_when_they_are_written(void **state)
{
	const size_t size = PAGES_MAX * page();
	uint8_t *p = sparse_new(size);
	size_t i;

	(void)state;
	assert_non_null(p);
	assert_int_equal(resident(p, PAGES_MAX), 0);
	p[size - 1] = 7;
	p[0] = 1;
	assert_int_equal(resident(p, PAGES_MAX), 2);
	for (i = 1; i < size - 1; i++)
		assert_int_equal(p[i], 0);
	sparse_free(p, size);
	sparse_free(NULL, size);
	assert_null(sparse_new(SIZE_MAX / 2));
}

/* Does the kernel keep from huge pages where p is (proc(5), VmFlags)? */
static bool
has_small_pages(const void *p)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	unsigned long from, to;
	char line[256];
	bool here = false, is_small = false;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			here = from <= (uintptr_t)p && (uintptr_t)p < to;
		if (here && strncmp(line, "VmFlags:", 8) == 0)
			is_small = strstr(line, " nh") != NULL;
	}
	fclose(f);
	return is_small;
}

/* Where all memory may be huge, one write must not take 2 MiB. */
static void
pages_are_small(void **state)
{
	const size_t size = 4 << 20;
	void *p;

	(void)state;
	if (access("/sys/kernel/mm/transparent_hugepage", F_OK) != 0)
		skip();
	p = sparse_new(size);
	assert_non_null(p);
	assert_true(has_small_pages(p));
	sparse_free(p, size);
}

static void
head_is_zero(void **state)
{
	uint8_t *p = sparse_head(100000, 1000);
	size_t i;

	(void)state;
	assert_non_null(p);
	for (i = 0; i < 1000; i++)
		assert_int_equal(p[i], 0);
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_come_when_they_are_written),
		cmocka_unit_test(pages_are_small),
		cmocka_unit_test(head_is_zero),
	};

	return cmocka_run_group_tests_name("sparse", tests, NULL, NULL);
}
