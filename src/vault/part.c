/* The vault as a part of every change; see part.h. */
#include "vault/part.h"

#include "conf/conf.h"
#include "conf/txn.h"
#include "vault/vault.h"
#include "vault/vault_set.h"

static int
prepare(void *arg, const struct conf *now, const struct conf *next, struct err *e)
{
	(void)now;
	(void)next;
	return vault_sync(arg, e);
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
