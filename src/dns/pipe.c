/* TCP and TLS to an upstream; see pipe.h. */
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

enum {
	PREFIX = 2,			/* octets of a message's length */
	HEADS = 64,			/* of flights by id */
	SENT_MAX = DNS_FLIGHT_MAX + 4 + DNS_PIPE_PAD
};

/* How long the attempts of a series may take: a blocked port should show within
 * one try of a query, a far satellite should still get through in the last. */
static const uint16_t dial_ms[DNS_PIPE_DIALS] = { 1000, 1000, 2000 };

struct dns_pipe {
	struct dns_pipe_conf c;
	struct io_stream *stream;	/* NULL: closed */
	struct dns_flight *flights[HEADS];
	bool open;			/* the handshake is done */
	bool wanted;			/* is to be dialled by the next sweep */
	bool served;			/* has brought an answer since it opened */
	unsigned dials;			/* failed in a row */
	unsigned strays;
	int error;			/* of the last attempt */
	uint64_t dialled_ms, used_ms, answered_ms, rest_until_ms;
	size_t have;
	uint8_t *in;			/* while there is a stream: a message and its length */
};

static size_t on_data(void *arg, const uint8_t *p, size_t n);
static void on_event(void *arg, enum io_stream_event ev);

static const struct io_stream_ops ops = { on_data, on_event };

static uint64_t
now_ms(const struct dns_pipe *p)
{
	return io_loop_now_ms(p->c.carriage->loop);
}

struct dns_pipe *
dns_pipe_new(const struct dns_pipe_conf *c)
{
	struct dns_pipe *p = calloc(1, sizeof(*p));

	if (p != NULL)
		p->c = *c;
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
	p->open = p->served = false;
	p->strays = 0;
}

void
dns_pipe_free(struct dns_pipe *p)
{
	if (p == NULL)
		return;
	hang_up(p);
	free(p);
}

static bool
has_flights(const struct dns_pipe *p)
{
	size_t i;

	for (i = 0; i < HEADS; i++)
		if (p->flights[i] != NULL)
			return true;
	return false;
}

static void
fail_flights(struct dns_pipe *p, int error)
{
	struct dns_flight *all = NULL, *f;
	size_t i;

	/* Together first: what fails may be sent again by its owner, into these lists. */
	for (i = 0; i < HEADS; i++)
		while ((f = p->flights[i]) != NULL) {
			dns_flight_leave(f);
			dns_flight_join(&all, f);
		}
	dns_flight_fail(&all, error);
}

/* --- sending ----------------------------------------------------------------------- */

/* RFC 8467 4.1: an option that fills the message up to a multiple of a block.
 * OPT is the last record, and has no options yet. */
static size_t
pad(uint8_t *msg, size_t n)
{
	size_t fill;

	if (msg[11] == 0)	/* without EDNS */
		return n;
	fill = (DNS_PIPE_PAD - (n + 4) % DNS_PIPE_PAD) % DNS_PIPE_PAD;
	dns_put16(msg + n - 2, (unsigned)(4 + fill));
	dns_put16(msg + n, DNS_OPTION_PADDING);
	dns_put16(msg + n + 2, (unsigned)fill);
	memset(msg + n + 4, 0, fill);
	return n + 4 + fill;
}

static int
write_query(struct dns_pipe *p, const struct dns_flight *f)
{
	uint8_t msg[PREFIX + SENT_MAX];
	size_t n = f->len;

	memcpy(msg + PREFIX, f->query, n);
	if (p->c.tls_name != NULL)
		n = pad(msg + PREFIX, n);
	dns_put16(msg, (unsigned)n);
	n += PREFIX;
	return io_stream_write(p->stream, msg, n) < 0 ? -ECONNRESET : 0;
}

static void
choose_id(struct dns_pipe *p, struct dns_flight *f)
{
	uint16_t id;

	do
		id = dns_random_16(p->c.carriage->random);
	while (dns_flight_uses(p->flights[id % HEADS], id));
	dns_put16(f->query, id);
}

/* What waits for the connection is written as it opens. */
static void
write_all(struct dns_pipe *p)
{
	struct dns_flight *f;
	size_t i;

	io_stream_hold(p->stream);
	for (i = 0; i < HEADS; i++)
		for (f = p->flights[i]; f != NULL; f = f->next) {
			f->sends++;
			(void)write_query(p, f);	/* a stream that breaks here says so by an event */
		}
	io_stream_push(p->stream);
}

/* --- dialling ------------------------------------------------------------------------- */

static struct io_stream *
connect_to(struct dns_pipe *p)
{
	const struct dns_carriage *c = p->c.carriage;

	if (p->c.tls_name == NULL)
		return io_stream_connect(c->loop, &p->c.to, &ops, p);
	if (c->tls == NULL)
		return NULL;
	return io_stream_connect_tls(c->loop, &p->c.to, c->tls, p->c.tls_name, &ops, p);
}

static int
dial(struct dns_pipe *p)
{
	p->wanted = false;
	p->dialled_ms = p->used_ms = now_ms(p);
	p->in = malloc(PREFIX + DNS_MESSAGE_MAX);
	p->stream = p->in == NULL ? NULL : connect_to(p);
	if (p->stream != NULL)
		return 0;
	hang_up(p);
	return -ENETUNREACH;
}

/* RFC 7858 3.2: not over and over. */
static void
rest(struct dns_pipe *p)
{
	unsigned series = p->dials / DNS_PIPE_DIALS;
	uint64_t ms = DNS_PIPE_REST_MS;

	while (--series > 0 && ms < DNS_PIPE_REST_MAX_MS)
		ms *= 2;
	p->rest_until_ms = now_ms(p) + (ms < DNS_PIPE_REST_MAX_MS ? ms : DNS_PIPE_REST_MAX_MS);
}

