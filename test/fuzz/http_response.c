/* Responses of any bytes to GET and HEAD: judged the same whole and byte by byte. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/wire.h"

struct sum {
	uint64_t heads, ends, body;
	int error, at_end;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static bool
feed(struct http_wire *w, const uint8_t *p, size_t n, struct sum *s)
{
	enum http_step step;
	struct str body;
	const char *why;
	size_t used;

	while ((step = http_wire_step(w, p, n, &used, &body)) != HTTP_STEP_MORE) {
		p += used;
		n -= used;
		if (step == HTTP_STEP_BAD) {
			s->error = http_wire_error(w, &why);
			assert(s->error == 502 && why != NULL);
			return false;
		}
		if (step == HTTP_STEP_HEAD) {
			assert(http_wire_head(w)->status >= 100 && http_wire_head(w)->status <= 599);
			s->heads++;
		} else if (step == HTTP_STEP_BODY) {
			assert(body.n > 0 && body.n <= n);
			http_wire_took(w, body.n);
			s->body += body.n;
			p += body.n;
			n -= body.n;
		} else {
			s->ends++;
			http_wire_next(w);
		}
	}
	assert(used == n);
	return true;
}

static void
check(const uint8_t *data, size_t len, enum http_method m)
{
	struct http_wire *whole = http_wire_responses(), *bytes = http_wire_responses();
	struct sum a = { 0 }, b = { 0 };
	size_t i;

	http_wire_answers(whole, m);
	http_wire_answers(bytes, m);
	if (feed(whole, data, len, &a))
		a.at_end = (int)http_wire_eof(whole);
	for (i = 0; i < len; i++)
		if (!feed(bytes, data + i, 1, &b))
			break;
	if (b.error == 0)
		b.at_end = (int)http_wire_eof(bytes);
	assert(memcmp(&a, &b, sizeof(a)) == 0);
	http_wire_free(whole);
	http_wire_free(bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	check(data, len, HTTP_GET);
	check(data, len, HTTP_HEAD);
	return 0;
}
