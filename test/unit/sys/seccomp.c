/* The filter twice: its program under an interpreter, for every call number
 * and many arguments, and in the kernel, in children that end by it (PRC-5). */
#include "sys/seccomp.c"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { ME = 4711, CALLS = 1024 };

static struct sock_filter code[SECCOMP_PROGRAM_MAX];
static int code_n;

static void
load(enum priv_role role)
{
	code_n = seccomp_build(role, ME, code, SECCOMP_PROGRAM_MAX);
	assert_true(code_n > 0);
}

/* Classic BPF as far as the program uses it; anything else fails the test. */
static uint32_t
run(const struct seccomp_data *data)
{
	uint32_t acc = 0;

	for (int pc = 0; pc < code_n; pc++) {
		const struct sock_filter *i = &code[pc];

		switch (i->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			assert_true(i->k % 4 == 0 && i->k < sizeof(*data));
			memcpy(&acc, (const char *)data + i->k, 4);
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			acc &= i->k;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			pc += acc == i->k ? i->jt : i->jf;
			break;
		case BPF_RET | BPF_K:
			return i->k;
		default:
			fail_msg("instruction %d: code %x", pc, i->code);
		}
	}
	fail_msg("the program has no end");
	return 0;
}

static uint32_t
verdict(long nr, uint64_t a, uint64_t b, uint64_t c)
{
	struct seccomp_data d = { .nr = (int)nr, .arch = ARCH,
	    .args = { a, b, c } };

	return run(&d);
}

#define assert_allowed(nr, a, b, c) \
	assert_int_equal(verdict(nr, (uint64_t)(a), (uint64_t)(b), \
	    (uint64_t)(c)), SECCOMP_RET_ALLOW)
#define assert_killed(nr, a, b, c) \
	assert_int_equal(verdict(nr, (uint64_t)(a), (uint64_t)(b), \
	    (uint64_t)(c)), SECCOMP_RET_KILL_PROCESS)

static const enum priv_role roles[] = { PRIV_EDGE, PRIV_TUNNEL, PRIV_JOB_NET, PRIV_JOB_LOCAL };

enum { ROLES = sizeof(roles) / sizeof(roles[0]) };

/* What would give files, processes, or other people's memory. */
static const long never[] = {
	SYS_openat, SYS_execve, SYS_execveat, SYS_clone, SYS_ptrace, SYS_kill,
	SYS_mount, SYS_umount2, SYS_chroot, SYS_chdir, SYS_unlinkat,
	SYS_mkdirat, SYS_linkat, SYS_symlinkat, SYS_mknodat, SYS_renameat2,
	SYS_readlinkat, SYS_fchmodat, SYS_fchownat, SYS_name_to_handle_at,
	SYS_open_by_handle_at, SYS_setns, SYS_unshare, SYS_setresuid,
	SYS_setresgid, SYS_setgroups, SYS_setuid, SYS_capset, SYS_bpf,
	SYS_perf_event_open, SYS_process_vm_readv, SYS_process_vm_writev,
	SYS_init_module, SYS_finit_module, SYS_kexec_load, SYS_reboot,
	SYS_keyctl, SYS_add_key, SYS_request_key, SYS_userfaultfd,
	SYS_memfd_create, SYS_listen, SYS_accept, SYS_prlimit64, SYS_setrlimit,
	SYS_seccomp, SYS_wait4, SYS_waitid, SYS_kcmp, SYS_pidfd_send_signal,
	SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_setup, SYS_quotactl,
	SYS_settimeofday, SYS_clock_settime, SYS_clock_adjtime, SYS_adjtimex,
	SYS_sethostname, SYS_swapon, SYS_sched_setaffinity, SYS_setpriority,
	SYS_process_madvise, SYS_fanotify_init, SYS_inotify_init1,
	SYS_personality, SYS_getdents64, SYS_newfstatat, SYS_statx,
	SYS_inotify_add_watch, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo,
	SYS_pidfd_open, SYS_clone3, SYS_landlock_create_ruleset,
#ifdef SYS_open
	SYS_open, SYS_creat, SYS_fork, SYS_vfork, SYS_stat, SYS_unlink,
	SYS_readlink, SYS_chmod, SYS_modify_ldt, SYS_iopl, SYS_ioperm,
	SYS_arch_prctl,
#endif
};

static void
forbids_what_no_role_needs(void **state)
{
	(void)state;
	for (size_t r = 0; r < ROLES; r++) {
		load(roles[r]);
		for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
			if (verdict(never[i], 0, 0, 0) != SECCOMP_RET_KILL_PROCESS)
				fail_msg("role %zu: call %ld", r, never[i]);
	}
}

