/* Are the targets of the routes there? Each is asked every 30 s through an edge
 * (WEB-10), a few at a time, and what came out is kept while its route exists. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/live.h"
#include "api/server.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "io/loop.h"
#include "io/timer.h"
#include "role/core.h"
#include "sys/clk.h"

enum { EVERY_MS = 30000, TICK_MS = 1000, ASKING_MAX = 16, ID_SIZE = 37, NAME_SIZE = 32 };

struct target {
	struct core *core;
	char id[ID_SIZE], name[NAME_SIZE];	/* of the route */
	bool asking, gone;	/* gone: its route is not there any more, or off */
	bool known;
	uint64_t due_ms, rev;
	const struct conf_route *route;	/* of the generation in force, within one tick only */
	struct api_proxy_health is;
};

struct health {
	struct io_timer *tick;
	struct map *targets;	/* id → struct target */
	size_t asking;
};

static void on_asked(void *arg, const json_t *asked);

/* --- one target ------------------------------------------------------------------------ */

static void
tell(const struct target *t)
{
	json_t *j = json_pack("{s:s, s:b, s:s?}", "id", t->id, "healthy", t->is.healthy,
	    "last_error", t->is.error[0] == '\0' ? NULL : t->is.error);

	if (j != NULL && t->core->api != NULL)
		api_event(t->core->api, "route", j);
	json_decref(j);
}

static void
ask(struct target *t)
{
	struct core *c = t->core;

	t->asking = live_probe(c, t->route, on_asked, t);
	t->due_ms = io_loop_now_ms(c->loop) + (t->asking ? EVERY_MS : TICK_MS);
	c->health->asking += t->asking;
}

/* Nothing: no edge could ask, and nothing is known that was not known before. */
static void
on_asked(void *arg, const json_t *asked)
{
	struct target *t = arg;
	const char *error = json_string_value(json_object_get(asked, "error"));
	const bool was = t->is.healthy, healthy = error == NULL;

	t->asking = false;
	t->core->health->asking--;
	if (t->gone) {
		free(t);
		return;
	}
	if (asked == NULL) {
		t->due_ms = 0;
		return;
	}
	t->is.healthy = healthy;
	t->is.checked_at = clk_system.wall_s(&clk_system);
	(void)snprintf(t->is.error, sizeof(t->is.error), "%s", error == NULL ? "" : error);	/* cut is fine */
	if (t->known && was == healthy)
		return;
	log_fmt(LOG_PROXY, healthy ? LOG_INFO : LOG_WARNING, "the target of route %s %s%s", t->name,
	    healthy ? "answers" : "does not work: ", healthy ? "" : t->is.error);
	t->known = true;
	tell(t);
}

/* --- all of them -------------------------------------------------------------------------- */

static void
forget(struct health *h, struct target *t)
{
	(void)map_del(h->targets, t->id, strlen(t->id));	/* it is there */
	t->gone = true;
	if (!t->asking)
		free(t);
}

static struct target *
target_get(struct core *c, const struct conf_route *r)
{
	struct target *t = map_get(c->health->targets, r->id, strlen(r->id));

	if (t != NULL || (t = calloc(1, sizeof(*t))) == NULL)
		return t;
	t->core = c;
	(void)snprintf(t->id, sizeof(t->id), "%s", r->id);	/* a uuid fits */
	if (map_put(c->health->targets, t->id, strlen(t->id), t, NULL) == 0)
		return t;
	free(t);
	return NULL;
}

/* A route that was changed is another one: asked at once. */
static void
mark(struct target *t, const struct conf_route *r)
{
	if (t->rev != r->rev)
		t->due_ms = 0;
	t->rev = r->rev;
	t->route = r;
	(void)snprintf(t->name, sizeof(t->name), "%s", r->name);	/* fits */
}

/* What is not marked with its route has none any more. */
static void
sweep(struct health *h)
{
	const void *key;
	void *value;
	size_t it = 0, n;

	while (map_next(h->targets, &it, &key, &n, &value)) {
		struct target *t = value;

		if (t->route == NULL)
			forget(h, t);
		else
			t->route = NULL;
	}
}

static void
on_tick(void *arg)
{
	struct core *c = arg;
	struct health *h = c->health;
	const struct conf_proxy *p = &conf_txn_current(c->txn)->proxy;
	const uint64_t now = io_loop_now_ms(c->loop);
	size_t i;

	for (i = 0; i < p->nroutes; i++) {
		struct target *t = p->routes[i].enabled ? target_get(c, &p->routes[i]) : NULL;

		if (t == NULL)
			continue;
		mark(t, &p->routes[i]);
		if (!t->asking && now >= t->due_ms && h->asking < ASKING_MAX && !c->stopping)
			ask(t);
	}
	sweep(h);
}

void
health_tell(const struct core *c, const char *id, struct api_proxy_health *out)
{
	const struct target *t = map_get(c->health->targets, id, strlen(id));

	memset(out, 0, sizeof(*out));
	if (t != NULL)
		*out = t->is;
}

/* --- life ----------------------------------------------------------------------------------- */

int
health_start(struct core *c, struct err *e)
{
	c->health = calloc(1, sizeof(*c->health));
	if (c->health != NULL) {
		c->health->targets = map_new(CONF_ROUTES_MAX);
		c->health->tick = io_timer_new(c->loop, on_tick, c);
	}
	if (c->health == NULL || c->health->targets == NULL || c->health->tick == NULL)
		return err_set(e, ERR_INTERNAL, "out of memory");
	io_timer_every(c->health->tick, TICK_MS);
	return 0;
}

void
health_stop(struct core *c)
{
	struct health *h = c->health;
	const void *key;
	void *value;
	size_t it = 0, n;

	if (h == NULL)
		return;
	while (h->targets != NULL && map_next(h->targets, &it, &key, &n, &value))
		forget(h, value);
	map_free(h->targets);
	io_timer_free(h->tick);
	free(h);
	c->health = NULL;
}
