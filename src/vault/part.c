/* The vault as a part of every change; see part.h. */
#include "vault/part.h"

#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "vault/vault.h"
#include "vault/vault_set.h"

/* A change that insists names no new secret: what failed belongs to one that was refused. */
static int
prepare(void *arg, const struct conf *now, const struct conf *next, struct err *e)
{
	const struct vault *v = arg;
	int r = vault_sync(arg, e);

	(void)now;
	(void)next;
	if (r == 0 || !conf_txn_insists(v->txn))
		return r;
	log_line(LOG_CONFIG, LOG_ERROR, "secrets of a change that was refused are not on disk", "err", e->detail, NULL);
	err_clear(e);
	return 0;
}

static void
commit(void *arg, const struct conf *next)
{
	const struct vault *v = arg;

	conf_txn_part_done(v->txn, "vault", next->generation);
}

/* What nobody names goes with the next sweep. */
static void
rollback(void *arg)
{
	(void)arg;
}

int
vault_part(struct vault *v, struct conf_txn *t)
{
	v->txn = t;
	return conf_txn_part(t, &(struct conf_part){ .name = "vault", .prepare = prepare, .commit = commit,
	    .rollback = rollback, .arg = v });
}
