/* Observed facts about users and tokens; see facts.h. Bounded by the users and
 * tokens of the configuration, which auth_facts_follow() prunes to. */
#include "auth/facts.h"

#include <stdlib.h>
#include <string.h>

#include "auth/lockout.h"
#include "auth/session.h"
#include "auth/time.h"
#include "base/map.h"
#include "conf/conf.h"
#include "sys/clk.h"

enum { USERS_MAX = CONF_USERS_MAX + CONF_ADMINS_MAX, TOKEN_EVERY_S = 60 };

struct fact {
	int64_t at;		/* last login or last use */
	int64_t totp_step;
};

struct auth_facts {
	struct auth_time *time;
	void (*changed)(void *arg);
	void *arg;
	struct map *users, *tokens;	/* lower-case name, id → struct fact */
};

struct auth_facts *
auth_facts_new(struct auth_time *time, void (*changed)(void *arg), void *arg)
{
	struct auth_facts *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	*f = (struct auth_facts){ time, changed, arg, map_new(USERS_MAX), map_new(CONF_TOKENS_MAX) };
	if (f->users == NULL || f->tokens == NULL) {
		auth_facts_free(f);
		return NULL;
	}
	return f;
}

static void
map_clear(struct map *m)
{
	size_t it = 0;
	void *value;

	while (m != NULL && map_next(m, &it, NULL, NULL, &value))
		free(value);
	map_free(m);
}

void
auth_facts_free(struct auth_facts *f)
{
	if (f == NULL)
		return;
	map_clear(f->users);
	map_clear(f->tokens);
	free(f);
}

/* User names are one whatever their case. Returns the length; 0 = no name can be that long. */
static size_t
fold(const char *name, char key[AUTH_USERNAME_MAX + 1])
{
	size_t i, n = strlen(name);

	if (n > AUTH_USERNAME_MAX)
		return 0;
	for (i = 0; i < n; i++)
		key[i] = (char)(name[i] | (name[i] >= 'A' && name[i] <= 'Z' ? 0x20 : 0));
	return n;
}

static struct fact *
obtain(struct map *m, const char *name)
{
	char key[AUTH_USERNAME_MAX + 1] = "";
	size_t n = fold(name, key);
	struct fact *x = map_get(m, key, n);

	if (x != NULL || n == 0)
		return x;
	x = calloc(1, sizeof(*x));
	if (x != NULL && map_put(m, key, n, x, NULL) < 0) {
		free(x);
		x = NULL;
	}
	return x;
}

static const struct fact *
find(const struct map *m, const char *name)
{
	static const struct fact none;
	char key[AUTH_USERNAME_MAX + 1];
	const struct fact *x = map_get(m, key, fold(name, key));

	return x != NULL ? x : &none;
}

static void
tell(const struct auth_facts *f)
{
	if (f->changed != NULL)
		f->changed(f->arg);
}

/* Without memory a fact is not kept: it is history. */
void
auth_facts_login(struct auth_facts *f, const char *username)
{
	struct fact *x = obtain(f->users, username);

	if (x == NULL)
		return;
	x->at = auth_time_now(f->time);
	tell(f);
}

void
auth_facts_token_used(struct auth_facts *f, const char *id)
{
	struct fact *x = obtain(f->tokens, id);
	int64_t now = auth_time_now(f->time);

	if (x == NULL || now - x->at < TOKEN_EVERY_S)
		return;
	x->at = now;
	tell(f);
}

void
auth_facts_totp_used(struct auth_facts *f, const char *username, int64_t step)
{
	struct fact *x = obtain(f->users, username);

	if (x == NULL || step <= x->totp_step)
		return;
	x->totp_step = step;
	tell(f);
}

int64_t
auth_facts_last_login(const struct auth_facts *f, const char *username)
{
	return find(f->users, username)->at;
}

int64_t
auth_facts_token_last_used(const struct auth_facts *f, const char *id)
{
	return find(f->tokens, id)->at;
}

int64_t
auth_facts_totp_step(const struct auth_facts *f, const char *username)
{
	return find(f->users, username)->totp_step;
}

