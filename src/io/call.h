/* A connection to a server that is known by its name, for linear code in a
 * job's child: the name is looked up, its addresses are tried in turn, and the
 * server proves to be it, unless the address says that it need not. */
#ifndef IO_CALL_H
#define IO_CALL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/addr.h"

struct err;
struct io_call;
struct io_tls_client;
struct io_url;

enum { IO_CALL_ADDRESSES = 8, IO_CALL_CONNECT_MS = 10000 };

struct io_call_to {
	const struct io_url *at;	/* host and port; plain = without TLS */
	struct addr_port resolver;	/* the name server that is asked */
	struct io_tls_client *tls;	/* NULL will do for plain */
	uint8_t family;			/* 4 or 16: only addresses of that length; 0 = any */
	uint64_t deadline_ms;		/* of everything, on the monotonic clock of sys/clk.h */
};

/* to need not outlive it, the TLS client does. 0 and *out, or ERR_REMOTE with words a person can act on. */
int io_call_open(struct io_call **out, const struct io_call_to *to, struct err *e);

/* As io_tls_call_write() and io_tls_call_read() do, whose errors these are. A plain connection may end at any time. */
int io_call_write(struct io_call *c, const void *p, size_t n);
ssize_t io_call_read(struct io_call *c, void *p, size_t n);

void io_call_close(struct io_call *c);		/* NULL is allowed */

#endif /* IO_CALL_H */
