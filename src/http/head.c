/* Judging heads; see head.h. llhttp has checked the grammar of each token
 * (lex.c); here stands what the tokens must be together. */
#include "http/head.h"

#include "http/status.h"
#include "http/target.h"

/* --- looking up ------------------------------------------------------------------ */

struct str
http_header_find(const struct http_head *h, struct str name, size_t n)
{
	size_t i;

	if ((h->lengths >> name.n % 64 & 1) == 0)	/* of most names that are looked for there is none */
		return (struct str){ NULL, 0 };
	for (i = 0; i < h->nheaders; i++)
		if (h->headers[i].name.n == name.n && str_ieq(h->headers[i].name, name) && n-- == 0)
			return h->headers[i].value;
	return (struct str){ NULL, 0 };
}

bool
http_header_lists(const struct http_head *h, struct str name, struct str token)
{
	struct str item, list;
	size_t i;

	for (i = 0; (list = http_header_find(h, name, i)).p != NULL; i++)
		while (str_cut(&list, ',', &item))
			if (str_ieq(str_trim(item), token))
				return true;
	return false;
}

/* --- judging ----------------------------------------------------------------------- */

static bool
refuse(struct http_refusal *no, int status, const char *why)
{
	no->status = status;
	no->why = why;
	return false;
}

static void
copy(const struct http_lexed *l, struct http_head *out)
{
	size_t i;

	*out = (struct http_head){
		.method_name = l->method, .target = l->target,
		.status = l->status, .reason = l->reason, .minor = l->minor,
		.headers = l->headers, .nheaders = l->nheaders,
	};
	for (i = 0; i < l->nheaders; i++)
		out->lengths |= UINT64_C(1) << l->headers[i].name.n % 64;
}

/* llhttp lets a line without a name pass. */
static bool
names_ok(const struct http_head *h)
{
	size_t i;

	for (i = 0; i < h->nheaders; i++)
		if (h->headers[i].name.n == 0)
			return false;
	return true;
}

/* Exactly one way to find the end of the body (RFC 9112 6.3). A list of equal
 * lengths would be legal, but nobody honest sends one. */
static bool
read_framing(struct http_head *h, struct http_refusal *no)
{
	struct str length = http_header_get(h, "Content-Length");
	struct str coding = http_header_get(h, "Transfer-Encoding");

	if (length.p != NULL && coding.p != NULL)
		return refuse(no, 400, "Content-Length and Transfer-Encoding together");
	if (http_header_nth(h, "Content-Length", 1).p != NULL)
		return refuse(no, 400, "more than one Content-Length");
	if (http_header_nth(h, "Transfer-Encoding", 1).p != NULL || (coding.p != NULL && h->minor == 0) ||
	    (coding.p != NULL && !str_ieq(coding, STR("chunked"))))
		return refuse(no, 400, "a Transfer-Encoding other than chunked");
	if (coding.p != NULL)
		h->framing = HTTP_CHUNKED;
	if (length.p == NULL)
		return true;
	if (!str_u64(length, INT64_MAX, &h->length))
		return refuse(no, 400, "Content-Length is not a number");
	h->framing = h->length > 0 ? HTTP_LENGTH : HTTP_NO_BODY;
	return true;
}

static void
read_keep_alive(struct http_head *h)
{
	if (h->minor == 0)
		h->keep_alive = http_header_has(h, "Connection", "keep-alive");
	else
		h->keep_alive = true;
	if (http_header_has(h, "Connection", "close"))
		h->keep_alive = false;
}

