/* What changes the credentials of dynamic DNS: a token that a registration gave, one that is worth nothing any more, and
 * names that are given back; see ddns_set.h. */
#include "role/ddns_set.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "jobs/jobs.h"
#include "sys/clk.h"

enum { RELEASES_MAX = 16 };

/* One change of the secret. */
struct rewrite {
	struct ddns *d;
	/* Change the document. False: nothing is to be changed. */
	bool (*apply)(struct rewrite *w, json_t *secret);
	uint64_t settings;
	json_t *value;			/* what it is about; owned */
	char ref[VAULT_REF_SIZE];
};

static int
rewrite_edit(void *arg, json_t *draft, struct err *e)
{
	struct rewrite *w = arg;
	struct core *c = w->d->core;
	json_t *section = json_object_get(draft, "ddns"), *secret = ddns_secret(c, conf_txn_current(c->txn), e);
	int error;

	if (secret == NULL)
		return err_errno(e->kind);
	if (!w->apply(w, secret)) {
		json_decref(secret);
		return 0;
	}
	error = vault_put(c->vault, secret, w->ref, e);
	json_decref(secret);
	if (error < 0)
		return error;
	(void)snprintf(w->d->own_ref, sizeof(w->d->own_ref), "%s", w->ref);	/* same size */
	return json_object_set_new(section, "secret_ref", json_string(w->ref)) < 0 ? err_sys(e, -ENOMEM, "keep a token") : 0;
}

static void
on_rewritten(void *arg, const struct conf_result *r, const struct err *e)
{
	struct rewrite *w = arg;

	if (e != NULL && !r->changed)	/* else who writes says so */
		log_line(LOG_DDNS, LOG_ERROR, "the credentials are not saved", "err", e->detail, NULL);
	json_decref(w->value);
	free(w);
}

/* value is taken. */
static void
rewrite(struct ddns *d, const char *summary, bool (*apply)(struct rewrite *w, json_t *secret), json_t *value)
{
	struct rewrite *w = calloc(1, sizeof(*w));
	struct conf_change change = { .actor = "system", .summary = summary, .edit = rewrite_edit, .done = on_rewritten, .arg = w };
	struct err e;

	err_clear(&e);
	if (w != NULL)
		*w = (struct rewrite){ .d = d, .apply = apply, .settings = d->settings, .value = json_incref(value) };
	if (w == NULL || conf_txn_submit(d->core->txn, &change, &e) < 0) {
		log_line(LOG_DDNS, LOG_ERROR, "the credentials are not saved", "err", w == NULL ? "out of memory" : e.detail, NULL);
		if (w != NULL)
			json_decref(w->value);
		free(w);
	}
	json_decref(value);
}

/* --- the token -------------------------------------------------------------------------------- */

static bool
append_release(json_t *secret, const json_t *entry)
{
	json_t *list = json_object_get(secret, "release");

	if (list == NULL && json_object_set_new(secret, "release", list = json_array()) < 0)
		return false;
	while (json_array_size(list) >= RELEASES_MAX)
		(void)json_array_remove(list, 0);	/* it is there */
	return json_array_append_new(list, json_deep_copy(entry)) == 0;
}

static bool
apply_release(struct rewrite *w, json_t *secret)
{
	return append_release(secret, w->value);
}

/* Settings that have changed since want nothing of it: it goes back. */
static bool
apply_token(struct rewrite *w, json_t *secret)
{
	if (w->settings != w->d->settings)
		return append_release(secret, w->value);
	w->d->registered = true;
	return json_object_set(secret, "token", json_object_get(w->value, "token")) == 0;
}

static bool
apply_no_token(struct rewrite *w, json_t *secret)
{
	return w->settings == w->d->settings && json_object_del(secret, "token") == 0;
}

void
ddns_token_keep(struct ddns *d, uint64_t settings, const json_t *fact)
{
	json_t *entry = json_deep_copy(fact);

	if (!json_is_string(json_object_get(entry, "token")) || !json_is_string(json_object_get(entry, "base")))
		json_decref(entry);
	else if (settings != d->settings)
		rewrite(d, "ddns.release", apply_release, entry);
	else
		rewrite(d, "ddns.register", apply_token, entry);
}

void
ddns_token_drop(struct ddns *d)
{
	rewrite(d, "ddns.release", apply_no_token, NULL);
}

void
ddns_release_later(struct ddns *d, const json_t *entry)
{
	rewrite(d, "ddns.release", apply_release, json_deep_copy(entry));
}

/* --- names that are given back ------------------------------------------------------------------ */

static bool
apply_released(struct rewrite *w, json_t *secret)
{
	json_t *list = json_object_get(secret, "release"), *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (json_equal(one, w->value))
			return json_array_remove(list, i) == 0 &&
			    (json_array_size(list) > 0 || json_object_del(secret, "release") == 0);
	return false;
}

static void
on_released(void *arg, const json_t *result, const struct err *e)
{
	struct ddns *d = arg;
	struct ddns_past wait = { .failures = d->release_failures };
	json_t *entry = d->releasing;
	const char *name = json_string_value(json_object_get(entry, "name"));

	(void)result;
	d->release = NULL;
	d->releasing = NULL;
	if (e == NULL || ddns_is_owners(e->kind)) {
		log_line(LOG_DDNS, e == NULL ? LOG_INFO : LOG_WARNING, e == NULL ? "a name was given back" :
		    "a name that is not wanted any more stays registered", "name", name == NULL ? "" : name, NULL);
		d->release_failures = 0;
		d->release_at = clk_system.wall_s(&clk_system) + DDNS_RETRY_S;	/* the change is on its way */
		rewrite(d, "ddns.release", apply_released, entry);
		return;
	}
	ddns_failed(&wait, e->kind, e->retry_after, clk_system.wall_s(&clk_system));
	d->release_failures = wait.failures;
	d->release_at = wait.next_at;
	json_decref(entry);
}

/* The service that it was registered with, wherever names are registered now. */
static json_t *
release_input(struct ddns *d, const json_t *entry)
{
	const json_t *name = json_object_get(entry, "name");

	return ddns_input(d->core, conf_txn_current(d->core->txn), json_pack("{s:s, s:O*, s:O*, s:O*, s:{s:O*}}",
	    "provider", "pic_ngo", "api_base_url", json_object_get(entry, "base"), "name", name, "label", name,
	    "secret", "token", json_object_get(entry, "token")));
}

void
ddns_release_next(struct ddns *d)
{
	const struct conf *conf = conf_txn_current(d->core->txn);
	json_t *secret, *entry, *in;
	bool wanted;

	if (d->release != NULL || conf->ddns.secret_ref == NULL || d->release_at > clk_system.wall_s(&clk_system))
		return;
	d->release_at = clk_system.wall_s(&clk_system) + DDNS_RETRY_S;	/* the vault is not opened every second */
	secret = ddns_secret(d->core, conf, NULL);
	entry = json_incref(json_array_get(json_object_get(secret, "release"), 0));
	wanted = entry != NULL && json_equal(json_object_get(entry, "token"), json_object_get(secret, "token"));
	json_decref(secret);
	if (wanted)
		rewrite(d, "ddns.register", apply_released, entry);	/* it was taken again before it was given back */
	if (entry == NULL || wanted)
		return;
	in = release_input(d, entry);
	d->release = in == NULL ? NULL : jobs_run_start(d->core->jobs, "ddns.release", in, on_released, d);
	json_decref(in);
	if (d->release != NULL)
		d->releasing = entry;
	else
		json_decref(entry);
}
