/* Waiting for a descriptor in linear code of a job's child. */
#ifndef IO_WAIT_H
#define IO_WAIT_H

#include <stdint.h>

/* Until fd is ready for events (of poll(2)), deadline_ms of the monotonic clock at the latest. 0: it is, or a signal came,
 * so that the caller tries again; -ETIMEDOUT or another negative errno. */
int io_wait(int fd, short events, uint64_t deadline_ms);

#endif /* IO_WAIT_H */
