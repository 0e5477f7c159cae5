/* The cell's own service; see pic_ngo.h. */
#include "ddns/pic_ngo.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "base/otp.h"
#include "ddns/ask.h"
#include "sys/clk.h"

/* What a registration proves itself by, unless the owner has a secret of his own: set with DDNS_SECRET of the build. */
#ifndef PIC_DDNS_SECRET
#define PIC_DDNS_SECRET ""
#endif

enum { OTP_SECRET_MAX = 64 };

enum call { REGISTER, UPDATE, CHECK, CHALLENGE, RELEASE };

static const struct { const char *key, *path; } calls[] = {
	[REGISTER] = { "register", "/api/v1/register" }, [UPDATE] = { "update", "/api/v1/update" },
	[CHECK] = { "check", "/api/v1/check" }, [CHALLENGE] = { "challenge", "/api/v1/dns-challenge" },
	[RELEASE] = { "release", "/api/v1/register" }
};

static void
url_of(const struct ddns_account *a, enum call call, struct ddns_url *u)
{
	const char *path = json_string_value(json_object_get(a->paths, calls[call].key));

	ddns_url_begin(u, a->base);
	ddns_url_put(u, path == NULL ? calls[call].path : path);
}

static int
judge_call(const struct ddns_account *a, const struct ddns_answer *r, bool gone, struct err *e)
{
	if (r->status == 401)
		return err_set(e, ERR_UNAUTHENTICATED, "%s does not take the token of the registration", a->provider->name);
	return r->status == 200 || (gone && r->status == 404) ? 0 : ddns_refused(a, r, e);
}

/* One call with the token. 0: it is done; else what ddns_refused() makes of it, with 401 told apart. gone: a 404 is as good as
 * done. body is taken. */
static int
call_as(const struct ddns_account *a, enum call call, const char *method, json_t *body, bool gone, struct err *e)
{
	char bearer[DDNS_AUTHORIZATION_MAX + 1];
	struct ddns_answer *r = ddns_answer_new();
	struct ddns_ask q = { .method = method, .headers = { { "Authorization", bearer } }, .body = body };
	struct ddns_url u;
	int error = -EINVAL;

	url_of(a, call, &u);
	if (r == NULL)
		(void)err_sys(e, -ENOMEM, "ask the provider");	/* a negative one is set */
	else if (ddns_bearer(a, bearer, e) && (error = ddns_ask(a, &u, &q, r, e)) == 0)
		error = judge_call(a, r, gone, e);
	json_decref(q.body);	/* where it was not asked */
	sodium_memzero(bearer, sizeof(bearer));
	ddns_answer_free(r);
	return error;
}

static json_t *
addresses(const struct ddns_addrs *at)
{
	char v4[ADDR_TEXT_MAX], v6[ADDR_TEXT_MAX];

	return json_pack("{s:s*, s:s*}", "ip", at->v4.len == 0 ? NULL : addr_text(&at->v4, v4),
	    "ip6", at->v6.len == 0 ? NULL : addr_text(&at->v6, v6));
}

/* All that the name has: what is not said is withdrawn. */
static int
update(const struct ddns_account *a, const struct ddns_addrs *to, const struct ddns_addrs *gone, struct err *e)
{
	(void)gone;
	return call_as(a, UPDATE, "PUT", addresses(to), false, e);
}

/* --- registration -------------------------------------------------------------------- */

static bool
code_of_now(const struct ddns_account *a, char code[OTP_DIGITS + 2])
{
	const char *secret = a->otp_secret == NULL ? PIC_DDNS_SECRET : a->otp_secret;
	uint8_t key[OTP_SECRET_MAX];
	int n = str_base32_read(str_of(secret), key, sizeof(key));

	if (n > 0)
		(void)snprintf(code, OTP_DIGITS + 2, "%06u",
		    otp_code(key, (size_t)n, clk_system.wall_s(&clk_system) / OTP_STEP_S) % OTP_MODULUS);	/* fits */
	sodium_memzero(key, sizeof(key));
	return n > 0;
}

