/* What the API may start in the running cell: questions to the edges, new
 * tables, new setup tokens. The callbacks of api/live.h that do something;
 * those that only look are in facts.c. */
#include "api/live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "api/server.h"
#include "conf/json.h"
#include "role/core.h"
#include "role/edges.h"

/* --- questions under way ------------------------------------------------------------ */

enum { ASKS_MAX = 32 };

struct live_ask {
	uint32_t id;			/* 0 = free */
	api_asked_cb *asked;		/* one of the two */
	api_counted_cb *counted;
	void *arg;
};

struct live {
	uint32_t next_id;
	struct live_ask asks[ASKS_MAX];
};

static struct live_ask *
ask_find(struct core *c, uint32_t id)
{
	size_t i;

	for (i = 0; i < ASKS_MAX; i++)
		if (c->live->asks[i].id == id)
			return &c->live->asks[i];
	return NULL;
}

static struct live_ask *
ask_new(struct core *c, void *arg)
{
	struct live_ask *a = ask_find(c, 0);

	if (a == NULL)
		return NULL;
	if (++c->live->next_id == 0)
		c->live->next_id = 1;
	*a = (struct live_ask){ .id = c->live->next_id, .arg = arg };
	return a;
}

void
live_answered(struct core *c, uint32_t id, const uint8_t *json, size_t n)
{
	struct live_ask *a = id == 0 ? NULL : ask_find(c, id), done;
	json_t *doc;

	if (a == NULL || a->asked == NULL)
		return;		/* an edge that tells tales */
	done = *a;
	*a = (struct live_ask){ 0 };
	doc = n == 0 ? NULL : conf_json_read((const char *)json, n, NULL);
	done.asked(done.arg, doc);
	json_decref(doc);
}

void
live_flushed(struct core *c, uint32_t id, uint32_t count)
{
	struct live_ask *a = id == 0 ? NULL : ask_find(c, id), done;

	if (a == NULL || a->counted == NULL)
		return;
	done = *a;
	*a = (struct live_ask){ 0 };
	done.counted(done.arg, count);
}

int
live_start(struct core *c)
{
	c->live = calloc(1, sizeof(*c->live));
	return c->live == NULL ? -ENOMEM : 0;
}

void
live_stop(struct core *c)
{
	size_t i;

	for (i = 0; c->live != NULL && i < ASKS_MAX; i++) {
		struct live_ask *a = &c->live->asks[i];

		if (a->id != 0 && a->asked != NULL)
			a->asked(a->arg, NULL);
		else if (a->id != 0)
			a->counted(a->arg, 0);
	}
	free(c->live);
	c->live = NULL;
}

static bool
dns_ask(void *arg, const struct api_dns_ask *q, api_asked_cb *done, void *done_arg)
{
	struct core *c = arg;
	struct live_ask *a = ask_new(c, done_arg);
	struct message_ask m = { .zone = (uint8_t)q->zone, .local = q->local, .type = q->type,
	    .namelen = q->namelen };

	if (a == NULL)
		return false;
	a->asked = done;
	m.id = a->id;
	memcpy(m.name, q->name, q->namelen);
	if (edges_ask(c->edges, &m))
		return true;
	*a = (struct live_ask){ 0 };
	return false;
}

static bool
dns_flush(void *arg, const uint8_t *name, uint8_t namelen, api_counted_cb *done, void *done_arg)
{
	struct core *c = arg;
	struct live_ask *a = ask_new(c, done_arg);
	struct message_flush m = { .namelen = namelen };

	if (a == NULL)
		return false;
	a->counted = done;
	m.id = a->id;
	if (namelen > 0)
		memcpy(m.name, name, namelen);
	if (edges_flush(c->edges, &m))
		return true;
	*a = (struct live_ask){ 0 };
	return false;
}

static bool
dns_reload(void *arg, api_ended_cb *done, void *done_arg)
{
	return apply_again(arg, done, done_arg);
}

static void
renew_token(void *arg, bool announce, struct api_setup_token *out)
{
	struct api_setup_token t;

	welcome_token(arg, announce, out == NULL ? &t : out);
	if (out == NULL)
		sodium_memzero(&t, sizeof(t));
}

static void
setup_finished(void *arg)
{
	welcome_finished(arg);
}

void
live_fill(struct core *c, struct api_live *out)
{
	*out = (struct api_live){
		.arg = c, .version = PIC_VERSION, .root_mode = !c->options.user_mode,
		.own_uid = getuid(), .started_at = c->started_at,
		.dns_ask = dns_ask, .dns_flush = dns_flush, .dns_reload = dns_reload,
		.setup_token_renew = renew_token, .setup_finished = setup_finished
	};
	facts_fill(out);
}
