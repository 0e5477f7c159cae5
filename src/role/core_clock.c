/* Timekeeping, connected with the edges, the accounts and the configuration. */
#include "role/core.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "role/edges.h"
#include "role/timekeeping.h"
#include "sys/clk.h"
#include "sys/kclock.h"

static void
say(void *arg, const struct ntp_reference *f, int64_t moved)
{
	struct core *c = arg;
	const struct message_clock m = { *f, moved };

	if (c->edges != NULL)
		edges_clock(c->edges, &m);
}

static bool
ask_round(void *arg, uint32_t number)
{
	struct core *c = arg;

	return c->edges != NULL && edges_round(c->edges, number);
}

static int64_t
highest(void *arg)
{
	const struct core *c = arg;

	return c->time.highest;
}

int
clock_start(struct core *c, struct err *e)
{
	const char *env = getenv("PIC_CLOCK");
	struct timekeeping_conf k = { .loop = c->loop, .clk = &clk_system, .kclock = kclock_system(), .say = say,
	    .round = ask_round, .highest = highest, .changed = state_dirty_observed, .arg = c };

	if (env != NULL && strcmp(env, "leave") != 0 && strcmp(env, "trust") != 0)
		return err_set(e, ERR_VALIDATION, "PIC_CLOCK is leave or trust");
	k.vouched = env != NULL && strcmp(env, "trust") == 0;
	k.may_steer = env == NULL && !c->options.user_mode && kclock_may_steer();
	(void)clk_read(PIC_RELEASED, &k.built);	/* our own constant */
	c->timekeeping = timekeeping_new(&k);
	return c->timekeeping == NULL ? err_sys(e, -ENOMEM, "keep the time") : 0;
}

void
clock_follow(struct core *c)
{
	const struct conf *now = conf_txn_current(c->txn);

	timekeeping_follow(c->timekeeping, now->setup_complete && now->ntp.enabled, &now->ntp);
}

void
clock_stop(struct core *c)
{
	struct timekeeping *t = c->timekeeping;

	c->time.lacks = NULL;	/* nobody is asked any more */
	c->timekeeping = NULL;
	timekeeping_free(t);
}
