/* A TUN device: IP packets of the host in and out, each with a head of
 * IO_TUN_HEAD octets before it (struct virtio_net_hdr, little-endian) by which
 * the kernel leaves checksums and cutting to us, and we to it. Plain system
 * calls, for any thread; what a head says is wg/vnet.h's matter. Addresses, MTU
 * and "up" are set by netlink, not here. */
#ifndef IO_TUN_H
#define IO_TUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct iovec;

enum {
	IO_TUN_HEAD = 10,
	IO_TUN_PACKET_MAX = 65575	/* IPv6 counts without its head */
};

/* What the kernel hands over uncut. */
enum {
	IO_TUN_TCP = 1,
	IO_TUN_UDP = 2		/* since Linux 6.2; then it takes such packets, too */
};

/* Make the device of that name, or join it with one more queue where it has several. Needs CAP_NET_ADMIN. It goes when
 * its last fd does. The fd, not blocking, or -errno: -EBUSY when somebody else has it. */
int io_tun_open(const char *name, bool queues);

/* Take as much uncut as the kernel can give; of all queues. No privilege is needed. IO_TUN_TCP | IO_TUN_UDP as far as
 * granted, or -errno. */
int io_tun_offload(int fd);

/* One packet of at most room octets, its head apart. Its length; -EAGAIN: there is none; -EMSGSIZE: it was too long and
 * is gone; another -errno: the device is. */
int io_tun_read(int fd, uint8_t head[IO_TUN_HEAD], uint8_t *packet, size_t room);

/* One packet in pieces, the first of them its head. 0, or -errno: -EAGAIN is a full queue, -EINVAL and -EMSGSIZE a packet
 * that the kernel would not have, -EIO a device that is down. */
int io_tun_write(int fd, const struct iovec *pieces, size_t n);

#endif /* IO_TUN_H */
