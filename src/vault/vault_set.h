/* What vault.c and client.c share. Nobody else includes this. */
#ifndef VAULT_VAULT_SET_H
#define VAULT_VAULT_SET_H

#include <stdint.h>

#include "vault/seal.h"

struct err;
struct map;

struct vault {
	int dirfd, secretsfd, clientsfd;
	uint8_t *key;			/* sodium_malloc: guarded, locked, wiped when freed */
	struct map *clients;		/* names of the files in clientsfd; the values mean nothing */
};

int vault_clients_open(struct vault *v, struct err *e);	/* dirfd is open */
void vault_clients_close(struct vault *v);

#endif /* VAULT_VAULT_SET_H */
