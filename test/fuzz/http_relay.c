/* A client's connection relayed to another server, both sides saying anything in
 * any pieces: the server hears well-formed requests, the client well-formed
 * answers, until one of them gets the other's bytes through a tunnel; and every exchange
 * that was begun is over exactly once. The first byte chooses the size of the
 * pieces and what is allowed, the next two how much of the rest is the client's. */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/link.h"
#include "http/relay.h"
#include "http/server.h"
#include "http/wire.h"
#include "io/later.h"
#include "io/loop.h"

enum { TURNS = 12 };

/* One end that is played from the input. */
struct side {
	int fd;			/* -1: there is none */
	const uint8_t *p;
	size_t n;
	struct http_wire *hears;
};

struct run {
	struct io_loop *loop;
	struct io_later later;
	struct http_conn *conn;
	struct http_link *link;
	struct http_relay *relay;
	struct http_relay_conf conf;
	struct side client, server;
	size_t piece, begun, ended;
	int turns;
	bool tunnel;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* --- between the two --------------------------------------------------------------- */

static void
new_link(struct run *r)
{
	int fds[2];

	http_link_free(r->link);
	if (r->server.fd >= 0)
		close(r->server.fd);
	http_wire_free(r->server.hears);
	r->server.hears = http_wire_requests();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) < 0)
		abort();
	r->server.fd = fds[1];
	r->link = http_link_new(r->loop, fds[0], NULL);
	assert(r->link != NULL);
}

static struct http_link *
on_again(void *arg)
{
	struct run *r = arg;

	new_link(r);
	return r->link;
}

static void
on_done(void *arg, int status, const char *why)
{
	struct run *r = arg;

	(void)why;
	assert(status == 0 || (status >= 101 && status <= 599));
	r->tunnel |= status == 101;
	r->relay = NULL;
	r->ended++;
}

static void
on_request(void *arg, struct http_req *rq)
{
	struct run *r = arg;

	if (r->link == NULL || !http_link_ready(r->link))
		new_link(r);
	r->begun++;
	r->relay = http_relay_start(rq, r->link, &r->conf, on_done, r);
	if (r->relay == NULL)
		r->ended++;
}

static void
on_closed(void *arg)
{
	((struct run *)arg)->conn = NULL;
}

static const struct http_conn_ops conn_ops = { on_request, on_closed };

/* --- the two -------------------------------------------------------------------------- */

/* Well formed so far. After 101 bytes are only bytes. */
static void
judge(struct run *r, struct side *s, const uint8_t *p, size_t n)
{
	enum http_step step = HTTP_STEP_HEAD;
	struct str body;
	size_t used;

	while (!r->tunnel && step != HTTP_STEP_MORE) {
		step = http_wire_step(s->hears, p, n, &used, &body);
		assert(step != HTTP_STEP_BAD);
		p += used;
		n -= used;
		if (step == HTTP_STEP_HEAD && s == &r->client)
			r->tunnel = http_wire_head(s->hears)->status == 101;
		if (step == HTTP_STEP_BODY)
			http_wire_took(s->hears, body.n);
		if (step == HTTP_STEP_BODY) {
			p += body.n;
			n -= body.n;
		} else if (step == HTTP_STEP_END) {
			http_wire_next(s->hears);
		}
	}
}

/* Says a piece and hears what there is. False: nothing moved. */
static bool
turn(struct run *r, struct side *s)
{
	size_t n = s->n < r->piece ? s->n : r->piece;
	uint8_t buf[65536];
	bool moved;
	ssize_t k;

	if (s->fd < 0)
		return false;
	k = n > 0 ? send(s->fd, s->p, n, MSG_NOSIGNAL) : 0;
	moved = k > 0;
	if (moved) {
		s->p += k;
		s->n -= (size_t)k;
	}
	while ((k = recv(s->fd, buf, sizeof(buf), 0)) > 0) {
		judge(r, s, buf, (size_t)k);
		moved = true;
	}
	return moved;
}

static void
on_turn(void *arg)
{
	struct run *r = arg;
	bool more = turn(r, &r->client);

	more |= r->begun > r->ended && turn(r, &r->server);
	if (more)
		r->turns = TURNS;
	if (r->turns-- > 0)
		io_later_call(&r->later, r->loop);
	else
		io_loop_stop(r->loop);
}

static void
play(struct run *r)
{
	struct http_conn_conf conf = { .ops = &conn_ops, .arg = r };
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) < 0)
		abort();
	r->loop = io_loop_new();
	r->client.fd = fds[1];
	r->client.hears = http_wire_responses();
	r->conn = http_conn_new(r->loop, fds[0], &conf);
	io_later_init(&r->later, on_turn, r);
	io_later_call(&r->later, r->loop);
	io_loop_run(r->loop);
	http_conn_close(r->conn);
	assert(r->begun == r->ended);
	http_link_free(r->link);
	io_loop_free(r->loop);
	http_wire_free(r->client.hears);
	http_wire_free(r->server.hears);
	close(r->client.fd);
	if (r->server.fd >= 0)
		close(r->server.fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct run r = { .turns = TURNS, .server.fd = -1 };
	size_t n;

	/* HEAD and CONNECT cannot be known where the answers are judged, so these would be misread. */
	if (len < 3 || memmem(data, len, "HEAD", 4) != NULL)
		return 0;
	n = (size_t)data[1] << 8 | data[2];
	n = n < len - 3 ? n : len - 3;
	r.piece = (size_t)(data[0] >> 2) * (data[0] >> 2) + 1;
	r.conf.websocket = data[0] & 1;
	r.conf.again = data[0] & 2 ? on_again : NULL;
	r.conf.body_max = 1000;
	r.client = (struct side){ -1, data + 3, n, NULL };
	r.server.p = data + 3 + n;
	r.server.n = len - 3 - n;
	play(&r);
	return 0;
}
