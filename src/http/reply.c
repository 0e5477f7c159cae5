/* Answers; see reply.h. */
#include "http/reply.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/wr.h"
#include "http/body.h"
#include "http/conn.h"
#include "http/status.h"
#include "http/trailer.h"
#include "http/wire.h"
#include "io/stream.h"

enum {
	PIECE_MAX = 256 << 10,
	PUSH = 64 << 10,	/* of a long body at a time */
	CHUNK = 32 << 10,
	DETAIL_MAX = 256
};

/* --- the head ------------------------------------------------------------------------ */

/* Text in any encoding, but nothing that could end the line. */
static bool
is_value(struct str s)
{
	return str_text_run(s) == s.n;
}

static bool
is_ours(struct str name)
{
	return str_ieq(name, STR("Connection")) || str_ieq(name, STR("Content-Length")) || str_ieq(name, STR("Date")) ||
	    str_ieq(name, STR("Keep-Alive")) || str_ieq(name, STR("Transfer-Encoding")) || str_ieq(name, STR("Upgrade"));
}

bool
http_reply_passes(const struct http_req *rq, const struct http_header *h)
{
	return !is_ours(h->name) && str_token(h->name) && is_value(h->value) &&
	    (rq->also == NULL || h == rq->also || !str_ieq(h->name, rq->also->name));
}

/* Whole or not at all, and room stays for what must follow. */
static void
put_header(struct wr *w, const struct http_req *rq, const struct http_header *h)
{
	if (!http_reply_passes(rq, h) || h->name.n + h->value.n + 4 + 256 > wr_left(w))
		return;
	wr_bytes(w, h->name.p, h->name.n);
	wr_bytes(w, ": ", 2);
	wr_bytes(w, h->value.p, h->value.n);
	wr_bytes(w, "\r\n", 2);
}

/* RFC 9110 5.6.7, made anew once a second. The C locale is the only one here. */
const char *
http_conn_date(struct http_conn *c)
{
	time_t now = time(NULL);
	struct tm tm;

	if (now == c->date_s && c->date[0] != '\0')
		return c->date;
	c->date_s = now;
	if (gmtime_r(&now, &tm) == NULL ||
	    strftime(c->date, sizeof(c->date), "%a, %d %b %Y %H:%M:%S GMT", &tm) == 0)
		c->date[0] = '\0';
	return c->date;
}

/* How the body's end will be known. */
static void
put_framing(struct wr *w, struct http_req *rq, int status, int64_t length, bool http10)
{
	if (http_status_bodyless(status))
		return;
	rq->counted = length >= 0;
	rq->left = length >= 0 ? (uint64_t)length : 0;
	rq->chunked = length < 0 && !http10;
	if (rq->counted) {
		wr_text(w, "Content-Length: ");
		wr_decimal(w, rq->left);
		wr_text(w, "\r\n");
	} else if (rq->chunked)
		wr_text(w, "Transfer-Encoding: chunked\r\n");
	else
		rq->close = true;	/* its end is the end of the connection */
}

static void
put_head(struct wr *w, struct http_req *rq, const struct http_answer *a, int64_t length)
{
	const struct http_head *h = http_req_head(rq);
	size_t i;

	assert(a->status >= 200 && a->status <= 599);
	if (a->close)
		rq->close = true;
	rq->bodyless = h->method == HTTP_HEAD || http_status_bodyless(a->status);
	wr_text(w, "HTTP/1.1 ");
	wr_decimal(w, (uint64_t)a->status);
	wr_text(w, " ");
	wr_text(w, http_status_reason(a->status));
	wr_text(w, "\r\nDate: ");
	wr_text(w, http_conn_date(rq->conn));
	wr_text(w, "\r\n");
	if (rq->also != NULL)
		put_header(w, rq, rq->also);
	for (i = 0; i < a->nheaders; i++)
		put_header(w, rq, &a->headers[i]);
	put_framing(w, rq, a->status, length, h->minor == 0);
	if (rq->conn->draining || rq->conn->peer_eof)
		rq->close = true;
	if (rq->close)
		wr_text(w, "Connection: close\r\n");
	else if (h->minor == 0)
		wr_text(w, "Connection: keep-alive\r\n");
	wr_text(w, "\r\n");
}

