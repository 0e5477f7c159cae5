/* Whose process is at the other end of a TCP connection within this host. */
#ifndef SYS_PEER_H
#define SYS_PEER_H

#include <sys/types.h>

struct addr_port;

/* The account that owns the socket peer, which is connected to local. 0 and *uid; -ENOENT when no
 * living socket of this host is that one. */
int peer_uid(const struct addr_port *peer, const struct addr_port *local, uid_t *uid);

#endif /* SYS_PEER_H */
