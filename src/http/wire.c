/* Reading messages; see wire.h. The head is collected line by line under
 * rules stricter than llhttp's, then read as a whole: so two readers must agree on
 * where it ends and what its lines are. The body is body.c's. */
#include "http/wire.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "http/body.h"
#include "http/spool.h"
#include "http/trailer.h"

enum {
	LINE_MAX_BYTES = HTTP_TARGET_MAX + 64,	/* method, target, version */
	TEXT_MAX = LINE_MAX_BYTES + HTTP_FIELDS_MAX + 1	/* limits are judged one byte late */
};

enum state { HEAD, BODY, END, BAD };

/* Where in a head the next byte stands. */
enum place { START, START_LF, LINE, LINE_LF, FIELD_START, FIELD, FIELD_LF, LAST_LF };

/* One message's head and what stands behind its body; memory that an idle connection does not hold. */
struct store {
	char text[TEXT_MAX];
	struct http_header headers[HTTP_HEADERS_MAX];
	struct http_trailers trailers;	/* in http_wire.lines */
};

struct http_wire {
	bool responses;
	enum http_method answers;
	enum state state;
	enum place place;
	bool skipped;		/* the one empty line before a head */
	size_t n, line;		/* bytes of text so far; of its first line */
	size_t fields;
	struct store *store;
	struct http_head head;
	struct http_body body;
	struct http_spool lines;	/* of trailers */
	struct http_refusal no;
};

static struct http_wire *
wire_new(bool responses)
{
	struct http_wire *w = calloc(1, sizeof(*w));

	if (w != NULL)
		w->responses = responses;
	return w;
}

struct http_wire *
http_wire_requests(void)
{
	return wire_new(false);
}

struct http_wire *
http_wire_responses(void)
{
	return wire_new(true);
}

static void
drop_store(struct http_wire *w)
{
	if (w->store != NULL)
		explicit_bzero(w->store->text, w->n);	/* cookies and tokens */
	free(w->store);
	w->store = NULL;
	http_spool_clear(&w->lines);
}

void
http_wire_free(struct http_wire *w)
{
	if (w == NULL)
		return;
	drop_store(w);
	free(w);
}

void
http_wire_next(struct http_wire *w)
{
	assert(w->state == END);
	drop_store(w);
	w->state = HEAD;
	w->place = START;
	w->answers = HTTP_GET;
	w->skipped = false;
	w->n = w->line = w->fields = 0;
}

static enum http_step
bad(struct http_wire *w, int status, const char *why)
{
	w->state = BAD;
	w->no.status = w->responses ? 502 : status;
	w->no.why = why;
	return HTTP_STEP_BAD;
}

/* --- collecting a head ------------------------------------------------------------ */

/* A byte of text inside a line. */
static bool
is_text(uint8_t c)
{
	return c == '\t' || (c >= ' ' && c != 0x7f);
}

/* The place after byte c, or -1 when c may not stand here. */
static int
follow(enum place at, uint8_t c)
{
	switch (at) {
	case START:
		return c == '\r' ? START_LF : c > ' ' && c < 0x7f ? LINE : -1;
	case START_LF:
		return c == '\n' ? START : -1;
	case LINE:
		return c == '\r' ? LINE_LF : is_text(c) ? LINE : -1;
	case LINE_LF:
	case FIELD_LF:
		return c == '\n' ? FIELD_START : -1;
	case FIELD_START:	/* a blank here would fold the line into the one before */
		return c == '\r' ? LAST_LF : c > ' ' && c < 0x7f ? FIELD : -1;
	case FIELD:
		return c == '\r' ? FIELD_LF : is_text(c) ? FIELD : -1;
	default:
		return c == '\n' ? START : -1;
	}
}

