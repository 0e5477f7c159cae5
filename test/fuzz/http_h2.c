/* A connection of HTTP/2 fed with any frames in any pieces: every request that was begun ends, what it can make
 * us keep is bounded, nothing is left. The first byte chooses the size of the pieces; the preface is sent before. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/conn.h"
#include "http/h2.h"
#include "http/server.h"
#include "io/loop.h"

enum { TURNS = 12 };

struct run {
	struct io_loop *loop;
	struct io_later later;
	struct http_conn *conn;
	const uint8_t *data;
	size_t len, piece, begun, ended;
	int fd, turns;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* --- the server's owner -------------------------------------------------------- */

static void
on_body(void *arg, struct http_req *rq, struct str body)
{
	((struct run *)arg)->ended++;
	http_reply_text(rq, 200, "text/plain", body);
}

static size_t
on_chunk(void *arg, struct http_req *rq, const uint8_t *p, size_t n)
{
	(void)arg;
	if (!http_reply_started(rq))
		http_reply_start(rq, &(struct http_answer){ .status = 200 }, -1, NULL, NULL);
	(void)http_reply_write(rq, p, n);
	return n;
}

static void
on_end(void *arg, struct http_req *rq)
{
	((struct run *)arg)->ended++;
	if (http_reply_started(rq))
		http_reply_end(rq);
	else
		http_reply_problem(rq, 404, "nothing came");
}

static void
on_abort(void *arg)
{
	((struct run *)arg)->ended++;
}

static const struct http_handler handler = { .on_body = on_body, .on_chunk = on_chunk, .on_end = on_end, .on_abort = on_abort };

static void
on_request(void *arg, struct http_req *rq)
{
	struct run *r = arg;

	r->begun++;
	switch (http_req_head(rq)->target.n % 3) {
	case 0:
		if (!http_req_read(rq, 100, &handler, r))
			r->ended++;
		break;
	case 1:
		http_req_stream(rq, &handler, r);
		break;
	default:
		r->ended++;
		http_reply_text(rq, 200, "text/plain", http_req_head(rq)->path);
	}
}

static void
on_closed(void *arg)
{
	((struct run *)arg)->conn = NULL;
}

static const struct http_conn_ops conn_ops = { on_request, on_closed };

/* --- the client ------------------------------------------------------------------- */

static void
check_bounds(const struct http_conn *c)
{
	const struct h2_stream *s;
	size_t kept = 0;

	if (c == NULL)
		return;
	for (s = c->h2->streams; s != NULL; s = s->next)
		kept += s->body.n;
	assert(c->h2->nstreams <= H2_STREAMS_MAX + 1 && kept <= H2_CONN_WINDOW);
}

static void
on_turn(void *arg)
{
	struct run *r = arg;
	size_t n = r->len < r->piece ? r->len : r->piece;
	uint8_t buf[65536];
	ssize_t k;

	k = n > 0 ? send(r->fd, r->data, n, MSG_NOSIGNAL) : 0;
	if (k > 0) {
		r->data += k;
		r->len -= (size_t)k;
	}
	check_bounds(r->conn);
	while ((k = recv(r->fd, buf, sizeof(buf), 0)) > 0)
		;
	if (r->len > 0 && k != 0)
		r->turns = TURNS;
	if (r->turns-- > 0)
		io_later_call(&r->later, r->loop);
	else
		io_loop_stop(r->loop);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
	struct run r = { .turns = TURNS };
	struct http_conn_conf conf = { .ops = &conn_ops, .arg = &r };
	int fds[2];

	if (len < 1)
		return 0;
	r.piece = (size_t)data[0] * data[0] + 1;
	r.data = data + 1;
	r.len = len - 1;
	r.loop = io_loop_new();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) < 0)
		abort();
	r.fd = fds[1];
	r.conn = http_conn_new(r.loop, fds[0], &conf);
	r.conn->h2 = http2_new(r.conn);		/* as ALPN would have it */
	if (send(r.fd, preface, sizeof(preface) - 1, MSG_NOSIGNAL) < 0)
		abort();
	io_later_init(&r.later, on_turn, &r);
	io_later_call(&r.later, r.loop);
	io_loop_run(r.loop);
	http_conn_close(r.conn);
	io_loop_free(r.loop);
	assert(r.begun == r.ended);
	close(r.fd);
	return 0;
}
