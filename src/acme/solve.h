/* Proving the names of an order (RFC 8555 7.5): each challenge is met, looked
 * at from here, announced, and waited for (TLS-2, TIM-7). */
#ifndef ACME_SOLVE_H
#define ACME_SOLVE_H

struct acme_run;
struct err;

/* All authorizations of r->order are valid after it; those that were before are passed over. TXT records that were set are
 * cleared, also on failure. 0, or a negative errno with e as in acme/job_order.h. */
int acme_solve(struct acme_run *r, struct err *e);

#endif /* ACME_SOLVE_H */
