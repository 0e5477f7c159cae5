/* The schedule of dynamic DNS, and what is known of it; see ddns.h. */
#include "role/ddns_set.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/server.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "io/timer.h"
#include "jobs/jobs.h"
#include "sys/clk.h"

enum { TICK_MS = 1000 };

/* A call of the provider under way: the settings may change meanwhile, or the whole account. */
struct call {
	struct ddns *d;
	uint64_t settings, account;
};

static void on_tick(void *arg);
static void on_looked(void *arg, const json_t *found, const struct err *e);
static void on_fact(void *arg, const json_t *fact);
static void on_called(void *arg, const json_t *result, const struct err *e);

static int64_t
now_s(void)
{
	return clk_system.wall_s(&clk_system);
}

static const struct conf *
conf_of(const struct ddns *d)
{
	return conf_txn_current(d->core->txn);
}

/* --- telling ----------------------------------------------------------------------------- */

static const char *
text_of(const struct addr *a, char buf[ADDR_TEXT_MAX])
{
	return a->len == 0 ? NULL : addr_text(a, buf);
}

/* On disk at once: what was called, and when, must not be forgotten with the power. */
static void
changed(struct ddns *d)
{
	char v4[ADDR_TEXT_MAX], v6[ADDR_TEXT_MAX];
	json_t *j = json_pack("{s:s?, s:s?, s:s?}", "last_ip", text_of(&d->past.told.v4, v4),
	    "last_ip6", text_of(&d->past.told.v6, v6), "last_error", d->error[0] == '\0' ? NULL : d->error);

	state_save_observed(d->core);
	if (j != NULL && d->core->api != NULL)
		api_event(d->core->api, "ddns", j);
	json_decref(j);
}

static void
fail(struct ddns *d, const struct err *e)
{
	char before[API_TEXT_MAX];

	memcpy(before, d->error, sizeof(before));
	ddns_failed(&d->past, e->kind, e->retry_after, now_s());
	(void)snprintf(d->error, sizeof(d->error), "%.159s", e->detail);	/* cut is fine */
	if (strcmp(before, d->error) != 0)
		log_line(LOG_DDNS, LOG_WARNING, d->past.stopped ? "the provider is not asked any more until the settings change" :
		    "the provider does not know our addresses, it is tried again", "err", d->error, NULL);
	changed(d);
}

bool
ddns_look_read(const json_t *j, struct ddns_addrs *out)
{
	const char *v4 = json_string_value(json_object_get(j, "ip")), *v6 = json_string_value(json_object_get(j, "ip6"));

	memset(out, 0, sizeof(*out));
	return (v4 == NULL || addr_read(str_of(v4), &out->v4)) && (v6 == NULL || addr_read(str_of(v6), &out->v6));
}

static json_t *
addr_json(const struct addr *a)
{
	char text[ADDR_TEXT_MAX];

	return a->len == 0 ? json_null() : json_string(addr_text(a, text));
}

/* --- a call -------------------------------------------------------------------------------- */

static json_t *
call_input(struct ddns *d, const struct ddns_addrs *at, struct err *e)
{
	json_t *provider = ddns_document(d->core, conf_of(d), e), *in;

	if (provider == NULL)
		return NULL;
	in = ddns_input(d->core, conf_of(d), provider);
	if (in == NULL)
		(void)err_sys(e, -ENOMEM, "tell the provider");	/* NULL says it */
	if (in != NULL) {
		(void)json_object_set_new(in, "told_ip", addr_json(&d->past.told.v4));	/* it would stay */
		(void)json_object_set_new(in, "told_ip6", addr_json(&d->past.told.v6));
	}
	if (in != NULL && at != NULL) {
		(void)json_object_set_new(in, "ip", addr_json(&at->v4));	/* it would look itself */
		(void)json_object_set_new(in, "ip6", addr_json(&at->v6));
	}
	return in;
}

static int
call_start(struct ddns *d, const char *kind, const struct ddns_addrs *at, const char *actor, json_t **job, struct err *e)
{
	struct call *x = malloc(sizeof(*x));
	json_t *in = call_input(d, at, e);
	struct jobs_ask ask = { .kind = kind, .object = conf_of(d)->identity.domain_name, .actor = actor, .in = in,
		.done = on_called, .fact = on_fact, .arg = x };
	int error;

	if (in == NULL || x == NULL) {
		error = in == NULL ? err_errno(e->kind) : err_sys(e, -ENOMEM, "tell the provider");
	} else {
		*x = (struct call){ d, d->settings, d->account };
		error = jobs_start(d->core->jobs, &ask, job, e);
	}
	json_decref(in);
	if (error < 0)
		free(x);
	return error;
}

