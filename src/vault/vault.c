/* Sealed secrets; see vault.h. */
#include "vault/vault.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "base/err.h"
#include "base/str.h"
#include "conf/check.h"
#include "conf/json.h"
#include "sys/file.h"
#include "sys/sync.h"
#include "vault/key.h"
#include "vault/vault_set.h"

enum { RANDOM_BYTES = 16 };

/* Secrets pass through the library's own buffers, which nobody else can reach. */
static void
wiping_free(void *p)
{
	if (p != NULL)
		sodium_memzero(p, malloc_usable_size(p));
	free(p);
}

static struct vault_folder
secrets(const struct vault *v)
{
	return (struct vault_folder){ v->secretsfd, v->key, NULL };
}

static int
new_ref(char ref[VAULT_REF_SIZE])
{
	uint8_t id[RANDOM_BYTES];
	char text[VAULT_REF_SIZE - 4];
	size_t i;

	randombytes_buf(id, sizeof(id));
	if (!str_base32(id, sizeof(id), text, sizeof(text)))
		return -EINVAL;		/* 26 characters: cannot be */
	for (i = 0; text[i] != '\0'; i++)
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] - 'A' + 'a');
	(void)snprintf(ref, VAULT_REF_SIZE, "sec_%s", text);	/* fits */
	return 0;
}

static int
put(const struct vault_folder *f, const json_t *secret, char ref[VAULT_REF_SIZE], struct err *e)
{
	char *text;
	size_t n;
	int r = -EINVAL;

	ref[0] = '\0';
	if (!json_is_object(secret))
		return err_set(e, ERR_INTERNAL, "a secret is an object");
	text = conf_json_canonical(secret);
	if (text == NULL)
		return err_sys(e, -ENOMEM, "vault");
	n = strlen(text);
	if (n > VAULT_SECRET_MAX)
		r = err_set(e, ERR_TOO_LARGE, "a secret is at most %d bytes", VAULT_SECRET_MAX);
	else if ((r = new_ref(ref)) == 0)
		r = vault_seal_write(f, ref, text, n, e);
	sodium_memzero(text, n);
	free(text);
	if (r < 0)
		ref[0] = '\0';
	return r;
}

int
vault_put(struct vault *v, const json_t *secret, char ref[VAULT_REF_SIZE], struct err *e)
{
	const struct vault_folder f = secrets(v);

	return put(&f, secret, ref, e);
}

int
vault_put_later(struct vault *v, const json_t *secret, char ref[VAULT_REF_SIZE], struct err *e)
{
	struct vault_folder f = secrets(v);

	f.later = v->sync;
	return put(&f, secret, ref, e);
}

int
vault_sync(struct vault *v, struct err *e)
{
	int r = sync_wait(v->sync);

	return r < 0 ? err_sys(e, r, "vault") : 0;
}

int
vault_get(struct vault *v, const char *ref, json_t **out, struct err *e)
{
	const struct vault_folder f = secrets(v);
	char *text = NULL;
	size_t n = 0;
	int r;

	*out = NULL;
	if (ref == NULL || !conf_is_secret_ref(str_of(ref)))
		return err_set(e, ERR_NOT_FOUND, "there is no such secret");
	r = vault_seal_read(&f, ref, &text, &n, e);
	if (r < 0)
		return r;
	*out = conf_json_read(text, n, NULL);	/* its messages would quote the text */
	sodium_memzero(text, n);
	free(text);
	if (!json_is_object(*out)) {
		json_decref(*out);
		*out = NULL;
		return err_set(e, ERR_INTERNAL, "secret %s holds no object", ref);
	}
	return 0;
}

/* --- all of them ------------------------------------------------------------------------------ */

struct sweep {
	struct vault *v;
	bool (*keep)(void *arg, const char *ref);
	void *arg;
	int deleted, error;
};

static bool
on_secret(void *arg, const char *name)
{
	struct sweep *s = arg;
	int r;

	if (!conf_is_secret_ref(str_of(name)) || s->keep(s->arg, name))
		return true;
	r = file_remove(s->v->secretsfd, name, NULL);
	if (r < 0)
		s->error = r;
	else
		s->deleted++;
	return true;
}

