/* API tokens and scopes; see token.h. */
#include "auth/token.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "auth/secret.h"
#include "auth/time.h"
#include "base/err.h"
#include "conf/conf.h"

enum { RAW = 32, ALL = -1, NOWHERE = -2 };

#define PREFIX "pic_"

/* api.md 4; the index is the bit. */
static const char *const families[] = {
	"config", "dns", "blocklists", "ntp", "network", "ddns", "wireguard", "peers", "connectivity",
	"cells", "store", "services", "vault", "certificates", "proxy", "containers", "routing", "firewall",
	"diagnosis", "logs", "audit", "notifications", "backup", "updates", "metrics", "jobs",
};
enum { FAMILIES = sizeof(families) / sizeof(families[0]) };

/* First words of paths that belong to the family of another name. */
static const struct {
	const char *word, *family;
} aliases[] = {
	{ "status", "diagnosis" }, { "health", "diagnosis" }, { "events", "diagnosis" },
	{ "explain", "diagnosis" }, { "reachability", "diagnosis" }, { "support-bundle", "diagnosis" },
	{ "groups", "peers" }, { "email", "services" }, { "calendar", "services" }, { "files", "services" },
	{ "caddy", "certificates" }, { "images", "containers" }, { "volumes", "containers" },
};

static int
family_find(struct str name)
{
	int i;

	for (i = 0; i < FAMILIES; i++)
		if (str_eqz(name, families[i]))
			return i;
	return NOWHERE;
}

/* --- scopes ------------------------------------------------------------------- */

bool
auth_scopes_add(struct auth_scopes *s, struct str scope)
{
	struct str family;
	uint32_t bit;
	int i;

	(void)str_cut(&scope, ':', &family);	/* an empty scope has no family */
	if (str_eqz(family, "*") && str_eqz(scope, "read")) {
		s->read = UINT32_MAX;
		return true;
	}
	i = family_find(family);
	if (i < 0)
		return false;
	bit = (uint32_t)1 << i;
	if (str_eqz(scope, "write"))
		s->write |= bit;
	else if (!str_eqz(scope, "read"))
		return false;
	s->read |= bit;
	return true;
}

int
auth_scopes_check(const json_t *scopes, struct err *e)
{
	struct auth_scopes s = { 0, 0 };
	const json_t *v;
	size_t i;

	if (!json_is_array(scopes) || json_array_size(scopes) == 0)
		return err_field(e, ERR_VALIDATION, "scopes", "needs at least one scope, for example \"dns:read\"");
	json_array_foreach(scopes, i, v)
		if (!json_is_string(v) || !auth_scopes_add(&s, str_of(json_string_value(v))))
			return err_field(e, ERR_VALIDATION, "scopes",
			    "%s is none: a scope is <family>:read, <family>:write or *:read",
			    json_is_string(v) ? json_string_value(v) : "that");
	return 0;
}

static bool
is_at(struct str path, struct str dir)
{
	return str_starts(path, dir) && (path.n == dir.n || path.p[dir.n] == '/');
}

