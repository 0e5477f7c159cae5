/* The head before a TUN device's packets (VPN-2, P5), as linux/virtio_net.h has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <linux/virtio_net.h>

#include "wg/vnet.h"

static void
stands_as_the_kernel_has_it(void **state)
{
	const struct wg_vnet v = { WG_GSO_TCP6, true, true, 0x0102, 0x0304, 0x0506, 0x0708 };
	const struct virtio_net_hdr_v1 want = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .gso_type = VIRTIO_NET_HDR_GSO_TCPV6 | VIRTIO_NET_HDR_GSO_ECN,
		.hdr_len = 0x0102, .gso_size = 0x0304, .csum_start = 0x0506, .csum_offset = 0x0708
	};
	uint8_t p[WG_VNET];

	(void)state;
	assert_int_equal(sizeof(struct virtio_net_hdr), WG_VNET);
	wg_vnet_write(p, &v);
	assert_memory_equal(p, &want, WG_VNET);
}

static void
reads_what_it_writes(void **state)
{
	struct wg_vnet v = { .each = 1400, .head = 40, .sum_from = 20, .sum_at = 16 }, out;
	uint8_t p[WG_VNET];
	unsigned i;

	(void)state;
	for (i = WG_GSO_NONE; i <= WG_GSO_UDP; i++) {
		v.gso = (enum wg_gso)i;
		v.sum = i != WG_GSO_NONE;
		v.ecn = i == WG_GSO_TCP4 || i == WG_GSO_TCP6;
		memset(&out, 0, sizeof(out));
		wg_vnet_write(p, &v);
		assert_true(wg_vnet_read(p, &out));
		assert_memory_equal(&out, &v, sizeof(v));
	}
}

static void
refuses_what_was_not_asked_for(void **state)
{
	uint8_t p[WG_VNET] = { [4] = 1 };
	struct wg_vnet v;
	unsigned i;

	(void)state;
	for (i = 0; i < 256; i++) {
		p[1] = (uint8_t)i;
		assert_int_equal(wg_vnet_read(p, &v), i == 0 || i == 1 || i == 4 || i == 5 || i == 0x81 || i == 0x84);
		p[1] = 0;
		p[0] = (uint8_t)i;
		assert_int_equal(wg_vnet_read(p, &v), i < 4);
		p[0] = 0;
	}
	p[1] = 1;
	p[4] = 0;
	assert_false(wg_vnet_read(p, &v));	/* segments of nothing */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stands_as_the_kernel_has_it),
		cmocka_unit_test(reads_what_it_writes),
		cmocka_unit_test(refuses_what_was_not_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
