/* Whom an edge believes when it asks others over TLS: name services must be of
 * the compiled-in authorities or those of PIC_TRUST_FILE, targets of routes of
 * these or of the cell's trust store (TLS-9), which comes with the snapshots. */
#ifndef ROLE_EDGE_TRUST_H
#define ROLE_EDGE_TRUST_H

#include "base/str.h"

struct edge_trust;
struct err;
struct io_tls_client;

/* Reads the file: call it while there is one. Never NULL but when out of memory; what cannot be read is logged, and then
 * nobody is believed. */
struct edge_trust *edge_trust_open(void);
void edge_trust_free(struct edge_trust *t);	/* NULL is allowed */

/* Borrowed; NULL: nobody is believed. */
struct io_tls_client *edge_trust_upstreams(const struct edge_trust *t);
struct io_tls_client *edge_trust_targets(const struct edge_trust *t);

/* From now on the certificates in pem are believed of targets, too. The client stays the same as long as pem does. 0, or a
 * negative errno with e, and nothing changed. */
int edge_trust_follow(struct edge_trust *t, struct str pem, struct err *e);

#endif /* ROLE_EDGE_TRUST_H */