/* Nothing is let through that the table does not name. */
static void
table_is_all_there_is(void **state)
{
	(void)state;
	for (size_t r = 0; r < ROLES; r++) {
		load(roles[r]);
		for (long nr = -1; nr < CALLS; nr++) {
			const struct rule *rule = NULL;

			for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
				if (rules[i].nr == nr &&
				    (rules[i].roles & 1U << roles[r]) != 0) {
					assert_null(rule);	/* one row each */
					rule = &rules[i];
				}
			if (rule == NULL)
				assert_killed(nr, 0, 0, 0);
			else if (rule->error != 0)
				assert_int_equal(verdict(nr, 0, 0, 0),
				    SECCOMP_RET_ERRNO | rule->error);
			else if (rule->conds[0] == NULL)
				assert_allowed(nr, -1, -1, -1);
			/* The same numbers in the x32 way of calling. */
			if (nr >= 0)
				assert_killed(nr | 0x40000000, 0, 0, 0);
		}
	}
}

static void
other_architectures_end_it(void **state)
{
	struct seccomp_data d = { .nr = SYS_read, .arch = AUDIT_ARCH_I386 };

	(void)state;
	load(PRIV_EDGE);
	assert_int_equal(run(&d), SECCOMP_RET_KILL_PROCESS);
	d.arch = ARCH;
	assert_int_equal(run(&d), SECCOMP_RET_ALLOW);
}

/* A tunnel has datagrams only. */
static bool
may_open(enum priv_role role, int type)
{
	return role == PRIV_EDGE || role == PRIV_JOB_NET || (role == PRIV_TUNNEL && type == SOCK_DGRAM);
}

