/* What is due of public certificates; see acme.h. */
#include "role/acme.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "auth/time.h"
#include "base/err.h"
#include "base/log.h"
#include "base/sparse.h"
#include "conf/conf.h"
#include "conf/route.h"
#include "conf/txn.h"
#include "io/timer.h"
#include "jobs/jobs.h"
#include "role/acme_set.h"
#include "role/cert.h"
#include "role/core.h"
#include "role/sites.h"
#include "sys/clk.h"

enum { WAKE_MS = 1000, EXPIRING_DAYS = 14, EXPIRING_SOON_DAYS = 3 };

/* --- keeping ------------------------------------------------------------------------- */

void
acme_save(struct acme *a)
{
	struct err e;

	err_clear(&e);
	a->unsaved = acme_kept_store(a->kept, a->core->state_fd, &e) < 0;
	if (a->unsaved)
		log_line(LOG_ACME, LOG_ERROR, "what was ordered is not saved", "err", e.detail, NULL);
}

bool
acme_needs_secret(const struct core *c, const char *ref)
{
	/* what is not saved may differ from what is on disk: then nothing goes */
	return c->acme == NULL || c->acme->unsaved || acme_kept_needs(c->acme->kept, ref);
}

/* --- the account ------------------------------------------------------------------------ */

static bool
use_account(struct acme *a, const char *pem)
{
	a->has_account = pem != NULL && acme_account_read(str_of(pem), &a->account);
	if (a->has_account)
		acme_account_thumbprint(&a->account, a->thumbprint);
	return a->has_account;
}

static void
load_account(struct acme *a)
{
	json_t *secret = NULL;
	struct err e;

	if (a->kept->account_ref[0] == '\0')
		return;
	err_clear(&e);
	if (vault_get(a->core->vault, a->kept->account_ref, &secret, &e) < 0 ||
	    !use_account(a, json_string_value(json_object_get(secret, "account_key"))))
		log_line(LOG_ACME, LOG_ERROR, "the key of the ACME account cannot be read: another account will be made",
		    "err", e.detail, NULL);
	json_decref(secret);
}

/* Sealed first, then named: a crash in between leaves a secret that is swept, and no account was made. */
static int
make_account(struct acme *a, struct err *e)
{
	char *pem = acme_account_new(&a->account) ? acme_account_write(&a->account) : NULL;
	json_t *secret = pem == NULL ? NULL : json_pack("{ss}", "account_key", pem);
	int error = secret == NULL ? err_sys(e, -ENOMEM, "make a key") :
	    vault_put(a->core->vault, secret, a->kept->account_ref, e);

	if (error == 0) {
		a->kept->nservers = 0;	/* they know another one */
		error = acme_kept_store(a->kept, a->core->state_fd, e);
	}
	if (error == 0 && !use_account(a, pem))
		error = err_set(e, ERR_INTERNAL, "the key of the account does not read back");
	if (pem != NULL)
		sodium_memzero(pem, strlen(pem));
	free(pem);
	json_decref(secret);
	return error;
}

const char *
acme_thumbprint(const struct core *c, const struct conf *conf)
{
	return c->acme != NULL && c->acme->has_account && conf->identity.domain_mode == CONF_MODE_HTTP01 ?
	    c->acme->thumbprint : NULL;
}

/* The account there is, with tables that answer for it. */
static bool
have_account(struct acme *a)
{
	struct err e;
	uint64_t serial;

	if (a->has_account)
		return true;
	err_clear(&e);
	if (make_account(a, &e) < 0) {
		log_line(LOG_ACME, LOG_ERROR, "no ACME account can be made", "err", e.detail, NULL);
		return false;
	}
	(void)apply_again(a->core, &serial);	/* has said why not; they come with the next tables */
	return true;
}

/* --- what is wanted ---------------------------------------------------------------------- */

/* TLS-5: of routes that strangers may reach, the names below the public domain. */
static size_t
public_hosts(const struct conf *conf, char (*out)[CONF_ROUTE_NAME_SIZE], const char **list, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < conf->proxy.nroutes && n + CONF_ROUTE_NAMES <= max; i++) {
		const struct conf_route *r = &conf->proxy.routes[i];

		if (r->enabled && (r->access & CONF_ZONE_PUBLIC) != 0)
			n += conf_route_names(conf, r, &out[n]);
	}
	for (i = 0; i < n; i++)
		list[i] = out[i];
	return n;
}

