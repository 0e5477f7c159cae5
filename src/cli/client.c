/* Requests over the cell's socket; see client.h. */
#include "cli/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <sodium.h>

#include "base/str.h"
#include "cli/reply.h"
#include "cli/verb.h"
#include "conf/json.h"
#include "http/wire.h"
#include "sys/paths.h"

enum {
	READ_MAX = 16 << 10, HEAD_MAX = 2048, TEXT_MAX = 64 << 20, STREAM_LINE_MAX = 1 << 20,
	WAIT_S = 90	/* longer than any request may take the cell */
};

/* An answer on its way. */
struct receiver {
	int status;
	char *etag;						/* of CLI_ETAG_MAX bytes, or NULL */
	bool (*take)(void *arg, const char *p, size_t n);	/* false: no more */
	void *arg;
	bool is_stream;						/* may end at any time */
};

/* --- the connection -------------------------------------------------------------- */

static int
not_running(const char *path, int error)
{
	if (error == EACCES || error == EPERM)
		fprintf(stderr, "pic: no access to %s: be root or a member of group pic\n", path);
	else
		fprintf(stderr, "pic: no cell answers at %s (%s); start one with: pic run\n", path, strerror(error));
	return CLI_NOT_RUNNING;
}

/* A descriptor or a negative errno. */
static int
dial(const char *path)
{
	static const struct timeval wait = { .tv_sec = WAIT_S };
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), error;

	if (fd < 0)
		return -errno;
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);	/* PATHS_SOCKET_MAX fits */
	if (connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0) {
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));	/* without: waits longer */
		return fd;
	}
	error = -errno;
	(void)close(fd);	/* never was connected */
	return error;
}

/* Members of group pic are not root: where no cell of their own runs, they mean the host's. */
static int
open_cell(const struct cli *c, struct paths *p)
{
	bool root = geteuid() == 0;
	int fd;

	if (paths_find(p, c->state, c->sock, root) < 0) {
		fprintf(stderr, "pic: cannot tell where the cell lives: set PIC_STATE_DIR or HOME to a short path\n");
		return -EINVAL;
	}
	fd = dial(p->socket);
	if (fd < 0 && !root && p->default_runtime && paths_find(p, NULL, NULL, true) == 0)
		fd = dial(p->socket);
	return fd;
}

static bool
send_all(int fd, const char *p, size_t n)
{
	ssize_t sent;

	while (n > 0) {
		sent = send(fd, p, n, MSG_NOSIGNAL);
		if (sent < 0 && errno != EINTR)
			return false;
		if (sent > 0) {
			p += sent;
			n -= (size_t)sent;
		}
	}
	return true;
}

/* False: the request was not sent entirely. There may be an answer all the same that says why. */
static bool
send_request(int fd, const struct cli_ask *q, const char *body)
{
	char head[HEAD_MAX];
	size_t n = body == NULL ? 0 : strlen(body);
	int len = snprintf(head, sizeof(head), "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
	    "Content-Length: %zu\r\n%s%s%s%s\r\n", q->method, q->path, n,
	    body == NULL ? "" : "Content-Type: application/json\r\n", q->if_match == NULL ? "" : "If-Match: ",
	    q->if_match == NULL ? "" : q->if_match, q->if_match == NULL ? "" : "\r\n");

	if (len < 0 || (size_t)len >= sizeof(head))
		return false;
	return send_all(fd, head, (size_t)len) && (n == 0 || send_all(fd, body, n));
}

/* --- the answer -------------------------------------------------------------------- */

static void
take_head(const struct http_wire *w, struct receiver *rx)
{
	const struct http_head *h = http_wire_head(w);

	rx->status = h->status;
	if (rx->etag != NULL)
		(void)str_copy(http_header_get(h, "ETag"), rx->etag, CLI_ETAG_MAX);	/* too long: none */
}

/* Feed n bytes to the reader of answers. 1 = go on, 0 = complete, -1 = not HTTP, or not taken. */
static int
feed(struct http_wire *w, struct receiver *rx, const uint8_t *p, size_t n)
{
	struct str body;
	size_t used;

	for (;;) {
		enum http_step step = http_wire_step(w, p, n, &used, &body);

		p += used;
		n -= used;
		switch (step) {
		case HTTP_STEP_MORE:
			return 1;
		case HTTP_STEP_HEAD:
			take_head(w, rx);
			break;
		case HTTP_STEP_BODY:
			if (!rx->take(rx->arg, body.p, body.n))
				return -1;
			http_wire_took(w, body.n);
			p += body.n;
			n -= body.n;
			break;
		case HTTP_STEP_END:
			if (rx->status >= 200)
				return 0;
			http_wire_next(w);	/* 100 Continue */
			break;
		case HTTP_STEP_BAD:
			return -1;
		}
	}
}

