/* The reply to one request; see io_reply.h. */
#include "io/reply.h"

#include <string.h>

#include "base/str.h"

enum { STATUS, HEADERS, BODY, TO_END, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILERS, DONE };

enum { HEX_MAX = 8, LENGTH_MAX = 1 << 30 };

void
io_reply_init(struct io_reply *r, bool (*on_body)(void *arg, const uint8_t *p, size_t n), void *arg)
{
	memset(r, 0, sizeof(*r));
	r->on_body = on_body;
	r->arg = arg;
}

/* "HTTP/1.1 200 OK" */
static bool
read_status(struct io_reply *r, struct str line)
{
	uint64_t status;

	if (line.n < 12 || !str_starts(line, STR("HTTP/1.")) || line.p[8] != ' ' || (line.n > 12 && line.p[12] != ' ') ||
	    !str_u64((struct str){ line.p + 9, 3 }, 599, &status) || status < 100)
		return false;
	r->status = (int)status;
	r->state = HEADERS;
	return true;
}

static bool
read_coding(struct io_reply *r, struct str v)
{
	if (str_ieq(v, STR("gzip")) || str_ieq(v, STR("x-gzip")))
		r->gzip = true;
	else if (v.n > 0 && !str_ieq(v, STR("identity")))
		r->coded = true;
	return true;
}

/* One that is said twice must be said the same way. */
static bool
read_length(struct io_reply *r, struct str v)
{
	uint64_t n;

	if (!str_u64(v, LENGTH_MAX, &n) || (r->length_known && n != r->left))
		return false;
	r->length_known = true;
	r->left = n;
	return true;
}

static bool
read_header(struct io_reply *r, struct str line)
{
	struct str name;
	size_t i;

	if (memchr(line.p, ':', line.n) == NULL || !str_cut(&line, ':', &name) || name.n == 0 ||
	    name.p[0] == ' ' || name.p[0] == '\t')
		return false;	/* folded lines are long forbidden */
	line = str_trim(line);
	if (!str_printable(line))
		return false;
	if (str_ieq(name, STR("Content-Length")))
		return read_length(r, line);
	if (str_ieq(name, STR("Transfer-Encoding")))
		return r->chunked = str_ieq(line, STR("chunked"));
	if (str_ieq(name, STR("Content-Encoding")))
		return read_coding(r, line);
	for (i = 0; i < r->nwanted; i++)
		if (str_ieq(name, str_of(r->wanted[i].name)))
			(void)str_copy(line, r->wanted[i].value, r->wanted[i].size);	/* too long is none */
	return true;
}

static bool
end_head(struct io_reply *r)
{
	if (r->status < 200) {		/* an interim reply: the real one follows */
		r->state = STATUS;
		return r->status != 101;
	}
	if (r->chunked && r->length_known)
		return false;		/* two truths: an attack, or a broken server */
	if (r->to_head || r->status == 204 || r->status == 304 ||
	    (r->length_known && r->left == 0))
		r->state = DONE;
	else if (r->chunked)
		r->state = CHUNK_SIZE;
	else
		r->state = r->length_known ? BODY : TO_END;
	return true;
}

static bool
read_size(struct io_reply *r, struct str line)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < line.n && line.p[i] != ';' && line.p[i] != ' '; i++) {
		const char *hex = "0123456789abcdef", c = (char)(line.p[i] | 0x20);
		const char *at = line.p[i] == '\0' ? NULL : strchr(hex, line.p[i] >= '0' && line.p[i] <= '9' ? line.p[i] : c);

		if (at == NULL || i == HEX_MAX)
			return false;
		n = n << 4 | (uint64_t)(at - hex);
	}
	r->left = n;
	r->state = n == 0 ? TRAILERS : CHUNK;
	return i > 0;
}

static bool
read_line(struct io_reply *r, struct str line)
{
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	switch (r->state) {
	case STATUS:
		return read_status(r, line);
	case HEADERS:
		return line.n == 0 ? end_head(r) : read_header(r, line);
	case CHUNK_SIZE:
		r->head = 0;
		return read_size(r, line);
	case CHUNK_END:
		r->state = CHUNK_SIZE;
		return line.n == 0;
	default:
		if (line.n == 0)
			r->state = DONE;
		return true;
	}
}

/* Up to and with the newline; the octets used. 0: the line or the head is too long, or is none. */
static size_t
feed_line(struct io_reply *r, const uint8_t *p, size_t n)
{
	const uint8_t *nl = memchr(p, '\n', n);
	size_t used = nl == NULL ? n : (size_t)(nl - p) + 1;

	if (used > sizeof(r->line) - r->n || used > IO_REPLY_HEAD_MAX - r->head)
		return 0;
	memcpy(r->line + r->n, p, used);
	r->n += used;
	r->head += used;
	if (nl == NULL)
		return used;
	if (!read_line(r, (struct str){ r->line, r->n - 1 }))
		return 0;
	r->n = 0;
	return used;
}

static size_t
feed_body(struct io_reply *r, const uint8_t *p, size_t n)
{
	if (r->state != TO_END && n > r->left)
		n = (size_t)r->left;
	if (!r->on_body(r->arg, p, n))
		return 0;
	if (r->state == TO_END)
		return n;
	r->left -= n;
	if (r->left == 0)
		r->state = r->state == CHUNK ? CHUNK_END : DONE;
	return n;
}

enum io_reply_step
io_reply_feed(struct io_reply *r, const uint8_t *p, size_t n)
{
	size_t used;

	for (; n > 0 && r->state != DONE; p += used, n -= used) {
		used = r->state == BODY || r->state == TO_END || r->state == CHUNK ? feed_body(r, p, n) : feed_line(r, p, n);
		if (used == 0)
			return IO_REPLY_BAD;
	}
	return r->state == DONE ? IO_REPLY_DONE : IO_REPLY_MORE;
}

bool
io_reply_is_whole(const struct io_reply *r)
{
	return r->state == DONE || r->state == TO_END;
}
