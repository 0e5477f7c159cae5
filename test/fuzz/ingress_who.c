/* The piece that says who is who in the VPN: refused, or whatever is in it leads to peers of it, with texts that end,
 * and never away from it. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "ingress/who.h"
#include "ingress/who_piece.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOM = 1 << 16, LOOKS = 64 };

static void
look_at(const struct ingress_who *w, uint32_t number, const uint8_t *end)
{
	struct ingress_peer p;

	if (!ingress_who_get(w, number, &p))
		return;
	assert(number > 0 && number <= w->nrows);
	assert((const uint8_t *)p.name + strlen(p.name) < end || p.name[0] == '\0');
	assert((const uint8_t *)p.groups + strlen(p.groups) < end || p.groups[0] == '\0');
	(void)conf_access_has(p.access, 1);
}

static void
look_for(const struct ingress_who *w, const struct addr *a, const uint8_t *end)
{
	const uint32_t number = ingress_who_find(w, a);

	assert(number <= w->nrows);
	look_at(w, number, end);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static _Alignas(8) uint8_t piece[ROOM];
	struct ingress_who w;
	struct addr a = { 0 };
	uint32_t i;

	if (size > sizeof(piece))
		return 0;
	memcpy(piece, data, size);
	if (!ingress_who_open(&w, piece, size))
		return 0;
	for (i = 0; i < LOOKS && i < w.nrows + 2; i++)
		look_at(&w, i, piece + size);
	for (i = 0; i < LOOKS && i < w.nrows; i++) {
		a.len = 4;
		memcpy(a.b, w.rows[i].ip4, 4);
		memset(a.b + 4, 0, 12);
		look_for(&w, &a, piece + size);
		a.len = 16;
		memcpy(a.b, w.rows[i].ip6, 16);
		look_for(&w, &a, piece + size);
	}
	for (i = 0; i < LOOKS && i < w.nnets; i++) {
		a.len = 16;
		memcpy(a.b, w.nets[i].first, 16);
		look_for(&w, &a, piece + size);
	}
	return 0;
}
