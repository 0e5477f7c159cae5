/* One step on a TCP or local socket, which never waits: what streams and calls have in common. */
#ifndef IO_SOCK_H
#define IO_SOCK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct addr_port;

/* A socket that connects, owned by the caller, or a negative errno. Once it can be written, io_sock_error() says how it went. */
int io_sock_connect(const struct addr_port *to);

/* What has happened to it: 0 or a negative errno, told once. */
int io_sock_error(int fd);

/* The count, or a negative errno, of which -EAGAIN is: not now. */
ssize_t io_sock_send(int fd, const void *p, size_t n);
ssize_t io_sock_receive(int fd, void *p, size_t n);	/* 0: its end */

#endif /* IO_SOCK_H */
