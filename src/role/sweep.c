/* Secrets and zone texts that no kept generation names any more are deleted (data.md 3.2,
 * rule 3), half a minute after the last change: looking at every secret is not
 * part of a change. */
#include <string.h>

#include <jansson.h>

#include "base/log.h"
#include "conf/store.h"
#include "io/timer.h"
#include "role/acme.h"
#include "role/authority.h"
#include "role/cert.h"
#include "role/core.h"
#include "role/sites.h"
#include "vault/vault.h"

enum { SWEEP_MS = 30000 };

struct keep {
	const struct core *core;
	const json_t *refs;
};

static bool
keep(void *arg, const char *ref)
{
	const struct keep *k = arg;

	return json_object_get(k->refs, ref) != NULL || strcmp(ref, cell_cert_secret_ref(k->core->cert)) == 0 ||
	    authority_needs_secret(k->core->authority, ref) || sites_needs_secret(k->core->sites, ref) ||
	    acme_needs_secret(k->core, ref);
}

static bool
keep_cert(void *arg, const char *id)
{
	const struct core *c = arg;

	/* of an authority that cannot be read nobody knows which is the cell's */
	return authority_fault(c->authority) != NULL || strcmp(id, cell_cert_id(c->cert)) == 0 ||
	    strcmp(id, cell_cert_id(authority_server(c->authority))) == 0 ||
	    sites_find(c->sites, id) != NULL;
}

static void
on_sweep(void *arg)
{
	struct core *c = arg;
	json_t *refs = conf_store_refs(c->store);
	struct keep k = { c, refs };

	/* a generation that cannot be read, or an authority that is not saved yet, may name a secret: then nothing is deleted */
	if (refs != NULL && !c->authority_unsaved && vault_sweep(c->vault, keep, &k) < 0)
		log_line(LOG_VAULT, LOG_WARNING, "old secrets could not be deleted", NULL);
	if (!c->authority_unsaved) {
		authority_sweep(c->authority, c->state_fd);
		cell_cert_sweep(c->state_fd, keep_cert, c);
	}
	if (refs != NULL)
		texts_sweep(c, refs);
	json_decref(refs);
}

void
sweep_soon(struct core *c)
{
	if (c->sweep == NULL)
		c->sweep = io_timer_new(c->loop, on_sweep, c);
	if (c->sweep != NULL)
		io_timer_once(c->sweep, SWEEP_MS);
}
