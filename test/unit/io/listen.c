/* src/io/listen.c with TCP and Unix sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/listen.h"
#include "until.h"

enum { MANY = 100, RACES = 200 };

struct door {
	struct io_loop *loop;
	struct io_listen *l;
	int fds[MANY];
	size_t n, want;
	struct addr_port peer, local;
	bool enough, free_it;
};

static void
on_accept(void *arg, int fd, const struct addr_port *peer, const struct addr_port *local)
{
	struct door *d = arg;

	d->fds[d->n++] = fd;
	d->peer = *peer;
	d->local = *local;
	d->enough = d->n >= d->want;
	if (d->free_it) {
		io_listen_free(d->l);
		d->l = NULL;
	}
}

static void
close_all(struct door *d)
{
	while (d->n > 0)
		close(d->fds[--d->n]);
}

static uint16_t
port_of(int fd)
{
	struct sockaddr_storage ss;
	socklen_t n = sizeof(ss);
	struct addr_port a;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&ss, &n), 0);
	assert_true(addr_from_sockaddr(&ss, &a));
	return a.port;
}

static int
dial(const struct addr_port *to)
{
	struct sockaddr_storage ss;
	size_t n = addr_to_sockaddr(to, &ss);
	int fd = socket(ss.ss_family, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&ss, (socklen_t)n), 0);
	return fd;
}

/* 64 connections wait; all are accepted, know both addresses, and do not delay small writes. */
static void
accepts_with_addresses(void **state)
{
	struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } } }, taken;
	struct door d = { .loop = io_loop_new(), .want = 64 };
	int fd = io_listen_tcp(&at), clients[64], one = 0;
	socklen_t len = sizeof(one);
	size_t i;

	(void)state;
	assert_true(fd >= 0);
	taken = at;
	at.port = taken.port = port_of(fd);
	assert_int_equal(io_listen_tcp(&taken), -EADDRINUSE);
	for (i = 0; i < 64; i++)
		clients[i] = dial(&at);
	d.l = io_listen_new(d.loop, fd, on_accept, &d);
	assert_true(until(d.loop, &d.enough));
	assert_int_equal(d.peer.port, port_of(clients[63]));
	assert_int_equal(d.local.port, at.port);
	assert_true(addr_is_loopback(&d.local.addr) && addr_is_loopback(&d.peer.addr));
	assert_int_equal(getsockopt(d.fds[0], IPPROTO_TCP, TCP_NODELAY, &one, &len), 0);
	assert_int_equal(one != 0, 1);
	io_listen_free(d.l);
	for (i = 0; i < 64; i++)
		close(clients[i]);
	close_all(&d);
	assert_int_equal(listen(fd, 1), 0);	/* borrowed: still open */
	close(fd);
	io_loop_free(d.loop);
}

static void
can_be_freed_in_its_callback(void **state)
{
	struct addr_port at = { .addr = { 16, { [15] = 1 } } };
	struct door d = { .loop = io_loop_new(), .want = 1, .free_it = true };
	int fd = io_listen_tcp(&at), a, b;

	(void)state;
	at.port = port_of(fd);
	a = dial(&at);
	b = dial(&at);
	d.l = io_listen_new(d.loop, fd, on_accept, &d);
	assert_true(until(d.loop, &d.enough));
	spin(d.loop, 5);
	assert_int_equal(d.n, 1);
	close(a);
	close(b);
	close_all(&d);
	close(fd);
	io_loop_free(d.loop);
}

/* Out of descriptors: no spinning, no end; it goes on when there are some again. */
static void
survives_want_of_descriptors(void **state)
{
	struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } } };
	struct door d = { .loop = io_loop_new(), .want = 1 };
	int fd = io_listen_tcp(&at), client, highest;
	struct rlimit full, none;

	(void)state;
	at.port = port_of(fd);
	client = dial(&at);
	d.l = io_listen_new(d.loop, fd, on_accept, &d);
	highest = dup(0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &full), 0);
	none = full;
	none.rlim_cur = (rlim_t)highest;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	close(highest);
	highest = dup(0);		/* takes the last one below the limit, if any was left */
	spin(d.loop, 20);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &full), 0);
	if (highest >= 0)
		close(highest);
	assert_true(until(d.loop, &d.enough));
	close(client);
	io_listen_free(d.l);
	close_all(&d);
	close(fd);
	io_loop_free(d.loop);
}

/* --- Unix sockets ------------------------------------------------------------------ */

static char dir[] = "/tmp/pic-listen.XXXXXX";
static char path[64];

