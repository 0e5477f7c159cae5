/* DNS over HTTPS (RFC 8484): requests for /dns-query of one connection, several at a
 * time over HTTP/2, answered by the name service of this edge. Neither of the two capabilities knows of the
 * other; here they meet. */
#ifndef ROLE_DOH_H
#define ROLE_DOH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct addr;
struct addr_port;
struct dns_server;
struct doh;
struct http_req;

enum { DOH_MESSAGE_MAX = 4096 };	/* as over TCP (DNS_TCP_QUERY_MAX) */

struct doh_client {
	uint32_t ifindex;
	const struct addr *local;	/* copied, as is the next */
	const struct addr_port *peer;
};

/* For one connection. NULL when out of memory. */
struct doh *doh_new(struct dns_server *dns, const struct doh_client *c);

/* The connection is over; a request in progress is not touched any more. NULL is allowed. */
void doh_free(struct doh *d);

/* Answer rq, now or later: 200 with a DNS message, or 400, 403, 405, 413, 415, 429, 503. */
void doh_request(struct doh *d, struct http_req *rq);

/* The message in a query "dns=…" (base64url without padding, 4.1): false for everything else. */
bool doh_query_read(struct str query, uint8_t out[DOH_MESSAGE_MAX], size_t *n);

#endif /* ROLE_DOH_H */
