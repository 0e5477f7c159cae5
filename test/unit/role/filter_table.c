/* The table of block lists, from the copies on disk: BLK-5; a damaged one takes no other along. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "dns/name.h"
#include "sys/memfd.h"

#include "role/filter_table.c"

struct bed {
	char path[64];
	struct filter f;
};

static struct bed *
bed_open(void)
{
	struct bed *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	snprintf(b->path, sizeof(b->path), "/tmp/pic-unit-XXXXXX");
	assert_non_null(mkdtemp(b->path));
	b->f.dirfd = open(b->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	b->f.table = b->f.draft = -1;
	assert_true(b->f.dirfd >= 0);
	return b;
}

static void
bed_close(struct bed *b)
{
	size_t i;

	for (i = 0; i < CONF_BLOCKLISTS_MAX; i++)
		if (b->f.v[i].id[0] != '\0')
			(void)unlinkat(b->f.dirfd, b->f.v[i].id, 0);	/* not all have a file */
	(void)close(b->f.dirfd);
	assert_int_equal(rmdir(b->path), 0);
	free(b);
}

/* The list number i; text NULL: it has no copy. */
static void
list(struct bed *b, size_t i, const char *id, const char *text)
{
	int fd;

	snprintf(b->f.v[i].id, sizeof(b->f.v[i].id), "%s", id);
	b->f.v[i].tried_at = 5;
	if (text == NULL)
		return;
	fd = openat(b->f.dirfd, id, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
}

/* Lists that have the name, as bits in the order of the table. */
static uint32_t
marks(int fd, const char *name)
{
	uint8_t wire[DNS_NAME_ROOM] = { 0 };
	struct dns_lists l;
	const void *p;
	uint32_t found;
	size_t size, n;

	assert_int_equal(memfd_map(fd, DNS_LISTS_BYTES_MAX, &p, &size), 0);	/* it is sealed */
	assert_true(dns_lists_open(&l, p, size));
	assert_true(dns_name_read(str_of(name), NULL, 0, wire, &n));
	found = dns_nameset_find(&l.set, wire, n);
	memfd_unmap(p, size);
	return found;
}

static void
all_copies_are_in_it(void **state)
{
	struct bed *b = bed_open();
	int fd;

	(void)state;
	assert_int_equal(filter_table_read(&b->f), -ENOENT);
	list(b, 0, "ads", "pic-names 1 0000000002\nads.example\nx.test.example\n");
	list(b, 1, "new", NULL);			/* was not fetched yet */
	list(b, 3, "games", "pic-names 1 0000000001\nads.example\n");
	fd = filter_table_read(&b->f);
	assert_true(fd >= 0);
	assert_int_equal(marks(fd, "www.ads.example"), 3);
	assert_int_equal(marks(fd, "x.test.example"), 1);
	assert_int_equal(marks(fd, "test.example"), 0);
	assert_int_equal(b->f.v[0].names, 2);
	assert_int_equal(b->f.v[1].names, 0);
	assert_int_equal(b->f.v[3].names, 1);
	assert_int_equal(b->f.v[3].tried_at, 5);
	assert_int_equal(close(fd), 0);
	bed_close(b);
}

static void
damaged_ones_are_fetched_again(void **state)
{
	static const char *const bad[] = {
		"an HTML page", "pic-names 1 0009999999\na.example\n", "pic-names 1 0000000001\nno name\n",
		"pic-names 1 0000000001\na.example\nb.example\n"
	};
	struct bed *b = bed_open();
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		list(b, 0, "ads", bad[i]);
		list(b, 1, "games", "pic-names 1 0000000001\ngame.example\n");
		fd = filter_table_read(&b->f);
		assert_true(fd >= 0);
		assert_int_equal(marks(fd, "game.example"), 1);
		assert_int_equal(b->f.v[0].tried_at, 0);
		assert_int_equal(b->f.v[0].names, 0);
		assert_int_equal(b->f.v[1].tried_at, 5);
		assert_int_equal(close(fd), 0);
	}
	list(b, 1, "games", bad[0]);
	assert_int_equal(filter_table_read(&b->f), -ENOENT);
	list(b, 0, "ads", "pic-names 1 0001999999\na.example\n");	/* together more than a table may have */
	list(b, 1, "games", "pic-names 1 0001999999\nb.example\n");
	assert_int_equal(filter_table_read(&b->f), -EINVAL);
	bed_close(b);
}

/* What the job is given: the new file of the list that is being stored, the copies in use of the others. */
static void
the_new_file_counts(void **state)
{
	struct bed *b = bed_open();
	const char *ids[DNS_LISTS_MAX];
	int fds[DNS_LISTS_MAX], sync = 0, fd;
	char head[DNS_LIST_FILE_HEAD + 1] = "";

	(void)state;
	list(b, 0, "ads", "pic-names 1 0000000001\nads.example\n");
	list(b, 1, "games", "pic-names 1 0000000001\ngame.example\n");
	b->f.v[0].names = b->f.v[1].names = 1;
	assert_int_equal(open_lists(&b->f, fds, ids, &sync), 2);
	assert_int_equal(sync, -1);
	assert_true(room_for(fds, 2) > 0);
	assert_int_equal(close(fds[0]) | close(fds[1]), 0);

	fd = openat(b->f.dirfd, "games.tmp-new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	dns_list_file_head(head, 3);
	assert_int_equal(write(fd, head, DNS_LIST_FILE_HEAD), DNS_LIST_FILE_HEAD);
	assert_int_equal(close(fd), 0);
	b->f.storing = &b->f.v[1];
	assert_int_equal(open_lists(&b->f, fds, ids, &sync), 2);
	assert_int_equal(sync, 1);
	assert_int_equal(pread(fds[1], head, DNS_LIST_FILE_HEAD, 0), DNS_LIST_FILE_HEAD);
	assert_string_equal(head, "pic-names 1 0000000003\n");
	assert_int_equal(close(fds[0]) | close(fds[1]), 0);
	assert_int_equal(unlinkat(b->f.dirfd, "games.tmp-new", 0), 0);
	bed_close(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_copies_are_in_it), cmocka_unit_test(damaged_ones_are_fetched_again),
		cmocka_unit_test(the_new_file_counts),
	};

	return cmocka_run_group_tests_name("role/filter_table", tests, NULL, NULL);
}
