/* Private keys of certificates as secrets of the vault: {"private_key": hex}. */
#ifndef ROLE_SEALED_H
#define ROLE_SEALED_H

#include <stdbool.h>
#include <stdint.h>

#include "ca/key.h"
#include "vault/vault.h"

struct err;

int sealed_key_put(struct vault *v, const uint8_t key[CA_KEY], char ref[VAULT_REF_SIZE], struct err *e);

/* False: there is none that opens. The caller wipes key. */
bool sealed_key_get(struct vault *v, const char *ref, uint8_t key[CA_KEY]);

#endif /* ROLE_SEALED_H */
