/* Groups of equal answers; see segment.h. A table by hash, twice as large as a
 * batch, finds the group of a message. */
#include "io/segment.h"

#include <stdbool.h>
#include <string.h>

enum { TABLE = 2 * IO_UDP_BATCH, ALL_MAX = 65000 /* octets of one send */ };

static unsigned
hash_of(const struct io_udp_msg *m)
{
	uint32_t h;

	memcpy(&h, m->peer.addr.b + (m->peer.addr.len == 16 ? 12 : 0), sizeof(h));
	h = (h ^ m->peer.port ^ (uint32_t)m->out_len << 16) * 0x9e3779b1;
	return (h >> 16) % TABLE;
}

static bool
same_addr(const struct addr *a, const struct addr *b)
{
	return a->len == b->len && memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

/* From the same address of ours to the same socket, and equally long. */
static bool
goes_along(const struct io_udp_msg *a, const struct io_udp_msg *b)
{
	return a->out_len == b->out_len && a->peer.port == b->peer.port &&
	    a->peer.scope == b->peer.scope && same_addr(&a->peer.addr, &b->peer.addr) &&
	    same_addr(&a->local, &b->local);
}

/* The place in the table of the group that m may join, or of a new one. */
static uint8_t *
place_of(const struct io_segments *s, uint8_t table[TABLE], const struct io_udp_msg *msgs,
    const struct io_udp_msg *m)
{
	unsigned i = hash_of(m);

	while (table[i] != IO_SEGMENT_END && !goes_along(&msgs[s->groups[table[i]].first], m))
		i = (i + 1) % TABLE;
	return &table[i];
}

static bool
has_room(const struct io_segment *g, const struct io_udp_msg *m)
{
	return m->out_len <= IO_SEGMENT_SIZE && (g->count + 1u) * m->out_len <= ALL_MAX;
}

void
io_segments_find(struct io_segments *s, const struct io_udp_msg *msgs, size_t n, int single)
{
	uint8_t table[TABLE], *place;
	struct io_segment *g;
	size_t i;

	memset(table, IO_SEGMENT_END, sizeof(table));
	s->n = 0;
	for (i = 0; i < n; i++) {
		if (msgs[i].out_len == 0)
			continue;
		s->next[i] = IO_SEGMENT_END;
		place = single ? &table[0] : place_of(s, table, msgs, &msgs[i]);
		if (!single && *place != IO_SEGMENT_END && has_room(&s->groups[*place], &msgs[i])) {
			g = &s->groups[*place];
			s->next[g->last] = (uint8_t)i;
			g->last = (uint8_t)i;
			g->count++;
			continue;
		}
		*place = (uint8_t)s->n;
		s->groups[s->n++] = (struct io_segment){ (uint8_t)i, (uint8_t)i, 1 };
	}
}
