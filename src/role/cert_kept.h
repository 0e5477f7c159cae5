/* What a kept certificate consists of, for those who make one (cert.c, cert_take.c) and who store it (cert_file.c). */
#ifndef ROLE_CERT_KEPT_H
#define ROLE_CERT_KEPT_H

#include <jansson.h>

#include "role/cert.h"
#include "role/snapshot.h"
#include "vault/vault.h"

/* Holds a private key. */
struct cell_cert {
	unsigned refs;
	char id[CERT_ID_SIZE];
	enum cert_source source;
	uint8_t *chain[SNAPSHOT_CHAIN_MAX];	/* leaf first; owned */
	size_t chain_len[SNAPSHOT_CHAIN_MAX];
	size_t nchain;
	uint8_t *key;			/* as in io/tls.h; owned */
	size_t key_len;
	json_t *names;			/* what it is for: names and addresses as text */
	char serial[CERT_SERIAL_SIZE];	/* hex; "" is not known */
	char issuer[CERT_ISSUER_SIZE];	/* its common name; "" is not known */
	int64_t not_before, not_after;
	char fingerprint[CA_FINGERPRINT_TEXT];
	char secret_ref[VAULT_REF_SIZE];
};

struct cell_cert *cell_cert_new(void);		/* empty, with one user; NULL when out of memory */

/* Copies, the leaf first. False when out of memory, or there are too many. */
bool cell_cert_add(struct cell_cert *c, const uint8_t *der, size_t n);
bool cell_cert_key(struct cell_cert *c, const uint8_t *key, size_t n);

/* Is the key that of the leaf, and of a kind that can be served? */
bool cell_cert_key_fits(const struct cell_cert *c);

#endif /* ROLE_CERT_KEPT_H */
