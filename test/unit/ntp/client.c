/* src/ntp/client.c in a simulated world: its clocks, its network with delay, scatter and loss, its servers, of which some
 * lie, die or send us away, and an oscillator with drift that is disciplined by what was measured (NTP-3, NTP-7, R7).
 * Nothing leaves this process; hours pass in an instant. */
#include "ntp/client.c"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/rd.h"
#include "base/wr.h"
#include "io/loop.h"
#include "ntp/discipline.h"

enum { SERVERS = 8, PENDING = 64 };

static const double NSD = 1e9;

struct server {
	double lies;			/* seconds that its time is wrong by */
	double way, scatter;		/* seconds in each direction, and up to so much more */
	bool dead, unsynchronised;
	uint32_t kiss;
	unsigned asked;
};

struct answer {
	int fd;				/* -1 = none */
	double at;			/* true time of its arrival */
	uint8_t p[NTP_PACKET];
};

/* The clocks come first: callbacks get their address. */
static struct world {
	struct clk clk;
	double now;			/* true seconds; what is monotonic here */
	double error, drift;		/* of the wall clock: seconds, and per second */
	double pending;			/* of a slew */
	struct server servers[SERVERS];
	struct answer answers[PENDING];
	int server_of[1024];		/* by descriptor */
	uint64_t chance;
	struct io_loop *loop;
	struct ntp_client *client;
	unsigned reports, lookups;
	struct ntp_report last;
	int64_t moved;
	bool disciplined;
	struct ntp_discipline d;
	double frequency;
	int64_t used;
} w;

static const int64_t EPOCH_S = 1800000000;

static int64_t
world_wall(const struct clk *c)
{
	(void)c;
	return EPOCH_S * S + (int64_t)(w.now * NSD) + (int64_t)(w.error * NSD);
}

static int64_t
world_mono(const struct clk *c)
{
	(void)c;
	return (int64_t)(w.now * NSD);
}

static uint64_t
chance(void *arg)
{
	(void)arg;
	w.chance = w.chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return w.chance >> 16 | 1;
}

static double
scatter(double most)
{
	return (double)(chance(NULL) % 1000000) / 1e6 * most;
}

/* --- the network: takes the place of src/ntp/socket.c ------------------------------------- */

/* Server n has the address 192.0.2.n. */
int
ntp_socket_open(const struct addr_port *to)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	assert_in_range(fd, 0, 1023);
	assert_int_equal(to->port, 123);
	w.server_of[fd] = to->addr.b[3];
	return fd;
}

void
ntp_socket_close(int fd)
{
	size_t i;

	for (i = 0; i < PENDING; i++)
		if (fd >= 0 && w.answers[i].fd == fd)
			w.answers[i].fd = -1;
	if (fd >= 0)
		(void)close(fd);	/* an eventfd */
}

static void
write_answer(const struct server *s, const struct ntp_packet *q, double arrives, uint8_t out[NTP_PACKET])
{
	const int64_t t = EPOCH_S * S + (int64_t)((arrives + s->lies) * NSD);
	const struct ntp_packet a = { .leap = s->unsynchronised ? 3 : 0, .version = 4, .mode = 4,
	    .stratum = s->kiss != 0 ? 0 : 2, .refid = s->kiss, .precision = -20, .root_delay = ntp_short(1000000),
	    .root_dispersion = ntp_short(1000000), .origin = q->transmit, .reference = 1, .receive = ntp_stamp(t),
	    .transmit = ntp_stamp(t + 20000) };
	struct wr wr;

	wr_init(&wr, out, NTP_PACKET);
	ntp_packet_write(&wr, &a);
}

int
ntp_socket_send(int fd, const void *p, size_t n)
{
	struct server *s = &w.servers[w.server_of[fd]];
	struct ntp_packet q;
	enum ntp_tail tail;
	double there = s->way + scatter(s->scatter);
	struct rd r;
	size_t i;

	rd_init(&r, p, n);
	assert_true(ntp_packet_read(&r, &q, &tail));
	s->asked++;
	for (i = 0; i < PENDING && w.answers[i].fd >= 0; i++)
		;
	if (s->dead || i == PENDING)
		return 0;
	w.answers[i].fd = fd;
	w.answers[i].at = w.now + there + s->way + scatter(s->scatter);
	write_answer(s, &q, w.now + there, w.answers[i].p);
	return 0;
}

ssize_t
ntp_socket_receive(int fd, void *p, size_t size, int64_t *wall)
{
	size_t i;

	for (i = 0; i < PENDING; i++)
		if (w.answers[i].fd == fd && w.answers[i].at <= w.now) {
			assert_true(size >= NTP_PACKET);
			memcpy(p, w.answers[i].p, NTP_PACKET);
			w.answers[i].fd = -1;
			*wall = world_wall(NULL);
			return NTP_PACKET;
		}
	return -EAGAIN;
}

/* --- around the client ------------------------------------------------------------------------ */

