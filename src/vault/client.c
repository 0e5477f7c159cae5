/* Sealed client keys; see client.h. */
#include "vault/client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "sys/file.h"
#include "vault/vault_set.h"

static struct vault_folder
folder(const struct vault *v)
{
	return (struct vault_folder){ v->clientsfd, v->key, v->sync };
}

void
vault_client_name(const char *public_key, char name[VAULT_CLIENT_NAME_SIZE])
{
	uint8_t digest[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(digest, (const uint8_t *)public_key, strlen(public_key));	/* cannot fail */
	(void)sodium_bin2hex(name, VAULT_CLIENT_NAME_SIZE, digest, sizeof(digest));
}

static bool
is_name(const char *name)
{
	return strlen(name) == VAULT_CLIENT_NAME_SIZE - 1 && strspn(name, "0123456789abcdef") == VAULT_CLIENT_NAME_SIZE - 1;
}

static int
remember(struct vault *v, const char *name)
{
	return map_put(v->clients, name, strlen(name), v, NULL);
}

int
vault_client_put(struct vault *v, const char *public_key, const char *private_key, struct err *e)
{
	const struct vault_folder f = folder(v);
	char name[VAULT_CLIENT_NAME_SIZE];
	int r;

	vault_client_name(public_key, name);
	r = vault_seal_write(&f, name, private_key, strlen(private_key), e);
	if (r < 0)
		return r;
	r = remember(v, name);
	if (r < 0) {
		(void)file_remove(v->clientsfd, name, NULL);	/* told by the result; a sweep comes */
		return err_sys(e, r, "keep a client's key");
	}
	return 0;
}

bool
vault_client_has(const struct vault *v, const char *public_key)
{
	char name[VAULT_CLIENT_NAME_SIZE];

	vault_client_name(public_key, name);
	return map_get(v->clients, name, strlen(name)) != NULL;
}

int
vault_client_get(struct vault *v, const char *public_key, char private_key[VAULT_CLIENT_KEY_SIZE], struct err *e)
{
	const struct vault_folder f = folder(v);
	char name[VAULT_CLIENT_NAME_SIZE], *text;
	size_t n;
	bool ok;
	int r;

	vault_client_name(public_key, name);
	r = vault_seal_read(&f, name, &text, &n, e);
	if (r < 0)
		return r;
	ok = str_copy((struct str){ text, n }, private_key, VAULT_CLIENT_KEY_SIZE);
	sodium_memzero(text, n);
	free(text);
	return ok ? 0 : err_set(e, ERR_INTERNAL, "a client's key is not one");
}

static int
destroy(struct vault *v, const char *name, struct err *e)
{
	int r = file_remove(v->clientsfd, name, e);

	if (r == 0)
		(void)map_del(v->clients, name, strlen(name));	/* it was perhaps not known */
	return r;
}

int
vault_client_drop(struct vault *v, const char *public_key, struct err *e)
{
	char name[VAULT_CLIENT_NAME_SIZE];

	vault_client_name(public_key, name);
	return map_get(v->clients, name, strlen(name)) == NULL ? 0 : destroy(v, name, e);
}

/* --- all of them ------------------------------------------------------------------------------ */

struct sweep {
	struct vault *v;
	bool (*keep)(void *arg, const char *name, int64_t made_at);
	void *arg;
	int destroyed, error;
};

static bool
on_client(void *arg, const char *name)
{
	struct sweep *s = arg;
	struct stat st;
	int r;

	if (!is_name(name) || fstatat(s->v->clientsfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    s->keep(s->arg, name, (int64_t)st.st_mtime))
		return true;
	r = destroy(s->v, name, NULL);
	if (r < 0)
		s->error = r;
	else
		s->destroyed++;
	return true;
}

int
vault_client_sweep(struct vault *v, bool (*keep)(void *arg, const char *name, int64_t made_at), void *arg)
{
	struct sweep s = { .v = v, .keep = keep, .arg = arg };
	int r = map_count(v->clients) == 0 ? 0 : file_list(v->clientsfd, on_client, &s);

	if (r < 0)
		return r;
	return s.error < 0 ? s.error : s.destroyed;
}

/* --- lifecycle -------------------------------------------------------------------------------- */

static bool
on_found(void *arg, const char *name)
{
	/* beyond the bound it is not known, and cannot be had */
	if (is_name(name))
		(void)remember(arg, name);
	return true;
}

int
vault_clients_open(struct vault *v, struct err *e)
{
	int r;

	v->clients = map_new(VAULT_CLIENTS_MAX);
	if (v->clients == NULL)
		return err_sys(e, -ENOMEM, "vault");
	v->clientsfd = file_dir_sub(v->dirfd, "client", e);
	if (v->clientsfd < 0)
		return v->clientsfd;
	file_sweep(v->clientsfd);
	r = file_list(v->clientsfd, on_found, v);
	return r < 0 ? err_sys(e, r, "vault/client") : 0;
}

void
vault_clients_close(struct vault *v)
{
	map_free(v->clients);
	if (v->clientsfd >= 0)
		(void)close(v->clientsfd);	/* opened for reading */
}
