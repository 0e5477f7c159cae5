/* Body framing; see body.h. */
#include "http/body.h"

#include <assert.h>

#include "base/wr.h"
#include "http/spool.h"

enum state {
	SIZE_FIRST,	/* at least one digit must come */
	SIZE,
	EXTENSION,
	SIZE_LF,
	DATA,
	DATA_CR,
	DATA_LF,
	TRAILER_FIRST,	/* start of a line after the last chunk */
	TRAILER,
	TRAILER_LF,
	END_LF,
	DONE
};

void
http_body_init(struct http_body *b, enum http_framing framing, uint64_t length, bool tolerant)
{
	*b = (struct http_body){
		.framing = framing, .tolerant = tolerant,
		.left = framing == HTTP_LENGTH ? length : 0,
		.state = SIZE_FIRST,
	};
}

static int
hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

/* What may stand in an extension or trailer: text of RFC 9110, no control. */
static bool
is_text(uint8_t c)
{
	return c == '\t' || (c >= ' ' && c != 0x7f);
}

static bool
size_digit(struct http_body *b, int digit)
{
	if (b->left >> 56 != 0)		/* far beyond what anybody can send */
		return false;
	b->left = b->left << 4 | (uint64_t)digit;
	b->state = SIZE;
	return true;
}

static bool
size_byte(struct http_body *b, uint8_t c)
{
	if (hex(c) >= 0)
		return size_digit(b, hex(c));
	if (b->state == SIZE_FIRST)
		return false;
	if (c == '\r')
		b->state = SIZE_LF;
	else if (c == ';' && b->tolerant)
		b->state = EXTENSION;
	else
		return false;
	return true;
}

static void
size_end(struct http_body *b)
{
	b->line = 0;
	b->state = b->left > 0 ? DATA : TRAILER_FIRST;
}

/* One of a trailer. */
static bool
keep(struct http_body *b, uint8_t c)
{
	return b->trailers == NULL || http_spool_put(b->trailers, &c, 1);
}

static bool
trailer_byte(struct http_body *b, uint8_t c)
{
	if (++b->ntrailers > HTTP_TRAILERS_MAX)
		return false;
	if (c == '\r' && b->state == TRAILER_FIRST) {
		b->state = END_LF;
		return true;
	}
	if (c == '\r')
		b->state = TRAILER_LF;
	else if (is_text(c) && (b->tolerant || b->trailers != NULL))
		b->state = TRAILER;
	else
		return false;
	return keep(b, c);
}

static bool
extension_byte(struct http_body *b, uint8_t c)
{
	if (c == '\r')
		b->state = SIZE_LF;
	return c == '\r' || is_text(c);
}

/* The line feed that a carriage return announced. */
static bool
line_feed(struct http_body *b, uint8_t c)
{
	if (c != '\n')
		return false;
	switch (b->state) {
	case SIZE_LF:
		size_end(b);
		break;
	case DATA_LF:
		b->state = SIZE_FIRST;
		break;
	case TRAILER_LF:
		b->line = 0;
		b->state = TRAILER_FIRST;
		return keep(b, c);
	default:
		b->state = DONE;
	}
	return true;
}

/* One byte of framing; false = not chunked coding. */
static bool
chunk_byte(struct http_body *b, uint8_t c)
{
	if (++b->line > HTTP_CHUNK_LINE_MAX)
		return false;
	switch (b->state) {
	case SIZE_FIRST:
	case SIZE:
		return size_byte(b, c);
	case EXTENSION:
		return extension_byte(b, c);
	case DATA_CR:
		b->line = 0;
		b->state = DATA_LF;
		return c == '\r';
	case TRAILER_FIRST:
	case TRAILER:
		return trailer_byte(b, c);
	default:
		return line_feed(b, c);
	}
}

static enum http_body_step
chunked_step(struct http_body *b, const uint8_t *p, size_t n, size_t *used, struct str *data)
{
	while (*used < n && b->state != DATA && b->state != DONE)
		if (!chunk_byte(b, p[(*used)++]))
			return HTTP_BODY_BAD;
	if (b->state == DONE)
		return HTTP_BODY_END;
	if (*used == n)
		return HTTP_BODY_MORE;
	data->p = (const char *)p + *used;
	data->n = n - *used < b->left ? n - *used : (size_t)b->left;
	return HTTP_BODY_SOME;
}

enum http_body_step
http_body_step(struct http_body *b, const uint8_t *p, size_t n, size_t *used, struct str *data)
{
	*used = 0;
	*data = (struct str){ NULL, 0 };
	if (b->framing == HTTP_CHUNKED)
		return chunked_step(b, p, n, used, data);
	if (b->framing == HTTP_NO_BODY || (b->framing == HTTP_LENGTH && b->left == 0))
		return HTTP_BODY_END;
	if (n == 0)
		return HTTP_BODY_MORE;
	data->p = (const char *)p;
	data->n = b->framing == HTTP_LENGTH && b->left < n ? (size_t)b->left : n;
	return HTTP_BODY_SOME;
}

void
http_body_took(struct http_body *b, size_t n)
{
	if (b->framing == HTTP_UNTIL_EOF)
		return;
	assert(n <= b->left);
	b->left -= n;
	if (b->framing == HTTP_CHUNKED && b->left == 0 && b->state == DATA)
		b->state = DATA_CR;
}

bool
http_body_eof(const struct http_body *b)
{
	return b->framing == HTTP_UNTIL_EOF || b->framing == HTTP_NO_BODY ||
	    (b->framing == HTTP_LENGTH && b->left == 0) ||
	    (b->framing == HTTP_CHUNKED && b->state == DONE);
}

void
http_chunk_write(struct wr *w, const void *p, size_t n)
{
	wr_printf(w, "%zx\r\n", n);
	wr_bytes(w, p, n);
	wr_bytes(w, "\r\n", 2);
}
