/* Messages of NFLOG: what is read of a dropped packet stands in it. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/nla.h"
#include "base/rd.h"
#include "fw/drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fw_drop d;
	struct nlm m;
	struct rd r;

	rd_init(&r, data, size);
	while (nlm_next(&r, &m)) {
		if (!fw_drop_read(&m, &d))
			continue;
		assert((d.src.len == 4 || d.src.len == 16) && d.dst.len == d.src.len);
		assert(memmem(m.p, m.n, d.src.b, d.src.len) != NULL && memmem(m.p, m.n, d.dst.b, d.dst.len) != NULL);
		assert(d.port == 0 || d.proto == 6 || d.proto == 17 || d.proto == 132);
	}
	return 0;
}
