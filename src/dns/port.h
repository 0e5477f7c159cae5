/* UDP sockets towards one upstream, each connected, so that the kernel drops
 * what comes from elsewhere, each on a port of the kernel's random choice.
 * A few are in use at a time and a query takes one at random; a socket is given
 * up after DNS_PORT_USES queries or DNS_PORT_MS, sooner than its port could be
 * found out (DNL-5). Quiet times mean a fresh port for every query; floods do
 * not mean a socket for every query. */
#ifndef DNS_PORT_H
#define DNS_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

struct dns_flight;
struct dns_inbox;
struct dns_ports;
struct dns_random;
struct dns_stats;
struct io_loop;
struct io_tls_client;

enum { DNS_PORTS_LIVE = 16, DNS_PORT_USES = 32, DNS_PORT_MS = 200 };

/* Room for a batch of answers, in use during one read only: all ports of a
 * process share it. NULL when out of memory. */
struct dns_inbox *dns_inbox_new(void);
void dns_inbox_free(struct dns_inbox *in);	/* NULL is allowed */

/* What all queries of a process have in common; outlives the ports. */
struct dns_carriage {
	struct io_loop *loop;
	struct dns_random *random;
	struct dns_inbox *inbox;
	struct dns_stats *stats;
	struct io_tls_client *tls;	/* borrowed; NULL: TLS is not spoken */
};

/* NULL when out of memory. */
struct dns_ports *dns_ports_new(const struct dns_carriage *c, const struct addr_port *to);

/* No flight may be left. NULL is allowed. */
void dns_ports_free(struct dns_ports *p);

/* Send f->query under a new id. 0 or -errno. */
int dns_ports_send(struct dns_ports *p, struct dns_flight *f);

/* Close sockets that are old and carry nothing. True while any is open: call
 * again within a few hundred milliseconds. */
bool dns_ports_sweep(struct dns_ports *p);

#endif /* DNS_PORT_H */
