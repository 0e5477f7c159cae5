/* Zone transfer (DNS-18): whole and signed, made as it is read, never a mixture
 * of two generations; over a real stream. */
#include "dns/xfr.c"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../io/until.h"
#include "dns/stats.h"
#include "outward.h"

static const struct addr_port there = { .addr = { 4, { 203, 0, 113, 53 } }, .port = 53 };

struct bed {
	struct io_loop *loop;
	struct clk_fake clk;
	struct dns_stats stats;
	struct dns_tcp *tcp;
	struct dns_xfr *x;
	struct outward o;
	int fd;				/* the client's end */
	struct dns_tsig_session s;
	char said[80];
	uint32_t fetched;
	uint8_t in[DNS_MESSAGE_MAX];
	size_t answered;		/* octets of an answer that came at once */
	uint8_t out[DNS_MESSAGE_MAX];
};

static void
on_query(void *arg, struct dns_tcp_conn *c, const uint8_t *p, size_t n)
{
	struct bed *b = arg;
	struct dns_query q;
	enum dns_query_kind kind = dns_query_read(&q, p, n);
	size_t len;

	assert_true(dns_xfr_wants(&q, kind));
	len = dns_xfr_answer(b->x, &q, &c->who, c, b->out, sizeof(b->out));
	if (len > 0)
		dns_tcp_reply(c, b->out, len);
}

static void
on_drained(void *arg, struct dns_tcp_conn *c)
{
	dns_xfr_drained(((struct bed *)arg)->x, c);
}

static void
on_close(void *arg, struct dns_tcp_conn *c)
{
	dns_xfr_forget(((struct bed *)arg)->x, c);
}

static void
on_told(void *arg, const struct dns_news *news)
{
	struct bed *b = arg;

	assert_string_equal(news->id, "one");
	(void)snprintf(b->said, sizeof(b->said), "%s", news->fault);
	b->fetched = news->kind == DNS_NEWS_FETCHED ? news->zone->serial : 0;
}

static void
bed_open(struct bed *b, size_t records)
{
	static const struct dns_tcp_ops ops = { on_query, on_drained, on_close };
	const struct dns_asker who = { .zone = CONF_ZONE_PUBLIC, .peer = there, .tcp = true };
	int fds[2];

	memset(b, 0, sizeof(*b));
	clk_fake_init(&b->clk, 1700000000);
	b->loop = io_loop_new();
	b->tcp = dns_tcp_new(b->loop, &ops, b, &b->stats, 1);
	b->x = dns_xfr_new(&(struct dns_xfr_conf){ b->loop, &b->clk.clk, on_told, b });
	assert_true(b->tcp != NULL && b->x != NULL);
	outward_open(&b->o, 7, records, 'a', &there);
	dns_xfr_swap(b->x, &b->o.t);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
	b->fd = fds[1];
	dns_tcp_accept(b->tcp, &(struct dns_tcp_new_conn){ fds[0], &who, NULL, b });
}

static void
bed_close(struct bed *b)
{
	(void)close(b->fd);
	dns_tcp_free(b->tcp);
	dns_xfr_free(b->x);
	outward_close(&b->o);
	io_loop_free(b->loop);
}

/* A signed question for "example"; of an IXFR with the serial that the client has. */
static void
ask(struct bed *b, uint16_t type, uint32_t have)
{
	uint8_t msg[512];
	struct wr w;
	size_t n;

	wr_init(&w, msg, sizeof(msg));
	wr_be16(&w, 4711);
	wr_be16(&w, 0);
	wr_be16(&w, 1);
	wr_be16(&w, 0);
	wr_be16(&w, type == DNS_IXFR);
	wr_be16(&w, 0);
	wr_bytes(&w, "\7example", 9);
	wr_be16(&w, type);
	wr_be16(&w, DNS_IN);
	if (type == DNS_IXFR) {
		wr_be16(&w, DNS_POINTER << 8 | DNS_HEADER);
		wr_be16(&w, DNS_SOA);
		wr_be16(&w, DNS_IN);
		wr_be32(&w, 0);
		wr_be16(&w, 22);
		wr_be16(&w, 0);
		wr_be32(&w, have);
		wr_bytes(&w, (const uint8_t[16]){ 0 }, 16);
	}
	b->s = (struct dns_tsig_session){ .key = &b->o.t.secondaries[0].key };
	n = dns_tsig_sign(&b->s, msg, wr_len(&w), sizeof(msg), 1700000000);
	assert_true(n > 0);
	assert_int_equal(write(b->fd, (const uint8_t[2]){ (uint8_t)(n >> 8), (uint8_t)n }, 2), 2);
	assert_int_equal(write(b->fd, msg, n), (ssize_t)n);
}

/* Read n octets, running the loop while there are none. False: the stream ended. */
static bool
take(struct bed *b, uint8_t *p, size_t n)
{
	int turns;

	for (turns = 0; n > 0 && turns < 5000; turns++) {
		ssize_t k = read(b->fd, p, n);

		if (k == 0 || (k < 0 && errno != EAGAIN))
			return false;
		if (k < 0) {
			spin(b->loop, 2);
			continue;
		}
		p += k;
		n -= (size_t)k;
	}
	return n == 0;
}

