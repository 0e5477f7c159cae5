/* One TLS connection as a machine without I/O: records go in and out on one
 * side, plain text on the other. stream.c turns the crank, and tls_call.c. */
#ifndef IO_TLS_ENGINE_H
#define IO_TLS_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Made by io_tls_server_new() or io_tls_client_engine(). */
struct io_tls_engine;

void io_tls_engine_free(struct io_tls_engine *t);	/* wipes; NULL is allowed */

/* The four ends: how many bytes can be put or taken at *p right now (0 = none), and that n of them were. */
size_t io_tls_record_room(struct io_tls_engine *t, uint8_t **p);	/* from the network */
void io_tls_record_came(struct io_tls_engine *t, size_t n);
size_t io_tls_record_out(struct io_tls_engine *t, const uint8_t **p);	/* to the network */
void io_tls_record_sent(struct io_tls_engine *t, size_t n);
size_t io_tls_text_in(struct io_tls_engine *t, const uint8_t **p);	/* for the owner */
void io_tls_text_taken(struct io_tls_engine *t, size_t n);
size_t io_tls_text_room(struct io_tls_engine *t, uint8_t **p);		/* from the owner */
void io_tls_text_put(struct io_tls_engine *t, size_t n);
size_t io_tls_text_held(const struct io_tls_engine *t);			/* put, in no record yet */

void io_tls_flush(struct io_tls_engine *t);	/* make a record of what was put */
void io_tls_finish(struct io_tls_engine *t);	/* send close_notify after it */

/* Nothing will happen for a while: if nothing is under way, the buffer's memory goes back until it is needed again. */
void io_tls_rest(struct io_tls_engine *t);

bool io_tls_is_open(struct io_tls_engine *t);	/* the handshake is done */
bool io_tls_is_over(const struct io_tls_engine *t);	/* nothing goes in or out any more */
/* Over because of: 0 = both sides said good-bye; else what io_tls_error_text() has words for. */
int io_tls_error(const struct io_tls_engine *t);
const char *io_tls_protocol(const struct io_tls_engine *t);	/* ALPN; "": none was chosen */
const char *io_tls_server_name(const struct io_tls_engine *t);	/* lower case, or NULL */

#endif /* IO_TLS_ENGINE_H */
