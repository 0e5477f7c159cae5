/* src/http/wire.c, head.c and lex.c: what is a message, and above all what is
 * not (INP-10, ACC-13, WEB-6). Every text is given whole, byte by byte and
 * in every pair of pieces, and must be judged the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/wire.h"

/* What came out of a stream of messages, as text: "GET /x|body|END ..." */
struct outcome {
	char text[4096];
	size_t n;
	int status;
	const char *why;
};

static void
note(struct outcome *o, const char *p, size_t n)
{
	if (n > sizeof(o->text) - 1 - o->n)
		n = sizeof(o->text) - 1 - o->n;
	memcpy(o->text + o->n, p, n);
	o->n += n;
	o->text[o->n] = '\0';
}

static void
note_head(struct outcome *o, const struct http_head *h)
{
	char status[16];

	if (h->status != 0) {
		snprintf(status, sizeof(status), "%d", h->status);
		note(o, status, strlen(status));
	} else {
		note(o, h->method_name.p, h->method_name.n);
		note(o, " ", 1);
		note(o, h->target.p, h->target.n);
	}
	note(o, "|", 1);
}

/* One piece; false when the reader has had enough. The data lies in a block of
 * its exact size so that a read past it is seen. */
static bool
feed(struct http_wire *w, const char *p, size_t n, struct outcome *o)
{
	uint8_t *block = malloc(n > 0 ? n : 1);
	enum http_step step;
	struct str body;
	size_t used, done = 0;

	memcpy(block, p, n);
	for (;;) {
		step = http_wire_step(w, block + done, n - done, &used, &body);
		assert_true(used <= n - done);
		done += used;
		if (step == HTTP_STEP_HEAD) {
			note_head(o, http_wire_head(w));
		} else if (step == HTTP_STEP_BODY) {
			assert_true(body.n > 0 && (const uint8_t *)body.p == block + done && done + body.n <= n);
			note(o, body.p, body.n);
			http_wire_took(w, body.n);
			done += body.n;
		} else if (step == HTTP_STEP_END) {
			note(o, "|END ", 5);
			http_wire_next(w);
		} else {
			break;
		}
	}
	free(block);
	if (step == HTTP_STEP_MORE)
		assert_int_equal(done, n);
	else
		o->status = http_wire_error(w, &o->why);
	return step == HTTP_STEP_MORE;
}

static struct outcome
judge_in(bool responses, enum http_method m, const char *p, size_t n, size_t first, size_t piece, bool eof)
{
	struct http_wire *w = responses ? http_wire_responses() : http_wire_requests();
	struct outcome o = { .n = 0 };
	size_t done = 0, k = first;

	http_wire_answers(w, m);
	for (; done < n; done += k, k = piece) {
		k = k < n - done ? k : n - done;
		if (!feed(w, p + done, k, &o))
			break;
	}
	if (eof && o.status == 0) {
		switch (http_wire_eof(w)) {
		case HTTP_STEP_END:
			note(&o, "|END ", 5);
			break;
		case HTTP_STEP_BAD:
			o.status = http_wire_error(w, &o.why);
			break;
		default:
			break;
		}
	}
	http_wire_free(w);
	return o;
}

static struct outcome
judge(bool responses, enum http_method m, const char *p, size_t n, bool eof)
{
	struct outcome whole = judge_in(responses, m, p, n, n, n, eof), o;
	size_t i;

	o = judge_in(responses, m, p, n, 1, 1, eof);
	assert_string_equal(o.text, whole.text);
	assert_int_equal(o.status, whole.status);
	for (i = 1; i < n && n < 300; i++) {
		o = judge_in(responses, m, p, n, i, n, eof);
		assert_string_equal(o.text, whole.text);
		assert_int_equal(o.status, whole.status);
	}
	return whole;
}

static void
accepts(const char *text, const char *want)
{
	struct outcome o = judge(false, HTTP_GET, text, strlen(text), false);

	if (o.status != 0 || strcmp(o.text, want) != 0)
		fail_msg("%s\ngave \"%s\", status %d (%s)", text, o.text, o.status, o.why == NULL ? "" : o.why);
}

