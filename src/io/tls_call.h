/* A TLS client connection for linear code in a job's child: the same engine
 * and anchors as io_stream_connect_tls(), turned by calls that wait. Every call
 * ends by the deadline. */
#ifndef IO_TLS_CALL_H
#define IO_TLS_CALL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct io_tls_call;
struct io_tls_client;

/* Shake hands over the connected socket fd (borrowed, blocking or not), with
 * the server that must prove to be name. deadline_ms counts on the monotonic
 * clock of sys/clk.h. 0 and *out, or a negative errno: -ETIMEDOUT, or what
 * io_tls_error_text() has words for. */
int io_tls_call_open(struct io_tls_call **out, int fd, struct io_tls_client *c, const char *name,
    uint64_t deadline_ms);

/* Another deadline from here on. */
void io_tls_call_until(struct io_tls_call *t, uint64_t deadline_ms);

/* All n bytes: 0 or a negative errno. */
int io_tls_call_write(struct io_tls_call *t, const void *p, size_t n);

/* At least one byte and at most n > 0: their number; 0: the server has ended the
 * connection properly; a negative errno, -ECONNRESET for an end that is none. */
ssize_t io_tls_call_read(struct io_tls_call *t, void *p, size_t n);

/* Says good-bye if that can be done at once. fd stays open. NULL is allowed. */
void io_tls_call_close(struct io_tls_call *t);

#endif /* IO_TLS_CALL_H */
