/* Writing DER (X.690 10) on the writing cursor: just what certificates need.
 * Nested values are opened and closed; their lengths are filled in at the end. */
#ifndef BASE_DER_H
#define BASE_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wr;

enum der_tag {
	DER_BOOLEAN = 0x01, DER_INTEGER = 0x02, DER_BIT_STRING = 0x03, DER_OCTET_STRING = 0x04, DER_NULL = 0x05,
	DER_OID = 0x06, DER_ENUMERATED = 0x0a, DER_UTF8 = 0x0c, DER_UTC_TIME = 0x17, DER_GENERALIZED_TIME = 0x18,
	DER_SEQUENCE = 0x30, DER_SET = 0x31,
	DER_CONTEXT = 0x80,		/* [n] IMPLICIT of a primitive: DER_CONTEXT + n */
	DER_EXPLICIT = 0xa0		/* [n] EXPLICIT: DER_EXPLICIT + n */
};

/* Open a value of any tag; close it with what begin returned. Values nest. At most 65,535 bytes inside. */
size_t der_begin(struct wr *w, unsigned tag);
void der_end(struct wr *w, size_t mark);

/* A whole value. */
void der_value(struct wr *w, unsigned tag, const void *p, size_t n);
void der_text(struct wr *w, unsigned tag, const char *s);

/* Object identifier, given as its content bytes. */
void der_oid(struct wr *w, const uint8_t *oid, size_t n);

/* A non-negative integer, big-endian, of any length. */
void der_unsigned(struct wr *w, const uint8_t *p, size_t n);

/* TRUE; FALSE is a default and never written. */
void der_true(struct wr *w);

/* UTCTime until 2049, GeneralizedTime after it (RFC 5280 4.1.2.5). Fails before 1950 and after 9999. */
void der_time(struct wr *w, int64_t unix_s);

/* Open a BIT STRING of whole bytes. */
size_t der_bits_begin(struct wr *w);

#endif /* BASE_DER_H */