/* --- answers at once ------------------------------------------------------------------- */

void
http_reply_free(struct http_req *rq)
{
	free(rq->rest_block);
	rq->rest_block = NULL;
	rq->rest = NULL;
	rq->nrest = 0;
}

/* A failure of the stream comes as an event; until then nothing is to be done. */
void
http_reply_push(struct http_conn *c)
{
	struct http_req *rq = &c->rq;
	size_t n;
	int result = 0;

	while (rq->nrest > 0 && result == 0) {
		n = rq->nrest < PUSH ? rq->nrest : PUSH;
		result = http_conn_write(c, rq->rest, n);
		if (result < 0)
			return;
		rq->rest += n;
		rq->nrest -= n;
	}
	if (rq->nrest > 0)
		return;
	http_reply_free(rq);
	rq->out = REQ_ANSWERED;
	http_conn_settle(c);
}

/* Keep what the first write did not carry. False when memory is out. */
bool
http_reply_keep(struct http_req *rq, const struct http_answer *a, struct str rest)
{
	char *copy;

	rq->rest = rest.p;
	rq->nrest = rest.n;
	if (a->own == HTTP_TAKE)
		rq->rest_block = (void *)(uintptr_t)a->body.p;
	if (a->own != HTTP_COPY || rest.n == 0)
		return true;
	copy = malloc(rest.n);
	if (copy == NULL)
		return false;
	memcpy(copy, rest.p, rest.n);
	rq->rest = rq->rest_block = copy;
	return true;
}

/* The stream takes head and first part in one piece: one packet, one record. */
static void
send_whole(struct http_req *rq, const struct http_answer *a)
{
	struct http_conn *c = rq->conn;
	char buf[HTTP_REPLY_HEAD_MAX];
	struct str body = a->body;
	struct wr w;
	size_t n;

	wr_init(&w, buf, sizeof(buf));
	put_head(&w, rq, a, (int64_t)a->body.n);
	assert(wr_ok(&w));
	if (rq->bodyless)
		body.n = 0;
	n = body.n < wr_left(&w) ? body.n : wr_left(&w);
	wr_bytes(&w, body.p, n);
	if (n > 0)
		body = (struct str){ body.p + n, body.n - n };
	if (!http_reply_keep(rq, a, body)) {
		http_conn_end(c);
		return;
	}
	rq->out = REQ_FLUSHING;
	(void)http_conn_write(c, buf, wr_len(&w));	/* a failure comes as an event */
	http_reply_push(c);
}

void
http_reply(struct http_req *rq, const struct http_answer *a)
{
	assert(rq->live && rq->out == REQ_SILENT);
	if (a->body.n > HTTP_REPLY_MAX) {
		if (a->own == HTTP_TAKE)
			free((void *)(uintptr_t)a->body.p);
		http_reply_problem(rq, 500, "the answer is too large to send");
		return;
	}
	rq->h = NULL;
	if (rq->form != NULL) {
		rq->form->reply(rq, a);
		return;
	}
	http_conn_drop_body(rq->conn);
	send_whole(rq, a);
}

void
http_reply_text(struct http_req *rq, int status, const char *type, struct str body)
{
	const struct http_header h = { STR("Content-Type"), str_of(type) };

	http_reply(rq, &(struct http_answer){ .status = status, .headers = &h, .nheaders = 1, .body = body });
}

/* --- problems ------------------------------------------------------------------------------ */

