/* A state directory of its own for each test. */
#ifndef TEST_CONF_STATE_H
#define TEST_CONF_STATE_H

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sample.h"

#include "sys/file.h"

struct state {
	char path[64];
	int fd;
};

static inline int
state_make(void **arg)
{
	struct state *s = calloc(1, sizeof(*s));
	struct err e;

	(void)snprintf(s->path, sizeof(s->path), "/tmp/pic-conf-XXXXXX");
	if (mkdtemp(s->path) == NULL)
		return -1;
	s->fd = file_dir_open(s->path, false, &e);
	*arg = s;
	return s->fd < 0 ? -1 : 0;
}

static inline bool
state_wipe(void *arg, const char *name)
{
	int at = *(int *)arg, fd;

	if (unlinkat(at, name, 0) == 0)
		return true;
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0) {
		(void)file_list(fd, state_wipe, &fd);
		(void)close(fd);
		(void)unlinkat(at, name, AT_REMOVEDIR);
	}
	return true;
}

static inline int
state_drop(void **arg)
{
	struct state *s = *arg;
	int r;

	(void)file_list(s->fd, state_wipe, &s->fd);
	(void)close(s->fd);
	r = rmdir(s->path);
	free(s);
	return r;
}

/* All of a file below the state directory; NULL if it is not there. */
static inline char *
state_read(const struct state *s, const char *name)
{
	int fd = openat(s->fd, name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text;

	if (fd < 0)
		return NULL;
	assert_int_equal(fstat(fd, &st), 0);
	text = calloc(1, (size_t)st.st_size + 1);
	assert_int_equal(read(fd, text, (size_t)st.st_size), st.st_size);
	(void)close(fd);
	return text;
}

static inline void
state_put(const struct state *s, const char *name, const char *text, size_t n)
{
	int fd = openat(s->fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	assert_int_equal(close(fd), 0);
}

static inline void
state_puts(const struct state *s, const char *name, const char *text)
{
	state_put(s, name, text, strlen(text));
}

static inline bool
state_has(const struct state *s, const char *name)
{
	return faccessat(s->fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

#endif /* TEST_CONF_STATE_H */
