/* The second factor: shown, confirmed, ended. */
#include "api/totp.h"

#include <stdlib.h>

#include <sodium.h>

#include "api/account.h"
#include "api/change.h"
#include "api/request.h"
#include "api/session_shape.h"
#include "auth/change.h"
#include "auth/facts.h"
#include "auth/time.h"
#include "auth/totp.h"
#include "qr/code.h"

/* --- begin ------------------------------------------------------------------------ */

static void
password_proven(struct api_req *rq)
{
	char secret[AUTH_TOTP_TEXT], uri[AUTH_TOTP_URI_MAX];
	char *svg = NULL;

	auth_enrol_begin(rq->deps->enrol, rq->session.username, secret);
	if (auth_totp_uri(uri, secret, rq->conf->identity.cell_name, rq->session.username))
		svg = qr_svg(uri);
	if (svg != NULL)
		api_ok(rq, json_pack("{s:s, s:s, s:s}", "secret", secret, "otpauth_uri", uri, "qr_svg", svg));
	else
		api_no_memory(rq);
	if (svg != NULL)
		sodium_memzero(svg, strlen(svg));
	free(svg);
	sodium_memzero(uri, sizeof(uri));
	sodium_memzero(secret, sizeof(secret));
}

static void
totp_post(struct api_req *rq)
{
	const struct auth_change_ask ask = { .what = AUTH_CHANGE_TOTP_BEGIN, .username = rq->session.username,
		.role = rq->session.role, .password = api_str(rq->body, "password") };

	if (api_is_session(rq))
		api_account_change(rq, &ask, password_proven);
}

/* --- confirm ----------------------------------------------------------------------- */

static int
factor_set(struct api_req *rq, json_t *draft, bool on, struct err *e)
{
	json_t *user = api_account_find(draft, rq->session.username);

	if (user == NULL)
		return err_set(e, ERR_NOT_FOUND, "the account is gone");
	if (json_object_set_new(user, "totp_enabled", json_boolean(on)) < 0)
		return err_set(e, ERR_INTERNAL, "out of memory");
	return api_account_seal(rq, user, e);
}

static int
confirm_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	return factor_set(rq, draft, true, e);
}

static json_t *
codes_json(const struct auth_enrolled *c)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < AUTH_RECOVERY_CODES; i++)
		if (json_array_append_new(list, json_string(c->codes[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static void
confirmed(struct api_req *rq, const struct conf_result *r)
{
	struct auth_enrolled *c = rq->state;
	json_t *codes = codes_json(c);

	(void)r;
	auth_facts_totp_used(rq->deps->auth.facts, rq->session.username, c->step);
	sodium_memzero(c, sizeof(*c));
	api_ok(rq, codes != NULL ? json_pack("{s:o}", "recovery_codes", codes) : NULL);
}

/* A wrong code may be the clock's fault: said so, nothing is lost (AUT-8, TIM-1). */
static void
code_refused(struct api_req *rq, const struct err *e)
{
	struct err time = { 0 };

	if (e->kind != ERR_VALIDATION || rq->deps->auth.time->trusted) {
		api_fail(rq, e);
		return;
	}
	(void)err_set(&time, ERR_UNAVAILABLE, "the clock is not trusted, so no code can be right"); /* answered */
	api_fail_with(rq, &time, "time-untrusted", NULL);
}

static void
confirm_post(struct api_req *rq)
{
	const struct auth_secrets *secrets = &rq->deps->auth.secrets;
	const struct api_change change = { .summary = arena_printf(rq->arena, "user.totp.on %s",
		rq->session.username), .record = true, .edit = confirm_edit, .done = confirmed };
	struct auth_enrolled *c = arena_alloc(rq->arena, sizeof(*c));
	const char *ref = rq->caller.user != NULL ? rq->caller.user->secret_ref : NULL;
	json_t *doc, *next = NULL;
	struct err e = { 0 };

	if (!api_is_session(rq))
		return;
	doc = ref != NULL ? secrets->open(secrets->arg, ref) : NULL;
	if (doc == NULL || c == NULL) {
		json_decref(doc);
		api_no_memory(rq);
		return;
	}
	if (auth_enrol_confirm(rq->deps->enrol, rq->session.username, api_str(rq->body, "code"), c, &e) < 0) {
		json_decref(doc);
		code_refused(rq, &e);
		return;
	}
	next = auth_secret_with_totp(doc, c->secret, c->hashes);
	json_decref(c->hashes);
	json_decref(doc);
	if (next == NULL) {
		api_no_memory(rq);
		return;
	}
	rq->state = c;
	api_account_take(rq, next, ref);
	api_change(rq, &change);
}

/* --- end ----------------------------------------------------------------------------- */

static int
end_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	return factor_set(rq, draft, false, e);
}

static void
ended(struct api_req *rq, const struct conf_result *r)
{
	(void)r;
	api_message(rq, "the second factor is off");
}

static void
factor_proven(struct api_req *rq)
{
	const struct api_change c = { .summary = arena_printf(rq->arena, "user.totp.off %s", rq->session.username),
		.record = true, .edit = end_edit, .done = ended };

	api_change(rq, &c);
}

static void
totp_delete(struct api_req *rq)
{
	const struct auth_change_ask ask = { .what = AUTH_CHANGE_TOTP_END, .username = rq->session.username,
		.role = rq->session.role, .password = api_str(rq->body, "password"),
		.totp = api_str(rq->body, "code"), .recovery_code = api_str(rq->body, "recovery_code") };

	if (api_is_session(rq))
		api_account_change(rq, &ask, factor_proven);
}

const struct api_route api_totp_routes[] = {
	{ HTTP_POST, "/api/auth/totp", AUTH_WHO_USER, KIB(4), totp_post,
	    "Show a new second factor, not in force yet", 0, 200,
	    NULL, &api_totp_in_shape, &api_totp_shape, "409 423 503" },
	{ HTTP_POST, "/api/auth/totp/confirm", AUTH_WHO_USER, KIB(1), confirm_post,
	    "Put the shown second factor in force", 0, 200,
	    NULL, &api_totp_confirm_shape, &api_recovery_shape, "409 503 507" },
	{ HTTP_DELETE, "/api/auth/totp", AUTH_WHO_USER, KIB(4), totp_delete, "Do without a second factor",
	    0, 200, NULL, &api_totp_end_shape, &api_message_shape, "409 423 503 507" },
	{ .path = NULL }
};
