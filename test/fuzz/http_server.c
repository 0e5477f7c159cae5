/* A whole connection fed with any bytes in any pieces: whatever the client
 * says, what it hears is a sequence of well-formed answers, and every request
 * that was begun ends. The first byte chooses the size of the pieces. */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/server.h"
#include "http/wire.h"
#include "io/later.h"
#include "io/loop.h"

enum { TURNS = 12 };

struct run {
	struct io_loop *loop;
	struct io_later later;
	struct http_conn *conn;
	struct http_wire *wire;
	const uint8_t *data;
	size_t len, piece, begun, ended;
	int fd, turns;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* --- the server's owner -------------------------------------------------------- */

static void
on_body(void *arg, struct http_req *rq, struct str body)
{
	struct run *r = arg;

	r->ended++;
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
	struct run *r = arg;

	r->ended++;
	if (http_reply_started(rq))
		http_reply_end(rq);
	else
		http_reply_problem(rq, 404, "nothing came");
}

static void
on_abort(void *arg)
{
	struct run *r = arg;

	r->ended++;
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
	struct run *r = arg;

	r->conn = NULL;
}

static const struct http_conn_ops conn_ops = { on_request, on_closed };

/* --- the client ------------------------------------------------------------------- */

static void
judge(struct run *r, const uint8_t *p, size_t n)
{
	enum http_step step;
	struct str body;
	size_t used;

	while ((step = http_wire_step(r->wire, p, n, &used, &body)) != HTTP_STEP_MORE) {
		assert(step != HTTP_STEP_BAD);
		p += used;
		n -= used;
		if (step == HTTP_STEP_BODY) {
			http_wire_took(r->wire, body.n);
			p += body.n;
			n -= body.n;
		} else if (step == HTTP_STEP_END) {
			http_wire_next(r->wire);
		}
	}
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
	while ((k = recv(r->fd, buf, sizeof(buf), 0)) > 0)
		judge(r, buf, (size_t)k);
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
	/* HEAD cannot be known here, so an answer to it would be misread. */
	if (memmem(data, len, "HEAD", 4) == NULL) {
		r.wire = http_wire_responses();
		r.conn = http_conn_new(r.loop, fds[0], &conf);
		io_later_init(&r.later, on_turn, &r);
		io_later_call(&r.later, r.loop);
		io_loop_run(r.loop);
		http_conn_close(r.conn);
	} else {
		close(fds[0]);
	}
	io_loop_free(r.loop);
	assert(r.begun == r.ended);
	http_wire_free(r.wire);
	close(r.fd);
	return 0;
}
