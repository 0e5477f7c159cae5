/* Which socket of a group a datagram goes to; see udp.h. The kernel's own choice
 * takes the port into account, and so scatters one client over all of them. */
#include "io/udp.h"

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>

#include <linux/filter.h>

#ifndef SO_ATTACH_REUSEPORT_CBPF
#define SO_ATTACH_REUSEPORT_CBPF 51
#endif

enum { SOURCE4 = 12, SOURCE6 = 8 };	/* offsets in the IP header */

/* Odd, half of its bits set: its high bits depend on all bits of what is multiplied. */
static const uint32_t MIX = 0x9e3779b1;

int
io_udp_by_source(int fd, int v6, unsigned n)
{
	const uint32_t at = (uint32_t)SKF_NET_OFF + (v6 ? SOURCE6 : SOURCE4);
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, v6 ? at + 4 : at),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at),
		BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, MIX),
		BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
		BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, MIX),
		BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 16),
		BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, n == 0 ? 1 : n),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	const struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program)) < 0 ? -errno : 0;
}

int
io_udp_share(int fd)
{
	const int one = 1;

	return setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one)) < 0 ? -errno : 0;
}

/* What is cut before its first octet ends the program with 0, too. */
int
io_udp_by_octet(int fd, uint8_t octet)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, octet, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, 1),
	};
	const struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program)) < 0 ? -errno : 0;
}
