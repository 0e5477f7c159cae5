/* A name service of one address, and sockets at free ports of loopback. */
#ifndef TEST_IO_NAMES_H
#define TEST_IO_NAMES_H

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

/* A socket of that type at a free port. */
static inline int
bound(int type, uint16_t *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, type, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
	*port = ntohs(at.sin_port);
	return fd;
}

/* Every name is at 127.0.0.1, and nowhere else. */
static inline void
resolve_all(int fd)
{
	static const uint8_t answer[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1 };
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	uint8_t m[512 + sizeof(answer)];
	ssize_t n;

	while ((n = recvfrom(fd, m, 512, 0, (struct sockaddr *)&from, &len)) > 16) {
		m[2] = 0x81;
		m[7] = m[n - 3] == 1;
		memcpy(m + n, answer, sizeof(answer));
		(void)sendto(fd, m, (size_t)n + (m[7] ? sizeof(answer) : 0), 0, (struct sockaddr *)&from, len);
	}
}

#endif /* TEST_IO_NAMES_H */