static void
sockets_towards_other_hosts_only(void **state)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM };
	static const int domains[] = { AF_INET, AF_INET6 };

	(void)state;
	for (size_t r = 0; r < ROLES; r++) {
		load(roles[r]);
		for (size_t t = 0; t < 2; t++)
			for (size_t d = 0; d < 2; d++)
				assert_int_equal(verdict(SYS_socket,
				    (uint64_t)domains[d], (uint64_t)types[t] |
				    SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
				    may_open(roles[r], types[t]) ? SECCOMP_RET_ALLOW
				    : SECCOMP_RET_KILL_PROCESS);
		for (int domain = 0; domain < 64; domain++)
			if (domain != AF_INET && domain != AF_INET6)
				assert_killed(SYS_socket, domain, SOCK_STREAM, 0);
		assert_killed(SYS_socket, AF_INET, SOCK_RAW, IPPROTO_TCP);
		assert_killed(SYS_socket, AF_INET, SOCK_SEQPACKET, 0);
		assert_killed(SYS_socket, AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
		assert_killed(SYS_socket, AF_INET, SOCK_STREAM, 262 /* MPTCP */);
		assert_killed(SYS_listen, 3, 10, 0);
	}
}

static void
pairs_of_unix_sockets_at_the_edge_only(void **state)
{
	(void)state;
	load(PRIV_EDGE);
	assert_allowed(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_allowed(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0);
	assert_killed(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0);
	assert_killed(SYS_socketpair, AF_TIPC, SOCK_STREAM, 0);
	assert_allowed(SYS_accept4, 3, 0, 0);
	load(PRIV_JOB_NET);
	assert_killed(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0);
	assert_killed(SYS_accept4, 3, 0, 0);
	load(PRIV_TUNNEL);
	assert_killed(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0);
	assert_killed(SYS_connect, 3, 0, 0);
	assert_allowed(SYS_accept4, 3, 0, 0);	/* who speaks the configuration protocol */
}

static void
local_jobs_have_no_network(void **state)
{
	static const long calls[] = {
		SYS_socket, SYS_connect, SYS_bind, SYS_sendto, SYS_recvfrom,
		SYS_sendmsg, SYS_recvmsg, SYS_sendmmsg, SYS_recvmmsg,
		SYS_socketpair, SYS_accept4, SYS_setsockopt, SYS_getsockopt,
		SYS_shutdown,
	};

	(void)state;
	load(PRIV_JOB_LOCAL);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		assert_killed(calls[i], AF_INET, SOCK_STREAM, 0);
	assert_allowed(SYS_fsync, 3, 0, 0);
	load(PRIV_EDGE);
	assert_killed(SYS_fsync, 3, 0, 0);
	assert_killed(SYS_pread64, 3, 0, 0);
}

static void
memory_is_never_executable(void **state)
{
	(void)state;
	for (size_t r = 0; r < ROLES; r++) {
		load(roles[r]);
		for (uint64_t prot = 0; prot < 8; prot++) {
			bool ok = (prot & PROT_EXEC) == 0;

			assert_int_equal(verdict(SYS_mmap, 0, 4096, prot) ==
			    SECCOMP_RET_ALLOW, ok);
			assert_int_equal(verdict(SYS_mprotect, 0, 4096, prot) ==
			    SECCOMP_RET_ALLOW, ok);
		}
	}
}

static void
arguments_of_the_rest(void **state)
{
	(void)state;
	for (size_t r = 0; r < ROLES; r++) {
		load(roles[r]);
		assert_allowed(SYS_fcntl, 3, F_GETFL, 0);
		assert_allowed(SYS_fcntl, 3, F_GET_SEALS, 0);
		assert_killed(SYS_fcntl, 3, F_SETOWN, ME);
		assert_killed(SYS_fcntl, 3, F_NOTIFY, 0);
		assert_allowed(SYS_ioctl, 3, FIONBIO, 0);
		assert_killed(SYS_ioctl, 3, TIOCSTI, 0);
		assert_allowed(SYS_prctl, PR_SET_NAME, 0, 0);
		assert_killed(SYS_prctl, PR_SET_DUMPABLE, 1, 0);
		assert_killed(SYS_prctl, PR_SET_SECCOMP, 0, 0);
		assert_allowed(SYS_tkill, ME, SIGABRT, 0);
		assert_killed(SYS_tkill, ME + 1, SIGKILL, 0);
		assert_allowed(SYS_tgkill, ME, ME, SIGABRT);
		assert_killed(SYS_tgkill, ME, 1, SIGABRT);
		assert_killed(SYS_tgkill, 1, ME, SIGABRT);
	}
	load(PRIV_EDGE);
	assert_allowed(SYS_setsockopt, 3, SOL_SOCKET, SO_RCVBUF);
	assert_allowed(SYS_setsockopt, 3, IPPROTO_TCP, 1);
	assert_killed(SYS_setsockopt, 3, 263 /* SOL_PACKET */, 1);
}

static void
needs_room(void **state)
{
	struct sock_filter small[8];

	(void)state;
	load(PRIV_EDGE);
	assert_true(code_n <= SECCOMP_PROGRAM_MAX / 4 * 3);	/* to grow */
	assert_int_equal(seccomp_build(PRIV_EDGE, ME, small, 8), -ENOSPC);
}

/* --- in the kernel --------------------------------------------------------------- */

/* The wait status of a child that filters itself and then calls probe. */
static int
filtered(enum priv_role role, int (*probe)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		    seccomp_enforce(role) < 0)
			_exit(99);
		_exit(probe());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static int
call_open(void)
{
	return (int)syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
}

static int
call_execve(void)
{
	return (int)syscall(SYS_execve, "/bin/true", NULL, NULL);
}

static int
call_fork(void)
{
	return (int)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static int
call_kill(void)
{
	return (int)syscall(SYS_kill, getppid(), SIGTERM);
}

static int
call_netlink(void)
{
	return (int)syscall(SYS_socket, AF_NETLINK, SOCK_RAW, 0);
}

static int
call_executable_memory(void)
{
	return syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != 0;
}

static int
call_access(void)
{
	return syscall(SYS_faccessat, AT_FDCWD, "/", 0, 0) == -1 &&
	    errno == ENOENT ? 0 : 1;
}

static int
call_socket(void)
{
	return syscall(SYS_socket, AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0) >= 0
	    ? 0 : 1;
}

static int
call_abort(void)
{
	(void)syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGABRT);
	return 1;
}

static void
kernel_agrees(void **state)
{
	int (*const fatal[])(void) = {
		call_open, call_execve, call_fork, call_kill, call_netlink,
		call_executable_memory,
	};
	int status;

	(void)state;
	for (size_t r = 0; r < ROLES; r++) {
		for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++) {
			status = filtered(roles[r], fatal[i]);
			if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
				fail_msg("role %zu, call %zu: %x", r, i,
				    (unsigned)status);
		}
		assert_int_equal(filtered(roles[r], call_access), 0);
		status = filtered(roles[r], call_abort);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGABRT);
		status = filtered(roles[r], call_socket);
		if (roles[r] != PRIV_JOB_LOCAL)
			assert_int_equal(status, 0);
		else
			assert_true(WIFSIGNALED(status));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forbids_what_no_role_needs),
		cmocka_unit_test(table_is_all_there_is),
		cmocka_unit_test(other_architectures_end_it),
		cmocka_unit_test(sockets_towards_other_hosts_only),
		cmocka_unit_test(pairs_of_unix_sockets_at_the_edge_only),
		cmocka_unit_test(local_jobs_have_no_network),
		cmocka_unit_test(memory_is_never_executable),
		cmocka_unit_test(arguments_of_the_rest),
		cmocka_unit_test(needs_room),
		cmocka_unit_test(kernel_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
