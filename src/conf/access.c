/* Access words; see access.h. */
#include "conf/access.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/str.h"

_Static_assert(CONF_ACCESS_MAX % 64 == 0, "whole words of a set");

struct conf_words {
	struct map *routes;	/* name → number + 1 */
};

static bool
put_routes(struct conf_words *x, const struct conf *c)
{
	size_t i;

	for (i = 0; i < c->proxy.nroutes && i < CONF_ACCESS_MAX; i++) {
		const char *name = c->proxy.routes[i].name;

		if (map_put(x->routes, name, strlen(name), (void *)(uintptr_t)(i + 1), NULL) < 0)
			return false;
	}
	return true;
}

struct conf_words *
conf_words_new(const struct conf *c)
{
	struct conf_words *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return NULL;
	x->routes = map_new(CONF_ACCESS_MAX);
	if (x->routes != NULL && put_routes(x, c))
		return x;
	conf_words_free(x);
	return NULL;
}

void
conf_words_free(struct conf_words *x)
{
	if (x == NULL)
		return;
	map_free(x->routes);
	free(x);
}

void
conf_words_access(const struct conf_words *x, const struct conf_texts *words, struct conf_access *out)
{
	const struct str prefix = STR("route:");
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < words->n; i++) {
		const struct str s = str_of(words->v[i]);
		uintptr_t n;

		if (!str_starts(s, prefix))
			continue;
		n = (uintptr_t)map_get(x->routes, s.p + prefix.n, s.n - prefix.n);
		if (n != 0)
			conf_access_add(out, (unsigned)n - 1);
	}
}
