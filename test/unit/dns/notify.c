/* NOTIFY (DNS-18): signed, until it is acknowledged by who has the key, three
 * times at most, and once more for each new serial; over real sockets. */
#include "dns/notify.c"

#include <netinet/in.h>

#include "../io/until.h"
#include "outward.h"

struct bed {
	struct io_loop *loop;
	struct clk_fake clk;
	struct dns_notify *x;
	struct outward o;
	int fd;				/* of the secondary */
	struct sockaddr_storage from;
	socklen_t fromlen;
	uint8_t in[2048];
	enum dns_news_kind kind;
	uint32_t serial;
	unsigned told;
};

static void
on_told(void *arg, const struct dns_news *news)
{
	struct bed *b = arg;

	assert_string_equal(news->id, "one");
	b->kind = news->kind;
	b->serial = news->zone->serial;
	b->told++;
}

static void
bed_open(struct bed *b)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	struct addr_port to;

	memset(b, 0, sizeof(*b));
	clk_fake_init(&b->clk, 1700000000);
	b->loop = io_loop_new();
	b->x = dns_notify_new(&(struct dns_notify_conf){ b->loop, &b->clk.clk, on_told, b });
	b->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(b->fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(b->fd, (struct sockaddr *)&at, &n), 0);
	to = (struct addr_port){ .addr = { 4, { 127, 0, 0, 1 } }, .port = ntohs(at.sin_port) };
	outward_open(&b->o, 7, 2, 'a', &to);
	dns_notify_swap(b->x, &b->o.t);
	dns_notify_go(b->x);
}

static void
bed_close(struct bed *b)
{
	dns_notify_free(b->x);
	outward_close(&b->o);
	(void)close(b->fd);
	io_loop_free(b->loop);
}

/* A notice that has come: its length, 0: none. */
static size_t
hear(struct bed *b)
{
	ssize_t n = -1;
	int i;

	for (i = 0; i < 50 && n < 0; i++) {
		spin(b->loop, 2);
		b->fromlen = sizeof(b->from);
		n = recvfrom(b->fd, b->in, sizeof(b->in), 0, (struct sockaddr *)&b->from, &b->fromlen);
	}
	return n < 0 ? 0 : (size_t)n;
}

/* Answer the notice of n octets with this rcode and secret. */
static void
answer(struct bed *b, size_t n, uint8_t rcode, uint8_t secret)
{
	struct dns_tsig_key key = b->o.t.secondaries[0].key;
	struct dns_tsig_session s = { .server = true, .key = &key };
	struct dns_tsig t;
	uint8_t msg[512];
	size_t len = DNS_HEADER + 9 + 4;

	assert_int_equal(dns_tsig_find(&t, b->in, n), DNS_TSIG_FOUND);
	s.asked = &t;
	assert_int_equal(dns_tsig_check(&s, &t, b->in, 1700000000), 0);
	memcpy(msg, b->in, len);
	memset(msg + 6, 0, 6);
	msg[2] |= DNS_QR;
	msg[3] = rcode;
	key.secret[0] ^= secret;
	len = dns_tsig_sign(&s, msg, len, sizeof(msg), 1700000000);
	assert_int_equal(sendto(b->fd, msg, len, 0, (struct sockaddr *)&b->from, b->fromlen), (ssize_t)len);
	spin(b->loop, 20);
}

/* The time of what waits is over. */
static void
time_passes(struct bed *b)
{
	size_t i;

	for (i = 0; i < b->x->n; i++)
		b->x->v[i].until_ms = 0;
	on_timer(b->x);
}

static void
test_acknowledged(void **state)
{
	static struct bed b;
	struct outward next;
	size_t n;

	(void)state;
	bed_open(&b);
	n = hear(&b);
	assert_true(n > 0);
	assert_int_equal(b.in[2], OPCODE_NOTIFY | DNS_AA);
	assert_memory_equal(b.in + 4, "\0\1\0\1\0\0\0\1\7example\0\0\6\0\1", 21);
	answer(&b, n, DNS_NOERROR, 0);
	assert_int_equal(b.told, 1);
	assert_int_equal(b.kind, DNS_NEWS_NOTIFIED);
	assert_int_equal(b.serial, 7);
	time_passes(&b);
	assert_int_equal(hear(&b), 0);
	assert_int_equal(b.x->lines[0].fd, -1);

	outward_open(&next, 7, 2, 'a', &b.o.t.secondaries[0].at);	/* something else changed */
	dns_notify_swap(b.x, &next.t);
	dns_notify_go(b.x);
	assert_int_equal(hear(&b), 0);
	outward_close(&b.o);
	b.o = next;
	outward_open(&next, 8, 3, 'a', &b.o.t.secondaries[0].at);
	dns_notify_swap(b.x, &next.t);
	outward_close(&b.o);
	b.o = next;
	assert_int_equal(hear(&b), 0);	/* siblings still have the old tables */
	dns_notify_go(b.x);
	n = hear(&b);
	assert_true(n > 0);
	answer(&b, n, DNS_NOERROR, 0);
	assert_int_equal(b.serial, 8);
	bed_close(&b);
}

/* A stranger's acknowledgement is none; three tries, then it is told. */
static void
test_silence(void **state)
{
	static struct bed b;
	unsigned tries = 0;
	size_t n;

	(void)state;
	bed_open(&b);
	n = hear(&b);
	assert_true(n > 0);
	answer(&b, n, DNS_NOERROR, 1);
	assert_int_equal(b.told, 0);
	while (n > 0 && tries < 10) {
		tries++;
		time_passes(&b);
		n = hear(&b);
	}
	assert_int_equal(tries, DNS_NOTIFY_TRIES);
	assert_int_equal(b.told, 1);
	assert_int_equal(b.kind, DNS_NEWS_FAULT);
	bed_close(&b);
}

static void
test_refusal(void **state)
{
	static struct bed b;
	size_t n;

	(void)state;
	bed_open(&b);
	n = hear(&b);
	assert_true(n > 0);
	answer(&b, n, DNS_REFUSED, 0);
	assert_int_equal(b.told, 1);
	assert_int_equal(b.kind, DNS_NEWS_FAULT);
	time_passes(&b);
	assert_int_equal(hear(&b), 0);
	dns_notify_swap(b.x, NULL);	/* DNS stops */
	assert_int_equal(b.x->n, 0);
	bed_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_acknowledged), cmocka_unit_test(test_silence), cmocka_unit_test(test_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
