/* A reading cursor over bytes that a stranger wrote. Failure is sticky: after
 * a failed read every further read yields zero and rd_ok() stays false, so a
 * parser reads straight on and checks once at the end. No allocation, no copy
 * but where asked. */
#ifndef BASE_RD_H
#define BASE_RD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rd {
	const uint8_t *p;	/* next byte */
	const uint8_t *end;
	const uint8_t *start;
	bool bad;
};

static inline void
rd_init(struct rd *r, const void *p, size_t n)
{
	/* Arithmetic on NULL is undefined even with 0. */
	r->start = r->p = p == NULL ? (const uint8_t *)"" : p;
	r->end = r->p + n;
	r->bad = false;
}

static inline bool rd_ok(const struct rd *r) { return !r->bad; }
static inline size_t rd_left(const struct rd *r) { return (size_t)(r->end - r->p); }
static inline size_t rd_pos(const struct rd *r) { return (size_t)(r->p - r->start); }

/* Mark the cursor failed; always false, so that a parser can return it. */
static inline bool
rd_fail(struct rd *r)
{
	r->bad = true;
	r->p = r->end;
	return false;
}

/* The next n bytes in place, or NULL (and failed) when fewer are left. */
static inline const uint8_t *
rd_bytes(struct rd *r, size_t n)
{
	const uint8_t *p = r->p;

	if (r->bad || rd_left(r) < n) {
		(void)rd_fail(r);	/* the NULL below says it */
		return NULL;
	}
	r->p += n;
	return p;
}

static inline uint8_t
rd_u8(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 1);

	return p == NULL ? 0 : p[0];
}

/* One octet, 0 or 1; what is neither fails. */
static inline bool
rd_bool(struct rd *r)
{
	uint8_t b = rd_u8(r);

	return b > 1 ? rd_fail(r) : b == 1;
}

static inline uint16_t
rd_be16(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 2);

	return p == NULL ? 0 : (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
rd_be32(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 4);

	return p == NULL ? 0 : (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t
rd_be64(struct rd *r)
{
	uint64_t hi = rd_be32(r);

	return hi << 32 | rd_be32(r);
}

/* Copy n bytes to dst; on failure dst is zeroed. */
void rd_copy(struct rd *r, void *dst, size_t n);

/* Skip n bytes. */
static inline void
rd_skip(struct rd *r, size_t n)
{
	(void)rd_bytes(r, n);	/* failure is sticky */
}

/* Move to an absolute position in the buffer; fails past the end. */
void rd_seek(struct rd *r, size_t pos);

#endif /* BASE_RD_H */
