/* The session table; see session.h. Found by digest in a map; one list, newest
 * made first, for walks. */
#include "auth/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <sodium.h>

#include "auth/device.h"
#include "auth/session_json.h"
#include "auth/time.h"
#include "base/err.h"
#include "base/map.h"
#include "conf/draft.h"

enum { COOKIE_BYTES = 32, SAVE_AFTER_S = 60 };

struct node {
	struct node *newer, *older;
	int64_t saved_use;		/* last_used_at as the file has it, or will */
	struct auth_session s;
};

struct auth_sessions {
	struct auth_time *time;
	void (*changed)(void *arg);
	void *arg;
	struct map *by_digest;
	struct node *newest, *oldest;
};

struct auth_sessions *
auth_sessions_new(struct auth_time *time, void (*changed)(void *arg), void *arg)
{
	struct auth_sessions *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->time = time;
	s->changed = changed;
	s->arg = arg;
	s->by_digest = map_new(AUTH_SESSIONS_MAX);
	if (s->by_digest == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

static void
unlist(struct auth_sessions *s, struct node *n)
{
	if (n == NULL)
		return;
	*(n->newer == NULL ? &s->newest : &n->newer->older) = n->older;
	*(n->older == NULL ? &s->oldest : &n->older->newer) = n->newer;
	(void)map_del(s->by_digest, n->s.digest, sizeof(n->s.digest));	/* it is n */
	sodium_memzero(n, sizeof(*n));
	free(n);
}

void
auth_sessions_free(struct auth_sessions *s)
{
	if (s == NULL)
		return;
	while (s->newest != NULL)
		unlist(s, s->newest);
	map_free(s->by_digest);
	free(s);
}

/* Takes n; on failure it is gone. */
static int
enlist(struct auth_sessions *s, struct node *n)
{
	int r = map_put(s->by_digest, n->s.digest, sizeof(n->s.digest), n, NULL);

	if (r < 0) {
		free(n);
		return r;
	}
	n->newer = NULL;
	n->older = s->newest;
	*(s->newest == NULL ? &s->oldest : &s->newest->newer) = n;
	s->newest = n;
	return 0;
}

static void
tell(const struct auth_sessions *s)
{
	if (s->changed != NULL)
		s->changed(s->arg);
}

static bool
is_of(const struct node *n, const char *username)
{
	return strcasecmp(n->s.username, username) == 0;
}

/* Room for one more session of the user: the oldest goes. */
static void
make_room(struct auth_sessions *s, const char *username)
{
	struct node *n, *oldest = NULL;
	size_t count = 0;

	for (n = s->newest; n != NULL; n = n->older)
		if (is_of(n, username)) {
			count++;
			oldest = n;
		}
	if (count >= AUTH_SESSIONS_USER)
		unlist(s, oldest);
	if (map_count(s->by_digest) >= AUTH_SESSIONS_MAX)
		unlist(s, s->oldest);
}

static void
random_text(char out[AUTH_COOKIE_TEXT])
{
	uint8_t raw[COOKIE_BYTES];

	randombytes_buf(raw, sizeof(raw));
	(void)sodium_bin2base64(out, AUTH_COOKIE_TEXT, raw, sizeof(raw),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);	/* the size is right */
	sodium_memzero(raw, sizeof(raw));
}

static void
set_digest(struct auth_session *s, struct str cookie)
{
	(void)crypto_hash_sha256(s->digest, (const uint8_t *)cookie.p, cookie.n);	/* cannot fail */
	sodium_bin2hex(s->id, sizeof(s->id), s->digest, (sizeof(s->id) - 1) / 2);
}

/* What a browser says about itself goes into logs and pages: printable, short, whole characters. */
static void
set_agent(struct auth_session *s, struct str agent)
{
	size_t n = agent.n < AUTH_AGENT_MAX ? agent.n : AUTH_AGENT_MAX;

	while (n > 0 && n < agent.n && ((uint8_t)agent.p[n] & 0xc0) == 0x80)
		n--;
	agent.n = n;
	if (!str_utf8(agent) || !str_printable(agent) ||
	    !str_copy(agent, s->user_agent, sizeof(s->user_agent)))
		s->user_agent[0] = '\0';
}

int
auth_sessions_create(struct auth_sessions *s, const struct auth_session_ask *a,
    char cookie[AUTH_COOKIE_TEXT], const struct auth_session **out, struct err *e)
{
	struct node *n = calloc(1, sizeof(*n));
	int64_t now = auth_time_now(s->time);

	if (n == NULL || !str_copy(str_of(a->username), n->s.username, sizeof(n->s.username))) {
		free(n);
		return err_set(e, ERR_INTERNAL, "the session could not be made");
	}
	make_room(s, a->username);
	random_text(cookie);
	random_text(n->s.csrf);
	set_digest(&n->s, (struct str){ cookie, AUTH_COOKIE_TEXT - 1 });
	set_agent(&n->s, a->user_agent);
	n->s.role = a->role;
	n->s.zone = a->zone;
	n->s.created_at = n->s.last_used_at = n->saved_use = now;
	n->s.enrol_totp = a->enrol_totp;
	if (a->device != NULL)
		(void)str_copy(str_of(a->device), n->s.device, sizeof(n->s.device));	/* the configuration has the bound */
	if (a->address != NULL)
		n->s.address = *a->address;
	if (a->setup && a->zone == CONF_ZONE_PUBLIC)
		n->s.grace_until = now + AUTH_SETUP_GRACE_S;
	if (enlist(s, n) < 0)
		return err_set(e, ERR_INTERNAL, "the session could not be made");
	*out = &n->s;
	tell(s);
	return 0;
}

static bool
is_alive(const struct auth_session *s, const struct conf_auth *limits, int64_t now)
{
	return now < s->last_used_at + limits->session_idle_s &&
	    now < s->created_at + limits->session_max_s;
}

static struct node *
find_cookie(const struct auth_sessions *s, struct str cookie)
{
	struct auth_session key = { .id = "" };

	if (cookie.n != AUTH_COOKIE_TEXT - 1)
		return NULL;
	set_digest(&key, cookie);
	return map_get(s->by_digest, key.digest, sizeof(key.digest));
}

static void
use(struct auth_sessions *s, struct node *n, int64_t now)
{
	n->s.last_used_at = now;
	if (now - n->saved_use < SAVE_AFTER_S)
		return;
	n->saved_use = now;
	tell(s);
}

const struct auth_session *
auth_sessions_find(struct auth_sessions *s, const struct conf_auth *limits, struct str cookie)
{
	struct node *n = find_cookie(s, cookie);
	int64_t now = auth_time_now(s->time);

	if (n == NULL)
		return NULL;
	if (!is_alive(&n->s, limits, now)) {
		unlist(s, n);
		tell(s);
		return NULL;
	}
	use(s, n, now);
	return &n->s;
}

static struct node *
find_id(const struct auth_sessions *s, const char *id)
{
	struct node *n = s->newest;

	while (n != NULL && strcmp(n->s.id, id) != 0)
		n = n->older;
	return n;
}

const struct auth_session *
auth_sessions_get(const struct auth_sessions *s, const char *id)
{
	const struct node *n = find_id(s, id);

	return n == NULL ? NULL : &n->s;
}

const struct auth_session *
auth_sessions_of_digest(const struct auth_sessions *s, const uint8_t digest[32])
{
	const struct node *n = map_get(s->by_digest, digest, sizeof(n->s.digest));

	return n == NULL ? NULL : &n->s;
}

void
auth_sessions_used(struct auth_sessions *s, const struct conf_auth *limits, const uint8_t digest[32])
{
	struct node *n = map_get(s->by_digest, digest, sizeof(n->s.digest));
	int64_t now = auth_time_now(s->time);

	if (n != NULL && is_alive(&n->s, limits, now))
		use(s, n, now);
}

bool
auth_sessions_revoke(struct auth_sessions *s, const char *id)
{
	struct node *n = find_id(s, id);

	if (n == NULL)
		return false;
	unlist(s, n);
	tell(s);
	return true;
}

/* End every session for which ends() says so. */
static size_t
sweep(struct auth_sessions *s, bool (*ends)(const struct node *n, const void *arg), const void *arg)
{
	struct node *n, *older;
	size_t count = 0;

	for (n = s->newest; n != NULL; n = older) {
		older = n->older;
		if (ends(n, arg)) {
			unlist(s, n);
			count++;
		}
	}
	if (count > 0)
		tell(s);
	return count;
}

struct owner {
	const char *username, *except_id;
};

static bool
is_of_owner(const struct node *n, const void *arg)
{
	const struct owner *o = arg;

	return is_of(n, o->username) && (o->except_id == NULL || strcmp(n->s.id, o->except_id) != 0);
}

size_t
auth_sessions_revoke_user(struct auth_sessions *s, const char *username, const char *except_id)
{
	struct owner o = { username, except_id };

	return sweep(s, is_of_owner, &o);
}

static bool
is_from(const struct node *n, const void *address)
{
	return addr_eq(&n->s.address, address);
}

size_t
auth_sessions_revoke_address(struct auth_sessions *s, const struct addr *a)
{
	return a->len == 0 ? 0 : sweep(s, is_from, a);
}

size_t
auth_sessions_part(struct auth_sessions *s, const struct conf *was, const struct conf *now)
{
	const json_t *records = json_object_get(was->doc, "peers");
	struct conf_draft_walk same = { .base = json_object_get(now->doc, "peers") };
	size_t i, n = 0;

	for (i = 0; i < was->npeers; i++) {
		const struct conf_peer *p = &was->peers[i], *stays;

		if (conf_draft_is_same(&same, json_array_get(records, i)) || !p->enabled)
			continue;
		stays = conf_peer_find(now, p->name);
		if (stays != NULL && stays->enabled)
			continue;
		n += auth_sessions_revoke_address(s, &p->ip);
		n += auth_sessions_revoke_address(s, &p->ip6);
	}
	return n;
}

struct present {
	const struct conf *conf;
	int64_t now;
};

static bool
is_not_present(const struct node *n, const void *arg)
{
	const struct present *p = arg;
	const struct conf_user *u = conf_user_find(p->conf, n->s.username);

	return u == NULL || !u->enabled || u->role != n->s.role || !is_alive(&n->s, &p->conf->auth, p->now) ||
	    !auth_device_holds(p->conf, &n->s);
}

void
auth_sessions_follow(struct auth_sessions *s, const struct conf *c)
{
	struct present p = { c, auth_time_now(s->time) };

	(void)sweep(s, is_not_present, &p);	/* how many is of no interest here */
}

size_t
auth_sessions_count(const struct auth_sessions *s)
{
	return map_count(s->by_digest);
}

json_t *
auth_sessions_list(const struct auth_sessions *s, const char *username, const char *current_id)
{
	json_t *list = json_array();
	const struct node *n;
	bool current;

	for (n = s->newest; n != NULL; n = n->older) {
		if (username != NULL && !is_of(n, username))
			continue;
		current = current_id != NULL && strcmp(n->s.id, current_id) == 0;
		if (json_array_append_new(list, auth_session_view(&n->s, current)) < 0)
			break;		/* out of memory: a shorter list */
	}
	return list;
}

json_t *
auth_sessions_save(const struct auth_sessions *s)
{
	json_t *list = json_array();
	const struct node *n;

	/* Oldest first: loading in this order restores the list. */
	for (n = s->oldest; n != NULL; n = n->newer)
		if (json_array_append_new(list, auth_session_to_json(&n->s)) < 0)
			break;		/* out of memory: the sessions left out end at the next start */
	return json_pack("{s:o}", "sessions", list);
}

size_t
auth_sessions_load(struct auth_sessions *s, const json_t *doc)
{
	const json_t *list = json_object_get(doc, "sessions"), *j;
	struct node *n;
	size_t i, taken = 0;

	json_array_foreach(list, i, j) {
		n = calloc(1, sizeof(*n));
		if (n == NULL)
			break;
		if (!auth_session_from_json(j, &n->s) ||
		    map_get(s->by_digest, n->s.digest, sizeof(n->s.digest)) != NULL) {
			free(n);
			continue;
		}
		n->saved_use = n->s.last_used_at;
		make_room(s, n->s.username);
		taken += enlist(s, n) == 0;
	}
	return taken;
}

bool
auth_session_csrf_ok(const struct auth_session *s, struct str value)
{
	return value.n == AUTH_COOKIE_TEXT - 1 && sodium_memcmp(s->csrf, value.p, value.n) == 0;
}

bool
auth_cookie_next(struct str *header, const char *cookie, struct str *value)
{
	struct str pair, name;

	while (str_cut(header, ';', &pair)) {
		pair = str_trim(pair);
		if (!str_cut(&pair, '=', &name) || !str_eqz(name, cookie))
			continue;
		*value = pair;
		return true;
	}
	return false;
}

bool
auth_cookie_read(struct str header, const char *cookie, struct str *value)
{
	struct str other;

	return auth_cookie_next(&header, cookie, value) && !auth_cookie_next(&header, cookie, &other);
}