static void
plan(struct acme *a, const struct conf *conf)
{
	const size_t max = CONF_ROUTE_NAMES * (conf->proxy.nroutes + 1);
	const bool http = conf->identity.domain_mode == CONF_MODE_HTTP01;
	char (*names)[CONF_ROUTE_NAME_SIZE] = calloc(max, sizeof(*names));
	const char **hosts = calloc(max, sizeof(*hosts));

	a->nwants = 0;
	if (names != NULL && hosts != NULL && conf->setup_complete && conf->identity.domain_mode != CONF_MODE_LAN)
		a->nwants = acme_plan(http ? ACME_HTTP_01 : ACME_DNS_01, conf->identity.domain_name, hosts,
		    http ? public_hosts(conf, names, hosts, max) : 0, a->wants, ACME_WANTS_MAX);
	free(hosts);
	free(names);
}

static bool
has_names(const struct cell_cert *c, const struct acme_want *w)
{
	struct str names[SITES_NAMES_MAX];
	const json_t *list = cell_cert_names(c), *one;
	size_t i, n = json_array_size(list);

	if (cell_cert_source(c) != CERT_ACME || n > SITES_NAMES_MAX)
		return false;
	json_array_foreach(list, i, one)
		names[i] = str_of(json_string_value(one));
	return acme_want_fits(w, names, n);
}

const struct cell_cert *
acme_present(const struct acme *a, const struct acme_want *w)
{
	const struct conf *conf = conf_txn_current(a->core->txn);
	const struct acme_item *t = acme_kept_find(a->kept, w->names[0]);
	size_t i;

	if (t == NULL || strcmp(t->issued_by, conf->certificates.acme_directory) != 0)
		return NULL;
	for (i = 0; i < sites_count(a->core->sites); i++)
		if (has_names(sites_at(a->core->sites, i), w))
			return sites_at(a->core->sites, i);
	return NULL;
}

/* --- what is due --------------------------------------------------------------------------- */

/* The same for one certificate of one cell, others for others. */
static uint64_t
seed(const struct acme *a, const char *name)
{
	uint8_t hash[crypto_generichash_BYTES_MIN];
	uint64_t n;

	(void)crypto_generichash(hash, sizeof(hash), (const uint8_t *)name, strlen(name), a->account.point,
	    crypto_generichash_KEYBYTES_MAX);	/* fails only for other sizes */
	memcpy(&n, hash, sizeof(n));
	return n;
}

static void
decide(const struct acme *a, const struct acme_want *w, bool asked, struct acme_verdict *out)
{
	static const struct acme_past nothing = { 0 };
	const struct cell_cert *c = acme_present(a, w);
	const struct ca_span life = cell_cert_span(c);
	const struct acme_have have = { c != NULL, life.from_s, life.until_s };
	const struct acme_item *t = acme_kept_find(a->kept, w->names[0]);
	const struct acme_now now = {
		.trusted = a->core->time.trusted, .s = clk_system.wall_s(&clk_system), .asked = asked,
		.renew_pct = conf_txn_current(a->core->txn)->certificates.renew_fraction_pct,
		.seed = seed(a, w->names[0]), .order_open = acme_order_is_open(a, w)
	};

	acme_decide(&have, t == NULL ? &nothing : &t->past, &a->kept->ledger, &now, out);
}

static void
fail_to_start(struct acme *a, const struct acme_want *w, const struct err *e)
{
	struct acme_item *t = acme_kept_item(a->kept, w->names[0]);

	log_line(LOG_ACME, LOG_ERROR, "an order cannot be started", "name", w->names[0], "err", e->detail, NULL);
	if (t == NULL)
		return;
	acme_past_fail(&t->past, e, clk_system.wall_s(&clk_system));
	acme_save(a);
}

