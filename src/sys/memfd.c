/* Documents and counters in memory that two processes share. Seals are what
 * lets the reader trust the size: a file that its writer can still shrink
 * would kill the reader with SIGBUS. */
#include "sys/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U		/* Linux 6.3 */
#endif

enum {
	SHARE_SEALS = F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL,
	DOCUMENT_SEALS = SHARE_SEALS | F_SEAL_WRITE
};

/* Never executable, where the kernel knows how to promise that. */
static int
create(const char *name)
{
	const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int fd = memfd_create(name, flags | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(name, flags);
	return fd < 0 ? -errno : fd;
}

static int
fill(int fd, const uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return k < 0 ? -errno : -EIO;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

/* fd, or the error with fd closed. */
static int
close_if(int fd, int error)
{
	if (error < 0)
		(void)close(fd);	/* nothing in it is wanted */
	return error < 0 ? error : fd;
}

int
memfd_sealed(const char *name, const void *p, size_t n)
{
	int fd = create(name), r;

	if (fd < 0)
		return fd;
	r = fill(fd, p, n);
	if (r == 0 && fcntl(fd, F_ADD_SEALS, DOCUMENT_SEALS) < 0)
		r = -errno;
	return close_if(fd, r);
}

/* The size of a memfd that carries at least these seals, or -errno. */
static int
size_of(int fd, int seals, uint64_t *n)
{
	int have = fcntl(fd, F_GET_SEALS);
	struct stat st;

	if (have < 0)
		return -errno;
	if ((have & seals) != seals)
		return -EPERM;
	if (fstat(fd, &st) < 0)
		return -errno;
	*n = (uint64_t)st.st_size;
	return 0;
}

int
memfd_map(int fd, size_t max, const void **p, size_t *n)
{
	uint64_t size = 0;
	void *at;
	int r = size_of(fd, DOCUMENT_SEALS, &size);

	if (r < 0)
		return r;
	if (size > max)
		return -EFBIG;
	*n = (size_t)size;
	*p = "";		/* mmap refuses an empty range */
	if (size == 0)
		return 0;
	/* Private: kernels before 6.7 refuse to share a write-sealed file. */
	at = mmap(NULL, *n, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return -errno;
	*p = at;
	return 0;
}

void
memfd_unmap(const void *p, size_t n)
{
	if (n > 0)
		(void)munmap((void *)(uintptr_t)p, n);	/* p came from mmap */
}

int
memfd_draft(const char *name, size_t n)
{
	int fd = create(name), r = 0;

	if (fd < 0)
		return fd;
	if (ftruncate(fd, (off_t)n) < 0 || fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) < 0)
		r = -errno;
	return close_if(fd, r);
}

void *
memfd_draft_map(int fd, size_t n)
{
	uint64_t size = 0;
	void *p;

	if (n == 0 || size_of(fd, F_SEAL_GROW | F_SEAL_SHRINK, &size) < 0 || size != n)
		return NULL;
	p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return p == MAP_FAILED ? NULL : p;
}

int
memfd_draft_seal(int fd)
{
	return fcntl(fd, F_ADD_SEALS, DOCUMENT_SEALS) < 0 ? -errno : 0;
}

int
memfd_share(const char *name, size_t n)
{
	int fd = create(name), r = 0;

	if (fd < 0)
		return fd;
	if (ftruncate(fd, (off_t)n) < 0 ||
	    fcntl(fd, F_ADD_SEALS, SHARE_SEALS) < 0)
		r = -errno;
	return close_if(fd, r);
}

void *
memfd_share_map(int fd, size_t n)
{
	uint64_t size = 0;
	void *p;

	if (n == 0 || size_of(fd, SHARE_SEALS, &size) < 0 || size < n)
		return NULL;
	p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return p == MAP_FAILED ? NULL : p;
}
