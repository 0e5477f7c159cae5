/* A batch of packets that a peer may have sent, each with two octets of length before it, whose highest bit asks for
 * checksums to be made right: what is joined can be cut again by wg_split, and no octet of payload is lost or new. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/checksum.h"
#include "base/rd.h"
#include "wg/merge.h"
#include "wg/split.h"

enum { MEND = 0x8000, UDP = 0x4000, LENGTH = 0x07ff, PACKETS = 64, ROOM = 2048 };

static uint8_t packets[PACKETS][ROOM];
static uint8_t whole[65536], out[ROOM];
static struct wg_merge merge;

static void
mend(uint8_t *p, size_t n)
{
	struct wg_heads h;

	if (!wg_heads_read(p, n, &h))
		return;
	wg_heads_resize(p, &h, n);
	memset(p + wg_heads_sum_at(&h), 0, 2);
	checksum_put_complement(p + wg_heads_sum_at(&h),
	    checksum_add(wg_heads_pseudo(p, &h), p + h.transport, n - h.transport));
}

/* Of all octets behind the heads, wherever they stand. */
static size_t
payload(const uint8_t *p, size_t n, uint64_t *sum)
{
	struct wg_heads h;
	size_t i = wg_heads_read(p, n, &h) ? h.payload : 0, left = n - i;

	for (; i < n; i++)
		*sum += p[i];
	return left;
}

static size_t
take(uint64_t *sum)
{
	struct iovec pieces[WG_MERGE_PIECES];
	size_t n, i, len = 0, all = 0;
	struct wg_split s;

	n = wg_merge_next(&merge, pieces);
	for (i = 1; i < n; i++) {
		assert(len + pieces[i].iov_len <= sizeof(whole));
		memcpy(whole + len, pieces[i].iov_base, pieces[i].iov_len);
		len += pieces[i].iov_len;
	}
	if (n == 0)
		return SIZE_MAX;
	assert(wg_split_start(&s, pieces[0].iov_base, whole, len, ROOM) || len == 0);
	for (i = 0; len > 0 && (len = wg_split_next(&s, out)) > 0; i++)
		all += payload(out, len, sum);
	assert(i == n - 1 || all == 0);
	return all;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t before = 0, after = 0;
	size_t in = 0, back = 0, n, k;
	struct rd r;
	unsigned head = size > 1 ? (unsigned)data[0] << 8 : 0;

	wg_merge_init(&merge, (head & UDP) != 0);
	rd_init(&r, data, size);
	for (k = 0; k < PACKETS && rd_left(&r) > 2; k++) {
		head = rd_be16(&r);
		n = (head & LENGTH) < rd_left(&r) ? head & LENGTH : rd_left(&r);
		rd_copy(&r, packets[k], n);
		if ((head & MEND) != 0)
			mend(packets[k], n);
		in += payload(packets[k], n, &before);
		assert(wg_merge_add(&merge, packets[k], n));
	}
	while ((n = take(&after)) != SIZE_MAX)
		back += n;
	assert(in == back && before == after);
	return 0;
}
