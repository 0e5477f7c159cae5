/* Giving up privileges, seen from outside: what the kernel says about a child
 * that has become a role (PRC-2, PRC-5, ACC-17), and what that child still can
 * do. As root the whole way down, as a user what is left of it. The system
 * call filter is tested in seccomp.c: a sanitizer would not survive it. */
#include "sys/priv.c"

#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { DEADLINE_MS = 20000 };

/* A child that has run setup and now waits for its end. */
struct subject {
	pid_t pid;
	int out, hold;
	char status[4096];	/* its /proc/…/status */
	char limits[4096];
};

static void
slurp(pid_t pid, const char *what, char *buf, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, what);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	n = read(fd, buf, size - 1);
	(void)close(fd);
	assert_true(n > 0);
	buf[n] = '\0';
}

/* Start setup in a child and read what it has become. setup's result, which is
 * 0 when all went well, comes as its first word. */
static void
subject_start(struct subject *s, int (*setup)(void))
{
	int out[2], hold[2], r = -1;

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(pipe2(hold, O_CLOEXEC), 0);
	s->pid = fork();
	if (s->pid == 0) {
		(void)close(hold[1]);
		r = setup();
		if (write(out[1], &r, sizeof(r)) < 0)
			_exit(1);
		_exit(read(hold[0], &r, 1) == 0 ? 0 : 1);
	}
	(void)close(out[1]);
	(void)close(hold[0]);
	s->out = out[0];
	s->hold = hold[1];
	assert_int_equal(read(s->out, &r, sizeof(r)), sizeof(r));
	if (r != 0)
		fail_msg("set-up ended with %d", r);
	slurp(s->pid, "status", s->status, sizeof(s->status));
	slurp(s->pid, "limits", s->limits, sizeof(s->limits));
}

static void
subject_end(struct subject *s)
{
	int status;

	(void)close(s->hold);
	(void)close(s->out);
	assert_int_equal(waitpid(s->pid, &status, 0), s->pid);
	assert_int_equal(status, 0);
}

static void
assert_status(const struct subject *s, const char *key, const char *want)
{
	char line[128];
	const char *at;

	(void)snprintf(line, sizeof(line), "\n%s:\t%s\n", key, want);
	at = strstr(s->status, line);
	if (at == NULL)
		fail_msg("no \"%s: %s\" in %s", key, want, s->status);
}

static void
assert_no_caps(const struct subject *s, bool bounding_too)
{
	static const char none[] = "0000000000000000";

	assert_status(s, "CapInh", none);
	assert_status(s, "CapPrm", none);
	assert_status(s, "CapEff", none);
	assert_status(s, "CapAmb", none);
	if (bounding_too)
		assert_status(s, "CapBnd", none);
}

static void
assert_limit(const struct subject *s, const char *name, uint64_t want)
{
	unsigned long long soft, hard;
	const char *at = strstr(s->limits, name);

	assert_non_null(at);
	assert_int_equal(sscanf(at + strlen(name), "%llu %llu", &soft, &hard), 2);
	assert_true(soft == want && hard == want);
}

/* --- becoming a role --------------------------------------------------------------- */

/* With more groups than a session of root often has. */
static int
enter(enum priv_role role)
{
	static const gid_t groups[] = { 4, 4242 };
	struct err e;

	if (geteuid() == 0 && setgroups(2, groups) < 0)
		return -errno;
	return priv_become(role, &e);
}

static int
edge(void)
{
	return enter(PRIV_EDGE);
}

static int
job_net(void)
{
	return enter(PRIV_JOB_NET);
}

static int
job_local(void)
{
	return enter(PRIV_JOB_LOCAL);
}

static int (*const become[])(void) = { edge, job_net, job_local };

static bool
have_root_mode(void)
{
	return priv_is_root_mode() && caps_have(BIT(CAP_SYS_CHROOT) | BIT(CAP_SETPCAP));
}

/* As an ordinary user from here on, whoever started the test. */
static int
be_user(void)
{
	if (geteuid() == 0 && (setgroups(0, NULL) < 0 ||
	    setresgid(12345, 12345, 12345) < 0 ||
	    setresuid(12345, 12345, 12345) < 0))
		return -errno;
	/* As after an exec, which a change of account is not. */
	if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0)
		return -errno;
	return priv_is_root_mode() ? -EPERM : 0;
}

static int
edge_as_user(void)
{
	int r = be_user();

	return r < 0 ? r : edge();
}

