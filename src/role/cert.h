/* A certificate that edges serve, with its key. Of the cell itself: the provisional one, which signs itself, so that HTTPS
 * works from the first minute; then one of the cell's own authority (TLS-4, TLS-6). From elsewhere: of an ACME server, or
 * imported. Kept in vault/certs/<id>/, its key sealed like every secret (data.md 4.11). */
#ifndef ROLE_CERT_H
#define ROLE_CERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/addr.h"
#include "base/str.h"
#include "ca/cert.h"
#include "ca/plan.h"

struct ca_scope;
struct cell_cert;
struct conf;
struct err;
struct net_ifaddr;
struct snapshot_cert;
struct vault;

enum {
	CERT_DAYS = 397, CERT_RENEW_DAYS = 30, CERT_ID_SIZE = 2 * CA_SERIAL + 1, CERT_SERIAL_SIZE = 43, CERT_ISSUER_SIZE = 128
};

#define CERT_PROVISIONAL "provisional"	/* its id; others have 32 hexadecimal digits */

enum cert_source { CERT_INTERNAL, CERT_ACME, CERT_IMPORTED };

struct cert_for {
	const struct conf *conf;
	const char *host_label;
	const struct net_ifaddr *ifs;
	size_t nifs;
	int64_t now;
	enum ca_clock clock;		/* how far now can be trusted */
	const char *crl_url;		/* "…/crl.der", where lists are fetched (signer_url()); NULL: they cannot be */
};

/* Who signs, and for how long. */
struct cert_by {
	struct ca_issuer issuer;
	const uint8_t *der;		/* the issuer's certificate, which is sent along */
	size_t n;
	const struct ca_scope *scope;
	const char *crl_url;		/* of the issuer's list; NULL: it cannot be fetched */
	struct ca_span span;
};

/* Provisional: does it name what people type (names, IPv4 addresses, local IPv6 ones), and last? Global IPv6 addresses
 * come and go by themselves and are no reason for another certificate, which every browser asks about again. c NULL: no. */
bool cell_cert_serves(const struct cell_cert *c, const struct cert_for *f);

/* A new provisional one in memory. The addresses that old named stay named as far as there is room, so that a host that
 * moves between two networks needs one for both; old NULL: there is none. 0 or a negative errno with e set. */
int cell_cert_make(struct cell_cert **out, const struct cell_cert *old, const struct cert_for *f, struct err *e);

/* One of an authority, for the names and addresses that are in its scope. fits: c is of this issuer and has them all. */
int cell_cert_issue(struct cell_cert **out, const struct cert_for *f, const struct cert_by *by, struct err *e);
bool cell_cert_fits(const struct cell_cert *c, const struct cert_for *f, const struct cert_by *by);

/* One from elsewhere. */
struct cert_from {
	enum cert_source source;
	struct str chain;		/* PEM, leaf first */
	const uint8_t *key;		/* as in io/tls.h */
	size_t key_len;
};

/* Read it, under a random id: names, dates, issuer. -EINVAL with a field "chain" or "key" of e: it is none, names no host, or
 * the key is another one's. Whether it is valid now and whom it serves is the caller's business. */
int cell_cert_take(struct cell_cert **out, const struct cert_from *f, struct err *e);

struct cell_cert *cell_cert_ref(struct cell_cert *c);	/* NULL is allowed */
void cell_cert_free(struct cell_cert *c);	/* one user less; the last wipes the key; NULL is allowed */

/* --- what it is ------------------------------------------------------------------ */

void cell_cert_snapshot(const struct cell_cert *c, struct snapshot_cert *out);	/* borrowed */
const char *cell_cert_id(const struct cell_cert *c);	/* "": there is none */
enum cert_source cell_cert_source(const struct cell_cert *c);
const char *cell_cert_source_text(const struct cell_cert *c);	/* "internal", "acme", "imported" */
const json_t *cell_cert_names(const struct cell_cert *c);	/* names and addresses, as text */
const char *cell_cert_issuer(const struct cell_cert *c);	/* a common name, "" when it is not known */
struct ca_span cell_cert_span(const struct cell_cert *c);
const char *cell_cert_fingerprint(const struct cell_cert *c);	/* SHA-256, "AB:CD:…" */
const char *cell_cert_secret_ref(const struct cell_cert *c);	/* "" before it was stored */

/* --- on disk, cert_file.c --------------------------------------------------------- */

/* The stored one; NULL when there is none that can be read and opened. */
struct cell_cert *cell_cert_load(int state_fd, const char *id, struct vault *v);

/* Keep it durably; the secret of an earlier one with this id goes with the next sweep of the vault. */
int cell_cert_store(struct cell_cert *c, int state_fd, struct vault *v, struct err *e);

/* Visit the ids that have a folder; false stops. */
void cell_cert_list(int state_fd, bool (*visit)(void *arg, const char *id), void *arg);

/* Delete this one, durably. 0 when it was not there. */
int cell_cert_drop(int state_fd, const char *id, struct err *e);

/* Delete folders with ids for which keep says false. */
void cell_cert_sweep(int state_fd, bool (*keep)(void *arg, const char *id), void *arg);

#endif /* ROLE_CERT_H */
