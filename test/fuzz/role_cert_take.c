/* A chain of certificates from elsewhere (TLS-9): refused with the field that is to blame, or its names, issuer and dates
 * are text that can be shown and written. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "role/cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The key of seeds/role_cert_take/own: the scalar 1. */
static const uint8_t key[32] = { [31] = 1 };

static void
check(const struct cell_cert *c)
{
	const json_t *one;
	size_t i;

	assert(strlen(cell_cert_id(c)) == CERT_ID_SIZE - 1 && json_array_size(cell_cert_names(c)) > 0);
	json_array_foreach(cell_cert_names(c), i, one)
		assert(json_is_string(one));
	assert(str_printable(str_of(cell_cert_issuer(c))));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct cert_from f = { CERT_IMPORTED, { (const char *)data, size }, key, sizeof(key) };
	struct cell_cert *c = NULL;
	struct err e;

	if (sodium_init() < 0)
		return 0;
	err_clear(&e);
	if (cell_cert_take(&c, &f, &e) == 0)
		check(c);
	else
		assert(c == NULL && (strcmp(e.fields[0].field, "chain") == 0 || strcmp(e.fields[0].field, "key") == 0));
	cell_cert_free(c);
	return 0;
}
