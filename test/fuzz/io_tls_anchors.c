/* Any text as a file of authorities: refused, or read into at least one and at
 * most so many anchors; and a refusal says why. */
#include <assert.h>
#include <stdint.h>

#include "base/err.h"
#include "io/tls_anchors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct io_tls_anchors *a = io_tls_anchors_new(false);
	struct err e;
	int error;

	assert(a != NULL);
	err_clear(&e);
	error = io_tls_anchors_add(a, (const char *)data, len, &e);
	if (error < 0)
		assert(e.detail[0] != '\0');
	else
		assert(io_tls_anchors_count(a) > 0);
	assert(io_tls_anchors_count(a) <= IO_TLS_ANCHORS_EXTRA);
	io_tls_anchors_free(a);
	return 0;
}
