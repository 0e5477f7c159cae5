/* src/role/edges.c, edges_hear.c, worker.c with real children: this program, run
 * again as "edge". What a child does is in the numbers that it gets: PRC-5, PRC-6, CFG-2. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* Seconds are counted by hand here. */
#include "role/edges.c"

#include "base/err.h"
#include "base/rd.h"
#include "conf/conf.h"
#include "io/child.h"
#include "io/loop.h"
#include "sys/memfd.h"
#include "../io/until.h"

/* What a child does when it gets tables of this generation. */
enum {
	TAKE = 1, REFUSE, DIE, DIE_FIRST, SAY_NOTHING, FIRST_SAYS_NOTHING, GARBLE, HAND_OVER, HAND_OVER_TCP, HAND_OVER_TWO,
	FLOOD, READY_TWICE, WRONG_SERIAL, FOREIGN_ANSWER, STAY
};

/* --- the child ---------------------------------------------------------------------- */

static void
tell(uint16_t type, const uint8_t *p, size_t n, const int *fds, size_t nfds)
{
	uint8_t frame[512] = { (uint8_t)(type >> 8), (uint8_t)type };
	struct iovec iov = { frame, n + 2 };
	union { struct cmsghdr align; char bytes[CMSG_SPACE(4 * sizeof(int))]; } control;
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;

	memcpy(frame + 2, p, n);
	if (nfds > 0) {
		memset(&control, 0, sizeof(control));
		h.msg_control = &control;
		h.msg_controllen = CMSG_SPACE(nfds * sizeof(int));
		c = CMSG_FIRSTHDR(&h);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(nfds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, nfds * sizeof(int));
	}
	while (sendmsg(3, &h, MSG_NOSIGNAL) < 0)
		if (errno != EAGAIN && errno != ETOOMANYREFS)
			_exit(4);
}

static void
acknowledge(uint64_t serial, bool ok)
{
	struct message_ack m = { .serial = serial, .ok = ok };
	uint8_t buf[512];
	struct wr w;

	snprintf(m.text, sizeof(m.text), "%s", ok ? "" : "too green");
	wr_init(&w, buf, sizeof(buf));
	message_ack_write(&w, &m);
	tell(MESSAGE_ACK, buf, wr_len(&w), NULL, 0);
}

static void
hand_over(int domain, size_t copies)
{
	const struct message_api m = { .peer = { { 4, { 192, 168, 1, 7 } }, 4711, 0 }, .local = { 4, { 192, 168, 1, 1 } },
	    .zone = CONF_ZONE_LAN, .tls = true };
	static const struct linger forever = { 1, 60 };
	uint8_t buf[128];
	struct wr w;
	int fds[2];

	if (domain == AF_INET) {
		fds[0] = fds[1] = socket(AF_INET, SOCK_STREAM, 0);
		(void)setsockopt(fds[0], SOL_SOCKET, SO_LINGER, &forever, sizeof(forever));
	} else if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0) {
		_exit(5);
	}
	wr_init(&w, buf, sizeof(buf));
	message_api_write(&w, &m);
	tell(MESSAGE_API, buf, wr_len(&w), fds, copies);
	close(fds[0]);
	if (domain != AF_INET)
		close(fds[1]);
}

