/* What was observed about users and tokens (data.md 6.1 "users", "tokens"):
 * last login, last TOTP step, last use. No setting; losing it loses history. */
#ifndef AUTH_FACTS_H
#define AUTH_FACTS_H

#include <stdint.h>

#include <jansson.h>

struct auth_facts;
struct auth_lockout;
struct auth_time;
struct conf;

/* changed: soon worth saving. */
struct auth_facts *auth_facts_new(struct auth_time *time, void (*changed)(void *arg), void *arg);
void auth_facts_free(struct auth_facts *f);

void auth_facts_login(struct auth_facts *f, const char *username);
void auth_facts_token_used(struct auth_facts *f, const char *id);
void auth_facts_totp_used(struct auth_facts *f, const char *username, int64_t step);

int64_t auth_facts_last_login(const struct auth_facts *f, const char *username);	/* 0 = never */
int64_t auth_facts_token_last_used(const struct auth_facts *f, const char *id);
int64_t auth_facts_totp_step(const struct auth_facts *f, const char *username);

/* Forget users and tokens that the configuration does not have any more (a new one of the same name inherits nothing). */
void auth_facts_follow(struct auth_facts *f, const struct conf *c);

/* {"users":{…},"tokens":{…}} for observed.json, with failures and locks of l; and back. New reference. */
json_t *auth_facts_save(const struct auth_facts *f, const struct auth_lockout *l, const struct conf *c);
void auth_facts_load(struct auth_facts *f, struct auth_lockout *l, const struct conf *c, const json_t *observed);

#endif /* AUTH_FACTS_H */
