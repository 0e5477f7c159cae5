/* What an ACME server says; see wire.h. */
#include "acme/wire.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

static const struct str urn = { "urn:ietf:params:acme:error:", sizeof("urn:ietf:params:acme:error:") - 1 };

/* --- members ---------------------------------------------------------------------------- */

/* NULL: no JSON object, or too long. */
static json_t *
object(struct str body)
{
	json_t *j = body.n > ACME_DOCUMENT_MAX ? NULL : json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);

	if (json_is_object(j))
		return j;
	json_decref(j);
	return NULL;
}

static struct str
member(const json_t *j, const char *key)
{
	const json_t *v = json_object_get(j, key);

	return (struct str){ json_is_string(v) ? json_string_value(v) : "", json_string_length(v) };
}

bool
acme_url_ok(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '"' || s.p[i] == '\\' || s.p[i] == '<' || s.p[i] == '>')
			return false;
	return s.n < ACME_URL_SIZE && str_starts(s, STR("https://"));
}

/* Absent is fine: "". */
static bool
url(const json_t *j, const char *key, char out[ACME_URL_SIZE])
{
	struct str s = member(j, key);

	return str_copy(s, out, ACME_URL_SIZE) && (s.n == 0 || acme_url_ok(s));
}

static bool
url_item(const json_t *v, char out[ACME_URL_SIZE])
{
	struct str s = { json_string_value(v), json_string_length(v) };

	return json_is_string(v) && acme_url_ok(s) && str_copy(s, out, ACME_URL_SIZE);
}

/* Text for people: control characters become spaces, the end is cut between characters. */
static void
words(struct str s, char *out, size_t size)
{
	size_t i;

	if (s.n >= size)
		s.n = size - 1;
	while (s.n > 0 && !str_utf8(s))
		s.n--;
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
	for (i = 0; i < s.n; i++)
		if ((unsigned char)out[i] < ' ' || out[i] == 0x7f)
			out[i] = ' ';
}

static enum acme_status
status(const json_t *j)
{
	static const char *const names[] = {
		[ACME_PENDING] = "pending", [ACME_READY] = "ready", [ACME_PROCESSING] = "processing", [ACME_VALID] = "valid",
		[ACME_INVALID] = "invalid", [ACME_DEACTIVATED] = "deactivated", [ACME_EXPIRED] = "expired",
		[ACME_REVOKED] = "revoked" };
	struct str s = member(j, "status");
	size_t i;

	for (i = ACME_PENDING; i <= ACME_REVOKED; i++)
		if (str_eqz(s, names[i]))
			return (enum acme_status)i;
	return ACME_STATUS_OTHER;
}

/* A DNS identifier, in lower case; false for any other. */
static bool
identifier(const json_t *j, char out[ACME_NAME_SIZE])
{
	struct str s = member(j, "value");
	size_t i;

	if (!str_eqz(member(j, "type"), "dns") || s.n == 0 || !str_copy(s, out, ACME_NAME_SIZE))
		return false;
	for (i = 0; i < s.n; i++) {
		if (out[i] <= ' ' || out[i] > '~')
			return false;
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] = (char)(out[i] - 'A' + 'a');
	}
	return true;
}

/* --- problems ------------------------------------------------------------------------------ */

static void
type(const json_t *j, char out[ACME_TYPE_SIZE])
{
	struct str s = member(j, "type");

	if (!str_starts(s, urn))
		s = (struct str){ "", 0 };
	else
		s = (struct str){ s.p + urn.n, s.n - urn.n };
	if (!str_printable(s) || !str_copy(s, out, ACME_TYPE_SIZE))
		out[0] = '\0';
}

static void
problem(const json_t *j, struct acme_problem *out)
{
	const json_t *list = json_object_get(j, "subproblems"), *sub;
	size_t i;

	memset(out, 0, sizeof(*out));
	type(j, out->type);
	words(member(j, "detail").n > 0 ? member(j, "detail") : member(j, "title"), out->words, sizeof(out->words));
	json_array_foreach(list, i, sub) {
		struct acme_subproblem *s = &out->subs[out->nsubs];

		if (out->nsubs == ACME_PROBLEMS_MAX)
			break;
		if (!identifier(json_object_get(sub, "identifier"), s->name))
			continue;
		type(sub, s->type);
		words(member(sub, "detail"), s->words, sizeof(s->words));
		out->nsubs++;
	}
}

bool
acme_problem_read(struct str body, struct acme_problem *out)
{
	json_t *j = object(body);
	bool ok = j != NULL && (json_object_get(j, "type") != NULL || json_object_get(j, "detail") != NULL);

	if (ok)
		problem(j, out);
	json_decref(j);
	return ok;
}

/* --- directory and account ------------------------------------------------------------------ */

