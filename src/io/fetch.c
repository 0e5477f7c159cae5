/* A document over HTTPS; see fetch.h. */
#include "io/fetch.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <zlib.h>

#include "base/err.h"
#include "base/str.h"
#include "io/resolve.h"
#include "io/tls_call.h"
#include "io/tls_client.h"
#include "sys/clk.h"

enum {
	HTTPS_PORT = 443, CONNECT_MS = 10000, READ_MAX = 16 << 10, UNPACK_MAX = 32 << 10, REQUEST_MAX = 4096,
	GZIP_BITS = 15 + 16		/* zlib: a gzip head, not one of its own */
};

struct fetching {
	const struct io_fetch *f;
	uint64_t deadline_ms;
	char url[FETCH_URL_MAX + 1];
	struct io_url at;
	struct fetch_reply reply;
	size_t came, told;		/* octets as they came; of the document */
	bool unpacks;
	z_stream z;
	bool unpacked;			/* the end of the gzip data was seen */
	struct err *e;			/* why the body was refused */
	bool refused;
};

/* --- addresses ------------------------------------------------------------------- */

bool
io_url_read(const char *text, struct io_url *out)
{
	struct str s = str_of(text), host;
	uint64_t port = HTTPS_PORT;

	if (!str_starts(s, STR("https://")) || !str_printable(s))
		return false;
	s = (struct str){ s.p + 8, s.n - 8 };
	out->path = strchr(s.p, '/') == NULL ? "" : strchr(s.p, '/');
	host = (struct str){ s.p, *out->path == '\0' ? s.n : (size_t)(out->path - s.p) };
	s = host;
	(void)str_cut(&s, ':', &host);	/* all of it when there is no port */
	if (host.p + host.n < s.p && (!str_u64(s, UINT16_MAX, &port) || port == 0))
		return false;
	out->port = (uint16_t)port;
	return str_copy(host, out->host, sizeof(out->host)) && io_tls_name_ok(out->host);
}

static int
wait_connected(int fd, uint64_t until)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	uint64_t now = clk_system.mono_ms(&clk_system);
	socklen_t n = sizeof(int);
	int r = now >= until ? 0 : poll(&p, 1, (int)(until - now)), error = 0;

	if (r <= 0)
		return r == 0 ? -ETIMEDOUT : -errno;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) < 0 ? -errno : -error;
}

/* A connected socket, or a negative errno. */
static int
dial(const struct addr_port *to, uint64_t deadline_ms)
{
	uint64_t until = clk_system.mono_ms(&clk_system) + CONNECT_MS;
	struct sockaddr_storage ss;
	socklen_t n = (socklen_t)addr_to_sockaddr(to, &ss);
	int fd = socket(ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error = 0;

	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&ss, n) < 0)
		error = errno == EINPROGRESS ? wait_connected(fd, until < deadline_ms ? until : deadline_ms) : -errno;
	if (error == 0)
		return fd;
	(void)close(fd);	/* nothing was sent */
	return error;
}

static int
dial_any(const struct fetching *g, struct err *e)
{
	struct addr v[IO_FETCH_ADDRESSES];
	int n = io_resolve(&g->f->resolver, g->at.host, v, IO_FETCH_ADDRESSES, g->deadline_ms), i, fd = -ENOENT;

	if (n < 0)
		return err_set(e, ERR_REMOTE, n == -ENOENT ? "there is no host %s" : "the name %s cannot be resolved", g->at.host);
	for (i = 0; i < n && fd < 0; i++)
		fd = dial(&(struct addr_port){ .addr = v[i], .port = g->at.port }, g->deadline_ms);
	return fd >= 0 ? fd : err_set(e, ERR_REMOTE, "%s cannot be reached: %s", g->at.host, strerror(-fd));
}

/* --- the document ------------------------------------------------------------------ */

static bool
refuse(struct fetching *g, enum err_kind kind, const char *why)
{
	(void)err_set(g->e, kind, "%s", why);	/* the flag tells */
	g->refused = true;
	return false;
}

static bool
tell(struct fetching *g, const uint8_t *p, size_t n)
{
	if (n > g->f->max - g->told)
		return refuse(g, ERR_TOO_LARGE, "the document is longer than it may be");
	g->told += n;
	if (n > 0)
		g->f->on_data(g->f->arg, p, n);
	return true;
}

