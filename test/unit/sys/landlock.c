/* Landlock, on the kernel that runs the tests, and the rule sets that other
 * kernels would be given. */
#include "sys/landlock.c"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { NO_LANDLOCK = 77 };

static int
kernel_version(void)
{
	return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);
}

/* What probe returns in a child that has locked itself up. */
static int
locked(bool connect_too, int (*probe)(void))
{
	int status, r;
	pid_t pid = fork();

	if (pid == 0) {
		(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		r = landlock_enforce(connect_too);
		_exit(r == -ENOSYS ? NO_LANDLOCK : r < 0 ? 100 : probe());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == NO_LANDLOCK)
		skip();
	return WEXITSTATUS(status);
}

/* 0 when each of these is refused, else which one was not. */
static int
probe_files(void)
{
	if (open("/etc/passwd", O_RDONLY) >= 0 || errno != EACCES)
		return 1;
	if (open("/", O_RDONLY | O_DIRECTORY) >= 0)
		return 2;
	if (mkdir("/tmp/pic-landlock-test", 0700) == 0)
		return 3;
	if (open("/tmp/pic-landlock-test", O_WRONLY | O_CREAT, 0600) >= 0)
		return 4;
	execl("/bin/false", "false", (char *)NULL);	/* 1, if it runs */
	return errno == EACCES ? 0 : 5;
}

/* The errno of binding, and of connecting to a port that nobody has. */
static int
tcp_errno(bool bound)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
	    .sin_port = htons(bound ? 0 : 1) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), r;

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	r = bound ? bind(fd, (struct sockaddr *)&in, sizeof(in))
	    : connect(fd, (struct sockaddr *)&in, sizeof(in));
	return r == 0 ? 0 : errno;
}

static int
probe_bind(void)
{
	return tcp_errno(true);
}

static int
probe_connect(void)
{
	return tcp_errno(false);
}

static int
probe_signal(void)
{
	return kill(getppid(), 0) < 0 ? errno : 0;
}

static int
probe_own_signal(void)
{
	return kill(getpid(), 0) < 0 ? errno : 0;
}

static void
no_file_can_be_reached(void **state)
{
	(void)state;
	assert_int_equal(locked(true, probe_files), 0);
}

static void
no_port_can_be_bound(void **state)
{
	(void)state;
	if (kernel_version() < 4)
		skip();
	assert_int_equal(locked(true, probe_bind), EACCES);
}

static void
connecting_is_a_choice(void **state)
{
	(void)state;
	if (kernel_version() < 4)
		skip();
	assert_int_equal(locked(true, probe_connect), ECONNREFUSED);
	assert_int_equal(locked(false, probe_connect), EACCES);
}

static void
no_signal_leaves(void **state)
{
	(void)state;
	if (kernel_version() < 6)
		skip();
	assert_int_equal(locked(true, probe_signal), EPERM);
	assert_int_equal(locked(true, probe_own_signal), 0);
}

/* A kernel is asked for nothing that it does not know: with a bit or a byte
 * too many it would refuse the whole set. */
static void
rule_sets_of_all_versions(void **state)
{
	static const struct {
		int fs_bits;
		size_t size;
	} want[] = {
		{ 13, 8 }, { 14, 8 }, { 15, 8 }, { 15, 16 }, { 16, 16 },
		{ 16, 24 }, { 16, 24 }, { 16, 24 },
	};
	struct ruleset r;

	(void)state;
	for (int v = 1; v <= 8; v++) {
		assert_int_equal(ruleset_fill(&r, v, true), want[v - 1].size);
		assert_int_equal(r.fs, (1 << want[v - 1].fs_bits) - 1);
		assert_int_equal(r.net, v < 4 ? 0 : 1);
		assert_int_equal(r.scoped, v < 6 ? 0 : 3);
		(void)ruleset_fill(&r, v, false);
		assert_int_equal(r.net, v < 4 ? 0 : 3);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_file_can_be_reached),
		cmocka_unit_test(no_port_can_be_bound),
		cmocka_unit_test(connecting_is_a_choice),
		cmocka_unit_test(no_signal_leaves),
		cmocka_unit_test(rule_sets_of_all_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
