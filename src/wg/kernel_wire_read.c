/* WireGuard's messages from the kernel; see kernel_wire.h. */
#include "wg/kernel_wire.h"

#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>

#include <linux/genetlink.h>
#include <linux/wireguard.h>

#include "base/addr.h"
#include "base/nla.h"
#include "base/rd.h"
#include "base/str.h"
#include "wg/have.h"

/* A value of that size in the order of the host; what is missing stays as it is. False: it has another size. */
static bool
value_read(const struct nlas *m, uint16_t type, void *out, size_t n)
{
	if (!m->has[type])
		return true;
	if (m->a[type].n != n)
		return false;
	memcpy(out, m->a[type].p, n);
	return true;
}

/* Attributes behind the head of generic netlink. False: malformed, or another command. */
static bool
message_read(const struct nlm *message, uint8_t command, struct nlas *m)
{
	struct rd r;

	rd_init(&r, message->p, message->n);
	if (rd_u8(&r) != command)
		(void)rd_fail(&r);	/* told below */
	rd_skip(&r, GENL_HDRLEN - 1);
	if (!rd_ok(&r))
		return false;
	nlas_read(m, r);
	return m->ok;
}

bool
wg_kernel_wire_read_family(const struct nlm *message, uint16_t *family)
{
	struct nlas m;

	return message->type == GENL_ID_CTRL && message_read(message, CTRL_CMD_NEWFAMILY, &m) &&
	    m.has[CTRL_ATTR_FAMILY_NAME] && str_eqz(nla_text(&m.a[CTRL_ATTR_FAMILY_NAME]), WG_GENL_NAME) &&
	    m.has[CTRL_ATTR_FAMILY_ID] && value_read(&m, CTRL_ATTR_FAMILY_ID, family, sizeof(*family));
}

/* --- a peer ------------------------------------------------------------------------------------ */

static bool
allowed_read(struct wg_have *h, const struct nla *a)
{
	struct addr_prefix net = { .bits = 0 };
	uint16_t family = AF_UNSPEC;
	struct nlas m;

	nlas_read(&m, nla_in(a));
	if (!m.ok || !value_read(&m, WGALLOWEDIP_A_FAMILY, &family, sizeof(family)) ||
	    !m.has[WGALLOWEDIP_A_IPADDR] || !m.has[WGALLOWEDIP_A_CIDR_MASK])
		return false;
	net.addr.len = family == AF_INET ? 4 : family == AF_INET6 ? 16 : 0;
	if (net.addr.len == 0 || !value_read(&m, WGALLOWEDIP_A_IPADDR, net.addr.b, net.addr.len) ||
	    !value_read(&m, WGALLOWEDIP_A_CIDR_MASK, &net.bits, sizeof(net.bits)))
		return false;
	return net.bits <= 8 * net.addr.len && addr_prefix_is_net(&net) && wg_have_allow(h, &net);
}

static bool
endpoint_read(const struct nlas *m, struct addr_port *out)
{
	struct sockaddr_storage ss;
	const struct nla *a = &m->a[WGPEER_A_ENDPOINT];

	if (!m->has[WGPEER_A_ENDPOINT])
		return true;
	memset(&ss, 0, sizeof(ss));
	if (a->n != sizeof(struct sockaddr_in) && a->n != sizeof(struct sockaddr_in6))
		return false;
	memcpy(&ss, a->p, a->n);
	return a->n == (ss.ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6)) &&
	    addr_from_sockaddr(&ss, out);
}

/* A struct __kernel_timespec: seconds and nanoseconds, of 64 bits each. */
static bool
handshake_read(const struct nlas *m, int64_t *at)
{
	int64_t time[2] = { 0, 0 };

	if (!value_read(m, WGPEER_A_LAST_HANDSHAKE_TIME, time, sizeof(time)) || time[0] < 0)
		return false;
	*at = time[0];
	return true;
}

/* What a message that only goes on with a peer does not say again stays. */
static bool
facts_read(struct wg_have_peer *p, const struct nlas *m)
{
	return value_read(m, WGPEER_A_PRESHARED_KEY, p->set.psk, sizeof(p->set.psk)) &&
	    value_read(m, WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL, &p->set.keepalive_s, sizeof(p->set.keepalive_s)) &&
	    value_read(m, WGPEER_A_RX_BYTES, &p->rx, sizeof(p->rx)) &&
	    value_read(m, WGPEER_A_TX_BYTES, &p->tx, sizeof(p->tx)) && endpoint_read(m, &p->set.endpoint) &&
	    (!m->has[WGPEER_A_LAST_HANDSHAKE_TIME] || handshake_read(m, &p->handshake_at));
}

static bool
peer_read(struct wg_have *h, const struct nla *a)
{
	struct wg_have_peer *p = h->npeers == 0 ? NULL : &h->peers[h->npeers - 1];
	uint8_t key[WG_KEY];
	struct nlas m;
	struct nla net;
	struct rd r;

	nlas_read(&m, nla_in(a));
	if (!m.ok || !m.has[WGPEER_A_PUBLIC_KEY] || !value_read(&m, WGPEER_A_PUBLIC_KEY, key, sizeof(key)))
		return false;
	if (p == NULL || memcmp(p->set.key, key, sizeof(key)) != 0)
		p = wg_have_add(h);
	if (p == NULL || !facts_read(p, &m))
		return false;
	memcpy(p->set.key, key, sizeof(key));
	r = nla_in(&m.a[WGPEER_A_ALLOWEDIPS]);
	while (nla_next(&r, &net))
		if (!allowed_read(h, &net))
			return false;
	return rd_ok(&r);
}

/* --- the device ----------------------------------------------------------------------------------- */

static bool
device_read(struct wg_have *h, const struct nlas *m)
{
	if (!value_read(m, WGDEVICE_A_PRIVATE_KEY, h->key, sizeof(h->key)) ||
	    !value_read(m, WGDEVICE_A_LISTEN_PORT, &h->port, sizeof(h->port)) ||
	    !value_read(m, WGDEVICE_A_FWMARK, &h->mark, sizeof(h->mark)))
		return false;
	h->has_key = h->has_key || m->has[WGDEVICE_A_PRIVATE_KEY];
	return true;
}

bool
wg_kernel_wire_read(struct wg_have *h, const struct nlm *message)
{
	struct nlas m;
	struct nla peer;
	struct rd r;

	if (!message_read(message, WG_CMD_GET_DEVICE, &m) || !device_read(h, &m))
		return false;
	r = nla_in(&m.a[WGDEVICE_A_PEERS]);
	while (nla_next(&r, &peer))
		if (!peer_read(h, &peer))
			return false;
	return rd_ok(&r);
}
