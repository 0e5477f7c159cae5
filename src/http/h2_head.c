/* From fields to a head; see h2_head.h. */
#include "http/h2_head.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/wr.h"
#include "http/wire.h"	/* HTTP_FIELDS_MAX */

enum { TEXT_EXTRA = 128, FIELD_EXTRA = 32 };

/* --- fields ------------------------------------------------------------------- */

/* The library has looked at names and values; a line of ours must hold by itself. */
static bool
breaks_line(struct str s)
{
	return str_text_run(s) < s.n;
}

static bool
text_put(struct http_spool *t, struct str s)
{
	return http_spool_put(t, s.p, s.n);
}

/* Once only. */
static bool
set(struct h2_fields *f, struct h2_value *v, struct str value)
{
	if (v->n > 0)
		return false;
	*v = (struct h2_value){ f->values.n, value.n };
	return text_put(&f->values, value);
}

static bool
add_pseudo(struct h2_fields *f, struct str name, struct str value)
{
	static const struct str names[H2_PSEUDOS] = {
		STR(":method"), STR(":scheme"), STR(":authority"), STR(":path"), STR(":protocol"),
	};
	size_t i;

	for (i = 0; i < H2_PSEUDOS; i++)
		if (str_eq(name, names[i]))
			return set(f, &f->pseudo[i], value);
	return false;
}

static bool
add_cookie(struct h2_fields *f, struct str value)
{
	return (f->cookie.n == 0 || text_put(&f->cookie, STR("; "))) && text_put(&f->cookie, value);
}

static bool
add_line(struct h2_fields *f, struct str name, struct str value)
{
	return text_put(&f->lines, name) && text_put(&f->lines, STR(": ")) && text_put(&f->lines, value) &&
	    text_put(&f->lines, STR("\r\n"));
}

void
h2_fields_add(struct h2_fields *f, struct str name, struct str value)
{
	f->total += name.n + value.n + FIELD_EXTRA;	/* as RFC 9113 6.5.2 counts */
	if (f->total > HTTP_FIELDS_MAX + HTTP_TARGET_MAX)
		f->too_large = true;
	if (f->too_large || f->bad)
		return;
	if (name.n == 0 || breaks_line(name) || breaks_line(value))
		f->bad = true;
	else if (name.p[0] == ':')
		f->bad = !add_pseudo(f, name, value);
	else if (str_eq(name, STR("cookie")))
		f->bad = !add_cookie(f, value);
	else if (str_eq(name, STR("host")))	/* RFC 9113 8.3.1: it may stand beside :authority; see judge() */
		f->bad = !set(f, &f->host, value);
	else
		f->bad = !add_line(f, name, value);
}

void
h2_fields_clear(struct h2_fields *f)
{
	http_spool_clear(&f->values);
	http_spool_clear(&f->lines);
	http_spool_clear(&f->cookie);
	*f = (struct h2_fields){ 0 };
}

/* --- the head ------------------------------------------------------------------ */

/* Nothing was taken from the spool: it begins at its p. */
static struct str
str_of_value(const struct h2_fields *f, const struct h2_value *v)
{
	return v->n == 0 ? (struct str){ NULL, 0 } : (struct str){ (const char *)f->values.p + v->at, v->n };
}

static void
put(struct wr *w, struct str s)
{
	wr_bytes(w, s.p, s.n);
}

/* RFC 8441 4; judge() has seen to the rest. */
static bool
is_connect(const struct h2_fields *f)
{
	return f->pseudo[H2_PROTOCOL].n > 0;
}

