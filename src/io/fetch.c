/* A document over HTTPS; see fetch.h. */
#include "io/fetch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "base/err.h"
#include "base/str.h"
#include "io/exchange.h"
#include "io/url.h"
#include "sys/clk.h"

enum {
	UNPACK_MAX = 32 << 10, TYPE_MAX = 128,
	GZIP_BITS = 15 + 16		/* zlib: a gzip head, not one of its own */
};

struct fetching {
	const struct io_fetch *f;
	struct io_exchange x;
	struct io_url at;
	char url[IO_URL_MAX + 1], location[IO_URL_MAX + 1];
	char etag[IO_FETCH_TAG_MAX + 1], modified[IO_FETCH_TAG_MAX + 1], type[TYPE_MAX + 1];
	size_t came, told;		/* octets as they came; of the document */
	bool unpacks;
	z_stream z;
	bool unpacked;			/* the end of the gzip data was seen */
	struct err *e;			/* why the body was refused */
};

/* --- the document ------------------------------------------------------------------ */

static int
tell(struct fetching *g, const uint8_t *p, size_t n)
{
	if (n > g->f->max - g->told)
		return err_set(g->e, ERR_TOO_LARGE, "the document is longer than it may be");
	g->told += n;
	if (n > 0)
		g->f->on_data(g->f->arg, p, n);
	return 0;
}

static int
unpack(struct fetching *g, const uint8_t *p, size_t n)
{
	uint8_t out[UNPACK_MAX];
	int r = Z_OK, error;

	g->z.next_in = p;
	g->z.avail_in = (uInt)n;
	do {
		g->z.next_out = out;
		g->z.avail_out = sizeof(out);
		r = g->unpacked ? Z_DATA_ERROR : inflate(&g->z, Z_NO_FLUSH);
		if (r == Z_BUF_ERROR)
			return 0;	/* it wants more */
		if (r != Z_OK && r != Z_STREAM_END)
			return err_set(g->e, ERR_REMOTE, "the document does not unpack");
		g->unpacked = r == Z_STREAM_END;
		error = tell(g, out, sizeof(out) - g->z.avail_out);
		if (error < 0)
			return error;
	} while (g->z.avail_in > 0 || g->z.avail_out == 0);
	return 0;
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

static int
on_body(void *arg, const struct io_exchange *x, const uint8_t *p, size_t n)
{
	struct fetching *g = arg;

	if (x->status != 200)
		return 0;		/* nobody reads what an error page says */
	if (g->came == 0) {
		if (!is_text(g->type))
			return err_set(g->e, ERR_REMOTE, "the server sent a document of another kind than text");
		if (x->coded)
			return err_set(g->e, ERR_REMOTE, "the server packed the document in a way that we did not ask for");
		g->unpacks = x->gzip || (n >= 2 && p[0] == 0x1f && p[1] == 0x8b);
	}
	if (n > g->f->max - g->came)
		return err_set(g->e, ERR_TOO_LARGE, "the document is longer than it may be");
	g->came += n;
	if (g->f->on_progress != NULL)
		g->f->on_progress(g->f->arg, g->came);
	return g->unpacks ? unpack(g, p, n) : tell(g, p, n);
}

/* --- one request --------------------------------------------------------------------- */

static int
one_request(struct fetching *g, struct err *e)
{
	const struct io_fetch *f = g->f;
	struct io_header headers[4] = { { "Accept", "text/plain, */*;q=0.1" }, { "Accept-Encoding", "gzip" } };
	size_t n = 2;

	if (!io_url_read(g->url, false, &g->at))
		return err_set(e, ERR_VALIDATION, "%.200s is no address of a host over HTTPS", g->url);
	if (f->etag != NULL && f->etag[0] != '\0')
		headers[n++] = (struct io_header){ "If-None-Match", f->etag };
	if (f->modified != NULL && f->modified[0] != '\0')
		headers[n++] = (struct io_header){ "If-Modified-Since", f->modified };
	g->x.url = g->url;
	g->x.headers = headers;
	g->x.nheaders = n;
	return io_exchange(&g->x, e);
}

/* Where a redirect leads; a path alone stays with the host. */
static int
follow(struct fetching *g, struct err *e)
{
	char next[IO_URL_MAX + 1];
	int n;

	if (g->location[0] != '/')
		n = snprintf(next, sizeof(next), "%s", g->location);
	else
		n = snprintf(next, sizeof(next), "https://%s:%u%s", g->at.host, g->at.port, g->location);
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
		if (r < 0 || !is_redirect(g->x.status))
			break;
		r = follow(g, e);
	}
	if (r < 0)
		return r;
	if (is_redirect(g->x.status))
		return err_set(e, ERR_REMOTE, "more than %d redirects", IO_FETCH_REDIRECTS);
	out->unchanged = g->x.status == 304;
	if (g->x.status != 200 && g->x.status != 304)
		return err_set(e, ERR_REMOTE, "%s answers with status %d", g->at.host, g->x.status);
	if (g->unpacks && !g->unpacked)
		return err_set(e, ERR_REMOTE, "the document is cut off");
	(void)str_copy(str_of(g->etag), out->etag, sizeof(out->etag));	/* same sizes */
	(void)str_copy(str_of(g->modified), out->modified, sizeof(out->modified));
	out->bytes = g->told;
	return 0;
}

int
io_fetch(const struct io_fetch *f, struct io_fetched *out, struct err *e)
{
	struct fetching *g = calloc(1, sizeof(*g));
	struct io_wanted wanted[4];
	int r;

	memset(out, 0, sizeof(*out));
	if (g == NULL)
		return err_sys(e, -ENOMEM, "fetch");
	wanted[0] = (struct io_wanted){ "Location", g->location, sizeof(g->location) };
	wanted[1] = (struct io_wanted){ "ETag", g->etag, sizeof(g->etag) };
	wanted[2] = (struct io_wanted){ "Last-Modified", g->modified, sizeof(g->modified) };
	wanted[3] = (struct io_wanted){ "Content-Type", g->type, sizeof(g->type) };
	g->f = f;
	g->e = e;
	g->x = (struct io_exchange){ .resolver = f->resolver, .tls = f->tls, .wanted = wanted, .nwanted = 4,
		.deadline_ms = clk_system.mono_ms(&clk_system) + (uint64_t)f->deadline_s * 1000, .on_body = on_body, .arg = g };
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
