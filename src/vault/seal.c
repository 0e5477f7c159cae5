/* Sealed files; see seal.h. */
#include "vault/seal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "sys/file.h"

#define MAGIC "PICSEAL1"

enum {
	MAGIC_LEN = sizeof(MAGIC) - 1,
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	HEAD = MAGIC_LEN + NONCE
};

/* "PICSEAL1" and the name: a file under another name does not open. */
static size_t
associated(uint8_t buf[MAGIC_LEN + VAULT_NAME_MAX], const char *name)
{
	size_t n = strnlen(name, VAULT_NAME_MAX);

	memcpy(buf, MAGIC, MAGIC_LEN);
	memcpy(buf + MAGIC_LEN, name, n);
	return MAGIC_LEN + n;
}

int
vault_seal_write(const struct vault_folder *f, const char *name, const char *text, size_t n, struct err *e)
{
	uint8_t ad[MAGIC_LEN + VAULT_NAME_MAX], *file = malloc(HEAD + n + TAG);
	size_t adlen = associated(ad, name);
	int r;

	if (file == NULL)
		return err_sys(e, -ENOMEM, "vault");
	memcpy(file, MAGIC, MAGIC_LEN);
	randombytes_buf(file + MAGIC_LEN, NONCE);
	/* Fails only above 2^38 bytes. */
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(file + HEAD, NULL, (const uint8_t *)text, n, ad, adlen, NULL,
	    file + MAGIC_LEN, f->key);
	r = file_create_later(f->fd, name, file, HEAD + n + TAG, f->later, e);
	free(file);
	return r;
}

/* The plain text of a sealed file, malloc'd, to be wiped; NULL when it does not open. */
static char *
unseal(const uint8_t *key, const char *name, const uint8_t *file, size_t size, size_t *n)
{
	uint8_t ad[MAGIC_LEN + VAULT_NAME_MAX];
	size_t adlen = associated(ad, name);
	char *text;

	if (size < HEAD + TAG || memcmp(file, MAGIC, MAGIC_LEN) != 0)
		return NULL;
	*n = size - HEAD - TAG;
	text = malloc(*n + 1);
	if (text == NULL)
		return NULL;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt((uint8_t *)text, NULL, NULL, file + HEAD, size - HEAD, ad, adlen,
	    file + MAGIC_LEN, key) != 0) {
		sodium_memzero(text, *n + 1);
		free(text);
		return NULL;
	}
	text[*n] = '\0';
	return text;
}

int
vault_seal_read(const struct vault_folder *f, const char *name, char **text, size_t *n, struct err *e)
{
	char *file;
	size_t size;
	int r = file_read(f->fd, name, HEAD + VAULT_SECRET_MAX + TAG, &file, &size, e);

	if (r == -ENOENT)
		return err_set(e, ERR_NOT_FOUND, "there is no secret %s", name);
	if (r < 0)
		return r;
	*text = unseal(f->key, name, (const uint8_t *)file, size, n);
	free(file);
	return *text == NULL ? err_set(e, ERR_INTERNAL, "secret %s does not open", name) : 0;
}
