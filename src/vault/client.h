/* Private keys that the cell made for clients (PEER-2, data.md 2): vault/client/<sha256 of the public key>, sealed like
 * secrets but outside the generations, so that no rollback brings one back that was destroyed. Keys are
 * base64 text as in the configuration. */
#ifndef VAULT_CLIENT_H
#define VAULT_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct vault;

enum {
	VAULT_CLIENT_KEY_SIZE = 45,		/* base64 of 32 bytes and NUL */
	VAULT_CLIENT_NAME_SIZE = 65,
	VAULT_CLIENTS_MAX = 2 * 16384		/* those that are going included */
};

/* The name of a key's file: the lower-case hex of SHA-256 over the text of the public key. */
void vault_client_name(const char *public_key, char name[VAULT_CLIENT_NAME_SIZE]);

/* Within the edit() of a change: durable once vault_sync() has succeeded. 0, ERR_STORAGE_FULL, ERR_CONFLICT (it is held
 * already) … */
int vault_client_put(struct vault *v, const char *public_key, const char *private_key, struct err *e);

bool vault_client_has(const struct vault *v, const char *public_key);	/* does not look at the disk */

/* To be wiped. ERR_NOT_FOUND, or ERR_INTERNAL when it does not open. */
int vault_client_get(struct vault *v, const char *public_key, char private_key[VAULT_CLIENT_KEY_SIZE], struct err *e);

/* Destroy it. 0, also when there is none, or a negative errno: it may still be there. */
int vault_client_drop(struct vault *v, const char *public_key, struct err *e);

/* Destroy every key for which keep says false; made_at: Unix time. The number destroyed, or a negative errno. */
int vault_client_sweep(struct vault *v, bool (*keep)(void *arg, const char *name, int64_t made_at), void *arg);

#endif /* VAULT_CLIENT_H */
