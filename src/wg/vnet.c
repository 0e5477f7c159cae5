/* The head before a TUN device's packets; see vnet.h. */
#include "wg/vnet.h"

#include <string.h>

enum { NEEDS_SUM = 1, DATA_VALID = 2, ECN = 0x80 };

/* virtio_net_hdr.gso_type */
static const uint8_t kinds[] = { [WG_GSO_NONE] = 0, [WG_GSO_TCP4] = 1, [WG_GSO_TCP6] = 4, [WG_GSO_UDP] = 5 };

static uint16_t
get_le(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static void
put_le(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static bool
kind_read(uint8_t type, struct wg_vnet *out)
{
	const uint8_t *at = memchr(kinds, type & ~ECN, sizeof(kinds));

	if (at == NULL)
		return false;
	out->gso = (enum wg_gso)(at - kinds);
	out->ecn = (type & ECN) != 0;
	return !out->ecn || out->gso == WG_GSO_TCP4 || out->gso == WG_GSO_TCP6;
}

bool
wg_vnet_read(const uint8_t p[WG_VNET], struct wg_vnet *out)
{
	out->sum = (p[0] & NEEDS_SUM) != 0;
	out->head = get_le(p + 2);
	out->each = get_le(p + 4);
	out->sum_from = get_le(p + 6);
	out->sum_at = get_le(p + 8);
	return (p[0] & ~(NEEDS_SUM | DATA_VALID)) == 0 && kind_read(p[1], out) &&
	    (out->gso == WG_GSO_NONE || out->each > 0);
}

void
wg_vnet_write(uint8_t p[WG_VNET], const struct wg_vnet *v)
{
	p[0] = v->sum ? NEEDS_SUM : 0;
	p[1] = (uint8_t)(kinds[v->gso] | (v->ecn ? ECN : 0));
	put_le(p + 2, v->head);
	put_le(p + 4, v->each);
	put_le(p + 6, v->sum_from);
	put_le(p + 8, v->sum_at);
}
