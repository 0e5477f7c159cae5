/* A host name's addresses for linear code in a job's child, which has no
 * resolver configuration: one name server that it is told of, asked over UDP
 * (RFC 1035). Aliases are followed by the server. */
#ifndef IO_RESOLVE_H
#define IO_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

enum { IO_RESOLVE_QUERY_MAX = 12 + 255 + 4 };

/* The addresses of name, IPv6 ones last, at most max; their number. By deadline_ms of the monotonic clock.
 * -ENOENT: there is none; -EINVAL: no host name; -ETIMEDOUT, or another negative errno. */
int io_resolve(const struct addr_port *server, const char *name, struct addr *out, size_t max, uint64_t deadline_ms);

/* The question as it is sent; its length, 0: name is none. */
size_t io_resolve_query(uint8_t out[IO_RESOLVE_QUERY_MAX], uint16_t id, const char *name, uint16_t type);

/* The addresses of that type in an answer to q of n octets, at most max; their number. -EBADMSG: it is no answer to it;
 * -ENOENT: there is no such name; -EAGAIN: the server cannot tell. */
int io_resolve_answer(const uint8_t *q, size_t n, const uint8_t *p, size_t len, struct addr *out, size_t max);

#endif /* IO_RESOLVE_H */
