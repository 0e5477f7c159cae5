/* Messages of rtnetlink about links, addresses and routes (rtnetlink(7)) and the plain data they stand for. Pure. */
#ifndef SYS_RTNL_WIRE_H
#define SYS_RTNL_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct nlm;		/* base/nla.h */
struct wr;

enum { RTNL_NAME = 16, RTNL_KIND = 32 };

struct rtnl_link {
	uint32_t index, group, mtu;
	bool up;
	char name[RTNL_NAME], kind[RTNL_KIND];	/* kind: "wireguard", "tun"; "" where the kernel says none */
};

struct rtnl_addr {
	uint32_t index;
	struct addr_prefix prefix;		/* the address with its host bits */
	bool local;				/* link-local: the kernel's own */
};

/* A unicast route. */
struct rtnl_route {
	struct addr_prefix to;			/* without host bits; bits 0: everything */
	struct addr via;			/* len 0: on the link */
	uint32_t index;				/* of the link; 0: the one that via is on */
	uint32_t metric, table;
	uint8_t protocol, type;			/* RTPROT_*, RTN_* */
};

/* What the kernel tells. False: it is something else, or malformed. */
bool rtnl_link_read(const struct nlm *m, struct rtnl_link *out);
bool rtnl_addr_read(const struct nlm *m, struct rtnl_addr *out);
bool rtnl_route_read(const struct nlm *m, struct rtnl_route *out);

/* Orders, each one message. */
void rtnl_link_new_write(struct wr *w, const struct rtnl_link *l);	/* make it: name, kind, group, mtu */
void rtnl_link_del_write(struct wr *w, uint32_t index);
void rtnl_link_set_write(struct wr *w, const struct rtnl_link *l);	/* that of index: group, mtu, up */
void rtnl_addr_write(struct wr *w, const struct rtnl_addr *a, bool add);
void rtnl_route_write(struct wr *w, const struct rtnl_route *r, bool add);

/* Questions. type: RTM_GETLINK …; family AF_UNSPEC: all. */
void rtnl_dump_write(struct wr *w, uint16_t type, uint8_t family);
void rtnl_link_get_write(struct wr *w, const char *name);

#endif /* SYS_RTNL_WIRE_H */
