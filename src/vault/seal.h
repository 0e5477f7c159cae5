/* One sealed file (data.md 5): "PICSEAL1" | nonce | XChaCha20-Poly1305 of a text, bound to the name of the file. */
#ifndef VAULT_SEAL_H
#define VAULT_SEAL_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct sync;

enum { VAULT_NAME_MAX = 64, VAULT_SECRET_MAX = 512 << 10 };

struct vault_folder {
	int fd;
	const uint8_t *key;		/* VAULT_KEY_BYTES */
	struct sync *later;		/* what is written is durable once sync_wait() says so; NULL: at once */
};

/* Write a new file. name: at most VAULT_NAME_MAX bytes. 0, or a negative errno with e. */
int vault_seal_write(const struct vault_folder *f, const char *name, const char *text, size_t n, struct err *e);

/* *text: malloc'd, NUL-terminated, to be wiped. ERR_NOT_FOUND, or ERR_INTERNAL when it does not open. */
int vault_seal_read(const struct vault_folder *f, const char *name, char **text, size_t *n, struct err *e);

#endif /* VAULT_SEAL_H */
