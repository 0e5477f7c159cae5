/* The address of a document: "https://host[:port][/path]". */
#ifndef IO_URL_H
#define IO_URL_H

#include <stdbool.h>
#include <stdint.h>

enum { IO_URL_MAX = 2048 };

struct io_url {
	bool plain;			/* "http://" */
	char host[254];
	uint16_t port;
	const char *path;		/* within the text, "" = "/" */
};

/* False: NULL, not https (nor, with plain_too, http), no host name of two labels, a user in it, or something that ends a
 * line or a word. */
bool io_url_read(const char *text, bool plain_too, struct io_url *out);

/* The port when no other is written. */
uint16_t io_url_usual_port(const struct io_url *u);

#endif /* IO_URL_H */
