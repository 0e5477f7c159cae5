/* Headers of an ACME server that lies: every wait is bounded, every link may be asked for. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "acme/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = { (const char *)data, size };
	int wait = acme_retry_after(s, 1800000000);
	char link[ACME_URL_SIZE];
	int64_t t;

	assert(wait >= 0 && wait <= ACME_PATIENCE_S);
	if (acme_link(s, "next", link))
		assert(acme_url_ok(str_of(link)));
	if (acme_time_read(s, &t))
		assert(t > -100000000000 && t < 400000000000);
	(void)acme_type_is(s, "application/json");	/* no more than that it ends */
	return 0;
}