static int
dial_unix(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(un.sun_path, path, strlen(path));
	if (connect(fd, (struct sockaddr *)&un, sizeof(un)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
unix_sockets_have_their_mode(void **state)
{
	struct door d = { .loop = io_loop_new(), .want = 1 };
	int fd = io_listen_unix(path, 0660, getgid()), client;
	struct stat st;
	uid_t uid = 0;
	gid_t gid = 0;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
	d.l = io_listen_new(d.loop, fd, on_accept, &d);
	client = dial_unix();
	assert_true(client >= 0);
	assert_true(until(d.loop, &d.enough));
	assert_int_equal(d.peer.addr.len, 0);
	assert_int_equal(io_peer_uid(d.fds[0], &uid, &gid), 0);
	assert_int_equal(uid, geteuid());
	assert_int_equal(gid, getegid());
	assert_int_equal(io_peer_uid(0, &uid, &gid) < 0, 1);	/* no Unix socket */
	close(client);
	close_all(&d);
	io_listen_free(d.l);
	close(fd);
	io_loop_free(d.loop);
}

static void
a_stale_socket_is_replaced_a_live_one_is_not(void **state)
{
	int fd, second;
	FILE *f;

	(void)state;
	fd = io_listen_unix(path, 0600, (gid_t)-1);	/* that of the test before is stale */
	assert_true(fd >= 0);
	assert_int_equal(io_listen_unix(path, 0600, (gid_t)-1), -EADDRINUSE);
	second = dial_unix();
	assert_true(second >= 0);			/* the first one is still the one there */
	close(second);
	close(fd);
	assert_int_equal(unlink(path), 0);
	f = fopen(path, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(io_listen_unix(path, 0600, (gid_t)-1), -EEXIST);	/* somebody's file */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(io_listen_unix("/nowhere/at/all", 0600, (gid_t)-1), -ENOENT);
}

/* How often the name came to be there: made on the spot, or moved there whole. */
static void
count_arrivals(int watch, int *made, int *moved)
{
	char buf[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	const ssize_t n = read(watch, buf, sizeof(buf));
	const struct inotify_event *e;
	ssize_t at;

	for (at = 0; at < n; at += (ssize_t)(sizeof(*e) + e->len)) {
		e = (const void *)(buf + at);
		*made += strcmp(e->name, "pic.sock") == 0 && (e->mask & IN_CREATE) != 0;
		*moved += strcmp(e->name, "pic.sock") == 0 && (e->mask & IN_MOVED_TO) != 0;
	}
}

/* `wg show` removes a socket that refuses; it met ours between bind() and listen(). */
static void
a_socket_is_seen_when_it_listens(void **state)
{
	const int watch = inotify_init1(IN_NONBLOCK);
	int fd, made = 0, moved = 0;

	(void)state;
	assert_true(inotify_add_watch(watch, dir, IN_CREATE | IN_MOVED_TO) >= 0);
	fd = io_listen_unix(path, 0600, (gid_t)-1);
	assert_true(fd >= 0);
	count_arrivals(watch, &made, &moved);
	assert_int_equal(made, 0);
	assert_int_equal(moved, 1);
	close(fd);
	close(watch);
}

/* What has our temporary name and is no socket is somebody's. */
static void
another_file_is_left_alone(void **state)
{
	char other[96];
	FILE *f;

	(void)state;
	snprintf(other, sizeof(other), "%s~%ld", path, (long)getpid());
	f = fopen(other, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(io_listen_unix(path, 0600, (gid_t)-1), -EADDRINUSE);
	assert_int_equal(unlink(other), 0);
}

struct race { atomic_int arrived, tried, won; };

static void
meet(atomic_int *here)
{
	atomic_fetch_add(here, 1);
	while (atomic_load(here) % 2 != 0)
		sched_yield();
}

static void
run_race(struct race *r)
{
	int fd;

	meet(&r->arrived);
	fd = io_listen_unix(path, 0600, (gid_t)-1);
	atomic_fetch_add(&r->won, fd >= 0);
	meet(&r->tried);	/* the other one finds it alive */
	close(fd);
}

/* Of two that start at once, one has the name. */
static void
two_do_not_share_a_name(void **state)
{
	struct race *r = mmap(NULL, sizeof(*r), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child;
	int i;

	(void)state;
	assert_ptr_not_equal(r, MAP_FAILED);
	unlink(path);
	for (i = 0; i < RACES; i++) {
		*r = (struct race){ 0 };
		child = fork();
		run_race(r);
		if (child == 0)
			_exit(0);
		assert_int_equal(waitpid(child, NULL, 0), child);
		assert_int_equal(r->won, 1);
		assert_int_equal(unlink(path), 0);
	}
	munmap(r, sizeof(*r));
}

static int
group_set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/pic.sock", dir);
	return 0;
}

static int
group_tear_down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_with_addresses),
		cmocka_unit_test(can_be_freed_in_its_callback),
		cmocka_unit_test(survives_want_of_descriptors),
		cmocka_unit_test(unix_sockets_have_their_mode),
		cmocka_unit_test(a_stale_socket_is_replaced_a_live_one_is_not),
		cmocka_unit_test(a_socket_is_seen_when_it_listens),
		cmocka_unit_test(another_file_is_left_alone),
		cmocka_unit_test(two_do_not_share_a_name),
	};

	return cmocka_run_group_tests(tests, group_set_up, group_tear_down);
}
