/* What would an asker get: questions by people, through the path of the wire
 * (dns_server_ask). */
#ifndef DNS_ASK_H
#define DNS_ASK_H

#include "dns/server.h"

struct dns_asks;
struct dns_resolver;
struct io_loop;

/* DNS_ASKS_MAX at one time. NULL when out of memory. */
struct dns_asks *dns_asks_new(struct io_loop *l, struct dns_resolver *r);
void dns_asks_free(struct dns_asks *a);		/* forgets those under way; NULL is allowed */

/* As dns_server_ask() says. */
int dns_asks_start(struct dns_asks *a, const struct dns_ask *q, dns_asked_cb *done, void *arg);

#endif /* DNS_ASK_H */