static void
on_child_snapshot(const struct message_snapshot *m, int index)
{
	struct message_answer a = { .id = 77, .n = 2, .json = (const uint8_t *)"{}" };
	uint8_t buf[64];
	struct wr w;
	int i;

	switch (m->generation) {
	case REFUSE:
		acknowledge(m->serial, false);
		return;
	case DIE:
		_exit(3);
	case DIE_FIRST:
		if (index == 0)
			_exit(3);
		break;
	case SAY_NOTHING:
		return;
	case FIRST_SAYS_NOTHING:
		if (index == 0)
			return;
		break;
	case GARBLE:
		tell(MESSAGE_ACK, (const uint8_t *)"?", 1, NULL, 0);
		hand_over(AF_UNIX, 1);	/* does not count any more */
		return;
	case HAND_OVER:
		hand_over(AF_UNIX, 1);
		break;
	case HAND_OVER_TCP:
		hand_over(AF_INET, 1);
		return;
	case HAND_OVER_TWO:
		hand_over(AF_UNIX, 2);
		return;
	case FLOOD:
		for (i = 0; i < EDGES_API_PER_S + 100; i++)
			hand_over(AF_UNIX, 1);
		break;
	case READY_TWICE:
		tell(MESSAGE_READY, (const uint8_t *)"", 0, NULL, 0);
		return;
	case WRONG_SERIAL:
		acknowledge(m->serial + 1, true);
		acknowledge(m->serial - 1, true);
		return;
	case FOREIGN_ANSWER:
		wr_init(&w, buf, sizeof(buf));
		message_answer_write(&w, &a);
		tell(MESSAGE_ANSWER, buf, wr_len(&w), NULL, 0);
		break;
	default:
		break;
	}
	acknowledge(m->serial, true);
}

/* The first byte of the name: 'd' die, 's' say nothing, 't' tell twice. */
static void
on_child_flush(const struct message_flush *m, int index)
{
	const struct message_flushed out = { m->id, 10 };
	uint8_t buf[64];
	struct wr w;

	if (index == 0 && m->name[0] == 'd')
		_exit(3);
	if (index == 0 && m->name[0] == 's')
		return;
	wr_init(&w, buf, sizeof(buf));
	message_flushed_write(&w, &out);
	tell(MESSAGE_FLUSHED, buf, wr_len(&w), NULL, 0);
	if (index == 0 && m->name[0] == 't')
		tell(MESSAGE_FLUSHED, buf, wr_len(&w), NULL, 0);
}

/* Who is to measure says who it is. */
static void
on_child_poll(int index)
{
	struct message_time m = { .report.round = (uint32_t)index + 1 };
	uint8_t buf[512];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_time_write(&w, &m);
	tell(MESSAGE_TIME, buf, wr_len(&w), NULL, 0);
}

static void
on_child_message(const uint8_t *frame, size_t n, int index)
{
	struct message_snapshot snapshot;
	struct message_flush flush;
	struct rd r;

	rd_init(&r, frame + 2, n - 2);
	switch (frame[1]) {
	case MESSAGE_HELLO:
		tell(MESSAGE_READY, (const uint8_t *)"", 0, NULL, 0);
		break;
	case MESSAGE_SNAPSHOT:
		if (!message_snapshot_read(&r, &snapshot))
			_exit(6);
		on_child_snapshot(&snapshot, index);
		break;
	case MESSAGE_FLUSH:
		if (!message_flush_read(&r, &flush))
			_exit(6);
		on_child_flush(&flush, index);
		break;
	case MESSAGE_POLL:
		on_child_poll(index);
		break;
	case MESSAGE_STOP:
		_exit(0);
	default:
		break;
	}
}

/* Descriptors are not asked for: the kernel closes them. */
static int
child(int index)
{
	uint8_t frame[512];
	ssize_t n;

	for (;;) {
		n = recv(3, frame, sizeof(frame), 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			usleep(1000);
			continue;
		}
		if (n < 2)
			return 0;
		on_child_message(frame, (size_t)n, index);
	}
}

/* --- the set under test ------------------------------------------------------------------ */

struct seen {
	bool applied, flushed, gone, handed, stopped, timed;
	uint64_t serial;
	bool refused;
	char why[256];
	uint32_t id, count;
	unsigned ntimes, timer;	/* reports of the time; the last one names its edge */
	unsigned nflushed, napplied, ngone, nhanded, nanswers;
	size_t answered_by;
};

struct lab {
	struct io_loop *loop;
	struct io_child_set *children;
	struct doors *doors;
	struct edges *edges;
	uint64_t serial;
	struct seen seen;
};

static void
on_lab_api(void *arg, int fd, const struct message_api *m)
{
	struct lab *x = arg;

	assert_int_equal(m->zone, CONF_ZONE_LAN);
	assert_int_equal(m->peer.port, 4711);
	close(fd);
	x->seen.nhanded++;
	x->seen.handed = true;
}

