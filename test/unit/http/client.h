/* A raw client for tests of servers: what was sent is chosen byte by byte,
 * what comes back is collected as text. */
#ifndef UNIT_HTTP_CLIENT_H
#define UNIT_HTTP_CLIENT_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../io/until.h"

enum { CLIENT_MAX = 16 << 20, CLIENT_ROUNDS = 10000 };

struct client {
	struct io_loop *loop;
	int fd;
	char *text;	/* everything that came, with a NUL */
	size_t n;
	bool ended, broken;	/* by FIN; by RST */
};

static inline void
client_init(struct client *c, struct io_loop *l, int fd)
{
	*c = (struct client){ .loop = l, .fd = fd };
	c->text = calloc(1, CLIENT_MAX + 1);
	assert_non_null(c->text);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
}

static inline void
client_close(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	free(c->text);
	c->text = NULL;
}

/* Send all of it, turning the loop while the socket is full; how much went when the server broke it off. */
static inline size_t
client_send(struct client *c, const char *p, size_t n)
{
	size_t done = 0;
	ssize_t k;

	while (done < n) {
		k = send(c->fd, p + done, n - done, MSG_NOSIGNAL);
		if (k < 0 && errno != EAGAIN)
			return done;
		if (k < 0)
			spin(c->loop, 1);
		else
			done += (size_t)k;
	}
	return done;
}

static inline void
client_say(struct client *c, const char *text)
{
	assert_int_equal(client_send(c, text, strlen(text)), strlen(text));
}

static inline void
client_read(struct client *c)
{
	ssize_t k;

	while (!c->ended && !c->broken && (k = recv(c->fd, c->text + c->n, CLIENT_MAX - c->n, 0)) != -1) {
		c->ended = k == 0;
		c->n += (size_t)k;
	}
	if (!c->ended && errno != EAGAIN)
		c->broken = true;
	c->text[c->n] = '\0';
}

static inline bool
client_has(const struct client *c, const char *want)
{
	return memmem(c->text, c->n, want, strlen(want)) != NULL;
}

/* Turn the loop until want has come. */
static inline void
client_hears(struct client *c, const char *want)
{
	int i;

	for (i = 0; i < CLIENT_ROUNDS; i++) {
		client_read(c);
		if (client_has(c, want))
			return;
		if (c->ended || c->broken)
			break;
		spin(c->loop, 1);
	}
	fail_msg("no \"%s\" in \"%.3000s\"", want, c->text);
}

/* Turn it until the server has closed properly. */
static inline void
client_ends(struct client *c)
{
	int i;

	for (i = 0; i < CLIENT_ROUNDS && !c->ended && !c->broken; i++) {
		client_read(c);
		spin(c->loop, 1);
	}
	assert_false(c->broken);
	assert_true(c->ended);
}

/* Forget what came. */
static inline void
client_clear(struct client *c)
{
	c->n = 0;
	c->text[0] = '\0';
}

static inline size_t
client_count(const struct client *c, const char *want)
{
	const char *p = c->text;
	size_t n;

	for (n = 0; (p = memmem(p, c->n - (size_t)(p - c->text), want, strlen(want))) != NULL; n++)
		p += strlen(want);
	return n;
}

#endif /* UNIT_HTTP_CLIENT_H */
