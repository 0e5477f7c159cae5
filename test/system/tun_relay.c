/* A tunnel without its cipher: two TUN devices, each in a namespace of its own, and between them what the tunnel has,
 * wg_split, io_bundle over the loopback interface of a third one, wg_merge. Built and run by tun.
 *
 *	tun_relay NAMESPACE NAME NAMESPACE NAME NAMESPACE MTU
 *
 * Says "ready", and with SIGTERM what it has seen, as JSON; ends with 1 when the kernel refused a packet. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/bundle.h"
#include "io/tun.h"
#include "wg/merge.h"
#include "wg/split.h"

enum { READS = 16, ROW = 1024, ROOM = 4 << 20 };

struct side {
	int tun, sock, offload;
	struct addr_port at;
	struct io_bundle_out out;
	struct io_bundle_in in;
	struct wg_merge merge;
};

static struct {
	unsigned long reads, uncut, segments, refused_reads;		/* from the devices */
	unsigned long datagrams, bundles, overflow;			/* over the socket */
	unsigned long writes, joined, refused_writes;			/* to the devices */
} seen;

static volatile sig_atomic_t over;
static size_t mtu;

static void
on_term(int sig)
{
	(void)sig;
	over = 1;
}

static void
fail(const char *what, int error)
{
	fprintf(stderr, "tun_relay: %s: %s\n", what, strerror(-error));
	exit(2);
}

/* --- device to socket ------------------------------------------------------------------------ */

/* One packet's segments, behind those that are there. */
static size_t
cut(const uint8_t head[IO_TUN_HEAD], const uint8_t *packet, size_t n, uint8_t **to, struct iovec *row, size_t rows)
{
	struct wg_split s;
	size_t len, used = 0;

	if (!wg_split_start(&s, head, packet, n, mtu)) {
		seen.refused_reads++;
		return 0;
	}
	seen.uncut += wg_split_is_cut(&s);
	while (used < rows && (len = wg_split_next(&s, *to)) > 0) {
		row[used++] = (struct iovec){ *to, len };
		*to += len;
	}
	return used;
}

static void
send_row(struct side *from, struct side *to, struct iovec *row, size_t n)
{
	struct io_bundle b = { .to = to->at, .from = from->at.addr, .row = row, .n = n };

	seen.segments += n;
	if (io_bundle_send(&from->out, &b, 1) < 0)
		seen.overflow += b.n;
	else if (b.error != 0)
		fail("send", b.error);
}

static void
from_tun(struct side *from, struct side *to)
{
	static uint8_t packet[IO_TUN_PACKET_MAX], out[ROOM];
	static struct iovec row[ROW];
	uint8_t head[IO_TUN_HEAD], *at = out;
	size_t used = 0;
	int i, n;

	for (i = 0; i < READS; i++) {
		n = io_tun_read(from->tun, head, packet, sizeof(packet));
		if (n == -EAGAIN)
			break;
		if (n < 0)
			fail("read", n);
		seen.reads++;
		used += cut(head, packet, (size_t)n, &at, row + used, ROW - used);
	}
	if (used > 0)
		send_row(from, to, row, used);
}

/* --- socket to device ------------------------------------------------------------------------ */

static void
write_all(struct side *s)
{
	struct iovec pieces[WG_MERGE_PIECES];
	size_t n;
	int error;

	while ((n = wg_merge_next(&s->merge, pieces)) > 0) {
		error = io_tun_write(s->tun, pieces, n);
		seen.writes++;
		seen.joined += n > 2;
		if (error < 0 && error != -EIO) {	/* that is a device which is not up yet */
			fprintf(stderr, "tun_relay: write of %zu pieces: %s\n", n, strerror(-error));
			seen.refused_writes++;
		}
	}
}

