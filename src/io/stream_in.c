/* What comes into a stream; see stream_set.h. */
#include "io/stream_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/sock.h"
#include "io/tls_engine.h"

enum {
	READS_MAX = 4,			/* per turn, so that one fast sender does not starve the rest */
	RECORDS_MAX = 32 << 10		/* octets of records in one read; what a paused owner leaves of them stays in memory */
};

/* --- receiving ------------------------------------------------------------------ */

/* Keep what was left; it may lie in rest itself. */
static void
keep_rest(struct io_stream *s, const uint8_t *p, size_t n)
{
	if (s->rest == NULL) {
		s->rest = malloc(n);
		if (s->rest == NULL) {
			io_stream_fail(s, -ENOMEM);
			return;
		}
	}
	memmove(s->rest, p, n);
	s->nrest = n;
}

void
io_stream_drop_rest(struct io_stream *s)
{
	free(s->rest);
	s->rest = NULL;
	s->nrest = 0;
}

/* Give the owner n plain bytes. False when it is gone or wants no more now. */
static bool
deliver(struct io_stream *s, const uint8_t *p, size_t n)
{
	size_t took = s->ops->on_data(s->arg, p, n);

	if (io_stream_is_closing(s))
		return false;
	if (took < n) {
		keep_rest(s, p + took, n - took);
		s->paused = true;
	}
	return took >= n && !s->paused;
}

static bool
deliver_rest(struct io_stream *s)
{
	size_t n = s->nrest;
	bool more;

	if (s->rest == NULL)
		return true;
	s->nrest = 0;
	more = deliver(s, s->rest, n);
	if (io_stream_is_closing(s))
		return false;
	if (s->nrest == 0)
		io_stream_drop_rest(s);
	return more;
}

/* One read from the socket. The count; 0 at its end (eof is set), when it is empty, or broken. */
static size_t
receive(struct io_stream *s, uint8_t *p, size_t n)
{
	ssize_t k = io_sock_receive(s->fd, p, n);

	if (k > 0)
		return (size_t)k;
	if (k == 0 || s->cut < 0)
		s->eof = true;		/* all was read of what there is */
	else if (k != -EAGAIN)
		io_stream_fail(s, (int)k);
	return 0;
}

static void
read_plain(struct io_stream *s)
{
	uint8_t *p = io_loop_scratch(s->loop);
	size_t n;
	int i;

	if (s->paused || !deliver_rest(s))
		return;
	for (i = 0; i < READS_MAX && !s->eof; i++) {
		n = receive(s, p, IO_LOOP_SCRATCH);
		if (n == 0 || !deliver(s, p, n) || n < IO_LOOP_SCRATCH)
			return;
	}
}

bool
io_stream_tell_open(struct io_stream *s)
{
	if (s->opened || !io_tls_is_open(s->tls))
		return true;
	s->opened = true;
	return io_stream_tell(s, IO_STREAM_OPEN);
}

/* Text that the engine holds; what the owner does not take stays there. */
static bool
deliver_text(struct io_stream *s)
{
	const uint8_t *p;
	size_t n, took;

	if (!io_stream_tell_open(s))
		return false;
	while (!s->paused && (n = io_tls_text_in(s->tls, &p)) > 0) {
		took = s->ops->on_data(s->arg, p, n);
		if (io_stream_is_closing(s))
			return false;
		io_tls_text_taken(s->tls, took);
		if (took < n)
			s->paused = true;
	}
	return true;
}

/* The handshake goes on however long the owner pauses; but each of its answers
 * is out before the next record is looked at. Browsers send their request right
 * behind their Finished (RFC 7918), and the engine refuses data before it
 * has sent its own. */
bool
io_stream_wants_records(struct io_stream *s)
{
	const uint8_t *out;
	uint8_t *p;
	bool open = io_tls_is_open(s->tls);

	if (s->eof || s->error < 0 || (open && s->paused))
		return false;
	return (open || io_tls_record_out(s->tls, &out) == 0) && io_tls_record_room(s->tls, &p) > 0;
}

/* Hand the engine what it takes of n bytes, and the owner their text; how many those were. SIZE_MAX: the stream is gone. */
static size_t
feed(struct io_stream *s, const uint8_t *p, size_t n)
{
	size_t room, done = 0;
	uint8_t *to;

	if (s->held)
		io_tls_flush(s->tls);	/* a record that comes may have to be answered by one of another kind */
	while (done < n && io_stream_wants_records(s)) {
		room = io_tls_record_room(s->tls, &to);
		if (room > n - done)
			room = n - done;
		memcpy(to, p + done, room);
		io_tls_record_came(s->tls, room);
		done += room;
		if (!deliver_text(s))
			return SIZE_MAX;
	}
	return done;
}

/* The same with what was left over before. False: there still is some, or the stream is gone. */
static bool
feed_rest(struct io_stream *s)
{
	uint8_t *rest = s->rest;
	size_t took;

	if (rest == NULL)
		return true;
	took = feed(s, rest, s->nrest);
	if (took == SIZE_MAX)
		return false;
	s->nrest -= took;
	memmove(rest, rest + took, s->nrest);
	if (s->nrest > 0)
		return false;
	io_stream_drop_rest(s);
	return true;
}

/* Records are read many at a time, not head and body of each for itself. */
static void
read_tls(struct io_stream *s)
{
	uint8_t *p = io_loop_scratch(s->loop);
	size_t n, took;
	int i;

	if (!deliver_text(s) || !feed_rest(s))
		return;
	for (i = 0; i < READS_MAX && io_stream_wants_records(s); i++) {
		n = receive(s, p, RECORDS_MAX);
		took = feed(s, p, n);
		if (took == SIZE_MAX)
			return;
		if (took < n)
			keep_rest(s, p + took, n - took);
		if (n < RECORDS_MAX)
			return;
	}
}

void
io_stream_read(struct io_stream *s)
{
	if (s->tls != NULL)
		read_tls(s);
	else
		read_plain(s);
}
