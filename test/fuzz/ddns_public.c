/* What a source says (DDN-2): what is taken is public and of the kind that was asked for. */
#include <assert.h>

#include "ddns/public.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str body = { (const char *)data, size };
	struct addr a;

	if (ddns_source_read(body, 4, &a))
		assert(a.len == 4 && ddns_is_public(&a));
	if (ddns_source_read(body, 16, &a))
		assert(a.len == 16 && ddns_is_public(&a));
	return 0;
}