static bool
unpack(struct fetching *g, const uint8_t *p, size_t n)
{
	uint8_t out[UNPACK_MAX];
	int r = Z_OK;

	g->z.next_in = p;
	g->z.avail_in = (uInt)n;
	do {
		g->z.next_out = out;
		g->z.avail_out = sizeof(out);
		r = g->unpacked ? Z_DATA_ERROR : inflate(&g->z, Z_NO_FLUSH);
		if (r == Z_BUF_ERROR)
			return true;	/* it wants more */
		if (r != Z_OK && r != Z_STREAM_END)
			return refuse(g, ERR_REMOTE, "the document does not unpack");
		g->unpacked = r == Z_STREAM_END;
		if (!tell(g, out, sizeof(out) - g->z.avail_out))
			return false;
	} while (g->z.avail_in > 0 || g->z.avail_out == 0);
	return true;
}

/* What is announced as a page, a picture or the like is no document for us. */
static bool
is_text(const char *type)
{
	struct str s = str_of(type), kind;

	(void)str_cut(&s, ';', &kind);	/* all of it without parameters */
	kind = str_trim(kind);
	return kind.n == 0 || str_ieq(kind, STR("text/plain")) || str_ieq(kind, STR("application/octet-stream")) ||
	    str_ieq(kind, STR("binary/octet-stream")) || str_ieq(kind, STR("text/x-hosts")) ||
	    str_ieq(kind, STR("text/csv")) || str_ieq(kind, STR("application/gzip")) ||
	    str_ieq(kind, STR("application/x-gzip"));
}

static bool
on_body(void *arg, const uint8_t *p, size_t n)
{
	struct fetching *g = arg;

	if (g->reply.status != 200)
		return true;		/* nobody reads what an error page says */
	if (g->came == 0) {
		if (!is_text(g->reply.type))
			return refuse(g, ERR_REMOTE, "the server sent a document of another kind than text");
		if (g->reply.coded)
			return refuse(g, ERR_REMOTE, "the server packed the document in a way that we did not ask for");
		g->unpacks = g->reply.gzip || (n >= 2 && p[0] == 0x1f && p[1] == 0x8b);
	}
	if (n > g->f->max - g->came)
		return refuse(g, ERR_TOO_LARGE, "the document is longer than it may be");
	g->came += n;
	if (g->f->on_progress != NULL)
		g->f->on_progress(g->f->arg, g->came);
	return g->unpacks ? unpack(g, p, n) : tell(g, p, n);
}

/* --- one request --------------------------------------------------------------------- */

static int
send_request(const struct fetching *g, struct io_tls_call *t)
{
	const struct io_fetch *f = g->f;
	bool tag = f->etag != NULL && f->etag[0] != '\0', time = f->modified != NULL && f->modified[0] != '\0';
	char text[REQUEST_MAX], port[8] = "";
	int n;

	if (g->at.port != HTTPS_PORT)
		(void)snprintf(port, sizeof(port), ":%u", g->at.port);	/* fits */
	n = snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: %s%s\r\nUser-Agent: pic/" PIC_VERSION "\r\n"
	    "Accept: text/plain, */*;q=0.1\r\nAccept-Encoding: gzip\r\nConnection: close\r\n%s%s%s%s%s%s\r\n",
	    *g->at.path == '\0' ? "/" : g->at.path, g->at.host, port,
	    tag ? "If-None-Match: " : "", tag ? f->etag : "", tag ? "\r\n" : "",
	    time ? "If-Modified-Since: " : "", time ? f->modified : "", time ? "\r\n" : "");
	if (n < 0 || (size_t)n >= sizeof(text))
		return -EMSGSIZE;
	return io_tls_call_write(t, text, (size_t)n);
}

static int
read_reply(struct fetching *g, struct io_tls_call *t)
{
	uint8_t buf[READ_MAX];
	enum fetch_step step = FETCH_MORE;
	ssize_t n;

	while (step == FETCH_MORE) {
		n = io_tls_call_read(t, buf, sizeof(buf));
		if (n < 0)
			return (int)n;
		if (n == 0)
			return fetch_reply_is_whole(&g->reply) ? 0 : -ECONNRESET;
		step = fetch_reply_feed(&g->reply, buf, (size_t)n);
	}
	return step == FETCH_DONE ? 0 : -EBADMSG;
}