static int
receive(int fd, struct receiver *rx)
{
	struct http_wire *w = http_wire_responses();
	uint8_t buf[READ_MAX];
	ssize_t n;
	int more = w == NULL ? -1 : 1;

	while (more == 1) {
		n = recv(fd, buf, sizeof(buf), 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			more = n == 0 && http_wire_eof(w) == HTTP_STEP_END ? 0 : -1;
		else
			more = feed(w, rx, buf, (size_t)n);
	}
	http_wire_free(w);
	return more;
}

/* One exchange. CLI_OK, or an exit status after saying why. */
static int
exchange(struct cli *c, const struct cli_ask *q, const char *body, struct receiver *rx)
{
	struct paths p;
	int fd = open_cell(c, &p), ended;

	if (fd == -EINVAL)
		return CLI_USAGE;
	if (fd < 0)
		return not_running(p.socket, -fd);
	(void)send_request(fd, q, body);	/* whether an answer comes is what counts */
	ended = receive(fd, rx);
	(void)close(fd);	/* all was read */
	if (ended == 0 || (rx->is_stream && rx->status == 200))
		return CLI_OK;
	fprintf(stderr, "pic: the cell ended the connection before its answer was complete\n");
	return CLI_FAILED;
}

static bool
collect(void *arg, const char *p, size_t n)
{
	struct cli_reply *r = arg;
	char *more;

	if (r->text_len + n > TEXT_MAX)
		return false;
	more = realloc(r->text, r->text_len + n + 1);
	if (more == NULL)
		return false;
	memcpy(more + r->text_len, p, n);
	r->text = more;
	r->text_len += n;
	more[r->text_len] = '\0';
	return true;
}

int
cli_request(struct cli *c, const struct cli_ask *q, struct cli_reply *r)
{
	struct receiver rx = { .take = collect, .arg = r, .etag = r->etag };
	char *text = q->body == NULL ? NULL : conf_json_canonical(q->body);
	int status;

	memset(r, 0, sizeof(*r));
	if (q->body != NULL && text == NULL)
		return CLI_FAILED;
	status = exchange(c, q, text, &rx);
	if (text != NULL)
		sodium_memzero(text, strlen(text));	/* may hold a password */
	free(text);
	r->status = rx.status;
	if (status != CLI_OK)
		cli_reply_free(r);
	else if (r->text != NULL)
		r->body = conf_json_read(r->text, r->text_len, NULL);
	return status;
}

void
cli_reply_free(struct cli_reply *r)
{
	json_decref(r->body);
	if (r->text != NULL)
		sodium_memzero(r->text, r->text_len);	/* may hold a token */
	free(r->text);
	memset(r, 0, sizeof(*r));
}

int
cli_call(struct cli *c, const char *method, const char *path, const json_t *body, struct cli_reply *r)
{
	return cli_call_ask(c, &(struct cli_ask){ .method = method, .path = path, .body = body }, r);
}

int
cli_call_ask(struct cli *c, const struct cli_ask *q, struct cli_reply *r)
{
	int status = cli_request(c, q, r);

	if (status != CLI_OK || r->status < 400)
		return status;
	status = cli_tell(r);
	cli_reply_free(r);
	return status;
}

/* --- streams ------------------------------------------------------------------------ */

struct lines {
	bool (*on_line)(void *arg, const char *line);
	void *arg;
	const struct receiver *rx;
	struct cli_reply refusal;	/* what came instead of a stream */
	char *buf;
	size_t n;
	bool enough;
};

static bool
take_byte(struct lines *l, char ch)
{
	if (ch != '\n') {
		if (l->n + 1 == STREAM_LINE_MAX)
			return false;
		l->buf[l->n++] = ch;
		return true;
	}
	l->buf[l->n] = '\0';
	l->n = 0;
	l->enough = !l->on_line(l->arg, l->buf);
	return !l->enough;
}

static bool
split(void *arg, const char *p, size_t n)
{
	struct lines *l = arg;
	size_t i;

	if (l->rx->status != 200)
		return collect(&l->refusal, p, n);
	for (i = 0; i < n; i++)
		if (!take_byte(l, p[i]))
			return false;
	return true;
}

static int
stream_end(struct lines *l)
{
	int status = CLI_OK;

	if (l->rx->status != 200) {
		l->refusal.body = conf_json_read(l->refusal.text == NULL ? "" : l->refusal.text,
		    l->refusal.text_len, NULL);
		status = cli_tell(&l->refusal);
		cli_reply_free(&l->refusal);
	} else if (!l->enough) {
		fprintf(stderr, "pic: the cell ended the stream\n");
		status = CLI_FAILED;
	}
	return status;
}

int
cli_stream(struct cli *c, const char *path, bool (*on_line)(void *arg, const char *line), void *arg)
{
	const struct cli_ask q = { .method = "GET", .path = path };
	struct receiver rx = { .take = split, .is_stream = true };
	struct lines l = { .on_line = on_line, .arg = arg, .rx = &rx, .buf = malloc(STREAM_LINE_MAX) };
	int status;

	if (l.buf == NULL)
		return CLI_FAILED;
	rx.arg = &l;
	status = exchange(c, &q, NULL, &rx);
	if (status == CLI_OK)
		status = stream_end(&l);
	free(l.buf);
	return status;
}