static void
refuses_n(const char *text, size_t n, int status)
{
	struct outcome o = judge(false, HTTP_GET, text, n, false);

	if (o.status != status)
		fail_msg("%.60s\ngave \"%s\", status %d", text, o.text, o.status);
	assert_non_null(o.why);
}

static void
refuses(const char *text)
{
	refuses_n(text, strlen(text), 400);
}

/* --- what is fine ------------------------------------------------------------------- */

static void
plain_requests(void **state)
{
	(void)state;
	accepts("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /||END ");
	accepts("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /||END ");
	accepts("GET /a?b=c&d HTTP/1.1\r\nhOsT: a.b:80\r\nX-Y:\r\nZ: \t v \t\r\n\r\n", "GET /a?b=c&d||END ");
	accepts("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", "POST /|hello|END ");
	accepts("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "POST /||END ");
	accepts("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\nA\r\n, world!!!\r\n0\r\n\r\n",
	    "PUT /|hello, world!!!|END ");
	accepts("GET / HTTP/1.0\r\n\r\n", "GET /||END ");
	accepts("OPTIONS * HTTP/1.1\r\nHost: [::1]:3000\r\n\r\n", "OPTIONS *||END ");
	accepts("PROPFIND /dav HTTP/1.1\r\nHost: a\r\nDepth: 1\r\n\r\n", "PROPFIND /dav||END ");
	accepts("GET / HTTP/1.1\r\nHost: a\r\nX: caf\xc3\xa9\r\n\r\n", "GET /||END ");
}

static void
pipelined_requests(void **state)
{
	(void)state;
	accepts("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
	    "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nz\r\n0\r\n\r\nGET /4 HTTP/1.0\r\n\r\n",
	    "POST /1|abc|END GET /2||END POST /3|z|END GET /4||END ");
}

static void
what_a_head_says(void **state)
{
	static const char text[] = "POST /a/b?c=d?e HTTP/1.1\r\nHost: x:1\r\nConnection: a , close\r\nExpect: 100-Continue\r\n"
	    "Accept: one\r\nACCEPT: two,three\r\nEmpty:\r\nContent-Length: 12\r\n\r\n";
	struct http_wire *w = http_wire_requests();
	const struct http_head *h;
	struct str body;
	size_t used;

	(void)state;
	assert_false(http_wire_busy(w));
	assert_int_equal(http_wire_step(w, (const uint8_t *)text, sizeof(text) - 1, &used, &body), HTTP_STEP_HEAD);
	assert_true(http_wire_busy(w));
	h = http_wire_head(w);
	assert_int_equal(h->method, HTTP_POST);
	assert_true(str_eqz(h->target, "/a/b?c=d?e"));
	assert_true(str_eqz(h->path, "/a/b"));
	assert_true(str_eqz(h->query, "c=d?e"));
	assert_true(str_eqz(h->host, "x:1"));
	assert_int_equal(h->minor, 1);
	assert_false(h->keep_alive);
	assert_true(h->expect_continue);
	assert_int_equal(h->framing, HTTP_LENGTH);
	assert_int_equal(h->length, 12);
	assert_int_equal(h->nheaders, 7);
	assert_true(str_eqz(http_header_get(h, "accept"), "one"));
	assert_true(str_eqz(http_header_nth(h, "accept", 1), "two,three"));
	assert_null(http_header_nth(h, "accept", 2).p);
	assert_non_null(http_header_get(h, "empty").p);
	assert_int_equal(http_header_get(h, "empty").n, 0);
	assert_null(http_header_get(h, "absent").p);
	assert_true(http_header_has(h, "Accept", "THREE"));
	assert_true(http_header_has(h, "Connection", "close"));
	assert_false(http_header_has(h, "Connection", "clos"));
	http_wire_free(w);
}

static bool
keeps_alive(const char *text)
{
	struct http_wire *w = http_wire_requests();
	struct str body;
	size_t used;
	bool keep;

	assert_int_equal(http_wire_step(w, (const uint8_t *)text, strlen(text), &used, &body), HTTP_STEP_HEAD);
	keep = http_wire_head(w)->keep_alive;
	http_wire_free(w);
	return keep;
}

static void
keeping_alive(void **state)
{
	(void)state;
	assert_true(keeps_alive("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_false(keeps_alive("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Close\r\n\r\n"));
	assert_false(keeps_alive("GET / HTTP/1.0\r\nHost: a\r\n\r\n"));
	assert_true(keeps_alive("GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n"));
}

/* --- smuggling: INP-10 ----------------------------------------------------------------- */

/* The seven shapes on which HTTP/1 parsers were compared. */
static void
seven_attacks(void **state)
{
	(void)state;
	refuses("GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n");			/* CR inside a value */
	refuses("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n");
	refuses("GET / HTTP/1.1\nHost: a\n\n");						/* bare LF */
	refuses("GET / HTTP/1.1\r\nHost : a\r\n\r\n");					/* blank before the colon */
	refuses("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd");
	refuses("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\r\n\r\n");				/* ended by CR */
}

static void
two_framings(void **state)
{
	(void)state;
	refuses("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
	refuses("POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding:\tchunked\r\ncontent-length:3\r\n\r\nabc");
}

static void
odd_lengths(void **state)
{
	(void)state;
	refuses("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3 4\r\n\r\nabc");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nabc");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nabc");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551619\r\n\r\nabc");
}

static void
odd_codings(void **state)
{
	(void)state;
	refuses("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n");
	refuses("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
	refuses("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0b""chunked\r\n\r\n0\r\n\r\n");
}

static void
odd_chunks(void **state)
{
#define CHUNKED "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	(void)state;
	refuses(CHUNKED "1;a=b\r\nx\r\n0\r\n\r\n");	/* extensions */
	refuses(CHUNKED "1 \r\nx\r\n0\r\n\r\n");
	refuses(CHUNKED " 1\r\nx\r\n0\r\n\r\n");
	refuses(CHUNKED "0x1\r\nx\r\n0\r\n\r\n");
	refuses(CHUNKED "-1\r\nx\r\n0\r\n\r\n");
	refuses(CHUNKED "\r\nx\r\n0\r\n\r\n");
	refuses(CHUNKED "1\nx\r\n0\r\n\r\n");
	refuses(CHUNKED "1\r\nx\n0\r\n\r\n");
	refuses(CHUNKED "1\r\nxy\r\n0\r\n\r\n");
	refuses(CHUNKED "1\r\nx\r\n0\r\nTrailer\r\n\r\n");
	refuses(CHUNKED "1\r\nx\r\n0\r\nA: b\r\n c\r\n\r\n");
	refuses(CHUNKED "1\r\nx\r\n0\r\nA : b\r\n\r\n");
	refuses(CHUNKED "1\r\nx\r\n0\r\n\n");
	refuses(CHUNKED "100000000000000000001\r\nx");
	refuses(CHUNKED "fffffffffffffffff\r\nx");
#undef CHUNKED
}

static void
folds_and_controls(void **state)
{
	static const char nul[] = "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n";

	(void)state;
	refuses("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n");			/* obs-fold */
	refuses("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n");
	refuses("GET / HTTP/1.1\r\n Host: a\r\n\r\n");
	refuses("GET / HTTP/1.1\r\nHost: a\r\nX: b\n\r\n");
	refuses("GET / HTTP/1.1\nHost: a\r\n\r\n");
	refuses("GET / HTTP/1.1\r\nHost: a\r\n\n");
	refuses("GET / HTTP/1.1\r\nHost: a\r\nX: b\x01\r\n\r\n");
	refuses("GET / HTTP/1.1\r\nHost: a\r\nX: b\x7f\r\n\r\n");
	refuses_n(nul, sizeof(nul) - 1, 400);
	refuses("GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n");
	refuses("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n");
	refuses("GET / HTTP/1.1\r\nHost: a\r\nX(: b\r\n\r\n");
	refuses("GET / HTTP/1.1\r\nHost: a\r\nX\x80: b\r\n\r\n");
	refuses("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
	refuses("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
}

/* --- side doors: ACC-13 ------------------------------------------------------------------- */

static void
side_doors(void **state)
{
	static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

	(void)state;
	refuses(preface);
	refuses("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n");
	refuses("CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n");
	refuses("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n");
	refuses("GET a HTTP/1.1\r\nHost: a\r\n\r\n");
	refuses("GET * HTTP/1.1\r\nHost: a\r\n\r\n");
	refuses("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n");
	refuses("GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n");
	refuses("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n");
	refuses("GET  / HTTP/1.1\r\nHost: a\r\n\r\n");
	refuses("GET /  HTTP/1.1\r\nHost: a\r\n\r\n");
	refuses("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n");
	refuses("get / HTTP/1.1\r\nHost: a\r\n\r\n");
	refuses("HACK / HTTP/1.1\r\nHost: a\r\n\r\n");
	refuses("GET /\r\n");					/* HTTP/0.9 */
	refuses("GET / HTTP/1.1 \r\nHost: a\r\n\r\n");
	refuses("GET / http/1.1\r\nHost: a\r\n\r\n");
	refuses("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03");	/* TLS on a clear port */
	refuses_n("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 27, 505);
	refuses_n("GET / HTTP/1.2\r\nHost: a\r\n\r\n", 27, 505);
	/* An upgrade that is not honoured is an ordinary request. */
	accepts("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\n\r\n"
	    "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /||END GET /2||END ");
}

static void
hosts(void **state)
{
	(void)state;
	refuses("GET / HTTP/1.1\r\n\r\n");
	refuses("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
	refuses("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n");
	refuses("GET / HTTP/1.1\r\nHost:\r\n\r\n");
	refuses("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n");
	refuses("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n");
	refuses("GET / HTTP/1.1\r\nHost: a b\r\n\r\n");
	refuses("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n");
	refuses("GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n");
	refuses("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n");
}

/* --- limits ---------------------------------------------------------------------------------- */

static char big[64 << 10];

static size_t
big_line(size_t target)
{
	size_t n = target + 5;

	memcpy(big, "GET /", 5);
	memset(big + 5, 'a', target - 1);
	memcpy(big + n - 1, " HTTP/1.1\r\nHost: a\r\n\r\n", 22);
	return n - 1 + 22;
}

/* api.md 1.1: URL 8 KiB. */
static void
target_limit(void **state)
{
	struct outcome o;
	size_t n = big_line(HTTP_TARGET_MAX);

	(void)state;
	o = judge(false, HTTP_GET, big, n, false);
	assert_int_equal(o.status, 0);
	n = big_line(HTTP_TARGET_MAX + 1);
	refuses_n(big, n, 414);
	n = big_line(HTTP_TARGET_MAX + 1000);
	refuses_n(big, n, 414);
	n = big_line(60000);
	refuses_n(big, n, 414);
	memset(big, 'A', sizeof(big));
	refuses_n(big, sizeof(big), 414);
}

/* Header lines of n bytes together, the empty line included. */
static size_t
big_fields(size_t n)
{
	size_t head = 16, i;

	memcpy(big, "GET / HTTP/1.1\r\n", head);
	memcpy(big + head, "Host: a\r\n", 9);
	i = head + 9;
	memcpy(big + i, "X: ", 3);
	memset(big + i + 3, 'b', head + n - 4 - (i + 3));
	memcpy(big + head + n - 4, "\r\n\r\n", 4);
	return head + n;
}

/* api.md 1.1: headers 16 KiB. */
static void
fields_limit(void **state)
{
	struct outcome o;
	size_t n = big_fields(HTTP_FIELDS_MAX);

	(void)state;
	o = judge(false, HTTP_GET, big, n, false);
	assert_int_equal(o.status, 0);
	n = big_fields(HTTP_FIELDS_MAX + 1);
	refuses_n(big, n, 431);
	n = big_fields(40000);
	refuses_n(big, n, 431);
}

/* Both limits reached at once still fit the reader's memory. */
static void
both_limits(void **state)
{
	static char text[64 << 10];
	size_t line = big_line(HTTP_TARGET_MAX) - 11, n;
	struct outcome o;

	(void)state;
	memcpy(text, big, line);
	n = big_fields(HTTP_FIELDS_MAX) - 16;
	memcpy(text + line, big + 16, n);
	o = judge(false, HTTP_GET, text, line + n, false);
	assert_int_equal(o.status, 0);
	n = big_fields(HTTP_FIELDS_MAX + 1) - 16;
	memcpy(text + line, big + 16, n);
	o = judge(false, HTTP_GET, text, line + n, false);
	assert_int_equal(o.status, 431);
}

static size_t
many_lines(size_t count)
{
	size_t i, n = 16;

	memcpy(big, "GET / HTTP/1.1\r\n", n);
	memcpy(big + n, "Host: a\r\n", 9);
	n += 9;
	for (i = 1; i < count; i++, n += 6)
		memcpy(big + n, "A: b\r\n", 6);
	memcpy(big + n, "\r\n", 2);
	return n + 2;
}

static void
line_limit(void **state)
{
	struct outcome o;
	size_t n = many_lines(HTTP_HEADERS_MAX);

	(void)state;
	o = judge(false, HTTP_GET, big, n, false);
	assert_int_equal(o.status, 0);
	n = many_lines(HTTP_HEADERS_MAX + 1);
	refuses_n(big, n, 431);
}

/* --- responses ----------------------------------------------------------------------------------- */

static void
answers(enum http_method m, const char *text, const char *want, int status)
{
	struct outcome o = judge(true, m, text, strlen(text), true);

	if (o.status != status || (status == 0 && strcmp(o.text, want) != 0))
		fail_msg("%s\ngave \"%s\", status %d (%s)", text, o.text, o.status, o.why == NULL ? "" : o.why);
}

static void
good_responses(void **state)
{
	(void)state;
	answers(HTTP_GET, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "200|hi|END ", 0);
	answers(HTTP_GET, "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", "200|hi|END ", 0);
	answers(HTTP_GET, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=\"y\"\r\nhi\r\n0\r\nA: b\r\n\r\n",
	    "200|hi|END ", 0);
	answers(HTTP_GET, "HTTP/1.0 200 OK\r\n\r\nuntil the end", "200|until the end|END ", 0);
	answers(HTTP_GET, "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n", "204||END ", 0);
	answers(HTTP_GET, "HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n", "304||END ", 0);
	answers(HTTP_HEAD, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "200||END ", 0);
	answers(HTTP_GET, "HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "100||END 200||END ", 0);
}

/* What the other server says is judged as strictly, and is its failure. */
static void
bad_responses(void **state)
{
	(void)state;
	answers(HTTP_GET, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", "", 502);
	answers(HTTP_GET, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi", "", 502);
	answers(HTTP_GET, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi", "", 502);
	answers(HTTP_GET, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n", "", 502);
	answers(HTTP_GET, "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", "", 502);
	answers(HTTP_GET, "HTTP/1.1 99 OK\r\n\r\n", "", 502);
	answers(HTTP_GET, "HTTP/1.1 2000 OK\r\n\r\n", "", 502);
	answers(HTTP_GET, "HTTP/2 200 OK\r\n\r\n", "", 502);
	answers(HTTP_GET, "SSH-2.0-OpenSSH_9.2\r\n", "", 502);
	answers(HTTP_GET, "HTTP/1.1 200 OK\r\nSet-Cookie: a\r\n b\r\n\r\n", "", 502);
}

static void
ends_of_input(void **state)
{
	struct outcome o;

	(void)state;
	o = judge(false, HTTP_GET, "", 0, true);
	assert_int_equal(o.status, 0);
	o = judge(false, HTTP_GET, "GET / HT", 8, true);
	assert_int_equal(o.status, 400);
	o = judge(false, HTTP_GET, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27, true);
	assert_int_equal(o.status, 0);
	o = judge(false, HTTP_GET, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab", 48, true);
	assert_int_equal(o.status, 400);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_requests), cmocka_unit_test(pipelined_requests),
		cmocka_unit_test(what_a_head_says), cmocka_unit_test(keeping_alive),
		cmocka_unit_test(seven_attacks), cmocka_unit_test(two_framings),
		cmocka_unit_test(odd_lengths), cmocka_unit_test(odd_codings),
		cmocka_unit_test(odd_chunks), cmocka_unit_test(folds_and_controls),
		cmocka_unit_test(side_doors), cmocka_unit_test(hosts),
		cmocka_unit_test(target_limit), cmocka_unit_test(fields_limit),
		cmocka_unit_test(both_limits), cmocka_unit_test(line_limit),
		cmocka_unit_test(good_responses), cmocka_unit_test(bad_responses),
		cmocka_unit_test(ends_of_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
