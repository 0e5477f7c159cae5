/* Private keys of certificates as secrets of the vault: {"private_key": hex}. */
#ifndef ROLE_SEALED_H
#define ROLE_SEALED_H

#include <stddef.h>
#include <stdint.h>

#include "vault/vault.h"

struct err;

enum { SEALED_KEY_MAX = 4096 };

/* n: SEALED_KEY_MAX at most. */
int sealed_key_put(struct vault *v, const uint8_t *key, size_t n, char ref[VAULT_REF_SIZE], struct err *e);

/* The length of the key, max at most; 0: there is none that opens. The caller wipes key. */
size_t sealed_key_get(struct vault *v, const char *ref, uint8_t *key, size_t max);

#endif /* ROLE_SEALED_H */
