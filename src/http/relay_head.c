/* Which headers pass; see relay_head.h. */
#include "http/relay_head.h"

#include <inttypes.h>

#include "http/cookie.h"
#include "http/head.h"
#include "http/relay.h"
#include "http/request.h"
#include "http/trailer.h"

/* --- names ----------------------------------------------------------------------------- */

/* Servers that make variables of headers write '_' for all but letters and digits: to them it is all the same. */
static char
fold(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c | 0x20);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
}

/* want as fold() has it. */
static bool
begins(struct str name, struct str want)
{
	size_t i;

	for (i = 0; i < name.n && i < want.n; i++)
		if (name.p[i] != want.p[i] && fold(name.p[i]) != fold(want.p[i]))
			return false;
	return i == want.n;
}

/* Most names differ in their length. */
static inline bool
is(struct str name, struct str want)
{
	return name.n == want.n && begins(name, want);
}

static inline bool
is_one_of(struct str name, const struct str *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is(name, names[i]))
			return true;
	return false;
}

/* RFC 9110 7.6.1; 18.4 keeps "close" free for Connection. */
static bool
is_always_hop(struct str name)
{
	return is(name, STR("connection")) || is(name, STR("keep-alive")) || is(name, STR("proxy-connection")) ||
	    is(name, STR("proxy-authenticate")) || is(name, STR("proxy-authorization")) || is(name, STR("te")) ||
	    is(name, STR("trailer")) || is(name, STR("transfer-encoding")) || is(name, STR("upgrade")) ||
	    is(name, STR("close")) || is(name, STR("http2-settings")) || is(name, STR("content-length"));
}

/* h, when its Connection names others that end here; else NULL, and none has to be compared with what it does not name. */
static const struct http_head *
hops_of(const struct http_head *h)
{
	struct str item, list;
	size_t i;

	for (i = 0; (list = http_header_nth(h, "Connection", i)).p != NULL; i++)
		while (str_cut(&list, ',', &item))
			if (!is_always_hop(str_trim(item)))
				return h;
	return NULL;
}

static bool
is_hop(const struct http_head *hops, struct str name)
{
	struct str item, list;
	size_t i;

	if (is_always_hop(name))
		return true;
	for (i = 0; hops != NULL && (list = http_header_nth(hops, "Connection", i)).p != NULL; i++)
		while (str_cut(&list, ',', &item))
			if (str_ieq(str_trim(item), name))
				return true;
	return false;
}

/* Who somebody is, is ours to say (WEB-5). */
static bool
is_claim(struct str name)
{
	return is(name, STR("forwarded")) || begins(name, STR("x-forwarded-")) || is(name, STR("x-real-ip")) ||
	    begins(name, STR("remote-"));
}

static bool
is_named(struct str name, const struct http_header *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].name.n == name.n && begins(name, v[i].name))
			return true;
	return false;
}

/* --- the request ------------------------------------------------------------------------ */

bool
http_relay_wants_websocket(const struct http_req *rq)
{
	const struct http_head *h = http_req_head(rq);

	return http_req_can_switch(rq) && h->method == HTTP_GET && h->minor == 1 && h->framing == HTTP_NO_BODY &&
	    http_header_has(h, "Connection", "upgrade") && str_ieq(http_header_get(h, "Upgrade"), STR("websocket"));
}

static void
put_header(struct wr *w, struct str name, struct str value)
{
	wr_bytes(w, name.p, name.n);
	wr_bytes(w, ": ", 2);
	wr_bytes(w, value.p, value.n);
	wr_bytes(w, "\r\n", 2);
}

static void
put_cookies(struct wr *w, struct str value, const char *const *hide)
{
	const struct wr before = *w;

	wr_text(w, "Cookie: ");
	if (http_cookie_pass(value, hide, w))
		wr_text(w, "\r\n");
	else
		*w = before;
}

static bool
passes(const struct http_head *h, struct str name, const struct http_relay_conf *conf)
{
	if (h->connect && is(name, STR("sec-websocket-key")))
		return false;
	return !is_claim(name) && !is(name, STR("host")) && !is(name, STR("expect")) &&
	    !is_named(name, conf->set, conf->nset);
}

static void
put_client_header(struct wr *w, const struct http_header *f, const struct http_relay_conf *conf)
{
	if (conf->hide != NULL && is(f->name, STR("cookie")))
		put_cookies(w, f->value, conf->hide);
	else
		put_header(w, f->name, f->value);
}

/* Servers expect a length of methods that usually have a body. */
static void
put_framing(struct wr *w, const struct http_head *h)
{
	if (h->framing == HTTP_CHUNKED)
		wr_text(w, "Transfer-Encoding: chunked\r\n");
	else if (h->framing == HTTP_LENGTH)
		wr_printf(w, "Content-Length: %" PRIu64 "\r\n", h->length);
	else if (h->method == HTTP_POST || h->method == HTTP_PUT || h->method == HTTP_PATCH)
		wr_text(w, "Content-Length: 0\r\n");
}

