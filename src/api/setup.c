/* The first run. */
#include "api/setup.h"

#include <stdio.h>

#include <sodium.h>

#include "api/account.h"
#include "api/change.h"
#include "api/domain.h"
#include "api/peer_mark.h"
#include "api/peer_view.h"
#include "api/request.h"
#include "api/setup_shape.h"
#include "api/system_shape.h"
#include "auth/change.h"
#include "base/log.h"
#include "conf/check.h"
#include "conf/txn.h"
#include "setup/document.h"
#include "setup/wizard.h"
#include "vault/client.h"
#include "vault/vault.h"

static void
status_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	bool complete = rq->conf->setup_complete;
	json_t *steps = setup_wizard_steps();
	const json_t *last = json_array_get(steps, json_array_size(steps) - 1);

	api_ok(rq, json_pack("{s:b, s:s, s:o, s:b, s:s, s:s?}", "complete", complete,
	    "step", complete ? json_string_value(last) : setup_wizard_step(rq->deps->wizard), "steps", steps,
	    "token_required", !complete && rq->origin->via == AUTH_VIA_EDGE, "version", live->version,
	    "fingerprint", live->fingerprint(live->arg)));
}

static void
step_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct err e = { 0 };
	json_t *out = setup_wizard_fields(rq->deps->wizard, api_text(rq->query, "step"), &e);

	if (out == NULL) {
		api_fail(rq, &e);
		return;
	}
	if (json_object_set_new(out, "diagnosis", live->checks(live->arg)) < 0) {
		json_decref(out);
		out = NULL;
	}
	api_ok(rq, out);
}

static void
step_keep(struct api_req *rq)
{
	const char *next;
	struct err e = { 0 };

	if (setup_wizard_put(rq->deps->wizard, rq->body, &next, &e) < 0)
		api_fail(rq, &e);
	else
		api_ok(rq, json_pack("{s:b, s:s}", "ok", 1, "next", next));
}

/* What cannot be asked counts as free (SET-6). */
static void
step_named(struct api_req *rq, enum api_name n, const char *why)
{
	struct err e = { 0 };

	(void)why;	/* that holds nothing up */
	if (n != API_NAME_TAKEN) {
		step_keep(rq);
		return;
	}
	(void)err_field(&e, ERR_CONFLICT, "cell_name", "is taken by somebody else");
	api_fail(rq, &e);	/* said there */
}

static void
step_post(struct api_req *rq)
{
	const char *step = api_text(rq->body, "step"), *name = NULL;
	json_t *answers = NULL;
	struct err e = { 0 };

	if (setup_wizard_judge(rq->deps->wizard, rq->body, &answers, &e) < 0) {
		api_fail(rq, &e);
		return;
	}
	if (strcmp(step, "identity") == 0 && setup_wizard_public_name(answers) != NULL)
		name = arena_strdup(rq->arena, setup_wizard_public_name(answers));
	json_decref(answers);
	if (name != NULL)
		api_domain_ask(rq, rq->conf, name, step_named);
	else
		step_keep(rq);
}

static void
name_answer(struct api_req *rq, const char *name, json_t *available, const char *reason)
{
	api_ok(rq, json_pack("{s:s, s:o, s:s?}", "name", name, "available", available, "reason", reason));
}

