/* Text as pointer and length, not owned, not NUL-terminated. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

#define STR(lit) ((struct str){ (lit), sizeof(lit) - 1 })

static inline struct str
str_of(const char *s)
{
	return (struct str){ s, s == NULL ? 0 : strlen(s) };
}

/* Most texts that are compared differ in their length: that needs no call. */
static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
str_eqz(struct str a, const char *b)
{
	return str_eq(a, str_of(b));
}

/* Any case; ASCII only, as the protocols want it. */
bool str_ieq_bytes(const char *a, const char *b, size_t n);

static inline bool
str_ieq(struct str a, struct str b)
{
	return a.n == b.n && str_ieq_bytes(a.p, b.p, a.n);
}

bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* Without spaces and tabs at both ends. */
struct str str_trim(struct str s);

/* Cut at the first c: *head gets what stands before it, *s the rest after it.
 * Without c, *head is everything and *s is empty. False once *s was empty at the call. */
bool str_cut(struct str *s, char c, struct str *head);

/* Decimal without sign or space, at most max; leading zeros are allowed. */
bool str_u64(struct str s, uint64_t max, uint64_t *out);

/* RFC 3629: shortest forms, no surrogates, at most U+10FFFF. */
bool str_utf8(struct str s);

/* The bytes of the first character of s, 0 when it is not UTF-8 (or s is empty). */
size_t str_utf8_next(struct str s);

/* No byte below 0x20 and no 0x7f. */
bool str_printable(struct str s);

/* How many bytes of s stand before its first control character; a tab is none. */
size_t str_text_run(struct str s);

/* A token of HTTP, such as the name of a header (RFC 9110 5.6.2). */
bool str_token(struct str s);

/* Copy into a fixed buffer with a NUL; false (and "" in dst) when it does not fit
 * or has a NUL of its own, which would hide what follows it. */
bool str_copy(struct str s, char *dst, size_t size);

/* As str_copy(), ASCII letters in lower case. */
bool str_lower(struct str s, char *dst, size_t size);

/* RFC 4648 base32, upper case, no padding. Writer: false if dst (with NUL) is too
 * small. Reader: either case, no padding, no bits left over; the byte count, or -1. */
bool str_base32(const uint8_t *src, size_t n, char *dst, size_t size);
int str_base32_read(struct str s, uint8_t *dst, size_t size);

#endif /* BASE_STR_H */
