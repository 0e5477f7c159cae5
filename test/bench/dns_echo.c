/* The floor of DNS over UDP: batches read and written back with QR set, no DNS
 * at all, no interface information, no loop.
 *
 *	dns_echo PORT */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BATCH = 64, SIZE = 2048, RCVBUF = 1 << 20 };

static struct mmsghdr msgs[BATCH];
static struct iovec iov[BATCH];
static struct sockaddr_in names[BATCH];
static uint8_t buf[BATCH][SIZE];

static void
arm(void)
{
	size_t i;

	for (i = 0; i < BATCH; i++) {
		iov[i] = (struct iovec){ buf[i], SIZE };
		msgs[i].msg_hdr.msg_name = &names[i];
		msgs[i].msg_hdr.msg_namelen = sizeof(names[i]);
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
}

int
main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), size = RCVBUF;
	long n, i;

	if (argc < 2)
		return 2;
	at.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));	/* less is slower, not wrong */
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		return 1;
	printf("ready\n");
	fflush(stdout);
	for (;;) {
		arm();
		n = syscall(SYS_recvmmsg, fd, msgs, BATCH, MSG_WAITFORONE, NULL);
		for (i = 0; i < n; i++) {
			iov[i].iov_len = msgs[i].msg_len;
			buf[i][2] |= 0x80;
		}
		if (n > 0)
			(void)syscall(SYS_sendmmsg, fd, msgs, n, 0);	/* lost answers are the load's to count */
	}
}