static void
on_lab_applied(void *arg, uint64_t serial, const struct err *e)
{
	struct lab *x = arg;

	x->seen.applied = true;
	x->seen.napplied++;
	x->seen.serial = serial;
	x->seen.refused = e != NULL;
	snprintf(x->seen.why, sizeof(x->seen.why), "%s", e == NULL ? "" : e->detail);
}

static void
on_lab_answer(void *arg, size_t edge, uint32_t id, const uint8_t *json, size_t n)
{
	struct lab *x = arg;

	assert_int_equal(id, 77);
	assert_int_equal(n, 2);
	assert_memory_equal(json, "{}", 2);
	x->seen.answered_by = edge;
	x->seen.nanswers++;
}

static void
on_lab_time(void *arg, const struct ntp_report *r)
{
	struct lab *x = arg;

	x->seen.ntimes++;
	x->seen.timer = r->round;
	x->seen.timed = true;
}

static void
on_lab_flushed(void *arg, uint32_t id, uint32_t count)
{
	struct lab *x = arg;

	x->seen.flushed = true;
	x->seen.nflushed++;
	x->seen.id = id;
	x->seen.count = count;
}

static void
on_lab_secondary(void *arg, const struct message_secondary *m)
{
	(void)arg;
	(void)m;
}

static void
on_lab_redeem(void *arg, size_t edge, const struct message_redeem *m)
{
	(void)arg;
	(void)edge;
	(void)m;
}

static void
on_lab_used(void *arg, const struct message_used *m)
{
	(void)arg;
	(void)m;
}

static void
on_lab_gone(void *arg, size_t edge)
{
	struct lab *x = arg;

	assert_true(edge < 2);
	x->seen.gone = true;
	x->seen.ngone++;
}

static void
on_lab_change(void *arg)
{
	(void)arg;
}

static void
on_lab_stopped(void *arg)
{
	((struct lab *)arg)->seen.stopped = true;
}

static void
on_lab_door(void *arg, const struct door *d)
{
	(void)arg, (void)d;
}

/* Hand out tables that make the children do what. */
static void
hand_out_tables(struct lab *x, uint64_t what, bool proven)
{
	const struct edges_tables t = { .fd = memfd_sealed("test", "x", 1), .serial = ++x->serial, .generation = what,
		.proven = proven };

	assert_true(t.fd >= 0);
	x->seen = (struct seen){ 0 };
	edges_snapshot(x->edges, &t);
	assert_false(x->seen.applied);		/* never from within */
}

static void
hand_out(struct lab *x, uint64_t what)
{
	hand_out_tables(x, what, false);
}

static void
seconds(struct lab *x, int n)
{
	while (n-- > 0)
		on_tick(x->edges);
}

static int
setup(void **state)
{
	static const struct edges_ops ops = {
		on_lab_api, on_lab_applied, on_lab_answer, on_lab_flushed, on_lab_time, on_lab_secondary,
		on_lab_redeem, on_lab_used, on_lab_gone, on_lab_change
	};
	static const struct doors_ops door_ops = { on_lab_door, on_lab_door, on_lab_change };
	struct lab *x = calloc(1, sizeof(*x));
	struct err e;

	log_open("test", LOG_CRITICAL + 1);
	x->loop = io_loop_new();
	x->children = io_child_set_new(x->loop);
	x->doors = doors_new(x->loop, 2, &door_ops, x);
	x->edges = edges_new(x->loop, x->children, 2, &ops, x);
	assert_non_null(x->edges);
	edges_set_doors(x->edges, x->doors);
	hand_out(x, TAKE);
	assert_int_equal(edges_start(x->edges, &e), 0);
	io_timer_stop(x->edges->tick);		/* seconds() is the clock */
	assert_true(until(x->loop, &x->seen.applied));
	*state = x;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *x = *state;

	edges_free(x->edges);
	doors_free(x->doors);
	io_child_set_free(x->children);
	io_loop_free(x->loop);
	free(x);
	return 0;
}

static struct edge_info
info(const struct lab *x, size_t i)
{
	struct edge_info out;

	edges_info(x->edges, i, &out);
	return out;
}

