/* The certificate of the cell itself, as edges serve it: the provisional one,
 * which signs itself, so that HTTPS works from the first minute; then one of the cell's own authority
 * (TLS-4, TLS-6). Kept in vault/certs/<id>/, its key sealed like every secret (data.md 4.11). */
#ifndef ROLE_CERT_H
#define ROLE_CERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/addr.h"
#include "ca/cert.h"
#include "ca/plan.h"

struct ca_scope;
struct cell_cert;
struct conf;
struct err;
struct net_ifaddr;
struct snapshot_cert;
struct vault;

enum { CERT_DAYS = 397, CERT_RENEW_DAYS = 30, CERT_ID_SIZE = 2 * CA_SERIAL + 1 };

#define CERT_PROVISIONAL "provisional"	/* its id; others have their serial number */

struct cert_for {
	const struct conf *conf;
	const char *host_label;
	const struct net_ifaddr *ifs;
	size_t nifs;
	int64_t now;
	enum ca_clock clock;		/* how far now can be trusted */
	const char *crl_url;		/* NULL: the list cannot be fetched */
};

/* Who signs, and for how long. */
struct cert_by {
	struct ca_issuer issuer;
	const uint8_t *der;		/* the issuer's certificate, which is sent along */
	size_t n;
	const struct ca_scope *scope;
	struct ca_span span;
};

/* The stored one; NULL when there is none that can be read and opened. */
struct cell_cert *cell_cert_load(int state_fd, const char *id, struct vault *v);

/* Provisional: does it name what people type (names, IPv4 addresses, local IPv6 ones), and last? Global IPv6 addresses
 * come and go by themselves and are no reason for another certificate, which every browser asks about again. c NULL: no. */
bool cell_cert_serves(const struct cell_cert *c, const struct cert_for *f);

/* A new provisional one in memory. The addresses that old named stay named as far as there is room, so that a host that
 * moves between two networks needs one for both; old NULL: there is none. 0 or a negative errno with e set. */
int cell_cert_make(struct cell_cert **out, const struct cell_cert *old, const struct cert_for *f, struct err *e);

/* One of an authority, for the names and addresses that are in its scope. fits: c is of this issuer and has them all. */
int cell_cert_issue(struct cell_cert **out, const struct cert_for *f, const struct cert_by *by, struct err *e);
bool cell_cert_fits(const struct cell_cert *c, const struct cert_for *f, const struct cert_by *by);

/* Keep it durably; the earlier one's secret goes with the next sweep of the vault. */
int cell_cert_store(struct cell_cert *c, int state_fd, struct vault *v, struct err *e);

struct cell_cert *cell_cert_ref(struct cell_cert *c);	/* NULL is allowed */
void cell_cert_free(struct cell_cert *c);	/* one user less; the last wipes the key; NULL is allowed */

void cell_cert_snapshot(const struct cell_cert *c, struct snapshot_cert *out);	/* borrowed; wipe out->key after use */
const char *cell_cert_id(const struct cell_cert *c);	/* "": there is none */
const json_t *cell_cert_names(const struct cell_cert *c);	/* names and addresses, as text */
struct ca_span cell_cert_span(const struct cell_cert *c);
const char *cell_cert_fingerprint(const struct cell_cert *c);	/* SHA-256, "AB:CD:…" */
const char *cell_cert_secret_ref(const struct cell_cert *c);	/* "" before it was stored */

#endif /* ROLE_CERT_H */
