/* Answers in steps; see follow.h. */
#include "dns/follow.h"

#include <stdbool.h>
#include <string.h>

#include "dns/query.h"
#include "dns/snapshot.h"
#include "dns/wire.h"

/* The name that stands at aux. The tables were checked: it is sound. */
static const uint8_t *
named(const struct dns_answer *a, size_t *len)
{
	const uint8_t *name = dns_answer_body(a) + a->aux;
	unsigned labels;

	*len = dns_name_scan(name, a->len - (size_t)a->aux, &labels);
	return name;
}

/* The target of the step's alias, into raw. False: it would be too long. */
static bool
read_target(const struct dns_step *s, uint8_t raw[DNS_NAME_ROOM], size_t *len)
{
	size_t n, front = 0;
	const uint8_t *name = named(s->a, &n);

	if (s->a->kind == DNS_ANSWER_DNAME)
		front = (size_t)s->len - s->a->base;
	*len = front + n;
	if (*len > DNS_NAME_MAX)
		return false;
	memcpy(raw, s->name, front);
	memcpy(raw + front, name, n);
	return true;
}

static const struct dns_answer *
find_target(struct dns_follow *f, const struct dns_snapshot *s, unsigned view, uint16_t type,
    const uint8_t *raw, size_t len)
{
	uint8_t *name = f->names[f->n - 1];
	struct dns_key k = { .name = name, .len = (uint8_t)len };
	unsigned labels;

	(void)dns_name_scan(raw, len, &labels);		/* sound, as above */
	k.labels = (uint8_t)labels;
	k.hash = dns_name_lower(name, raw, len);
	f->target = name;
	f->targetlen = (uint8_t)len;
	return dns_snapshot_find(s, view, &k, type);
}

static bool
is_visited(const struct dns_follow *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (f->steps[i].len == f->targetlen && memcmp(f->steps[i].name, f->target, f->targetlen) == 0)
			return true;
	return false;
}

/* One step on. True: there may be more. */
static bool
step(struct dns_follow *f, const struct dns_snapshot *s, unsigned view, uint16_t type)
{
	const struct dns_step *last = &f->steps[f->n - 1];
	const struct dns_answer *a;
	uint8_t raw[DNS_NAME_ROOM];
	size_t len;

	f->end = DNS_FOLLOW_TOO_LONG;
	if (!read_target(last, raw, &len))
		return false;
	a = find_target(f, s, view, type, raw, len);
	f->end = DNS_FOLLOW_END;
	if (last->a->kind == DNS_ANSWER_DNAME && type == DNS_CNAME)
		return false;		/* the alias is what was asked for */
	f->end = DNS_FOLLOW_OUTSIDE;
	f->route = 0;
	if (a == NULL)
		return false;
	f->route = a->aux;
	if (a->kind == DNS_ANSWER_CUT)
		return false;
	f->end = DNS_FOLLOW_HIDDEN;
	if (a->kind == DNS_ANSWER_REFUSED)
		return false;
	f->end = DNS_FOLLOW_TOO_MANY;
	if (f->n == sizeof(f->steps) / sizeof(f->steps[0]) || is_visited(f))
		return false;
	f->end = DNS_FOLLOW_END;
	f->steps[f->n++] = (struct dns_step){ a, f->target, f->targetlen };
	return a->kind == DNS_ANSWER_CHASE || a->kind == DNS_ANSWER_DNAME;
}

void
dns_follow(struct dns_follow *f, const struct dns_snapshot *s, unsigned view,
    const struct dns_query *q, const struct dns_answer *first)
{
	f->steps[0] = (struct dns_step){ first, q->key.name, q->key.len };
	f->n = 1;
	f->target = NULL;
	while (step(f, s, view, q->type))
		;
}
