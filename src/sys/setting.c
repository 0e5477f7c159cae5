#include "sys/setting.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A descriptor, or negative errno. */
static int
setting_open(const char *name, int flags)
{
	char path[PATH_MAX];
	int fd;

	if (snprintf(path, sizeof(path), "/proc/sys/%s", name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int
setting_read(const char *name, char *buf, size_t size)
{
	const int fd = setting_open(name, O_RDONLY);
	const ssize_t n = fd < 0 ? fd : read(fd, buf, size - 1);
	const int error = errno;

	if (fd >= 0)
		(void)close(fd);	/* it was only read */
	buf[n < 0 ? 0 : n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	if (n < 0)
		return fd < 0 ? fd : -error;
	return (int)strlen(buf);
}

int
setting_write(const char *name, const char *value)
{
	const int fd = setting_open(name, O_WRONLY);
	int rc = fd < 0 ? fd : 0;

	if (fd < 0)
		return rc;
	if (write(fd, value, strlen(value)) < 0)	/* the kernel takes it as a whole */
		rc = -errno;
	(void)close(fd);	/* the kernel has it */
	return rc;
}
