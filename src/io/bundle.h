/* Datagrams by the row, as a tunnel has them: many of one length to one address
 * leave as one send, which the kernel cuts (UDP_SEGMENT, Linux 4.18), and what
 * came from one address in one go is read as one (UDP_GRO, Linux 5.0); several
 * of these with one system call. Plain system calls, for any thread; io/udp.h is
 * for servers that answer each datagram. */
#ifndef IO_BUNDLE_H
#define IO_BUNDLE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/addr.h"

enum {
	IO_BUNDLE_BATCH = 16,		/* sends or reads of one call */
	IO_BUNDLE_ROW = 64,		/* datagrams of one send or read at most: the kernel's limit */
	IO_BUNDLE_ROOM = 65536 + 320	/* octets for one read; 64 KiB apart, all would begin in the same few cache sets */
};

/* On a bound socket: ask for local addresses and, where the kernel can, for rows; make room for bursts (all that is
 * asked with CAP_NET_ADMIN, else what the system allows). 0 or -errno. */
int io_bundle_prepare(int fd);

/* --- out ----------------------------------------------------------------------------------- */

/* A row of any length to one address, in order. */
struct io_bundle {
	struct addr_port to;
	struct addr from;	/* leaves from this address; len 0: from any. Emptied when it is no longer ours */
	struct iovec *row;	/* moves on as they are sent, as n becomes less */
	size_t n;
	int error;		/* of the last one that could not go */
};

struct io_bundle_out {
	int fd;
	bool single;		/* this way out cannot cut */
	unsigned used;
	struct mmsghdr heads[IO_BUNDLE_BATCH];
	uint16_t counts[IO_BUNDLE_BATCH];	/* datagrams of each */
	struct io_bundle *of[IO_BUNDLE_BATCH];
	struct sockaddr_storage names[IO_BUNDLE_BATCH];
	union {
		struct cmsghdr align;
		uint8_t octets[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(uint16_t))];
	} controls[IO_BUNDLE_BATCH];
};

void io_bundle_out_init(struct io_bundle_out *o, int fd);

/* Send all of the n bundles. 0, or -EAGAIN: the socket is full, and what is left of them can be given again. A datagram that
 * cannot go (no route, too long) is passed over. What cannot go in a row goes by itself: nothing is lost for it. */
int io_bundle_send(struct io_bundle_out *o, struct io_bundle *b, size_t n);

/* --- in ------------------------------------------------------------------------------------ */

/* What was read: datagrams of each octets, the last one may have less, at p and behind each other. */
struct io_bundle_got {
	uint8_t *p;
	size_t n;
	size_t each;
	struct addr_port from;
	struct addr local;	/* the address that they were sent to */
};

struct io_bundle_in {
	int fd;
	struct mmsghdr heads[IO_BUNDLE_BATCH];
	struct iovec iovs[IO_BUNDLE_BATCH];
	struct sockaddr_storage names[IO_BUNDLE_BATCH];
	union {
		struct cmsghdr align;
		uint8_t octets[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(int))];
	} controls[IO_BUNDLE_BATCH];
};

/* room: IO_BUNDLE_BATCH times IO_BUNDLE_ROOM octets of the caller. */
void io_bundle_in_init(struct io_bundle_in *in, int fd, uint8_t *room);

/* At most IO_BUNDLE_BATCH of them, whose octets are the caller's until the next call. How many, or -errno; -EAGAIN: none. */
int io_bundle_receive(struct io_bundle_in *in, struct io_bundle_got got[IO_BUNDLE_BATCH]);

#endif /* IO_BUNDLE_H */
