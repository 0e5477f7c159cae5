/* NOTIFY; see notify.h. */
#include "dns/notify.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/wr.h"
#include "dns/random.h"
#include "dns/wire.h"
#include "dns/xfr_message.h"
#include "io/loop.h"
#include "io/poll.h"
#include "io/timer.h"
#include "sys/clk.h"

enum {
	OPCODE_NOTIFY = 4 << 3,
	ANSWER_MAX = 1232,
	READS_MAX = 32,
	MESSAGE_MAX = DNS_HEADER + 3 * DNS_NAME_MAX + 64 + DNS_TSIG_ROOM	/* question, SOA, signature */
};

enum state { DUE, WAITS, OVER };

/* What one secondary is to know of one zone. */
struct notice {
	enum state state;
	uint8_t secondary, zone;	/* indexes into t */
	uint8_t tries;
	uint16_t id;
	uint64_t until_ms;		/* while it WAITS */
	struct dns_tsig_session tsig;
};

/* A socket towards one secondary, while there is something to tell it. */
struct line {
	struct dns_notify *x;
	int fd;				/* -1: none */
	struct io_poll *poll;
};

struct dns_notify {
	struct dns_notify_conf c;
	struct dns_transfers t;
	struct dns_random random;
	struct io_timer *timer;
	struct line lines[CONF_SECONDARIES_MAX];
	struct notice *v;
	size_t n;
	bool go;			/* it is our turn, and the time for it */
};

_Static_assert(DNS_TRANSFER_ZONES_MAX <= UINT8_MAX, "an index fits");

static void on_timer(void *arg);
static void on_readable(void *arg, int events);

struct dns_notify *
dns_notify_new(const struct dns_notify_conf *c)
{
	struct dns_notify *x = calloc(1, sizeof(*x));
	size_t i;

	if (x == NULL)
		return NULL;
	x->c = *c;
	for (i = 0; i < CONF_SECONDARIES_MAX; i++)
		x->lines[i] = (struct line){ x, -1, NULL };
	x->timer = io_timer_new(c->loop, on_timer, x);
	if (x->timer != NULL)
		return x;
	free(x);
	return NULL;
}

static void
line_close(struct line *l)
{
	if (l->fd < 0)
		return;
	io_poll_free(l->poll);
	(void)close(l->fd);	/* nothing unsent to lose */
	l->fd = -1;
	l->poll = NULL;
}

static void
drop_notices(struct dns_notify *x)
{
	if (x->v != NULL)
		dns_tsig_wipe(x->v, x->n * sizeof(*x->v));
	free(x->v);
	x->v = NULL;
	x->n = 0;
}

void
dns_notify_free(struct dns_notify *x)
{
	size_t i;

	if (x == NULL)
		return;
	for (i = 0; i < CONF_SECONDARIES_MAX; i++)
		line_close(&x->lines[i]);
	drop_notices(x);
	io_timer_free(x->timer);
	free(x);
}

/* --- what there is to tell ---------------------------------------------------------- */

static bool
same_secondaries(const struct dns_transfers *a, const struct dns_transfers *b)
{
	size_t i;

	for (i = 0; i < a->nsecondaries && i < b->nsecondaries; i++)
		if (!dns_secondary_eq(&a->secondaries[i], &b->secondaries[i]))
			return false;
	return a->nsecondaries == b->nsecondaries;
}

/* What is known of this notice already, NULL: nothing. */
static const struct notice *
before(const struct dns_notify *x, size_t secondary, const struct dns_transfer_zone *z)
{
	size_t i;

	for (i = 0; i < x->n; i++) {
		const struct dns_transfer_zone *was = &x->t.zones[x->v[i].zone];

		if (x->v[i].secondary == secondary && was->serial == z->serial &&
		    was->namelen == z->namelen && memcmp(was->name, z->name, z->namelen) == 0)
			return &x->v[i];
	}
	return NULL;
}

