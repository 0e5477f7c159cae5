/* Millions of names; see nameset.h. Head, then lines of five slots; what does
 * not fit into its line goes into the next, and the line says so. */
#include "dns/nameset.h"

#include <string.h>

#include "dns/name.h"

enum { SLOTS = 5, LABELS_MAX = 127 };

struct slot { uint32_t lo, hi, marks; };	/* marks 0 = free */

struct dns_nameset_line {
	struct slot slots[SLOTS];
	uint32_t overflows;		/* more of its names are in the next line */
};

static const char magic[8] = { 'P', 'I', 'C', 'N', 'A', 'M', 'E', '1' };

struct head {
	char magic[8];
	uint64_t key[2];
	uint32_t nlines, names, max, maxlabels;
	uint8_t zero[24];
};

_Static_assert(sizeof(struct dns_nameset_line) == 64, "one line of the processor's cache");
_Static_assert(sizeof(struct head) == 64, "lines stay aligned");

/* Two slots of three are taken in a full table. */
static uint32_t
lines_for(size_t names)
{
	return (uint32_t)(names * 3 / (2 * SLOTS) + 1);
}

size_t
dns_nameset_size(size_t names)
{
	return sizeof(struct head) + lines_for(names) * sizeof(struct dns_nameset_line);
}

void
dns_nameset_init(void *p, size_t names, const uint64_t key[2])
{
	struct head *h = p;

	memcpy(h->magic, magic, sizeof(magic));
	h->key[0] = key[0];
	h->key[1] = key[1];
	h->nlines = lines_for(names);
	h->max = (uint32_t)names;
}

/* The upper half of the hash spread over the lines. */
static uint32_t
line_of(uint64_t hash, uint32_t nlines)
{
	return (uint32_t)((hash >> 32) * nlines >> 32);
}

static bool
holds(const struct slot *s, uint64_t hash)
{
	return s->lo == (uint32_t)hash && s->hi == (uint32_t)(hash >> 32);
}

bool
dns_nameset_add(void *p, const uint8_t *name, size_t len, uint32_t marks)
{
	struct head *h = p;
	struct dns_nameset_line *lines = (struct dns_nameset_line *)(h + 1);
	uint64_t hash = dns_name_sip(h->key, name, len);
	uint32_t at = line_of(hash, h->nlines);
	unsigned labels, i;

	if (dns_name_scan(name, len, &labels) != len || labels == 0 || marks == 0)
		return true;
	for (;; at = at + 1 == h->nlines ? 0 : at + 1) {
		for (i = 0; i < SLOTS; i++) {
			struct slot *s = &lines[at].slots[i];

			if (s->marks != 0 && !holds(s, hash))
				continue;
			if (s->marks == 0 && h->names == h->max)
				return false;
			h->names += s->marks == 0;
			*s = (struct slot){ (uint32_t)hash, (uint32_t)(hash >> 32), s->marks | marks };
			if (labels > h->maxlabels)
				h->maxlabels = labels;
			return true;
		}
		/* There is always a free slot: fewer names than slots. */
		lines[at].overflows = 1;
	}
}

bool
dns_nameset_open(struct dns_nameset *s, const void *p, size_t n)
{
	struct head h;

	memset(s, 0, sizeof(*s));
	if ((uintptr_t)p % DNS_NAMESET_ALIGN != 0 || n < sizeof(h))
		return false;
	memcpy(&h, p, sizeof(h));
	if (memcmp(h.magic, magic, sizeof(magic)) != 0 || h.nlines == 0 || h.maxlabels > LABELS_MAX ||
	    n != sizeof(h) + (uint64_t)h.nlines * sizeof(struct dns_nameset_line))
		return false;
	s->lines = (const void *)((const uint8_t *)p + sizeof(h));
	s->nlines = h.nlines;
	s->maxlabels = h.maxlabels;
	s->names = h.names;
	memcpy(s->key, h.key, sizeof(s->key));
	return true;
}

static uint32_t
find_hash(const struct dns_nameset *s, uint64_t hash)
{
	uint32_t at = line_of(hash, s->nlines), tries;
	unsigned i;

	for (tries = 0; tries < s->nlines; tries++) {
		const struct dns_nameset_line *l = &s->lines[at];

		for (i = 0; i < SLOTS; i++)
			if (holds(&l->slots[i], hash))
				return l->slots[i].marks;
		if (l->overflows == 0)
			return 0;
		at = at + 1 == s->nlines ? 0 : at + 1;
	}
	return 0;
}

/* All lines are asked for before the first is looked at, so that the labels wait for memory together. */
uint32_t
dns_nameset_find(const struct dns_nameset *s, const uint8_t *name, size_t len)
{
	uint64_t hashes[LABELS_MAX];
	unsigned labels, i, n = 0;
	uint32_t marks = 0;
	size_t at = 0;

	if (s->maxlabels == 0 || dns_name_scan(name, len, &labels) != len)
		return 0;
	for (i = labels; i > 0; i--, at += (size_t)name[at] + 1) {
		if (i > s->maxlabels)
			continue;
		hashes[n] = dns_name_sip(s->key, name + at, len - at);
		__builtin_prefetch(&s->lines[line_of(hashes[n], s->nlines)]);
		n++;
	}
	for (i = 0; i < n; i++)
		marks |= find_hash(s, hashes[i]);
	return marks;
}
