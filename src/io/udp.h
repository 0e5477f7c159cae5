/* Datagrams in batches on a bound socket: up to IO_UDP_BATCH read with one
 * recvmmsg, answered with one sendmmsg, no allocation per packet. The buffers
 * belong to the io_udp and are valid during the callback only. */
#ifndef IO_UDP_H
#define IO_UDP_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct io_loop;
struct io_udp;

enum { IO_UDP_BATCH = 64, IO_UDP_IN_MAX = 4096, IO_UDP_OUT_MAX = 4096 };

struct io_udp_msg {
	const uint8_t *in;	/* the datagram; longer ones are cut and have truncated set */
	uint16_t in_len;
	uint8_t *out;		/* IO_UDP_OUT_MAX bytes for the answer */
	uint16_t out_len;	/* set by the callback; 0 = no answer */
	uint8_t truncated;
	struct addr_port peer;
	struct addr local;	/* the address it was sent to (broadcast: ours there); the answer leaves from it */
	uint32_t ifindex;	/* the interface it came in by */
	int64_t stamp_ns;	/* after io_udp_stamp(): Unix time at which the kernel received it */
};

/* The whole batch: judge each message, fill out/out_len of those answered now. */
typedef void io_udp_cb(void *arg, struct io_udp_msg *msgs, size_t n);

/* fd: a bound, non-blocking UDP socket; pktinfo options are set here. The fd is owned on success. */
struct io_udp *io_udp_new(struct io_loop *l, int fd, io_udp_cb *cb, void *arg);
void io_udp_free(struct io_udp *u);

/* From now on each datagram has its stamp_ns; where the kernel gives none it is the time at which it was read. */
void io_udp_stamp(struct io_udp *u);

/* Read no more; sending goes on. */
void io_udp_mute(struct io_udp *u);

/* Send one datagram later, from local (len 0 = any) on ifindex (0 = any) to peer. Dropped silently when the socket is full: UDP. */
void io_udp_send(struct io_udp *u, const struct addr_port *peer, const struct addr *local, uint32_t ifindex,
    const void *p, size_t n);

/* The same on any interface, at the end of this turn of the loop or before: with other datagrams, so cheaper. */
void io_udp_send_soon(struct io_udp *u, const struct addr_port *peer, const struct addr *local, const void *p, size_t n);

/* Open a bound socket (core): v6 sockets are v6-only. reuseport joins the group of the edges. The fd or -errno. */
int io_udp_open(const struct addr_port *at, int reuseport);

/* A bound socket that is in no group: others of this account may join it from now on. It was bound alone, so nobody else
 * had its port. 0 or -errno. */
int io_udp_share(int fd);

/* The group that this socket is in: what begins with that octet goes to the first of it, all else to the second. 0 or
 * -errno. */
int io_udp_by_octet(int fd, uint8_t octet);

/* The group of n sockets that this one is in: what comes from one address (IPv6: one /64) goes to one of them. 0 or -errno. */
int io_udp_by_source(int fd, int v6, unsigned n);

#endif /* IO_UDP_H */
