/* Codes and tickets; see visit.h. Both stand in one kind of list, oldest first: they are few, and looked for rarely. */
#include "auth/visit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "auth/time.h"
#include "base/err.h"
#include "conf/conf.h"
#include "conf/route.h"

enum { SECRET_BYTES = 32,
	SECRET_TEXT = AUTH_COOKIE_TEXT - 1 };

/* A code, or a ticket: the digest of what somebody may bring, and what he gets for it. */
struct grant {
	struct auth_ticket t; /* first; digest is that of the code or ticket */
	struct grant *next;
	uint8_t session[32]; /* its digest */
	/* of a code */
	char check[AUTH_COOKIE_TEXT];
	int64_t until;
	char path[AUTH_VISIT_PATH];
};

struct grants {
	struct grant *first;
	size_t n, max, session_max;
};

struct auth_visits {
	struct auth_time *time;
	struct auth_sessions *sessions;
	struct grants codes, tickets;
};

/* --- where to ------------------------------------------------------------------------ */

static bool
is_walled(const struct conf *c, const char *host)
{
	char names[CONF_ROUTE_NAMES][CONF_ROUTE_NAME_SIZE];
	size_t i, k, n;

	for (i = 0; i < c->proxy.nroutes; i++) {
		const struct conf_route *r = &c->proxy.routes[i];

		if (!r->enabled || r->login == CONF_LOGIN_NONE)
			continue;
		n = conf_route_names(c, r, names);
		for (k = 0; k < n; k++)
			if (strcmp(names[k], host) == 0)
				return true;
	}
	return false;
}

/* A browser sends these as they are; what else it may mean is not to be found out. */
static bool
is_path(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '#' || s.p[i] == '\\' || s.p[i] == '"')
			return false;
	return s.n > 0 && s.p[0] == '/' && (s.n == 1 || s.p[1] != '/');
}

static bool
read_host(struct str s, char host[AUTH_VISIT_HOST])
{
	size_t i;

	if (!str_copy(s, host, AUTH_VISIT_HOST))
		return false;
	for (i = 0; host[i] != '\0'; i++)
		if (host[i] >= 'A' && host[i] <= 'Z')
			host[i] = (char)(host[i] | 0x20);
	return true;
}

/* Of "host:port", or of "host" for 443. */
static bool
read_authority(struct str s, uint16_t https_port, char host[AUTH_VISIT_HOST])
{
	uint64_t port = 443;
	struct str name;

	if (!str_cut(&s, ':', &name))
		return false;
	if (s.n > 0 && !str_u64(s, UINT16_MAX, &port))
		return false;
	return port == https_port && read_host(name, host);
}

int
auth_visit_read(const struct conf *c, struct str url, uint16_t https_port, struct auth_visit_to *out, struct err *e)
{
	const struct str scheme = STR("https://");
	struct str rest = url, authority = { NULL, 0 };
	size_t n = 0;

	if (str_starts(url, scheme)) {
		rest = (struct str){ url.p + scheme.n, url.n - scheme.n };
		while (n < rest.n && rest.p[n] != '/')
			n++;
		authority = (struct str){ rest.p, n };
		rest = (struct str){ rest.p + n, rest.n - n };
	}
	if (!read_authority(authority, https_port, out->host) || !is_path(rest))
		return err_field(e, ERR_VALIDATION, "to", "must be an address of this cell, with https and a path");
	if (!is_walled(c, out->host))
		return err_field(e, ERR_VALIDATION, "to", "is no address that asks for a login");
	if (!str_copy(rest, out->path, sizeof(out->path)))
		(void)str_copy(STR("/"), out->path, sizeof(out->path)); /* fits */
	return 0;
}

/* --- grants ---------------------------------------------------------------------------- */

static void
drop(struct grants *g, struct grant **at)
{
	struct grant *x = *at;

	*at = x->next;
	g->n--;
	sodium_memzero(x, sizeof(*x));
	free(x);
}

static void
drop_all(struct grants *g)
{
	while (g->first != NULL)
		drop(g, &g->first);
}

/* The oldest go: of the session, and of all. */
static void
make_room(struct grants *g, const struct auth_session *s)
{
	struct grant **at, **oldest = NULL;
	size_t n = 0;

	for (at = &g->first; *at != NULL; at = &(*at)->next) {
		if (memcmp((*at)->session, s->digest, sizeof(s->digest)) != 0)
			continue;
		oldest = oldest == NULL ? at : oldest;
		n++;
	}
	if (oldest != NULL && n >= g->session_max)
		drop(g, oldest);
	if (g->first != NULL && g->n >= g->max)
		drop(g, &g->first);
}

/* Where the one with that digest stands; *at NULL: nowhere. */
static struct grant **
place_of(struct grants *g, const uint8_t digest[32])
{
	struct grant **at = &g->first;

	while (*at != NULL && memcmp((*at)->t.digest, digest, 32) != 0)
		at = &(*at)->next;
	return at;
}

static void
digest_of(struct str text, uint8_t digest[32])
{
	(void)crypto_hash_sha256(digest, (const uint8_t *)text.p, text.n); /* cannot fail */
}

