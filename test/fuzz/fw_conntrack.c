/* Messages of a dump of connection tracking: an entry that is read has addresses of one family, and its deletion names the
 * very tuple. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <linux/netfilter/nfnetlink_conntrack.h>

#include "base/nla.h"
#include "base/rd.h"
#include "base/wr.h"
#include "fw/conntrack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t buf[1 << 17];
	struct fw_entry e;
	struct nlm m, out;
	struct nla a;
	struct rd r, in;
	struct wr w;

	rd_init(&r, data, size);
	while (nlm_next(&r, &m)) {
		if (!fw_entry_read(&m, &e))
			continue;
		assert(e.src.len != 0 && e.dst.len != 0 && e.back.len != 0);
		wr_init(&w, buf, sizeof(buf));
		fw_entry_write_delete(&w, &e);
		if (!wr_ok(&w))
			continue;
		rd_init(&in, buf, wr_len(&w));
		assert(nlm_next(&in, &out));
		rd_init(&in, out.p + 4, out.n - 4);
		assert(nla_next(&in, &a) && a.type == CTA_TUPLE_ORIG && a.n >= e.ntuple && memcmp(a.p, e.tuple, e.ntuple) == 0);
	}
	return 0;
}
