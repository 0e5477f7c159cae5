/* Forged initiations from as many addresses: wg_flood ADDRESS PORT RATE SECONDS [KEY] -> number sent. With KEY, the
 * public one of who is asked in base64, the first MAC is right, as anybody can make it who knows that key; without, it is
 * not. Nothing else in them is. Sources are of 100.64.0.0/10. Needs root. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "wg/blake2s.h"
#include "wg/cookie.h"
#include "wg/handshake.h"

enum { MESSAGES = 4096, BATCH = 64, HEAD = 28 };

static uint8_t packets[MESSAGES][HEAD + WG_INITIATION];

static void
be16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* The kernel fills in the checksum of the IP head; that of UDP may be missing. */
static void
make(uint8_t *p, const struct sockaddr_in *to, const struct wg_other *o)
{
	uint8_t *m = p + HEAD;

	randombytes_buf(p, HEAD + WG_INITIATION);
	p[0] = 0x45;
	p[1] = p[10] = p[11] = 0;
	be16(p + 2, HEAD + WG_INITIATION);
	be16(p + 6, 0);
	p[8] = 64;
	p[9] = IPPROTO_UDP;
	p[12] = 100;
	p[13] = (uint8_t)(64 | (p[13] & 63));
	memcpy(p + 16, &to->sin_addr, 4);
	memcpy(p + 22, &to->sin_port, 2);
	be16(p + 24, 8 + WG_INITIATION);
	be16(p + 26, 0);
	memcpy(m, (const uint8_t[]){ WG_MESSAGE_INITIATION, 0, 0, 0 }, 4);
	if (o != NULL)
		wg_cookie_sign(&(struct wg_cookie){ .has = false }, o, m, WG_INITIATION, 0);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
send_batch(int fd, const struct sockaddr_in *to, size_t first)
{
	struct mmsghdr m[BATCH];
	struct iovec v[BATCH];
	size_t i;

	memset(m, 0, sizeof(m));
	for (i = 0; i < BATCH; i++) {
		v[i] = (struct iovec){ packets[(first + i) % MESSAGES], HEAD + WG_INITIATION };
		m[i].msg_hdr.msg_iov = &v[i];
		m[i].msg_hdr.msg_iovlen = 1;
		m[i].msg_hdr.msg_name = (void *)(uintptr_t)to;
		m[i].msg_hdr.msg_namelen = sizeof(*to);
	}
	if (syscall(SYS_sendmmsg, fd, m, BATCH, 0) < 0 && errno != ENOBUFS) {
		perror("sendmmsg");
		exit(1);
	}
}

int
main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	static const uint8_t any[WG_KEY] = { 8, [31] = 64 };
	uint8_t key[WG_KEY];
	struct wg_identity id;
	struct wg_other o;
	double begun, rate, length;
	size_t i, sent = 0;
	int fd;

	if (argc < 5 || sodium_init() < 0 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1)
		return 2;
	to.sin_port = htons((uint16_t)atoi(argv[2]));
	rate = atof(argv[3]);
	length = atof(argv[4]);
	if (argc == 6 && (sodium_base642bin(key, sizeof(key), argv[5], strlen(argv[5]), NULL, NULL, NULL,
	    sodium_base64_VARIANT_ORIGINAL) != 0 || !wg_identity_set(&id, any) || !wg_other_set(&o, &id, key, NULL)))
		return 2;
	for (i = 0; i < MESSAGES; i++)
		make(packets[i], &to, argc == 6 ? &o : NULL);
	fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	if (fd < 0)
		return 1;
	for (begun = now(); now() - begun < length;) {
		const struct timespec rest = { .tv_nsec = 200000 };

		if ((double)sent >= (now() - begun) * rate) {
			(void)nanosleep(&rest, NULL);
			continue;
		}
		send_batch(fd, &to, sent);
		sent += BATCH;
	}
	printf("%zu\n", sent);
	return 0;
}
