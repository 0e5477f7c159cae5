/* The peers for the edges; see who.h. */
#include "role/who.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "conf/conf.h"
#include "ingress/who.h"
#include "sys/sealed.h"

/* Records that both share are the same at a glance (conf/draft.h). */
static bool
same(const struct conf *a, const struct conf *b, const char *key)
{
	const json_t *of_a = json_object_get(a->doc, key), *of_b = json_object_get(b->doc, key);

	return of_a != NULL && json_equal(of_a, of_b);
}

/* Access words are numbers of routes (conf/access.h). */
static bool
same_words(const struct conf_proxy *a, const struct conf_proxy *b)
{
	size_t i;

	if (a->nroutes != b->nroutes)
		return false;
	for (i = 0; i < a->nroutes; i++)
		if (strcmp(a->routes[i].name, b->routes[i].name) != 0)
			return false;
	return true;
}

static bool
holds(const struct who_kept *k, const struct conf *conf)
{
	return k->piece != NULL && same_words(&k->of->proxy, &conf->proxy) && same(k->of, conf, "users") &&
	    same(k->of, conf, "peers");
}

static void
remember(struct who_kept *k, const struct conf *conf)
{
	struct conf *before = k->of;

	/* the snapshot counts its users; whoever holds it may add one */
	k->of = conf_ref((struct conf *)(uintptr_t)conf);
	conf_unref(before);
}

static bool
make(struct who_kept *k, const struct conf *conf)
{
	struct sealed *made;
	void *p;
	size_t n;

	if (ingress_who_build(&p, &n, conf) < 0)
		return false;
	made = k->piece != NULL && k->piece->n == n && memcmp(k->piece->p, p, n) == 0 ? sealed_ref(k->piece) :
	    sealed_new("pic-peers", p, n);
	free(p);
	if (made == NULL)
		return false;
	sealed_unref(k->piece);
	k->piece = made;
	return true;
}

struct sealed *
who_make(struct who_kept *k, const struct conf *conf)
{
	if (!holds(k, conf) && !make(k, conf))
		return NULL;
	remember(k, conf);
	return sealed_ref(k->piece);
}

void
who_clear(struct who_kept *k)
{
	conf_unref(k->of);
	sealed_unref(k->piece);
	*k = (struct who_kept){ .of = NULL };
}
