/* What DNS answers, for the edges; see answers.h. */
#include "role/answers.h"

#include <stdint.h>
#include <string.h>

#include "conf/conf.h"
#include "conf/schema.h"
#include "dns/filter.h"

/* Devices have no names in DNS: who somebody is says the table of peers. Only block lists may be for some of them. */
static bool
has_say(const struct conf_section *s, const struct conf *conf)
{
	return strcmp(s->name, "peers") != 0 || dns_filter_is_personal(&conf->blocklists);
}

/* Keys of secondaries come from the vault, which may be locked or not. */
bool
answers_hold(const struct answers_kept *k, const struct conf *conf)
{
	const struct conf_section *s;

	if (k->of == NULL || conf->dns.nsecondaries > 0)
		return false;
	for (s = conf_sections; s->name != NULL; s++)
		if (has_say(s, conf) && !conf_same(k->of, conf, s->name))
			return false;
	return true;
}

void
answers_give(const struct answers_kept *k, struct sealed_list *pieces)
{
	size_t i;

	for (i = ANSWERS_PIECE; i < k->pieces.n; i++)
		(void)sealed_list_add(pieces, k->pieces.v[i]);	/* they did fit behind the peers */
}

int
answers_put(const struct answers_kept *k, struct sealed_list *pieces, const void *p, size_t n)
{
	struct sealed *kept = k->of == NULL ? NULL : k->pieces.v[ANSWERS_PIECE], *part;
	int error = 0;

	if (kept != NULL && kept->n == n && memcmp(kept->p, p, n) == 0)
		part = sealed_ref(kept);
	else
		error = sealed_new(&part, "pic-answers", p, n);
	if (error < 0)
		return error;
	sealed_unref(pieces->v[ANSWERS_PIECE]);
	pieces->v[ANSWERS_PIECE] = part;
	return 0;
}

void
answers_keep(struct answers_kept *k, const struct conf *conf, const struct sealed_list *pieces)
{
	struct answers_kept next = { .of = NULL };
	size_t i;

	if (pieces->n > ANSWERS_PIECE) {	/* else DNS does not serve */
		/* the snapshot counts its users; whoever holds it may add one */
		next.of = conf_ref((struct conf *)(uintptr_t)conf);
		for (i = 0; i < pieces->n; i++)
			(void)sealed_list_add(&next.pieces, pieces->v[i]);	/* as many */
	}
	answers_clear(k);
	*k = next;
}

void
answers_clear(struct answers_kept *k)
{
	conf_unref(k->of);
	sealed_list_clear(&k->pieces);
	k->of = NULL;
}
