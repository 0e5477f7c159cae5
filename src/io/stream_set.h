/* What the parts of a stream share: stream.c (driver, life, telling), stream_in.c (receiving) and stream_out.c
 * (sending). Nobody else includes this. */
#ifndef IO_STREAM_SET_H
#define IO_STREAM_SET_H

#include "io/later.h"
#include "io/queue.h"
#include "io/stream.h"
#include "io/uv.h"

struct io_tls_engine;

struct io_stream {
	uv_poll_t poll;
	struct io_loop *loop;
	int fd;
	int armed;			/* UV_READABLE | UV_WRITABLE */
	bool unwanted;			/* it was readable, and nobody reads */
	const struct io_stream_ops *ops;
	void *arg;
	struct io_tls_engine *tls;	/* NULL: plain */
	struct io_queue out;		/* plain text that waits */
	uint8_t *rest;			/* plain: what the owner did not take; TLS: what the engine did not, yet */
	size_t nrest;
	struct io_later later, release;	/* a turn; the end of holding back */
	int error, cut;			/* cut: nothing goes out any more, and that is the error once all is read */
	bool hears_out;
	bool connecting, opened;
	bool paused;
	bool eof, eof_told, error_told;
	bool held;			/* writes are collected */
	bool full;			/* the owner waits for IO_STREAM_DRAINED */
	bool finish, finished;		/* wanted; done */
};

static inline bool
io_stream_is_closing(const struct io_stream *s)
{
	return uv_is_closing((const uv_handle_t *)&s->poll) != 0;
}

static inline void
io_stream_fail(struct io_stream *s, int error)
{
	if (s->error == 0)
		s->error = error;
}

static inline bool
io_stream_is_cut(const struct io_stream *s)
{
	return s->error < 0 || s->cut < 0;
}

/* --- stream.c --- */

void io_stream_cut(struct io_stream *s, int error);		/* by the other side */
bool io_stream_tell(struct io_stream *s, enum io_stream_event ev);	/* false: the owner has freed the stream in it */
void io_stream_settle(struct io_stream *s);			/* after a call of the owner's: nothing is told inside it */

/* --- stream_in.c --- */

/* What came, to the owner, as long as it takes it. The stream may be closing then. */
void io_stream_read(struct io_stream *s);
bool io_stream_tell_open(struct io_stream *s);	/* TLS: as io_stream_tell() */
bool io_stream_wants_records(struct io_stream *s);
void io_stream_drop_rest(struct io_stream *s);

/* --- stream_out.c --- */

void io_stream_send_all(struct io_stream *s);	/* as far as it goes, unless it is held */

#endif /* IO_STREAM_SET_H */
