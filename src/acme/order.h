/* An order, step by step (RFC 8555 7.3, 7.4): the account, the order itself,
 * its end. What must not be forgotten is told as a fact before the next step
 * (TIM-2). */
#ifndef ACME_ORDER_H
#define ACME_ORDER_H

#include "acme/chain.h"
#include "acme/run.h"

/* Sign by the account: the one that is known (url; NULL: none), else what the server has for this key, else a new one. */
int acme_order_account(struct acme_run *r, const char *url, struct err *e);

/* r->order is one that can be gone on with: the known one (url; NULL: none), when unsure one that the account has for these
 * names, or a new one, which replaces (may be NULL) a certificate. */
int acme_order_begin(struct acme_run *r, const char *url, bool unsure, const char *replaces, struct err *e);

/* Every name is proven: send the request (DER) when the order is ready for it, and wait for the certificate. */
int acme_order_finish(struct acme_run *r, const void *csr, size_t n, struct err *e);

/* The certificate of a valid order. One that cannot be used, or that the server does not have, ends the order. */
int acme_order_download(struct acme_run *r, const struct acme_chain_want *want, struct acme_chain *out, struct err *e);

/* It is over for good without a certificate. */
void acme_order_forget(struct acme_run *r);

#endif /* ACME_ORDER_H */