int
ddns_call(struct ddns *d, const char *kind, const struct ddns_addrs *at, const char *actor, json_t **job, struct err *e)
{
	int error = call_start(d, kind, at, actor, job, e);

	if (error < 0)
		return error;
	d->calling = true;
	ddns_calls(&d->past, now_s());
	state_save_observed(d->core);
	return 0;
}

static void
on_fact(void *arg, const json_t *fact)
{
	struct call *x = arg;

	ddns_token_keep(x->d, x->settings, fact);
}

/* A call of settings that are no more: they are looked at by themselves, but what this told is there to be withdrawn. */
static void
keep_told(struct ddns *d, const json_t *result)
{
	struct ddns_addrs told;

	if (!ddns_look_read(result, &told))
		return;
	d->past.told = told;
	changed(d);
}

static void
on_called(void *arg, const json_t *result, const struct err *e)
{
	struct call *x = arg;
	struct ddns *d = x->d;
	const bool current = x->settings == d->settings, same = x->account == d->account;
	struct ddns_addrs told;

	free(x);
	d->calling = false;
	if (d->core->stopping || !same || (!current && e != NULL))
		return;			/* whatever came out is of other settings */
	if (!current) {
		keep_told(d, result);
		return;
	}
	if (e != NULL) {
		d->registered = d->registered && e->kind != ERR_CONFLICT;
		fail(d, e);
		return;
	}
	d->registered = conf_of(d)->ddns.provider == CONF_PROVIDER_PIC_NGO;
	d->error[0] = '\0';
	if (ddns_look_read(result, &told))
		ddns_told(&d->past, &told, now_s(), (int)conf_of(d)->ddns.interval_s);
	log_line(LOG_DDNS, LOG_INFO, "the provider knows our addresses", NULL);
	changed(d);
}

/* --- a look ---------------------------------------------------------------------------------- */

/* The first call to pic_ngo is the registration. */
static const char *
next_kind(struct ddns *d, struct err *e)
{
	json_t *secret;
	bool has;

	if (conf_of(d)->ddns.provider != CONF_PROVIDER_PIC_NGO)
		return "ddns.update";
	secret = ddns_secret(d->core, conf_of(d), e);
	if (secret == NULL)
		return NULL;
	has = json_is_string(json_object_get(secret, "token"));
	json_decref(secret);
	return has ? "ddns.update" : "ddns.register";
}

static void
on_looked(void *arg, const json_t *found, const struct err *e)
{
	struct ddns *d = arg;
	struct ddns_addrs at;
	const char *kind;
	struct err why;

	d->look = NULL;
	err_clear(&why);
	if (e != NULL) {
		fail(d, e);
	} else if (ddns_look_read(found, &at) && !ddns_found(&d->past, &at, now_s(), (int)conf_of(d)->ddns.interval_s)) {
		if (d->past.failures > 0 || d->error[0] == '\0')
			return;		/* nothing is new */
		d->error[0] = '\0';
		changed(d);
	} else if ((kind = next_kind(d, &why)) == NULL || ddns_call(d, kind, &at, "system", NULL, &why) < 0) {
		fail(d, &why);
	}
}

struct jobs_run *
ddns_look(struct core *c, void (*done)(void *arg, const json_t *found, const struct err *e), void *arg)
{
	json_t *in = ddns_input(c, conf_of(c->ddns), NULL);
	struct jobs_run *run = in == NULL ? NULL : jobs_run_start(c->jobs, "ddns.find", in, done, arg);

	json_decref(in);
	return run;
}

void
ddns_public(const struct core *c, struct ddns_addrs *out)
{
	*out = c->ddns->past.told;
}

static void
look(struct ddns *d)
{
	d->look = ddns_look(d->core, on_looked, d);
	if (d->look == NULL)
		d->past.next_at = now_s() + DDNS_RETRY_S;
}

const char *
ddns_waits(const struct core *c)
{
	return c->time.lacks == NULL ? NULL : c->time.lacks(c->time.lacks_arg);
}

static void
on_tick(void *arg)
{
	struct ddns *d = arg;
	struct core *c = d->core;

	if (c->stopping || !conf_of(d)->setup_complete || ddns_waits(c) != NULL)
		return;
	ddns_release_next(d);
	if (conf_of(d)->ddns.provider == CONF_PROVIDER_NONE)
		return;
	if (ddns_alarm(&d->past, now_s()))
		log_line(LOG_DDNS, LOG_ERROR, "ddns.failed", "err", d->error, NULL);
	if (d->look == NULL && !d->calling && ddns_due(&d->past, now_s()))
		look(d);
}

/* --- settings, host ------------------------------------------------------------------------- */

