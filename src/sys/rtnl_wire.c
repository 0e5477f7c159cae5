/* Bytes and plain data of rtnetlink; see rtnl_wire.h. */
#include "sys/rtnl_wire.h"

#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "base/nla.h"
#include "base/rd.h"
#include "base/wr.h"

static uint8_t
family_of(const struct addr *a)
{
	return a->len == 4 ? AF_INET : AF_INET6;
}

/* --- reading ----------------------------------------------------------------------------- */

/* The fixed head of n octets, and the attributes behind it. */
static bool
head(const struct nlm *m, void *fixed, size_t n, struct nlas *attrs)
{
	struct rd r;
	const uint8_t *p;

	rd_init(&r, m->p, m->n);
	p = rd_bytes(&r, n);
	if (p == NULL)
		return false;
	memcpy(fixed, p, n);
	nlas_read(attrs, r);
	return attrs->ok;
}

/* In the host's order, as all numbers of rtnetlink. */
static uint32_t
u32(const struct nlas *a, uint16_t type, uint32_t otherwise)
{
	uint32_t v = otherwise;

	if (a->has[type] && a->a[type].n == sizeof(v))
		memcpy(&v, a->a[type].p, sizeof(v));
	return v;
}

static bool
text(const struct nlas *a, uint16_t type, char *out, size_t size)
{
	out[0] = '\0';
	return !a->has[type] || str_copy(nla_text(&a->a[type]), out, size);
}

static bool
address(const struct nlas *a, uint16_t type, uint8_t family, struct addr *out)
{
	const size_t n = family == AF_INET ? 4 : family == AF_INET6 ? 16 : 0;

	memset(out, 0, sizeof(*out));
	if (!a->has[type])
		return true;
	if (n == 0 || a->a[type].n != n)
		return false;
	out->len = (uint8_t)n;
	memcpy(out->b, a->a[type].p, n);
	return true;
}

static bool
kind(const struct nlas *a, struct rtnl_link *out)
{
	struct nlas info;

	out->kind[0] = '\0';
	if (!a->has[IFLA_LINKINFO])
		return true;
	nlas_read(&info, nla_in(&a->a[IFLA_LINKINFO]));
	return info.ok && text(&info, IFLA_INFO_KIND, out->kind, sizeof(out->kind));
}

bool
rtnl_link_read(const struct nlm *m, struct rtnl_link *out)
{
	struct ifinfomsg i;
	struct nlas a;

	memset(out, 0, sizeof(*out));
	if (m->type != RTM_NEWLINK || !head(m, &i, sizeof(i), &a) || !text(&a, IFLA_IFNAME, out->name, sizeof(out->name)))
		return false;
	out->index = (uint32_t)i.ifi_index;
	out->up = (i.ifi_flags & IFF_UP) != 0;
	out->group = u32(&a, IFLA_GROUP, 0);
	out->mtu = u32(&a, IFLA_MTU, 0);
	return kind(&a, out);
}

/* Of a link between two ends IFA_ADDRESS is the other end: IFA_LOCAL is ours where there is one. */
bool
rtnl_addr_read(const struct nlm *m, struct rtnl_addr *out)
{
	struct ifaddrmsg i;
	struct nlas a;

	memset(out, 0, sizeof(*out));
	if (m->type != RTM_NEWADDR || !head(m, &i, sizeof(i), &a) ||
	    !address(&a, a.has[IFA_LOCAL] ? IFA_LOCAL : IFA_ADDRESS, i.ifa_family, &out->prefix.addr))
		return false;
	out->index = i.ifa_index;
	out->prefix.bits = i.ifa_prefixlen;
	out->local = i.ifa_scope == RT_SCOPE_LINK;
	return out->prefix.addr.len != 0 && out->prefix.bits <= 8 * out->prefix.addr.len;
}

static uint32_t
metric(const struct nlas *a)
{
	return u32(a, RTA_PRIORITY, 0);
}

bool
rtnl_route_read(const struct nlm *m, struct rtnl_route *out)
{
	struct rtmsg i;
	struct nlas a;

	memset(out, 0, sizeof(*out));
	if (m->type != RTM_NEWROUTE || !head(m, &i, sizeof(i), &a) || (i.rtm_family != AF_INET && i.rtm_family != AF_INET6) ||
	    !address(&a, RTA_DST, i.rtm_family, &out->to.addr) || !address(&a, RTA_GATEWAY, i.rtm_family, &out->via))
		return false;
	if (out->to.addr.len == 0)
		out->to.addr.len = i.rtm_family == AF_INET ? 4 : 16;
	out->to.bits = i.rtm_dst_len;
	out->index = u32(&a, RTA_OIF, 0);
	out->metric = metric(&a);
	out->table = u32(&a, RTA_TABLE, i.rtm_table);
	out->protocol = i.rtm_protocol;
	out->type = i.rtm_type;
	return out->to.bits <= 8 * out->to.addr.len && (i.rtm_flags & RTM_F_CLONED) == 0;
}

/* --- writing ------------------------------------------------------------------------------- */

