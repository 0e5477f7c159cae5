/* Counted pieces of sealed memory; see sealed.h. */
#include "sys/sealed.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "sys/memfd.h"

static int
map(struct sealed **out, int fd, size_t max)
{
	struct sealed *s = calloc(1, sizeof(*s));
	int error = s == NULL ? -ENOMEM : memfd_map(fd, max, &s->p, &s->n);

	*out = NULL;
	if (error < 0) {
		free(s);
		return error;
	}
	s->refs = 1;
	s->fd = -1;
	*out = s;
	return 0;
}

int
sealed_new(struct sealed **out, const char *name, const void *p, size_t n)
{
	int fd = memfd_sealed(name, p, n), error;

	*out = NULL;
	if (fd < 0)
		return fd;
	error = map(out, fd, n);
	if (error == 0)
		(*out)->fd = fd;
	else
		(void)close(fd);	/* nobody has seen it */
	return error;
}

struct sealed *
sealed_open(int fd, uint64_t id, size_t max)
{
	struct sealed *s;

	if (map(&s, fd, max) == 0)
		s->id = id;
	return s;
}

struct sealed *
sealed_ref(struct sealed *s)
{
	s->refs++;
	return s;
}

void
sealed_unref(struct sealed *s)
{
	if (s == NULL || --s->refs > 0)
		return;
	memfd_unmap(s->p, s->n);
	if (s->fd >= 0)
		(void)close(s->fd);	/* others have their own */
	free(s);
}

size_t
sealed_list_add(struct sealed_list *l, struct sealed *s)
{
	if (l->n == SEALED_LIST_MAX)
		return SEALED_LIST_MAX;
	l->v[l->n] = sealed_ref(s);
	return l->n++;
}

void
sealed_list_clear(struct sealed_list *l)
{
	while (l->n > 0)
		sealed_unref(l->v[--l->n]);
}

struct sealed *
sealed_list_find(const struct sealed_list *l, uint64_t id)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i]->id == id)
			return l->v[i];
	return NULL;
}
