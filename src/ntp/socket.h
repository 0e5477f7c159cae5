/* A socket for one question: connected, so that only its server is heard, on a
 * port that the kernel picks at random (RFC 9109). */
#ifndef NTP_SOCKET_H
#define NTP_SOCKET_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct addr_port;

/* The descriptor, or a negative errno: -ELOOP where the question would go to this host. */
int ntp_socket_open(const struct addr_port *to);
void ntp_socket_close(int fd);		/* -1 is allowed */

int ntp_socket_send(int fd, const void *p, size_t n);	/* 0 or a negative errno */

/* One datagram, and when the kernel received it (Unix nanoseconds). The count, or a negative errno. */
ssize_t ntp_socket_receive(int fd, void *p, size_t size, int64_t *wall);

#endif /* NTP_SOCKET_H */
