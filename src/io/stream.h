/* A byte stream over a non-blocking descriptor, plain or TLS; its users never
 * see which. Reads come by callback into the stream's buffer; writes are
 * copied into a bounded queue. One owner; io_stream_free() from anywhere,
 * also inside a callback; no callback after it. */
#ifndef IO_STREAM_H
#define IO_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct io_loop;
struct io_stream;
struct io_tls_config;	/* io/tls.h */

enum io_stream_event {
	IO_STREAM_OPEN,		/* TLS handshake done (plain: never sent) */
	IO_STREAM_EOF,		/* the peer ended its direction properly */
	IO_STREAM_DRAINED,	/* the write queue fell below the low-water mark after io_stream_write said full */
	IO_STREAM_ERROR		/* broken; nothing more will come; io_stream_error() says why */
};

struct io_stream_ops {
	/* n bytes at p, valid during the call. The number consumed; less than n keeps the rest
	 * and pauses reading until io_stream_resume(). */
	size_t (*on_data)(void *arg, const uint8_t *p, size_t n);
	void (*on_event)(void *arg, enum io_stream_event ev);
};

enum { IO_STREAM_QUEUE_MAX = 1 << 20, IO_STREAM_LOW_WATER = 64 << 10 };

/* fd is owned on success. tls NULL = plain. NULL on failure (fd untouched). */
struct io_stream *io_stream_new(struct io_loop *l, int fd, const struct io_tls_config *tls,
    const struct io_stream_ops *ops, void *arg);

/* A client connection to an address: connects, then behaves as above; IO_STREAM_OPEN also for plain. */
struct addr_port;
struct io_stream *io_stream_connect(struct io_loop *l, const struct addr_port *to,
    const struct io_stream_ops *ops, void *arg);

/* The same with TLS, to the server that must prove to be name (io/tls_client.h): IO_STREAM_OPEN once it has. */
struct io_tls_client;
struct io_stream *io_stream_connect_tls(struct io_loop *l, const struct addr_port *to,
    struct io_tls_client *tls, const char *name, const struct io_stream_ops *ops, void *arg);

void io_stream_free(struct io_stream *s);	/* drops what is unsent; NULL is allowed */

/* Send what is queued, then close the sending direction (TLS: close_notify first), then IO_STREAM_EOF or ERROR still come. */
void io_stream_finish(struct io_stream *s);

/* Queue n bytes. 0; 1 = taken but above the low-water mark (wait for IO_STREAM_DRAINED);
 * -ENOSPC = nothing taken, the queue is full; -EPIPE after an error or finish. */
int io_stream_write(struct io_stream *s, const void *p, size_t n);

/* Collect what is written from here on, so that pieces known one after the other go in one packet and record:
 * sent by io_stream_push(), or on the next turn of the loop, or when it has become much. */
void io_stream_hold(struct io_stream *s);
void io_stream_push(struct io_stream *s);

void io_stream_pause(struct io_stream *s);	/* stop reading: back-pressure */
void io_stream_resume(struct io_stream *s);	/* may call on_data from the loop, never before it returns */
void io_stream_hear_out(struct io_stream *s);	/* from now on: what came before it broke is given to the owner first */
void io_stream_rest(struct io_stream *s);	/* the owner expects nothing for a while: what is not needed goes back */
size_t io_stream_queued(const struct io_stream *s);
bool io_stream_is_full(const struct io_stream *s);	/* IO_STREAM_DRAINED is to come */
int io_stream_error(const struct io_stream *s);	/* negative errno, 0 = none; io_tls_error_text() has words */

/* SNI name that was sent, or NULL (plain, none). */
const char *io_stream_server_name(const struct io_stream *s);

/* What both sides agreed to speak inside TLS (ALPN); "": nothing was said. */
const char *io_stream_protocol(const struct io_stream *s);

#endif /* IO_STREAM_H */