bool
acme_directory_read(struct str body, struct acme_directory_doc *out)
{
	json_t *j = object(body), *meta = json_object_get(j, "meta");
	bool ok;

	memset(out, 0, sizeof(*out));
	ok = j != NULL && url(j, "newNonce", out->new_nonce) && url(j, "newAccount", out->new_account) &&
	    url(j, "newOrder", out->new_order) && url(j, "revokeCert", out->revoke) && url(j, "renewalInfo", out->window) &&
	    out->new_nonce[0] != '\0' && out->new_account[0] != '\0' && out->new_order[0] != '\0';
	if (ok && !url(meta, "termsOfService", out->terms))
		out->terms[0] = '\0';	/* only people read it */
	out->binding = json_is_true(json_object_get(meta, "externalAccountRequired"));
	json_decref(j);
	return ok;
}

bool
acme_account_doc_read(struct str body, struct acme_account_doc *out)
{
	json_t *j = object(body);
	bool ok;

	memset(out, 0, sizeof(*out));
	ok = j != NULL && url(j, "orders", out->orders);
	out->status = status(j);
	json_decref(j);
	return ok && out->status != ACME_STATUS_OTHER;
}

bool
acme_orders_read(struct str body, char out[ACME_LISTED_MAX][ACME_URL_SIZE], size_t *n)
{
	json_t *j = object(body), *list = json_object_get(j, "orders"), *v;
	bool ok = json_is_array(list);
	size_t i;

	*n = 0;
	json_array_foreach(list, i, v) {
		if (*n == ACME_LISTED_MAX || !ok)
			break;
		ok = url_item(v, out[*n]);
		++*n;
	}
	json_decref(j);
	return ok;
}

/* --- orders ---------------------------------------------------------------------------------- */

static bool
order_lists(const json_t *j, struct acme_order *out)
{
	const json_t *names = json_object_get(j, "identifiers"), *authz = json_object_get(j, "authorizations"), *v;

	if (!json_is_array(names) || !json_is_array(authz) || json_array_size(names) > ACME_NAMES_MAX ||
	    json_array_size(authz) > ACME_NAMES_MAX)
		return false;
	json_array_foreach(names, out->nnames, v)
		if (!identifier(v, out->names[out->nnames]))
			return false;
	json_array_foreach(authz, out->nauthz, v)
		if (!url_item(v, out->authz[out->nauthz]))
			return false;
	return true;
}

bool
acme_order_read(struct str body, struct acme_order *out)
{
	json_t *j = object(body);
	bool ok;

	memset(out, 0, sizeof(*out));
	ok = j != NULL && url(j, "finalize", out->finalize) && url(j, "certificate", out->certificate) &&
	    out->finalize[0] != '\0' && order_lists(j, out);
	out->status = status(j);
	out->failed = json_is_object(json_object_get(j, "error"));
	if (ok && out->failed)
		problem(json_object_get(j, "error"), &out->problem);
	json_decref(j);
	return ok && out->status != ACME_STATUS_OTHER;
}

bool
acme_order_names(const struct acme_order *o, const char *const *names, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < o->nnames && strcasecmp(o->names[k], names[i]) != 0; k++)
			;
		if (k == o->nnames)
			return false;
	}
	return o->nnames == n;
}

/* --- authorizations ---------------------------------------------------------------------------- */

const char *
acme_challenge_name(enum acme_challenge kind)
{
	return kind == ACME_HTTP_01 ? "http-01" : "dns-01";
}

/* The last of several is as good as the first: a server that offers two has lost its mind, not its key. */
static bool
challenge(const json_t *j, const char *kind, struct acme_authz *out)
{
	const json_t *error = json_object_get(j, "error");
	struct str token = member(j, "token");
	bool wanted = str_eqz(member(j, "type"), kind);

	if (json_is_object(error) && (wanted || !out->failed)) {
		out->failed = true;
		problem(error, &out->problem);
	}
	if (!wanted)
		return true;
	out->offered = true;
	out->challenge = status(j);
	return url(j, "url", out->url) && out->url[0] != '\0' && out->challenge != ACME_STATUS_OTHER &&
	    token.n >= ACME_TOKEN_MIN && acme_is_base64url(token) && str_copy(token, out->token, sizeof(out->token));
}

bool
acme_authz_read(struct str body, enum acme_challenge kind, struct acme_authz *out)
{
	json_t *j = object(body), *list = json_object_get(j, "challenges"), *v;
	bool ok;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->status = status(j);
	ok = identifier(json_object_get(j, "identifier"), out->name) && json_is_array(list) && out->status != ACME_STATUS_OTHER;
	out->wildcard = json_is_true(json_object_get(j, "wildcard"));
	json_array_foreach(list, i, v)
		ok = ok && challenge(v, acme_challenge_name(kind), out);
	json_decref(j);
	return ok;
}
