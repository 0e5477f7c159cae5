/* An answer of a provider for the targets of its readers: the first octet chooses a status, the rest is the text. */
#ifndef FUZZ_DDNS_H
#define FUZZ_DDNS_H

#include <assert.h>
#include <string.h>

#include "base/err.h"
#include "ddns/ask.h"
#include "ddns/provider.h"

#define FUZZ_TOKEN "s3cr3t-t0k3n"

static struct ddns_answer *
fuzz_answer(const uint8_t *data, size_t size)
{
	static const int statuses[] = { 200, 201, 400, 401, 403, 404, 409, 429, 500, 503 };
	struct ddns_answer *r = ddns_answer_new();
	size_t n = size == 0 ? 0 : size - 1 < DDNS_REPLY_MAX ? size - 1 : DDNS_REPLY_MAX;

	assert(r != NULL);
	r->status = statuses[size == 0 ? 0 : data[0] % 10];
	if (n > 0)
		memcpy(r->buf, data + 1, n);
	r->text = (struct str){ r->buf, n };
	return r;
}

/* No refusal without a reason, and none that repeats what a provider says: a token could be in it. */
static void
fuzz_verdict(const struct ddns_answer *r, int error, const struct err *e)
{
	assert(error != 0 || r->status == 200 || r->status == 201);
	assert(error == 0 || (error == err_errno(e->kind) && e->detail[0] != '\0' && strstr(e->detail, FUZZ_TOKEN) == NULL));
}

/* One that answers with a text. */
static __attribute__((unused)) int
fuzz_text(const struct ddns_provider *provider,
    int (*judge)(const struct ddns_account *a, const struct ddns_answer *r, struct err *e), const uint8_t *data, size_t size)
{
	const struct ddns_account a = { .provider = provider, .label = "home", .token = FUZZ_TOKEN };
	struct ddns_answer *r = fuzz_answer(data, size);
	struct err e;

	err_clear(&e);
	fuzz_verdict(r, judge(&a, r, &e), &e);
	ddns_answer_free(r);
	return 0;
}

#endif /* FUZZ_DDNS_H */