/* As it would be stored. NULL when out of memory. */
static char *
lower_name(struct api_req *rq)
{
	char *name = arena_strdup(rq->arena, api_param(rq, "name")), *p;

	for (p = name; p != NULL && *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return name;
}

static void
name_asked(struct api_req *rq, enum api_name n, const char *why)
{
	const char *name = lower_name(rq);

	if (n == API_NAME_UNKNOWN)
		name_answer(rq, name, json_null(), why);
	else
		name_answer(rq, name, json_boolean(n == API_NAME_FREE),
		    n == API_NAME_FREE ? NULL : "it is taken by somebody else");
}

static void
name_get(struct api_req *rq)
{
	const char *name = lower_name(rq);

	if (name != NULL && conf_is_label(str_of(name)))
		api_domain_ask(rq, rq->conf, name, name_asked);
	else
		name_answer(rq, name, json_false(),
		    "a name has letters, digits and hyphens, at most 63, no hyphen at its ends");
}

static void
checks_get(struct api_req *rq)
{
	api_ok(rq, rq->deps->live.checks(rq->deps->live.arg));
}

static void
token_post(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct api_setup_token t = { .expires_at = 0 };

	if (rq->conf->setup_complete) {
		api_refuse(rq, 409, "conflict", "the cell is set up already");
		return;
	}
	live->setup_token_renew(live->arg, false, &t);
	api_ok(rq, json_pack("{s:s, s:s, s:o}", "token", t.token, "url", t.url,
	    "expires_at", api_time_json(t.expires_at)));
	sodium_memzero(&t, sizeof(t));
}

/* --- completion ----------------------------------------------------------------------- */

/* Seal what was drawn; the references go into the document. */
static int
keys_seal(struct api_req *rq, const struct setup_keys *k, char ref[VAULT_REF_SIZE], struct err *e)
{
	json_t *secret = setup_keys_secret(k);
	int r;

	if (secret == NULL)
		return err_set(e, ERR_INTERNAL, "out of memory");
	r = vault_put(rq->deps->vault, secret, ref, e);
	json_decref(secret);
	return r;
}

static int
secrets_seal(struct api_req *rq, const struct setup_keys *k, char user_ref[VAULT_REF_SIZE], char wg_ref[VAULT_REF_SIZE],
    struct err *e)
{
	int r = vault_put(rq->deps->vault, rq->secret, user_ref, e);

	return r == 0 ? keys_seal(rq, k, wg_ref, e) : r;
}

/* The first device's, if there is one: rq->keys has them for the answer. */
static int
peer_seal(struct api_req *rq, const struct setup_keys *k, char ref[VAULT_REF_SIZE], struct err *e)
{
	json_t *shared;
	int r;

	rq->keys = setup_keys_peer(k);
	shared = rq->keys == NULL ? NULL : json_pack("{s:O}", "preshared_key", json_object_get(rq->keys, "preshared_key"));
	r = shared == NULL ? err_set(e, ERR_INTERNAL, "out of memory") : vault_put(rq->deps->vault, shared, ref, e);
	json_decref(shared);
	return r < 0 ? r : vault_client_put(rq->deps->vault, k->peer.public_key, k->peer.private_key, e);
}

static int
peer_mark(struct api_req *rq, json_t *draft, struct err *e)
{
	const struct api_live *live = &rq->deps->live;
	struct api_places at;

	live->places(live->arg, &at);
	return api_peer_mark(draft, &at, e);
}

/* Nothing names it: a sweep would come in the end. */
static void
complete_failed(struct api_req *rq)
{
	if (rq->keys != NULL)
		(void)vault_client_drop(rq->deps->vault, api_text(rq->keys, "public_key"), NULL);
}

/* On the try (domain.h) nothing is sealed. */
static int
complete_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	char user_ref[VAULT_REF_SIZE], wg_ref[VAULT_REF_SIZE], peer_ref[VAULT_REF_SIZE];
	struct setup_keys keys;
	struct setup_document d = { .answers = rq->body, .now = rq->now };
	bool peer = setup_document_peer(rq->body) != NULL && !rq->dry_run;
	int r = 0;

	if (api_bool(json_object_get(draft, "setup"), "complete", false))
		return err_set(e, ERR_CONFLICT, "the cell is set up already");
	setup_keys_make(&keys);
	if (!rq->dry_run) {
		d.keys = &keys;
		d.user_secret_ref = user_ref;
		d.wg_secret_ref = wg_ref;
		r = secrets_seal(rq, &keys, user_ref, wg_ref, e);
	}
	if (r == 0 && peer) {
		d.peer_secret_ref = peer_ref;
		r = peer_seal(rq, &keys, peer_ref, e);
	}
	if (r == 0)
		r = setup_document_edit(&d, draft, e);
	if (r == 0 && peer)
		r = peer_mark(rq, draft, e);
	setup_keys_wipe(&keys);
	return r;
}

/* The caller is logged in (SET-8); on the socket there is no browser to be. */
static const struct auth_session *
session_make(struct api_req *rq, char cookie[AUTH_COOKIE_TEXT])
{
	const struct auth_session_ask ask = { .username = api_text(rq->body, "username"),
		.role = CONF_ROLE_ADMIN, .zone = rq->caller.zone, .address = &rq->caller.address,
		.user_agent = api_header_get(rq, "User-Agent"), .setup = true };
	const struct auth_session *s = NULL;
	struct err e = { 0 };

	if (rq->origin->via == AUTH_VIA_SOCKET)
		return NULL;
	if (auth_sessions_create(rq->deps->auth.sessions, &ask, cookie, &s, &e) == 0)
		return s;
	log_line(LOG_SETUP, LOG_WARNING, "no session after setup", "err", e.detail, NULL);
	return NULL;
}

