/* What the service of pic.ngo answers to a registration and to calls (DDN-3, INP-9): a token that is taken is one word. */
#include "ddns/pic_ngo.c"

#include "ddns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ddns_account a = { .provider = &ddns_pic_ngo, .label = "home", .token = FUZZ_TOKEN };
	struct ddns_answer *r = fuzz_answer(data, size);
	char token[DDNS_TOKEN_MAX + 1] = "";
	struct err e;
	int error;

	err_clear(&e);
	error = judge_registration(&a, r, token, &e);
	fuzz_verdict(r, error, &e);
	assert(error != 0 || (token[0] != '\0' && strpbrk(token, " \r\n\t") == NULL));
	err_clear(&e);
	fuzz_verdict(r, judge_call(&a, r, false, &e), &e);
	ddns_answer_free(r);
	return 0;
}
