/* A table being built: one growing piece of memory, offsets instead of
 * pointers. Equal answers and equal parts are stored once. Failure is sticky:
 * check error at the end. */
#ifndef DNS_BLOB_H
#define DNS_BLOB_H

#include <stddef.h>
#include <stdint.h>

#include "dns/table.h"

enum { DNS_BLOB_MEMO = 4096 };

struct dns_blob {
	uint8_t *p;
	size_t len, room, max;
	int error;			/* 0, -ENOMEM, -EFBIG beyond max */
	struct dns_part *parts;
	size_t nparts, partroom;
	uint32_t memo[DNS_BLOB_MEMO];	/* offsets of answers by hash, the latest */
};

void dns_blob_init(struct dns_blob *b, size_t max);
void dns_blob_free(struct dns_blob *b);

/* About n octets will come: room for them now is cheaper than pieces that grow and leave their places behind. */
void dns_blob_expect(struct dns_blob *b, size_t n);

/* Append n octets (p NULL: zeros) at a multiple of 8. The offset, 0 on failure. */
uint32_t dns_blob_put(struct dns_blob *b, const void *p, size_t n);

/* Append an answer, or find an equal one. n octets follow the head: body and positions of pointers. */
uint32_t dns_blob_answer(struct dns_blob *b, const struct dns_answer *head, const uint8_t *body, size_t n);

/* A row of a type from the answer of each view (offset, 0 = none). */
struct dns_row dns_blob_row(struct dns_blob *b, uint16_t type, const uint32_t at[DNS_VIEWS_MAX]);

#endif /* DNS_BLOB_H */
