/* Brute force (AUT-5, ACC-9): failures are counted per account name, known or
 * not, and per address (IPv6: /64). Two tables of AUTH_LOCKOUT_MAX entries,
 * oldest out; entries of existing accounts go last. An attempt is counted when
 * it begins and given back when it succeeds, so that attempts in parallel
 * gain nothing. The unix socket never comes here. */
#ifndef AUTH_LOCKOUT_H
#define AUTH_LOCKOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addr;
struct auth_lockout;
struct clk;
struct conf_auth;
struct err;

enum { AUTH_LOCKOUT_MAX = 10000 };

struct auth_lockout *auth_lockout_new(const struct clk *clk);
void auth_lockout_free(struct auth_lockout *l);

/* May name try from address now? Counts the attempt. 0, -EBUSY (ERR_LOCKED) or -EAGAIN (ERR_RATE_LIMITED),
 * both with retry_after. Names are compared without regard to case. address NULL: counts by name only. */
int auth_lockout_begin(struct auth_lockout *l, const struct conf_auth *rules, const char *name, bool known,
    const struct addr *address, struct err *e);

/* The attempt was neither right nor wrong (no hash child, a code is still missing): take its count back. */
void auth_lockout_undo(struct auth_lockout *l, const char *name, const struct addr *address);

/* It succeeded: the name starts anew, the address gets this attempt back. */
void auth_lockout_pass(struct auth_lockout *l, const char *name, const struct addr *address);

/* Unlock by an admin. False: was not locked. */
bool auth_lockout_clear(struct auth_lockout *l, const char *name);

/* Seconds until name may try again, 0 = not locked; and the failures counted. */
int auth_lockout_wait_s(const struct auth_lockout *l, const char *name);
int auth_lockout_failures(const struct auth_lockout *l, const struct conf_auth *rules, const char *name);

/* After a restart: failures counted before, and how long the name is still locked (0 = not). */
void auth_lockout_restore(struct auth_lockout *l, const char *name, int failures, int wait_s);

size_t auth_lockout_count(const struct auth_lockout *l);	/* entries of both tables */

#endif /* AUTH_LOCKOUT_H */
