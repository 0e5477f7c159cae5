/* Callers: socket, token, session, setup token; and what each may spend. */
#include "api/caller.h"

#include <string.h>
#include <strings.h>

#include <sodium.h>

#include "api/request.h"
#include "auth/device.h"
#include "auth/facts.h"
#include "auth/time.h"
#include "base/log.h"
#include "base/rate.h"
#include "base/str.h"
#include "conf/check.h"
#include "conf/txn.h"
#include "sys/clk.h"

enum { COOKIES_MAX = 8 };	/* of our name that are looked at */

static void
session_take(struct api_req *rq, const struct auth_session *s)
{
	rq->session = *s;
	rq->caller.session = &rq->session;
	rq->caller.user = conf_user_find(rq->conf, s->username);
	rq->caller.kind = AUTH_SESSION;
}

static void
token_take(struct api_req *rq, const struct auth_token *t)
{
	rq->token = *t;
	rq->caller.token = &rq->token;
	rq->caller.kind = AUTH_TOKEN;
}

/* A page of another host below the same domain can set a cookie of our name beside ours: what is no session does not
 * count, so that nobody is signed out by it; two sessions at once are none. */
static const struct auth_session *
session_find(const struct api_req *rq, struct str header)
{
	const struct auth_session *found = NULL, *s;
	struct str value;
	size_t i;

	for (i = 0; i < COOKIES_MAX && auth_cookie_next(&header, AUTH_COOKIE_NAME, &value); i++) {
		s = auth_sessions_find(rq->deps->auth.sessions, &rq->conf->auth, value);
		if (s != NULL && !auth_device_is_from(s, rq->caller.zone, &rq->caller.address))
			s = NULL;
		if (s != NULL && found != NULL && s != found)
			return NULL;
		found = s != NULL ? s : found;
	}
	return found;
}

/* A bearer beats a cookie: it was sent on purpose. */
static void
credential_read(struct api_req *rq)
{
	struct str bearer = api_header_get(rq, "Authorization"), text;
	const struct auth_session *s = NULL;
	const struct auth_token *t = NULL;

	if (bearer.p != NULL) {
		if (auth_bearer_read(bearer, &text) && *rq->deps->tokens != NULL)
			t = auth_tokens_find(*rq->deps->tokens,
			    rq->deps->auth.time, text);
		if (t != NULL) {
			token_take(rq, t);
			auth_facts_token_used(rq->deps->auth.facts, t->id);
		}
		return;
	}
	s = session_find(rq, api_header_get(rq, "Cookie"));
	if (s != NULL)
		session_take(rq, s);
}

static int
setup_read(struct api_req *rq, struct err *e)
{
	struct str given = api_header_get(rq, "X-Setup-Token");
	bool worn = false;
	int r;

	if (given.p == NULL || rq->origin->via != AUTH_VIA_EDGE ||
	    rq->conf->setup_complete)
		return 0;
	r = setup_token_check(rq->deps->setup_token, given,
	    &rq->caller.address, &worn, e);
	if (worn) {
		log_line(LOG_SETUP, LOG_WARNING,
		    "too many wrong setup tokens, made a new one", NULL);
		rq->deps->live.setup_token_renew(rq->deps->live.arg, true, NULL);
	}
	if (r == 0)
		rq->caller.kind = AUTH_SETUP;
	return r;
}

int
api_caller_read(struct api_req *rq, bool setup, struct err *e)
{
	const struct api_origin *o = rq->origin;
	int r = 0;

	rq->caller = (struct auth_caller){ .kind = AUTH_NONE, .via = o->via,
		.zone = o->via == AUTH_VIA_EDGE ? o->zone : CONF_ZONE_LOCAL,
		.address = o->client.addr };
	if (o->via == AUTH_VIA_SOCKET) {
		rq->caller.kind = AUTH_SOCKET;
		rq->caller.uid = o->uid;
		rq->caller.address = (struct addr){ 0 };
	} else if (setup) {
		r = setup_read(rq, e);
	} else {
		credential_read(rq);
	}
	(void)auth_caller_actor(&rq->caller, rq->actor); /* returns the buffer */
	return r;
}

