/* The public name and who keeps its address. */
#include "api/domain.h"

#include <stdlib.h>
#include <string.h>

#include "api/change.h"
#include "api/domain_shape.h"
#include "api/request.h"
#include "auth/time.h"
#include "base/log.h"
#include "conf/check.h"
#include "conf/credential.h"
#include "conf/patch.h"
#include "conf/txn.h"
#include "vault/vault.h"

/* rq->state of a change. */
struct domain {
	struct api_change change;	/* the caller's */
	struct api_domain d;		/* given is in rq->credentials until it is what will be sealed */
	struct api_claim *claim;	/* being asked */
	struct conf *old, *next;	/* in force, and what the change would make, when it was tried; references */
	const json_t *given;		/* credentials of the request; a reference */
	uint64_t generation;		/* that it was tried on */
	bool dry_run;			/* of the request */
	bool seal;			/* rq->credentials (NULL: nothing) replaces what is sealed */
	const char *token;		/* registered for this change */
	const char *stays;		/* the name that stays registered */
	const char *unasked;		/* why nobody could register the name */
};

/* --- reading -------------------------------------------------------------------------- */

/* What is sealed for the ddns section of c: a new reference, NULL: nothing. */
static int
secret_get(struct api_req *rq, const struct conf *c, json_t **out, struct err *e)
{
	*out = NULL;
	return c->ddns.secret_ref == NULL ? 0 : vault_get(rq->deps->vault, c->ddns.secret_ref, out, e);
}

int
api_domain_flags(struct api_req *rq, const struct conf *c, json_t *ddns)
{
	json_t *secret = NULL;
	struct err e = { 0 };
	int r;

	if (secret_get(rq, c, &secret, &e) < 0)
		log_line(LOG_VAULT, LOG_WARNING, "the credentials of dynamic DNS do not open", "err", e.detail, NULL);
	r = json_object_set_new(ddns, "has_token", json_boolean(conf_credential_has_token(secret)));
	r |= json_object_set_new(ddns, "has_totp_secret", json_boolean(json_object_get(secret, "totp_secret") != NULL));
	json_decref(secret);
	return r;
}

/* --- the change -------------------------------------------------------------------------- */

static bool
is_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Would conf_follow() forget what is sealed, unless this change brings a reference of its own? */
static bool
forgets(const struct conf *old, const struct conf *next)
{
	return old->ddns.provider != next->ddns.provider || !is_same(old->ddns.api_base_url, next->ddns.api_base_url) ||
	    !is_same(old->ddns.subdomain, next->ddns.subdomain);
}

/* What was tried still stands, though something else may have been sealed meanwhile: a name that was given back. */
static int
seal_again(struct api_req *rq, const struct domain *d, struct err *e)
{
	const struct conf *old = conf_txn_current(rq->deps->txn);
	struct conf_credential_change c = { .old = old, .next = d->next, .given = d->given, .token = d->token,
		.release = d->d.release };
	json_t *had, *out;
	int r;

	if (d->old == NULL || d->next == NULL || forgets(d->old, old))
		return err_set(e, ERR_CONFLICT, "the configuration was changed meanwhile: try again");
	r = secret_get(rq, old, &had, e);
	if (r < 0)
		return r;
	c.had = had;
	r = conf_credential_next(&c, &out, e);
	json_decref(had);
	if (r == 0) {
		json_decref(rq->credentials);
		rq->credentials = out;
	}
	return r;
}

static int
seal(struct api_req *rq, const struct domain *d, json_t *draft, struct err *e)
{
	char ref[VAULT_REF_SIZE];
	json_t *v = json_null();
	int r;

	if (rq->dry_run)
		return 0;
	if ((uint64_t)api_int(draft, "generation", 0) != d->generation && (r = seal_again(rq, d, e)) < 0)
		return r;
	if (rq->credentials != NULL) {
		r = vault_put(rq->deps->vault, rq->credentials, ref, e);
		if (r < 0)
			return r;
		v = json_string(ref);
	}
	return json_object_set_new(json_object_get(draft, "ddns"), "secret_ref", v) < 0 ?
	    err_set(e, ERR_INTERNAL, "out of memory") : 0;
}

