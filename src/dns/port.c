/* Random ports; see port.h. */
#include "dns/port.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/sparse.h"
#include "dns/flight.h"
#include "dns/random.h"
#include "dns/stats.h"
#include "dns/wire.h"
#include "io/loop.h"
#include "io/poll.h"

enum {
	ANSWER_MAX = 4096,	/* we say 1,232 in EDNS; more is cut and fails to parse */
	BATCH = 16,		/* answers read at once */
	READS_MAX = 4		/* batches per turn */
};

struct port {
	struct port *next;
	struct dns_ports *ports;
	struct io_poll *poll;
	struct dns_flight *flights;
	uint64_t born_ms;
	unsigned uses;
	int fd;
};

struct dns_ports {
	struct dns_carriage c;
	struct addr_port to;
	struct port *live[DNS_PORTS_LIVE];
	struct port *retired;		/* until their last flight is over */
};

struct dns_inbox {
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
	uint8_t in[BATCH][ANSWER_MAX];
};

struct dns_inbox *
dns_inbox_new(void)
{
	struct dns_inbox *in = sparse_head(sizeof(*in), offsetof(struct dns_inbox, in));
	size_t i;

	for (i = 0; in != NULL && i < BATCH; i++) {
		in->iov[i] = (struct iovec){ in->in[i], ANSWER_MAX };
		in->msgs[i].msg_hdr.msg_iov = &in->iov[i];
		in->msgs[i].msg_hdr.msg_iovlen = 1;
	}
	return in;
}

void
dns_inbox_free(struct dns_inbox *in)
{
	free(in);
}

struct dns_ports *
dns_ports_new(const struct dns_carriage *c, const struct addr_port *to)
{
	struct dns_ports *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->c = *c;
	p->to = *to;
	return p;
}

static void
port_close(struct port *s)
{
	if (s == NULL)
		return;
	io_poll_free(s->poll);
	(void)close(s->fd);	/* nothing unsent to lose */
	free(s);
}

void
dns_ports_free(struct dns_ports *p)
{
	struct port *s;
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < DNS_PORTS_LIVE; i++)
		port_close(p->live[i]);
	while ((s = p->retired) != NULL) {
		p->retired = s->next;
		port_close(s);
	}
	free(p);
}

/* A datagram for one of the flights, or a forgery. */
static void
take(struct port *s, uint8_t *msg, size_t n)
{
	struct dns_flight *f = dns_flight_match(s->flights, msg, n);

	if (f == NULL) {
		s->ports->c.stats->forged++;
		return;
	}
	dns_flight_leave(f);
	f->done(f, msg, n, 0);
}

/* False when there is no more to read. An error is what ICMP says, that nobody
 * is there: all flights of this socket would wait in vain. */
static bool
read_batch(struct port *s)
{
	struct dns_inbox *in = s->ports->c.inbox;
	long i, n = syscall(SYS_recvmmsg, s->fd, in->msgs, BATCH, MSG_DONTWAIT, NULL);

	if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
		dns_flight_fail(&s->flights, -errno);
	for (i = 0; i < n; i++)
		take(s, in->in[i], in->msgs[i].msg_len);
	return n == BATCH;
}

/* Ports are closed by sweeps only, so that s outlives the callbacks. */
static void
on_readable(void *arg, int events)
{
	struct port *s = arg;
	int i;

	(void)events;
	for (i = 0; i < READS_MAX && read_batch(s); i++)
		;
}

static int
port_open(struct dns_ports *p, struct port **out)
{
	struct port *s = calloc(1, sizeof(*s));
	struct sockaddr_storage ss;
	size_t n = addr_to_sockaddr(&p->to, &ss);
	int error;

	if (s == NULL)
		return -ENOMEM;
	s->fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0 || connect(s->fd, (struct sockaddr *)&ss, (socklen_t)n) < 0 ||
	    (s->poll = io_poll_new(p->c.loop, s->fd, IO_READABLE, on_readable, s)) == NULL) {
		error = errno != 0 ? -errno : -ENOMEM;
		if (s->fd >= 0)
			(void)close(s->fd);	/* unused */
		free(s);
		return error;
	}
	s->ports = p;
	s->born_ms = io_loop_now_ms(p->c.loop);
	*out = s;
	return 0;
}

static bool
is_used_up(const struct port *s, uint64_t now_ms)
{
	return s->uses >= DNS_PORT_USES || now_ms - s->born_ms >= DNS_PORT_MS;
}

static void
retire(struct dns_ports *p, struct port **slot)
{
	struct port *s = *slot;

	*slot = NULL;
	s->next = p->retired;
	p->retired = s;
}

int
dns_ports_send(struct dns_ports *p, struct dns_flight *f)
{
	struct port **slot = &p->live[dns_random_16(p->c.random) % DNS_PORTS_LIVE], *s;
	uint16_t id;
	int error;

	if (*slot != NULL && is_used_up(*slot, io_loop_now_ms(p->c.loop)))
		retire(p, slot);
	if (*slot == NULL && (error = port_open(p, slot)) < 0)
		return error;
	s = *slot;
	do
		id = dns_random_16(p->c.random);
	while (dns_flight_uses(s->flights, id));
	dns_put16(f->query, id);
	s->uses++;
	f->sends++;
	if (send(s->fd, f->query, f->len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return -errno;
	dns_flight_join(&s->flights, f);
	return 0;
}

bool
dns_ports_sweep(struct dns_ports *p)
{
	uint64_t now_ms = io_loop_now_ms(p->c.loop);
	struct port **at, *s;
	bool open = false;
	size_t i;

	for (i = 0; i < DNS_PORTS_LIVE; i++) {
		if (p->live[i] != NULL && is_used_up(p->live[i], now_ms))
			retire(p, &p->live[i]);
		open |= p->live[i] != NULL;
	}
	for (at = &p->retired; (s = *at) != NULL;) {
		if (s->flights != NULL) {
			at = &s->next;
			continue;
		}
		*at = s->next;
		port_close(s);
	}
	return open || p->retired != NULL;
}
