/* What freedns answers (DDN-4, INP-9). */
#include "ddns/freedns.c"

#include "ddns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(&ddns_freedns, judge, data, size);
}