/* Type suffixes of api.md 1.3. */
static const char *
problem_type(int status)
{
	switch (status) {
	case 400:
		return "validation";
	case 401:
		return "not-authenticated";
	case 403:
		return "forbidden";
	case 404:
		return "not-found";
	case 500:
		return "internal";
	case 502:
		return "remote";
	case 503:
		return "unavailable";
	default:
		return "http";
	}
}

/* Our sentences are plain; what would need escaping in JSON is not shown. */
static const char *
plain(const char *s, char buf[DETAIL_MAX])
{
	size_t i;

	for (i = 0; i + 1 < DETAIL_MAX && s[i] != '\0'; i++)
		buf[i] = s[i] < ' ' || s[i] > '~' || s[i] == '"' || s[i] == '\\' ? '?' : s[i];
	buf[i] = '\0';
	return buf;
}

static void
put_problem(struct wr *w, int status, const char *detail)
{
	char buf[DETAIL_MAX];

	(void)plain(detail, buf);
	wr_printf(w, "{\"type\":\"urn:pic:%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\",\"error\":\"%s\"}\n",
	    problem_type(status), http_status_reason(status), status, buf, buf);
}

static const struct http_header problem_headers[] = {
	{ { "Content-Type", 12 }, { "application/problem+json", 24 } },
	{ { "Cache-Control", 13 }, { "no-store", 8 } },
};

void
http_reply_problem(struct http_req *rq, int status, const char *detail)
{
	char buf[3 * DETAIL_MAX];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	put_problem(&w, status, detail);
	http_reply(rq, &(struct http_answer){
		.status = status, .body = { buf, wr_len(&w) },
		.headers = problem_headers, .nheaders = sizeof(problem_headers) / sizeof(problem_headers[0]),
	});
}

/* There may be no request to answer: of a bad head nothing can be believed. */
void
http_reply_refuse(struct http_conn *c, int status, const char *why)
{
	char buf[1024 + 3 * DETAIL_MAX], body[3 * DETAIL_MAX];
	struct wr w, b;

	wr_init(&b, body, sizeof(body));
	put_problem(&b, status, why);
	wr_init(&w, buf, sizeof(buf));
	wr_printf(&w, "HTTP/1.1 %d %s\r\nDate: %s\r\n", status, http_status_reason(status), http_conn_date(c));
	wr_text(&w, "Content-Type: application/problem+json\r\nCache-Control: no-store\r\n");
	wr_printf(&w, "Content-Length: %zu\r\nConnection: close\r\n\r\n", wr_len(&b));
	if (!c->rq.live || http_req_head(&c->rq)->method != HTTP_HEAD)
		wr_bytes(&w, body, wr_len(&b));
	assert(wr_ok(&w) && wr_ok(&b));
	(void)http_conn_write(c, buf, wr_len(&w));	/* a failure comes as an event */
}

/* --- answers as they are made ---------------------------------------------------------------- */

void
http_reply_start(struct http_req *rq, const struct http_answer *a, int64_t length,
    const struct http_handler *h, void *arg)
{
	char buf[HTTP_REPLY_HEAD_MAX];
	struct wr w;

	assert(rq->live && rq->out == REQ_SILENT);
	if (h != NULL)
		http_req_wait(rq, h, arg);
	if (rq->form != NULL) {
		rq->form->start(rq, a, length);
		return;
	}
	wr_init(&w, buf, sizeof(buf));
	put_head(&w, rq, a, length);
	assert(wr_ok(&w));
	rq->out = REQ_STARTED;
	io_stream_hold(rq->conn->stream);	/* the first piece is often known already */
	(void)http_conn_write(rq->conn, buf, wr_len(&w));	/* a failure comes as an event */
}

