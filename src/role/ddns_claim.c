/* Is a name below pic.ngo free, and taking it before a change is saved (SET-6, TIM-6); see api/live.h. */
#include "role/ddns_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "io/later.h"
#include "jobs/jobs.h"

struct api_claim {
	struct jobs_run *run;		/* NULL: nobody has to be asked */
	struct io_later later;		/* then it is answered by this */
	struct ddns *d;
	json_t *given;			/* the fact of a registration; NULL: none */
	bool take;
	api_claimed_cb *done;
	void *arg;
};

static void
claim_free(struct api_claim *x)
{
	json_decref(x->given);
	free(x);
}

static void
on_claim_fact(void *arg, const json_t *fact)
{
	struct api_claim *x = arg;

	json_decref(x->given);
	x->given = json_deep_copy(fact);
}

/* A token is ours, whatever came behind it. */
static void
on_claimed(void *arg, const json_t *result, const struct err *e)
{
	struct api_claim *x = arg;
	bool available = json_is_true(json_object_get(result, "available"));
	const char *token = json_string_value(json_object_get(x->given, "token"));

	if (token != NULL)
		x->done(x->arg, API_NAME_FREE, token, NULL);
	else if (e != NULL && e->kind != ERR_CONFLICT)
		x->done(x->arg, API_NAME_UNKNOWN, NULL, e->detail);
	else
		x->done(x->arg, e == NULL && available ? API_NAME_FREE : API_NAME_TAKEN, NULL, NULL);
	claim_free(x);
}

/* --- a name that waits to be given back is still ours ---------------------------------------- */

/* Its entry of the list; NULL: there is none. New reference. */
static json_t *
pending_release(struct core *c, const struct conf *conf, const char *name)
{
	json_t *secret = ddns_secret(c, conf_txn_current(c->txn), NULL), *one, *found = NULL;
	size_t i;

	json_array_foreach(json_object_get(secret, "release"), i, one) {
		const char *base = json_string_value(json_object_get(one, "base"));
		const char *label = json_string_value(json_object_get(one, "name"));

		if (base != NULL && label != NULL && strcmp(base, conf->ddns.api_base_url) == 0 && strcmp(label, name) == 0)
			found = one;
	}
	(void)json_incref(found);	/* NULL stays NULL */
	json_decref(secret);
	return found;
}

static void
on_ours(void *arg)
{
	struct api_claim *x = arg;
	const char *token = json_string_value(json_object_get(x->given, "token"));

	x->done(x->arg, API_NAME_FREE, x->take ? token : NULL, NULL);
	claim_free(x);
}

/* The name that would be, with the addresses that are known already. */
static json_t *
claim_input(struct core *c, const struct conf *conf, const struct api_name_ask *ask)
{
	const struct ddns_addrs *told = &c->ddns->past.told;
	json_t *secret = ask->secret == NULL ? json_object() : json_deep_copy(ask->secret);
	json_t *in = ddns_input(c, conf, json_pack("{s:s, s:s, s:O, s:s, s:s, s:o}", "provider", "pic_ngo",
	    "api_base_url", conf->ddns.api_base_url, "api_paths", json_object_get(json_object_get(conf->doc, "ddns"), "api_paths"),
	    "name", ask->name, "label", ask->name, "secret", secret));
	char v4[ADDR_TEXT_MAX], v6[ADDR_TEXT_MAX];

	if (in == NULL)
		return NULL;
	(void)json_object_set_new(in, "label", json_string(ask->name));	/* without, nothing is asked */
	if (told->v4.len != 0)
		(void)json_object_set_new(in, "ip", json_string(addr_text(&told->v4, v4)));	/* it would look itself */
	if (told->v6.len != 0)
		(void)json_object_set_new(in, "ip6", json_string(addr_text(&told->v6, v6)));
	return in;
}

static struct api_claim *
claim(void *arg, const struct conf *conf, const struct api_name_ask *ask, api_claimed_cb *done, void *done_arg)
{
	struct core *c = arg;
	struct api_claim *x = calloc(1, sizeof(*x));
	json_t *in = claim_input(c, conf, ask);
	const struct jobs_ask job = { .kind = ask->take ? "ddns.claim" : "ddns.check", .in = in, .done = on_claimed,
		.fact = on_claim_fact, .arg = x };

	if (x != NULL) {
		*x = (struct api_claim){ .d = c->ddns, .take = ask->take, .done = done, .arg = done_arg };
		io_later_init(&x->later, on_ours, x);
		x->given = pending_release(c, conf, ask->name);
		if (x->given != NULL)
			io_later_call(&x->later, c->loop);
		x->run = x->given != NULL || in == NULL ||
		    (ask->take && ddns_waits(c) != NULL) ? NULL : jobs_run_with(c->jobs, &job);
	}
	json_decref(in);
	if (x == NULL || x->run != NULL || x->given != NULL)
		return x;
	claim_free(x);
	return NULL;
}

static void
claim_cancel(struct api_claim *x)
{
	io_later_cancel(&x->later);
	if (x->run != NULL && x->given != NULL)
		ddns_release_later(x->d, x->given);
	jobs_run_cancel(x->run);
	claim_free(x);
}

/* What fails here is a name that stays registered until its service lets it go. */
static void
claim_release(void *arg, const struct conf *conf, const char *name, const char *token)
{
	json_t *entry = json_pack("{s:s, s:s, s:s}", "name", name, "token", token, "base", conf->ddns.api_base_url);

	if (entry != NULL)
		ddns_release_later(((struct core *)arg)->ddns, entry);
	json_decref(entry);
}

void
ddns_claim_fill(struct api_live *out)
{
	out->name_claim = claim;
	out->name_cancel = claim_cancel;
	out->name_release = claim_release;
}
