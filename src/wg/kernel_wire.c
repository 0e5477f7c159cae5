/* WireGuard's messages to the kernel; see kernel_wire.h. */
#include "wg/kernel_wire.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/wireguard.h>

#include "base/addr.h"
#include "base/nla.h"
#include "base/wr.h"
#include "wg/want.h"

/* Octets that are enough for a peer without what it is allowed, and for one of that; each with the heads of its nests. */
enum { ROOM_PEER = 192, ROOM_ALLOWED = 48 };

struct question { uint16_t type, flags; uint8_t command; };

/* genl: command, version, two octets that mean nothing. */
static size_t
message_open(struct wr *w, const struct question *q)
{
	const uint8_t head[GENL_HDRLEN] = { q->command, 1 };
	size_t mark = nlm_open(w, &(struct nlm_head){ q->type, (uint16_t)(NLM_F_REQUEST | q->flags), 1 });

	wr_bytes(w, head, sizeof(head));
	return mark;
}

void
wg_kernel_wire_ask_family(struct wr *w)
{
	size_t mark = message_open(w, &(struct question){ GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY });

	nla_put_text(w, CTRL_ATTR_FAMILY_NAME, WG_GENL_NAME);
	nlm_close(w, mark);
}

void
wg_kernel_wire_ask(struct wr *w, const struct wg_kernel_name *name)
{
	size_t mark = message_open(w, &(struct question){ name->family, NLM_F_DUMP, WG_CMD_GET_DEVICE });

	nla_put_text(w, WGDEVICE_A_IFNAME, name->ifname);
	nlm_close(w, mark);
}

/* --- one peer ---------------------------------------------------------------------------- */

static void
allowed_write(struct wr *w, const struct addr_prefix *p)
{
	const uint16_t family = p->addr.len == 4 ? AF_INET : AF_INET6;
	size_t mark = nla_open(w, 0);

	nla_put(w, WGALLOWEDIP_A_FAMILY, &family, sizeof(family));
	nla_put(w, WGALLOWEDIP_A_IPADDR, p->addr.b, p->addr.len);
	nla_put_u8(w, WGALLOWEDIP_A_CIDR_MASK, p->bits);
	nla_close(w, mark);
}

static void
endpoint_write(struct wr *w, const struct addr_port *to)
{
	struct sockaddr_storage ss;
	size_t n;

	memset(&ss, 0, sizeof(ss));
	n = addr_to_sockaddr(to, &ss);
	if (n > 0)
		nla_put(w, WGPEER_A_ENDPOINT, &ss, n);
}

/* In the first of its messages; in others the peer is there, or somebody has just taken it away. */
static void
peer_head_write(struct wr *w, const struct wg_change_peer *p, bool first)
{
	uint32_t flags = p->remove ? WGPEER_F_REMOVE_ME : 0;

	if (!p->remove && (!p->fresh || !first))
		flags |= WGPEER_F_UPDATE_ONLY;
	if (p->allowed && first)
		flags |= WGPEER_F_REPLACE_ALLOWEDIPS;
	nla_put(w, WGPEER_A_PUBLIC_KEY, p->peer->key, WG_KEY);
	nla_put(w, WGPEER_A_FLAGS, &flags, sizeof(flags));
	if (p->psk && first)
		nla_put(w, WGPEER_A_PRESHARED_KEY, p->peer->psk, WG_KEY);
	if (p->endpoint && first)
		endpoint_write(w, &p->peer->endpoint);
	if (p->keepalive && first)
		nla_put(w, WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL, &p->peer->keepalive_s, sizeof(p->peer->keepalive_s));
}

/* From at->allowed on, as many as fit. */
static void
peer_allowed_write(struct wr *w, const struct wg_change_peer *p, struct wg_kernel_cut *at)
{
	size_t mark = nla_open(w, WGPEER_A_ALLOWEDIPS);

	while (at->allowed < p->peer->nallowed && wr_left(w) >= ROOM_ALLOWED)
		allowed_write(w, &p->peer->allowed[at->allowed++]);
	nla_close(w, mark);
}

/* False: it is not written to its end. */
static bool
peer_write(struct wr *w, const struct wg_change_peer *p, struct wg_kernel_cut *at)
{
	size_t mark = nla_open(w, 0);

	peer_head_write(w, p, !at->inside);
	if (p->allowed && !p->remove)
		peer_allowed_write(w, p, at);
	nla_close(w, mark);
	at->inside = p->allowed && !p->remove && at->allowed < p->peer->nallowed;
	if (at->inside)
		return false;
	at->allowed = 0;
	at->peer++;
	return true;
}

/* --- a change ------------------------------------------------------------------------------ */

bool
wg_kernel_wire_is_over(const struct wg_change *c, const struct wg_kernel_cut *at)
{
	return at->peer == c->npeers && (at->begun || !(c->key || c->port || c->mark));
}

static void
device_write(struct wr *w, const struct wg_change *c)
{
	if (c->key)
		nla_put(w, WGDEVICE_A_PRIVATE_KEY, c->want->key, WG_KEY);
	if (c->port)
		nla_put(w, WGDEVICE_A_LISTEN_PORT, &c->want->port, sizeof(c->want->port));
	if (c->mark)
		nla_put(w, WGDEVICE_A_FWMARK, &c->want->mark, sizeof(c->want->mark));
}

/* One at least: with no room for it w fails. */
static void
peers_write(struct wr *w, const struct wg_change *c, struct wg_kernel_cut *at)
{
	size_t mark = nla_open(w, WGDEVICE_A_PEERS);

	if (wr_left(w) < ROOM_PEER + ROOM_ALLOWED)
		(void)wr_fail(w);	/* the caller looks at w */
	while (wr_ok(w) && at->peer < c->npeers && wr_left(w) >= ROOM_PEER + ROOM_ALLOWED)
		if (!peer_write(w, &c->peers[at->peer], at))
			break;
	nla_close(w, mark);
}

void
wg_kernel_wire_change(struct wr *w, const struct wg_kernel_name *name, const struct wg_change *c, struct wg_kernel_cut *at)
{
	size_t mark = message_open(w, &(struct question){ name->family, NLM_F_ACK, WG_CMD_SET_DEVICE });

	nla_put_text(w, WGDEVICE_A_IFNAME, name->ifname);
	if (!at->begun)
		device_write(w, c);
	at->begun = true;
	if (at->peer < c->npeers)
		peers_write(w, c, at);
	nlm_close(w, mark);
}