static void
root_becomes_a_role(void **state)
{
	struct priv_account a = priv_role_account();
	char ids[64], link[64], path[64];
	struct subject s;
	ssize_t n;

	(void)state;
	if (!have_root_mode())
		skip();
	for (size_t i = 0; i < 3; i++) {
		subject_start(&s, become[i]);
		assert_no_caps(&s, true);
		assert_status(&s, "NoNewPrivs", "1");
		(void)snprintf(ids, sizeof(ids), "%u\t%u\t%u\t%u", a.uid, a.uid,
		    a.uid, a.uid);
		assert_status(&s, "Uid", ids);
		(void)snprintf(ids, sizeof(ids), "%u\t%u\t%u\t%u", a.gid, a.gid,
		    a.gid, a.gid);
		assert_status(&s, "Gid", ids);
		assert_status(&s, "Groups", " ");
		(void)snprintf(path, sizeof(path), "/proc/%ld/root", (long)s.pid);
		n = readlink(path, link, sizeof(link) - 1);
		assert_true(n > 0);
		link[n] = '\0';
		assert_non_null(strstr(link, "/pic-root-"));
		assert_non_null(strstr(link, " (deleted)"));
		subject_end(&s);
	}
}

static void
user_becomes_a_role(void **state)
{
	char ids[64];
	uid_t uid = geteuid() == 0 ? 12345 : geteuid();
	struct subject s;

	(void)state;
	subject_start(&s, edge_as_user);
	assert_no_caps(&s, false);
	assert_status(&s, "NoNewPrivs", "1");
	(void)snprintf(ids, sizeof(ids), "%u\t%u\t%u\t%u", uid, uid, uid, uid);
	assert_status(&s, "Uid", ids);
	subject_end(&s);
}

static void
limits_of_the_roles(void **state)
{
	struct subject s;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		subject_start(&s, become[i]);
		assert_limit(&s, "Max core file size", 0);
		assert_limit(&s, "Max processes", 0);
		if (become[i] != edge)
			assert_limit(&s, "Max cpu time", 120);
		subject_end(&s);
	}
}

static int
edge_with_pipe_log(void)
{
	int p[2];

	if (pipe2(p, O_CLOEXEC) < 0 || dup2(p[1], STDERR_FILENO) < 0)
		return -errno;
	return edge();
}

/* A log file must be able to grow, or the first line would kill the edge. */
static int
edge_with_file_log(void)
{
	char path[] = "/tmp/pic-priv-log-XXXXXX";
	int fd = mkstemp(path), r;

	if (fd < 0 || unlink(path) < 0 || dup2(fd, STDERR_FILENO) < 0)
		return -errno;
	r = edge();
	return r == 0 && write(STDERR_FILENO, "x", 1) != 1 ? -EIO : r;
}

static void
edge_writes_no_file_but_its_log(void **state)
{
	struct subject s;

	(void)state;
	subject_start(&s, edge_with_pipe_log);
	assert_limit(&s, "Max file size", 0);
	subject_end(&s);
	subject_start(&s, edge_with_file_log);
	subject_end(&s);
}

/* 0, or the number of the first thing that was still possible. */
static int
try_everything(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	int fd;

	if (open("/etc/passwd", O_RDONLY) >= 0)
		return 1;
	if (access("/etc/passwd", R_OK) == 0)	/* Landlock hides no name */
		return 2;
	if (mkdir("/x", 0700) == 0 || mkdir("x", 0700) == 0)
		return 3;
	if (open("/tmp/pic-priv-x", O_WRONLY | O_CREAT, 0600) >= 0)
		return 4;
	if (setuid(0) == 0 || seteuid(0) == 0 || setgid(0) == 0)
		return 5;
	if (fork() >= 0)
		return 6;
	if (kill(getppid(), 0) == 0)
		return 7;
	if (prctl(PR_GET_DUMPABLE) != 0)
		return 8;
	/* A door of its own on a low port. */
	in.sin_port = htons(81);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&in, sizeof(in)) == 0)
		return 9;
	return 0;
}

static int
edge_tries(void)
{
	int r = edge();

	return r < 0 ? r : try_everything();
}

static void
a_role_of_root_can_do_nothing(void **state)
{
	struct subject s;

	(void)state;
	if (!have_root_mode())
		skip();
	subject_start(&s, edge_tries);
	subject_end(&s);
}

static int
user_edge_is_closed_to_others(void)
{
	int r = edge_as_user();

	return r < 0 ? r : prctl(PR_GET_DUMPABLE) != 0;
}

static void
a_role_of_a_user_cannot_be_traced(void **state)
{
	struct subject s;

	(void)state;
	subject_start(&s, user_edge_is_closed_to_others);
	subject_end(&s);
}

/* Without chroot: files by Landlock, where the kernel has it. */
static int
user_edge_opens(void)
{
	int r = edge_as_user();

	if (r < 0)
		return r;
	if (open("/etc/passwd", O_RDONLY) >= 0)
		return 1;
	return open("/tmp/pic-priv-x", O_WRONLY | O_CREAT, 0600) >= 0 ? 2 : 0;
}

static void
a_role_of_a_user_has_no_files(void **state)
{
	struct subject s;

	(void)state;
	if (syscall(444 /* landlock_create_ruleset */, NULL, 0, 1) < 1)
		skip();
	subject_start(&s, user_edge_opens);
	subject_end(&s);
}

