/* Kept connections; see pool.h. */
#include "http/pool.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/wr.h"
#include "http/link.h"
#include "io/loop.h"

enum { KEY_MAX = 320 };

/* One server. It exists while it has connections. */
struct server {
	struct http_pooled *kept;	/* used last first */
	size_t nopen, nkept;
	size_t keylen;
	uint8_t key[KEY_MAX];
};

struct http_pooled {
	struct http_pool *pool;
	struct server *server;
	struct http_link *link;
	struct http_pooled *next, *prev;	/* kept ones of the server */
	uint64_t since_ms;
};

struct http_pool {
	struct io_loop *loop;
	struct map *servers;
	struct http_link_times times;
	size_t max, nopen, nkept;
};

struct http_pool *
http_pool_new(struct io_loop *l, size_t max)
{
	struct http_pool *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->loop = l;
	p->max = max;
	p->times = http_link_times_default;
	p->servers = map_new(HTTP_POOL_SERVERS);
	if (p->servers != NULL)
		return p;
	free(p);
	return NULL;
}

/* --- connections ------------------------------------------------------------------- */

static void
unkeep(struct http_pooled *c)
{
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		c->server->kept = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	c->next = c->prev = NULL;
	c->server->nkept--;
	c->pool->nkept--;
}

/* It is not kept. Its server goes with the last one. */
static void
pooled_free(struct http_pooled *c)
{
	struct http_pool *p = c->pool;
	struct server *s = c->server;

	http_link_free(c->link);
	free(c);
	p->nopen--;
	if (--s->nopen > 0)
		return;
	(void)map_del(p->servers, s->key, s->keylen);	/* it is there */
	free(s);
}

static void
drop_kept(struct http_pooled *c)
{
	unkeep(c);
	pooled_free(c);
}

static void
on_dead(void *arg)
{
	drop_kept(arg);
}

static struct http_pooled *
oldest(struct server *s)
{
	struct http_pooled *c = s->kept;

	while (c != NULL && c->next != NULL)
		c = c->next;
	return c;
}

/* A kept connection of anybody makes room for one that is needed now. */
static bool
make_room(struct http_pool *p)
{
	const void *key;
	void *value;
	size_t it = 0, n;

	if (p->nopen < p->max)
		return true;
	if (p->nkept == 0)
		return false;
	while (map_next(p->servers, &it, &key, &n, &value)) {
		struct server *s = value;

		if (s->nkept > 0) {
			drop_kept(oldest(s));
			return true;
		}
	}
	return false;
}

static void
drop_all_kept(struct http_pool *p)
{
	const void *key;
	void *value;
	size_t it = 0, n;

	while (map_next(p->servers, &it, &key, &n, &value)) {
		struct server *s = value;
		size_t k = s->nkept;

		while (k-- > 0)
			drop_kept(s->kept);	/* the last may take s along: only the visited key goes */
	}
}

void
http_pool_free(struct http_pool *p)
{
	if (p == NULL)
		return;
	drop_all_kept(p);
	map_free(p->servers);
	free(p);
}

void
http_pool_times(struct http_pool *p, const struct http_link_times *t)
{
	p->times = *t;
}

/* --- taking ---------------------------------------------------------------------------- */

static size_t
key_write(uint8_t key[KEY_MAX], const struct http_pool_server *to)
{
	struct wr w;

	wr_init(&w, key, KEY_MAX);
	wr_u8(&w, to->at.addr.len);
	wr_bytes(&w, to->at.addr.b, sizeof(to->at.addr.b));
	wr_be16(&w, to->at.port);
	wr_bytes(&w, &to->tls, sizeof(to->tls));	/* one client checks certificates, another one does not */
	if (to->tls != NULL)
		wr_text(&w, to->name);
	return wr_ok(&w) ? wr_len(&w) : 0;
}

/* There, or made. */
static struct server *
server_get(struct http_pool *p, const struct http_pool_server *to)
{
	uint8_t key[KEY_MAX];
	size_t n = key_write(key, to);
	struct server *s = n == 0 ? NULL : map_get(p->servers, key, n);

	if (n == 0 || s != NULL)
		return s;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	memcpy(s->key, key, n);
	s->keylen = n;
	if (map_put(p->servers, key, n, s, NULL) == 0)
		return s;
	free(s);
	return NULL;
}

static void
server_drop_unused(struct http_pool *p, struct server *s)
{
	if (s->nopen > 0)
		return;
	(void)map_del(p->servers, s->key, s->keylen);	/* it is there */
	free(s);
}

static struct http_pooled *
pooled_new(struct http_pool *p, struct server *s, const struct http_pool_server *to)
{
	struct http_pooled *c = calloc(1, sizeof(*c));

	if (c != NULL)
		c->link = http_link_connect_tls(p->loop, &to->at, &p->times, to->tls, to->name);
	if (c == NULL || c->link == NULL) {
		free(c);
		return NULL;
	}
	c->pool = p;
	c->server = s;
	http_link_watch(c->link, on_dead, c);
	s->nopen++;
	p->nopen++;
	return c;
}

/* What is idle but dead is on its way out through on_dead(). */
static struct http_pooled *
take_kept(struct http_pool *p, struct server *s, uint32_t fresh_ms)
{
	struct http_pooled *c = s->kept;

	if (c == NULL || !http_link_ready(c->link) || io_loop_now_ms(p->loop) - c->since_ms >= fresh_ms)
		return NULL;
	unkeep(c);
	return c;
}

struct http_pooled *
http_pool_take(struct http_pool *p, const struct http_pool_server *to, uint32_t fresh_ms)
{
	struct server *s = server_get(p, to);
	struct http_pooled *c = s == NULL ? NULL : take_kept(p, s, fresh_ms);

	if (s == NULL || c != NULL)
		return c;
	if (s->nopen >= HTTP_POOL_PER_SERVER && s->nkept > 0)
		drop_kept(oldest(s));	/* others of it stay open: s is there */
	s->nopen++;			/* held while room is made */
	if (s->nopen <= HTTP_POOL_PER_SERVER && make_room(p))
		c = pooled_new(p, s, to);
	s->nopen--;
	server_drop_unused(p, s);
	return c;
}

struct http_link *
http_pooled_link(const struct http_pooled *c)
{
	return c->link;
}

void
http_pool_give(struct http_pool *p, struct http_pooled *c)
{
	struct server *s = c->server;

	if (!http_link_ready(c->link)) {
		pooled_free(c);
		return;
	}
	if (s->nkept == HTTP_POOL_KEPT)
		drop_kept(oldest(s));
	c->since_ms = io_loop_now_ms(p->loop);
	c->next = s->kept;
	if (c->next != NULL)
		c->next->prev = c;
	s->kept = c;
	s->nkept++;
	p->nkept++;
}

size_t
http_pool_open(const struct http_pool *p)
{
	return p->nopen;
}

size_t
http_pool_kept(const struct http_pool *p)
{
	return p->nkept;
}
