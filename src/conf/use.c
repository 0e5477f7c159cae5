#include "conf/use.h"

#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

#include "conf/conf.h"

enum { NAMED = 3 };	/* of each kind */

/* The list on its way; cut where it is full, which is fine for people. */
struct list {
	char *buf;
	size_t size, n;
	size_t count;		/* of the kind */
};

static void append(struct list *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
append(struct list *l, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (l->n >= l->size)
		return;
	va_start(ap, fmt);
	n = vsnprintf(l->buf + l->n, l->size - l->n, fmt, ap);
	va_end(ap);
	l->n += n < 0 ? 0 : (size_t)n;
}

static void
add(struct list *l, const char *kind, const char *name)
{
	if (l->count++ < NAMED)
		append(l, "%sthe %s %s", l->n > 0 ? ", " : "", kind, name);
}

static void
end_kind(struct list *l)
{
	if (l->count > NAMED)
		append(l, " and %zu more", l->count - NAMED);
	l->count = 0;
}

static bool
has(const struct conf_texts *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcasecmp(t->v[i], name) == 0)
			return true;
	return false;
}

bool
conf_use_group(const struct conf *c, const char *group, char *buf, size_t size)
{
	const struct conf_firewall *f = &c->firewall;
	struct list l = { .buf = buf, .size = size };
	size_t i;

	for (i = 0; i < c->npeers; i++)
		if (has(&c->peers[i].groups, group))
			add(&l, "device", c->peers[i].name);
	end_kind(&l);
	for (i = 0; i < f->nrules; i++)
		if (f->rules[i].from.group != NULL && strcasecmp(f->rules[i].from.group, group) == 0)
			add(&l, "rule", f->rules[i].name);
	end_kind(&l);
	for (i = 0; i < f->nassertions; i++)
		if (f->assertions[i].from.group != NULL && strcasecmp(f->assertions[i].from.group, group) == 0)
			add(&l, "assertion", f->assertions[i].name);
	end_kind(&l);
	for (i = 0; i < c->blocklists.nlists; i++)
		if (has(&c->blocklists.lists[i].apply_to.groups, group))
			add(&l, "block list", c->blocklists.lists[i].name);
	end_kind(&l);
	return l.n > 0;
}

bool
conf_use_user(const struct conf *c, const char *username, char *buf, size_t size)
{
	struct list l = { .buf = buf, .size = size };
	size_t i;

	for (i = 0; i < c->npeers; i++)
		if (c->peers[i].owner != NULL && strcasecmp(c->peers[i].owner, username) == 0)
			add(&l, "device", c->peers[i].name);
	end_kind(&l);
	return l.n > 0;
}
