/* What Cloudflare answers (DDN-4, INP-9): an id that is taken can only be a part of a path. */
#include "ddns/cloudflare.c"

#include "ddns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ddns_account a = { .provider = &ddns_cloudflare, .token = FUZZ_TOKEN };
	struct ddns_answer *r = fuzz_answer(data, size);
	const struct addr to = { 4, { 81, 2, 69, 142 } };
	struct err e;
	struct id id;
	json_t *result;

	err_clear(&e);
	result = judge(&a, r, &e);
	fuzz_verdict(r, result == NULL ? err_errno(e.kind) : 0, &e);
	if (read_id(json_array_get(result, 0), &id))
		assert(id.text[0] != '\0' && strpbrk(id.text, "/?#%. \r\n") == NULL);
	(void)is_as_wanted(json_array_get(result, 0), &to);	/* any answer will do */
	(void)has_value(json_array_get(result, 0), "x");	/* likewise */
	json_decref(result);
	ddns_answer_free(r);
	return 0;
}
