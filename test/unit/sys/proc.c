/* Starting this very program again: with an argument it plays the child and
 * reports what it finds on its descriptor 3. */
#include "sys/proc.c"

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cmocka.h>

enum { DEADLINE_MS = 20000 };

extern char **environ;

/* --- the child ------------------------------------------------------------------ */

static void
report_fds(FILE *out)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *d;
	unsigned long long open_fds = 0;

	while ((d = readdir(dir)) != NULL) {
		uint64_t fd;

		if (str_u64(str_of(d->d_name), 63, &fd) && (int)fd != dirfd(dir))
			open_fds |= 1ULL << fd;
		else if (str_u64(str_of(d->d_name), INT32_MAX, &fd) && fd > 63)
			open_fds |= 1ULL << 63;
	}
	(void)closedir(dir);
	fprintf(out, "fds=%llx\n", open_fds);
}

static void
report_status(FILE *out)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "SigBlk:", 7) == 0 ||
		    strncmp(line, "SigIgn:", 7) == 0)
			fputs(line, out);
	if (f != NULL)
		(void)fclose(f);
}

static int
child_report(int argc, char **argv)
{
	FILE *out = fdopen(dup(3), "w");
	int death = 0;
	char c;

	if (out == NULL)
		return 1;
	(void)fcntl(fileno(out), F_SETFD, FD_CLOEXEC);
	(void)dup2(fileno(out), 60);
	(void)close(fileno(out));
	out = fdopen(60, "w");
	fprintf(out, "argv0=%s argc=%d\n", argv[0], argc);
	for (char **e = environ; *e != NULL; e++)
		fprintf(out, "env=%s\n", *e);
	(void)prctl(PR_GET_PDEATHSIG, &death);
	fprintf(out, "death=%d parent=%ld\n", death, (long)getppid());
	fprintf(out, "stdin=%zd\n", read(STDIN_FILENO, &c, 1));
	report_fds(out);
	report_status(out);
	return fclose(out);
}

/* Writes the text that it reads on 3 to 4. */
static int
child_copy(void)
{
	char buf[64];
	ssize_t n = read(3, buf, sizeof(buf));

	return n > 0 && write(4, buf, (size_t)n) == n ? 0 : 1;
}

/* Holds 3 open until it is killed. */
static int
child_wait(void)
{
	for (;;)
		(void)pause();
}

/* --- the parent ------------------------------------------------------------------ */

/* Everything written to fd until its end, which must come in time. */
static size_t
read_to_end(int fd, char *buf, size_t size)
{
	size_t n = 0;

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t k;

		assert_int_equal(poll(&p, 1, DEADLINE_MS), 1);
		k = read(fd, buf + n, size - 1 - n);
		assert_true(k >= 0);
		if (k == 0)
			break;
		n += (size_t)k;
	}
	buf[n] = '\0';
	return n;
}

static struct proc_spawn
spawn_of(const char *const *argv)
{
	return (struct proc_spawn){ .argv = argv, .stdin_fd = -1,
	    .stdout_fd = -1, .stderr_fd = -1 };
}

static void
assert_exit(pid_t pid, int want)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), want);
}

/* Run the report child; what it found is in buf. */
static void
get_report(char *buf, size_t size)
{
	static const char *const argv[] = { "pic edge 0", "report", NULL };
	struct proc_spawn s = spawn_of(argv);
	int p[2];
	pid_t pid;

	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	s.fds[0] = p[1];
	s.nfds = 1;
	pid = proc_spawn(&s);
	assert_true(pid > 0);
	(void)close(p[1]);
	(void)read_to_end(p[0], buf, size);
	(void)close(p[0]);
	assert_exit(pid, 0);
}

#define assert_has(buf, text) \
	do { if (strstr(buf, text) == NULL) fail_msg("no %s in: %s", text, buf); } while (0)

/* PRC-2, PRC-3: this same file, its arguments, and nothing of ours besides
 * what was given. */
