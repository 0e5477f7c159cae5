/* One request and its reply; see exchange.h. */
#include "io/exchange.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "base/str.h"
#include "io/call.h"
#include "io/tls_client.h"
#include "io/url.h"

enum { READ_MAX = 16 << 10 };

struct exchanging {
	struct io_exchange *x;
	struct io_url at;
	struct io_reply reply;
	char head[IO_EXCHANGE_HEAD_MAX];
	size_t n;
	struct err *e;
	int refused;			/* by on_body(), or for want of room; e is set */
};

/* --- the request ------------------------------------------------------------------- */

static bool __attribute__((format(printf, 2, 3)))
put(struct exchanging *g, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(g->head + g->n, sizeof(g->head) - g->n, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(g->head) - g->n)
		return false;
	g->n += (size_t)n;
	return true;
}

static bool
has_header(const struct io_exchange *x, const char *name)
{
	size_t i;

	for (i = 0; i < x->nheaders; i++)
		if (str_ieq(str_of(x->headers[i].name), str_of(name)))
			return true;
	return false;
}

static bool
put_headers(struct exchanging *g)
{
	const struct io_exchange *x = g->x;
	size_t i;

	for (i = 0; i < x->nheaders; i++)
		if (!str_printable(str_of(x->headers[i].value)) || !put(g, "%s: %s\r\n", x->headers[i].name, x->headers[i].value))
			return false;
	return (has_header(x, "User-Agent") || put(g, "User-Agent: pic/" PIC_VERSION "\r\n")) &&
	    (has_header(x, "Accept") || put(g, "Accept: */*\r\n")) &&
	    (x->body == NULL || put(g, "Content-Length: %zu\r\n", x->nbody)) && put(g, "Connection: close\r\n\r\n");
}

static bool
write_head(struct exchanging *g)
{
	const char *method = g->x->method == NULL ? "GET" : g->x->method;
	char port[8] = "";

	if (g->at.port != io_url_usual_port(&g->at))
		(void)snprintf(port, sizeof(port), ":%u", g->at.port);	/* fits */
	return put(g, "%s %s HTTP/1.1\r\nHost: %s%s\r\n", method, *g->at.path == '\0' ? "/" : g->at.path, g->at.host, port) &&
	    put_headers(g);
}

/* --- the reply ----------------------------------------------------------------------- */

static int
keep(struct exchanging *g, const uint8_t *p, size_t n)
{
	struct io_exchange *x = g->x;

	if (x->text == NULL)
		return 0;
	if (x->gzip || x->coded)
		return err_set(g->e, ERR_REMOTE, "%s packs its reply, though nobody asked for it", g->at.host);
	if (n >= x->size - x->n)
		return err_set(g->e, ERR_TOO_LARGE, "the reply of %s is longer than it may be", g->at.host);
	memcpy(x->text + x->n, p, n);
	x->n += n;
	x->text[x->n] = '\0';
	return 0;
}

static bool
on_body(void *arg, const uint8_t *p, size_t n)
{
	struct exchanging *g = arg;
	struct io_exchange *x = g->x;

	x->status = g->reply.status;
	x->gzip = g->reply.gzip;
	x->coded = g->reply.coded;
	g->refused = x->on_body != NULL ? x->on_body(x->arg, x, p, n) : keep(g, p, n);
	return g->refused == 0;
}

static int
read_reply(struct exchanging *g, struct io_call *c)
{
	uint8_t buf[READ_MAX];
	enum io_reply_step step = IO_REPLY_MORE;
	ssize_t n;

	while (step == IO_REPLY_MORE) {
		n = io_call_read(c, buf, sizeof(buf));
		if (n < 0)
			return (int)n;
		if (n == 0)
			return io_reply_is_whole(&g->reply) ? 0 : -ECONNRESET;
		step = io_reply_feed(&g->reply, buf, (size_t)n);
	}
	return step == IO_REPLY_DONE ? 0 : -EBADMSG;
}

static void
reply_start(struct exchanging *g)
{
	struct io_exchange *x = g->x;
	size_t i;

	io_reply_init(&g->reply, on_body, g);
	g->reply.wanted = x->wanted;
	g->reply.nwanted = x->nwanted;
	g->reply.to_head = x->method != NULL && strcmp(x->method, "HEAD") == 0;
	for (i = 0; i < x->nwanted; i++)
		x->wanted[i].value[0] = '\0';
	if (x->text != NULL)
		x->text[0] = '\0';
	x->n = 0;
	x->status = 0;
}

static int
talk(struct exchanging *g, struct io_call *c, struct err *e)
{
	int r = io_call_write(c, g->head, g->n);

	if (r == 0 && g->x->nbody > 0)
		r = io_call_write(c, g->x->body, g->x->nbody);
	if (r == 0)
		r = read_reply(g, c);
	if (g->refused != 0)
		return g->refused;
	if (r == -ETIMEDOUT)
		return err_set(e, ERR_REMOTE, "%s is too slow", g->at.host);
	if (r == -EBADMSG)
		return err_set(e, ERR_REMOTE, "%s answers something that is not HTTP", g->at.host);
	if (r < 0)
		return err_set(e, ERR_REMOTE, "%s: %s", g->at.host, io_tls_error_text(r));
	g->x->status = g->reply.status;
	return 0;
}

static int
exchange(struct exchanging *g, struct err *e)
{
	struct io_exchange *x = g->x;
	struct io_call *c;
	int r;

	if (!io_url_read(x->url, x->plain_too, &g->at))
		return err_set(e, ERR_VALIDATION, "this is no address of a host over HTTPS");
	if (!write_head(g))
		return err_set(e, ERR_VALIDATION, "the request to %s cannot be written", g->at.host);
	r = io_call_open(&c, &(struct io_call_to){ .at = &g->at, .resolver = x->resolver, .tls = x->tls,
	    .family = x->family, .deadline_ms = x->deadline_ms }, e);
	if (r < 0)
		return r;
	r = talk(g, c, e);
	io_call_close(c);
	return r;
}

int
io_exchange(struct io_exchange *x, struct err *e)
{
	struct exchanging *g = calloc(1, sizeof(*g));
	int r;

	if (g == NULL)
		return err_sys(e, -ENOMEM, "ask a server");
	g->x = x;
	g->e = e;
	reply_start(g);
	r = exchange(g, e);
	sodium_memzero(g, sizeof(*g));	/* passwords and tokens were in the head */
	free(g);
	return r;
}
