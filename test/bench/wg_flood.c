/* Forged initiations from as many addresses: wg_flood IF MAC ADDRESS PORT RATE SECONDS [KEY] -> number sent. With KEY, the
 * public one of who is asked in base64, the first MAC is right, as anybody can make it who knows that key; without, it is
 * not. Nothing else in them is. Sources are of 100.64.0.0/10. Whole frames go out by interface IF to that MAC, past routes and
 * queues, which would cost more than the rest of it. Needs root. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_packet.h>
#include <sodium.h>

#include "wg/blake2s.h"
#include "wg/cookie.h"
#include "wg/handshake.h"

enum { MESSAGES = 4096, BATCH = 64, ETHER = 14, IP = 20, HEAD = IP + 8 };

static uint8_t frames[MESSAGES][ETHER + HEAD + WG_INITIATION];

static void
be16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static unsigned
checksum(const uint8_t head[IP])
{
	unsigned i, sum = 0;

	for (i = 0; i < IP; i += 2)
		sum += (unsigned)head[i] << 8 | head[i + 1];
	sum = (sum & 65535) + (sum >> 16);
	return ~(sum + (sum >> 16)) & 65535;
}

/* The checksum of UDP may be missing. */
static void
make(uint8_t *frame, const struct ether_addr *mac, const struct sockaddr_in *to, const struct wg_other *o)
{
	uint8_t *p = frame + ETHER, *m = p + HEAD;

	memcpy(frame, mac, sizeof(*mac));
	memcpy(frame + 6, (const uint8_t[]){ 2, 0, 0, 0, 0, 1, 8, 0 }, 8);	/* somebody sends IPv4 */
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
	be16(p + 10, checksum(p));
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
send_batch(int fd, size_t first)
{
	struct mmsghdr m[BATCH];
	struct iovec v[BATCH];
	size_t i;

	memset(m, 0, sizeof(m));
	for (i = 0; i < BATCH; i++) {
		v[i] = (struct iovec){ frames[(first + i) % MESSAGES], sizeof(frames[0]) };
		m[i].msg_hdr.msg_iov = &v[i];
		m[i].msg_hdr.msg_iovlen = 1;
	}
	if (syscall(SYS_sendmmsg, fd, m, BATCH, 0) < 0 && errno != ENOBUFS) {
		perror("sendmmsg");
		exit(1);
	}
}

/* A socket whose frames leave by that interface; -1: there is none. */
static int
open_interface(const char *name)
{
	const struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(name) };
	const int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1;

	return fd < 0 || at.sll_ifindex == 0 || bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)) < 0 ? -1 : fd;
}

int
main(int argc, char **argv)
{
	const struct ether_addr *mac = argc < 7 ? NULL : ether_aton(argv[2]);
	struct sockaddr_in to = { .sin_family = AF_INET };
	static const uint8_t any[WG_KEY] = { 8, [31] = 64 };
	uint8_t key[WG_KEY];
	struct wg_identity id;
	struct wg_other o;
	double begun, rate, length;
	size_t i, sent = 0;
	int fd;

	if (mac == NULL || sodium_init() < 0 || inet_pton(AF_INET, argv[3], &to.sin_addr) != 1)
		return 2;
	to.sin_port = htons((uint16_t)atoi(argv[4]));
	rate = atof(argv[5]);
	length = atof(argv[6]);
	if (argc == 8 && (sodium_base642bin(key, sizeof(key), argv[7], strlen(argv[7]), NULL, NULL, NULL,
	    sodium_base64_VARIANT_ORIGINAL) != 0 || !wg_identity_set(&id, any) || !wg_other_set(&o, &id, key, NULL)))
		return 2;
	for (i = 0; i < MESSAGES; i++)
		make(frames[i], mac, &to, argc == 8 ? &o : NULL);
	fd = open_interface(argv[1]);
	if (fd < 0)
		return 1;
	for (begun = now(); now() - begun < length;) {
		const struct timespec rest = { .tv_nsec = 200000 };

		if ((double)sent >= (now() - begun) * rate) {
			(void)nanosleep(&rest, NULL);
			continue;
		}
		send_batch(fd, sent);
		sent += BATCH;
	}
	printf("%zu\n", sent);
	return 0;
}
