/* Counted pieces of sealed memory; see sealed.h. */
#include "sys/sealed.h"

#include <stdlib.h>
#include <unistd.h>

#include "sys/memfd.h"

static struct sealed *
map(int fd, size_t max)
{
	struct sealed *s = calloc(1, sizeof(*s));

	if (s == NULL || memfd_map(fd, max, &s->p, &s->n) < 0) {
		free(s);
		return NULL;
	}
	s->refs = 1;
	s->fd = -1;
	return s;
}

struct sealed *
sealed_new(const char *name, const void *p, size_t n)
{
	int fd = memfd_sealed(name, p, n);
	struct sealed *s = fd < 0 ? NULL : map(fd, n);

	if (s != NULL)
		s->fd = fd;
	else if (fd >= 0)
		(void)close(fd);	/* nobody has seen it */
	return s;
}

struct sealed *
sealed_open(int fd, uint64_t id, size_t max)
{
	struct sealed *s = map(fd, max);

	if (s != NULL)
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