/* "pool.example" has the addresses of the servers 1 to 4, any other name none. */
static bool
resolve(void *arg, const char *host, ntp_resolved_cb *done, void *done_arg)
{
	static const struct addr pool[] = {
		{ 4, { 192, 0, 2, 1 } }, { 4, { 192, 0, 2, 2 } }, { 4, { 192, 0, 2, 3 } }, { 4, { 192, 0, 2, 4 } }
	};

	(void)arg;
	w.lookups++;
	done(done_arg, host, pool, strstr(host, "pool") != NULL ? 4 : 0);
	return false;	/* it is over already */
}

static void
correct(const struct ntp_report *r)
{
	struct ntp_action a = ntp_discipline_update(&w.d, r->mono, r->choice.offset, (int64_t)(w.pending * NSD));

	w.moved += a.by - (int64_t)(w.pending * NSD);
	w.frequency = (double)a.frequency / 65536 * 1e-6;
	w.pending = 0;
	if (a.deed == NTP_DEED_STEP)
		w.error += (double)a.by / NSD;
	else
		w.pending = (double)a.by / NSD;
	w.used = r->mono;
	ntp_client_moved(w.client, w.moved);
}

static void
report(void *arg, const struct ntp_report *r)
{
	(void)arg;
	w.reports++;
	w.last = *r;
	if (w.disciplined && r->chosen && r->settled && r->mono > w.used)
		correct(r);
}

/* --- time ------------------------------------------------------------------------------------- */

static void
flow(double s)
{
	double most = 500e-6 * s, slew = w.pending > most ? most : w.pending < -most ? -most : w.pending;

	w.now += s;
	w.pending -= slew;
	w.error += slew + (w.drift + w.frequency) * s;
}

static struct answer *
next_answer(double before)
{
	struct answer *a = NULL;
	size_t i;

	for (i = 0; i < PENDING; i++)
		if (w.answers[i].fd >= 0 && w.answers[i].at < before && (a == NULL || w.answers[i].at < a->at))
			a = &w.answers[i];
	return a;
}

static void
seconds(int n)
{
	struct answer *a;
	double end;
	size_t i;

	while (n-- > 0) {
		on_tick(w.client);
		end = w.now + 1;
		while ((a = next_answer(end)) != NULL) {
			flow(a->at - w.now);
			for (i = 0; i < w.client->n && w.client->v[i].fd != a->fd; i++)
				;
			assert_true(i < w.client->n);
			on_readable(&w.client->v[i], 0);
			if (w.client->fresh)
				tell(w.client, world_mono(NULL));
		}
		flow(end - w.now);
	}
}

static void
sources(const char *const *hosts, size_t n)
{
	struct ntp_plan p = { .zones = 1, .nsources = (uint8_t)n };
	size_t i;

	for (i = 0; i < n; i++)
		assert_true(str_copy(str_of(hosts[i]), p.sources[i], NTP_HOST_MAX));
	ntp_client_swap(w.client, &p);
}

static const char *const four[] = { "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4" };

static int
setup(void **state)
{
	struct ntp_client_conf c = { .clk = &w.clk, .resolve = resolve, .random = chance, .report = report };
	size_t i;

	(void)state;
	log_open("test", LOG_CRITICAL + 1);
	memset(&w, 0, sizeof(w));
	w.clk.wall_ns = world_wall;
	w.clk.mono_ns = world_mono;
	w.now = 1000;
	w.chance = 1;
	for (i = 0; i < PENDING; i++)
		w.answers[i].fd = -1;
	for (i = 0; i < SERVERS; i++)
		w.servers[i] = (struct server){ .way = 0.005 * (double)(i + 1), .scatter = 0.0005 };
	c.loop = w.loop = io_loop_new();
	w.client = ntp_client_new(&c);
	assert_non_null(w.client);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	ntp_client_free(w.client);
	io_loop_free(w.loop);
	return 0;
}

static bool
near(int64_t ns, double s, double within)
{
	return fabs((double)ns / NSD - s) < within;
}

/* --- the tests ---------------------------------------------------------------------------------- */

static void
test_measures(void **state)
{
	(void)state;
	w.error = -2.5;
	w.servers[4].lies = 5;
	sources(four, 4);
	seconds(3);
	assert_true(w.last.chosen && w.last.settled);
	assert_true(near(w.last.choice.offset, 2.5, 0.001));
	assert_int_equal(w.last.choice.agreeing, 3);
	assert_int_equal(w.last.choice.stratum, 3);
	assert_int_equal(w.last.choice.peer, 0);	/* the nearest */
	assert_int_equal(w.last.sources[3].mark, NTP_MARK_FALSE);
	assert_true(near(w.last.sources[3].offset, 7.5, 0.001));
}

/* Who answers first does not decide alone: others get their time. */
static void
test_settles(void **state)
{
	(void)state;
	w.servers[1].lies = 300;
	w.servers[2].dead = true;
	w.servers[3].way = 0.7;
	sources(four, 3);
	seconds(1);
	assert_true(w.last.chosen && !w.last.settled);
	seconds(6);
	assert_false(w.last.settled);		/* one has not answered yet */
	seconds(6);
	assert_true(w.last.settled);
	assert_false(w.last.chosen);		/* and the two that did do not agree */
}

