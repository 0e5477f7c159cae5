/* Which credential belongs to which provider is one table here. */
#include "conf/credential.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "conf/conf.h"
#include "conf/schema.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool
is_of(struct str s, size_t min, size_t max, const char *set)
{
	return s.n >= min && s.n <= max && strspn(s.p, set) == s.n;
}

static bool
is_totp(struct str s)
{
	return is_of(s, 16, 128, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abcdefghijklmnopqrstuvwxyz");
}

static bool
is_word(struct str s)
{
	return is_of(s, 8, 256, LETTERS DIGITS "-_+/=.~");
}

static bool
is_password(struct str s)
{
	return s.n >= 1 && s.n <= 256 && str_utf8(s) && str_printable(s);
}

static const struct credential {
	const char *key;
	bool (*is)(struct str s);
	const char *rule;
	enum conf_provider provider;
	bool needed;
} credentials[] = {
	{ "totp_secret", is_totp, "must be base32, at least 16 characters", CONF_PROVIDER_PIC_NGO, false },
	{ "api_token", is_word, "must be an API token: letters, digits, '-' and '_'", CONF_PROVIDER_CLOUDFLARE, true },
	{ "token", is_word, "must be the token that duckdns.org shows", CONF_PROVIDER_DUCKDNS, true },
	{ "password", is_password, "must be 1 to 256 characters", CONF_PROVIDER_NOIP, true },
	{ "token", is_word, "must be the word behind /u/ in the update address", CONF_PROVIDER_FREEDNS, true },
};

static const struct credential *
credential_of(enum conf_provider p)
{
	size_t i;

	for (i = 0; i < sizeof(credentials) / sizeof(credentials[0]); i++)
		if (credentials[i].provider == p)
			return &credentials[i];
	return NULL;
}

/* --- names --------------------------------------------------------------------------- */

static bool
is_same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static bool
is_same_service(const struct conf *old, const struct conf *next)
{
	return old->ddns.provider == next->ddns.provider && is_same(old->ddns.api_base_url, next->ddns.api_base_url);
}

bool
conf_credential_takes_name(const struct conf *old, const struct conf *next)
{
	return next->ddns.provider == CONF_PROVIDER_PIC_NGO &&
	    (!old->setup_complete || !is_same_service(old, next) || !is_same(old->ddns.subdomain, next->ddns.subdomain));
}

bool
conf_credential_leaves_name(const struct conf *old, const struct conf *next, bool *renamed)
{
	bool same = is_same_service(old, next);

	*renamed = same;
	return old->setup_complete && old->ddns.provider == CONF_PROVIDER_PIC_NGO &&
	    !(same && is_same(old->ddns.subdomain, next->ddns.subdomain));
}

/* --- documents ------------------------------------------------------------------------- */

bool
conf_credential_has_token(const json_t *doc)
{
	return json_object_get(doc, "token") != NULL || json_object_get(doc, "api_token") != NULL ||
	    json_object_get(doc, "password") != NULL;
}

json_t *
conf_credential_take(json_t *ddns)
{
	const struct conf_row *row = conf_section_find("ddns")->row->rows;
	json_t *out = NULL, *v;

	for (; row->key != NULL; row++) {
		v = row->flags & CONF_F_SECRET ? json_object_get(ddns, row->key) : NULL;
		if (v == NULL)
			continue;
		if (out == NULL)
			out = json_object();
		(void)json_object_set(out, row->key, v);	/* out of memory: as if it had not been given */
		(void)json_object_del(ddns, row->key);		/* it is there */
	}
	return out;
}

/* What of the old document is still good. */
static json_t *
kept(const struct conf_credential_change *c)
{
	json_t *out = json_object(), *had = (json_t *)(uintptr_t)c->had, *v;
	bool renamed, left = conf_credential_leaves_name(c->old, c->next, &renamed);
	const char *key;

	json_object_foreach(had, key, v)
		if (strcmp(key, "release") == 0 || (is_same_service(c->old, c->next) && !(left && strcmp(key, "token") == 0)))
			(void)json_object_set_new(out, key, json_deep_copy(v));	/* out of memory: asked for again */
	return out;
}

/* The name that is left, to be given back with the token that it has. */
static int
add_release(const struct conf_credential_change *c, json_t *out)
{
	const char *token = json_string_value(json_object_get(c->had, "token"));
	json_t *list = json_object_get(out, "release");
	bool renamed, left = conf_credential_leaves_name(c->old, c->next, &renamed);

	if (!left || !(renamed || c->release) || token == NULL || json_array_size(list) >= CONF_RELEASES_MAX)
		return 0;
	if (list == NULL) {
		list = json_array();
		if (json_object_set_new(out, "release", list) < 0)
			return -1;
	}
	return json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "name", c->old->ddns.subdomain, "token", token,
	    "base", c->old->ddns.api_base_url));
}

/* One member of a request. */
static int
give(const struct conf_credential_change *c, json_t *out, const char *key, json_t *v, struct err *e)
{
	const struct credential *k = credential_of(c->next->ddns.provider);
	struct str s = str_trim((struct str){ json_string_value(v), json_string_length(v) });
	char field[ERR_FIELD_MAX];

	(void)snprintf(field, sizeof(field), "ddns.%s", key);	/* fits */
	if (json_is_null(v)) {
		(void)json_object_del(out, key);	/* it may be absent */
		return 0;
	}
	if (!json_is_string(v))
		return err_field(e, ERR_VALIDATION, field, "must be text");
	if (s.n == 0)
		return 0;
	if (k == NULL || strcmp(k->key, key) != 0)
		return err_field(e, ERR_VALIDATION, field, "is not for provider %s",
		    conf_provider_name(c->next->ddns.provider));
	if (!k->is(s))
		return err_field(e, ERR_VALIDATION, field, "%s", k->rule);
	return json_object_set_new(out, key, json_stringn(s.p, s.n)) < 0 ? err_set(e, ERR_INTERNAL, "out of memory") : 0;
}

/* A provider without its credential is of no use; who takes it away later knows. */
static int
need(const struct conf_credential_change *c, const json_t *out, struct err *e)
{
	const struct credential *k = credential_of(c->next->ddns.provider);
	char field[ERR_FIELD_MAX];

	if (k == NULL || !k->needed || json_object_get(out, k->key) != NULL ||
	    (is_same_service(c->old, c->next) && c->old->setup_complete))
		return 0;
	(void)snprintf(field, sizeof(field), "ddns.%s", k->key);	/* fits */
	return err_field(e, ERR_VALIDATION, field, "is needed for provider %s", conf_provider_name(c->next->ddns.provider));
}

int
conf_credential_next(const struct conf_credential_change *c, json_t **out, struct err *e)
{
	json_t *doc = kept(c), *given = (json_t *)(uintptr_t)c->given, *v;
	const char *key;
	int r = doc == NULL || add_release(c, doc) < 0 ? err_set(e, ERR_INTERNAL, "out of memory") : 0, one;

	*out = NULL;
	json_object_foreach(given, key, v) {
		one = give(c, doc, key, v, e);
		r = r < 0 ? r : one;	/* all of them are told, the first one counts */
	}
	if (r == 0)
		r = need(c, doc, e);
	if (r == 0 && c->token != NULL && json_object_set_new(doc, "token", json_string(c->token)) < 0)
		r = err_set(e, ERR_INTERNAL, "out of memory");
	if (r == 0 && json_object_size(doc) > 0)
		*out = json_incref(doc);
	json_decref(doc);
	return r;
}