/* HTTP/0.9 and whatever is no HTTP at all is told at once, not after more lines. */
static bool
line_ends_well(const struct http_wire *w)
{
	const struct str line = { w->store->text, w->line };

	if (w->responses)
		return str_starts(line, STR("HTTP/1."));
	return str_ends(line, STR(" HTTP/1.1")) || str_ends(line, STR(" HTTP/1.0"));
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* " HTTP/d.d" of another version. */
static bool
line_says_http(const struct http_wire *w)
{
	const char *end = w->store->text + w->line;

	return w->line > 9 && memcmp(end - 9, " HTTP/", 6) == 0 &&
	    is_digit(end[-3]) && end[-2] == '.' && is_digit(end[-1]);
}

static enum http_step
judge_line(struct http_wire *w)
{
	if (line_ends_well(w))
		return HTTP_STEP_MORE;
	if (!w->responses && line_says_http(w) && !str_starts((struct str){ w->store->text, w->n }, STR("PRI ")))
		return bad(w, 505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
	return bad(w, 400, "not HTTP/1.1");
}

static enum http_step
judge_head(struct http_wire *w)
{
	struct str text = { w->store->text, w->n };
	bool ok = w->responses ?
	    http_head_read_response(text, w->answers, w->store->headers, &w->head, &w->no) :
	    http_head_read_request(text, w->store->headers, &w->head, &w->no);

	if (!ok)
		return bad(w, w->no.status, w->no.why);
	http_body_init(&w->body, w->head.framing, w->head.length, w->responses);
	w->body.trailers = &w->lines;
	w->state = BODY;
	return HTTP_STEP_HEAD;
}

/* Keep c, which stands at its right place; MORE = go on. */
static enum http_step
keep(struct http_wire *w, uint8_t c, enum place now)
{
	w->store->text[w->n++] = (char)c;
	if (w->place == LINE && now == LINE_LF) {
		w->line = w->n - 1;
		return judge_line(w);
	}
	if (now == LINE && w->n > LINE_MAX_BYTES - 2)
		return bad(w, 414, "the target is too long");
	if (w->place == FIELD_START && now == FIELD && ++w->fields > HTTP_HEADERS_MAX)
		return bad(w, 431, "too many header lines");
	if (w->line > 0 && w->n - w->line - 2 > HTTP_FIELDS_MAX && now != LINE_LF)
		return bad(w, 431, "the headers are too long");
	return HTTP_STEP_MORE;
}

static bool
open_store(struct http_wire *w)
{
	if (w->store == NULL && (w->store = malloc(sizeof(*w->store))) != NULL)
		w->store->trailers.n = 0;
	return w->store != NULL;
}

static enum http_step
head_byte(struct http_wire *w, uint8_t c)
{
	int now = follow(w->place, c);
	enum http_step step = HTTP_STEP_MORE;

	if (now < 0 || (now == START_LF && (w->skipped || w->responses)))
		return bad(w, 400, "a character that may not stand there");
	if (now == START_LF)
		w->skipped = true;
	if (w->place == START_LF || now == START_LF) {
		w->place = (enum place)now;
		return HTTP_STEP_MORE;
	}
	if (!open_store(w))
		return bad(w, 503, "out of memory");
	step = keep(w, c, (enum place)now);
	if (step == HTTP_STEP_MORE && w->place == LAST_LF)
		return judge_head(w);
	w->place = (enum place)now;
	return step;
}

/* Text inside a line, and the end of a field's, taken without a look at each byte's place; how many bytes.
 * Stops before the limits, which keep() judges. */
static size_t
text_run(struct http_wire *w, const uint8_t *p, size_t n)
{
	const size_t end = w->place == LINE ? LINE_MAX_BYTES - 2 : w->line + 2 + HTTP_FIELDS_MAX;
	size_t run;

	if ((w->place != LINE && w->place != FIELD) || w->n >= end)
		return 0;
	n = n < end - w->n ? n : end - w->n;
	run = str_text_run((struct str){ (const char *)p, n });
	if (w->place == FIELD && run + 2 <= n && p[run] == '\r' && p[run + 1] == '\n') {
		run += 2;
		w->place = FIELD_START;
	}
	memcpy(w->store->text + w->n, p, run);
	w->n += run;
	return run;
}

static enum http_step
head_step(struct http_wire *w, const uint8_t *p, size_t n, size_t *used)
{
	enum http_step step = HTTP_STEP_MORE;

	while (*used < n && step == HTTP_STEP_MORE) {
		*used += text_run(w, p + *used, n - *used);
		if (*used < n)
			step = head_byte(w, p[(*used)++]);
	}
	return step;
}

/* --- steps --------------------------------------------------------------------------- */

/* A server's strange ones are left out; a request that has some could be read in two ways. */
static enum http_step
end_step(struct http_wire *w)
{
	const struct str text = { (const char *)w->lines.p, w->lines.n };	/* nothing was taken: it begins there */

	if (!http_trailers_read(text, &w->store->trailers) && !w->responses)
		return bad(w, 400, "a trailer that is none");
	w->state = END;
	return HTTP_STEP_END;
}

static enum http_step
body_step(struct http_wire *w, const uint8_t *p, size_t n, size_t *used, struct str *body)
{
	switch (http_body_step(&w->body, p, n, used, body)) {
	case HTTP_BODY_MORE:
		return HTTP_STEP_MORE;
	case HTTP_BODY_SOME:
		return HTTP_STEP_BODY;
	case HTTP_BODY_END:
		return end_step(w);
	default:
		return bad(w, 400, "the body is not in chunks as announced");
	}
}

enum http_step
http_wire_step(struct http_wire *w, const uint8_t *p, size_t n, size_t *used, struct str *body)
{
	*used = 0;
	*body = (struct str){ NULL, 0 };
	switch (w->state) {
	case HEAD:
		return head_step(w, p, n, used);
	case BODY:
		return body_step(w, p, n, used, body);
	case END:
		return HTTP_STEP_END;
	default:
		return HTTP_STEP_BAD;
	}
}

void
http_wire_took(struct http_wire *w, size_t n)
{
	http_body_took(&w->body, n);
}

enum http_step
http_wire_eof(struct http_wire *w)
{
	if (w->state == END || (w->state == HEAD && w->n == 0))
		return w->state == END ? HTTP_STEP_END : HTTP_STEP_MORE;
	if (w->state != BODY || !http_body_eof(&w->body))
		return bad(w, 400, "the message is not complete");
	w->state = END;
	return HTTP_STEP_END;
}

bool
http_wire_busy(const struct http_wire *w)
{
	return w->state != HEAD || w->n > 0 || w->skipped;
}

const struct http_head *
http_wire_head(const struct http_wire *w)
{
	assert(w->state != HEAD);
	return &w->head;
}

const struct http_trailers *
http_wire_trailers(const struct http_wire *w)
{
	return w->store != NULL && w->store->trailers.n > 0 ? &w->store->trailers : NULL;
}

void
http_wire_answers(struct http_wire *w, enum http_method m)
{
	w->answers = m;
}

int
http_wire_error(const struct http_wire *w, const char **why)
{
	*why = w->no.why;
	return w->no.status;
}
