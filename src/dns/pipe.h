/* One TCP connection to an upstream, opened when needed, shared by all queries
 * that go there by TCP, pipelined (RFC 7766), closed when idle. */
#ifndef DNS_PIPE_H
#define DNS_PIPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

struct dns_carriage;	/* dns/port.h */
struct dns_flight;
struct dns_pipe;

enum { DNS_PIPE_IDLE_MS = 10000 };

struct dns_pipe *dns_pipe_new(const struct dns_carriage *c, const struct addr_port *to);
void dns_pipe_free(struct dns_pipe *p);	/* no flight may be left; NULL is allowed */

/* Send f->query under a new id. 0 or -errno. When the connection breaks, all
 * flights end with an error; the next send opens a new one. */
int dns_pipe_send(struct dns_pipe *p, struct dns_flight *f);

/* Close it when it has carried nothing for a while. True while it is open. */
bool dns_pipe_sweep(struct dns_pipe *p);

#endif /* DNS_PIPE_H */