static bool
token_exists(const struct conf *c, const char *id)
{
	size_t i;

	for (i = 0; i < c->ntokens; i++)
		if (strcmp(c->tokens[i].id, id) == 0)
			return true;
	return false;
}

static bool
user_exists(const struct conf *c, const char *name)
{
	return conf_user_find(c, name) != NULL;
}

static void
prune(struct map *m, const struct conf *c, bool (*exists)(const struct conf *c, const char *name))
{
	char name[AUTH_USERNAME_MAX + 1];
	const void *key;
	void *value;
	size_t n, it = 0;

	while (map_next(m, &it, &key, &n, &value)) {
		memcpy(name, key, n);
		name[n] = '\0';
		if (!exists(c, name))
			free(map_del(m, key, n));
	}
}

void
auth_facts_follow(struct auth_facts *f, const struct conf *c)
{
	prune(f->users, c, user_exists);
	prune(f->tokens, c, token_exists);
}

/* --- observed.json ------------------------------------------------------------ */

static json_t *
moment(int64_t t)
{
	char buf[CLK_TEXT_MAX];

	return t == 0 ? json_null() : json_string(clk_text(t, buf));
}

static int64_t
moment_read(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));
	int64_t t;

	return s != NULL && clk_read(s, &t) == 0 ? t : 0;
}

static json_t *
user_json(const struct auth_facts *f, const struct auth_lockout *l, const struct conf *c, const char *name)
{
	const struct fact *x = find(f->users, name);
	int wait = auth_lockout_wait_s(l, name);

	return json_pack("{s:o, s:i, s:o, s:I}", "last_login_at", moment(x->at),
	    "failed_attempts", auth_lockout_failures(l, &c->auth, name),
	    "locked_until", moment(wait == 0 ? 0 : auth_time_now(f->time) + wait),
	    "totp_last_step", (json_int_t)x->totp_step);
}

json_t *
auth_facts_save(const struct auth_facts *f, const struct auth_lockout *l, const struct conf *c)
{
	json_t *users = json_object(), *tokens = json_object(), *j;
	size_t i;

	/* A set that fails for want of memory leaves one fact out. */
	for (i = 0; i < c->nusers; i++) {
		j = user_json(f, l, c, c->users[i].username);
		(void)json_object_set_new(users, c->users[i].username, j);
	}
	for (i = 0; i < c->ntokens; i++) {
		j = json_pack("{s:o}", "last_used_at", moment(find(f->tokens, c->tokens[i].id)->at));
		(void)json_object_set_new(tokens, c->tokens[i].id, j);
	}
	return json_pack("{s:o, s:o}", "users", users, "tokens", tokens);
}

static void
user_load(struct auth_facts *f, struct auth_lockout *l, const char *name, const json_t *j)
{
	struct fact *x = obtain(f->users, name);
	int64_t until = moment_read(j, "locked_until"), wait = until - auth_time_now(f->time);
	json_int_t failures = json_integer_value(json_object_get(j, "failed_attempts"));
	json_int_t step = json_integer_value(json_object_get(j, "totp_last_step"));

	if (x == NULL)
		return;
	x->at = moment_read(j, "last_login_at");
	x->totp_step = step;
	if (until != 0 && wait <= 0)
		return;		/* the lock ended while we were away: a new count */
	if (failures > 0 && failures <= INT8_MAX && wait <= INT32_MAX)
		auth_lockout_restore(l, name, (int)failures, (int)(until == 0 ? 0 : wait));
}

void
auth_facts_load(struct auth_facts *f, struct auth_lockout *l, const struct conf *c, const json_t *observed)
{
	const json_t *users = json_object_get(observed, "users"), *tokens = json_object_get(observed, "tokens");
	struct fact *x;
	size_t i;

	for (i = 0; i < c->nusers; i++) {
		const char *name = c->users[i].username;

		if (json_object_get(users, name) != NULL)
			user_load(f, l, name, json_object_get(users, name));
	}
	for (i = 0; i < c->ntokens; i++) {
		x = obtain(f->tokens, c->tokens[i].id);
		if (x != NULL)
			x->at = moment_read(json_object_get(tokens, c->tokens[i].id), "last_used_at");
	}
}