/* --- tests -------------------------------------------------------------------------------- */

static void
test_applied_once(void **state)
{
	struct lab *x = *state;

	assert_int_equal(info(x, 0).state, EDGE_RUNNING);
	assert_int_equal(info(x, 1).state, EDGE_RUNNING);
	hand_out(x, STAY);
	assert_true(until(x->loop, &x->seen.applied));
	assert_int_equal(x->seen.serial, x->serial);
	assert_false(x->seen.refused);
	spin(x->loop, 20);
	assert_int_equal(x->seen.napplied, 1);
}

/* CFG-2: one that cannot is named with its reason. */
static void
test_refused(void **state)
{
	struct lab *x = *state;

	hand_out(x, REFUSE);
	assert_true(until(x->loop, &x->seen.applied));
	assert_true(x->seen.refused);
	assert_non_null(strstr(x->seen.why, "too green"));
	spin(x->loop, 20);
	assert_int_equal(x->seen.napplied, 1);
	hand_out(x, TAKE);
	assert_true(until(x->loop, &x->seen.applied));
	assert_false(x->seen.refused);
}

/* One that dies over it does not hold the others up, and gets the newest when it is back. */
static void
test_one_dies(void **state)
{
	struct lab *x = *state;

	hand_out(x, DIE_FIRST);
	assert_true(until(x->loop, &x->seen.applied));
	assert_false(x->seen.refused);
	assert_true(x->seen.gone);
	assert_int_not_equal(info(x, 0).state, EDGE_RUNNING);
	hand_out(x, TAKE);
	assert_true(until(x->loop, &x->seen.applied));
	/* new tables are a reason to try at once: it took part, or was not there */
	while (info(x, 0).state != EDGE_RUNNING)
		spin(x->loop, 5);
	assert_true(info(x, 0).restarts >= 1);	/* the tables before may have met a successor */
}

/* Tables that kill every edge are never in force: the change is undone by its deadline. */
static void
test_all_die(void **state)
{
	struct lab *x = *state;

	hand_out(x, DIE);
	assert_true(until(x->loop, &x->seen.gone));
	spin(x->loop, 300);
	assert_false(x->seen.applied);
	hand_out(x, TAKE);
	assert_true(until(x->loop, &x->seen.applied));
	assert_false(x->seen.refused);
}

/* The way back is known to be good: with nobody to take it, nobody is waited for. */
static void
test_proven(void **state)
{
	struct lab *x = *state;

	hand_out(x, DIE);
	while (x->seen.ngone < 2)
		spin(x->loop, 1);
	assert_false(x->seen.applied);
	hand_out_tables(x, DIE, true);
	assert_true(until(x->loop, &x->seen.applied));
	assert_false(x->seen.refused);
	assert_int_equal(x->seen.serial, x->serial);
}

/* An edge that hangs is replaced before a change has waited for too long. */
static void
test_one_hangs(void **state)
{
	struct lab *x = *state;
	pid_t pid = info(x, 0).pid;

	hand_out(x, FIRST_SAYS_NOTHING);
	while (x->edges->v[1].acked != x->serial)
		spin(x->loop, 1);
	seconds(x, EDGES_PATIENCE_S);
	spin(x->loop, 50);
	assert_false(x->seen.applied);
	assert_int_equal(info(x, 0).pid, pid);
	seconds(x, 1);
	assert_true(until(x->loop, &x->seen.applied));
	assert_false(x->seen.refused);
	assert_true(x->seen.gone);
	assert_int_not_equal(info(x, 0).pid, pid);
}

/* NTP: one measures the time; when it dies another does, and goes on when the first is back. */
static void
test_time(void **state)
{
	struct lab *x = *state;
	unsigned first;

	assert_true(until(x->loop, &x->seen.timed));
	first = x->seen.timer;		/* whoever was at work first */
	assert_in_range(first, 1, 2);
	assert_true(edges_round(x->edges, 7));
	while (x->seen.ntimes < 2) {
		x->seen.timed = false;
		assert_true(until(x->loop, &x->seen.timed));
	}
	assert_int_equal(x->seen.timer, first);
	x->seen.timed = false;
	assert_int_equal(kill(info(x, first - 1).pid, SIGKILL), 0);
	assert_true(until(x->loop, &x->seen.timed));
	assert_int_equal(x->seen.timer, 3 - first);
}