/* NTP-3: four quick ones, then 64 s, and ever less while the clock is quiet. */
static void
test_polls(void **state)
{
	unsigned before;

	(void)state;
	sources(four, 3);
	seconds(9);
	assert_int_equal(w.servers[1].asked, 4);
	seconds(60);
	assert_in_range(w.servers[1].asked, 4, 5);
	seconds(4 * 3600);
	assert_int_equal(w.client->poll, NTP_POLL_MAX);
	before = w.servers[1].asked;
	seconds(10 * 1200);
	assert_in_range(w.servers[1].asked - before, 9, 12);
}

static void
test_dies(void **state)
{
	int i;

	(void)state;
	sources(four, 3);
	seconds(20);
	w.servers[1].dead = true;
	for (i = 0; i < 3; i++) {
		ntp_client_round(w.client, (uint32_t)i + 1);
		seconds(9);
		assert_int_equal(w.last.round, i + 1);
	}
	assert_int_equal(w.last.sources[0].state, NTP_SOURCE_LOST);
	assert_true(w.last.chosen);
	assert_int_equal(w.last.choice.agreeing, 2);
	w.servers[2].dead = w.servers[3].dead = true;
	for (i = 0; i < 3; i++) {
		ntp_client_round(w.client, 9);
		seconds(9);
	}
	assert_false(w.last.chosen);
	w.servers[1].dead = false;
	ntp_client_round(w.client, 10);
	seconds(2);
	assert_true(w.last.chosen);
	assert_int_equal(w.last.sources[0].state, NTP_SOURCE_GOOD);
}

/* A round is over as soon as all have answered. */
static void
test_round(void **state)
{
	(void)state;
	sources(four, 3);
	seconds(20);
	ntp_client_round(w.client, 77);
	seconds(2);
	assert_int_equal(w.last.round, 77);
}

/* Two names of one pool are two servers; one that sends us away is left for another of its name. */
static void
test_names(void **state)
{
	static const char *const pools[] = { "0.pool.example", "1.pool.example", "nowhere.example" };

	(void)state;
	sources(pools, 3);
	seconds(20);
	assert_int_equal(w.last.sources[0].at.b[3], 1);
	assert_int_equal(w.last.sources[1].at.b[3], 2);
	assert_int_equal(w.last.sources[2].at.len, 0);
	w.servers[2].kiss = NTP_REFID('D', 'E', 'N', 'Y');
	seconds(200);
	assert_int_equal(w.last.sources[1].at.b[3], 3);
	assert_true(w.last.chosen);
}

/* R7: the clock of the host is set by ten years: asked anew, and measured right at once. */
static void
test_leap(void **state)
{
	const double years = 3650 * 86400.0;

	(void)state;
	sources(four, 3);
	seconds(200);
	assert_true(near(w.last.choice.offset, 0, 0.001));
	w.error += years;
	seconds(5);
	assert_true(w.last.chosen);
	assert_true(near(w.last.choice.offset, -years, 0.001));
	w.error -= 2 * years;
	seconds(5);
	assert_true(near(w.last.choice.offset, years, 0.001));
}

/* Other sources are begun anew, without a trace of the old ones; nobody is asked when there are none. */
static void
test_swap(void **state)
{
	unsigned asked;

	(void)state;
	sources(four, 3);
	seconds(20);
	sources(four + 3, 1);
	seconds(5);
	assert_int_equal(w.last.n, 1);
	assert_string_equal(w.last.sources[0].host, "192.0.2.4");
	asked = w.servers[1].asked;
	sources(NULL, 0);
	seconds(100);
	assert_int_equal(w.servers[1].asked, asked);
}

/* A day with drift, scatter and a liar: the clock is brought to the time and stays there. */
static void
test_keeps_time(void **state)
{
	static const double drifts[] = { 12e-6, -95e-6, 240e-6 };
	double worst;
	size_t i;
	int n;

	for (i = 0; i < sizeof(drifts) / sizeof(drifts[0]); i++) {
		(void)setup(state);
		w.disciplined = true;
		w.drift = drifts[i];
		w.error = 7200;
		w.servers[2].lies = 5;
		w.servers[1].scatter = w.servers[3].scatter = w.servers[4].scatter = 0.004;
		sources(four, 4);
		seconds(2 * 3600);
		assert_true(fabs(w.error) < 0.005);
		worst = 0;
		for (n = 0; n < 24 * 60; n++) {
			seconds(60);
			worst = fabs(w.error) > worst ? fabs(w.error) : worst;
		}
		if (worst > 0.005)
			fail_msg("with a drift of %.0f ppm the clock was wrong by %.3f ms", drifts[i] * 1e6, worst * 1e3);
		assert_true(fabs(w.frequency + w.drift) < 3e-6);
		(void)teardown(state);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(test_measures), T(test_settles), T(test_polls), T(test_dies), T(test_round), T(test_names), T(test_leap),
		T(test_swap), cmocka_unit_test(test_keeps_time),
	};

	return cmocka_run_group_tests_name("ntp/client", tests, NULL, NULL);
}
