/* Datagrams at an open question, some forged: one that does not repeat the
 * cookie changes nothing, and what is measured stays within bounds. Each input
 * is a row of datagrams with a length octet before them. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/rd.h"
#include "ntp/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t cookie[8] = { 'c', 'o', 'o', 'k', 'i', 'e', '!', '!' };
	const int64_t wall = INT64_C(1800000000) * 1000000000;
	uint8_t q[NTP_PACKET];
	struct ntp_candidate c;
	struct ntp_source s, before;
	const uint8_t *p;
	int64_t mono = 1;
	struct rd r;
	size_t n;

	ntp_source_init(&s);
	rd_init(&r, data, size);
	while (rd_left(&r) > 0) {
		ntp_source_ask(&s, UINT64_C(0x636f6f6b69652121), wall + mono, mono, q);
		n = rd_u8(&r);
		p = rd_bytes(&r, n);
		if (p == NULL)
			return 0;
		before = s;
		if (ntp_source_hear(&s, p, n, wall + mono + 1000, mono + 1000) == NTP_REPLY_FOREIGN)
			assert(before.n == s.n && before.state == s.state && before.reach == s.reach && s.open.cookie != 0);
		else
			assert(n >= NTP_PACKET && memcmp(p + 24, cookie, 8) == 0 && s.open.cookie == 0);
		if (ntp_source_candidate(&s, mono + 1000, &c))
			assert(c.distance > 0 && c.distance < 1500000000 && c.delay > 0);
		mono += INT64_C(64000000000);
	}
	return 0;
}
