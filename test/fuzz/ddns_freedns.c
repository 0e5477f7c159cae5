/* What freedns answers (DDN-4, INP-9). */
#include "ddns/freedns.c"

#include "ddns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ddns_account a = { .provider = &ddns_freedns, .label = "home", .token = FUZZ_TOKEN };
	struct ddns_answer *r = fuzz_answer(data, size);
	struct err e;

	err_clear(&e);
	fuzz_verdict(r, judge(&a, r, &e), &e);
	ddns_answer_free(r);
	return 0;
}