static int
domain_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	const struct domain *d = rq->state;
	int r = d->change.edit(rq, draft, e);

	return r == 0 && d->seal ? seal(rq, d, draft, e) : r;
}

static void
domain_warn(struct api_req *rq, json_t *warnings)
{
	const struct domain *d = rq->state;

	api_domain_warn(rq, warnings);
	if (d->change.warn != NULL)
		d->change.warn(rq, warnings);
}

static void
next_drop(struct domain *d)
{
	conf_unref(d->old);
	conf_unref(d->next);
	json_decref((json_t *)(uintptr_t)d->given);	/* const for everybody else */
	d->old = d->next = NULL;
	d->given = NULL;
}

static void
domain_failed(struct api_req *rq)
{
	struct domain *d = rq->state;
	const struct api_live *live = &rq->deps->live;

	if (d->token != NULL && d->next != NULL)
		live->name_release(live->arg, d->next, d->next->ddns.subdomain, d->token);
	next_drop(d);
}

static void
domain_done(struct api_req *rq, const struct conf_result *r)
{
	struct domain *d = rq->state;

	next_drop(d);
	d->change.done(rq, r);
}

static void
go(struct api_req *rq)
{
	struct domain *d = rq->state;
	struct api_change c = d->change;

	if (rq->dry_run)
		next_drop(d);	/* there is no way back from it */
	c.edit = domain_edit;
	c.warn = domain_warn;
	c.done = domain_done;
	c.failed = domain_failed;
	api_change(rq, &c);
}

/* --- the name ------------------------------------------------------------------------------ */

static void
on_cancel(struct api_req *rq)
{
	struct domain *d = rq->state;

	rq->deps->live.name_cancel(d->claim);
	next_drop(d);
}

static bool
take_token(struct api_req *rq, struct domain *d, const char *token)
{
	d->token = arena_strdup(rq->arena, token);
	if (rq->credentials == NULL)
		rq->credentials = json_object();
	d->seal = true;
	return d->token != NULL && json_object_set_new(rq->credentials, "token", json_string(token)) == 0;
}

static void
taken(struct api_req *rq, struct domain *d)
{
	struct err e = { 0 };

	(void)err_field(&e, ERR_CONFLICT, d->d.name_field, "%s is taken by somebody else", d->next->identity.domain_name);
	next_drop(d);
	api_fail(rq, &e);	/* said there */
}

static void
on_claimed(void *arg, enum api_name n, const char *token, const char *why)
{
	struct api_req *rq = arg;
	struct domain *d = rq->state;

	rq->cancel = NULL;
	d->claim = NULL;
	if (n == API_NAME_TAKEN) {
		taken(rq, d);
		return;
	}
	if (n == API_NAME_UNKNOWN)
		d->unasked = arena_strdup(rq->arena, why != NULL ? why : "nobody could be asked");
	if (token != NULL && !take_token(rq, d, token)) {
		domain_failed(rq);
		api_no_memory(rq);
		return;
	}
	go(rq);
}

static void
claim(struct api_req *rq, struct domain *d)
{
	const struct api_live *live = &rq->deps->live;
	const struct api_name_ask ask = { d->next->ddns.subdomain, rq->credentials, !rq->dry_run };

	if (live->name_claim != NULL)
		d->claim = live->name_claim(live->arg, d->next, &ask, on_claimed, rq);
	if (d->claim != NULL)
		rq->cancel = on_cancel;
	else
		on_claimed(rq, API_NAME_UNKNOWN, NULL, NULL);
}

/* --- the try ------------------------------------------------------------------------------- */

/* A change may bring a reference of its own: that of a generation to which the cell goes back. */
static bool
brings_secret(const struct conf *old, const struct conf *next)
{
	const char *had = old->ddns.secret_ref, *has = next->ddns.secret_ref;

	return has != NULL && (had == NULL || strcmp(had, has) != 0);
}

/* What will be sealed, into rq->credentials. */
static int
credentials(struct api_req *rq, struct domain *d, const struct conf *old, const struct conf *next, struct err *e)
{
	struct conf_credential_change c = { .old = old, .next = next, .given = rq->credentials, .release = d->d.release };
	json_t *had, *out;
	int r = secret_get(rq, old, &had, e);

	if (r < 0)
		return r;
	c.had = had;
	r = conf_credential_next(&c, &out, e);
	d->seal = r == 0 && had != out && (!json_equal(had, out) || forgets(old, next));
	d->given = rq->credentials;	/* handed over */
	rq->credentials = out;
	json_decref(had);
	return r;
}