static int
talk(struct fetching *g, int fd, struct err *e)
{
	struct io_tls_call *t = NULL;
	int r = io_tls_call_open(&t, fd, g->f->tls, g->at.host, g->deadline_ms);

	fetch_reply_init(&g->reply, on_body, g);
	if (r == 0)
		r = send_request(g, t);
	if (r == 0)
		r = read_reply(g, t);
	io_tls_call_close(t);
	if (r == 0)
		return 0;
	if (g->refused)
		return err_errno(e == NULL ? ERR_REMOTE : e->kind);
	if (r == -ETIMEDOUT)
		return err_set(e, ERR_REMOTE, "%s is too slow", g->at.host);
	if (r == -EBADMSG)
		return err_set(e, ERR_REMOTE, "%s answers something that is not HTTP", g->at.host);
	return err_set(e, ERR_REMOTE, "%s: %s", g->at.host, io_tls_error_text(r));
}

static int
one_request(struct fetching *g, struct err *e)
{
	int fd, r;

	if (!io_url_read(g->url, &g->at))
		return err_set(e, ERR_VALIDATION, "%.200s is no address of a host over HTTPS", g->url);
	fd = dial_any(g, e);
	if (fd < 0)
		return fd;
	r = talk(g, fd, e);
	(void)close(fd);	/* all has been read */
	return r;
}

/* Where a redirect leads; a path alone stays with the host. */
static int
follow(struct fetching *g, struct err *e)
{
	char next[FETCH_URL_MAX + 1];
	int n;

	if (g->reply.location[0] != '/')
		n = snprintf(next, sizeof(next), "%s", g->reply.location);
	else
		n = snprintf(next, sizeof(next), "https://%s:%u%s", g->at.host, g->at.port, g->reply.location);
	if (n <= 0 || (size_t)n >= sizeof(next) || !str_starts(str_of(next), STR("https://")))
		return err_set(e, ERR_REMOTE, "%s redirects to something that is not https", g->at.host);
	memcpy(g->url, next, (size_t)n + 1);
	return 0;
}

static bool
is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static int
fetch(struct fetching *g, struct io_fetched *out, struct err *e)
{
	int i, r = 0;

	for (i = 0; i <= IO_FETCH_REDIRECTS && r == 0; i++) {
		r = one_request(g, e);
		if (r < 0 || !is_redirect(g->reply.status))
			break;
		r = follow(g, e);
	}
	if (r < 0)
		return r;
	if (is_redirect(g->reply.status))
		return err_set(e, ERR_REMOTE, "more than %d redirects", IO_FETCH_REDIRECTS);
	out->unchanged = g->reply.status == 304;
	if (g->reply.status != 200 && g->reply.status != 304)
		return err_set(e, ERR_REMOTE, "%s answers with status %d", g->at.host, g->reply.status);
	if (g->unpacks && !g->unpacked)
		return err_set(e, ERR_REMOTE, "the document is cut off");
	(void)str_copy(str_of(g->reply.etag), out->etag, sizeof(out->etag));	/* same sizes */
	(void)str_copy(str_of(g->reply.modified), out->modified, sizeof(out->modified));
	out->bytes = g->told;
	return 0;
}

int
io_fetch(const struct io_fetch *f, struct io_fetched *out, struct err *e)
{
	struct fetching *g = calloc(1, sizeof(*g));
	int r;

	memset(out, 0, sizeof(*out));
	if (g == NULL)
		return err_sys(e, -ENOMEM, "fetch");
	g->f = f;
	g->e = e;
	g->deadline_ms = clk_system.mono_ms(&clk_system) + (uint64_t)f->deadline_s * 1000;
	if (!str_copy(str_of(f->url), g->url, sizeof(g->url)))
		r = err_set(e, ERR_VALIDATION, "the address is too long");
	else if (inflateInit2(&g->z, GZIP_BITS) != Z_OK)
		r = err_sys(e, -ENOMEM, "fetch");
	else
		r = fetch(g, out, e);
	(void)inflateEnd(&g->z);	/* zeroed is fine, too */
	free(g);
	return r;
}