static enum http_method
method_of(struct str name)
{
	static const char *const names[] = {
		[HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD", [HTTP_POST] = "POST",
		[HTTP_PUT] = "PUT", [HTTP_PATCH] = "PATCH",
		[HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS",
	};
	enum http_method m;

	for (m = 0; m < HTTP_OTHER; m++)
		if (str_eqz(name, names[m]))
			return m;
	return HTTP_OTHER;
}

bool
http_method_is_idempotent(enum http_method m)
{
	return m == HTTP_GET || m == HTTP_HEAD || m == HTTP_OPTIONS || m == HTTP_PUT || m == HTTP_DELETE;
}

/* --- requests ------------------------------------------------------------------------- */

/* Only the origin form, and "*" for OPTIONS (RFC 9112 3.2): the others speak to proxies. */
static bool
read_target(struct http_head *h, struct http_refusal *no)
{
	struct str rest = h->target;
	size_t i;

	if (h->target.n > HTTP_TARGET_MAX)
		return refuse(no, 414, "the target is too long");
	for (i = 0; i < h->target.n; i++)
		if (h->target.p[i] <= ' ' || h->target.p[i] > '~' || h->target.p[i] == '#')
			return refuse(no, 400, "a character that no target may have");
	if (str_eqz(h->method_name, "CONNECT"))
		return refuse(no, 400, "CONNECT is not served");
	if (h->method == HTTP_OPTIONS && str_eqz(h->target, "*")) {
		h->path = h->target;
		return true;
	}
	if (h->target.p[0] != '/')
		return refuse(no, 400, "the target must be a path");
	(void)str_cut(&rest, '?', &h->path);	/* the target is not empty */
	h->query = rest;
	return true;
}

static bool
read_host(struct http_head *h, struct http_refusal *no)
{
	uint16_t port;

	h->host = http_header_get(h, "Host");
	if (h->host.p == NULL && h->minor == 0)
		return true;
	if (h->host.p == NULL || http_header_nth(h, "Host", 1).p != NULL)
		return refuse(no, 400, "exactly one Host is needed");
	if (!http_host_read(h->host, &h->host_name, &port))
		return refuse(no, 400, "Host is not a host name");
	return true;
}

/* Single blanks and nothing else between method, target and version: llhttp takes more. */
static bool
line_is_plain(struct str text, const struct http_lexed *l)
{
	const size_t version = sizeof("HTTP/1.1") - 1, n = l->method.n + 1 + l->target.n + 1 + version;

	return text.n > n && text.p[n] == '\r';
}

bool
http_head_read_request(struct str text, struct http_header *headers,
    struct http_head *out, struct http_refusal *no)
{
	struct http_lexed l = { .headers = headers };

	if (!http_lex_request(text, &l) || !line_is_plain(text, &l))
		return refuse(no, 400, "not a request of HTTP/1.1");
	if (l.major != 1)
		return refuse(no, 505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
	copy(&l, out);
	out->method = method_of(out->method_name);
	if (!names_ok(out))
		return refuse(no, 400, "a header without a name");
	if (!read_target(out, no) || !read_host(out, no) || !read_framing(out, no))
		return false;
	read_keep_alive(out);
	out->expect_continue = out->minor == 1 && out->framing != HTTP_NO_BODY &&
	    http_header_has(out, "Expect", "100-continue");
	return true;
}

/* --- responses -------------------------------------------------------------------------- */

bool
http_head_read_response(struct str text, enum http_method method,
    struct http_header *headers, struct http_head *out, struct http_refusal *no)
{
	struct http_lexed l = { .headers = headers };

	if (!http_lex_response(text, &l) || l.major != 1 || l.status < 100 || l.status > 599)
		return refuse(no, 502, "not a response of HTTP/1.1");
	copy(&l, out);
	if (!names_ok(out))
		return refuse(no, 502, "a header without a name");
	out->framing = HTTP_UNTIL_EOF;
	if (!read_framing(out, no)) {
		no->status = 502;
		return false;
	}
	if (method == HTTP_HEAD || http_status_bodyless(out->status))
		out->framing = HTTP_NO_BODY;
	read_keep_alive(out);
	if (out->framing == HTTP_UNTIL_EOF)
		out->keep_alive = false;
	return true;
}
