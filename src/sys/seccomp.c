/* The table is what the parts of a role need after start: musl's allocator
 * and stdio, mimalloc, libuv, BearSSL, datagrams in batches. No call in it
 * opens a path, makes a process, or touches another one. */
#include "sys/seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#ifndef SYS_clock_gettime	/* what musl calls them on 32-bit systems */
#define SYS_clock_gettime SYS_clock_gettime32
#define SYS_clock_getres SYS_clock_getres_time32
#define SYS_clock_nanosleep SYS_clock_nanosleep_time32
#define SYS_timerfd_settime SYS_timerfd_settime32
#endif

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#elif defined(__arm__)
#define ARCH AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH AUDIT_ARCH_RISCV64
#else
#error "no table of system calls for this architecture"
#endif

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "arguments are read as the low words of 64 bits");

enum {
	EDGE = 1 << PRIV_EDGE,
	TUNNEL = 1 << PRIV_TUNNEL,
	JOB_NET = 1 << PRIV_JOB_NET,
	JOB_LOCAL = 1 << PRIV_JOB_LOCAL,
	CALLER = EDGE | JOB_NET,		/* connects to servers */
	NET = CALLER | TUNNEL,
	JOB = JOB_NET | JOB_LOCAL,
	ALL = NET | JOB
};

enum { CONDS_MAX = 3, VALUES_MAX = 12 };

/* (argument & mask) is one of the values. mask 0: all bits. n 0: it is the
 * process itself. Only 32 bits are looked at, as does the kernel for each of
 * these arguments. */
struct cond {
	uint32_t values[VALUES_MAX];
	uint32_t mask;
	uint8_t arg, n;
};

struct rule {
	int nr;
	uint16_t error;				/* 0: allowed */
	uint8_t roles;
	const struct cond *conds[CONDS_MAX];	/* all of them; none = any */
};