static void
left(struct api_req *rq, struct domain *d, const struct conf *old, const struct conf *next)
{
	bool renamed;

	if (conf_credential_leaves_name(old, next, &renamed) && !renamed && !d->d.release)
		d->stays = arena_printf(rq->arena, "%s", old->identity.domain_mode == CONF_MODE_PIC_NGO ?
		    old->identity.domain_name : old->ddns.subdomain);
}

/* "ddns.token" is "token" where the request is about ddns alone. */
static void
own_names(struct err *e, const char *section)
{
	size_t i, n = strlen(section);
	char *field;

	for (i = 0; i < e->nfields && i < ERR_FIELDS_MAX; i++) {
		field = e->fields[i].field;
		if (strncmp(field, section, n) == 0 && field[n] == '.')
			memmove(field, field + n + 1, strlen(field + n + 1) + 1);
	}
}

static void
on_tried(void *arg, const struct conf_result *r, const struct err *e)
{
	struct api_req *rq = arg;
	struct domain *d = rq->state;
	const struct conf *old = conf_txn_current(rq->deps->txn);
	struct err mine = { 0 };

	rq->dry_run = d->dry_run;
	d->generation = r->generation;
	if (e != NULL)
		mine = *e;
	else if (!brings_secret(old, r->conf) && credentials(rq, d, old, r->conf, &mine) == 0)
		left(rq, d, old, r->conf);
	if (mine.kind != ERR_NONE) {
		next_drop(d);
		if (d->d.section != NULL)
			own_names(&mine, d->d.section);
		if (d->change.place != NULL)
			d->change.place(rq, NULL, &mine);
		api_fail(rq, &mine);
		return;
	}
	d->old = conf_ref(conf_txn_current(rq->deps->txn));
	d->next = conf_ref((struct conf *)(uintptr_t)r->conf);	/* counted, not changed */
	if (!brings_secret(old, r->conf) && conf_credential_takes_name(old, r->conf))
		claim(rq, d);
	else
		go(rq);
}

static int
on_try(void *arg, json_t *draft, struct err *e)
{
	struct api_req *rq = arg;
	struct domain *d = rq->state;

	return d->change.edit(rq, draft, e);
}

void
api_domain_change(struct api_req *rq, const struct api_domain *ask, const struct api_change *c)
{
	struct domain *d = arena_alloc(rq->arena, sizeof(*d));
	const struct conf_change change = { .actor = rq->actor, .summary = c->summary, .dry_run = true, .edit = on_try,
		.done = on_tried, .arg = rq };
	struct err e = { 0 };

	json_decref(rq->credentials);
	rq->credentials = ask->given;
	if (d == NULL || c->summary == NULL) {
		api_no_memory(rq);
		return;
	}
	*d = (struct domain){ .change = *c, .d = *ask, .dry_run = rq->dry_run };
	rq->state = d;
	rq->dry_run = true;
	if (conf_txn_submit(rq->deps->txn, &change, &e) < 0)
		api_fail(rq, &e);
}

void
api_domain_warn(struct api_req *rq, json_t *warnings)
{
	const struct domain *d = rq->state;
	const char *text = NULL;

	if (d == NULL)
		return;		/* the change was not about names */
	if (d->unasked != NULL)
		text = arena_printf(rq->arena, "the name could not be registered now (%s): the cell goes on trying", d->unasked);
	if (text != NULL)
		(void)json_array_append_new(warnings, json_string(text));	/* a hint, as below */
	text = d->stays == NULL ? NULL : arena_printf(rq->arena,
	    "%s stays registered for this cell: release_name gives it back", d->stays);
	if (text != NULL)
		(void)json_array_append_new(warnings, json_string(text));
}

/* --- asking ---------------------------------------------------------------------------------- */

struct asking {
	struct api_claim *claim;
	void (*answered)(struct api_req *rq, enum api_name n, const char *why);
};