/* The limits count by address; a session or token takes part with its digest. */
static struct addr
rate_key(const struct api_req *rq)
{
	struct addr key = { .len = sizeof(key.b) };

	if (rq->caller.kind == AUTH_SESSION)
		memcpy(key.b, rq->session.digest, sizeof(key.b));
	else if (rq->caller.kind == AUTH_TOKEN)
		memcpy(key.b, rq->token.digest, sizeof(key.b));
	else
		key = addr_limit_key(&rq->caller.address);
	return key;
}

int
api_caller_limit(struct api_req *rq, struct err *e)
{
	struct rate *table = rq->caller.kind == AUTH_NONE ?
	    rq->api->strangers : rq->api->callers;
	uint64_t now = rq->deps->clk->mono_ms(rq->deps->clk);
	struct addr key;

	if (rq->caller.zone == CONF_ZONE_LOCAL ||
	    rq->caller.kind == AUTH_SETUP)
		return 0;
	key = rate_key(rq);
	if (rate_take(table, &key, now))
		return 0;
	(void)err_set(e, ERR_RATE_LIMITED, "too many requests"); /* returned below */
	e->retry_after = rate_wait_s(table, &key, now);
	return err_errno(ERR_RATE_LIMITED);
}

/* As rate_key(), but all sessions of a user are one. */
static struct addr
user_key(const struct api_req *rq)
{
	struct addr key = { .len = sizeof(key.b) };
	char name[CONF_NAME64_MAX + 1];

	if (rq->caller.kind != AUTH_SESSION)
		return rate_key(rq);
	(void)str_lower(str_of(rq->session.username), name, sizeof(name));	/* a user's name fits */
	(void)crypto_generichash(key.b, sizeof(key.b), (const uint8_t *)name, strlen(name), NULL, 0);	/* the sizes are right */
	return key;
}

bool
api_caller_spend(struct api_req *rq, struct rate *table, const char *why)
{
	const uint64_t now = rq->deps->clk->mono_ms(rq->deps->clk);
	const struct addr key = user_key(rq);

	if (rate_take(table, &key, now))
		return true;
	api_header(rq, "Retry-After", "%d", rate_wait_s(table, &key, now));
	api_refuse(rq, 429, "rate-limited", "%s", why);
	return false;
}

bool
api_caller_is_user(const struct api_req *rq, const char *username)
{
	return username != NULL && rq->caller.kind == AUTH_SESSION &&
	    strcasecmp(username, rq->session.username) == 0;
}

bool
api_caller_is_local(const struct api_req *rq)
{
	return rq->caller.kind == AUTH_SOCKET && (rq->caller.uid == 0 ||
	    rq->caller.uid == rq->deps->live.own_uid);
}

static bool
session_holds(struct api_req *rq)
{
	const struct auth_session *s;

	s = auth_sessions_get(rq->deps->auth.sessions, rq->session.id);
	if (s == NULL || memcmp(s->digest, rq->session.digest,
	    sizeof(s->digest)) != 0)
		return false;
	session_take(rq, s);
	return rq->now - s->created_at < rq->conf->auth.session_max_s &&
	    rq->now - s->last_used_at < rq->conf->auth.session_idle_s;
}

static bool
token_holds(const struct api_req *rq)
{
	size_t i;

	for (i = 0; i < rq->conf->ntokens; i++)
		if (strcmp(rq->conf->tokens[i].id, rq->token.id) == 0)
			return rq->conf->tokens[i].expires_at > rq->now;
	return false;
}

void
api_caller_renew(struct api_req *rq)
{
	conf_unref(rq->conf);
	rq->conf = conf_ref(conf_txn_current(rq->deps->txn));
	rq->now = auth_time_now(rq->deps->auth.time);
	if (rq->caller.kind == AUTH_SESSION)
		rq->caller.user = conf_user_find(rq->conf, rq->session.username);
}

bool
api_caller_holds(struct api_req *rq)
{
	struct auth_ask ask = { .who = rq->route->who,
		.path = str_of(rq->path.text), .own_uid = rq->deps->live.own_uid };

	api_caller_renew(rq);
	ask.now = rq->now;
	ask.conf = rq->conf;
	if (rq->caller.kind == AUTH_SESSION && !session_holds(rq))
		return false;
	if (rq->caller.kind == AUTH_TOKEN && !token_holds(rq))
		return false;
	return auth_decide(&rq->caller, &ask) == AUTH_OK;
}
