/* Stream listeners: TCP and Unix. */
#ifndef IO_LISTEN_H
#define IO_LISTEN_H

#include <sys/types.h>

#include "base/addr.h"

struct io_loop;
struct io_listen;

/* A new connection; fd is non-blocking, close-on-exec and belongs to the callee. peer and local have len 0 on Unix sockets. */
typedef void io_accept_cb(void *arg, int fd, const struct addr_port *peer, const struct addr_port *local);

/* Accept on a listening fd (borrowed: core keeps its own copy). Out of descriptors: pauses 100 ms, keeps listening. */
struct io_listen *io_listen_new(struct io_loop *l, int fd, io_accept_cb *cb, void *arg);
void io_listen_free(struct io_listen *s);

/* Open listening sockets (core): v6 is v6-only, SO_REUSEADDR, TCP_NODELAY inherited. The fd or -errno. */
int io_listen_tcp(const struct addr_port *at);
int io_listen_unix(const char *path, mode_t mode, gid_t gid);	/* replaces a stale socket; at no moment one that refuses */

/* Credentials of a Unix peer; -errno on failure. */
int io_peer_uid(int fd, uid_t *uid, gid_t *gid);

#endif /* IO_LISTEN_H */