/* Every notice of t, those of x among them as far as they have come. */
static struct notice *
notices_of(const struct dns_notify *x, const struct dns_transfers *t, bool keep)
{
	struct notice *v = calloc(t->nsecondaries * t->nzones + 1, sizeof(*v));
	size_t i, k, n = 0;

	for (i = 0; v != NULL && i < t->nsecondaries; i++)
		for (k = 0; k < t->nzones; k++, n++) {
			const struct notice *was = keep ? before(x, i, &t->zones[k]) : NULL;

			if (was != NULL)
				v[n] = *was;
			v[n].secondary = (uint8_t)i;
			v[n].zone = (uint8_t)k;
			v[n].tsig.key = &t->secondaries[i].key;
		}
	return v;
}

void
dns_notify_swap(struct dns_notify *x, const struct dns_transfers *t)
{
	static const struct dns_transfers none;
	struct notice *v;
	bool same;
	size_t i;

	if (t == NULL)
		t = &none;
	same = same_secondaries(&x->t, t);
	v = notices_of(x, t, same);
	for (i = 0; !same && i < CONF_SECONDARIES_MAX; i++)
		line_close(&x->lines[i]);
	drop_notices(x);
	x->t = *t;
	x->v = v;
	x->n = v == NULL ? 0 : t->nsecondaries * t->nzones;	/* out of memory: they find out by themselves */
	x->go = false;
	io_timer_stop(x->timer);
}

void
dns_notify_go(struct dns_notify *x)
{
	x->go = true;
	io_timer_once(x->timer, 0);
}

/* --- sending -------------------------------------------------------------------------- */

static int
line_open(struct line *l, const struct addr_port *to)
{
	struct sockaddr_storage ss;
	size_t n = addr_to_sockaddr(to, &ss);

	if (l->fd >= 0)
		return 0;
	l->fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->fd < 0)
		return -errno;
	if (connect(l->fd, (struct sockaddr *)&ss, (socklen_t)n) == 0)
		l->poll = io_poll_new(l->x->c.loop, l->fd, IO_READABLE, on_readable, l);
	if (l->poll != NULL)
		return 0;
	(void)close(l->fd);	/* unused */
	l->fd = -1;
	return -ENETUNREACH;
}

static bool
is_taken(const struct dns_notify *x, uint16_t id)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (x->v[i].state == WAITS && x->v[i].id == id)
			return true;
	return false;
}

/* RFC 1996 3.7: the question, and the new SOA as a hint. */
static size_t
write_notice(struct dns_notify *x, struct notice *t, uint8_t out[MESSAGE_MAX])
{
	const struct dns_transfer_zone *z = &x->t.zones[t->zone];
	struct wr w;

	do
		t->id = dns_random_16(&x->random);
	while (is_taken(x, t->id));
	wr_init(&w, out, MESSAGE_MAX);
	wr_be16(&w, t->id);
	wr_be16(&w, (OPCODE_NOTIFY | DNS_AA) << 8);
	wr_be16(&w, 1);
	wr_be16(&w, 1);
	wr_be32(&w, 0);
	wr_bytes(&w, z->name, z->namelen);
	wr_be16(&w, DNS_SOA);
	wr_be16(&w, DNS_IN);
	if (!dns_xfr_record(&w, z, dns_transfer_records(&x->t, z), z->soalen, MESSAGE_MAX))
		return 0;
	t->tsig = (struct dns_tsig_session){ .key = &x->t.secondaries[t->secondary].key };
	return dns_tsig_sign(&t->tsig, out, wr_len(&w), MESSAGE_MAX, x->c.clk->wall_s(x->c.clk));
}

/* A try that cannot be sent has failed like one without an answer. */
static void
send_notice(struct dns_notify *x, struct notice *t)
{
	struct line *l = &x->lines[t->secondary];
	uint64_t wait_ms = DNS_NOTIFY_WAIT_MS;
	uint8_t out[MESSAGE_MAX];
	size_t n = write_notice(x, t, out), i;

	if (n > 0 && line_open(l, &x->t.secondaries[t->secondary].at) == 0)
		(void)send(l->fd, out, n, MSG_DONTWAIT | MSG_NOSIGNAL);	/* lost is lost: UDP */
	for (i = 0; i < t->tries; i++)
		wait_ms *= 3;
	t->tries++;
	t->state = WAITS;
	t->until_ms = io_loop_now_ms(x->c.loop) + wait_ms;
}

