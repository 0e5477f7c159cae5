/* Connections of the configuration protocol; see tunnel_ask.h. */
#include "role/tunnel_ask.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "io/listen.h"
#include "io/stream.h"
#include "wg/uapi.h"

enum { PIECE = 256 << 10 };		/* of an answer that is queued at a time; IO_STREAM_QUEUE_MAX holds it */

struct asker {
	struct tunnel_ask *of;
	struct io_stream *stream;	/* NULL: free */
	bool core;
	char *in;			/* what has come and is not answered; holds keys */
	size_t n, room;
	char *out;			/* the answer that is being sent; holds keys */
	size_t out_n, out_at;
};

struct tunnel_ask {
	struct io_loop *loop;
	struct io_listen *listen;
	struct wg_uapi *u;
	struct tunnel_ask_ops ops;
	struct asker all[TUNNEL_ASKERS];
};

static void
wipe(char **p, size_t n)
{
	if (*p != NULL)
		sodium_memzero(*p, n);
	free(*p);
	*p = NULL;
}

static void
drop(struct asker *q)
{
	const bool core = q->core;
	struct tunnel_ask *a = q->of;

	io_stream_free(q->stream);
	wipe(&q->in, q->room);
	wipe(&q->out, q->out_n);
	memset(q, 0, sizeof(*q));
	if (core)
		a->ops.ended(a->ops.arg);
}

/* --- answers ---------------------------------------------------------------------------- */

/* Queue what fits; the rest follows when that has gone. False: the connection is broken. */
static bool
send_pieces(struct asker *q)
{
	size_t n;
	int r = 0;

	while (r == 0 && q->out_at < q->out_n) {
		n = q->out_n - q->out_at < PIECE ? q->out_n - q->out_at : PIECE;
		r = io_stream_write(q->stream, q->out + q->out_at, n);
		q->out_at += r < 0 ? 0 : n;
	}
	if (q->out_at == q->out_n)
		wipe(&q->out, q->out_n);
	return r >= 0;
}

static bool
answer(struct asker *q, size_t n)
{
	struct tunnel_ask *a = q->of;
	FILE *out = open_memstream(&q->out, &q->out_n);
	bool whole;

	if (out == NULL)
		return false;
	a->ops.before(a->ops.arg);
	wg_uapi_answer(a->u, q->in, n, out);
	whole = ferror(out) == 0;
	whole = fclose(out) == 0 && whole;
	sodium_memzero(q->in, n);
	memmove(q->in, q->in + n, q->n - n);
	q->n -= n;
	q->out_at = 0;
	a->ops.after(a->ops.arg);
	return whole && send_pieces(q);
}

/* One request after the other: the next one waits until the answer is queued. */
static bool
answer_all(struct asker *q)
{
	size_t n;

	while (q->out == NULL && (n = wg_uapi_whole(q->in, q->n)) > 0)
		if (!answer(q, n))
			return false;
	return true;
}

/* --- what comes ------------------------------------------------------------------------- */

/* Not realloc(): what it leaves behind would hold keys. */
static bool
make_room(struct asker *q, size_t want)
{
	size_t room = q->room == 0 ? 4096 : q->room;
	char *in;

	if (want > WG_UAPI_MAX)
		return false;
	while (room < want)
		room *= 2;
	if (room == q->room)
		return true;
	in = malloc(room);
	if (in == NULL)
		return false;
	if (q->n > 0)
		memcpy(in, q->in, q->n);
	wipe(&q->in, q->room);
	q->in = in;
	q->room = room;
	return true;
}

static size_t
on_data(void *arg, const uint8_t *p, size_t n)
{
	struct asker *q = arg;

	if (!make_room(q, q->n + n)) {
		drop(q);
		return n;
	}
	memcpy(q->in + q->n, p, n);
	q->n += n;
	if (!answer_all(q))
		drop(q);
	return n;
}

static void
on_event(void *arg, enum io_stream_event ev)
{
	struct asker *q = arg;

	if (ev == IO_STREAM_DRAINED ? !send_pieces(q) || !answer_all(q) : ev == IO_STREAM_ERROR || q->out == NULL)
		drop(q);
}

static int
take(struct tunnel_ask *a, int fd, bool core)
{
	static const struct io_stream_ops ops = { on_data, on_event };
	size_t i;

	for (i = 0; i < TUNNEL_ASKERS; i++) {
		if (a->all[i].stream != NULL)
			continue;
		a->all[i] = (struct asker){ .of = a, .core = core };
		a->all[i].stream = io_stream_new(a->loop, fd, NULL, &ops, &a->all[i]);
		return a->all[i].stream == NULL ? -ENOMEM : 0;
	}
	return -ENOMEM;
}

static void
on_accept(void *arg, int fd, const struct addr_port *peer, const struct addr_port *local)
{
	(void)peer;
	(void)local;
	if (take(arg, fd, false) < 0)
		(void)close(fd);	/* nothing was said */
}

int
tunnel_ask_core(struct tunnel_ask *a, int fd)
{
	return take(a, fd, true);
}

struct tunnel_ask *
tunnel_ask_new(struct io_loop *l, int listen_fd, struct wg_uapi *u, const struct tunnel_ask_ops *ops)
{
	struct tunnel_ask *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->loop = l;
	a->u = u;
	a->ops = *ops;
	a->listen = listen_fd < 0 ? NULL : io_listen_new(l, listen_fd, on_accept, a);
	if (listen_fd >= 0 && a->listen == NULL) {
		free(a);
		return NULL;
	}
	return a;
}

void
tunnel_ask_free(struct tunnel_ask *a)
{
	size_t i;

	if (a == NULL)
		return;
	io_listen_free(a->listen);
	for (i = 0; i < TUNNEL_ASKERS; i++) {
		a->all[i].core = false;		/* nobody is to be told */
		if (a->all[i].stream != NULL)
			drop(&a->all[i]);
	}
	free(a);
}