static void
on_asking_cancel(struct api_req *rq)
{
	const struct asking *a = rq->state;

	rq->deps->live.name_cancel(a->claim);
}

static void
on_asked(void *arg, enum api_name n, const char *token, const char *why)
{
	struct api_req *rq = arg;
	const struct asking *a = rq->state;

	(void)token;	/* nothing was taken */
	rq->cancel = NULL;
	a->answered(rq, n, why != NULL ? why : "nobody could be asked");
}

void
api_domain_ask(struct api_req *rq, const struct conf *conf, const char *name,
    void (*answered)(struct api_req *rq, enum api_name n, const char *why))
{
	const struct api_live *live = &rq->deps->live;
	const struct api_name_ask ask = { .name = name };
	struct asking *a = arena_alloc(rq->arena, sizeof(*a));

	if (a == NULL) {
		api_no_memory(rq);
		return;
	}
	*a = (struct asking){ .answered = answered };
	rq->state = a;
	if (live->name_claim != NULL)
		a->claim = live->name_claim(live->arg, conf, &ask, on_asked, rq);
	if (a->claim != NULL)
		rq->cancel = on_asking_cancel;
	else
		on_asked(rq, API_NAME_UNKNOWN, NULL, NULL);
}

static void
check_answered(struct api_req *rq, enum api_name n, const char *why)
{
	const bool known = n != API_NAME_UNKNOWN;

	api_ok(rq, json_pack("{s:s, s:o, s:s?, s:o, s:s?}", "name", api_param(rq, "name"), "available",
	    known ? json_boolean(n == API_NAME_FREE) : json_null(), "asked", rq->conf->ddns.api_base_url,
	    "asked_at", api_time_json(auth_time_now(rq->deps->auth.time)), "reason", known ? NULL : why));
}

static void
check_get(struct api_req *rq)
{
	const char *name = api_param(rq, "name");
	struct err e = { 0 };

	if (conf_is_label(str_of(name))) {
		api_domain_ask(rq, rq->conf, name, check_answered);
		return;
	}
	(void)err_field(&e, ERR_VALIDATION, "name",
	    "must be 1 to 63 lower-case letters, digits and hyphens, with no hyphen at the ends");
	api_fail(rq, &e);	/* said there */
}

/* --- the provider ------------------------------------------------------------------------------ */

static int
ddns_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	int r = api_precondition(rq, 'r', api_rev(json_object_get(draft, "ddns")), e);

	return r < 0 ? r : conf_patch_section(draft, "ddns", rq->body, e);
}

static void
ddns_changed(struct api_req *rq, const struct conf_result *r)
{
	const struct conf_ddns *d = &r->conf->ddns;
	json_t *out = json_pack("{s:s, s:s?, s:s?, s:s?, s:[]}", "provider", conf_provider_name(d->provider),
	    "subdomain", d->subdomain, "zone", d->zone, "hostname", d->hostname, "warnings");

	if (out == NULL || api_domain_flags(rq, r->conf, out) < 0) {
		json_decref(out);
		out = NULL;
	}
	api_domain_warn(rq, json_object_get(out, "warnings"));
	api_header(rq, "ETag", "\"r%llu\"", (unsigned long long)d->rev);
	api_ok(rq, out);
}

static void
ddns_put(struct api_req *rq)
{
	const struct api_domain d = { .given = conf_credential_take(rq->body), .name_field = "identity.cell_name",
		.section = "ddns" };
	const struct api_change c = { .summary = "ddns.update", .edit = ddns_edit, .done = ddns_changed };

	api_domain_change(rq, &d, &c);
}

const struct api_route api_domain_routes[] = {
	{ HTTP_PUT, "/api/ddns", AUTH_WHO_ADMIN, KIB(4), ddns_put,
	    "Who is told the public addresses, and with what credentials", API_CHANGES | API_REV, 200,
	    NULL, &api_ddns_in_shape, &api_ddns_shape, "409 412 507" },
	{ HTTP_GET, "/api/ddns/check/<name>", AUTH_WHO_ADMIN, 0, check_get, "Is a name free at the service of pic_ngo", 0, 200,
	    NULL, NULL, &api_ddns_name_shape, NULL },
	{ .path = NULL }
};
