/* Answer NTP clients: RFC 5905 server mode only, no peering, no broadcast, no
 * control messages, no keys.
 *
 * Life of an NTP question
 *
 *   on_batch()		server.c: a batch of datagrams from io_udp, each with the kernel's receive stamp
 *   ntp_decide()	decide.c: zone of the asker, mode, version, form (NTP-1)
 *   ntp_limit_take()	limit.c: is this client asking too often (NTP-2)
 *   fill()		the answer, all but its transmit stamp
 *   stamp()		that one, for the whole batch, just before io_udp sends it
 *
 * An answer has 48 octets and is never longer than its question. The server
 * says of its clock what core told it (reference.h); when the host's clock leaps
 * it says that it knows nothing, until it is told anew. All calls on the loop
 * thread. */
#ifndef NTP_SERVER_H
#define NTP_SERVER_H

#include <stdint.h>

#include "base/addr.h"

struct clk;		/* sys/clk.h */
struct io_loop;
struct ntp_door;
struct ntp_plan;	/* ntp/plan.h */
struct ntp_reference;	/* ntp/reference.h */
struct ntp_server;
struct ntp_stats;	/* ntp/stats.h */

enum { NTP_LEAP_MS = 100 };	/* a clock that went by so much more or less than time did has leapt */

struct ntp_server_conf {
	struct io_loop *loop;
	const struct clk *clk;
	struct ntp_stats *stats;	/* outlives the server */
	uint64_t seed[2];		/* unpredictable */
	/* Zone of an asker, one bit of enum conf_zone, or 0 = to be dropped. */
	unsigned (*zone_of)(void *arg, uint32_t ifindex, const struct addr *local, const struct addr *peer);
	void *arg;
};

/* Serves nobody until it has a plan. NULL when out of memory. */
struct ntp_server *ntp_server_new(const struct ntp_server_conf *c);
void ntp_server_free(struct ntp_server *s);	/* closes its doors; NULL is allowed */

/* For every datagram read after this; copied. */
void ntp_server_swap(struct ntp_server *s, const struct ntp_plan *p);
void ntp_server_refer(struct ntp_server *s, const struct ntp_reference *f);

/* Serve a bound UDP socket, which is owned on success. NULL on failure. */
struct ntp_door *ntp_server_udp(struct ntp_server *s, int fd);
void ntp_door_close(struct ntp_door *d);	/* NULL is allowed */

#endif /* NTP_SERVER_H */