static size_t
open_order(struct wr *w, uint16_t type, uint16_t flags, const void *fixed, size_t n)
{
	const struct nlm_head h = { type, (uint16_t)(NLM_F_REQUEST | flags), 0 };
	const size_t mark = nlm_open(w, &h);

	wr_bytes(w, fixed, n);
	return mark;
}

static void
put_u32(struct wr *w, uint16_t type, uint32_t v)
{
	nla_put(w, type, &v, sizeof(v));
}

static void
put_address(struct wr *w, uint16_t type, const struct addr *a)
{
	nla_put(w, type, a->b, a->len);
}

void
rtnl_link_new_write(struct wr *w, const struct rtnl_link *l)
{
	const struct ifinfomsg i = { .ifi_family = AF_UNSPEC };
	const size_t mark = open_order(w, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &i, sizeof(i));
	size_t info;

	nla_put_text(w, IFLA_IFNAME, l->name);
	put_u32(w, IFLA_MTU, l->mtu);
	put_u32(w, IFLA_GROUP, l->group);
	info = nla_open(w, IFLA_LINKINFO);
	nla_put_text(w, IFLA_INFO_KIND, l->kind);
	nla_close(w, info);
	nlm_close(w, mark);
}

void
rtnl_link_del_write(struct wr *w, uint32_t index)
{
	const struct ifinfomsg i = { .ifi_family = AF_UNSPEC, .ifi_index = (int)index };

	nlm_close(w, open_order(w, RTM_DELLINK, NLM_F_ACK, &i, sizeof(i)));
}

void
rtnl_link_set_write(struct wr *w, const struct rtnl_link *l)
{
	const struct ifinfomsg i = { .ifi_family = AF_UNSPEC, .ifi_index = (int)l->index, .ifi_change = IFF_UP,
	    .ifi_flags = l->up ? IFF_UP : 0 };
	const size_t mark = open_order(w, RTM_SETLINK, NLM_F_ACK, &i, sizeof(i));

	put_u32(w, IFLA_MTU, l->mtu);
	put_u32(w, IFLA_GROUP, l->group);
	nlm_close(w, mark);
}

/* Without duplicate detection: nobody else is on the link. */
void
rtnl_addr_write(struct wr *w, const struct rtnl_addr *a, bool add)
{
	const struct ifaddrmsg i = { .ifa_family = family_of(&a->prefix.addr), .ifa_prefixlen = a->prefix.bits,
	    .ifa_flags = add && a->prefix.addr.len == 16 ? IFA_F_NODAD : 0, .ifa_scope = RT_SCOPE_UNIVERSE, .ifa_index = a->index };
	const size_t mark = open_order(w, add ? RTM_NEWADDR : RTM_DELADDR,
	    (uint16_t)(NLM_F_ACK | (add ? NLM_F_CREATE | NLM_F_EXCL : 0)), &i, sizeof(i));

	put_address(w, IFA_LOCAL, &a->prefix.addr);
	put_address(w, IFA_ADDRESS, &a->prefix.addr);
	nlm_close(w, mark);
}

void
rtnl_route_write(struct wr *w, const struct rtnl_route *r, bool add)
{
	const struct rtmsg i = { .rtm_family = family_of(&r->to.addr), .rtm_dst_len = r->to.bits, .rtm_table = RT_TABLE_UNSPEC,
	    .rtm_protocol = r->protocol, .rtm_type = r->type,
	    .rtm_scope = r->via.len == 0 && r->to.addr.len == 4 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE };
	const size_t mark = open_order(w, add ? RTM_NEWROUTE : RTM_DELROUTE,
	    (uint16_t)(NLM_F_ACK | (add ? NLM_F_CREATE | NLM_F_EXCL : 0)), &i, sizeof(i));

	if (r->to.bits > 0)
		put_address(w, RTA_DST, &r->to.addr);
	if (r->via.len != 0)
		put_address(w, RTA_GATEWAY, &r->via);
	if (r->index != 0)
		put_u32(w, RTA_OIF, r->index);
	if (r->metric != 0)
		put_u32(w, RTA_PRIORITY, r->metric);
	put_u32(w, RTA_TABLE, r->table);
	nlm_close(w, mark);
}

/* Every question begins with a family, in a head as long as that of its kind. */
void
rtnl_dump_write(struct wr *w, uint16_t type, uint8_t family)
{
	const uint8_t fixed[sizeof(struct ifinfomsg)] = { family };
	const size_t n = type == RTM_GETADDR ? sizeof(struct ifaddrmsg) :
	    type == RTM_GETLINK ? sizeof(struct ifinfomsg) : sizeof(struct rtmsg);

	nlm_close(w, open_order(w, type, NLM_F_DUMP, fixed, n));
}

void
rtnl_link_get_write(struct wr *w, const char *name)
{
	const struct ifinfomsg i = { .ifi_family = AF_UNSPEC };
	const size_t mark = open_order(w, RTM_GETLINK, NLM_F_ACK, &i, sizeof(i));

	nla_put_text(w, IFLA_IFNAME, name);
	nlm_close(w, mark);
}
