/* Requests over the cell's socket; see client.h. */
#include "cli/client.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <sodium.h>

#include "cli/reply.h"
#include "cli/verb.h"
#include "conf/json.h"
#include "http/wire.h"

enum { READ_MAX = 16 << 10, HEAD_MAX = 2048, BODY_MAX = 64 << 20, LINE_MAX_ = 1 << 20 };

/* What has come of an answer: handed on in pieces. */
struct receiver {
	int status;
	bool (*take)(void *arg, const char *p, size_t n);	/* false: enough */
	void *arg;
};

static int
not_running(const struct cli *c, int error)
{
	if (error == EACCES)
		fprintf(stderr, "pic: no access to %s: be root or a member of group pic\n", c->paths.socket);
	else
		fprintf(stderr, "pic: no cell answers at %s (%s); start one with: pic run\n",
		    c->paths.socket, strerror(error));
	return CLI_NOT_RUNNING;
}

static int
dial(const struct cli *c)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), error;

	if (fd < 0)
		return -errno;
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s", c->paths.socket);	/* PATHS_SOCKET_MAX fits */
	if (connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	error = -errno;
	(void)close(fd);	/* never was connected */
	return error;
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

static bool
send_request(int fd, const char *method, const char *path, const char *body)
{
	char head[HEAD_MAX];
	size_t n = body == NULL ? 0 : strlen(body);
	int len = snprintf(head, sizeof(head), "%s %s HTTP/1.1\r\nHost: localhost\r\n"
	    "Connection: close\r\nContent-Length: %zu\r\n%s\r\n", method, path, n,
	    body == NULL ? "" : "Content-Type: application/json\r\n");

	if (len < 0 || (size_t)len >= sizeof(head))
		return false;
	return send_all(fd, head, (size_t)len) && (n == 0 || send_all(fd, body, n));
}

/* Feed n bytes to the reader of answers. 1 = go on, 0 = complete or enough, -1 = not HTTP. */
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
			rx->status = http_wire_head(w)->status;
			break;
		case HTTP_STEP_BODY:
			if (!rx->take(rx->arg, body.p, body.n))
				return 0;
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
			more = http_wire_eof(w) == HTTP_STEP_END ? 0 : -1;
		else
			more = feed(w, rx, buf, (size_t)n);
	}
	http_wire_free(w);
	return more;
}

/* One exchange. CLI_OK, or an exit status after saying why. */
static int
exchange(struct cli *c, const char *method, const char *path, const char *body, struct receiver *rx)
{
	int fd = dial(c), status = CLI_OK;

	if (fd < 0)
		return not_running(c, -fd);
	if (!send_request(fd, method, path, body) || receive(fd, rx) < 0) {
		fprintf(stderr, "pic: the cell ended the connection before its answer was complete\n");
		status = CLI_FAILED;
	}
	(void)close(fd);	/* all was read */
	return status;
}

static bool
collect(void *arg, const char *p, size_t n)
{
	struct cli_reply *r = arg;
	char *more;

	if (r->text_len + n > BODY_MAX)
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
cli_request(struct cli *c, const char *method, const char *path, const json_t *body, struct cli_reply *r)
{
	struct receiver rx = { .take = collect, .arg = r };
	char *text = body == NULL ? NULL : conf_json_canonical(body);
	int status;

	memset(r, 0, sizeof(*r));
	status = exchange(c, method, path, text, &rx);
	if (text != NULL)
		sodium_memzero(text, strlen(text));	/* may hold a password */
	free(text);
	r->status = rx.status;
	if (status == CLI_OK && r->text != NULL)
		r->body = conf_json_read(r->text, r->text_len, NULL);
	else if (status != CLI_OK)
		cli_reply_free(r);
	return status;
}

void
cli_reply_free(struct cli_reply *r)
{
	json_decref(r->body);
	free(r->text);
	memset(r, 0, sizeof(*r));
}

int
cli_call(struct cli *c, const char *method, const char *path, const json_t *body, struct cli_reply *r)
{
	int status = cli_request(c, method, path, body, r);

	if (status != CLI_OK || r->status < 400)
		return status;
	status = cli_tell(r);
	cli_reply_free(r);
	return status;
}

/* --- streams ------------------------------------------------------------------ */

struct lines {
	bool (*on_line)(void *arg, const char *line);
	void *arg;
	char *buf;
	size_t n;
};

static bool
take_byte(struct lines *l, char ch)
{
	if (ch != '\n') {
		if (l->n + 1 == LINE_MAX_)
			return false;
		l->buf[l->n++] = ch;
		return true;
	}
	l->buf[l->n] = '\0';
	l->n = 0;
	return l->on_line(l->arg, l->buf);
}

static bool
split(void *arg, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!take_byte(arg, p[i]))
			return false;
	return true;
}

int
cli_stream(struct cli *c, const char *path, bool (*on_line)(void *arg, const char *line), void *arg)
{
	struct lines l = { .on_line = on_line, .arg = arg, .buf = malloc(LINE_MAX_) };
	struct receiver rx = { .take = split, .arg = &l };
	int status;

	if (l.buf == NULL)
		return CLI_FAILED;
	status = exchange(c, "GET", path, NULL, &rx);
	if (status == CLI_OK && rx.status != 200) {
		fprintf(stderr, "pic: the cell refused (status %d)\n", rx.status);
		status = CLI_FAILED;
	}
	free(l.buf);
	return status;
}

/* --- paths -------------------------------------------------------------------- */

bool
cli_encode(const char *s, char *buf, size_t size)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t n = 0;

	for (; *s != '\0'; s++) {
		unsigned char ch = (unsigned char)*s;
		bool plain = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
		    (ch >= 'A' && ch <= 'Z') || strchr("-._~", ch) != NULL;

		if (n + (plain ? 1 : 3) >= size)
			return false;
		if (plain) {
			buf[n++] = (char)ch;
			continue;
		}
		buf[n++] = '%';
		buf[n++] = hex[ch >> 4];
		buf[n++] = hex[ch & 15];
	}
	buf[n] = '\0';
	return true;
}

bool
cli_path(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < size)
		return true;
	fprintf(stderr, "pic: that is too long\n");
	return false;
}