/* {"token", "subdomain"}: the token is one word, and the name is ours. */
static bool
read_registration(const struct ddns_account *a, const json_t *j, char token[DDNS_TOKEN_MAX + 1])
{
	struct str t = str_of(json_string_value(json_object_get(j, "token")));
	struct str name = str_of(json_string_value(json_object_get(j, "subdomain"))), label;
	size_t i;

	(void)str_cut(&name, '.', &label);	/* a label, or the whole name */
	for (i = 0; i < t.n; i++)
		if (t.p[i] <= ' ' || t.p[i] > '~')
			return false;
	return t.n > 0 && str_copy(t, token, DDNS_TOKEN_MAX + 1) && str_ieq(label, str_of(a->label));
}

static int
judge_registration(const struct ddns_account *a, const struct ddns_answer *r, char token[DDNS_TOKEN_MAX + 1], struct err *e)
{
	const char *who = a->provider->name;
	json_t *j;
	bool ok;

	if (r->status == 401)
		return err_set(e, ERR_FORBIDDEN, "%s does not take the code of the registration: is the clock right?", who);
	if (r->status == 409)
		return err_set(e, ERR_CONFLICT, "the name %s is taken", a->label);
	if (r->status != 201)
		return ddns_refused(a, r, e);
	j = ddns_answer_json(a, r, e);
	if (j == NULL)
		return err_errno(ERR_REMOTE);
	ok = read_registration(a, j, token);
	json_decref(j);
	return ok ? 0 : err_set(e, ERR_REMOTE, "%s answers something that it should not", who);
}

static int
enlist(const struct ddns_account *a, const struct ddns_addrs *at, char token[DDNS_TOKEN_MAX + 1], struct err *e)
{
	struct ddns_answer *r = ddns_answer_new();
	char code[OTP_DIGITS + 2];
	struct ddns_ask q = { .method = "POST", .headers = { { "X-Register-OTP", code } } };
	struct ddns_url u;
	int error;

	if (r == NULL)
		return err_sys(e, -ENOMEM, "register");
	url_of(a, REGISTER, &u);
	if (!code_of_now(a, code)) {
		error = err_set(e, ERR_VALIDATION, "the secret for registrations with %s is not set", a->provider->name);
	} else {
		q.body = addresses(at);
		if (q.body != NULL)
			(void)json_object_set_new(q.body, "name", json_string(a->label));	/* without, it is refused */
		error = ddns_ask(a, &u, &q, r, e);
	}
	if (error == 0)
		error = judge_registration(a, r, token, e);
	ddns_answer_free(r);
	return error;
}

static int
check(const struct ddns_account *a, const char *label, bool *available, struct err *e)
{
	struct ddns_answer *r = ddns_answer_new();
	const json_t *v;
	json_t *j = NULL;
	struct ddns_url u;
	int error;

	if (r == NULL)
		return err_sys(e, -ENOMEM, "ask for the name");
	url_of(a, CHECK, &u);
	ddns_url_put(&u, "/");
	ddns_url_value(&u, label);
	error = ddns_ask(a, &u, &(struct ddns_ask){ 0 }, r, e);
	if (error == 0 && r->status != 200)
		error = ddns_refused(a, r, e);
	if (error == 0 && (j = ddns_answer_json(a, r, e)) == NULL)
		error = err_errno(ERR_REMOTE);
	v = json_object_get(j, "available");
	if (error == 0 && !json_is_boolean(v))
		error = err_set(e, ERR_REMOTE, "%s does not say whether the name is free", a->provider->name);
	*available = json_is_true(v);
	json_decref(j);
	ddns_answer_free(r);
	return error;
}

/* A name that is nobody's, or not ours any more, is released. */
static int
release(const struct ddns_account *a, struct err *e)
{
	int error = call_as(a, RELEASE, "DELETE", NULL, true, e);

	return error == err_errno(ERR_UNAUTHENTICATED) ? 0 : error;
}

/* --- the TXT record ------------------------------------------------------------------- */

static json_t *
challenge(const char *name, const char *value)
{
	return json_pack("{s:s, s:s}", "fqdn", name, "value", value);
}

static int
txt_set(const struct ddns_account *a, const char *name, const char *value, struct err *e)
{
	return call_as(a, CHALLENGE, "POST", challenge(name, value), false, e);
}

static int
txt_clear(const struct ddns_account *a, const char *name, const char *value, struct err *e)
{
	return call_as(a, CHALLENGE, "DELETE", challenge(name, value), true, e);
}

const struct ddns_provider ddns_pic_ngo = { .name = "pic_ngo", .update = update, .txt_set = txt_set, .txt_clear = txt_clear,
	.enlist = enlist, .check = check, .release = release };
