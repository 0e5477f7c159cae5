/* Failure tables; see lockout.h. An entry keeps the times of its failures
 * within the window, so that "5 within 15 minutes" is exact, and stands in a
 * list from the newest to the oldest, whose end makes room. */
#include "auth/lockout.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/map.h"
#include "conf/conf.h"
#include "sys/clk.h"

enum { KEY = 16, NAME_FAILURES_MAX = 10, ADDRESS_FAILURES_MAX = 100 };	/* conf: upper ends of the ranges */

struct entry {
	struct entry *newer, *older;
	uint8_t key[KEY];
	bool known;
	int64_t locked_until;	/* monotonic seconds, 0 = not locked */
	size_t n;
	uint32_t at[];		/* monotonic seconds of the failures, oldest first */
};

struct table {
	struct map *map;
	struct entry *newest, *oldest;
	size_t depth;		/* failures kept per entry */
};

/* What the configuration says about one table. */
struct limit {
	size_t failures;
	int64_t window_s, lock_s;	/* lock_s 0: blocked only while the window is full */
};

struct auth_lockout {
	const struct clk *clk;
	struct table names, addresses;
	uint8_t seed[crypto_generichash_KEYBYTES];
};

static struct limit
name_limit(const struct conf_auth *c)
{
	return (struct limit){ (size_t)c->lockout_failures, c->lockout_s, c->lockout_s };
}

static struct limit
address_limit(const struct conf_auth *c)
{
	return (struct limit){ (size_t)c->address_failures, c->address_window_s, 0 };
}

static int64_t
now_s(const struct auth_lockout *l)
{
	return (int64_t)(l->clk->mono_ms(l->clk) / 1000);
}

/* --- table ------------------------------------------------------------------ */

static void
list_remove(struct table *t, struct entry *x)
{
	*(x->newer == NULL ? &t->newest : &x->newer->older) = x->older;
	*(x->older == NULL ? &t->oldest : &x->older->newer) = x->newer;
	x->newer = x->older = NULL;
}

static void
list_front(struct table *t, struct entry *x)
{
	x->older = t->newest;
	*(t->newest == NULL ? &t->oldest : &t->newest->newer) = x;
	t->newest = x;
}

static void
drop(struct table *t, struct entry *x)
{
	if (x == NULL)
		return;
	list_remove(t, x);
	(void)map_del(t->map, x->key, KEY);	/* it is x */
	free(x);
}

/* Existing accounts are fewer than the table has entries, so the search ends;
 * a flood of invented names must not erase what is counted against a real one. */
static struct entry *
victim(const struct table *t)
{
	struct entry *x = t->oldest;

	while (x != NULL && x->known)
		x = x->newer;
	return x != NULL ? x : t->oldest;
}

static struct entry *
obtain(struct table *t, const uint8_t key[KEY])
{
	struct entry *x = map_get(t->map, key, KEY);

	if (x != NULL) {
		list_remove(t, x);
		list_front(t, x);
		return x;
	}
	if (map_count(t->map) >= AUTH_LOCKOUT_MAX)
		drop(t, victim(t));
	x = calloc(1, sizeof(*x) + t->depth * sizeof(x->at[0]));
	if (x == NULL)
		return NULL;
	memcpy(x->key, key, KEY);
	if (map_put(t->map, key, KEY, x, NULL) < 0) {
		free(x);
		return NULL;
	}
	list_front(t, x);
	return x;
}

static void
table_free(struct table *t)
{
	while (t->oldest != NULL)
		drop(t, t->oldest);
	map_free(t->map);
}

/* --- entry ------------------------------------------------------------------ */

static void
forget(struct entry *x, size_t n)
{
	x->n -= n;
	memmove(x->at, x->at + n, x->n * sizeof(x->at[0]));
}

/* Failures that still count: a lock that is over starts a new count. */
static size_t
count(const struct entry *x, const struct limit *m, int64_t now)
{
	size_t i;

	if (x->locked_until != 0 && x->locked_until <= now)
		return 0;
	for (i = 0; i < x->n && x->at[i] + m->window_s <= now; i++)
		;
	return x->n - i;
}

static int64_t
blocked_s(const struct entry *x, const struct limit *m, int64_t now)
{
	size_t n = count(x, m, now);

	if (x->locked_until > now)
		return x->locked_until - now;
	if (m->lock_s != 0 || n < m->failures)
		return 0;
	return x->at[x->n - m->failures] + m->window_s - now;
}

static void
charge(struct table *t, const uint8_t key[KEY], const struct limit *m, int64_t now, bool known)
{
	struct entry *x = obtain(t, key);

	if (x == NULL)
		return;		/* without memory nobody gets far enough to guess */
	x->known = known;
	forget(x, x->n - count(x, m, now));
	if (x->locked_until <= now)
		x->locked_until = 0;
	if (x->n == t->depth)
		forget(x, 1);
	x->at[x->n++] = (uint32_t)now;
	if (m->lock_s != 0 && x->n >= m->failures)
		x->locked_until = now + m->lock_s;
}

/* Take one attempt back; with it the lock that it may have completed. */
static void
refund(struct table *t, const uint8_t key[KEY])
{
	struct entry *x = map_get(t->map, key, KEY);

	if (x == NULL || x->n == 0)
		return;
	x->n--;
	x->locked_until = 0;
	if (x->n == 0)
		drop(t, x);
}

/* --- names and addresses ------------------------------------------------------ */

