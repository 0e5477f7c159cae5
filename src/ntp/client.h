/* The NTP client: asks the sources of the plan and says what it found. It reads
 * strangers' bytes, so it runs in an edge, in one of them.
 *
 * Life of a measurement
 *
 *   on_tick()			client.c: once a second: who is due?
 *   resolve()			the callback: names by the cell's own name service
 *   ntp_source_ask()		source.c: the question, from a socket of its own with a random port (RFC 9109)
 *   on_readable()		client.c: an answer with the kernel's receive stamp
 *   ntp_source_hear()		source.c: is it one; offset and delay
 *   ntp_select()		select.c: who is right
 *   report()			the callback: to core, which decides what follows
 *
 * All calls on the loop thread. */
#ifndef NTP_CLIENT_H
#define NTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct clk;		/* sys/clk.h */
struct io_loop;
struct ntp_client;
struct ntp_plan;	/* ntp/plan.h */
struct ntp_report;	/* ntp/report.h */

enum { NTP_ADDRESSES_MAX = 16, NTP_PORT = 123 };

/* n 0: it has none, or nobody could say. */
typedef void ntp_resolved_cb(void *arg, const char *host, const struct addr *v, size_t n);

struct ntp_client_conf {
	struct io_loop *loop;
	const struct clk *clk;
	/* done exactly once, never before this returns, unless the client was freed before. False: not now. */
	bool (*resolve)(void *arg, const char *host, ntp_resolved_cb *done, void *done_arg);
	uint64_t (*random)(void *arg);
	void (*report)(void *arg, const struct ntp_report *r);
	void *arg;
};

/* Asks nobody until it has a plan. NULL when out of memory. */
struct ntp_client *ntp_client_new(const struct ntp_client_conf *c);
void ntp_client_free(struct ntp_client *c);	/* NULL is allowed */

/* Other sources start anew, those that stay go on. Copied. */
void ntp_client_swap(struct ntp_client *c, const struct ntp_plan *p);

/* Ask everybody now; a report with this number follows when all have answered, or 8 s later. */
void ntp_client_round(struct ntp_client *c, uint32_t number);

/* The host's clock has been, or is being, moved; total: by so much since the cell started. */
void ntp_client_moved(struct ntp_client *c, int64_t total);

#endif /* NTP_CLIENT_H */
