/* What vault.c and client.c share. Nobody else includes this. */
#ifndef VAULT_VAULT_SET_H
#define VAULT_VAULT_SET_H

#include <stdint.h>

#include "vault/seal.h"

struct conf_txn;
struct err;
struct map;

struct vault {
	int dirfd, secretsfd, clientsfd;
	uint8_t *key;			/* sodium_malloc: guarded, locked, wiped when freed */
	struct sync *sync;		/* of what was put and may come later */
	struct conf_txn *txn;		/* whose part it is; NULL: of none */
	struct map *clients;		/* names of the files in clientsfd; the values mean nothing */
};

int vault_clients_open(struct vault *v, struct err *e);	/* dirfd is open */
void vault_clients_close(struct vault *v);

#endif /* VAULT_VAULT_SET_H */
