/* Messages of rtnetlink: what is read has the form that its owner counts on, and is written back as the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "base/nla.h"
#include "base/rd.h"
#include "base/wr.h"
#include "sys/rtnl_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_route(const struct rtnl_route *r)
{
	uint8_t buf[512];
	struct rtnl_route again;
	struct nlm m;
	struct rd in;
	struct wr w;

	assert(r->to.addr.len == 4 || r->to.addr.len == 16);
	assert(r->to.bits <= 8 * r->to.addr.len && (r->via.len == 0 || r->via.len == r->to.addr.len));
	if (r->to.bits == 0)
		return;		/* its address is not written */
	wr_init(&w, buf, sizeof(buf));
	rtnl_route_write(&w, r, true);
	assert(wr_ok(&w));
	rd_init(&in, buf, wr_len(&w));
	assert(nlm_next(&in, &m) && rtnl_route_read(&m, &again) && again.index == r->index && again.table == r->table &&
	    again.metric == r->metric && addr_eq(&again.to.addr, &r->to.addr) && addr_eq(&again.via, &r->via));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rtnl_link l;
	struct rtnl_addr a;
	struct rtnl_route r;
	struct nlm m;
	struct rd in;

	rd_init(&in, data, size);
	while (nlm_next(&in, &m)) {
		if (rtnl_link_read(&m, &l))
			assert(memchr(l.name, '\0', sizeof(l.name)) != NULL && memchr(l.kind, '\0', sizeof(l.kind)) != NULL);
		if (rtnl_addr_read(&m, &a))
			assert(a.prefix.addr.len != 0 && a.prefix.bits <= 8 * a.prefix.addr.len);
		if (rtnl_route_read(&m, &r))
			check_route(&r);
	}
	return 0;
}