/* {name, config, filename, qr_svg}; null without one. New reference, NULL when it cannot be made. */
static json_t *
first_peer(struct api_req *rq, const struct conf *c)
{
	struct err e = { 0 };
	json_t *out;

	if (c->npeers == 0)
		return json_null();
	out = api_peer_file(rq, c, &c->peers[0], &e);
	(void)json_object_del(out, "complete");	/* it is */
	(void)json_object_set_new(out, "name", json_string(c->peers[0].name));	/* a missing one shows */
	return out;
}

static void
completed(struct api_req *rq, const struct conf_result *r)
{
	const struct api_live *live = &rq->deps->live;
	char cookie[AUTH_COOKIE_TEXT];
	const struct auth_session *s;

	log_fmt(LOG_SETUP, LOG_INFO, "setup complete, generation %llu", (unsigned long long)r->generation);
	live->setup_finished(live->arg);
	s = session_make(rq, cookie);
	if (s != NULL)
		api_account_cookie(rq, cookie);
	sodium_memzero(cookie, sizeof(cookie));
	api_ok(rq, json_pack("{s:b, s:s, s:s, s:s?, s:o, s:[]}", "success", 1, "redirect", "/",
	    "username", api_text(rq->body, "username"), "csrf_token", s != NULL ? s->csrf : NULL,
	    "peer", first_peer(rq, r->conf), "jobs"));
}

static void
password_hashed(struct api_req *rq)
{
	const struct api_change c = { .summary = "setup.complete", .record = false, .edit = complete_edit,
		.done = completed, .failed = complete_failed };

	const struct api_domain d = { .given = setup_document_credentials(rq->body), .name_field = "cell_name" };

	snprintf(rq->actor, sizeof(rq->actor), "setup");
	api_domain_change(rq, &d, &c);
}

static void
complete_post(struct api_req *rq)
{
	struct auth_change_ask ask = { .what = AUTH_CHANGE_NEW, .role = CONF_ROLE_ADMIN };
	json_t *answers = NULL;
	struct err e = { 0 };

	if (setup_wizard_complete(rq->deps->wizard, rq->body, &answers, &e) < 0) {
		api_fail(rq, &e);
		return;
	}
	json_decref(rq->body);
	rq->body = answers;	/* goes with rq; it holds the password */
	ask.username = api_text(answers, "username");
	ask.new_password = api_str(answers, "password");
	api_account_change(rq, &ask, password_hashed);
}

const struct api_route api_setup_routes[] = {
	{ HTTP_GET, "/api/setup/status", AUTH_WHO_PUBLIC, 0, status_get, "How far the first run is", 0, 200,
	    NULL, NULL, &api_setup_status_shape, NULL },
	{ HTTP_GET, "/api/setup/step", AUTH_WHO_SETUP, 0, step_get, "What a step asks", 0, 200,
	    &api_setup_query_shape, NULL, &api_setup_step_shape, "404" },
	{ HTTP_POST, "/api/setup/step", AUTH_WHO_SETUP, KIB(16), step_post, "Answer a step", 0, 200,
	    NULL, &api_setup_put_shape, &api_setup_next_shape, "409" },
	{ HTTP_GET, "/api/setup/check-name/<name>", AUTH_WHO_SETUP, 0, name_get, "May the cell be called that", 0, 200,
	    NULL, NULL, &api_setup_name_shape, NULL },
	{ HTTP_GET, "/api/setup/diagnosis", AUTH_WHO_SETUP, 0, checks_get, "What was found around the cell", 0, 200,
	    NULL, NULL, &api_checks_shape, NULL },
	{ HTTP_POST, "/api/setup/token", AUTH_WHO_LOCAL, 0, token_post, "Make a new setup token; the old one ends",
	    0, 200, NULL, NULL, &api_setup_token_shape, "409" },
	{ HTTP_POST, "/api/setup/complete", AUTH_WHO_SETUP, KIB(16), complete_post, "Make the cell; logs the caller in",
	    0, 200, NULL, &api_setup_in_shape, &api_setup_done_shape, "409 503 507" },
	{ .path = NULL }
};
