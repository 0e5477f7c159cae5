/* Block lists as they are kept: data.md 2, BLK-5, LIM. */
#include "dns/list_file.h"

#include <stdio.h>

#include "cell.h"
#include "dns/lists.h"

static uint32_t
marks(const struct dns_lists *l, const char *name)
{
	uint8_t wire[DNS_NAME_ROOM];

	return dns_nameset_find(&l->set, wire, cell_name(name, wire));
}

static struct dns_list_file
file(const char *id, const char *text)
{
	return (struct dns_list_file){ id, text, strlen(text) };
}

static void
test_build(void **state)
{
	const struct dns_list_file v[] = { file("ads", "pic-names 1 0000000002\nads.example\nx.test.example\n"),
		file("games", "pic-names 1 0000000002\nads.example\ngame.example\n") };
	size_t n = dns_list_file_room(v, 2);
	void *p = calloc(1, n);
	struct dns_lists l;

	(void)state;
	assert_true(n > 0);
	assert_true(dns_list_file_build(p, v, 2));
	assert_true(dns_lists_open(&l, p, n));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.ids[1], "games");
	assert_int_equal(marks(&l, "www.ads.example"), 3);
	assert_int_equal(marks(&l, "game.example"), 2);
	assert_int_equal(marks(&l, "x.test.example"), 1);
	assert_int_equal(marks(&l, "test.example"), 0);
	free(p);
}

static void
test_damaged(void **state)
{
	static const char *const bad[] = { "", "pic-names 1 0000000001", "pic-names 2 0000000001\na.example\n",
		"pic-names 1 9999999999\n", "pic-names 1 000000000x\n" };
	struct dns_list_file f = file("x", "pic-names 1 0000000001\na.example\nb.example\n");
	char head[DNS_LIST_FILE_HEAD + 1];
	uint32_t names;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(dns_list_file_names(bad[i], strlen(bad[i]), &names));
	dns_list_file_head(head, 1234567);
	assert_true(dns_list_file_names(head, DNS_LIST_FILE_HEAD, &names));
	assert_int_equal(names, 1234567);
	{
		void *p = calloc(1, dns_list_file_room(&f, 1));

		assert_false(dns_list_file_build(p, &f, 1));		/* more than it says */
		free(p);
	}
	f = file("x", "pic-names 1 0000000001\nno name\n");
	{
		void *p = calloc(1, dns_list_file_room(&f, 1));

		assert_false(dns_list_file_build(p, &f, 1));
		free(p);
	}
}

/* All lists together are bounded. */
static void
test_too_many(void **state)
{
	const struct dns_list_file v[] = { file("a", "pic-names 1 0001500000\n"), file("b", "pic-names 1 0000500001\n") };

	(void)state;
	assert_true(dns_list_file_room(v, 1) > 0);
	assert_int_equal(dns_list_file_room(v, 2), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_build),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