static void
child_gets_what_it_is_given(void **state)
{
	char buf[2048], want[64];
	int leak = open("/dev/null", O_RDONLY), high;

	(void)state;
	assert_int_equal(setenv("PIC_LOG_LEVEL", "DEBUG", 1), 0);
	assert_int_equal(setenv("JOURNAL_STREAM", "8:9", 1), 0);
	assert_int_equal(setenv("PIC_TRUST_FILE", "/ca.pem", 1), 0);
	assert_int_equal(setenv("LD_PRELOAD_NOT", "x", 1), 0);
	high = fcntl(leak, F_DUPFD, 50);
	get_report(buf, sizeof(buf));
	(void)close(high);
	(void)close(leak);
	assert_has(buf, "argv0=pic edge 0 argc=2\n");
	assert_has(buf, "env=PIC_LOG_LEVEL=DEBUG\nenv=JOURNAL_STREAM=8:9\nenv=PIC_TRUST_FILE=/ca.pem\ndeath=");
	(void)snprintf(want, sizeof(want), "death=%d parent=%ld\n", SIGKILL,
	    (long)getpid());
	assert_has(buf, want);
	assert_has(buf, "stdin=0\n");
	/* 0 to 3, and 60, which the child opened for its report. */
	assert_has(buf, "fds=100000000000000f\n");
}

static void
environment_may_be_empty(void **state)
{
	char buf[2048];
	static char big[5000];

	(void)state;
	assert_int_equal(unsetenv("PIC_LOG_LEVEL"), 0);
	assert_int_equal(unsetenv("PIC_TRUST_FILE"), 0);
	memset(big, 'x', sizeof(big) - 1);
	assert_int_equal(setenv("JOURNAL_STREAM", big, 1), 0);
	get_report(buf, sizeof(buf));
	assert_null(strstr(buf, "env="));
	assert_int_equal(unsetenv("JOURNAL_STREAM"), 0);
}

/* What we ignore or block is no business of the child. */
static uint64_t
ignored(const char *report)
{
	const char *line = strstr(report, "SigIgn:\t");

	assert_non_null(line);
	return strtoull(line + 8, NULL, 16);
}