/* An attempt failed: once more with the next sweep, or all is told. */
static void
attempt_failed(struct dns_pipe *p, int error)
{
	hang_up(p);
	p->error = error;
	p->dials++;
	if (p->dials % DNS_PIPE_DIALS != 0) {
		p->wanted = true;
		return;
	}
	rest(p);
	if (p->c.state != NULL)
		p->c.state(p->c.arg, error);
	fail_flights(p, -ENOTCONN);
}

void
dns_pipe_dial(struct dns_pipe *p)
{
	if (p->stream == NULL && p->rest_until_ms <= now_ms(p))
		p->wanted = true;
}

int
dns_pipe_send(struct dns_pipe *p, struct dns_flight *f)
{
	int error;

	if (p->stream == NULL && !p->wanted) {
		if (p->rest_until_ms > now_ms(p))
			return -ENOTCONN;
		if ((error = dial(p)) < 0)
			return error;
	}
	choose_id(p, f);
	if (p->open) {
		if ((error = write_query(p, f)) < 0)
			return error;
		f->sends++;
	}
	p->used_ms = now_ms(p);
	dns_flight_join(&p->flights[dns_get16(f->query) % HEADS], f);
	return 0;
}

/* --- answers ------------------------------------------------------------------------- */

/* False: the connection was given up. */
static bool
take_message(struct dns_pipe *p, uint8_t *msg, size_t n)
{
	struct dns_flight *f = NULL;

	if (n >= DNS_HEADER)
		f = dns_flight_match(p->flights[dns_get16(msg) % HEADS], msg, n);
	if (f == NULL) {
		p->c.carriage->stats->forged++;
		return ++p->strays < DNS_PIPE_STRAY_MAX;
	}
	p->strays = 0;
	p->served = true;
	p->answered_ms = now_ms(p);
	dns_flight_leave(f);
	f->done(f, msg, n, 0);
	return true;
}

/* How many octets are missing until the next step: the length, the message. */
static size_t
missing(const struct dns_pipe *p)
{
	if (p->have < PREFIX)
		return PREFIX - p->have;
	return PREFIX + (size_t)dns_get16(p->in) - p->have;
}

/* Owners do not free the pipe in done(), see ways.h. */
static size_t
on_data(void *arg, const uint8_t *data, size_t n)
{
	struct dns_pipe *p = arg;
	size_t at = 0, take;

	p->used_ms = now_ms(p);
	while (at < n) {
		take = missing(p) < n - at ? missing(p) : n - at;
		memcpy(p->in + p->have, data + at, take);
		p->have += take;
		at += take;
		if (p->have < PREFIX || missing(p) > 0)
			continue;
		p->have = 0;
		if (!take_message(p, p->in + PREFIX, dns_get16(p->in))) {
			hang_up(p);
			fail_flights(p, -EPROTO);
			break;
		}
	}
	return n;
}

/* Mark what is to be sent once more, and end what was already. */
static void
resend_once(struct dns_pipe *p, int error)
{
	struct dns_flight *twice = NULL, *f, *next;
	size_t i;

	for (i = 0; i < HEADS; i++)
		for (f = p->flights[i]; f != NULL; f = next) {
			next = f->next;
			if (f->resent || f->sends >= DNS_FLIGHT_SENDS) {
				dns_flight_leave(f);
				dns_flight_join(&twice, f);
			}
			f->resent = true;
		}
	dns_flight_fail(&twice, error);
}

/* Servers close connections when they like (RFC 7766 6.2.4): one that has
 * served is replaced, and what was under way is sent once more. */
static void
on_broken(struct dns_pipe *p, int error)
{
	bool again = p->served && has_flights(p);

	if (!p->open) {
		attempt_failed(p, error);
		return;
	}
	hang_up(p);
	if (!again || dial(p) < 0)
		fail_flights(p, error);
	else
		resend_once(p, error);
}

static void
on_open(struct dns_pipe *p)
{
	p->open = true;
	p->dials = 0;
	p->rest_until_ms = 0;
	p->answered_ms = now_ms(p);
	write_all(p);
	if (p->c.state != NULL)
		p->c.state(p->c.arg, 0);
}

static void
on_event(void *arg, enum io_stream_event ev)
{
	struct dns_pipe *p = arg;

	switch (ev) {
	case IO_STREAM_OPEN:
		on_open(p);
		break;
	case IO_STREAM_DRAINED:
		break;
	case IO_STREAM_EOF:
		on_broken(p, -ECONNRESET);
		break;
	case IO_STREAM_ERROR:
		on_broken(p, io_stream_error(p->stream));
		break;
	}
}

/* --- time -------------------------------------------------------------------------------- */

void
dns_pipe_missed(struct dns_pipe *p, uint64_t waited_ms)
{
	if (!p->open || now_ms(p) - p->answered_ms < waited_ms)
		return;
	hang_up(p);
	fail_flights(p, -ETIMEDOUT);
}

bool
dns_pipe_sweep(struct dns_pipe *p)
{
	uint64_t now = now_ms(p), idle = p->c.tls_name == NULL ? DNS_PIPE_IDLE_MS : DNS_PIPE_TLS_IDLE_MS;

	if (p->wanted && dial(p) < 0)
		attempt_failed(p, -ENETUNREACH);
	if (p->stream != NULL && !p->open && now - p->dialled_ms >= dial_ms[p->dials % DNS_PIPE_DIALS])
		attempt_failed(p, -ETIMEDOUT);
	if (p->open && !has_flights(p) && now - p->used_ms >= idle)
		hang_up(p);
	return p->stream != NULL || p->wanted;
}