static void
tell(struct dns_notify *x, const struct notice *t, enum dns_news_kind kind, const char *fault)
{
	x->c.told(x->c.arg, &(struct dns_news){ kind, x->t.secondaries[t->secondary].id,
	    &x->t.zones[t->zone], fault });
}

static void
time_out(struct dns_notify *x, struct notice *t)
{
	if (t->tries < DNS_NOTIFY_TRIES) {
		t->state = DUE;
		return;
	}
	t->state = OVER;
	tell(x, t, DNS_NEWS_FAULT,
	    "it gives no signed answer when it is told of changes (NOTIFY): is it there, and does it know the zone?");
}

/* Close the lines that nobody waits at; the milliseconds to the next time-out, 0: none. */
static uint64_t
look_around(struct dns_notify *x, uint64_t now_ms)
{
	bool used[CONF_SECONDARIES_MAX] = { false };
	uint64_t next_ms = 0;
	size_t i;

	for (i = 0; i < x->n; i++) {
		uint64_t left_ms = x->v[i].until_ms > now_ms ? x->v[i].until_ms - now_ms : 1;

		if (x->v[i].state != WAITS)
			continue;
		used[x->v[i].secondary] = true;
		if (next_ms == 0 || left_ms < next_ms)
			next_ms = left_ms;
	}
	for (i = 0; i < CONF_SECONDARIES_MAX; i++)
		if (!used[i])
			line_close(&x->lines[i]);
	return next_ms;
}

static void
on_timer(void *arg)
{
	struct dns_notify *x = arg;
	uint64_t now_ms = io_loop_now_ms(x->c.loop), next_ms;
	size_t i;

	for (i = 0; i < x->n; i++) {
		struct notice *t = &x->v[i];

		if (t->state == WAITS && t->until_ms <= now_ms)
			time_out(x, t);
		if (t->state == DUE)
			send_notice(x, t);
	}
	next_ms = look_around(x, now_ms);
	if (next_ms > 0)
		io_timer_once(x->timer, next_ms);
}

/* --- answers ------------------------------------------------------------------------------ */

static struct notice *
notice_for(struct dns_notify *x, size_t secondary, uint16_t id)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (x->v[i].state == WAITS && x->v[i].secondary == secondary && x->v[i].id == id)
			return &x->v[i];
	return NULL;
}

/* Only what it signed counts. Anything else leaves the notice to its time-out. */
static void
take_answer(struct dns_notify *x, size_t secondary, const uint8_t *msg, size_t n)
{
	struct dns_tsig_session s;
	struct dns_tsig sig;
	struct notice *t;
	char text[80];

	if (n < DNS_HEADER || (msg[2] & (DNS_QR | DNS_OPCODE)) != (DNS_QR | OPCODE_NOTIFY))
		return;
	t = notice_for(x, secondary, (uint16_t)dns_get16(msg));
	if (t == NULL || dns_tsig_find(&sig, msg, n) != DNS_TSIG_FOUND)
		return;
	s = t->tsig;
	if (dns_tsig_check(&s, &sig, msg, x->c.clk->wall_s(x->c.clk)) != 0)
		return;
	t->state = OVER;
	if ((msg[3] & DNS_RCODE) == DNS_NOERROR) {
		tell(x, t, DNS_NEWS_NOTIFIED, "");
		return;
	}
	(void)snprintf(text, sizeof(text), "it does not want to be told of changes (NOTIFY, rcode %d)",
	    msg[3] & DNS_RCODE);	/* fits */
	tell(x, t, DNS_NEWS_FAULT, text);
}

/* Lines are closed by the timer only, so that l outlives its answers. */
static void
on_readable(void *arg, int events)
{
	struct line *l = arg;
	struct dns_notify *x = l->x;
	uint8_t msg[ANSWER_MAX];
	int i;

	(void)events;
	for (i = 0; i < READS_MAX; i++) {
		ssize_t n = recv(l->fd, msg, sizeof(msg), MSG_DONTWAIT);

		if (n < 0)
			break;	/* nothing more, or what ICMP says: the time-out tells the rest */
		take_answer(x, (size_t)(l - x->lines), msg, (size_t)n);
	}
}
