/* Writing DER (X.690) from the end to the front: what is inside is written
 * before what is around it, so every length is known when its turn comes.
 * Failure is sticky, as with the other cursors. Writer only. */
#ifndef CA_DER_H
#define CA_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DER_BOOLEAN = 0x01, DER_INTEGER = 0x02, DER_BITS = 0x03, DER_OCTETS = 0x04, DER_OID = 0x06,
	DER_UTF8 = 0x0c, DER_SEQUENCE = 0x30, DER_SET = 0x31, DER_UTC_TIME = 0x17, DER_TIME = 0x18,
	DER_CONTEXT = 0x80, DER_CONTEXT_MADE = 0xa0	/* + number; "made" holds other values */
};

struct der {
	uint8_t *buf;
	size_t at;		/* first byte written; the content is buf[at .. size) */
	size_t size;
	bool bad;
};

void der_init(struct der *d, void *buf, size_t size);

/* Where the writer stands: to be given to der_wrap() once the content in front of it is written. */
static inline size_t der_mark(const struct der *d) { return d->size - d->at; }

/* Put tag and length before everything that was written since mark. */
void der_wrap(struct der *d, uint8_t tag, size_t mark);

void der_raw(struct der *d, const void *p, size_t n);
void der_value(struct der *d, uint8_t tag, const void *p, size_t n);	/* tag, length, n bytes */

/* An unsigned number in network order: leading zeros go, a zero comes where the top bit is set. */
void der_unsigned(struct der *d, const uint8_t *p, size_t n);
void der_small(struct der *d, uint8_t v);

/* A BIT STRING of whole bytes. */
void der_bits(struct der *d, const void *p, size_t n);

/* Unix time as RFC 5280 4.1.2.5 wants it: UTCTime up to 2049, GeneralizedTime from 2050 on. */
void der_time(struct der *d, int64_t unix_s);

/* The finished bytes, or NULL after a failure. */
const uint8_t *der_result(const struct der *d, size_t *n);

#endif /* CA_DER_H */
