/* The table of zones in a snapshot: what the reader takes is what the writer
 * makes, and every asker is in exactly one zone or in none (ACC-4). */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/rd.h"
#include "base/wr.h"
#include "conf/conf.h"
#include "ingress/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Loopback is proof only where the kernel says so; nobody comes through the VPN but its own. */
static void
check_asker(const struct ingress *in, uint32_t ifindex, const struct addr *a)
{
	unsigned zone = ingress_zone(in, ifindex, a);

	assert(zone == 0 || conf_zone_name((enum conf_zone)zone) != NULL);
	if (zone == CONF_ZONE_LOCAL)
		assert(ifindex == 0 || ifindex == in->loopback_ifindex);
	if (in->vpn_ifindex != 0 && ifindex == in->vpn_ifindex && !addr_is_loopback(a))
		assert(zone == 0 || zone == CONF_ZONE_VPN);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ingress in;
	static uint8_t buf[64 << 10];
	struct rd r;
	struct wr w;
	size_t i;

	rd_init(&r, data, size);
	if (!ingress_read(&r, &in))
		return 0;
	wr_init(&w, buf, sizeof(buf));
	ingress_write(&w, &in);
	assert(wr_ok(&w) && wr_len(&w) == rd_pos(&r) && memcmp(buf, data, wr_len(&w)) == 0);
	for (i = 0; i < in.nnets; i++) {
		check_asker(&in, in.nets[i].ifindex, &in.nets[i].prefix.addr);
		check_asker(&in, in.vpn_ifindex, &in.nets[i].prefix.addr);
		check_asker(&in, in.loopback_ifindex + 1, &in.nets[i].prefix.addr);
	}
	return 0;
}
