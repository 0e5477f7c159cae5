/* The reply to one HTTP/1.1 request, octet by octet (RFC 9112): the head that
 * matters, then the body by length, in chunks, or to the end of the
 * connection. For io/exchange.h; pure, bounded. */
#ifndef IO_REPLY_H
#define IO_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IO_REPLY_HEAD_MAX = 16 << 10, IO_REPLY_LINE_MAX = 4096 };

enum io_reply_step { IO_REPLY_MORE, IO_REPLY_DONE, IO_REPLY_BAD };

/* A header that somebody asks for. Its value lands in value[size]: "" when the reply has none or one that is too long;
 * the last of several. */
struct io_wanted {
	const char *name;
	char *value;
	size_t size;
};

struct io_reply {
	int status;
	bool gzip;		/* of the content */
	bool coded;		/* in another way */

	/* Body octets; false: enough, the reply is IO_REPLY_BAD. Not called before the head is complete. */
	bool (*on_body)(void *arg, const uint8_t *p, size_t n);
	void *arg;

	/* set after io_reply_init(), if at all */
	const struct io_wanted *wanted;
	size_t nwanted;
	bool to_head;		/* the request was a HEAD: whatever the head says, no body follows (RFC 9110 9.3.2) */

	/* the reader's own */
	int state;
	bool chunked, length_known;
	uint64_t left;		/* of the body or the chunk */
	size_t head;		/* octets of lines so far */
	size_t n;
	char line[IO_REPLY_LINE_MAX];
};

void io_reply_init(struct io_reply *r, bool (*on_body)(void *arg, const uint8_t *p, size_t n), void *arg);

/* The next n octets. What follows IO_REPLY_DONE is not looked at. */
enum io_reply_step io_reply_feed(struct io_reply *r, const uint8_t *p, size_t n);

/* The connection has ended properly: was that the end of the reply? */
bool io_reply_is_whole(const struct io_reply *r);

#endif /* IO_REPLY_H */
