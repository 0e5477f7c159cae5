/* What duckdns answers (DDN-4, INP-9). */
#include "ddns/duckdns.c"

#include "ddns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(&ddns_duckdns, judge, data, size);
}