/* A new secret and its grant, the youngest. NULL when out of memory. */
static struct grant *
grant_new(struct grants *g, const struct auth_session *s, const char *host, char secret[AUTH_COOKIE_TEXT])
{
	struct grant *x = calloc(1, sizeof(*x)), **end = &g->first;
	uint8_t raw[SECRET_BYTES];

	if (x == NULL)
		return NULL;
	randombytes_buf(raw, sizeof(raw));
	(void)sodium_bin2base64(secret, AUTH_COOKIE_TEXT, raw, sizeof(raw),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING); /* the size is right */
	sodium_memzero(raw, sizeof(raw));
	digest_of((struct str){ secret, SECRET_TEXT }, x->t.digest);
	memcpy(x->session, s->digest, sizeof(x->session));
	memcpy(x->t.username, s->username, sizeof(x->t.username));
	(void)str_copy(str_of(host), x->t.host, sizeof(x->t.host)); /* one of ours fits */
	if (s->device[0] != '\0')
		x->t.from = s->address;
	make_room(g, s);
	while (*end != NULL)
		end = &(*end)->next;
	*end = x;
	g->n++;
	return x;
}

struct auth_visits *
auth_visits_new(struct auth_time *time, struct auth_sessions *sessions)
{
	struct auth_visits *v = calloc(1, sizeof(*v));

	if (v == NULL)
		return NULL;
	v->time = time;
	v->sessions = sessions;
	v->codes = (struct grants){ .max = AUTH_CODES_MAX, .session_max = AUTH_CODES_SESSION };
	v->tickets = (struct grants){ .max = AUTH_TICKETS_MAX, .session_max = AUTH_TICKETS_SESSION };
	return v;
}

void
auth_visits_free(struct auth_visits *v)
{
	if (v == NULL)
		return;
	drop_all(&v->codes);
	drop_all(&v->tickets);
	free(v);
}

/* --- from code to ticket ------------------------------------------------------------------ */

static bool
is_secret(struct str s)
{
	uint8_t raw[SECRET_BYTES];
	size_t n;
	bool ok = s.n == SECRET_TEXT && sodium_base642bin(raw, sizeof(raw), s.p, s.n, NULL, &n, NULL,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 && n == sizeof(raw);

	sodium_memzero(raw, sizeof(raw));
	return ok;
}

int
auth_visits_code(struct auth_visits *v, const struct auth_session *s, const struct auth_visit_to *to, struct str check,
    char code[AUTH_COOKIE_TEXT], struct err *e)
{
	struct grant *x;

	if (!is_secret(check))
		return err_field(e, ERR_VALIDATION, "check", "must be what the address was opened with");
	x = grant_new(&v->codes, s, to->host, code);
	if (x == NULL)
		return err_sys(e, -ENOMEM, "let you in");
	(void)str_copy(check, x->check, sizeof(x->check)); /* it has that length */
	memcpy(x->path, to->path, sizeof(x->path));
	x->until = auth_time_now(v->time) + AUTH_CODE_S;
	return 0;
}

static bool
fits_check(const struct grant *x, struct str value)
{
	char text[AUTH_COOKIE_TEXT];
	uint8_t digest[32];

	digest_of(value, digest);
	(void)sodium_bin2base64(text, sizeof(text), digest, sizeof(digest),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING); /* the size is right */
	return is_secret(value) && sodium_memcmp(text, x->check, SECRET_TEXT) == 0;
}

static bool
is_his(const struct grant *x, const struct auth_visit_back *b)
{
	return str_eqz(b->host, x->t.host) && fits_check(x, b->value) && (x->t.from.len == 0 || addr_eq(&x->t.from, &b->vpn));
}

bool
auth_visits_redeem(struct auth_visits *v, const struct auth_visit_back *b, char ticket[AUTH_COOKIE_TEXT],
    struct auth_visit_to *to)
{
	const struct auth_session *s;
	struct grant **at;
	uint8_t digest[32];
	bool ok;

	digest_of(b->code, digest);
	at = place_of(&v->codes, digest);
	if (*at == NULL)
		return false;
	s = auth_sessions_of_digest(v->sessions, (*at)->session);
	ok = s != NULL && auth_time_now(v->time) < (*at)->until && is_his(*at, b);
	memcpy(to->host, (*at)->t.host, sizeof(to->host));
	memcpy(to->path, (*at)->path, sizeof(to->path));
	drop(&v->codes, at);
	return ok && grant_new(&v->tickets, s, to->host, ticket) != NULL;
}

/* --- tickets ---------------------------------------------------------------------------- */

void
auth_visits_used(struct auth_visits *v, const uint8_t digest[32], const struct conf_auth *limits)
{
	struct grant **at = place_of(&v->tickets, digest);

	if (*at != NULL)
		auth_sessions_used(v->sessions, limits, (*at)->session);
}

bool
auth_visits_follow(struct auth_visits *v)
{
	struct grant **at = &v->tickets.first;
	const size_t before = v->tickets.n;

	while (*at != NULL)
		if (auth_sessions_of_digest(v->sessions, (*at)->session) == NULL)
			drop(&v->tickets, at);
		else
			at = &(*at)->next;
	return v->tickets.n != before;
}

size_t
auth_visits_count(const struct auth_visits *v)
{
	return v->tickets.n;
}

const struct auth_ticket *
auth_visits_walk(const struct auth_visits *v, const struct auth_ticket *after)
{
	/* t is the first member */
	const struct grant *x = after == NULL ? v->tickets.first : ((const struct grant *)(const void *)after)->next;

	return x == NULL ? NULL : &x->t;
}
