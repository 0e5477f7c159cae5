/* Sealed documents and shared counters. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/memfd.h"

static void
documents_arrive_whole(void **state)
{
	static char text[300000];
	const void *p;
	size_t n;
	int fd;

	(void)state;
	memset(text, 'x', sizeof(text));
	fd = memfd_sealed("doc", text, sizeof(text));
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(memfd_map(fd, sizeof(text), &p, &n), 0);
	(void)close(fd);	/* the mapping holds it */
	assert_int_equal(n, sizeof(text));
	assert_memory_equal(p, text, n);
	memfd_unmap(p, n);

	fd = memfd_sealed("empty", NULL, 0);
	assert_true(fd >= 0);
	assert_int_equal(memfd_map(fd, 10, &p, &n), 0);
	assert_int_equal(n, 0);
	assert_non_null(p);
	memfd_unmap(p, n);
	(void)close(fd);
}

static void
documents_cannot_change(void **state)
{
	int fd = memfd_sealed("doc", "abc", 3);

	(void)state;
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(ftruncate(fd, 0), -1);
	assert_int_equal(ftruncate(fd, 10), -1);
	assert_ptr_equal(mmap(NULL, 3, PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), -1);
	(void)close(fd);
}

/* PRC-5: what came over a channel is not believed. */
static void
refuses_unsealed_and_large(void **state)
{
	int fd = memfd_create("open", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	const void *p;
	size_t n;

	(void)state;
	assert_int_equal(write(fd, "abc", 3), 3);
	assert_int_equal(memfd_map(fd, 10, &p, &n), -EPERM);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW), 0);
	assert_int_equal(memfd_map(fd, 10, &p, &n), -EPERM);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_SEAL), 0);
	assert_int_equal(memfd_map(fd, 2, &p, &n), -EFBIG);
	assert_int_equal(memfd_map(fd, 3, &p, &n), 0);
	memfd_unmap(p, n);
	(void)close(fd);

	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_true(memfd_map(fd, 10, &p, &n) < 0);
	(void)close(fd);
	assert_int_equal(memfd_map(-1, 10, &p, &n), -EBADF);
}

/* What another process writes becomes a document once nobody can write it any more. */
static void
drafts_become_documents(void **state)
{
	enum { SIZE = 10000 };
	int fd = memfd_draft("draft", SIZE), status;
	uint8_t *mine;
	const void *p;
	size_t n;
	pid_t pid;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(memfd_map(fd, SIZE, &p, &n), -EPERM);	/* not yet */
	pid = fork();
	if (pid == 0) {
		uint8_t *theirs = memfd_draft_map(fd, SIZE);

		if (theirs == NULL || theirs[SIZE - 1] != 0)
			_exit(1);
		theirs[SIZE - 1] = 42;
		_exit(ftruncate(fd, 0) == 0 || ftruncate(fd, SIZE + 1) == 0 || memfd_draft_map(fd, SIZE + 1) != NULL ? 2 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	mine = memfd_draft_map(fd, SIZE);
	assert_non_null(mine);
	assert_true(memfd_draft_seal(fd) < 0);			/* somebody has it mapped */
	memfd_unmap(mine, SIZE);
	assert_int_equal(memfd_draft_seal(fd), 0);
	assert_null(memfd_draft_map(fd, SIZE));
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(memfd_map(fd, SIZE, &p, &n), 0);
	assert_int_equal(n, SIZE);
	assert_int_equal(((const uint8_t *)p)[SIZE - 1], 42);
	memfd_unmap(p, n);
	(void)close(fd);
	assert_true(memfd_draft_seal(-1) < 0);
}

static void
counters_are_shared(void **state)
{
	int fd = memfd_share("stats", 5000), status;
	uint64_t *mine = memfd_share_map(fd, 5000);
	pid_t pid;

	(void)state;
	assert_non_null(mine);
	for (size_t i = 0; i < 5000 / 8; i++)
		assert_int_equal(mine[i], 0);
	pid = fork();
	if (pid == 0) {
		uint64_t *theirs = memfd_share_map(fd, 5000);

		if (theirs == NULL)
			_exit(1);
		theirs[624] = 42;
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(mine[624], 42);
	/* Neither side can pull the page away under the other. */
	assert_int_equal(ftruncate(fd, 0), -1);
	assert_null(memfd_share_map(fd, 5001));
	assert_null(memfd_share_map(fd, 0));
	assert_null(memfd_share_map(-1, 8));
	(void)munmap(mine, 5000);
	(void)close(fd);

	fd = memfd_create("open", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	assert_int_equal(ftruncate(fd, 4096), 0);
	assert_null(memfd_share_map(fd, 4096));
	(void)close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_arrive_whole),
		cmocka_unit_test(documents_cannot_change),
		cmocka_unit_test(refuses_unsealed_and_large),
		cmocka_unit_test(drafts_become_documents),
		cmocka_unit_test(counters_are_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