/* What the job needs it still has: memory for Argon2 (19 MiB), an answer. */
static int
job_works(void)
{
	int r = job_local();
	uint8_t *p;

	if (r < 0)
		return r;
	p = malloc(64 << 20);
	if (p == NULL)
		return 1;
	memset(p, 1, 64 << 20);
	r = p[(64 << 20) - 1] == 1 ? 0 : 2;
	free(p);
	return r;
}

static void
a_job_can_work(void **state)
{
	struct subject s;

	(void)state;
	subject_start(&s, job_works);
	subject_end(&s);
}

/* The change of account must not cut the line to the parent: a role never
 * outlives its core. */
static void
a_role_dies_with_its_parent(void **state)
{
	int life[2], ready[2], status;
	struct pollfd p;
	pid_t pid, parent;
	char c;

	(void)state;
	assert_int_equal(pipe2(life, O_CLOEXEC), 0);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		if (have_root_mode() && priv_core(NULL) < 0)
			_exit(1);
		parent = getpid();
		if (fork() == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (getppid() != parent || edge() < 0 ||
			    write(ready[1], "r", 1) != 1)
				_exit(1);
			for (;;)
				(void)pause();
		}
		(void)close(life[1]);
		(void)close(ready[1]);
		_exit(read(ready[0], &c, 1) == 1 ? 0 : 1);
	}
	(void)close(life[1]);
	(void)close(ready[1]);
	(void)close(ready[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	p = (struct pollfd){ .fd = life[0], .events = POLLIN };
	assert_int_equal(poll(&p, 1, DEADLINE_MS), 1);
	assert_int_equal(read(life[0], &c, 1), 0);
	(void)close(life[0]);
}

/* --- core ----------------------------------------------------------------------------- */

static int
core(void)
{
	struct err e;

	return priv_core(&e);
}

static int
core_as_user(void)
{
	int r = be_user();

	return r < 0 ? r : core();
}

static void
core_keeps_what_it_names(void **state)
{
	char want[32];
	struct subject s;

	(void)state;
	if (geteuid() != 0 || !caps_have(core_caps))
		skip();
	subject_start(&s, core);
	(void)snprintf(want, sizeof(want), "%016llx",
	    (unsigned long long)core_caps);
	assert_status(&s, "CapInh", want);
	assert_status(&s, "CapPrm", want);
	assert_status(&s, "CapEff", want);
	assert_status(&s, "CapBnd", want);
	assert_status(&s, "NoNewPrivs", "0");
	assert_limit(&s, "Max core file size", 0);
	subject_end(&s);
}

static void
core_of_a_user_has_nothing(void **state)
{
	struct subject s;

	(void)state;
	subject_start(&s, core_as_user);
	assert_no_caps(&s, false);
	subject_end(&s);
}

/* core, then a role out of it, as in life. */
static int
edge_of_core(void)
{
	int r = core();

	return r < 0 ? r : edge_tries();
}

static void
a_role_of_core_can_do_nothing(void **state)
{
	struct subject s;

	(void)state;
	if (!have_root_mode())
		skip();
	subject_start(&s, edge_of_core);
	assert_no_caps(&s, true);
	subject_end(&s);
}

static void
account_is_nobody_important(void **state)
{
	struct priv_account a = priv_role_account();

	(void)state;
	assert_true(a.uid >= 100 && a.gid >= 100);
	assert_true(a.uid != 65534);
}

static int
raise_and_check(void)
{
	struct rlimit lim = { 64, 128 };

	if (setrlimit(RLIMIT_NOFILE, &lim) < 0)
		return -errno;
	priv_raise_nofile(100);
	if (getrlimit(RLIMIT_NOFILE, &lim) < 0 || lim.rlim_cur != 100)
		return 1;
	priv_raise_nofile(50);		/* never lowers */
	if (getrlimit(RLIMIT_NOFILE, &lim) < 0 || lim.rlim_cur != 100)
		return 2;
	priv_raise_nofile(1000);	/* as far as it goes */
	if (getrlimit(RLIMIT_NOFILE, &lim) < 0 || lim.rlim_cur != 128)
		return 3;
	return lim.rlim_max == 128 ? 0 : 4;
}

static void
raises_the_descriptor_limit(void **state)
{
	struct subject s;

	(void)state;
	subject_start(&s, raise_and_check);
	subject_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_becomes_a_role),
		cmocka_unit_test(user_becomes_a_role),
		cmocka_unit_test(limits_of_the_roles),
		cmocka_unit_test(edge_writes_no_file_but_its_log),
		cmocka_unit_test(a_role_of_root_can_do_nothing),
		cmocka_unit_test(a_role_of_a_user_has_no_files),
		cmocka_unit_test(a_role_of_a_user_cannot_be_traced),
		cmocka_unit_test(a_job_can_work),
		cmocka_unit_test(a_role_dies_with_its_parent),
		cmocka_unit_test(core_keeps_what_it_names),
		cmocka_unit_test(core_of_a_user_has_nothing),
		cmocka_unit_test(a_role_of_core_can_do_nothing),
		cmocka_unit_test(account_is_nobody_important),
		cmocka_unit_test(raises_the_descriptor_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