void
http_reply_switch(struct http_req *rq, const struct http_answer *a, const char *protocol)
{
	char buf[HTTP_REPLY_HEAD_MAX];
	struct wr w;
	size_t i;

	assert(rq->live && rq->out == REQ_SILENT && rq->h->on_chunk != NULL);
	if (rq->form != NULL) {
		rq->form->raw(rq, a);
		return;
	}
	wr_init(&w, buf, sizeof(buf));
	wr_printf(&w, "HTTP/1.1 101 %s\r\nDate: %s\r\n", http_status_reason(101), http_conn_date(rq->conn));
	wr_printf(&w, "Connection: Upgrade\r\nUpgrade: %s\r\n", protocol);
	for (i = 0; i < a->nheaders; i++)
		put_header(&w, rq, &a->headers[i]);
	wr_text(&w, "\r\n");
	assert(wr_ok(&w));
	rq->out = REQ_STARTED;
	rq->close = true;
	(void)http_conn_write(rq->conn, buf, wr_len(&w));	/* a failure comes as an event */
	http_conn_raw(rq->conn);
}

bool
http_reply_started(const struct http_req *rq)
{
	return rq->out != REQ_SILENT;
}

/* Size, data and line end in one write: one packet or record each. */
static int
write_chunks(struct http_conn *c, const char *p, size_t n)
{
	char buf[CHUNK + HTTP_CHUNK_EXTRA];
	struct wr w;
	size_t k;
	int result = 0;

	for (; n > 0 && result >= 0; p += k, n -= k) {
		k = n < CHUNK ? n : CHUNK;
		wr_init(&w, buf, sizeof(buf));
		http_chunk_write(&w, p, k);
		result = http_conn_write(c, buf, wr_len(&w));
	}
	return result;
}

/* All of it or nothing: half a chunk could not be taken back. When room is
 * short, an earlier write has said 1, so on_drained() will come. */
int
http_reply_write(struct http_req *rq, const void *p, size_t n)
{
	struct http_conn *c = rq->conn;

	assert(rq->out == REQ_STARTED);
	if (rq->bodyless || n == 0)
		return 0;
	if (rq->form != NULL)
		return rq->form->write(rq, p, n);
	if (n > PIECE_MAX || (rq->counted && n > rq->left))
		return -EMSGSIZE;
	if (c->state != CONN_OPEN)
		return -EPIPE;
	if (io_stream_queued(c->stream) + n + (n / CHUNK + 1) * HTTP_CHUNK_EXTRA > IO_STREAM_QUEUE_MAX)
		return -ENOSPC;
	if (rq->counted)
		rq->left -= n;
	return rq->chunked ? write_chunks(c, p, n) : http_conn_write(c, p, n);
}

static void
write_end(struct http_req *rq, const struct http_trailers *t)
{
	char buf[HTTP_TRAILERS_MAX + 64];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	http_trailers_write(&w, t);
	assert(wr_ok(&w));
	(void)http_conn_write(rq->conn, buf, wr_len(&w));	/* a failure comes as an event */
}

void
http_reply_end(struct http_req *rq)
{
	http_reply_end_with(rq, NULL);
}

void
http_reply_end_with(struct http_req *rq, const struct http_trailers *t)
{
	struct http_conn *c = rq->conn;

	assert(rq->live && rq->out == REQ_STARTED);
	if (rq->counted && rq->left > 0 && !rq->bodyless) {
		http_reply_cut(rq);
		return;
	}
	if (!http_header_has(http_req_head(rq), "TE", "trailers"))
		t = NULL;	/* RFC 9110 6.5.1 */
	rq->h = NULL;
	if (rq->form != NULL) {
		rq->form->end(rq, t);
		return;
	}
	if (rq->chunked && !rq->bodyless)
		write_end(rq, t);
	http_conn_drop_body(c);
	rq->out = REQ_ANSWERED;
	io_stream_push(c->stream);
	http_conn_settle(c);
}

void
http_reply_cut(struct http_req *rq)
{
	rq->h = NULL;
	if (rq->form != NULL) {
		rq->form->cut(rq);
		return;
	}
	if (rq->conn->stream != NULL)
		io_stream_push(rq->conn->stream);	/* what came before the cut is the client's */
	http_conn_end(rq->conn);
}
