/* The cell's own certificate authority as core keeps it (TLS-6, TLS-9): a root
 * that signs nothing but intermediates, an intermediate, the certificate of the cell itself, what
 * was issued, and the revocation list. What has to be made when is ca/plan.h.
 *
 * An authority is never changed: whatever changes it makes another one beside
 * it, which is stored and takes its place, or is dropped. In vault/ca/ the file index.json
 * names all others and is written last: kill -9 leaves the old one or the new one. */
#ifndef ROLE_AUTHORITY_H
#define ROLE_AUTHORITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "ca/crl.h"
#include "role/cert.h"

struct addr;
struct authority;
struct err;
struct vault;

enum {
	AUTHORITY_ISSUED_MAX = 256,	/* certificates that have not run out */
	AUTHORITY_OWN_MAX = 8,		/* of them earlier ones of the cell itself; the oldest are forgotten */
	AUTHORITY_EARLIER_MAX = 4,	/* intermediates that were replaced, and have to revoke what they issued */
	AUTHORITY_LISTS_MAX = 1 + AUTHORITY_EARLIER_MAX,
	AUTHORITY_FAULT_MAX = 160
};

/* The stored one, an empty one, or one that is lost. NULL when out of memory. */
struct authority *authority_load(int state_fd, struct vault *v);
void authority_free(struct authority *a);	/* wipes the keys; NULL is allowed */

bool authority_exists(const struct authority *a);

/* Why the stored one cannot be read; NULL: it can, or there is none. Nothing is made in its place but by
 * authority_rotate() with root: a disk that comes back has it still, and devices trust it. */
const char *authority_fault(const struct authority *a);

/* --- another one; *out NULL after an error, and where it says so --------------- */

/* What time, names and addresses demand. *out NULL: nothing. */
int authority_follow(struct authority **out, const struct authority *a, const struct cert_for *f, struct err *e);

/* Does a have to follow? The words say why; NULL: it does not. */
const char *authority_due(const struct authority *a, const struct cert_for *f);

/* A new intermediate, or a new root, which devices have to install again. What the earlier intermediate has issued can be
 * revoked still, by its own list, until all of it has run out; after another root it cannot. ERR_CONFLICT:
 * AUTHORITY_EARLIER_MAX do so already. */
int authority_rotate(struct authority **out, const struct authority *a, const struct cert_for *f, bool root, struct err *e);

/* A new certificate of the cell, now. */
int authority_renew(struct authority **out, const struct authority *a, const struct cert_for *f, struct err *e);

struct authority_ask {
	const char *const *names;	/* names and addresses as text; or those of request */
	size_t n;
	const char *request;		/* PEM; NULL: a key is made here */
	const char *actor;
	int days;
	int64_t now;
	enum ca_clock clock;
	const char *crl_url;		/* as in struct cert_for */
};

/* Certify names in the scope. *made gets {certificate, chain, private_key?} and the record's members; wiped when it is dropped
 * (vault/vault.h). -EINVAL; -EEXIST when AUTHORITY_ISSUED_MAX are in use. */
int authority_issue(struct authority **out, const struct authority *a, const struct authority_ask *ask, json_t **made,
    struct err *e);

/* "key_compromise", "superseded", "cessation", "unspecified"; what is none of them: unspecified. */
enum ca_reason authority_reason(const char *text);

/* ERR_NOT_FOUND; ERR_CONFLICT when it is revoked already, or was issued under another root. */
int authority_revoke(struct authority **out, const struct authority *a, const char *id, enum ca_reason reason, int64_t now,
    struct err *e);

/* --- keeping ---------------------------------------------------------------------- */

/* Durably, whatever of it is not stored yet. */
int authority_store(struct authority *a, int state_fd, struct vault *v, struct err *e);

/* Delete files in vault/ca/ that a does not name. */
void authority_sweep(const struct authority *a, int state_fd);

bool authority_needs_secret(const struct authority *a, const char *ref);

/* --- what it is ---------------------------------------------------------------------- */

struct authority_bytes {
	const uint8_t *p;
	size_t n;
};

struct cell_cert *authority_server(const struct authority *a);	/* of the cell itself; borrowed; NULL: none yet */
struct authority_bytes authority_root(const struct authority *a);	/* its certificate */

/* The revocation list of an intermediate: first that of today's, i < AUTHORITY_LISTS_MAX. p NULL: no more. id: what its file
 * is called by, "1A2B3C". */
struct authority_bytes authority_list(const struct authority *a, size_t i, const char **id);

/* {subject, not_before, not_after, permitted_names, permitted_cidrs, fingerprint, intermediate{…}}; new reference; NULL: none. */
json_t *authority_about(const struct authority *a);

/* Records of what was issued, newest last: {id, names, serial, issuer, kind, not_before, not_after, issued_by, revoked_at,
 * reason}. Borrowed. */
const json_t *authority_issued(const struct authority *a);

/* May it certify all of them? Names of own domains that it may not need another root (TLS-7). */
bool authority_covers(const struct authority *a, const struct conf *conf);

#endif /* ROLE_AUTHORITY_H */
