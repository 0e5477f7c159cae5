/* Requests of any bytes: judged the same whole and byte by byte, and what is
 * accepted has the one plain shape (INP-10). */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/target.h"
#include "http/wire.h"

/* What a reader made of the input, in numbers. */
struct sum {
	uint64_t heads, ends, body, hash, error;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
mix(struct sum *s, const void *p, size_t n)
{
	const uint8_t *b = p;

	for (; n > 0; n--)
		s->hash = (s->hash ^ *b++) * 0x100000001b3u;
}

static void
check_head(const struct http_head *h, struct sum *s)
{
	struct str name;
	uint16_t port;
	size_t i, k;

	assert(h->target.n <= HTTP_TARGET_MAX && h->nheaders <= HTTP_HEADERS_MAX && h->minor <= 1);
	assert(h->path.p[0] == '/' || (h->method == HTTP_OPTIONS && str_eqz(h->path, "*")));
	assert(h->minor == 0 || http_host_read(h->host, &name, &port));
	assert(http_header_nth(h, "Content-Length", 1).p == NULL && http_header_nth(h, "Transfer-Encoding", 1).p == NULL);
	assert(http_header_get(h, "Content-Length").p == NULL || http_header_get(h, "Transfer-Encoding").p == NULL);
	assert(h->framing != HTTP_UNTIL_EOF);
	for (i = 0; i < h->nheaders; i++) {
		assert(h->headers[i].name.n > 0);
		for (k = 0; k < h->headers[i].value.n; k++)
			assert(h->headers[i].value.p[k] != '\r' && h->headers[i].value.p[k] != '\n' &&
			    h->headers[i].value.p[k] != '\0');
		mix(s, h->headers[i].value.p, h->headers[i].value.n);
	}
	mix(s, h->target.p, h->target.n);
	s->heads++;
}

/* One piece; false when the reader has had enough. */
static bool
feed(struct http_wire *w, const uint8_t *p, size_t n, struct sum *s)
{
	enum http_step step;
	struct str body;
	const char *why;
	size_t used;

	for (;;) {
		step = http_wire_step(w, p, n, &used, &body);
		assert(used <= n);
		p += used;
		n -= used;
		switch (step) {
		case HTTP_STEP_HEAD:
			check_head(http_wire_head(w), s);
			break;
		case HTTP_STEP_BODY:
			assert(body.n > 0 && body.n <= n && (const uint8_t *)body.p == p);
			mix(s, p, body.n);
			s->body += body.n;
			http_wire_took(w, body.n);
			p += body.n;
			n -= body.n;
			break;
		case HTTP_STEP_END:
			s->ends++;
			http_wire_next(w);
			break;
		case HTTP_STEP_MORE:
			assert(n == 0);
			return true;
		default:
			s->error = (uint64_t)http_wire_error(w, &why);
			assert(why != NULL && s->error >= 400);
			return false;
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct http_wire *whole = http_wire_requests(), *bytes = http_wire_requests();
	struct sum a = { 0 }, b = { 0 };
	size_t i;

	(void)feed(whole, data, len, &a);
	for (i = 0; i < len; i++)
		if (!feed(bytes, data + i, 1, &b))
			break;
	assert(memcmp(&a, &b, sizeof(a)) == 0);
	assert(a.heads == a.ends || a.heads == a.ends + 1);
	http_wire_free(whole);
	http_wire_free(bytes);
	return 0;
}
