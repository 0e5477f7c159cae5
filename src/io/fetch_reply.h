/* The reply to one HTTP/1.1 GET, octet by octet (RFC 9112): the head that
 * matters, then the body by length, in chunks, or to the end of the
 * connection. For io/fetch.h alone; pure, bounded. */
#ifndef IO_FETCH_REPLY_H
#define IO_FETCH_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FETCH_HEAD_MAX = 16 << 10, FETCH_LINE_MAX = 4096, FETCH_URL_MAX = 2048, FETCH_TAG_MAX = 256, FETCH_TYPE_MAX = 128
};

enum fetch_step { FETCH_MORE, FETCH_DONE, FETCH_BAD };

struct fetch_reply {
	int status;
	char location[FETCH_URL_MAX + 1], etag[FETCH_TAG_MAX + 1], modified[FETCH_TAG_MAX + 1], type[FETCH_TYPE_MAX + 1];
	bool gzip;		/* of the content */
	bool coded;		/* in another way, which we did not ask for */

	/* Body octets; false: enough, the reply is FETCH_BAD. Not called before the head is complete. */
	bool (*on_body)(void *arg, const uint8_t *p, size_t n);
	void *arg;

	/* the reader's own */
	int state;
	bool chunked, length_known;
	uint64_t left;		/* of the body or the chunk */
	size_t head;		/* octets of lines so far */
	size_t n;
	char line[FETCH_LINE_MAX];
};

void fetch_reply_init(struct fetch_reply *r, bool (*on_body)(void *arg, const uint8_t *p, size_t n), void *arg);

/* The next n octets. What follows FETCH_DONE is not looked at. */
enum fetch_step fetch_reply_feed(struct fetch_reply *r, const uint8_t *p, size_t n);

/* The connection has ended properly: was that the end of the reply? */
bool fetch_reply_is_whole(const struct fetch_reply *r);

#endif /* IO_FETCH_REPLY_H */