/* One thing at a time: true, something was started. */
static bool
see_to(struct acme *a, const struct acme_want *w)
{
	struct acme_verdict v;
	struct err e;

	decide(a, w, false, &v);
	err_clear(&e);
	if (v.action == ACME_ORDER) {
		if (acme_order_start(a, w, false, "system", NULL, &e) == 0)
			return true;
		fail_to_start(a, w, &e);
	} else if (v.action == ACME_ASK_WINDOW && a->window == NULL) {
		acme_window_start(a, w, acme_present(a, w));
	}
	return false;
}

/* TIM-1: said once, and gone on by itself. */
static bool
time_is_right(struct acme *a)
{
	(void)auth_time_now(&a->core->time);	/* judges the clock anew */
	if (!a->core->time.trusted && !a->said_time)
		log_line(LOG_ACME, LOG_WARNING, "certificates are ordered when the time is trusted", "err", "time-untrusted", NULL);
	a->said_time = !a->core->time.trusted;
	return a->core->time.trusted;
}

static void
on_wake(void *arg)
{
	struct acme *a = arg;
	const struct conf *conf = conf_txn_current(a->core->txn);
	size_t i;

	if (a->core->stopping || a->running.name[0] != '\0')
		return;
	plan(a, conf);
	if (a->nwants == 0 || !conf->certificates.tos_agreed || !time_is_right(a) || !have_account(a) ||
	    !acme_has_key(a))
		return;
	for (i = 0; i < a->nwants; i++)
		if (see_to(a, &a->wants[i]))
			return;
}

void
acme_wake(struct acme *a)
{
	if (!a->core->stopping)
		io_timer_once(a->timer, WAKE_MS);
}

/* --- running out ------------------------------------------------------------------------------ */

static int64_t
days_left(const struct cell_cert *c, int64_t now)
{
	return (cell_cert_span(c).until_s - now) / CA_DAY_S;
}

/* TLS-12: at 14 days and at 3. */
static void
tell_expiring(const struct cell_cert *c, int64_t before, int64_t now)
{
	const int64_t left = days_left(c, now), was = before == 0 ? INT64_MAX : days_left(c, before);
	char days[24];

	if ((left > EXPIRING_DAYS || was <= EXPIRING_DAYS) && (left > EXPIRING_SOON_DAYS || was <= EXPIRING_SOON_DAYS))
		return;
	(void)snprintf(days, sizeof(days), "%lld", (long long)left);	/* it fits */
	log_line(LOG_TLS, LOG_WARNING, "cert.expiring", "id", cell_cert_id(c), "source", cell_cert_source_text(c),
	    "name", json_string_value(json_array_get(cell_cert_names(c), 0)), "days", days, NULL);
}

static void
look_at_ends(struct acme *a)
{
	const int64_t now = clk_system.wall_s(&clk_system);
	size_t i;

	if (!a->core->time.trusted)
		return;
	for (i = 0; i < sites_count(a->core->sites); i++)
		tell_expiring(sites_at(a->core->sites, i), a->looked_at, now);
	a->looked_at = now;
	if (sites_forget(a->core->sites, now, a->core->state_fd))
		sweep_soon(a->core);
}

/* --- life --------------------------------------------------------------------------------------- */

/* What has failed may do now, if what it was due to is another. */
static bool
settings_changed(struct acme *a, const struct conf *conf)
{
	const uint64_t now[] = { conf->identity.rev, conf->ddns.rev, conf->certificates.rev };
	const bool changed = memcmp(a->settings, now, sizeof(now)) != 0;

	memcpy(a->settings, now, sizeof(now));
	return changed;
}

int
acme_start(struct core *c, struct err *e)
{
	struct acme *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return err_sys(e, -ENOMEM, "prepare public certificates");
	c->acme = a;
	a->core = c;
	a->kept = acme_kept_load(c->state_fd);
	a->wants = sparse_new(ACME_WANTS_MAX * sizeof(*a->wants));
	a->timer = io_timer_new(c->loop, on_wake, a);
	if (a->kept == NULL || a->wants == NULL || a->timer == NULL)
		return err_sys(e, -ENOMEM, "prepare public certificates");
	load_account(a);
	plan(a, conf_txn_current(c->txn));
	(void)settings_changed(a, conf_txn_current(c->txn));	/* back-off outlives a restart */
	return 0;
}

