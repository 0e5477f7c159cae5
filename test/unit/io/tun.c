/* TUN devices (VPN-2) in a network namespace of the test's own; skipped where none can be made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "io/tun.h"

enum { PACKET = 20 + 8 + 100, PATIENCE_MS = 10000 };

static const char name[] = "tun-test", ours[] = "10.9.8.1", other[] = "10.9.8.2";

static int
enter(void **state)
{
	int fd;

	(void)state;
	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return 0;
	fd = io_tun_open(name, false);
	if (fd >= 0)
		close(fd);
	*state = fd >= 0 ? (void *)(uintptr_t)1 : NULL;
	return 0;
}

static void
need_it(void *const *state)
{
	if (*state == NULL)
		skip();
}

static struct ifreq
request(const char *address)
{
	struct ifreq r;
	struct sockaddr_in sa = { .sin_family = AF_INET };

	memset(&r, 0, sizeof(r));
	memcpy(r.ifr_name, name, sizeof(name));
	if (address != NULL) {
		assert_int_equal(inet_pton(AF_INET, address, &sa.sin_addr), 1);
		memcpy(&r.ifr_addr, &sa, sizeof(sa));
	} else {
		r.ifr_flags = IFF_UP;
	}
	return r;
}

/* A device that is up, and a socket that talks to the network behind it. */
static int
open_up(int *sock)
{
	const int fd = io_tun_open(name, false);
	struct ifreq address = request(ours), mask = request("255.255.255.0"), up = request(NULL);

	assert_true(fd >= 0);
	*sock = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_true(*sock >= 0);
	assert_int_equal(ioctl(*sock, SIOCSIFADDR, &address), 0);
	assert_int_equal(ioctl(*sock, SIOCSIFNETMASK, &mask), 0);
	assert_int_equal(ioctl(*sock, SIOCSIFFLAGS, &up), 0);
	return fd;
}

static void
opens_once_or_in_queues(void **state)
{
	int a, b;

	need_it(state);
	assert_int_equal(io_tun_open("", false), -EINVAL);
	assert_int_equal(io_tun_open("a-name-that-is-too-long", false), -EINVAL);
	a = io_tun_open(name, false);
	assert_true(a >= 0);
	assert_int_equal(io_tun_open(name, false), -EBUSY);
	close(a);
	a = io_tun_open(name, true);
	b = io_tun_open(name, true);
	assert_true(a >= 0 && b >= 0);
	assert_true((io_tun_offload(a) & IO_TUN_TCP) != 0);
	close(a);
	close(b);
	assert_int_equal(if_nametoindex(name), 0);	/* it went with them */
}

static void
tells_a_device_that_is_down(void **state)
{
	uint8_t head[IO_TUN_HEAD] = { 0 }, packet[PACKET] = { 0x45 };
	const struct iovec pieces[] = { { head, sizeof(head) }, { packet, sizeof(packet) } };
	int fd;

	need_it(state);
	fd = io_tun_open(name, false);
	assert_true(fd >= 0);
	assert_int_equal(io_tun_write(fd, pieces, 2), -EIO);
	close(fd);
	assert_int_equal(io_tun_write(fd, pieces, 2), -EBADF);
	assert_int_equal(io_tun_read(fd, head, packet, sizeof(packet)), -EBADF);
}

static void
wait_for(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
}

/* The next packet of the socket's; the stack also says things of its own, by IPv6. */
static int
next4(int fd, uint8_t *head, uint8_t *packet, size_t room)
{
	int n;

	do {
		wait_for(fd);
		n = io_tun_read(fd, head, packet, room);
	} while (n > 0 && packet[0] >> 4 == 6);
	return n;
}

static void
reads_what_the_host_sends(void **state)
{
	const struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = inet_addr(other) };
	uint8_t head[IO_TUN_HEAD], packet[2048], text[100];
	int fd, sock, n;

	need_it(state);
	fd = open_up(&sock);
	memset(text, 0x77, sizeof(text));
	assert_true((io_tun_offload(fd) & IO_TUN_TCP) != 0);
	assert_int_equal(sendto(sock, text, sizeof(text), 0, (const struct sockaddr *)&to, sizeof(to)), sizeof(text));
	assert_int_equal(next4(fd, head, packet, sizeof(packet)), PACKET);
	assert_memory_equal(packet + 28, text, sizeof(text));
	assert_int_equal(head[0], 1);			/* its checksum is ours to make: little-endian from 20, at 6 */
	assert_int_equal(head[6] | head[7] << 8, 20);
	assert_int_equal(head[8] | head[9] << 8, 6);
	while ((n = io_tun_read(fd, head, packet, sizeof(packet))) > 0)
		;
	assert_int_equal(n, -EAGAIN);
	assert_int_equal(sendto(sock, text, sizeof(text), 0, (const struct sockaddr *)&to, sizeof(to)), sizeof(text));
	assert_int_equal(next4(fd, head, packet, PACKET - 1), -EMSGSIZE);
	assert_int_equal(sendto(sock, text, sizeof(text), 0, (const struct sockaddr *)&to, sizeof(to)), sizeof(text));
	assert_int_equal(next4(fd, head, packet, PACKET), PACKET);
	close(sock);
	close(fd);
}

static void
writes_what_comes_in_pieces(void **state)
{
	uint8_t head[IO_TUN_HEAD] = { 0 }, text[60] = { 1, 2, 3 }, got[100];
	uint8_t heads[28] = { 0x45, 0, 0, 88, 0, 0, 0, 0, 64, 17, 0, 0, 10, 9, 8, 2, 10, 9, 8, 1, 0, 9, 0, 0, 0, 68 };
	const struct iovec pieces[] = { { head, sizeof(head) }, { heads, sizeof(heads) }, { text, 20 }, { text + 20, 40 } };
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	uint32_t sum = 0;
	int fd, sock;
	size_t i;

	need_it(state);
	fd = open_up(&sock);
	assert_int_equal(bind(sock, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(sock, (struct sockaddr *)&at, &len), 0);
	memcpy(heads + 22, &at.sin_port, 2);
	for (i = 0; i < 20; i += 2)
		sum += (uint32_t)(heads[i] << 8 | heads[i + 1]);
	sum = 0xffff - (sum % 0xffff);
	heads[10] = (uint8_t)(sum >> 8);
	heads[11] = (uint8_t)sum;
	assert_int_equal(io_tun_write(fd, pieces, 4), 0);
	wait_for(sock);
	assert_int_equal(recv(sock, got, sizeof(got), 0), sizeof(text));
	assert_memory_equal(got, text, sizeof(text));
	head[1] = 99;				/* no kind of anything */
	assert_int_equal(io_tun_write(fd, pieces, 4), -EINVAL);
	close(sock);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_once_or_in_queues),
		cmocka_unit_test(tells_a_device_that_is_down),
		cmocka_unit_test(reads_what_the_host_sends),
		cmocka_unit_test(writes_what_comes_in_pieces),
	};

	return cmocka_run_group_tests(tests, enter, NULL);
}