static void
signals_are_reset(void **state)
{
	char buf[2048];
	sigset_t set, old, now;

	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	assert_int_equal(sigprocmask(SIG_BLOCK, &set, &old), 0);
	assert_true(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	assert_true(signal(SIGHUP, SIG_IGN) != SIG_ERR);
	get_report(buf, sizeof(buf));
	assert_has(buf, "SigBlk:\t0000000000000000\n");
	/* 32 and 33 are the C library's own: whoever ignored them before us, neither libc lets us change that */
	assert_int_equal(ignored(buf) & ~UINT64_C(0x180000000), 0);
	/* And our own mask is as it was. */
	assert_int_equal(sigprocmask(SIG_SETMASK, &old, &now), 0);
	assert_true(sigismember(&now, SIGUSR1) && !sigismember(&now, SIGUSR2));
	assert_true(signal(SIGPIPE, SIG_DFL) == SIG_IGN);
	assert_true(signal(SIGHUP, SIG_DFL) == SIG_IGN);
}

/* Kernels before 5.9: a filter answers close_range as they do. */
static void
descriptors_close_on_old_kernels(void **state)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { 4, code };
	struct rlimit few = { 256, 256 };
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		char buf[2048] = "";
		int leak = open("/dev/null", O_RDONLY);

		/* Open descriptors below the limit that the loop goes to. */
		if (fcntl(leak, F_DUPFD, 200) < 0 ||
		    setrlimit(RLIMIT_NOFILE, &few) < 0 ||
		    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0)
			_exit(2);
		get_report(buf, sizeof(buf));
		_exit(strstr(buf, "fds=100000000000000f\n") != NULL ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* A copy of fd at exactly to; fd goes. */
static int
move(int fd, int to)
{
	if (dup3(fd, to, O_CLOEXEC) != to)
		return -1;
	(void)close(fd);
	return to;
}

/* Pass text through a child whose 3 was our in and whose 4 was our out; its
 * other sources find every number but these two free. */
static int
pass(int in, int out)
{
	static const char *const argv[] = { "x", "copy", NULL };
	struct proc_spawn s = spawn_of(argv);
	int a[2], b[2], status;
	char buf[64];
	pid_t pid;

	if (pipe2(a, O_CLOEXEC) < 0 || pipe2(b, O_CLOEXEC) < 0 ||
	    write(a[1], "crossed", 7) != 7)
		return 2;
	a[0] = move(a[0], 40);
	b[1] = move(b[1], 41);
	b[0] = move(b[0], 42);
	(void)close(a[1]);
	for (int fd = 3; fd < 20; fd++)
		(void)close(fd);
	s.fds[0] = move(a[0], in);
	s.fds[1] = move(b[1], out);
	s.nfds = 2;
	pid = proc_spawn(&s);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		return 3;
	return read(b[0], buf, sizeof(buf)) == 7 &&
	    memcmp(buf, "crossed", 7) == 0 ? 0 : 4;
}

/* Sources that stand where targets go, and targets where nothing stands. */
static void
descriptors_may_cross(void **state)
{
	static const int at[][2] = {
		{ 3, 4 }, { 4, 3 }, { 4, 5 }, { 30, 3 }, { 4, 30 }, { 30, 31 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(pass(at[i][0], at[i][1]));
		assert_exit(pid, 0);
	}
}

static void
standard_streams_are_given(void **state)
{
	static const char *const argv[] = { "x", "cat", NULL };
	struct proc_spawn s = spawn_of(argv);
	int in[2], out[2];
	char buf[64];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	s.stdin_fd = in[0];
	s.stdout_fd = out[1];
	s.stderr_fd = out[1];
	pid = proc_spawn(&s);
	assert_true(pid > 0);
	assert_int_equal(write(in[1], "text", 4), 4);
	(void)close(in[0]);
	(void)close(in[1]);
	(void)close(out[1]);
	(void)read_to_end(out[0], buf, sizeof(buf));
	assert_string_equal(buf, "texttext");	/* to both */
	(void)close(out[0]);
	assert_exit(pid, 0);
}

/* PRC-7's other side: no role outlives its core. */
static void
child_dies_with_its_parent(void **state)
{
	static const char *const argv[] = { "x", "wait", NULL };
	struct proc_spawn s = spawn_of(argv);
	int life[2], status;
	char buf[8];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(life, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		s.fds[0] = life[1];
		s.nfds = 1;
		_exit(proc_spawn(&s) > 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	(void)close(life[1]);
	assert_int_equal(read_to_end(life[0], buf, sizeof(buf)), 0);
	(void)close(life[0]);
}

static void
failures_leave_nothing_behind(void **state)
{
	static char huge[1 << 20];
	const char *argv[] = { "x", "copy", NULL };
	struct proc_spawn s = spawn_of(argv);

	(void)state;
	s.nfds = PROC_FDS_MAX + 1;
	assert_int_equal(proc_spawn(&s), -EINVAL);
	s.nfds = 1;
	s.fds[0] = 999;
	assert_int_equal(proc_spawn(&s), -EBADF);
	s.nfds = 0;
	s.stdin_fd = 999;
	assert_int_equal(proc_spawn(&s), -EBADF);
	s.stdin_fd = -1;
	memset(huge, 'x', sizeof(huge) - 1);
	argv[1] = huge;
	assert_int_equal(proc_spawn(&s), -E2BIG);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* --- who holds a port --------------------------------------------------------- */

static unsigned
socket_on(int family, int type, int *fd)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_storage ss;
	socklen_t n = sizeof(ss);
	bool v6 = family == AF_INET6;

	*fd = socket(family, type | SOCK_CLOEXEC, 0);
	if (*fd < 0 && v6)
		skip();
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	in6.sin6_addr.s6_addr[15] = 1;
	if (bind(*fd, v6 ? (struct sockaddr *)&in6 : (struct sockaddr *)&in,
	    v6 ? sizeof(in6) : sizeof(in)) < 0 && v6) {
		(void)close(*fd);
		skip();
	}
	assert_int_equal(getsockname(*fd, (struct sockaddr *)&ss, &n), 0);
	return ntohs(v6 ? ((struct sockaddr_in6 *)(void *)&ss)->sin6_port
	    : ((struct sockaddr_in *)(void *)&ss)->sin_port);
}

/* PRC-10: pid and name of the holder. */
static void
check_holder(int family, int type)
{
	int protocol = type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP, fd;
	unsigned port = socket_on(family, type, &fd);
	char name[32] = "old", tiny[4];

	assert_int_equal(prctl(PR_SET_NAME, "port hol\x1b(r"), 0);
	if (type == SOCK_STREAM) {
		/* A port that is bound but not listened on is not taken. */
		assert_int_equal(proc_port_holder(protocol, port, name,
		    sizeof(name)), 0);
		assert_string_equal(name, "");
		assert_int_equal(listen(fd, 1), 0);
	}
	assert_int_equal(proc_port_holder(protocol, port, name, sizeof(name)),
	    getpid());
	assert_string_equal(name, "port hol?(r");
	assert_int_equal(proc_port_holder(protocol, port, tiny, sizeof(tiny)),
	    getpid());
	assert_string_equal(tiny, "por");
	assert_int_equal(proc_port_holder(protocol, port, NULL, 0), getpid());
	(void)close(fd);
	assert_int_equal(proc_port_holder(protocol, port, name, sizeof(name)), 0);
}

static void
finds_tcp(void **state)
{
	(void)state;
	check_holder(AF_INET, SOCK_STREAM);
}

static void
finds_udp(void **state)
{
	(void)state;
	check_holder(AF_INET, SOCK_DGRAM);
}

static void
finds_tcp6(void **state)
{
	(void)state;
	check_holder(AF_INET6, SOCK_STREAM);
}

static void
finds_udp6(void **state)
{
	(void)state;
	check_holder(AF_INET6, SOCK_DGRAM);
}

static void
reads_the_table_strictly(void **state)
{
	static const char line[] = "   0: 0100007F:0035 00000000:0000 0A "
	    "00000000:00000000 00:00000000 00000000   101        0 18446744073 1 x";

	(void)state;
	assert_true(line_inode(line, true, 53) == 18446744073);
	assert_true(line_inode(line, false, 53) == 18446744073);
	assert_true(line_inode(line, true, 54) == 0);
	assert_true(line_inode("  sl  local_address rem_address   st", true, 53) == 0);
	assert_true(line_inode("", true, 53) == 0);
}

static int
child_cat(void)
{
	char buf[64];
	ssize_t n = read(STDIN_FILENO, buf, sizeof(buf));

	return n > 0 && write(STDOUT_FILENO, buf, (size_t)n) == n &&
	    write(STDERR_FILENO, buf, (size_t)n) == n ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(child_gets_what_it_is_given),
		cmocka_unit_test(environment_may_be_empty),
		cmocka_unit_test(signals_are_reset),
		cmocka_unit_test(descriptors_close_on_old_kernels),
		cmocka_unit_test(descriptors_may_cross),
		cmocka_unit_test(standard_streams_are_given),
		cmocka_unit_test(child_dies_with_its_parent),
		cmocka_unit_test(failures_leave_nothing_behind),
		cmocka_unit_test(finds_tcp),
		cmocka_unit_test(finds_udp),
		cmocka_unit_test(finds_tcp6),
		cmocka_unit_test(finds_udp6),
		cmocka_unit_test(reads_the_table_strictly),
	};

	if (argc > 1 && strcmp(argv[1], "report") == 0)
		return child_report(argc, argv);
	if (argc > 1 && strcmp(argv[1], "copy") == 0)
		return child_copy();
	if (argc > 1 && strcmp(argv[1], "wait") == 0)
		return child_wait();
	if (argc > 1 && strcmp(argv[1], "cat") == 0)
		return child_cat();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