/* The family that a path below /api/ belongs to, ALL for what every token may read, or NOWHERE. */
static int
path_family(struct str path)
{
	struct str word;
	size_t i;

	if (is_at(path, STR("/api/auth/me")) || is_at(path, STR("/api/openapi.json")))
		return ALL;
	if (is_at(path, STR("/metrics")))
		return family_find(STR("metrics"));
	if (is_at(path, STR("/api/config/backup")) || is_at(path, STR("/api/config/backups")))
		return family_find(STR("backup"));
	if (!str_starts(path, STR("/api/")))
		return NOWHERE;
	path = (struct str){ path.p + 5, path.n - 5 };
	(void)str_cut(&path, '/', &word);	/* nothing after /api/ is no family */
	for (i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (str_eqz(word, aliases[i].word))
			return family_find(str_of(aliases[i].family));
	return family_find(word);
}

bool
auth_scopes_allow(const struct auth_scopes *s, struct str path, bool write)
{
	int i = path_family(path);

	if (i == ALL)
		return !write;
	return i >= 0 && ((write ? s->write : s->read) >> i & 1);
}

/* "/api/peers/<name>/config" and the like: what stands after the name. */
static bool
is_peer_secret(struct str path)
{
	struct str rest, name, last;

	if (!str_starts(path, STR("/api/peers/")))
		return false;
	rest = (struct str){ path.p + 11, path.n - 11 };
	(void)str_cut(&rest, '/', &name);
	(void)str_cut(&rest, '/', &last);
	return str_eqz(last, "config") || str_eqz(last, "rekey") || str_eqz(last, "link");
}

bool
auth_token_barred(struct str path)
{
	if (is_at(path, STR("/api/auth/me")))
		return false;
	return is_at(path, STR("/api/auth")) || is_at(path, STR("/api/tokens")) ||
	    is_at(path, STR("/api/setup")) || is_at(path, STR("/api/config/restore")) ||
	    (str_starts(path, STR("/api/config/backups/")) && str_ends(path, STR("/download"))) ||
	    is_peer_secret(path);
}

/* --- the table ---------------------------------------------------------------- */

struct auth_tokens {
	size_t n;
	struct auth_token t[];
};

static bool
fill(struct auth_token *t, const struct conf_token *c, const struct auth_secrets *secrets)
{
	json_t *doc = c->secret_ref == NULL ? NULL : secrets->open(secrets->arg, c->secret_ref);
	const char *hex = json_string_value(json_object_get(doc, "digest"));
	size_t i, n = 0;
	bool ok;

	ok = hex != NULL && sodium_hex2bin(t->digest, sizeof(t->digest), hex, strlen(hex), NULL, &n, NULL) == 0 &&
	    n == sizeof(t->digest) && str_copy(str_of(c->id), t->id, sizeof(t->id)) &&
	    str_copy(str_of(c->name), t->name, sizeof(t->name));
	json_decref(doc);
	t->expires_at = c->expires_at;
	for (i = 0; ok && i < c->scopes.n; i++)
		ok = auth_scopes_add(&t->scopes, str_of(c->scopes.v[i]));
	return ok;
}

struct auth_tokens *
auth_tokens_new(const struct conf *c, const struct auth_secrets *secrets)
{
	struct auth_tokens *t = calloc(1, sizeof(*t) + c->ntokens * sizeof(t->t[0]));
	size_t i;

	if (t == NULL)
		return NULL;
	for (i = 0; i < c->ntokens; i++) {
		if (fill(&t->t[t->n], &c->tokens[i], secrets))
			t->n++;
		else
			memset(&t->t[t->n], 0, sizeof(t->t[0]));
	}
	return t;
}

void
auth_tokens_free(struct auth_tokens *t)
{
	free(t);
}

static bool
is_token(struct str text)
{
	uint8_t raw[RAW];
	size_t n = 0;

	return text.n == AUTH_TOKEN_TEXT - 1 && str_starts(text, STR(PREFIX)) &&
	    sodium_base642bin(raw, sizeof(raw), text.p + 4, text.n - 4, NULL, &n, NULL,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 && n == RAW;
}

const struct auth_token *
auth_tokens_find(const struct auth_tokens *t, struct auth_time *time, struct str text)
{
	uint8_t digest[crypto_hash_sha256_BYTES];
	const struct auth_token *found = NULL;
	size_t i;

	if (!is_token(text))
		return NULL;
	(void)crypto_hash_sha256(digest, (const uint8_t *)text.p, text.n);	/* cannot fail */
	for (i = 0; i < t->n; i++)
		if (sodium_memcmp(t->t[i].digest, digest, sizeof(digest)) == 0)
			found = &t->t[i];
	return found != NULL && auth_time_now(time) < found->expires_at ? found : NULL;
}

int
auth_token_make(char text[AUTH_TOKEN_TEXT], json_t **secret)
{
	uint8_t raw[RAW], digest[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(digest) + 1];

	randombytes_buf(raw, sizeof(raw));
	memcpy(text, PREFIX, 4);
	(void)sodium_bin2base64(text + 4, AUTH_TOKEN_TEXT - 4, raw, sizeof(raw),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);	/* the size is right */
	(void)crypto_hash_sha256(digest, (const uint8_t *)text, AUTH_TOKEN_TEXT - 1);
	sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
	sodium_memzero(raw, sizeof(raw));
	*secret = json_pack("{s:s}", "digest", hex);
	return *secret == NULL ? -ENOMEM : 0;
}

bool
auth_bearer_read(struct str header, struct str *text)
{
	struct str scheme;

	header = str_trim(header);
	(void)str_cut(&header, ' ', &scheme);	/* an empty header has no scheme */
	*text = str_trim(header);
	return str_ieq(scheme, STR("Bearer")) && is_token(*text);
}
