/* TUN devices; see tun.h. */
#include "io/tun.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/if_tun.h>

#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

static int
attach(int fd, const char *name, bool queues)
{
	const int head = IO_TUN_HEAD, one = 1;
	struct ifreq r;
	size_t n = strlen(name);

	memset(&r, 0, sizeof(r));
	if (n == 0 || n >= sizeof(r.ifr_name))
		return -EINVAL;
	memcpy(r.ifr_name, name, n);
	r.ifr_flags = (short)(IFF_TUN | IFF_NO_PI | IFF_VNET_HDR | (queues ? IFF_MULTI_QUEUE : 0));
	if (ioctl(fd, TUNSETIFF, &r) < 0 || ioctl(fd, TUNSETVNETHDRSZ, &head) < 0 || ioctl(fd, TUNSETVNETLE, &one) < 0)
		return -errno;
	return 0;
}

int
io_tun_open(const char *name, bool queues)
{
	const int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	int error;

	if (fd < 0)
		return -errno;
	error = attach(fd, name, queues);
	if (error == 0)
		return fd;
	(void)close(fd);	/* the first error is the one to tell */
	return error;
}

int
io_tun_offload(int fd)
{
	static const struct {
		unsigned flags;
		int result;
	} wishes[] = {
		{ TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN | TUN_F_USO4 | TUN_F_USO6, IO_TUN_TCP | IO_TUN_UDP },
		{ TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN, IO_TUN_TCP },
		{ 0, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++)
		if (ioctl(fd, TUNSETOFFLOAD, (unsigned long)wishes[i].flags) == 0)
			return wishes[i].result;
	return -errno;
}

/* One octet more than there is room for tells a packet that was cut. */
int
io_tun_read(int fd, uint8_t head[IO_TUN_HEAD], uint8_t *packet, size_t room)
{
	uint8_t more;
	const struct iovec to[] = { { head, IO_TUN_HEAD }, { packet, room }, { &more, 1 } };
	const ssize_t n = readv(fd, to, 3);

	if (n < 0)
		return -errno;
	if (n < IO_TUN_HEAD)
		return -EIO;
	return (size_t)n > IO_TUN_HEAD + room ? -EMSGSIZE : (int)(n - IO_TUN_HEAD);
}

int
io_tun_write(int fd, const struct iovec *pieces, size_t n)
{
	return writev(fd, pieces, (int)n) < 0 ? -errno : 0;
}
