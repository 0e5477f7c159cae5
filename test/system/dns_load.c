/* Full load on a name server whose zone changes: every answer is looked at. Built and run by dns_reload.
 *
 *	dns_load SERVER ZONE NAMES BOARD SOURCE...
 *
 * The zone has names n0 to n(NAMES - 1) with one address; of s, mx and d there are GROUPS each. Every address
 * begins with the version of the zone, every preference and every serial is the version. From each SOURCE a
 * window of questions is always under way over UDP, and one over a TCP connection that stays. Windows together
 * are smaller than any queue on the way, so what gets no answer was lost by the server. BOARD is a file that
 * dns_reload shares: how old an answer may be, how new, and when to end. Says in words what was wrong, and
 * ends with "sent answered lost wrong versions tcp". */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	WINDOW = 64, SOURCES = 12, GROUPS = 10, SEVERAL = 4, ROOM = 1024, NAME_ROOM = 256,
	LOST_S = 15, SAY = 10, RCVBUF = 8 << 20, VERSIONS = 256
};

enum { A = 1, NS = 2, SOA = 6, MX = 15, NXDOMAIN = 3 };

/* What a question is about, and what its answer must hold: records of each section and rcode. */
enum kind { ONE, MANY, MAIL, BELOW, ABSENT, APEX, KINDS };

static const struct {
	const char *name;
	uint16_t type;
	uint8_t rcode, counts[3];
} kinds[KINDS] = {
	[ONE] = { "n%u", A, 0, { 1, 0, 0 } }, [MANY] = { "s%u", A, 0, { SEVERAL, 0, 0 } },
	[MAIL] = { "mx%u", MX, 0, { 1, 0, 1 } }, [BELOW] = { "www.d%u", A, 0, { 0, 1, 1 } },
	[ABSENT] = { "absent%u", A, NXDOMAIN, { 0, 1, 0 } }, [APEX] = { "", SOA, 0, { 1, 0, 0 } }
};

struct board {
	uint32_t oldest, newest, over;
};

struct slot {
	bool busy;
	uint8_t kind;
	uint16_t id;
	uint32_t number, oldest;
	size_t len;		/* of the question */
	time_t sent;
};

struct flow {
	int fd;
	bool tcp;
	uint32_t seen;		/* the newest version that came */
	uint16_t next;
	struct slot slots[WINDOW];
	uint8_t in[4 * ROOM * WINDOW];
	size_t n;
};

static volatile struct board *board;
static const char *zone;
static uint32_t names, wrong, random_state = 1;
static uint64_t sent, answered, lost, tcp_answered;
static bool versions[VERSIONS];

static void
say(const struct slot *s, const char *format, ...)
{
	va_list ap;

	if (++wrong > SAY)
		return;
	printf(kinds[s->kind].name, s->number);
	printf(".%s, asked at version %u: ", zone, s->oldest);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	printf("\n");
}

static void
fail(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	exit(1);
}

static time_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static uint32_t
draw(uint32_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % below;
}

static unsigned
get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* --- questions ---------------------------------------------------------------------- */

static size_t
put_name(uint8_t *out, const char *text)
{
	size_t n = 0, len;

	for (; *text != '\0'; text += len + (text[len] == '.')) {
		len = strcspn(text, ".");
		out[n++] = (uint8_t)len;
		memcpy(out + n, text, len);
		n += len;
	}
	out[n++] = 0;
	return n;
}

static size_t
question(const struct slot *s, uint8_t *out)
{
	const uint8_t head[12] = { (uint8_t)(s->id >> 8), (uint8_t)s->id, 0, 0, 0, 1 };
	char label[NAME_ROOM / 2], text[NAME_ROOM];
	size_t n = sizeof(head);

	memcpy(out, head, sizeof(head));
	(void)snprintf(label, sizeof(label), kinds[s->kind].name, s->number);
	(void)snprintf(text, sizeof(text), "%s%s%s", label, label[0] == '\0' ? "" : ".", zone);
	n += put_name(out + n, text);
	out[n++] = 0;
	out[n++] = (uint8_t)kinds[s->kind].type;
	out[n++] = 0;
	out[n++] = 1;
	return n;
}

