/* What answering handshakes costs the tunnel's engine, without sockets: wg_handshakes PEERS -> microseconds of CPU for
 * each of the initiations of PEERS peers, and how many were answered. "idle": at once; "busy": more than WG_BUSY_PER_S
 * have come, so that a cookie is sent first, and the second try has it. And of what deserves no answer: "forged", the
 * first MAC is right, while busy: a cookie; "noise": that is wrong, too. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "base/addr.h"
#include "wg/cookie.h"
#include "wg/device.h"

struct client {
	struct wg_identity id;
	struct wg_other server;
	struct wg_cookie cookie;
	struct wg_path path;
	uint8_t message[WG_INITIATION];
};

struct bench {
	struct wg_device *d;
	struct client *clients;
	size_t n;
	size_t responses;
	struct client *asking;		/* who hears what is sent */
};

static double
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
on_random(void *arg, void *out, size_t n)
{
	(void)arg;
	randombytes_buf(out, n);
}

static void
on_stamp(void *arg, uint8_t out[WG_STAMP])
{
	(void)arg;
	wg_stamp(out, 1000000, 0);
}

static void
on_send(void *arg, const struct wg_path *path, const uint8_t *p, size_t n)
{
	struct bench *b = arg;

	(void)path;
	if (n == WG_RESPONSE)
		b->responses++;
	if (n != WG_COOKIE_REPLY)
		return;
	if (b->asking != NULL)
		(void)wg_cookie_hear(&b->asking->cookie, &b->asking->server, p, 1000);
}

static void
on_peer(void *arg, struct wg_peer *p)
{
	(void)arg;
	(void)p;
}

/* A new initiation, as of that second; signed with the cookie, if there is one. */
static void
begin(struct client *c, int64_t second)
{
	struct wg_handshake h;
	struct wg_fresh f = { .ours = 1 };

	randombytes_buf(f.random, sizeof(f.random));
	wg_stamp(f.stamp, second, 0);
	if (!wg_initiation_make(&h, &c->id, &c->server, &f, c->message))
		abort();
	wg_cookie_sign(&c->cookie, &c->server, c->message, sizeof(c->message), 1000);
}

static void
make(struct bench *b, size_t n)
{
	const struct wg_device_ops ops = { on_random, on_stamp, on_send, on_peer, on_peer, b };
	uint8_t secret[WG_KEY];
	struct wg_identity server;
	struct wg_peer *p;
	size_t i;

	randombytes_buf(secret, sizeof(secret));
	b->d = wg_device_new(&ops);
	b->clients = calloc(n, sizeof(*b->clients));
	if (b->d == NULL || b->clients == NULL || !wg_device_set_key(b->d, secret) || !wg_identity_set(&server, secret))
		abort();
	b->n = n;
	for (i = 0; i < n; i++) {
		struct client *c = &b->clients[i];

		randombytes_buf(secret, sizeof(secret));
		c->path.to = (struct addr_port){ .addr = { 4, { 10, 0, (uint8_t)(i >> 8), (uint8_t)i } }, .port = 1000 };
		if (!wg_identity_set(&c->id, secret) || !wg_other_set(&c->server, &c->id, server.key, NULL) ||
		    wg_device_add(b->d, c->id.key, &p) < 0)
			abort();
	}
}

/* All ask, at the same moment of the device's clock. */
static double
ask(struct bench *b, int64_t now_ms)
{
	double begun = cpu_us();
	size_t i;

	for (i = 0; i < b->n; i++) {
		b->asking = &b->clients[i];
		wg_device_hear(b->d, b->clients[i].message, WG_INITIATION, &b->clients[i].path, now_ms);
	}
	b->asking = NULL;
	return cpu_us() - begun;
}

static void
begin_all(struct bench *b, int64_t second)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		begin(&b->clients[i], second);
}

static void
tell(const struct bench *b, const char *what, double us, size_t before)
{
	printf("%s %.2f %zu\n", what, us / (double)b->n, b->responses - before);
}

/* A little apart, so that it is never busy. */
static void
idle(struct bench *b)
{
	const size_t before = b->responses;
	double begun, sum = 0;
	size_t i;

	begin_all(b, 1);
	for (i = 0; i < b->n; i++) {
		begun = cpu_us();
		wg_device_hear(b->d, b->clients[i].message, WG_INITIATION, &b->clients[i].path, 1000 + (int64_t)i);
		sum += cpu_us() - begun;
	}
	tell(b, "idle", sum, before);
}

static void
busy(struct bench *b)
{
	const int64_t now_ms = 100000000;
	const size_t before = b->responses;
	double first, again;
	size_t i;

	begin_all(b, 2);
	for (i = 0; i <= WG_BUSY_PER_S; i++)		/* heard before, so they cost little */
		wg_device_hear(b->d, b->clients[0].message, WG_INITIATION, &b->clients[0].path, now_ms);
	first = ask(b, now_ms);
	begin_all(b, 3);
	again = ask(b, now_ms);
	tell(b, "busy", first + again, before);
}

/* The same again, without anybody who hears the cookies. */
static void
forged(struct bench *b)
{
	double begun;
	size_t i;

	for (i = 0; i < b->n; i++)
		randombytes_buf(b->clients[i].message + WG_INITIATION - WG_MAC, WG_MAC);
	begun = cpu_us();
	for (i = 0; i < b->n; i++)
		wg_device_hear(b->d, b->clients[i].message, WG_INITIATION, &b->clients[i].path, 100000000);
	tell(b, "forged", cpu_us() - begun, b->responses);
}

static void
noise(struct bench *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		b->clients[i].message[WG_INITIATION - 2 * WG_MAC] ^= 1;
	tell(b, "noise", ask(b, 100000000), b->responses);
}

int
main(int argc, char **argv)
{
	struct bench b = { 0 };

	if (argc != 2 || sodium_init() < 0)
		return 2;
	make(&b, (size_t)atoi(argv[1]));
	idle(&b);
	busy(&b);
	forged(&b);
	noise(&b);
	wg_device_free(b.d);
	free(b.clients);
	return 0;
}
