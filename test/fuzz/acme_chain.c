/* Chains of certificates, as PEM, of an authority that lies; for the key and the names of the first one, so that its
 * signatures are looked at. Also requests and keys of accounts. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "acme/account.h"
#include "acme/chain.h"
#include "base/err.h"
#include "base/pem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
chain(struct str s, const struct x509 *first)
{
	static char names[X509_NAMES_MAX][256];
	const char *v[X509_NAMES_MAX];
	struct acme_chain_want want = { .key = first->public_key, .names = v, .nnames = first->nnames,
	    .now = first->not_before + 7200 };
	struct acme_chain c, again;
	struct err e;
	size_t i;

	for (i = 0; i < first->nnames; i++) {
		if (!str_copy(first->names[i], names[i], sizeof(names[i])))
			return;
		v[i] = names[i];
	}
	err_clear(&e);
	if (acme_chain_read(s, &want, &c, &e) < 0) {
		assert(c.pem == NULL && e.detail[0] != '\0');
		return;
	}
	assert(c.not_after > want.now && strlen(c.id) < ACME_WINDOW_ID_SIZE);
	assert(acme_chain_read(str_of(c.pem), &want, &again, &e) == 0 && strcmp(c.pem, again.pem) == 0);
	acme_chain_clear(&again);
	acme_chain_clear(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct x509 first;
	struct str s = { (const char *)data, size };
	struct acme_account a;
	struct x509_bytes key;
	size_t n;
	uint8_t *der = pem_read(s, "CERTIFICATE", &n, NULL);

	if (der != NULL && x509_read(der, n, &first))
		chain(s, &first);
	free(der);
	der = pem_read(s, "CERTIFICATE REQUEST", &n, NULL);
	if (der != NULL && acme_request_key(der, n, &key))
		assert(key.p >= der && key.p + key.n <= der + n);
	free(der);
	if (acme_account_read(s, &a))
		assert(a.point[0] == 4);
	return 0;
}
