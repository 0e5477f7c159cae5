/* TCP to an upstream; see pipe.h. */
#include "dns/pipe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dns/flight.h"
#include "dns/port.h"
#include "dns/random.h"
#include "dns/stats.h"
#include "dns/wire.h"
#include "io/loop.h"
#include "io/stream.h"

enum { PREFIX = 2 };	/* octets of a message's length */

struct dns_pipe {
	struct dns_carriage c;
	struct addr_port to;
	struct io_stream *stream;	/* NULL: closed */
	struct dns_flight *flights;
	uint64_t used_ms;
	size_t have;
	uint8_t *in;			/* while open: a message and its length */
};

static size_t on_data(void *arg, const uint8_t *p, size_t n);
static void on_event(void *arg, enum io_stream_event ev);

static const struct io_stream_ops ops = { on_data, on_event };

struct dns_pipe *
dns_pipe_new(const struct dns_carriage *c, const struct addr_port *to)
{
	struct dns_pipe *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->c = *c;
	p->to = *to;
	return p;
}

static void
hang_up(struct dns_pipe *p)
{
	io_stream_free(p->stream);
	p->stream = NULL;
	free(p->in);
	p->in = NULL;
	p->have = 0;
}

void
dns_pipe_free(struct dns_pipe *p)
{
	if (p == NULL)
		return;
	hang_up(p);
	free(p);
}

static int
open_stream(struct dns_pipe *p)
{
	p->in = malloc(PREFIX + DNS_MESSAGE_MAX);
	p->stream = p->in == NULL ? NULL : io_stream_connect(p->c.loop, &p->to, &ops, p);
	if (p->stream != NULL)
		return 0;
	hang_up(p);
	return -ENETUNREACH;
}

int
dns_pipe_send(struct dns_pipe *p, struct dns_flight *f)
{
	uint8_t msg[PREFIX + DNS_FLIGHT_MAX];
	uint16_t id;
	int error;

	if (p->stream == NULL && (error = open_stream(p)) < 0)
		return error;
	do
		id = dns_random_16(p->c.random);
	while (dns_flight_uses(p->flights, id));
	dns_put16(f->query, id);
	dns_put16(msg, (unsigned)f->len);
	memcpy(msg + PREFIX, f->query, f->len);
	error = io_stream_write(p->stream, msg, PREFIX + f->len);
	if (error < 0)
		return error;
	p->used_ms = io_loop_now_ms(p->c.loop);
	dns_flight_join(&p->flights, f);
	return 0;
}

static void
take_message(struct dns_pipe *p, uint8_t *msg, size_t n)
{
	struct dns_flight *f = dns_flight_match(p->flights, msg, n);

	if (f == NULL) {
		p->c.stats->forged++;
		return;
	}
	dns_flight_leave(f);
	f->done(f, msg, n, 0);
}

/* How many octets are missing until the next step: the length, the message. */
static size_t
missing(const struct dns_pipe *p)
{
	if (p->have < PREFIX)
		return PREFIX - p->have;
	return PREFIX + (size_t)dns_get16(p->in) - p->have;
}

static size_t
on_data(void *arg, const uint8_t *data, size_t n)
{
	struct dns_pipe *p = arg;
	size_t at = 0, take;

	p->used_ms = io_loop_now_ms(p->c.loop);
	while (at < n) {
		take = missing(p) < n - at ? missing(p) : n - at;
		memcpy(p->in + p->have, data + at, take);
		p->have += take;
		at += take;
		if (p->have < PREFIX || missing(p) > 0)
			continue;
		p->have = 0;
		take_message(p, p->in + PREFIX, dns_get16(p->in));
	}
	return n;
}

static void
on_event(void *arg, enum io_stream_event ev)
{
	struct dns_pipe *p = arg;
	int error;

	if (ev == IO_STREAM_OPEN || ev == IO_STREAM_DRAINED)
		return;
	error = ev == IO_STREAM_EOF ? -ECONNRESET : io_stream_error(p->stream);
	hang_up(p);
	dns_flight_fail(&p->flights, error < 0 ? error : -ECONNRESET);
}

bool
dns_pipe_sweep(struct dns_pipe *p)
{
	if (p->stream != NULL && p->flights == NULL &&
	    io_loop_now_ms(p->c.loop) - p->used_ms >= DNS_PIPE_IDLE_MS)
		hang_up(p);
	return p->stream != NULL;
}
