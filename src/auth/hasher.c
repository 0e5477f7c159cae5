/* A queue in front of the hash children; see hasher.h. */
#include "auth/hasher.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "io/loop.h"
#include "io/timer.h"

enum state { WAITING, RUNNING, REFUSED };

struct auth_hash {
	struct auth_hasher *hasher;
	struct auth_hash *next;
	enum state state;
	uint64_t until_ms;	/* waits no longer */
	json_t *in;
	void *handle;		/* RUNNING */
	bool verify;
	auth_hash_done *done;
	void *arg;
};

struct auth_hasher {
	struct io_loop *loop;
	struct auth_hasher_ops ops;
	struct io_timer *timer;
	struct auth_hash *first;	/* oldest first */
	size_t running, waiting;
};

static void on_timer(void *arg);
static void on_ran(void *arg, const json_t *result, const struct err *e);

struct auth_hasher *
auth_hasher_new(struct io_loop *l, const struct auth_hasher_ops *ops)
{
	struct auth_hasher *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->loop = l;
	h->ops = *ops;
	h->timer = io_timer_new(l, on_timer, h);
	if (h->timer == NULL) {
		free(h);
		return NULL;
	}
	return h;
}

/* Take r out of the queue, whatever its state, and free it. */
static void
drop(struct auth_hash *r)
{
	struct auth_hasher *h = r->hasher;
	struct auth_hash **at = &h->first;

	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	if (r->state == RUNNING)
		h->running--;
	else
		h->waiting--;
	json_decref(r->in);
	free(r);
}

void
auth_hasher_free(struct auth_hasher *h)
{
	if (h == NULL)
		return;
	while (h->first != NULL) {
		if (h->first->state == RUNNING)
			h->ops.cancel(h->ops.arg, h->first->handle);
		drop(h->first);
	}
	io_timer_free(h->timer);
	free(h);
}

static struct auth_hash *
next_waiting(const struct auth_hasher *h)
{
	struct auth_hash *r = h->first;

	while (r != NULL && r->state != WAITING)
		r = r->next;
	return r;
}

static void
start(struct auth_hasher *h, struct auth_hash *r)
{
	r->handle = h->ops.run(h->ops.arg, r->in, on_ran, r);
	json_decref(r->in);	/* the password need not stay any longer */
	r->in = NULL;
	if (r->handle == NULL) {
		r->state = REFUSED;
		r->until_ms = 0;
		return;
	}
	r->state = RUNNING;
	h->running++;
	h->waiting--;
}

/* Start what may run and be there when the first of the others has waited long enough. */
static void
pump(struct auth_hasher *h)
{
	uint64_t now = io_loop_now_ms(h->loop), until = UINT64_MAX;
	struct auth_hash *r;

	while (h->running < AUTH_HASHER_RUNNING && (r = next_waiting(h)) != NULL)
		start(h, r);
	for (r = h->first; r != NULL; r = r->next)
		if (r->state != RUNNING && r->until_ms < until)
			until = r->until_ms;
	if (until == UINT64_MAX)
		io_timer_stop(h->timer);
	else
		io_timer_once(h->timer, until > now ? until - now : 0);
}

struct auth_hash *
auth_hash_submit(struct auth_hasher *h, struct str password, const char *hash, auth_hash_done *done, void *arg)
{
	struct auth_hash *r = NULL, **end = &h->first;

	if (h->waiting >= AUTH_HASHER_WAITING || (r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	r->in = json_pack("{s:s, s:s%, s:s*}", "op", hash == NULL ? "hash" : "verify",
	    "password", password.p, password.n, "hash", hash);
	if (r->in == NULL) {	/* out of memory, or not UTF-8 */
		free(r);
		return NULL;
	}
	r->hasher = h;
	r->verify = hash != NULL;
	r->until_ms = io_loop_now_ms(h->loop) + AUTH_HASHER_WAIT_MS;
	r->done = done;
	r->arg = arg;
	while (*end != NULL)
		end = &(*end)->next;
	*end = r;
	h->waiting++;
	pump(h);
	return r;
}

void
auth_hash_cancel(struct auth_hash *r)
{
	struct auth_hasher *h;

	if (r == NULL)
		return;
	h = r->hasher;
	if (r->state == RUNNING)
		h->ops.cancel(h->ops.arg, r->handle);
	drop(r);
	pump(h);
}

static void
finish(struct auth_hash *r, const struct auth_hash_result *result)
{
	auth_hash_done *done = r->done;
	void *arg = r->arg;

	drop(r);
	done(arg, result);
}

static struct auth_hash *
overdue(const struct auth_hasher *h, uint64_t now)
{
	struct auth_hash *r = h->first;

	while (r != NULL && (r->state == RUNNING || r->until_ms > now))
		r = r->next;
	return r;
}

/* done() may submit and cancel, so each turn begins at the head again. */
static void
on_timer(void *arg)
{
	struct auth_hasher *h = arg;
	uint64_t now = io_loop_now_ms(h->loop);
	struct auth_hash_result result;
	struct auth_hash *r;
	struct err e;

	while ((r = overdue(h, now)) != NULL) {
		memset(&result, 0, sizeof(result));
		err_clear(&e);
		(void)err_set(&e, ERR_UNAVAILABLE, "too many logins at once");
		e.retry_after = AUTH_HASHER_WAIT_MS / 1000;
		result.e = &e;
		finish(r, &result);
	}
	pump(h);
}

static bool
read_result(const struct auth_hash *r, const json_t *j, struct auth_hash_result *out)
{
	const json_t *ok = json_object_get(j, "ok"), *hash = json_object_get(j, "hash");

	out->ok = json_is_true(ok);
	out->outdated = json_is_true(json_object_get(j, "outdated"));
	if (r->verify)
		return json_is_boolean(ok);
	return json_is_string(hash) &&
	    str_copy(str_of(json_string_value(hash)), out->hash, sizeof(out->hash));
}

static void
on_ran(void *arg, const json_t *result, const struct err *e)
{
	struct auth_hash *r = arg;
	struct auth_hasher *h = r->hasher;
	struct auth_hash_result out = { .e = e };
	struct err odd;

	if (e == NULL && !read_result(r, result, &out)) {
		err_clear(&odd);
		(void)err_set(&odd, ERR_INTERNAL, "the password could not be checked");
		out.e = &odd;
	}
	finish(r, &out);
	pump(h);
}
