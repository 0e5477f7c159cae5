/* Sealed secrets (data.md 5): one file per secret, never changed after it was
 * written, XChaCha20-Poly1305 under vault/seal.key. The configuration holds only
 * references. From vault_open() on, all memory that jansson frees is wiped first.
 *
 * Life of a secret: vault_put_later() inside the edit() of a configuration change, and its reference goes into the draft;
 * vault_sync() before the change is written; vault_sweep() after a commit deletes what no kept generation names. All run on
 * the loop thread while no other change is under way, so a sweep never meets a secret whose change is not yet written. */
#ifndef VAULT_VAULT_H
#define VAULT_VAULT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct err;
struct vault;

enum { VAULT_REF_SIZE = 32 };	/* a secret is at most VAULT_SECRET_MAX bytes (vault/seal.h) */

/* dirfd: the state directory, borrowed during the call. The key comes from PIC_SEAL_KEY_FILE, else from the systemd
 * credential pic-seal-key, else from vault/seal.key, which is made only on a first run without any sealed secret.
 * 0 with *out. -EINVAL when a human must act: the key is missing, has the wrong size or opens none of the
 * secrets that are there; nothing was changed or made (SEC-7). */
int vault_open(struct vault **out, int dirfd, bool first_run, struct err *e);
void vault_close(struct vault *v);	/* wipes the key; NULL is allowed */

/* Seal an object, durably, under a new reference. ref is "" on failure. 0, ERR_STORAGE_FULL, ERR_TOO_LARGE … */
int vault_put(struct vault *v, const json_t *secret, char ref[VAULT_REF_SIZE], struct err *e);

/* The same, but durable once vault_sync() has succeeded. Only within the edit() of a change, which waits for that (part.h); what a
 * disk failed to do for one that was refused meanwhile, the next one is told. */
int vault_put_later(struct vault *v, const json_t *secret, char ref[VAULT_REF_SIZE], struct err *e);
int vault_sync(struct vault *v, struct err *e);

/* A new reference in *out, dropped with json_decref(). ERR_NOT_FOUND, or ERR_INTERNAL when it does not open. */
int vault_get(struct vault *v, const char *ref, json_t **out, struct err *e);

/* Delete every secret for which keep says false. The number deleted or a negative errno. */
int vault_sweep(struct vault *v, bool (*keep)(void *arg, const char *ref), void *arg);

#endif /* VAULT_VAULT_H */
