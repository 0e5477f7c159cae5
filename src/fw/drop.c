/* What was dropped; see drop.h. */
#include "fw/drop.h"

#include <string.h>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>

#include "base/nla.h"
#include "base/rd.h"
#include "base/wr.h"

enum {
	HEAD = 128,			/* octets of a packet: its addresses and ports, behind some extensions */
	AT_ONCE = 32,			/* packets of one message */
	WAIT = 10,			/* hundredths of a second until fewer are told, too */
	TCP = 6, UDP = 17, SCTP = 132,
	HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, DESTINATION = 60, EXTENSIONS_MAX = 8
};

/* --- questions ------------------------------------------------------------------------ */

static size_t
open_message(struct wr *w, uint16_t group)
{
	const struct nlm_head h = { NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG, NLM_F_REQUEST | NLM_F_ACK, 1 };
	size_t mark = nlm_open(w, &h);

	wr_u8(w, 0);			/* every family */
	wr_u8(w, NFNETLINK_V0);
	wr_be16(w, group);
	return mark;
}

void
fw_drop_write_bind(struct wr *w, uint16_t group)
{
	const uint8_t mode[] = { 0, 0, 0, HEAD, NFULNL_COPY_PACKET, 0 };	/* struct nfulnl_msg_config_mode */
	size_t mark = open_message(w, group);

	nla_put_u8(w, NFULA_CFG_CMD, NFULNL_CFG_CMD_BIND);
	nlm_close(w, mark);
	mark = open_message(w, group);
	nla_put(w, NFULA_CFG_MODE, mode, sizeof(mode));
	nla_put_be32(w, NFULA_CFG_QTHRESH, AT_ONCE);
	nla_put_be32(w, NFULA_CFG_TIMEOUT, WAIT);
	nlm_close(w, mark);
}

/* --- packets ---------------------------------------------------------------------------- */

static void
addr_take(struct rd *r, uint8_t len, struct addr *a)
{
	*a = (struct addr){ .len = len };
	rd_copy(r, a->b, len);
}

/* Ports stand first in all three; what was cut off, or a later fragment, has none. */
static void
port_take(struct rd r, struct fw_drop *d)
{
	if (d->proto != TCP && d->proto != UDP && d->proto != SCTP)
		return;
	rd_skip(&r, 2);
	d->port = rd_be16(&r);
}

/* RFC 791 3.1 */
static bool
read4(struct rd r, struct fw_drop *d)
{
	const uint8_t first = rd_u8(&r);
	const size_t head = (size_t)(first & 15) * 4;
	uint16_t fragment;

	rd_skip(&r, 5);
	fragment = rd_be16(&r) & 0x1fff;
	rd_skip(&r, 1);
	d->proto = rd_u8(&r);
	rd_skip(&r, 2);
	addr_take(&r, 4, &d->src);
	addr_take(&r, 4, &d->dst);
	if (!rd_ok(&r) || head < 20)
		return false;
	rd_skip(&r, head - 20);
	if (fragment == 0)
		port_take(r, d);
	return true;
}

/* Behind the extensions that stand between (RFC 8200 4). */
static void
read6_next(struct rd *r, uint8_t next, struct fw_drop *d)
{
	int i;

	for (i = 0; i < EXTENSIONS_MAX; i++) {
		uint8_t len;
		uint16_t offset;

		d->proto = next;
		if (next != HOP_BY_HOP && next != ROUTING && next != DESTINATION && next != FRAGMENT)
			break;
		next = rd_u8(r);
		len = rd_u8(r);
		offset = rd_be16(r);
		if (d->proto == FRAGMENT && (offset & 0xfff8) != 0) {
			d->proto = next;
			return;
		}
		rd_skip(r, d->proto == FRAGMENT ? 4 : (size_t)len * 8 + 4);
	}
	port_take(*r, d);
}

/* RFC 8200 3 */
static bool
read6(struct rd r, struct fw_drop *d)
{
	uint8_t next;

	rd_skip(&r, 6);
	next = rd_u8(&r);
	rd_skip(&r, 1);
	addr_take(&r, 16, &d->src);
	addr_take(&r, 16, &d->dst);
	if (!rd_ok(&r))
		return false;
	read6_next(&r, next, d);
	return true;
}

bool
fw_drop_read(const struct nlm *m, struct fw_drop *d)
{
	const struct nla *packet;
	struct nlas a;
	struct rd r;

	memset(d, 0, sizeof(*d));
	if (m->type != (NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET))
		return false;
	rd_init(&r, m->p, m->n);
	rd_skip(&r, 4);
	nlas_read(&a, r);
	packet = &a.a[NFULA_PAYLOAD];
	if (!a.ok || !a.has[NFULA_PAYLOAD] || packet->n == 0)
		return false;
	d->iif = nlas_be32(&a, NFULA_IFINDEX_INDEV, 0);
	d->oif = nlas_be32(&a, NFULA_IFINDEX_OUTDEV, 0);
	switch (packet->p[0] >> 4) {
	case 4:
		return read4(nla_in(packet), d);
	case 6:
		return read6(nla_in(packet), d);
	default:
		return false;
	}
}
