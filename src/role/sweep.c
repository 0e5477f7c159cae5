/* Secrets that no kept generation names any more are deleted (data.md 3.2,
 * rule 3), half a minute after the last change: reading twenty documents
 * is not part of a change. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "conf/store.h"
#include "conf/txn.h"
#include "io/timer.h"
#include "role/cert.h"
#include "role/core.h"
#include "vault/vault.h"

enum { SWEEP_MS = 30000, REFS_MAX = 1 << 20 };

/* Any value but NULL: the map is used as a set. */
static char present;

static bool
collect(struct map *refs, const json_t *j)
{
	const char *key;
	json_t *value;
	size_t i;
	bool ok = true;

	json_object_foreach((json_t *)(uintptr_t)j, key, value) {	/* only read */
		if (strcmp(key, "secret_ref") == 0 && json_is_string(value))
			ok &= map_put(refs, json_string_value(value), json_string_length(value), &present, NULL) == 0;
		else
			ok &= collect(refs, value);
	}
	json_array_foreach(j, i, value)
		ok &= collect(refs, value);
	return ok;
}

static bool
collect_generations(struct core *c, struct map *refs)
{
	json_t *list = conf_store_list(c->store), *row, *doc;
	struct err e;
	size_t i;
	bool ok = list != NULL;

	json_array_foreach(list, i, row) {
		err_clear(&e);
		doc = conf_store_read(c->store,
		    (uint64_t)json_integer_value(json_object_get(row, "generation")), &e);
		ok &= doc != NULL && collect(refs, doc);
		json_decref(doc);
	}
	json_decref(list);
	return ok;
}

struct keep {
	const struct core *core;
	const struct map *refs;
};

static bool
keep(void *arg, const char *ref)
{
	const struct keep *k = arg;

	return map_get(k->refs, ref, strlen(ref)) != NULL ||
	    strcmp(ref, cell_cert_secret_ref(k->core->cert)) == 0;
}

static void
on_sweep(void *arg)
{
	struct core *c = arg;
	struct map *refs = map_new(REFS_MAX);
	struct keep k = { c, refs };

	/* a generation that cannot be read may name a secret: then nothing is deleted */
	if (refs != NULL && collect_generations(c, refs) && vault_sweep(c->vault, keep, &k) < 0)
		log_line(LOG_VAULT, LOG_WARNING, "old secrets could not be deleted", NULL);
	map_free(refs);
}

void
sweep_soon(struct core *c)
{
	if (c->sweep == NULL)
		c->sweep = io_timer_new(c->loop, on_sweep, c);
	if (c->sweep != NULL)
		io_timer_once(c->sweep, SWEEP_MS);
}
