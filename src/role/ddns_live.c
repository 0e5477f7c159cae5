/* What the API shows of dynamic DNS, and has done by hand; see api/live.h. */
#include "role/ddns_set.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "jobs/jobs.h"
#include "sys/clk.h"

struct giving_back {
	struct ddns *d;
	api_ended_cb *done;
	void *arg;
};

static void on_given_back(void *arg, const json_t *result, const struct err *e);

static bool
has_credential(struct core *c, const struct conf *conf)
{
	static const char *const members[] = { "token", "api_token", "password" };
	json_t *secret = ddns_secret(c, conf, NULL);
	bool has = false;
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		has = has || json_is_string(json_object_get(secret, members[i]));
	json_decref(secret);
	return has;
}

/* A clock that is not trusted is the reason for everything that does not happen (TIM-1). */
static void
state(void *arg, struct api_ddns *out)
{
	struct core *c = arg;
	const struct ddns *d = c->ddns;
	const struct conf *conf = conf_txn_current(c->txn);
	const char *waits = conf->ddns.provider == CONF_PROVIDER_NONE ? NULL : ddns_waits(c);

	*out = (struct api_ddns){ .registered = d->registered, .ip = d->past.told.v4, .ip6 = d->past.told.v6,
		.updated_at = d->past.told_at, .has_token = has_credential(c, conf) };
	if (conf->ddns.provider != CONF_PROVIDER_NONE && !d->past.stopped && waits == NULL)
		out->next_at = d->past.next_at != 0 ? d->past.next_at : clk_system.wall_s(&clk_system);
	if (waits != NULL)
		(void)snprintf(out->error, sizeof(out->error), "time-untrusted: %s", waits);	/* cut is fine */
	else
		(void)snprintf(out->error, sizeof(out->error), "%s", d->error);	/* same size */
}

/* --- by hand --------------------------------------------------------------------------------- */

/* Does anything stand against asking the provider now? */
static int
may_call(struct core *c, struct err *e)
{
	struct ddns *d = c->ddns;
	int wait = ddns_wait_s(&d->past, clk_system.wall_s(&clk_system));

	if (conf_txn_current(c->txn)->ddns.provider == CONF_PROVIDER_NONE)
		return err_set(e, ERR_VALIDATION, "there is no dynamic DNS provider");
	if (ddns_waits(c) != NULL)
		return err_set(e, ERR_UNAVAILABLE, "the clock is not trusted: %s", ddns_waits(c));
	if (d->calling)
		return err_set(e, ERR_CONFLICT, "the provider is being told already");
	if (wait == 0)
		return 0;
	(void)err_set(e, ERR_RATE_LIMITED, "the provider was asked less than a minute ago");
	if (e != NULL)
		e->retry_after = wait;
	return err_errno(ERR_RATE_LIMITED);
}

static int
is_pic_ngo(struct core *c, struct err *e)
{
	if (conf_txn_current(c->txn)->ddns.provider == CONF_PROVIDER_PIC_NGO)
		return 0;
	return err_set(e, ERR_VALIDATION, "only names of pic_ngo are registered");
}

static int
start(void *arg, bool registers, const char *actor, json_t **job, struct err *e)
{
	struct core *c = arg;
	int error = registers ? is_pic_ngo(c, e) : 0;

	if (error == 0)
		error = may_call(c, e);
	return error < 0 ? error : ddns_call(c->ddns, registers ? "ddns.register" : "ddns.update", NULL, actor, job, e);
}

/* What the job is told; NULL with e. */
static json_t *
give_back_input(struct core *c, struct err *e)
{
	const struct conf *conf = conf_txn_current(c->txn);
	json_t *provider = is_pic_ngo(c, e) < 0 ? NULL : ddns_document(c, conf, e), *in;

	if (provider == NULL)
		return NULL;
	if (!json_is_string(json_object_get(json_object_get(provider, "secret"), "token"))) {
		(void)err_set(e, ERR_VALIDATION, "no name is registered");	/* NULL says it */
		json_decref(provider);
		return NULL;
	}
	in = ddns_input(c, conf, provider);
	if (in == NULL)
		(void)err_sys(e, -ENOMEM, "give the name back");	/* likewise */
	return in;
}

static int
give_back(void *arg, api_ended_cb *done, void *done_arg, struct err *e)
{
	struct core *c = arg;
	struct giving_back *g = malloc(sizeof(*g));
	json_t *in = give_back_input(c, e);

	if (in == NULL || g == NULL) {
		free(g);
		json_decref(in);
		return in == NULL ? err_errno(e->kind) : err_sys(e, -ENOMEM, "give the name back");
	}
	*g = (struct giving_back){ c->ddns, done, done_arg };
	if (jobs_run_start(c->jobs, "ddns.release", in, on_given_back, g) == NULL) {
		free(g);
		g = NULL;
	}
	json_decref(in);
	return g != NULL ? 0 : err_set(e, ERR_UNAVAILABLE, "the job cannot be started");
}

static void
on_given_back(void *arg, const json_t *result, const struct err *e)
{
	struct giving_back *g = arg;
	struct ddns *d = g->d;

	(void)result;
	if (e == NULL) {
		log_line(LOG_DDNS, LOG_INFO, "the name was given back", NULL);
		ddns_token_drop(d);
		ddns_released(d);
	}
	g->done(g->arg, e);
	free(g);
}

void
ddns_fill(struct api_live *out)
{
	out->ddns_state = state;
	out->ddns_start = start;
	out->ddns_release = give_back;
	ddns_claim_fill(out);
}
