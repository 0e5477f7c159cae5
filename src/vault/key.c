/* Sources of the sealing key, in the order of data.md 5. */
#include "vault/key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "base/err.h"
#include "sys/file.h"

#define SEAL_KEY "seal.key"
#define CREDENTIAL "pic-seal-key"
#define NOTHING_MADE "nothing was made or changed"

enum { KEY_MODE = 0400, PATH_SIZE = 4096 };

/* text is the file's content and is wiped here. */
static int
take(char *text, size_t n, const char *label, uint8_t key[VAULT_KEY_BYTES], struct err *e)
{
	int r = 0;

	if (n == VAULT_KEY_BYTES)
		memcpy(key, text, VAULT_KEY_BYTES);
	else
		r = err_set(e, ERR_VALIDATION, "the sealing key in %s has %zu bytes, not %d; " NOTHING_MADE, label, n,
		    VAULT_KEY_BYTES);
	sodium_memzero(text, n);
	free(text);
	return r;
}

static int
read_at(int dirfd, const char *name, const char *label, uint8_t key[VAULT_KEY_BYTES], struct err *e)
{
	char *text;
	size_t n;
	int r = file_read(dirfd, name, 4096, &text, &n, e);

	if (r == -ENOENT)
		(void)err_set(e, ERR_VALIDATION, "the sealing key %s is missing; " NOTHING_MADE
		    ": put it back from a backup", label);
	else if (r < 0)
		(void)err_set(e, ERR_VALIDATION, "the sealing key %s cannot be read: %s; " NOTHING_MADE, label,
		    strerror(-r));
	return r < 0 ? r : take(text, n, label, key, e);
}

/* Follows links, as credentials and mounted secrets often are ones. */
static int
read_path(const char *path, const char *label, uint8_t key[VAULT_KEY_BYTES], struct err *e)
{
	char text[VAULT_KEY_BYTES + 1];
	ssize_t n = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), error = errno;

	if (fd >= 0) {
		n = read(fd, text, sizeof(text));
		error = errno;
		(void)close(fd);	/* opened for reading */
	}
	if (n == VAULT_KEY_BYTES)
		memcpy(key, text, VAULT_KEY_BYTES);
	sodium_memzero(text, sizeof(text));
	if (n < 0)
		return err_set(e, ERR_VALIDATION, "the sealing key of %s cannot be read: %s; " NOTHING_MADE, label,
		    strerror(error));
	if (n != VAULT_KEY_BYTES)
		return err_set(e, ERR_VALIDATION, "the sealing key of %s has not %d bytes; " NOTHING_MADE, label,
		    VAULT_KEY_BYTES);
	return 0;
}

static int
make_key(int vaultfd, uint8_t key[VAULT_KEY_BYTES], struct err *e)
{
	randombytes_buf(key, VAULT_KEY_BYTES);
	return file_create(vaultfd, SEAL_KEY, key, VAULT_KEY_BYTES, KEY_MODE, e);
}

int
vault_key_read(int vaultfd, bool make, uint8_t key[VAULT_KEY_BYTES], struct err *e)
{
	const char *file = getenv("PIC_SEAL_KEY_FILE"), *dir = getenv("CREDENTIALS_DIRECTORY");
	char path[PATH_SIZE];
	int r;

	if (file != NULL && file[0] != '\0')
		return read_path(file, "PIC_SEAL_KEY_FILE", key, e);
	if (dir != NULL && dir[0] != '\0') {
		r = snprintf(path, sizeof(path), "%s/" CREDENTIAL, dir);
		/* The unit may have other credentials only. */
		if (r > 0 && (size_t)r < sizeof(path) && access(path, F_OK) == 0)
			return read_path(path, "the credential " CREDENTIAL, key, e);
	}
	r = read_at(vaultfd, SEAL_KEY, "vault/" SEAL_KEY, key, e);
	if (r != -ENOENT || !make)
		return r < 0 ? -EINVAL : 0;
	err_clear(e);
	return make_key(vaultfd, key, e);
}
