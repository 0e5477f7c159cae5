/* Which interface a connection came in by. */
#ifndef SYS_IFINDEX_H
#define SYS_IFINDEX_H

#include <stdint.h>

/* Ask for it on a listening TCP socket, before connections arrive. */
int ifindex_enable(int listen_fd);

/* The interface index that the SYN of an accepted connection arrived on; 0 = unknown. */
uint32_t ifindex_of_conn(int fd);

#endif /* SYS_IFINDEX_H */
