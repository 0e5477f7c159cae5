/* The provisional certificate: made by the cell itself, so that HTTPS works
 * from the first minute, until a better one exists (TLS-4). Kept in
 * vault/certs/provisional/, its key sealed like every secret (data.md 4.11). */
#ifndef ROLE_CERT_H
#define ROLE_CERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct cell_cert;
struct conf;
struct err;
struct net_ifaddr;
struct snapshot_cert;
struct vault;

enum { CERT_DAYS = 397, CERT_RENEW_DAYS = 30 };

struct cert_for {
	const struct conf *conf;
	const char *host_label;
	const struct net_ifaddr *ifs;
	size_t nifs;
	int64_t now;
};

/* The stored one; NULL when there is none that can be read and opened. */
struct cell_cert *cell_cert_load(int state_fd, struct vault *v);

/* Does it name what people type (names, IPv4 addresses, local IPv6 ones), and last? Global IPv6 addresses come and
 * go by themselves and are no reason for another certificate, which every browser asks about again. c NULL: no. */
bool cell_cert_serves(const struct cell_cert *c, const struct cert_for *f);

/* A new one in memory. The addresses that old named stay named as far as there is room, so that a host that moves
 * between two networks needs one for both; old NULL: there is none. 0 or a negative errno with e set. */
int cell_cert_make(struct cell_cert **out, const struct cell_cert *old, const struct cert_for *f, struct err *e);

/* Keep it durably; the earlier one's secret goes with the next sweep of the vault. */
int cell_cert_store(struct cell_cert *c, int state_fd, struct vault *v, struct err *e);
void cell_cert_free(struct cell_cert *c);	/* wipes the key; NULL is allowed */

void cell_cert_snapshot(const struct cell_cert *c, struct snapshot_cert *out);	/* wipe out->key after use */
const char *cell_cert_fingerprint(const struct cell_cert *c);	/* SHA-256, "AB:CD:…" */
const char *cell_cert_secret_ref(const struct cell_cert *c);	/* "" before it was stored */

#endif /* ROLE_CERT_H */
