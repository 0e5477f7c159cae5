/* Zone transfer, the server's side (DNS-18; RFC 5936, 1995, 8945): every signed
 * question comes here. A configured secondary, known by key, algorithm and
 * address, may ask for the SOA and for the whole of a zone; everybody else is
 * told what is wrong with the signature, or REFUSED.
 *
 * Life of a transfer
 *
 *   dns_xfr_answer()	signature, address, zone; queued behind others of the connection
 *   on_turn()		a few messages a turn of the loop, each signed, made as they are sent
 *   dns_xfr_drained()	the client has read: go on. Nothing is made that is not read
 *   dns_xfr_swap()	new tables: where the zone is the same the transfer goes on in
 *			them, else its connection closes; never a mixture
 */
#ifndef DNS_XFR_H
#define DNS_XFR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/query.h"
#include "dns/transfer.h"

struct clk;
struct dns_asker;
struct dns_tcp_conn;
struct dns_xfr;
struct io_loop;

enum {
	DNS_XFR_MAX = 128,		/* transfers under way or queued; one at a time per connection */
	DNS_XFR_CHUNK = 16384,		/* a message becomes no longer, unless one record is */
	DNS_XFR_TELL_MS = 1000		/* faults of one secondary are told no oftener */
};

struct dns_xfr_conf {
	struct io_loop *loop;
	const struct clk *clk;
	dns_told *told;
	void *arg;
};

/* NULL when out of memory. */
struct dns_xfr *dns_xfr_new(const struct dns_xfr_conf *c);
void dns_xfr_free(struct dns_xfr *x);		/* NULL is allowed */

/* From now on; t (copied) points into memory that stays until the next swap has
 * returned. NULL: nothing goes out. */
void dns_xfr_swap(struct dns_xfr *x, const struct dns_transfers *t);

/* Is it ours to answer? */
bool dns_xfr_wants(const struct dns_query *q, enum dns_query_kind kind);

/* The answer into out of max octets, and its length; 0: it goes out bit by bit
 * over conn (NULL: UDP). */
size_t dns_xfr_answer(struct dns_xfr *x, const struct dns_query *q, const struct dns_asker *who,
    struct dns_tcp_conn *conn, uint8_t *out, size_t max);

void dns_xfr_drained(struct dns_xfr *x, struct dns_tcp_conn *conn);
void dns_xfr_forget(struct dns_xfr *x, struct dns_tcp_conn *conn);	/* it is about to go */

#endif /* DNS_XFR_H */