static uint32_t
max(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* Ask something new in slot i. */
static void
ask(struct flow *f, size_t i)
{
	uint32_t dice = draw(16);
	struct slot *s = &f->slots[i];
	uint8_t out[NAME_ROOM + 32];
	ssize_t k;

	s->kind = dice < KINDS ? (uint8_t)dice : ONE;
	s->number = draw(s->kind == ONE ? names : GROUPS);
	s->id = (uint16_t)(f->next++ * WINDOW + i);
	s->oldest = max(board->oldest, f->seen);
	s->len = question(s, out + 2);
	s->sent = now();
	s->busy = true;
	out[0] = 0;
	out[1] = (uint8_t)s->len;
	k = f->tcp ? send(f->fd, out, s->len + 2, MSG_NOSIGNAL) : send(f->fd, out + 2, s->len, MSG_NOSIGNAL);
	if (k < 0)
		fail("send");
	sent++;
}

/* --- answers -------------------------------------------------------------------------- */

static const uint8_t *
skip_name(const uint8_t *p, const uint8_t *end)
{
	while (p < end && *p != 0 && *p < 0xc0)
		p += *p + 1u;
	return p < end && *p >= 0xc0 ? p + 2 : p + 1;
}

/* Which version a record is of. 0: it does not say. */
static uint32_t
version_of(unsigned type, const uint8_t *data, const uint8_t *end)
{
	const uint8_t *p;

	switch (type) {
	case A:
		return data[0];
	case MX:
		return get16(data);
	case SOA:
		p = skip_name(skip_name(data, end), end);
		return get16(p) << 16 | get16(p + 2);
	default:
		return 0;
	}
}

/* All records of the message are of one version, which is returned; 0: they are not. */
static uint32_t
read_records(const struct slot *s, const uint8_t *p, const uint8_t *end, unsigned count)
{
	uint32_t all = 0, v;
	unsigned type, len;

	for (; count > 0; count--, p += 10 + len) {
		p = skip_name(p, end);
		if (p + 10 > end || p + 10 + get16(p + 8) > end) {
			say(s, "a record is cut");
			return 0;
		}
		type = get16(p);
		len = get16(p + 8);
		v = version_of(type, p + 10, end);
		if (s->kind == ONE && get16(p + 12) != (s->number & 0xffff))
			say(s, "the address of another name");
		if (v != 0 && all != 0 && v != all) {
			say(s, "a mixture of versions %u and %u", all, v);
			return 0;
		}
		all = v != 0 ? v : all;
	}
	return all;
}

static void
judge(struct flow *f, struct slot *s, const uint8_t *p, size_t n)
{
	uint8_t asked[NAME_ROOM + 32];
	unsigned i, count = 0;
	uint32_t v, newest = board->newest;

	(void)question(s, asked);
	if (n < s->len || (p[2] & 0x82) != 0x80 || (p[3] & 15) != kinds[s->kind].rcode ||
	    memcmp(p + 12, asked + 12, s->len - 12) != 0) {
		say(s, "an answer of %zu octets with flags %02x%02x", n, p[2], p[3]);
		return;
	}
	for (i = 0; i < 3; i++) {
		if (get16(p + 6 + 2 * i) != kinds[s->kind].counts[i])
			say(s, "%u records in section %u", get16(p + 6 + 2 * i), i);
		count += get16(p + 6 + 2 * i);
	}
	v = read_records(s, p + s->len, p + n, count);
	if (v == 0 || v >= VERSIONS || v < s->oldest || v > newest) {
		say(s, "version %u, while %u is the newest", v, newest);
		return;
	}
	f->seen = max(f->seen, v);
	versions[v] = true;
}

static void
hear(struct flow *f, const uint8_t *p, size_t n)
{
	struct slot *s = n < 12 ? NULL : &f->slots[get16(p) % WINDOW];

	if (s == NULL || !s->busy || s->id != get16(p)) {
		wrong++;
		printf("an answer that nobody waits for\n");
		return;
	}
	judge(f, s, p, n);
	s->busy = false;
	answered++;
	tcp_answered += f->tcp;
	if (!board->over)
		ask(f, get16(p) % WINDOW);
}

static void
hear_tcp(struct flow *f)
{
	ssize_t k = recv(f->fd, f->in + f->n, sizeof(f->in) - f->n, MSG_DONTWAIT);
	size_t at = 0, len;

	if (k < 0 && errno == EAGAIN)
		return;
	if (k <= 0 && !board->over)
		fail("the connection over TCP ended");
	if (k <= 0) {		/* it was idle for so long while others waited */
		(void)close(f->fd);
		f->fd = -1;
		return;
	}
	f->n += (size_t)k;
	while (f->n - at >= 2 && f->n - at - 2 >= (len = get16(f->in + at))) {
		hear(f, f->in + at + 2, len);
		at += 2 + len;
	}
	memmove(f->in, f->in + at, f->n - at);
	f->n -= at;
}

static void
hear_udp(struct flow *f)
{
	struct mmsghdr m[WINDOW];
	struct iovec iov[WINDOW];
	int i, n;

	memset(m, 0, sizeof(m));
	for (i = 0; i < WINDOW; i++) {
		iov[i] = (struct iovec){ f->in + i * ROOM, ROOM };
		m[i].msg_hdr.msg_iov = &iov[i];
		m[i].msg_hdr.msg_iovlen = 1;
	}
	n = recvmmsg(f->fd, m, WINDOW, MSG_DONTWAIT, NULL);
	for (i = 0; i < n; i++)
		hear(f, f->in + i * ROOM, m[i].msg_len);
}

/* --- the whole ------------------------------------------------------------------------- */

static struct flow *
flow_new(const char *server, const char *source, bool tcp)
{
	struct sockaddr_in from = { .sin_family = AF_INET }, to = { .sin_family = AF_INET, .sin_port = htons(53) };
	struct flow *f = calloc(1, sizeof(*f));
	const int room = RCVBUF, one = 1;

	if (f == NULL || inet_pton(AF_INET, source, &from.sin_addr) != 1 || inet_pton(AF_INET, server, &to.sin_addr) != 1)
		fail("addresses");
	f->tcp = tcp;
	f->fd = socket(AF_INET, tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
	if (tcp)
		setsockopt(f->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	else if (setsockopt(f->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) < 0)
		fail("receive buffer");
	if (bind(f->fd, (struct sockaddr *)&from, sizeof(from)) < 0 || connect(f->fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		fail("connect");
	return f;
}

/* Is anything under way? What is so for too long is lost. */
static bool
waits(struct flow *f)
{
	time_t t = now();
	bool any = false;
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		struct slot *s = &f->slots[i];

		if (s->busy && t - s->sent > LOST_S) {
			say(s, "no answer");
			s->busy = false;
			lost++;
		}
		any |= s->busy;
	}
	return any;
}

static bool
all_wait(struct flow **flows, size_t n)
{
	bool any = false;
	size_t i;

	for (i = 0; i < n; i++)
		any |= waits(flows[i]);
	return any;
}

static void
run(struct flow **flows, size_t n)
{
	struct pollfd p[SOURCES + 1];
	time_t looked = now();
	size_t i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < WINDOW; k++)
			ask(flows[i], k);
	for (;;) {
		for (i = 0; i < n; i++)
			p[i] = (struct pollfd){ flows[i]->fd, POLLIN, 0 };
		(void)poll(p, n, 100);
		for (i = 0; i < n; i++)
			if (p[i].revents != 0)
				(flows[i]->tcp ? hear_tcp : hear_udp)(flows[i]);
		if (!board->over && now() == looked)
			continue;
		looked = now();
		if (!all_wait(flows, n) && board->over)
			return;
	}
}

int
main(int argc, char **argv)
{
	struct flow *flows[SOURCES + 1];
	size_t i, n = 0, count = 0;
	int fd = argc > 5 ? open(argv[4], O_RDWR) : -1;

	if (fd < 0 || argc - 5 > SOURCES)
		fail("usage");
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (board == MAP_FAILED)
		fail("board");
	zone = argv[2];
	names = (uint32_t)strtoul(argv[3], NULL, 10);
	for (i = 5; i < (size_t)argc; i++)
		flows[n++] = flow_new(argv[1], argv[i], false);
	flows[n++] = flow_new(argv[1], argv[5], true);
	run(flows, n);
	for (i = 0; i < VERSIONS; i++)
		count += versions[i];
	printf("%llu %llu %llu %u %zu %llu\n", (unsigned long long)sent, (unsigned long long)answered,
	    (unsigned long long)lost, wrong, count, (unsigned long long)tcp_answered);
	return 0;
}
