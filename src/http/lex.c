/* Tokens of a head by llhttp; see lex.h. The head is given whole, so every
 * token comes in one piece and can point into it. */
#include "http/lex.h"

#include <llhttp.h>

struct lexing {
	llhttp_t parser;	/* first: the callbacks get its address */
	struct http_lexed *out;
	bool complete;
};

static struct lexing *
of(llhttp_t *p)
{
	return (struct lexing *)(void *)p;
}

static int
set(struct str *s, const char *p, size_t n)
{
	if (s->p != NULL)
		return -1;	/* a second piece: not the head that was measured */
	*s = (struct str){ p, n };
	return 0;
}

static int
on_method(llhttp_t *p, const char *at, size_t n)
{
	return set(&of(p)->out->method, at, n);
}

static int
on_url(llhttp_t *p, const char *at, size_t n)
{
	return set(&of(p)->out->target, at, n);
}

static int
on_status(llhttp_t *p, const char *at, size_t n)
{
	return set(&of(p)->out->reason, at, n);
}

static int
on_header_field(llhttp_t *p, const char *at, size_t n)
{
	struct http_lexed *out = of(p)->out;

	if (out->nheaders == HTTP_HEADERS_MAX)
		return -1;
	out->headers[out->nheaders] = (struct http_header){ { at, n }, { NULL, 0 } };
	out->nheaders++;
	return 0;
}

static int
on_header_value(llhttp_t *p, const char *at, size_t n)
{
	struct http_lexed *out = of(p)->out;

	if (out->nheaders == 0)
		return -1;
	return set(&out->headers[out->nheaders - 1].value, at, n);
}

static int
on_headers_complete(llhttp_t *p)
{
	of(p)->complete = true;
	return HPE_PAUSED;
}

/* llhttp reports an empty value as no value at all. */
static void
tidy(struct http_lexed *out)
{
	struct http_header *h;
	size_t i;

	for (i = 0; i < out->nheaders; i++) {
		h = &out->headers[i];
		if (h->value.p == NULL)
			h->value = (struct str){ h->name.p + h->name.n, 0 };
		h->value = str_trim(h->value);
	}
}

static bool
lex(struct str head, enum llhttp_type type, struct http_lexed *out)
{
	static const llhttp_settings_t settings = {
		.on_method = on_method, .on_url = on_url, .on_status = on_status,
		.on_header_field = on_header_field, .on_header_value = on_header_value,
		.on_headers_complete = on_headers_complete,
	};
	struct lexing l = { .out = out };
	struct http_header *headers = out->headers;
	enum llhttp_errno e;

	*out = (struct http_lexed){ .headers = headers };
	llhttp_init(&l.parser, type, &settings);
	e = llhttp_execute(&l.parser, head.p, head.n);
	if (e != HPE_PAUSED || !l.complete || llhttp_get_error_pos(&l.parser) < head.p + head.n - 1)
		return false;
	out->major = l.parser.http_major;
	out->minor = l.parser.http_minor;
	out->status = l.parser.status_code;
	tidy(out);
	return true;
}

bool
http_lex_request(struct str head, struct http_lexed *out)
{
	return lex(head, HTTP_REQUEST, out) && out->method.n > 0 && out->target.n > 0;
}

bool
http_lex_response(struct str head, struct http_lexed *out)
{
	return lex(head, HTTP_RESPONSE, out);
}