void
acme_follow(struct core *c)
{
	struct acme *a = c->acme;
	const struct conf *conf = conf_txn_current(c->txn);
	size_t i;

	plan(a, conf);
	if (settings_changed(a, conf))
		for (i = 0; i < a->kept->nitems; i++)
			acme_past_forgive(&a->kept->items[i].past);
	acme_wake(a);
}

void
acme_upkeep(struct core *c)
{
	struct acme *a = c->acme;

	if (a->unsaved)
		acme_save(a);
	look_at_ends(a);
	on_wake(a);
}

void
acme_stop(struct core *c)
{
	struct acme *a = c->acme;

	if (a == NULL)
		return;
	c->acme = NULL;
	jobs_run_cancel(a->window);
	jobs_run_cancel(a->spare);
	io_timer_free(a->timer);
	acme_account_clear(&a->account);
	acme_kept_free(a->kept);
	sparse_free(a->wants, ACME_WANTS_MAX * sizeof(*a->wants));
	free(a);
}

/* --- for the API ----------------------------------------------------------------------------------- */

static bool
is_meant(const struct acme *a, const struct acme_want *w, const char *id)
{
	return id == NULL || strcmp(w->names[0], id) == 0 || strcmp(cell_cert_id(acme_present(a, w)), id) == 0;
}

static int
judge_asked(struct acme *a, const struct acme_want *w, struct err *e)
{
	struct acme_verdict v;
	int error;

	decide(a, w, true, &v);
	if (v.action == ACME_ORDER)
		return 0;
	if (v.reason == ACME_NO_TIME)
		return err_set(e, ERR_UNAVAILABLE, "the time is not trusted: nothing is ordered until it is");
	error = err_set(e, ERR_RATE_LIMITED, "%s", acme_reason_text(v.reason));
	if (e != NULL)
		e->retry_after = (int)(v.at - clk_system.wall_s(&clk_system));
	return error;
}

int
acme_renew(struct core *c, const char *id, bool staging, const char *actor, json_t **job, struct err *e)
{
	struct acme *a = c->acme;
	const struct conf *conf = conf_txn_current(c->txn);
	size_t i = 0;
	int error;

	plan(a, conf);
	while (i < a->nwants && !is_meant(a, &a->wants[i], id))
		i++;
	if (i == a->nwants)
		return err_set(e, ERR_NOT_FOUND, "no such certificate is ordered");
	if (a->running.name[0] != '\0')
		return err_set(e, ERR_CONFLICT, "an order is under way");
	if (!conf->certificates.tos_agreed)
		return err_set(e, ERR_CONFLICT, "the terms of the authority are not agreed to: certificates.tos_agreed");
	if (staging && acme_staging(conf->certificates.acme_directory) == NULL)
		return err_set(e, ERR_CONFLICT, "this authority has no staging server that is known");
	(void)time_is_right(a);		/* the verdict says so */
	error = judge_asked(a, &a->wants[i], e);
	if (error == 0 && !have_account(a))
		error = err_set(e, ERR_UNAVAILABLE, "no account can be made: the log says why");
	if (error == 0 && !acme_has_key(a))
		error = err_set(e, ERR_CONFLICT, "an RSA key is being made: try again in some seconds");
	return error < 0 ? error : acme_order_start(a, &a->wants[i], staging, actor, job, e);
}

bool
acme_look(const struct core *c, size_t i, struct acme_look *out)
{
	const struct acme *a = c->acme;
	const struct acme_item *t;
	struct acme_verdict v;

	memset(out, 0, sizeof(*out));
	if (i >= a->nwants)
		return false;
	decide(a, &a->wants[i], false, &v);
	t = acme_kept_find(a->kept, a->wants[i].names[0]);
	(void)str_copy(str_of(a->wants[i].names[0]), out->name, sizeof(out->name));	/* same size */
	out->cert = acme_present(a, &a->wants[i]);
	out->running = strcmp(a->running.name, out->name) == 0;
	out->waits_for_time = v.reason == ACME_NO_TIME;
	out->next_at = v.renew_at > v.at ? v.renew_at : v.at;
	if (t != NULL)
		(void)str_copy(str_of(t->error), out->error, sizeof(out->error));	/* the same */
	return true;
}
