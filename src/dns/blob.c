/* A table being built; see blob.h. */
#include "dns/blob.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dns/name.h"

enum { ALIGN = 8, ROOM_MIN = 65536 };

void
dns_blob_init(struct dns_blob *b, size_t max)
{
	memset(b, 0, sizeof(*b));
	b->max = max;
}

void
dns_blob_free(struct dns_blob *b)
{
	free(b->p);
	free(b->parts);
	b->p = NULL;
	b->parts = NULL;
}

static bool
grow(struct dns_blob *b, size_t need)
{
	size_t room = b->room == 0 ? ROOM_MIN : b->room;
	uint8_t *p;

	while (room < need)
		room *= 2;
	if (need > b->max)
		b->error = -EFBIG;
	if (b->error != 0)
		return false;
	if (room == b->room)
		return true;
	p = realloc(b->p, room);
	if (p == NULL) {
		b->error = -ENOMEM;
		return false;
	}
	b->p = p;
	b->room = room;
	return true;
}

void
dns_blob_expect(struct dns_blob *b, size_t n)
{
	if (n <= b->max)
		(void)grow(b, n);	/* sticky */
}

uint32_t
dns_blob_put(struct dns_blob *b, const void *p, size_t n)
{
	size_t at = (b->len + ALIGN - 1) & ~(size_t)(ALIGN - 1);

	if (!grow(b, at + n))
		return 0;
	memset(b->p + b->len, 0, at - b->len);
	if (p == NULL)
		memset(b->p + at, 0, n);
	else if (n > 0)
		memcpy(b->p + at, p, n);
	b->len = at + n;
	return (uint32_t)at;
}

static bool
same_answer(const struct dns_blob *b, uint32_t at, const struct dns_answer *head, const uint8_t *body, size_t n)
{
	return at != 0 && memcmp(b->p + at, head, sizeof(*head)) == 0 && memcmp(b->p + at + sizeof(*head), body, n) == 0;
}

uint32_t
dns_blob_answer(struct dns_blob *b, const struct dns_answer *head, const uint8_t *body, size_t n)
{
	uint64_t h = dns_name_hash(body, n) + head->rcode;
	uint32_t *memo = &b->memo[(h >> 32 ^ h) % DNS_BLOB_MEMO];
	uint32_t at;

	if (same_answer(b, *memo, head, body, n))
		return *memo;
	at = dns_blob_put(b, head, sizeof(*head));
	if (!grow(b, b->len + n))
		return 0;
	if (n > 0)
		memcpy(b->p + b->len, body, n);
	b->len += n;
	*memo = at;
	return at;
}

static uint16_t
part_of(struct dns_blob *b, const struct dns_part *part)
{
	struct dns_part *p;
	size_t i, room;

	for (i = b->nparts; i-- > 0;)
		if (memcmp(&b->parts[i], part, sizeof(*part)) == 0)
			return (uint16_t)i;
	if (b->nparts == DNS_PARTS_MAX) {
		b->error = -EFBIG;
		return 0;
	}
	if (b->nparts == b->partroom) {
		room = b->partroom == 0 ? 16 : b->partroom * 2;
		p = reallocarray(b->parts, room, sizeof(*p));
		if (p == NULL) {
			b->error = -ENOMEM;
			return 0;
		}
		b->parts = p;
		b->partroom = room;
	}
	b->parts[b->nparts] = *part;
	return (uint16_t)b->nparts++;
}

struct dns_row
dns_blob_row(struct dns_blob *b, uint16_t type, const uint32_t at[DNS_VIEWS_MAX])
{
	struct dns_row row = { .type = type };
	uint32_t variants[DNS_VIEWS_MAX];
	struct dns_part part;
	uint8_t i;
	size_t v;

	memset(&part, 0, sizeof(part));
	for (v = 0; v < DNS_VIEWS_MAX; v++) {
		part.of[v] = DNS_VIEW_NONE;
		if (at[v] == 0)
			continue;
		for (i = 0; i < part.n && variants[i] != at[v]; i++)
			;
		if (i == part.n)
			variants[part.n++] = at[v];
		part.of[v] = i;
	}
	row.part = part_of(b, &part);
	if (part.n == 1) {
		row.part |= DNS_PART_SINGLE;
		row.at = variants[0];
	} else if (part.n > 1) {
		row.at = dns_blob_put(b, variants, part.n * sizeof(variants[0]));
	} else {
		row.at = sizeof(struct dns_table_head);	/* nobody looks, the check needs a place */
	}
	return row;
}