/* The next message into b->in, its signature right: its length, 0 at the end of the stream. */
static size_t
message(struct bed *b)
{
	struct dns_tsig t;
	uint8_t len[2];
	size_t n;

	if (!take(b, len, 2))
		return 0;
	n = dns_get16(len);
	assert_true(take(b, b->in, n));
	assert_int_equal(dns_tsig_find(&t, b->in, n), DNS_TSIG_FOUND);
	assert_int_equal(dns_tsig_check(&b->s, &t, b->in, 1700000000), 0);
	b->s.later = true;
	return n;
}

/* Everything until the second SOA, of which some were seen: records, SOAs counted; 0 when the stream ended before.
 * Every mark is the same. */
static size_t
fetch_rest(struct bed *b, unsigned soas, unsigned *messages)
{
	size_t n, records = 0;
	uint8_t mark = 0;
	struct dns_rr rr;
	struct rd r;

	for (*messages = 0; soas < 2; (*messages)++) {
		n = message(b);
		if (n == 0)
			return 0;
		assert_true(n <= DNS_XFR_CHUNK + DNS_TSIG_ROOM);
		rd_init(&r, b->in, n);
		rd_seek(&r, DNS_HEADER + 9 + 4);
		for (unsigned i = dns_get16(b->in + 6); i > 0; i--, records++) {
			assert_true(dns_rr_read(&r, &rr));
			soas += rr.type == DNS_SOA;
			if (rr.type != DNS_TXT)
				continue;
			if (mark == 0)
				mark = b->in[rr.rdata + 1];
			assert_int_equal(b->in[rr.rdata + 1], mark);
		}
	}
	return records;
}

static size_t
fetch(struct bed *b, unsigned *messages)
{
	return fetch_rest(b, 0, messages);
}

static void
test_whole(void **state)
{
	static struct bed b;
	unsigned messages;

	(void)state;
	bed_open(&b, 1000);
	ask(&b, DNS_AXFR, 0);
	assert_int_equal(fetch(&b, &messages), 1002);
	assert_in_range(messages, 13, 16);
	assert_int_equal(b.fetched, 7);
	ask(&b, DNS_AXFR, 0);	/* again on the same connection */
	assert_int_equal(fetch(&b, &messages), 1002);
	bed_close(&b);
}

/* RFC 1995: all of it to who is behind, the SOA alone to who is not. */
static void
test_ixfr(void **state)
{
	static struct bed b;
	unsigned messages;

	(void)state;
	bed_open(&b, 3);
	ask(&b, DNS_IXFR, 6);
	assert_int_equal(fetch(&b, &messages), 5);
	ask(&b, DNS_IXFR, 7);
	assert_true(message(&b) > 0);
	assert_int_equal(dns_get16(b.in + 6), 1);
	ask(&b, DNS_IXFR, 4294967290U);	/* before 7, by the arithmetic of RFC 1982 */
	assert_int_equal(fetch(&b, &messages), 5);
	bed_close(&b);
}

/* What is not read is not made: 5 MB of zone stay where they are. */
static void
test_back_pressure(void **state)
{
	static struct bed b;
	unsigned messages;
	uint32_t at;

	(void)state;
	bed_open(&b, 20000);
	ask(&b, DNS_AXFR, 0);
	spin(b.loop, 200);
	assert_non_null(b.x->first);
	at = b.x->first->at;
	assert_true(b.x->first->waits && at > 0 && at < 1 << 20);
	spin(b.loop, 50);
	assert_int_equal(b.x->first->at, at);
	assert_int_equal(fetch(&b, &messages), 20002);
	assert_null(b.x->first);
	bed_close(&b);
}

/* New tables: the zone is the same and goes on, or the connection ends. */
static void
test_swap(void **state)
{
	struct outward same, other;
	static struct bed b;
	unsigned messages;

	(void)state;
	bed_open(&b, 20000);
	outward_open(&same, 7, 20000, 'a', &there);
	outward_open(&other, 8, 20000, 'b', &there);
	ask(&b, DNS_AXFR, 0);
	assert_true(message(&b) > 0);
	dns_xfr_swap(b.x, &same.t);
	memset(b.o.p, 0, b.o.n);
	b.s.key = &same.t.secondaries[0].key;
	assert_in_range(fetch_rest(&b, 1, &messages), 19900, 20001);
	bed_close(&b);

	bed_open(&b, 20000);
	ask(&b, DNS_AXFR, 0);
	assert_true(message(&b) > 0);
	dns_xfr_swap(b.x, &other.t);
	assert_null(b.x->first);
	assert_int_equal(fetch_rest(&b, 1, &messages), 0);	/* no second SOA, and no mark of the other */
	bed_close(&b);
	outward_close(&same);
	outward_close(&other);
}

/* The client goes in the middle of it, or we do. */
static void
test_gone(void **state)
{
	static struct bed b;

	(void)state;
	bed_open(&b, 20000);
	ask(&b, DNS_AXFR, 0);
	ask(&b, DNS_AXFR, 0);
	spin(b.loop, 50);
	assert_int_equal(b.x->n, 2);
	(void)shutdown(b.fd, SHUT_RDWR);
	spin(b.loop, 600);
	assert_int_equal(b.x->n, 0);
	bed_close(&b);
	bed_open(&b, 20000);
	ask(&b, DNS_AXFR, 0);
	spin(b.loop, 50);
	bed_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole), cmocka_unit_test(test_ixfr), cmocka_unit_test(test_back_pressure),
		cmocka_unit_test(test_swap), cmocka_unit_test(test_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
