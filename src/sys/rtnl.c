/* Links, addresses, routes; see rtnl.h. */
#include "sys/rtnl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/nla.h"
#include "base/wr.h"
#include "sys/netlink.h"

enum { ORDER_MAX = 512, FIRST = 64, TRIES = 5 };

static int
order(struct netlink *n, const struct wr *w)
{
	return wr_ok(w) ? netlink_do(n, w->start, wr_len(w), NULL, NULL) : -EINVAL;
}

/* --- links -------------------------------------------------------------------------------- */

static int
on_link(void *arg, const struct nlm *m)
{
	return rtnl_link_read(m, arg) ? 0 : -EBADMSG;
}

int
rtnl_link_find(struct netlink *n, const char *name, struct rtnl_link *out)
{
	uint8_t buf[ORDER_MAX];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	rtnl_link_get_write(&w, name);
	return netlink_do(n, w.start, wr_len(&w), on_link, out);
}

int
rtnl_link_new(struct netlink *n, const struct rtnl_link *l)
{
	uint8_t buf[ORDER_MAX];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	rtnl_link_new_write(&w, l);
	return order(n, &w);
}

int
rtnl_link_del(struct netlink *n, uint32_t index)
{
	uint8_t buf[ORDER_MAX];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	rtnl_link_del_write(&w, index);
	return order(n, &w);
}

int
rtnl_link_set(struct netlink *n, const struct rtnl_link *l)
{
	uint8_t buf[ORDER_MAX];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	rtnl_link_set_write(&w, l);
	return order(n, &w);
}

/* --- lists ----------------------------------------------------------------------------------- */

/* What a dump brings, as it grows. */
struct list { void *v; size_t n, room, size, max; uint32_t index; };

static int
add(struct list *l, const void *one)
{
	const size_t room = l->room == 0 ? FIRST : 2 * l->room;
	void *v;

	if (l->n == l->room) {
		v = l->n >= l->max ? NULL : reallocarray(l->v, room, l->size);
		if (v == NULL)
			return -EFBIG;
		l->v = v;
		l->room = room;
	}
	memcpy((uint8_t *)l->v + l->size * l->n++, one, l->size);
	return 0;
}

static int
on_listed(void *arg, const struct nlm *m)
{
	struct rtnl_link l;

	return rtnl_link_read(m, &l) ? add(arg, &l) : 0;
}

static int
on_addr(void *arg, const struct nlm *m)
{
	struct list *l = arg;
	struct rtnl_addr a;

	return rtnl_addr_read(m, &a) && a.index == l->index ? add(l, &a) : 0;
}

/* What a route of another kind may be is not ours to judge. */
static int
on_route(void *arg, const struct nlm *m)
{
	struct rtnl_route r;

	return rtnl_route_read(m, &r) ? add(arg, &r) : 0;
}

static int
on_rule(void *arg, const struct nlm *m)
{
	*(int *)arg += m->type == RTM_NEWRULE;
	return 0;
}

static int
dump(struct netlink *n, uint16_t type, netlink_cb *cb, void *arg)
{
	uint8_t buf[ORDER_MAX];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	rtnl_dump_write(&w, type, AF_UNSPEC);
	return netlink_dump(n, w.start, wr_len(&w), cb, arg);
}

/* What changed while it was read is read again. */
static int
collect(struct netlink *n, uint16_t type, netlink_cb *cb, struct list *l)
{
	int rc = -EINTR, tries;

	for (tries = 0; rc == -EINTR && tries < TRIES; tries++) {
		l->n = 0;
		rc = dump(n, type, cb, l);
	}
	return rc < 0 ? rc : (int)l->n;
}

int
rtnl_links(struct netlink *n, struct rtnl_link **out)
{
	struct list l = { .size = sizeof(**out), .max = RTNL_LINKS_MAX };
	const int rc = collect(n, RTM_GETLINK, on_listed, &l);

	*out = l.v;
	return rc;
}

int
rtnl_addrs(struct netlink *n, uint32_t index, struct rtnl_addr **out)
{
	struct list l = { .size = sizeof(**out), .max = RTNL_ADDRS_MAX, .index = index };
	const int rc = collect(n, RTM_GETADDR, on_addr, &l);

	*out = l.v;
	return rc;
}

int
rtnl_routes(struct netlink *n, struct rtnl_route **out)
{
	struct list l = { .size = sizeof(**out), .max = RTNL_ROUTES_MAX };
	const int rc = collect(n, RTM_GETROUTE, on_route, &l);

	*out = l.v;
	return rc;
}

int
rtnl_rules(struct netlink *n)
{
	int rules = 0;
	const int rc = dump(n, RTM_GETRULE, on_rule, &rules);

	return rc < 0 && rc != -EINTR ? rc : rules;
}

/* --- orders ------------------------------------------------------------------------------------ */

static int
addr_order(struct netlink *n, const struct rtnl_addr *a, bool adding)
{
	uint8_t buf[ORDER_MAX];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	rtnl_addr_write(&w, a, adding);
	return order(n, &w);
}

int
rtnl_addr_add(struct netlink *n, const struct rtnl_addr *a)
{
	return addr_order(n, a, true);
}

int
rtnl_addr_del(struct netlink *n, const struct rtnl_addr *a)
{
	return addr_order(n, a, false);
}

static int
route_order(struct netlink *n, const struct rtnl_route *r, bool adding)
{
	uint8_t buf[ORDER_MAX];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	rtnl_route_write(&w, r, adding);
	return order(n, &w);
}

int
rtnl_route_add(struct netlink *n, const struct rtnl_route *r)
{
	return route_order(n, r, true);
}

int
rtnl_route_del(struct netlink *n, const struct rtnl_route *r)
{
	return route_order(n, r, false);
}