#define ALLOW(call, who) { .nr = SYS_##call, .roles = (who) }
#define ALLOW_IF(call, who, ...) \
	{ .nr = SYS_##call, .roles = (who), .conds = { __VA_ARGS__ } }
#define REFUSE(call, who, no) \
	{ .nr = SYS_##call, .roles = (who), .error = (no) }

#define VALUES(...) \
	.values = { __VA_ARGS__ }, \
	.n = sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t)

static const struct cond inet = { .arg = 0, VALUES(AF_INET, AF_INET6) };
static const struct cond local = { .arg = 0, VALUES(AF_UNIX) };
/* The type without SOCK_CLOEXEC and SOCK_NONBLOCK. */
static const struct cond stream_dgram = { .arg = 1, .mask = 0xf,
	VALUES(SOCK_STREAM, SOCK_DGRAM) };
/* Not SOCK_DGRAM: such a pair could be turned towards an abstract name. */
static const struct cond connected = { .arg = 1, .mask = 0xf,
	VALUES(SOCK_STREAM, SOCK_SEQPACKET) };
static const struct cond dgram = { .arg = 1, .mask = 0xf, VALUES(SOCK_DGRAM) };
static const struct cond udp = { .arg = 2, VALUES(0, IPPROTO_UDP) };
static const struct cond tcp_udp = { .arg = 2,
	VALUES(0, IPPROTO_TCP, IPPROTO_UDP) };
static const struct cond options = { .arg = 1,
	VALUES(SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP) };
static const struct cond not_exec = { .arg = 2, .mask = PROT_EXEC, VALUES(0) };
static const struct cond fcntls = { .arg = 1,
	VALUES(F_GETFL, F_SETFL, F_GETFD, F_SETFD, F_DUPFD, F_DUPFD_CLOEXEC,
	    F_GET_SEALS) };
/* TIOCGWINSZ: musl asks before the first line to standard output. */
static const struct cond ioctls = { .arg = 1,
	VALUES(FIONBIO, FIOCLEX, FIONCLEX, FIONREAD, TIOCGWINSZ) };
static const struct cond prctls = { .arg = 0, VALUES(PR_SET_NAME) };
static const struct cond self = { .arg = 0 };
static const struct cond self_thread = { .arg = 1 };

/* What is used most stands first: kernels before 5.11 walk the program at
 * every call. */
static const struct rule rules[] = {
	ALLOW(recvmmsg, NET),
	ALLOW(sendmmsg, NET),
	ALLOW(epoll_pwait, ALL),
	ALLOW(read, ALL),
	ALLOW(write, ALL),
	ALLOW(writev, ALL),
	ALLOW(clock_gettime, ALL),
	ALLOW(sendmsg, NET),
	ALLOW(recvmsg, NET),
	ALLOW(accept4, EDGE | TUNNEL),
	ALLOW(epoll_ctl, ALL),
	ALLOW(close, ALL),
	ALLOW(sendto, NET),
	ALLOW(recvfrom, NET),
	ALLOW(timerfd_settime, ALL),
#ifdef SYS_epoll_wait
	ALLOW(epoll_wait, ALL),
#endif
#ifdef SYS_poll
	ALLOW(poll, ALL),
#endif
	ALLOW(ppoll, ALL),
	ALLOW(readv, ALL),
	ALLOW(futex, ALL),

	/* Sockets. Their own only towards other hosts; no listen(): those
	 * that listen are inherited. bind() gives no more than a choice of
	 * the port that connect() or sendto() would pick anyway. */
	ALLOW_IF(socket, CALLER, &inet, &stream_dgram, &tcp_udp),
	ALLOW_IF(socket, TUNNEL, &inet, &dgram, &udp),
	ALLOW(connect, CALLER),
	ALLOW(bind, NET),
	ALLOW(shutdown, NET),
	ALLOW_IF(setsockopt, NET, &options),
	ALLOW_IF(getsockopt, NET, &options),
	ALLOW(getsockname, NET),
	ALLOW(getpeername, NET),
	ALLOW_IF(socketpair, EDGE, &local, &connected),

	/* Memory: never executable. */
#ifdef SYS_mmap2
	ALLOW_IF(mmap2, ALL, &not_exec),
#else
	ALLOW_IF(mmap, ALL, &not_exec),
#endif
	ALLOW_IF(mprotect, ALL, &not_exec),
	ALLOW(munmap, ALL),
	ALLOW(mremap, ALL),
	ALLOW(madvise, ALL),
	ALLOW(brk, ALL),

	/* Descriptors that it has. */
	ALLOW(fstat, ALL),
#ifdef SYS_fstat64
	ALLOW(fstat64, ALL),
#endif
	ALLOW(lseek, ALL),
#ifdef SYS__llseek
	ALLOW(_llseek, ALL),
#endif
#ifdef SYS_fcntl64
	ALLOW_IF(fcntl64, ALL, &fcntls),
#else
	ALLOW_IF(fcntl, ALL, &fcntls),
#endif
	ALLOW_IF(ioctl, ALL, &ioctls),
	ALLOW(dup, ALL),
	ALLOW(dup3, ALL),
	ALLOW(pipe2, ALL),
	ALLOW(eventfd2, ALL),
	ALLOW(epoll_create1, ALL),
	ALLOW(timerfd_create, ALL),
	ALLOW(pread64, JOB),
	ALLOW(pwrite64, JOB),
	ALLOW(ftruncate, JOB_LOCAL),
	ALLOW(fsync, JOB_LOCAL),

	/* Time, chance, identity. */
	ALLOW(clock_getres, ALL),
	ALLOW(clock_nanosleep, ALL),
	ALLOW(nanosleep, ALL),
#ifdef SYS_gettimeofday
	ALLOW(gettimeofday, ALL),
#endif
	ALLOW(getrandom, ALL),
	ALLOW(getpid, ALL),
	ALLOW(getppid, ALL),
	ALLOW(gettid, ALL),
	ALLOW(getuid, ALL),
	ALLOW(geteuid, ALL),
	ALLOW(getgid, ALL),
	ALLOW(getegid, ALL),
	ALLOW(sched_yield, ALL),
	ALLOW(sched_getaffinity, ALL),
	ALLOW(getcpu, ALL),
	ALLOW_IF(prctl, ALL, &prctls),

	/* Signals, and its own end. */
	ALLOW(rt_sigaction, ALL),
	ALLOW(rt_sigprocmask, ALL),
	ALLOW(rt_sigreturn, ALL),
#ifdef SYS_sigreturn
	ALLOW(sigreturn, ALL),
#endif
	ALLOW(sigaltstack, ALL),
	ALLOW(restart_syscall, ALL),
	ALLOW_IF(tkill, ALL, &self),
	ALLOW_IF(tgkill, ALL, &self, &self_thread),
	ALLOW(exit, ALL),
	ALLOW(exit_group, ALL),

	/* mimalloc counts memory nodes when it first gives some back. */
#ifdef SYS_access
	REFUSE(access, ALL, ENOENT),
#endif
	REFUSE(faccessat, ALL, ENOENT),

	/* 32-bit systems: time and size in 64 bits. */
#ifdef SYS_clock_gettime64
	ALLOW(clock_gettime64, ALL),
	ALLOW(clock_getres_time64, ALL),
	ALLOW(clock_nanosleep_time64, ALL),
	ALLOW(timerfd_settime64, ALL),
	ALLOW(futex_time64, ALL),
	ALLOW(ppoll_time64, ALL),
	ALLOW(recvmmsg_time64, NET),
#endif
#ifdef SYS_ftruncate64
	ALLOW(ftruncate64, JOB_LOCAL),
#endif
#ifdef SYS_getuid32
	ALLOW(getuid32, ALL),
	ALLOW(geteuid32, ALL),
	ALLOW(getgid32, ALL),
	ALLOW(getegid32, ALL),
#endif
};

/* --- the program -------------------------------------------------------------- */

struct program {
	struct sock_filter *p;
	size_t n, max;		/* n goes on counting past max */
};

static void
emit_jump(struct program *g, uint16_t code, uint32_t k, size_t jt, size_t jf)
{
	/* Of a rule's own few instructions, see cond_size(). */
	if (g->n < g->max)
		g->p[g->n] = (struct sock_filter){ code, (uint8_t)jt,
		    (uint8_t)jf, k };
	g->n++;
}

static void
emit(struct program *g, uint16_t code, uint32_t k)
{
	emit_jump(g, code, k, 0, 0);
}

static size_t
value_count(const struct cond *c)
{
	return c->n == 0 ? 1 : c->n;
}

/* Load, mask, one comparison per value, kill. */
static size_t
cond_size(const struct cond *c)
{
	return (c->mask != 0 ? 3 : 2) + value_count(c);
}

/* Falls through to what follows it when the condition holds. */
static void
cond_emit(struct program *g, const struct cond *c, pid_t me)
{
	size_t n = value_count(c);

	emit(g, BPF_LD | BPF_W | BPF_ABS, (uint32_t)(
	    offsetof(struct seccomp_data, args) + c->arg * sizeof(uint64_t)));
	if (c->mask != 0)
		emit(g, BPF_ALU | BPF_AND | BPF_K, c->mask);
	for (size_t i = 0; i < n; i++)
		emit_jump(g, BPF_JMP | BPF_JEQ | BPF_K,
		    c->n == 0 ? (uint32_t)me : c->values[i], n - i, 0);
	emit(g, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
}

/* Falls through with the number still loaded when it is another call. */
static void
rule_emit(struct program *g, const struct rule *r, pid_t me)
{
	size_t size = 1;

	for (size_t i = 0; i < CONDS_MAX && r->conds[i] != NULL; i++)
		size += cond_size(r->conds[i]);
	emit_jump(g, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)r->nr, 0, size);
	for (size_t i = 0; i < CONDS_MAX && r->conds[i] != NULL; i++)
		cond_emit(g, r->conds[i], me);
	emit(g, BPF_RET | BPF_K, r->error == 0 ? SECCOMP_RET_ALLOW
	    : SECCOMP_RET_ERRNO | r->error);
}

int
seccomp_build(enum priv_role role, pid_t me, struct sock_filter *out,
    size_t max)
{
	struct program g = { .p = out, .max = max };

	_Static_assert(1 + CONDS_MAX * (VALUES_MAX + 3) < UINT8_MAX,
	    "a rule can be jumped over");
	emit(&g, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	emit_jump(&g, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	emit(&g, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	/* The x32 numbers of amd64 equal none below, so they end it too. */
	emit(&g, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if ((rules[i].roles & 1U << role) != 0)
			rule_emit(&g, &rules[i], me);
	emit(&g, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	return g.n <= max ? (int)g.n : -ENOSPC;
}

int
seccomp_enforce(enum priv_role role)
{
	struct sock_filter code[SECCOMP_PROGRAM_MAX];
	struct sock_fprog prog = { .filter = code };
	int n = seccomp_build(role, getpid(), code, SECCOMP_PROGRAM_MAX);

	if (n < 0)
		return n;
	prog.len = (unsigned short)n;
	/* Without SPEC_ALLOW older kernels would switch off store bypass for
	 * the process: that protects a sandboxed script engine from itself,
	 * costs speed, and there is no script here. */
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
	    SECCOMP_FILTER_FLAG_SPEC_ALLOW, &prog) < 0)
		return -errno;
	return 0;
}
