/* ICMP errors for packets that have no peer; see unreach.h. */
#include "wg/unreach.h"

#include <stdbool.h>
#include <string.h>

#include "base/addr.h"
#include "base/checksum.h"
#include "wg/data.h"

enum {
	IP4 = 20, IP6 = 40, ICMP = 8,
	PROTO_ICMP = 1, PROTO_ICMP6 = 58,
	UNREACHABLE = 3, NO_HOST = 1,			/* RFC 792 */
	UNREACHABLE6 = 1, NO_ADDRESS = 3,		/* RFC 4443 3.1 */
	QUOTE4 = 576 - IP4 - ICMP,			/* RFC 1812 4.3.2.3 */
	QUOTE6 = WG_UNREACH_MAX - IP6 - ICMP
};

static void
put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static bool
is_one_host(const struct addr *a)
{
	static const uint8_t none[16];

	return memcmp(a->b, none, a->len) != 0 && (a->len == 4 ? a->b[0] < 224 && a->b[0] != 127 : a->b[0] != 0xff);
}

/* Only what asks or answers; of IPv6 what hides behind extension headers is left alone. */
static bool
may_be_told(const uint8_t *p, size_t n)
{
	const size_t head = p[0] >> 4 == 6 ? IP6 : (size_t)(p[0] & 15) * 4;

	if (p[0] >> 4 == 6)
		return p[6] == 6 || p[6] == 17 || (p[6] == PROTO_ICMP6 && n > head && p[head] >= 128);
	if ((p[6] & 0x1f) != 0 || p[7] != 0)
		return false;		/* a later fragment */
	return p[9] != PROTO_ICMP || (n > head && (p[head] == 0 || p[head] == 8));
}

static size_t
write4(const uint8_t *packet, size_t n, uint8_t *out)
{
	const size_t quote = n < QUOTE4 ? n : QUOTE4, len = IP4 + ICMP + quote;

	memset(out, 0, IP4 + ICMP);
	out[0] = 0x45;
	put16(out + 2, len);
	out[8] = 64;
	out[9] = PROTO_ICMP;
	memcpy(out + 12, packet + 16, 4);
	memcpy(out + 16, packet + 12, 4);
	checksum_put_complement(out + 10, checksum_add(0, out, IP4));
	out[IP4] = UNREACHABLE;
	out[IP4 + 1] = NO_HOST;
	memcpy(out + IP4 + ICMP, packet, quote);
	checksum_put_complement(out + IP4 + 2, checksum_add(0, out + IP4, len - IP4));
	return len;
}

static size_t
write6(const uint8_t *packet, size_t n, uint8_t *out)
{
	const size_t quote = n < QUOTE6 ? n : QUOTE6, len = IP6 + ICMP + quote;
	uint64_t sum;

	memset(out, 0, IP6 + ICMP);
	out[0] = 0x60;
	put16(out + 4, len - IP6);
	out[6] = PROTO_ICMP6;
	out[7] = 64;
	memcpy(out + 8, packet + 24, 16);
	memcpy(out + 24, packet + 8, 16);
	out[IP6] = UNREACHABLE6;
	out[IP6 + 1] = NO_ADDRESS;
	memcpy(out + IP6 + ICMP, packet, quote);
	sum = checksum_add(0, out + 8, 32);		/* RFC 8200 8.1 */
	sum = checksum_add_be(checksum_add_be(sum, PROTO_ICMP6), (uint32_t)(len - IP6));
	checksum_put_complement(out + IP6 + 2, checksum_add(sum, out + IP6, len - IP6));
	return len;
}

size_t
wg_unreach(const uint8_t *packet, size_t n, uint8_t out[WG_UNREACH_MAX])
{
	struct addr from, to;
	size_t len;

	if (!wg_packet_read(packet, n, &from, &to, &len) || !is_one_host(&from) || !is_one_host(&to) ||
	    !may_be_told(packet, len))
		return 0;
	return packet[0] >> 4 == 4 ? write4(packet, len, out) : write6(packet, len, out);
}
