/* The peers for the edges; see who.h. */
#include "role/who.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "ingress/who.h"
#include "sys/sealed.h"

/* Access words are numbers of routes (conf/access.h). Of a route at the end that only one of them has, no peer that both have
 * has the word: words are of routes that there are. */
static bool
same_words(const struct conf_proxy *a, const struct conf_proxy *b)
{
	const size_t n = a->nroutes < b->nroutes ? a->nroutes : b->nroutes;
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(a->routes[i].name, b->routes[i].name) != 0)
			return false;
	return true;
}

static bool
holds(const struct who_kept *k, const struct conf *conf)
{
	return k->piece != NULL && same_words(&k->of->proxy, &conf->proxy) && conf_same(k->of, conf, "users") &&
	    conf_same(k->of, conf, "peers");
}

static int
make(struct sealed **out, const struct who_kept *k, const struct conf *conf)
{
	void *p;
	size_t n;
	int error = ingress_who_build(&p, &n, conf);

	if (error < 0)
		return error;
	if (k->piece != NULL && k->piece->n == n && memcmp(k->piece->p, p, n) == 0)
		*out = sealed_ref(k->piece);
	else
		error = sealed_new(out, "pic-peers", p, n);
	free(p);
	return error;
}

int
who_make(struct sealed **out, const struct who_kept *k, const struct conf *conf)
{
	*out = NULL;
	if (!holds(k, conf))
		return make(out, k, conf);
	*out = sealed_ref(k->piece);
	return 0;
}

void
who_keep(struct who_kept *k, const struct conf *conf, struct sealed *piece)
{
	const struct who_kept before = *k;

	/* the snapshot counts its users; whoever holds it may add one */
	*k = (struct who_kept){ conf_ref((struct conf *)(uintptr_t)conf), sealed_ref(piece) };
	conf_unref(before.of);
	sealed_unref(before.piece);
}

void
who_clear(struct who_kept *k)
{
	conf_unref(k->of);
	sealed_unref(k->piece);
	*k = (struct who_kept){ .of = NULL };
}
