/* A document over HTTPS for linear code in a job's child: a GET with
 * certificate, conditions, redirects and bounds (BLK-5). Never plain HTTP, not
 * by a redirect either; every call ends by its deadline. */
#ifndef IO_FETCH_H
#define IO_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct err;
struct io_tls_client;

enum { IO_FETCH_REDIRECTS = 5, IO_FETCH_TAG_MAX = 256 };

struct io_fetch {
	const char *url;		/* "https://host[:port]/path" */
	const char *etag, *modified;	/* of the copy at hand; NULL or "" = none */
	struct addr_port resolver;	/* the name server that is asked */
	struct io_tls_client *tls;
	size_t max;			/* octets of the document, as they come and unpacked */
	unsigned deadline_s;
	/* The document, piece by piece, unpacked. */
	void (*on_data)(void *arg, const uint8_t *p, size_t n);
	/* Octets that have come so far. May be NULL. */
	void (*on_progress)(void *arg, size_t n);
	void *arg;
};

struct io_fetched {
	bool unchanged;			/* the copy at hand is still good: nothing came */
	char etag[IO_FETCH_TAG_MAX + 1], modified[IO_FETCH_TAG_MAX + 1];
	size_t bytes;
};

/* 0; ERR_REMOTE, ERR_TOO_LARGE or ERR_VALIDATION with words a person can act on. What on_data() got before a failure
 * is worthless. Anything but text or octets of no kind ("text/html" above all) is refused before a byte of it is told. */
int io_fetch(const struct io_fetch *f, struct io_fetched *out, struct err *e);

#endif /* IO_FETCH_H */
