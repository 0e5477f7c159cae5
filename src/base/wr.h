/* A writing cursor into a fixed buffer. Failure is sticky: what does not fit
 * is not written and wr_ok() stays false. Lengths that are known only later
 * are reserved with wr_mark16() and filled by wr_patch16(). */
#ifndef BASE_WR_H
#define BASE_WR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct wr {
	uint8_t *p;		/* next byte */
	uint8_t *end;
	uint8_t *start;
	bool bad;
};

static inline void
wr_init(struct wr *w, void *p, size_t n)
{
	w->start = w->p = p;
	w->end = w->p + n;
	w->bad = false;
}

static inline bool wr_ok(const struct wr *w) { return !w->bad; }
static inline size_t wr_len(const struct wr *w) { return (size_t)(w->p - w->start); }
static inline size_t wr_left(const struct wr *w) { return (size_t)(w->end - w->p); }
static inline bool wr_fail(struct wr *w) { w->bad = true; return false; }

/* Room for n bytes, or NULL (and failed). */
static inline uint8_t *
wr_room(struct wr *w, size_t n)
{
	uint8_t *p = w->p;

	if (w->bad || wr_left(w) < n) {
		w->bad = true;
		return NULL;
	}
	w->p += n;
	return p;
}

static inline void
wr_u8(struct wr *w, uint8_t v)
{
	uint8_t *p = wr_room(w, 1);

	if (p != NULL)
		p[0] = v;
}

static inline void
wr_be16(struct wr *w, uint16_t v)
{
	uint8_t *p = wr_room(w, 2);

	if (p != NULL) {
		p[0] = (uint8_t)(v >> 8);
		p[1] = (uint8_t)v;
	}
}

static inline void
wr_be32(struct wr *w, uint32_t v)
{
	wr_be16(w, (uint16_t)(v >> 16));
	wr_be16(w, (uint16_t)v);
}

static inline void
wr_be64(struct wr *w, uint64_t v)
{
	wr_be32(w, (uint32_t)(v >> 32));
	wr_be32(w, (uint32_t)v);
}

/* n bytes from src; n = 0 with src NULL is allowed. */
void wr_bytes(struct wr *w, const void *src, size_t n);

/* The characters of s without its NUL. */
static inline void
wr_text(struct wr *w, const char *s)
{
	wr_bytes(w, s, strlen(s));
}

void wr_decimal(struct wr *w, uint64_t v);

/* Text in a page of HTML, also in an attribute: it has no markup of its own. */
void wr_html(struct wr *w, struct str s);

/* printf into the buffer; does not fit = failed, nothing written. Needs one
 * byte of room beyond the text, for printf's NUL. */
void wr_printf(struct wr *w, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Reserve two bytes for a length; returns their position. */
size_t wr_mark16(struct wr *w);

/* Fill them with the count of bytes written since; more than 65,535 fails. */
void wr_patch16(struct wr *w, size_t mark);

#endif /* BASE_WR_H */