int
vault_sweep(struct vault *v, bool (*keep)(void *arg, const char *ref), void *arg)
{
	struct sweep s = { .v = v, .keep = keep, .arg = arg };
	int r = file_list(v->secretsfd, on_secret, &s);

	if (r < 0)
		return r;
	return s.error < 0 ? s.error : s.deleted;
}

struct probe {
	const struct vault *v;		/* NULL: only count */
	size_t secrets;
	bool opens;
};

static bool
on_probe(void *arg, const char *name)
{
	struct probe *p = arg;
	struct vault_folder f;
	char *text = NULL;
	size_t n = 0;

	if (!conf_is_secret_ref(str_of(name)))
		return true;
	p->secrets++;
	if (p->v == NULL)
		return true;
	f = secrets(p->v);
	if (vault_seal_read(&f, name, &text, &n, NULL) < 0)
		return true;
	sodium_memzero(text, n);
	free(text);
	p->opens = true;
	return false;
}

/* --- lifecycle -------------------------------------------------------------------------------- */

/* A key that opens nothing of what is there is another cell's. One that opens something is ours: the rest is damage. */
static int
probe_key(const struct vault *v, struct err *e)
{
	struct probe p = { .v = v };
	int r = file_list(v->secretsfd, on_probe, &p);

	if (r < 0)
		return err_sys(e, r, "vault/secrets");
	if (p.secrets > 0 && !p.opens)
		return err_set(e, ERR_VALIDATION, "the sealing key opens none of the %zu secrets in vault/secrets; nothing was "
		    "made or changed: put the right key back", p.secrets);
	return 0;
}

static int
open_key(struct vault *v, bool first_run, struct err *e)
{
	struct probe p = { .v = NULL };
	int r = file_list(v->secretsfd, on_probe, &p);

	if (r < 0)
		return err_sys(e, r, "vault/secrets");
	v->key = sodium_malloc(VAULT_KEY_BYTES);
	if (v->key == NULL)
		return err_sys(e, -ENOMEM, "vault");
	/* Secrets without a key are a loss to be told, not a first run. */
	r = vault_key_read(v->dirfd, first_run && p.secrets == 0, v->key, e);
	return r < 0 ? r : probe_key(v, e);
}

/* Only a first run makes folders: a cell that lost its vault must say so. */
static int
open_folders(struct vault *v, int dirfd, bool first_run, struct err *e)
{
	if (!first_run && faccessat(dirfd, "vault", F_OK, 0) < 0)
		return err_set(e, ERR_VALIDATION, "vault/ with the sealing key is missing in the state directory; nothing was "
		    "made or changed: put it back from a backup");
	v->dirfd = file_dir_sub(dirfd, "vault", e);
	if (v->dirfd < 0)
		return v->dirfd;
	v->secretsfd = file_dir_sub(v->dirfd, "secrets", e);
	if (v->secretsfd < 0)
		return v->secretsfd;
	file_sweep(v->dirfd);
	file_sweep(v->secretsfd);
	return 0;
}

int
vault_open(struct vault **out, int dirfd, bool first_run, struct err *e)
{
	struct vault *v = calloc(1, sizeof(*v));
	struct err mine;
	int r;

	*out = NULL;
	if (v == NULL || sodium_init() < 0) {
		free(v);
		return err_sys(e, -ENOMEM, "vault");
	}
	json_set_alloc_funcs(malloc, wiping_free);
	v->dirfd = v->secretsfd = v->clientsfd = -1;
	err_clear(&mine);
	v->sync = sync_new();
	r = v->sync == NULL ? err_sys(&mine, -ENOMEM, "vault") : open_folders(v, dirfd, first_run, &mine);
	if (r == 0)
		r = open_key(v, first_run, &mine);
	if (r == 0)
		r = vault_clients_open(v, &mine);
	if (r < 0) {
		vault_close(v);
		if (e != NULL)
			*e = mine;
		return r;
	}
	*out = v;
	return 0;
}

void
vault_close(struct vault *v)
{
	if (v == NULL)
		return;
	sodium_free(v->key);	/* wipes; NULL is allowed */
	vault_clients_close(v);
	sync_free(v->sync);
	if (v->secretsfd >= 0)
		(void)close(v->secretsfd);	/* opened for reading */
	if (v->dirfd >= 0)
		(void)close(v->dirfd);
	free(v);
}