/* n is enough: f->total counts FIELD_EXTRA for each field, a line needs less. */
static struct str
write_text(const struct h2_fields *f, char *p, size_t n)
{
	const struct str host = str_of_value(f, f->pseudo[H2_AUTHORITY].n > 0 ? &f->pseudo[H2_AUTHORITY] : &f->host);
	struct wr w;

	wr_init(&w, p, n);
	if (is_connect(f))
		wr_text(&w, "GET");
	else
		put(&w, str_of_value(f, &f->pseudo[H2_METHOD]));
	wr_text(&w, " ");
	put(&w, str_of_value(f, &f->pseudo[H2_PATH]));
	wr_text(&w, " HTTP/1.1\r\n");
	if (host.n > 0) {
		wr_text(&w, "Host: ");
		put(&w, host);
		wr_text(&w, "\r\n");
	}
	if (is_connect(f))
		wr_text(&w, "Connection: Upgrade\r\nUpgrade: websocket\r\n");
	wr_bytes(&w, f->lines.p, f->lines.n);
	if (f->cookie.n > 0) {
		wr_text(&w, "Cookie: ");
		wr_bytes(&w, f->cookie.p, f->cookie.n);
		wr_text(&w, "\r\n");
	}
	wr_text(&w, "\r\n");
	assert(wr_ok(&w));
	return (struct str){ p, wr_len(&w) };
}

static bool
refuse(struct http_refusal *no, int status, const char *why)
{
	*no = (struct http_refusal){ status, why };
	return false;
}

/* What the reader cannot know: how the body ends is the frames' affair. */
static bool
set_framing(struct http_head *h, bool connect, bool no_body, struct http_refusal *no)
{
	h->connect = connect;
	if (h->framing == HTTP_CHUNKED)
		return refuse(no, 400, "Transfer-Encoding has no place in HTTP/2");
	if (no_body && h->framing == HTTP_LENGTH && h->length > 0)
		return refuse(no, 400, "the body is missing");
	if (h->connect && (no_body || h->framing != HTTP_NO_BODY))
		return refuse(no, 400, "WebSocket needs a stream that is open");
	if (no_body || h->connect)
		h->framing = HTTP_NO_BODY;
	else if (h->framing == HTTP_NO_BODY)
		h->framing = HTTP_CHUNKED;
	h->expect_continue = !no_body && !h->connect && http_header_has(h, "Expect", "100-continue");
	return true;
}

static bool
names_two_hosts(const struct h2_fields *f)
{
	const struct h2_value *a = &f->pseudo[H2_AUTHORITY];

	return a->n > 0 && f->host.n > 0 && !str_ieq(str_of_value(f, a), str_of_value(f, &f->host));
}

static bool
judge(const struct h2_fields *f, struct http_refusal *no)
{
	if (f->too_large)
		return refuse(no, 431, "the headers are too large");
	if (f->bad || f->pseudo[H2_METHOD].n == 0 || f->pseudo[H2_PATH].n == 0)
		return refuse(no, 400, "not a request of HTTP/2");
	if (is_connect(f) && !str_eq(str_of_value(f, &f->pseudo[H2_METHOD]), STR("CONNECT")))
		return refuse(no, 400, "a protocol without CONNECT");
	if (is_connect(f) && !str_ieq(str_of_value(f, &f->pseudo[H2_PROTOCOL]), STR("websocket")))
		return refuse(no, 501, "of other protocols only WebSocket is spoken here");
	if (names_two_hosts(f))
		return refuse(no, 400, "Host is not the authority");
	if (!str_ieq(str_of_value(f, &f->pseudo[H2_SCHEME]), STR("https")))
		return refuse(no, 400, "only https is served here");
	return true;
}

bool
h2_head_make(struct h2_head *out, const struct h2_fields *f, bool no_body, struct http_refusal *no)
{
	size_t n = f->total + TEXT_EXTRA;

	*out = (struct h2_head){ .text = NULL };
	if (!judge(f, no))
		return false;
	out->text = malloc(n);
	out->size = n;
	out->headers = malloc(HTTP_HEADERS_MAX * sizeof(*out->headers));	/* the reader fills them */
	if (out->text == NULL || out->headers == NULL)
		(void)refuse(no, 503, "out of memory");
	else if (http_head_read_request(write_text(f, out->text, n), out->headers, &out->head, no) &&
	    set_framing(&out->head, is_connect(f), no_body, no))
		return true;
	h2_head_clear(out);
	return false;
}

void
h2_head_clear(struct h2_head *h)
{
	if (h->text != NULL)
		explicit_bzero(h->text, h->size);
	free(h->text);
	free(h->headers);
	*h = (struct h2_head){ .text = NULL };
}
