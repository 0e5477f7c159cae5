/* The loop behind struct io_loop, for the files of this folder alone. */
#ifndef IO_UV_H
#define IO_UV_H

#include <stddef.h>
#include <stdint.h>

#include <uv.h>

struct io_loop;
struct io_later;

enum { IO_LOOP_SCRATCH = 64 << 10 };

uv_loop_t *io_loop_uv(struct io_loop *l);

/* IO_LOOP_SCRATCH bytes for whoever reads a socket right now: what is in it is gone at the loop's next callback. */
uint8_t *io_loop_scratch(struct io_loop *l);

/* io/later.h is implemented on these. */
void io_loop_later_add(struct io_loop *l, struct io_later *t);
void io_loop_later_remove(struct io_loop *l, struct io_later *t);

#endif /* IO_UV_H */