/* PRC-6: one that was silent for too long hangs, whatever it was asked. */
static void
test_silence(void **state)
{
	struct lab *x = *state;
	pid_t pid = info(x, 1).pid;

	seconds(x, WORKER_SILENT_S);
	spin(x->loop, 20);
	assert_int_equal(info(x, 1).pid, pid);
	seconds(x, 1);
	x->seen.gone = false;
	assert_true(until(x->loop, &x->seen.gone));
}

/* Only for the tables it was asked for. */
static void
test_wrong_serial(void **state)
{
	struct lab *x = *state;

	hand_out(x, WRONG_SERIAL);
	spin(x->loop, 50);
	assert_false(x->seen.applied);
}

/* PRC-5: what is no message ends its sender, and nothing behind it counts. */
static void
test_no_message(void **state)
{
	static const uint64_t what[] = { GARBLE, HAND_OVER_TCP, HAND_OVER_TWO, READY_TWICE };
	struct lab *x = *state;
	size_t i;

	for (i = 0; i < sizeof(what) / sizeof(what[0]); i++) {
		hand_out(x, what[i]);
		assert_true(until(x->loop, &x->seen.gone));
		assert_int_equal(x->seen.nhanded, 0);
		assert_false(x->seen.applied);
		hand_out(x, TAKE);
		assert_true(until(x->loop, &x->seen.applied));
	}
}

static void
test_connections(void **state)
{
	struct lab *x = *state;

	hand_out(x, HAND_OVER);
	assert_true(until(x->loop, &x->seen.applied));
	assert_int_equal(x->seen.nhanded, 2);
	seconds(x, 1);
	hand_out(x, FLOOD);
	assert_true(until(x->loop, &x->seen.applied));
	assert_int_equal(x->seen.nhanded, 2 * EDGES_API_PER_S);
	seconds(x, 1);
	hand_out(x, HAND_OVER);
	assert_true(until(x->loop, &x->seen.applied));
	assert_int_equal(x->seen.nhanded, 2);
}

static void
flush(struct lab *x, const char *name)
{
	struct message_flush m = { .id = 5, .namelen = (uint8_t)strlen(name) };

	memcpy(m.name, name, strlen(name));
	x->seen = (struct seen){ 0 };
	assert_true(edges_flush(x->edges, &m));
	assert_false(edges_flush(x->edges, &m));	/* one after the other */
	assert_int_equal(x->seen.nflushed, 0);
}

/* Each edge counts once: one that answers and dies, one that answers twice, one that never answers. */
static void
test_flush(void **state)
{
	struct lab *x = *state;

	flush(x, "");
	assert_true(until(x->loop, &x->seen.flushed));
	assert_int_equal(x->seen.id, 5);
	assert_int_equal(x->seen.count, 20);
	flush(x, "twice");
	assert_true(until(x->loop, &x->seen.flushed));
	spin(x->loop, 20);
	assert_int_equal(x->seen.nflushed, 1);
	assert_int_equal(x->seen.count, 20);
	flush(x, "die");
	assert_true(until(x->loop, &x->seen.flushed));
	spin(x->loop, 20);
	assert_int_equal(x->seen.nflushed, 1);
	assert_int_equal(x->seen.count, 10);
	while (info(x, 0).state != EDGE_RUNNING)
		spin(x->loop, 5);
	flush(x, "silent");
	while (x->edges->v[1].flushing)
		spin(x->loop, 1);
	assert_int_equal(x->seen.nflushed, 0);
	seconds(x, EDGES_PATIENCE_S + 1);
	assert_true(until(x->loop, &x->seen.flushed));
	assert_int_equal(x->seen.count, 10);
}

