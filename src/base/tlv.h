/* Reading DER (X.690 10) on the reading cursor, strictly: definite lengths in
 * their shortest form, at most 65,535 bytes, one-byte tags. */
#ifndef BASE_TLV_H
#define BASE_TLV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rd;

/* Is the next value of this tag? Reads nothing. */
bool tlv_next_is(const struct rd *r, unsigned tag);

/* Read the next value, which must be of this tag; in becomes a cursor over its content. On failure r is failed and in is
 * empty. */
bool tlv_read(struct rd *r, unsigned tag, struct rd *in);

/* The next value of any tag. */
bool tlv_read_any(struct rd *r, unsigned *tag, struct rd *in);

/* A value of this tag with exactly this content. */
bool tlv_expect(struct rd *r, unsigned tag, const void *content, size_t n);

/* UTCTime or GeneralizedTime as certificates have them (RFC 5280 4.1.2.5), as Unix time. */
bool tlv_read_time(struct rd *r, int64_t *unix_s);

/* Nothing is left, and nothing failed. */
bool tlv_end(const struct rd *r);

#endif /* BASE_TLV_H */