static void
put_ours(struct wr *w, const struct http_relay_conf *conf)
{
	size_t i;

	for (i = 0; i < conf->nset; i++)
		if (conf->set[i].value.p != NULL)
			put_header(w, conf->set[i].name, conf->set[i].value);
	for (i = 0; i < conf->nadd; i++)
		put_header(w, conf->add[i].name, conf->add[i].value);
}

void
http_relay_put_request(struct wr *w, const struct http_req *rq, const struct http_relay_conf *conf)
{
	const struct http_head *h = http_req_head(rq);
	const struct http_head *hops = hops_of(h);
	size_t i;

	wr_bytes(w, h->method_name.p, h->method_name.n);
	wr_bytes(w, " ", 1);
	wr_bytes(w, h->target.p, h->target.n);
	wr_text(w, " HTTP/1.1\r\n");
	put_header(w, STR("Host"), conf->host.n > 0 ? conf->host : h->host);
	for (i = 0; i < h->nheaders; i++)
		if (!is_hop(hops, h->headers[i].name) && passes(h, h->headers[i].name, conf))
			put_client_header(w, &h->headers[i], conf);
	put_ours(w, conf);
	put_framing(w, h);
	if (conf->websocket && http_relay_wants_websocket(rq))
		wr_text(w, "Connection: Upgrade\r\nUpgrade: websocket\r\n");
	else if (http_header_has(h, "TE", "trailers"))
		wr_text(w, "Connection: TE\r\nTE: trailers\r\n");
	if (conf->websocket && h->connect)
		put_header(w, STR("Sec-WebSocket-Key"), conf->ws_key);
	wr_bytes(w, "\r\n", 2);
}

/* --- the answer -------------------------------------------------------------------------- */

/* False: it must not pass, or there is no room to write it anew. */
static bool
take_set_cookie(struct wr *text, struct http_header *f, const char *const *hide, struct str asked)
{
	const struct wr before = *text;
	const char *at = (const char *)text->p;

	if (!http_set_cookie_pass(f->value, hide, asked, text) || !wr_ok(text)) {
		*text = before;
		return false;
	}
	f->value = (struct str){ at, wr_len(text) - wr_len(&before) };
	return true;
}

void
http_relay_take_answer(struct http_relay_answer *out, const struct http_head *h, const struct http_relay_conf *conf,
    struct str asked)
{
	const struct http_head *hops = hops_of(h);
	struct http_header f;
	struct wr text;
	size_t i;

	out->n = 0;
	wr_init(&text, out->text, sizeof(out->text));
	for (i = 0; i < h->nheaders; i++) {
		f = h->headers[i];
		if (is_hop(hops, f.name) || is_named(f.name, conf->add_answer, conf->nadd_answer) ||
		    (conf->ws_accept.n > 0 && is(f.name, STR("sec-websocket-accept"))))
			continue;
		if (conf->hide == NULL || !is(f.name, STR("set-cookie")) || take_set_cookie(&text, &f, conf->hide, asked))
			out->v[out->n++] = f;
	}
	for (i = 0; i < conf->nadd_answer && i < HTTP_RELAY_ADD_MAX; i++)
		if (conf->add_answer[i].value.p != NULL)
			out->v[out->n++] = conf->add_answer[i];
}

/* --- behind the body ------------------------------------------------------------------------ */

/* Who reads a head does not expect these behind it: framing, routing, authentication, how to read or keep it (RFC 9110
 * 6.5.1). */
static bool
is_for_heads(struct str name)
{
	static const struct str names[] = {
		STR("age"), STR("authorization"), STR("cache-control"), STR("cookie"), STR("date"), STR("expect"), STR("expires"),
		STR("host"), STR("location"), STR("max-forwards"), STR("origin"), STR("pragma"), STR("range"), STR("referer"),
		STR("retry-after"), STR("set-cookie"), STR("strict-transport-security"), STR("vary"), STR("via"), STR("warning"),
		STR("www-authenticate"),
	};

	return is_one_of(name, names, sizeof(names) / sizeof(names[0])) || begins(name, STR("content-")) ||
	    begins(name, STR("if-")) ||
	    begins(name, STR("access-control-")) || begins(name, STR("sec-")) || begins(name, STR("proxy-"));
}

const struct http_trailers *
http_relay_take_trailers(struct http_trailers *out, const struct http_trailers *t)
{
	size_t i;

	out->n = 0;
	for (i = 0; t != NULL && i < t->n; i++)
		if (!is_hop(NULL, t->v[i].name) && !is_claim(t->v[i].name) && !is_for_heads(t->v[i].name))
			out->v[out->n++] = t->v[i];
	return out->n > 0 ? out : NULL;
}