struct auth_lockout *
auth_lockout_new(const struct clk *clk)
{
	struct auth_lockout *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->clk = clk;
	l->names = (struct table){ .map = map_new(AUTH_LOCKOUT_MAX), .depth = NAME_FAILURES_MAX };
	l->addresses = (struct table){ .map = map_new(AUTH_LOCKOUT_MAX), .depth = ADDRESS_FAILURES_MAX };
	randombytes_buf(l->seed, sizeof(l->seed));
	if (l->names.map == NULL || l->addresses.map == NULL) {
		auth_lockout_free(l);
		return NULL;
	}
	return l;
}

void
auth_lockout_free(struct auth_lockout *l)
{
	if (l == NULL)
		return;
	table_free(&l->names);
	table_free(&l->addresses);
	free(l);
}

/* Names of any length and content become keys of one size, without their case. */
static void
name_key(const struct auth_lockout *l, const char *name, uint8_t key[KEY])
{
	crypto_generichash_state s;
	uint8_t c;

	(void)crypto_generichash_init(&s, l->seed, sizeof(l->seed), KEY);	/* the sizes are right */
	for (; *name != '\0'; name++) {
		c = (uint8_t)*name;
		c |= c >= 'A' && c <= 'Z' ? 0x20 : 0;
		(void)crypto_generichash_update(&s, &c, 1);
	}
	(void)crypto_generichash_final(&s, key, KEY);
}

static void
address_key(const struct auth_lockout *l, const struct addr *address, uint8_t key[KEY])
{
	struct addr a = addr_limit_key(address);

	(void)crypto_generichash(key, KEY, a.b, a.len, l->seed, sizeof(l->seed));
}

/* Say how long to wait, if at all. */
static int
refuse(const struct entry *x, const struct limit *m, int64_t now, struct err *e)
{
	int64_t wait = x == NULL ? 0 : blocked_s(x, m, now);
	int r;

	if (wait <= 0)
		return 0;
	if (m->lock_s == 0)
		r = err_set(e, ERR_RATE_LIMITED, "too many failed logins from this address");
	else
		r = err_set(e, ERR_LOCKED, "too many failed logins for this account");
	if (e != NULL)
		e->retry_after = (int)wait;
	return r;
}

int
auth_lockout_begin(struct auth_lockout *l, const struct conf_auth *rules, const char *name, bool known,
    const struct addr *address, struct err *e)
{
	struct limit nm = name_limit(rules), am = address_limit(rules);
	int64_t now = now_s(l);
	uint8_t nk[KEY], ak[KEY];
	int r = 0;

	name_key(l, name, nk);
	if (address != NULL) {
		address_key(l, address, ak);
		r = refuse(map_get(l->addresses.map, ak, KEY), &am, now, e);
	}
	if (r == 0)
		r = refuse(map_get(l->names.map, nk, KEY), &nm, now, e);
	if (r < 0)
		return r;
	if (address != NULL)
		charge(&l->addresses, ak, &am, now, false);
	charge(&l->names, nk, &nm, now, known);
	return 0;
}

/* Give the address one attempt back. */
static void
refund_address(struct auth_lockout *l, const struct addr *address)
{
	uint8_t key[KEY];

	if (address == NULL)
		return;
	address_key(l, address, key);
	refund(&l->addresses, key);
}

void
auth_lockout_undo(struct auth_lockout *l, const char *name, const struct addr *address)
{
	uint8_t key[KEY];

	name_key(l, name, key);
	refund(&l->names, key);
	refund_address(l, address);
}

void
auth_lockout_pass(struct auth_lockout *l, const char *name, const struct addr *address)
{
	(void)auth_lockout_clear(l, name);	/* also when there was no failure */
	refund_address(l, address);
}

bool
auth_lockout_clear(struct auth_lockout *l, const char *name)
{
	uint8_t key[KEY];
	struct entry *x;
	bool locked;

	name_key(l, name, key);
	x = map_get(l->names.map, key, KEY);
	locked = x != NULL && x->locked_until > now_s(l);
	drop(&l->names, x);
	return locked;
}

static const struct entry *
find_name(const struct auth_lockout *l, const char *name)
{
	uint8_t key[KEY];

	name_key(l, name, key);
	return map_get(l->names.map, key, KEY);
}

int
auth_lockout_wait_s(const struct auth_lockout *l, const char *name)
{
	const struct entry *x = find_name(l, name);
	int64_t now = now_s(l);

	return x == NULL || x->locked_until <= now ? 0 : (int)(x->locked_until - now);
}

int
auth_lockout_failures(const struct auth_lockout *l, const struct conf_auth *rules, const char *name)
{
	const struct entry *x = find_name(l, name);
	struct limit m = name_limit(rules);

	return x == NULL ? 0 : (int)count(x, &m, now_s(l));
}

void
auth_lockout_restore(struct auth_lockout *l, const char *name, int failures, int wait_s)
{
	int64_t now = now_s(l);
	uint8_t key[KEY];
	struct entry *x;

	if (failures <= 0)
		return;
	name_key(l, name, key);
	x = obtain(&l->names, key);
	if (x == NULL)
		return;
	x->known = true;
	for (x->n = 0; x->n < l->names.depth && x->n < (size_t)failures; x->n++)
		x->at[x->n] = (uint32_t)now;
	x->locked_until = wait_s > 0 ? now + wait_s : 0;
}

size_t
auth_lockout_count(const struct auth_lockout *l)
{
	return map_count(l->names.map) + map_count(l->addresses.map);
}