static void
test_ask(void **state)
{
	const struct message_ask m = { .id = 77, .zone = CONF_ZONE_LAN, .namelen = 1 };
	struct lab *x = *state;
	size_t edge = 9;

	assert_true(edges_ask(x->edges, &m, &edge));
	assert_int_equal(edge, 0);
	hand_out(x, FOREIGN_ANSWER);
	assert_true(until(x->loop, &x->seen.applied));
	assert_int_equal(x->seen.nanswers, 2);	/* who it came from is told; live.c judges */
}

static void
test_nobody_runs(void **state)
{
	const struct message_ask ask = { .id = 1, .namelen = 1 };
	const struct message_flush m = { .id = 1 };
	struct lab *x = *state;
	size_t edge;

	hand_out(x, DIE);
	while (x->seen.ngone < 2)
		spin(x->loop, 5);
	if (edges_first_running(x->edges) == NULL) {
		assert_false(edges_ask(x->edges, &ask, &edge));
		assert_false(edges_flush(x->edges, &m));
	}
}

/* Of what the edges know about an upstream, the newest counts: one that asks no more would tell of old trouble for ever. */
static void
test_upstreams(void **state)
{
	const struct message_upstream failed = { .at = { { 4, { 192, 0, 2, 1 } }, 53, 0 }, .heard_ms = 10 };
	struct message_upstream good = failed, unasked = failed;
	struct message_upstreams m;
	struct lab *x = *state;

	good.up = unasked.up = true;
	good.rtt_ms = 7;
	good.heard_ms = 11;
	unasked.heard_ms = 0;
	x->edges->v[0].upstreams = (struct message_upstreams){ 1, { failed } };
	x->edges->v[1].upstreams = (struct message_upstreams){ 1, { good } };
	edges_upstreams(x->edges, &m);
	assert_int_equal(m.n, 1);
	assert_true(m.v[0].up && m.v[0].rtt_ms == 7);
	x->edges->v[1].upstreams.v[0] = unasked;
	edges_upstreams(x->edges, &m);
	assert_false(m.v[0].up);
}

static void
test_stop(void **state)
{
	struct lab *x = *state;

	edges_stop(x->edges, on_lab_stopped, x);
	assert_false(x->seen.stopped);		/* never from within */
	assert_true(until(x->loop, &x->seen.stopped));
	assert_int_equal(info(x, 0).pid, 0);
	assert_int_equal(info(x, 1).pid, 0);
	assert_int_equal(x->seen.ngone, 0);
}

/* PRC-8: those that do not end are ended. */
static void
test_stop_hanging(void **state)
{
	struct lab *x = *state;

	assert_int_equal(kill(info(x, 0).pid, SIGSTOP), 0);
	edges_stop(x->edges, on_lab_stopped, x);
	spin(x->loop, 100);
	assert_false(x->seen.stopped);
	on_stop_late(x->edges);
	assert_true(until(x->loop, &x->seen.stopped));
}

static void
test_stop_dead(void **state)
{
	struct lab *x = *state;

	hand_out(x, DIE);
	while (x->seen.ngone < 2)
		spin(x->loop, 5);
	edges_stop(x->edges, on_lab_stopped, x);
	assert_true(until(x->loop, &x->seen.stopped));
	spin(x->loop, 150);
	assert_int_equal(info(x, 0).pid, 0);	/* nobody is started again */
}

static void
test_free_running(void **state)
{
	(void)state;	/* teardown does it */
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_applied_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_dies, setup, teardown),
		cmocka_unit_test_setup_teardown(test_all_die, setup, teardown),
		cmocka_unit_test_setup_teardown(test_proven, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_hangs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_time, setup, teardown),
		cmocka_unit_test_setup_teardown(test_silence, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wrong_serial, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_message, setup, teardown),
		cmocka_unit_test_setup_teardown(test_connections, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flush, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ask, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nobody_runs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_upstreams, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stop, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stop_hanging, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stop_dead, setup, teardown),
		cmocka_unit_test_setup_teardown(test_free_running, setup, teardown),
	};

	if (argc > 2 && strcmp(argv[1], "edge") == 0)
		return child(atoi(argv[2]));
	return cmocka_run_group_tests_name("role/edges", tests, NULL, NULL);
}
