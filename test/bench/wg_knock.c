/* When a WireGuard server answers: wg_knock ADDRESS PORT KEY SECRET SECONDS -> the monotonic time, in seconds, at which the
 * first response to a handshake came that only it could have made. KEY is its public key, SECRET the private one of a peer
 * of it, both in base64. The same initiation each millisecond, for SECONDS at most; a cookie is not taken. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "wg/cookie.h"
#include "wg/handshake.h"

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool
key_of(const char *text, uint8_t out[WG_KEY])
{
	return sodium_base642bin(out, WG_KEY, text, strlen(text), NULL, NULL, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
}

static bool
is_answer(int fd, struct wg_handshake *h, const struct wg_identity *id, const struct wg_other *o)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint8_t in[WG_RESPONSE + 1];

	return poll(&p, 1, 1) == 1 && recv(fd, in, sizeof(in), 0) == WG_RESPONSE && in[0] == WG_MESSAGE_RESPONSE &&
	    wg_response_read(h, id, o, in);
}

int
main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct wg_fresh f = { .ours = 1 };
	uint8_t key[WG_KEY], secret[WG_KEY], message[WG_INITIATION];
	struct wg_handshake h;
	struct wg_identity id;
	struct wg_other o;
	double end;
	int fd;

	if (argc != 6 || sodium_init() < 0 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1 || !key_of(argv[3], key) ||
	    !key_of(argv[4], secret) || !wg_identity_set(&id, secret) || !wg_other_set(&o, &id, key, NULL))
		return 2;
	to.sin_port = htons((uint16_t)atoi(argv[2]));
	randombytes_buf(f.random, sizeof(f.random));
	wg_stamp(f.stamp, (int64_t)time(NULL), 0);
	if (!wg_initiation_make(&h, &id, &o, &f, message))
		return 2;
	wg_cookie_sign(&(struct wg_cookie){ .has = false }, &o, message, sizeof(message), 0);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0)
		return 1;
	for (end = now() + atof(argv[5]); now() < end;) {
		(void)send(fd, message, sizeof(message), 0);	/* nobody may be there yet */
		if (is_answer(fd, &h, &id, &o)) {
			printf("%.6f\n", now());
			return 0;
		}
	}
	return 1;
}