void
ddns_follow(struct core *c)
{
	struct ddns *d = c->ddns;
	const struct conf *conf = conf_of(d);
	char about[DDNS_ABOUT];
	bool same, own = conf->ddns.secret_ref != NULL && strcmp(conf->ddns.secret_ref, d->own_ref) == 0;

	d->release_at = 0;
	if (own)
		d->own_ref[0] = '\0';	/* what comes after it is not our doing */
	ddns_about(conf, about);
	if (strcmp(about, d->about) == 0)
		return;
	same = strncmp(about, d->about, DDNS_ABOUT_ACCOUNT) == 0;
	memcpy(d->about, about, sizeof(about));
	if (own)
		return;
	d->settings++;
	d->account += !same;
	d->registered = false;
	d->error[0] = '\0';
	ddns_renewed(&d->past, same);
	jobs_run_cancel(d->look);
	d->look = NULL;
	state_dirty_observed(c);
}

void
ddns_moved_host(struct core *c)
{
	if (c->ddns != NULL)
		ddns_moved(&c->ddns->past, now_s());
}

void
ddns_released(struct ddns *d)
{
	d->registered = false;
	ddns_renewed(&d->past, false);
	d->past.stopped = true;
	(void)snprintf(d->error, sizeof(d->error), "the name was given back");	/* fits */
	changed(d);
}

/* --- on disk ----------------------------------------------------------------------------------- */

static json_t *
moment_json(int64_t at)
{
	char text[CLK_TEXT_MAX];

	return at == 0 ? json_null() : json_string(clk_text(at, text));
}

json_t *
ddns_save(const struct core *c)
{
	const struct ddns *d = c->ddns;
	const struct ddns_past *p = &d->past;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:b, s:b, s:s?, s:b, s:s}", "last_ip", addr_json(&p->told.v4),
	    "last_ip6", addr_json(&p->told.v6), "last_update_at", moment_json(p->told_at), "called_at", moment_json(p->called_at),
	    "next_at", moment_json(p->next_at), "failing_since", moment_json(p->failing_since),
	    "failures", (json_int_t)p->failures, "stopped", p->stopped, "alarmed", p->alarmed,
	    "last_error", d->error[0] == '\0' ? NULL : d->error, "registered", d->registered, "about", d->about);
}

static int64_t
moment_of(const json_t *j, const char *key)
{
	const char *text = json_string_value(json_object_get(j, key));
	int64_t at = 0;

	return text != NULL && clk_read(text, &at) == 0 ? at : 0;
}

static void
addr_of(const json_t *j, const char *key, struct addr *out)
{
	if (!addr_read(str_of(json_string_value(json_object_get(j, key))), out))
		memset(out, 0, sizeof(*out));
}

void
ddns_load(struct core *c, const json_t *observed)
{
	const json_t *j = json_object_get(observed, "ddns");
	struct ddns *d = c->ddns;
	struct ddns_past *p = &d->past;
	json_int_t failures = json_integer_value(json_object_get(j, "failures"));
	const char *error = json_string_value(json_object_get(j, "last_error"));
	const char *about = json_string_value(json_object_get(j, "about"));

	addr_of(j, "last_ip", &p->told.v4);
	addr_of(j, "last_ip6", &p->told.v6);
	p->told_at = moment_of(j, "last_update_at");
	p->called_at = moment_of(j, "called_at");
	p->next_at = moment_of(j, "next_at");
	p->failing_since = moment_of(j, "failing_since");
	p->failures = failures > 0 && failures < UINT16_MAX ? (unsigned)failures : 0;
	p->stopped = json_is_true(json_object_get(j, "stopped"));
	p->alarmed = json_is_true(json_object_get(j, "alarmed"));
	d->registered = json_is_true(json_object_get(j, "registered"));
	(void)snprintf(d->error, sizeof(d->error), "%s", error == NULL ? "" : error);	/* cut is fine */
	(void)snprintf(d->about, sizeof(d->about), "%s", about == NULL ? "" : about);	/* a cut one is another one */
	ddns_follow(c);
}

/* --- life ---------------------------------------------------------------------------------------- */

int
ddns_open(struct core *c, struct err *e)
{
	struct ddns *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return err_sys(e, -ENOMEM, "prepare dynamic DNS");
	c->ddns = d;
	d->core = c;
	d->tick = io_timer_new(c->loop, on_tick, d);
	return d->tick == NULL ? err_sys(e, -ENOMEM, "prepare dynamic DNS") : 0;
}

void
ddns_start(struct core *c)
{
	io_timer_every(c->ddns->tick, TICK_MS);
}

void
ddns_close(struct core *c)
{
	struct ddns *d = c->ddns;

	if (d == NULL)
		return;
	jobs_run_cancel(d->look);
	jobs_run_cancel(d->release);
	io_timer_free(d->tick);
	json_decref(d->releasing);
	free(d);
	c->ddns = NULL;
}
