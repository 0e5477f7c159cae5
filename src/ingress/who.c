/* Who a source in the VPN is: use; see who.h. */
#include "ingress/who.h"

#include <string.h>

#include "conf/conf.h"
#include "ingress/who_piece.h"
#include "ingress/zone.h"

bool
ingress_who_open(struct ingress_who *w, const void *p, size_t n)
{
	const uint8_t *at = p;
	struct ingress_who_head h;

	memset(w, 0, sizeof(*w));
	if ((uintptr_t)p % INGRESS_WHO_ALIGN != 0 || n < sizeof(h) || n > INGRESS_WHO_MAX)
		return false;
	memcpy(&h, at, sizeof(h));
	if (memcmp(h.magic, ingress_who_magic, sizeof(h.magic)) != 0 || h.ntexts == 0 || h.nslots == 0 ||
	    (h.nslots & (h.nslots - 1)) != 0 || ingress_who_size(&h) != n || at[n - 1] != '\0')
		return false;
	w->sets = (const void *)(at + sizeof(h));
	w->rows = (const void *)(w->sets + h.nsets);
	w->slots = (const void *)(w->rows + h.nrows);
	w->nets = (const void *)(w->slots + h.nslots);
	w->texts = (const void *)(w->nets + h.nnets);
	w->nrows = h.nrows;
	w->nslots = h.nslots;
	w->nnets = h.nnets;
	w->nsets = h.nsets;
	w->ntexts = h.ntexts;
	return true;
}

static const struct ingress_who_row *
row_of(const struct ingress_who *w, uint32_t number)
{
	return number == 0 || number > w->nrows || !w->rows[number - 1].enabled ? NULL : &w->rows[number - 1];
}

static bool
has_addr(const struct ingress_who_row *r, const struct addr *a)
{
	return (a->len == 4 && r->has4 && memcmp(r->ip4, a->b, 4) == 0) ||
	    (a->len == 16 && r->has6 && memcmp(r->ip6, a->b, 16) == 0);
}

static uint32_t
find_own(const struct ingress_who *w, const struct addr *a)
{
	const uint64_t hash = ingress_who_hash(a);
	uint64_t i = hash;
	uint32_t left = w->nslots;

	for (; left > 0; left--, i++) {
		const struct ingress_who_slot *s = &w->slots[i & (w->nslots - 1)];

		if (s->number == 0)
			return 0;
		if (s->tag == (uint32_t)(hash >> 32) && ingress_who_is_own(w, s->number, a))
			return s->number;
	}
	return 0;
}

static bool
covers(const struct ingress_who_net *n, const uint8_t key[16])
{
	const unsigned whole = n->bits / 8, rest = n->bits % 8;

	if (n->bits > 128 || memcmp(n->first, key, whole) != 0)
		return false;
	return rest == 0 || ((n->first[whole] ^ key[whole]) >> (8 - rest)) == 0;
}

/* They do not overlap: it is in the last one that begins at or before it, or in none. */
static uint32_t
find_behind(const struct ingress_who *w, const struct addr *a)
{
	uint32_t low = 0, high = w->nnets;
	uint8_t key[16];

	ingress_who_key(a, key);
	while (low < high) {
		const uint32_t mid = low + (high - low) / 2;

		if (memcmp(w->nets[mid].first, key, sizeof(key)) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low > 0 && covers(&w->nets[low - 1], key) && row_of(w, w->nets[low - 1].number) != NULL ?
	    w->nets[low - 1].number : 0;
}

uint32_t
ingress_who_find(const struct ingress_who *w, const struct addr *a)
{
	uint32_t number = find_own(w, a);

	return number == 0 && w->nnets > 0 && (a->len == 4 || a->len == 16) ? find_behind(w, a) : number;
}

/* The piece ends in a NUL, so every text does. */
static const char *
text_at(const struct ingress_who *w, uint32_t at)
{
	return at < w->ntexts ? w->texts + at : "";
}

const char *
ingress_who_name(const struct ingress_who *w, uint32_t number)
{
	const struct ingress_who_row *r = row_of(w, number);

	return r == NULL ? "" : text_at(w, r->name);
}

const struct conf_access *
ingress_who_access(const struct ingress_who *w, uint32_t number)
{
	const struct ingress_who_row *r = row_of(w, number);

	return r == NULL || r->set >= w->nsets ? NULL : &w->sets[r->set];
}

bool
ingress_who_is_own(const struct ingress_who *w, uint32_t number, const struct addr *a)
{
	const struct ingress_who_row *r = row_of(w, number);

	return r != NULL && has_addr(r, a);
}

bool
ingress_who_get(const struct ingress_who *w, uint32_t number, struct ingress_peer *out)
{
	const struct ingress_who_row *r = row_of(w, number);

	memset(out, 0, sizeof(*out));
	if (r == NULL || r->set >= w->nsets)
		return false;
	out->name = text_at(w, r->name);
	out->owner = text_at(w, r->owner);
	out->title = text_at(w, r->title);
	out->email = text_at(w, r->email);
	out->groups = text_at(w, r->groups);
	out->access = &w->sets[r->set];
	return true;
}

unsigned
ingress_identify(const struct ingress *in, const struct ingress_who *w, uint32_t ifindex, const struct addr *a,
    uint32_t *number)
{
	const bool vpn = in->vpn_ifindex != 0 && ifindex == in->vpn_ifindex;
	const unsigned zone = vpn ? CONF_ZONE_VPN : ingress_zone(in, ifindex, a);

	*number = zone == CONF_ZONE_VPN ? ingress_who_find(w, a) : 0;
	return zone == CONF_ZONE_VPN && *number == 0 ? 0 : zone;
}
