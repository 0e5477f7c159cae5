/* Load for a time server, and what its stamps are worth.
 *
 *	ntp_load PORT SECONDS rate		-> number of answers
 *	ntp_load PORT SECONDS stamps		-> "RECEIVE TRANSMIT": medians in microseconds of how much the
 *		receive stamp is later than the question was sent, and how much the transmit stamp is
 *		earlier than the kernel received the answer here. Both hold the way through the kernel, so both
 *		are upper bounds of the error.
 *
 * rate: 200 questions are always under way, from 8 ports. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PORTS = 8, WINDOW = 25, BATCH = 32, PACKET = 48, SAMPLES = 100000 };

static const double UNIX = 2208988800.0;

static double
seconds(const struct timespec *t)
{
	return (double)t->tv_sec + (double)t->tv_nsec / 1e9;
}

static double
now(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return seconds(&t);
}

static int
open_to(uint16_t port)
{
	const struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	const int one = 1;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		exit(1);
	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one));
	return fd;
}

static void
ask(int fd, int n)
{
	uint8_t q[PACKET] = { 4 << 3 | 3 };

	q[44] = 7;
	while (n-- > 0)
		(void)send(fd, q, sizeof(q), 0);	/* a lost one is made good below */
}

static int
hear(int fd)
{
	uint8_t buf[BATCH][PACKET];
	struct iovec iov[BATCH];
	struct mmsghdr m[BATCH];
	int i;

	memset(m, 0, sizeof(m));
	for (i = 0; i < BATCH; i++) {
		iov[i] = (struct iovec){ buf[i], PACKET };
		m[i].msg_hdr.msg_iov = &iov[i];
		m[i].msg_hdr.msg_iovlen = 1;
	}
	return recvmmsg(fd, m, BATCH, MSG_DONTWAIT, NULL);
}

static void
rate(uint16_t port, double duration)
{
	struct pollfd fds[PORTS];
	double end = now(CLOCK_MONOTONIC) + duration;
	unsigned long answers = 0;
	int i, n;

	for (i = 0; i < PORTS; i++) {
		fds[i] = (struct pollfd){ open_to(port), POLLIN, 0 };
		ask(fds[i].fd, WINDOW);
	}
	while (now(CLOCK_MONOTONIC) < end) {
		n = poll(fds, PORTS, 100);
		for (i = 0; i < PORTS; i++) {
			if (n == 0)
				ask(fds[i].fd, WINDOW);		/* all were lost */
			if ((fds[i].revents & POLLIN) == 0)
				continue;
			n = hear(fds[i].fd);
			answers += n > 0 ? (unsigned long)n : 0;
			ask(fds[i].fd, n);
		}
	}
	printf("%lu\n", answers);
}

static double
stamp(const uint8_t *p)
{
	uint32_t s, f;

	memcpy(&s, p, 4);
	memcpy(&f, p + 4, 4);
	return (double)ntohl(s) - UNIX + (double)ntohl(f) / 4294967296.0;
}

static int
ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void
stamps(uint16_t port, double duration)
{
	static double receive[SAMPLES], transmit[SAMPLES];
	double end = now(CLOCK_MONOTONIC) + duration, sent;
	int fd = open_to(port), n = 0;

	while (now(CLOCK_MONOTONIC) < end && n < SAMPLES) {
		uint8_t buf[128];
		union { struct cmsghdr align; uint8_t room[64]; } control;
		struct iovec iov = { buf, sizeof(buf) };
		struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
		struct timespec came;

		sent = now(CLOCK_REALTIME);
		ask(fd, 1);
		if (recvmsg(fd, &h, 0) < PACKET || CMSG_FIRSTHDR(&h) == NULL)
			continue;
		memcpy(&came, CMSG_DATA(CMSG_FIRSTHDR(&h)), sizeof(came));
		receive[n] = (stamp(buf + 32) - sent) * 1e6;
		transmit[n++] = (seconds(&came) - stamp(buf + 40)) * 1e6;
		usleep(500);
	}
	qsort(receive, (size_t)n, sizeof(double), ascending);
	qsort(transmit, (size_t)n, sizeof(double), ascending);
	printf("%.2f %.2f\n", n > 0 ? receive[n / 2] : -1, n > 0 ? transmit[n / 2] : -1);
}

int
main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	if (strcmp(argv[3], "rate") == 0)
		rate((uint16_t)strtoul(argv[1], NULL, 10), strtod(argv[2], NULL));
	else
		stamps((uint16_t)strtoul(argv[1], NULL, 10), strtod(argv[2], NULL));
	return 0;
}