static void
from_socket(struct side *s)
{
	struct io_bundle_got got[IO_BUNDLE_BATCH];
	int i, n = io_bundle_receive(&s->in, got);
	size_t k, len;

	for (i = 0; i < n; i++) {
		seen.bundles++;
		for (k = 0; k < got[i].n; k += got[i].each) {
			len = got[i].n - k < got[i].each ? got[i].n - k : got[i].each;
			seen.datagrams++;
			if (!wg_merge_add(&s->merge, got[i].p + k, len)) {
				write_all(s);
				(void)wg_merge_add(&s->merge, got[i].p + k, len);	/* there is room now */
			}
		}
	}
	write_all(s);
}

/* --- life ---------------------------------------------------------------------------------------- */

static void
enter(const char *ns)
{
	const int fd = open(ns, O_RDONLY);

	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		fail(ns, -errno);
	close(fd);
}

static void
device_open(struct side *s, const char *ns, const char *name)
{
	enter(ns);
	s->tun = io_tun_open(name, false);
	if (s->tun < 0)
		fail(name, s->tun);
	s->offload = io_tun_offload(s->tun);
	wg_merge_init(&s->merge, (s->offload & IO_TUN_UDP) != 0);
}

static void
socket_open(struct side *s)
{
	struct sockaddr_storage ss;
	socklen_t n;
	int error;

	s->at = (struct addr_port){ .addr = { 4, { 127, 0, 0, 1 } } };
	n = (socklen_t)addr_to_sockaddr(&s->at, &ss);
	s->sock = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	if (s->sock < 0 || bind(s->sock, (struct sockaddr *)&ss, n) < 0)
		fail("socket", -errno);
	n = sizeof(ss);
	error = io_bundle_prepare(s->sock);
	if (error < 0 || getsockname(s->sock, (struct sockaddr *)&ss, &n) < 0 || !addr_from_sockaddr(&ss, &s->at))
		fail("socket", error);
	io_bundle_out_init(&s->out, s->sock);
	io_bundle_in_init(&s->in, s->sock, malloc((size_t)IO_BUNDLE_BATCH * IO_BUNDLE_ROOM));
}

static void
say(const struct side *s)
{
	printf("{\"offload\": %d, \"reads\": %lu, \"uncut\": %lu, \"segments\": %lu, \"refused_reads\": %lu, "
	    "\"datagrams\": %lu, \"bundles\": %lu, \"overflow\": %lu, \"writes\": %lu, \"joined\": %lu, "
	    "\"refused_writes\": %lu}\n",
	    s->offload, seen.reads, seen.uncut, seen.segments, seen.refused_reads, seen.datagrams, seen.bundles,
	    seen.overflow, seen.writes, seen.joined, seen.refused_writes);
	fflush(stdout);
}

static void
relay(struct side sides[2])
{
	struct pollfd p[4];
	int i;

	for (i = 0; i < 2; i++) {
		p[2 * i] = (struct pollfd){ .fd = sides[i].tun, .events = POLLIN };
		p[2 * i + 1] = (struct pollfd){ .fd = sides[i].sock, .events = POLLIN };
	}
	while (!over) {
		if (poll(p, 4, -1) < 0)
			continue;
		for (i = 0; i < 2; i++) {
			if (p[2 * i].revents != 0)
				from_tun(&sides[i], &sides[1 - i]);
			if (p[2 * i + 1].revents != 0)
				from_socket(&sides[i]);
		}
	}
}

int
main(int argc, char **argv)
{
	const struct sigaction quit = { .sa_handler = on_term };
	static struct side sides[2];

	if (argc != 7)
		return 2;
	mtu = strtoul(argv[6], NULL, 10);
	sigaction(SIGTERM, &quit, NULL);
	device_open(&sides[0], argv[1], argv[2]);
	device_open(&sides[1], argv[3], argv[4]);
	enter(argv[5]);
	socket_open(&sides[0]);
	socket_open(&sides[1]);
	puts("ready");
	fflush(stdout);
	relay(sides);
	say(&sides[0]);
	return seen.refused_writes > 0;
}
