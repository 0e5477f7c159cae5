/* The order matters: what needs a capability comes first, the filter last,
 * since it forbids everything that stands before it. */
#include "sys/priv.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

#include "base/err.h"
#include "sys/landlock.h"
#include "sys/seccomp.h"

/* A sanitizer needs calls and address space that no role of the product does. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#define BIT(cap) (UINT64_C(1) << (cap))

enum {
	CAPS = 64,		/* the kernel interface has room for these */
	/* Above Debian's and systemd's dynamic ranges, below the reserved end. */
	ROLE_ID = 65529,
	JOB_CPU_S = 120,
	JOB_MEMORY = 512 << 20
};

/* SETPCAP is only for the roles, which inherit the bounding set and empty it. */
static const uint64_t core_caps = BIT(CAP_NET_ADMIN) |
    BIT(CAP_NET_BIND_SERVICE) | BIT(CAP_SYS_TIME) | BIT(CAP_SETUID) |
    BIT(CAP_SETGID) | BIT(CAP_SYS_CHROOT) | BIT(CAP_KILL) | BIT(CAP_CHOWN) |
    BIT(CAP_DAC_OVERRIDE) | BIT(CAP_SETPCAP);

/* --- capabilities ----------------------------------------------------------------- */

static int
caps_get(uint64_t *effective, uint64_t *permitted)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];

	*effective = *permitted = 0;
	if (syscall(SYS_capget, &h, d) < 0)
		return -errno;
	*effective = (uint64_t)d[1].effective << 32 | d[0].effective;
	*permitted = (uint64_t)d[1].permitted << 32 | d[0].permitted;
	return 0;
}

static int
caps_set(uint64_t caps)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	uint32_t lo = (uint32_t)caps, hi = (uint32_t)(caps >> 32);
	struct __user_cap_data_struct d[2] = { { lo, lo, lo }, { hi, hi, hi } };

	return syscall(SYS_capset, &h, d) < 0 ? -errno : 0;
}

static bool
caps_have(uint64_t wanted)
{
	uint64_t effective, permitted;

	return caps_get(&effective, &permitted) == 0 &&
	    (effective & wanted) == wanted;
}

/* Without SETPCAP the bounding set stays as it is; it then bounds nothing, for
 * there is no way left to gain what it would allow. */
static int
bounding_limit(uint64_t keep)
{
	if (!caps_have(BIT(CAP_SETPCAP)))
		return 0;
	for (int cap = 0; cap < CAPS; cap++)
		if ((keep & BIT(cap)) == 0 &&
		    prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1 &&
		    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return -errno;
	return 0;
}

/* Of what there is, leave only keep. */
static int
caps_limit(uint64_t keep)
{
	uint64_t effective, permitted;
	int r = caps_get(&effective, &permitted);

	if (r < 0)
		return r;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return -errno;
	return caps_set(permitted & keep);
}

bool
priv_is_root_mode(void)
{
	return caps_have(BIT(CAP_NET_BIND_SERVICE) | BIT(CAP_SETUID) |
	    BIT(CAP_SETGID));
}

struct priv_account
priv_role_account(void)
{
	const struct passwd *pw = getpwnam("pic");

	if (pw != NULL && pw->pw_uid != 0)
		return (struct priv_account){ pw->pw_uid, pw->pw_gid };
	return (struct priv_account){ ROLE_ID, ROLE_ID };
}

/* --- limits ------------------------------------------------------------------------- */

static int
limit(int what, uint64_t n)
{
	/* The C libraries disagree on the type of what, the kernel's call does not. */
	struct { uint64_t soft, hard; } old, lim = { n, n };

	if (syscall(SYS_prlimit64, 0, what, NULL, &old) < 0)
		return -errno;
	/* Only root may raise one that is lower already, and need not. */
	if (old.hard < n)
		lim.soft = lim.hard = old.hard;
	return syscall(SYS_prlimit64, 0, what, &lim, NULL) < 0 ? -errno : 0;
}

/* A log that goes to a file must be able to grow. */
static bool
logs_to_file(void)
{
	struct stat st;

	return fstat(STDERR_FILENO, &st) == 0 && S_ISREG(st.st_mode);
}

static bool
is_job(enum priv_role role)
{
	return role == PRIV_JOB_NET || role == PRIV_JOB_LOCAL;
}

static int
limits_set(enum priv_role role)
{
	int r = limit(RLIMIT_CORE, 0);

	if (r == 0)
		r = limit(RLIMIT_NPROC, 0);
	if (r == 0 && !is_job(role) && !logs_to_file())
		r = limit(RLIMIT_FSIZE, 0);
	if (r == 0 && is_job(role))
		r = limit(RLIMIT_CPU, JOB_CPU_S);
	if (r == 0 && is_job(role) && !SANITIZED)
		r = limit(RLIMIT_AS, JOB_MEMORY);
	return r;
}

void
priv_raise_nofile(unsigned want)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) < 0 || lim.rlim_cur >= want)
		return;
	lim.rlim_cur = lim.rlim_max < want ? lim.rlim_max : want;
	(void)setrlimit(RLIMIT_NOFILE, &lim);	/* fewer have to do */
}

/* --- root directory and account ----------------------------------------------------- */

/* A fresh directory that has no name any more: nothing is in it and nothing
 * can be put into it. */
static int
nameless_dir(void)
{
	static const char *const places[] = {
		"/run", "/tmp", "/var/tmp", "/dev/shm"
	};
	char path[64];
	int fd, r = -ENOENT;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/pic-root-XXXXXX",
		    places[i]);		/* fits, see above */
		if (mkdtemp(path) == NULL) {
			r = -errno;
			continue;
		}
		fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		r = fd < 0 ? -errno : fd;
		if (rmdir(path) < 0 && fd >= 0) {
			r = -errno;
			(void)close(fd);	/* opened for reading */
		}
		return r;
	}
	return r;
}

static int
root_empty(void)
{
	int fd = nameless_dir(), r = 0;

	if (fd < 0)
		return fd;
	if (fchmod(fd, 0555) < 0 || fchdir(fd) < 0 || chroot(".") < 0 ||
	    chdir("/") < 0)
		r = -errno;
	(void)close(fd);	/* opened for reading */
	return r;
}

/* The account of the role, where we may take one, and no capability at all. */
static int
rights_drop(struct priv_account a)
{
	bool root_mode = priv_is_root_mode();
	int r = bounding_limit(0);

	if (r < 0)
		return r;
	if (root_mode && (setgroups(0, NULL) < 0 ||
	    setresgid(a.gid, a.gid, a.gid) < 0 ||
	    setresuid(a.uid, a.uid, a.uid) < 0))
		return -errno;
	return caps_limit(0);
}

/* A change of account makes the kernel forget the signal, so it is set again;
 * the parent may have died in between. */
static int
follow_parent(pid_t parent, int death_signal)
{
	if (death_signal == 0)
		return 0;
	if (prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) < 0)
		return -errno;
	return getppid() == parent ? 0 : -ESRCH;
}

static int
no_new_rights(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return -errno;
	return 0;
}

/* --- the two ways down ----------------------------------------------------------------- */

static int
step(int r, const char *what, struct err *e)
{
	return r < 0 ? err_sys(e, r, what) : 0;
}

int
priv_core(struct err *e)
{
	int r = step(limit(RLIMIT_CORE, 0), "core dump limit", e);

	if (r == 0)
		r = step(bounding_limit(core_caps), "bounding set", e);
	if (r == 0)
		r = step(caps_limit(core_caps), "capabilities", e);
	return r;
}

int
priv_become(enum priv_role role, struct err *e)
{
	struct priv_account account = priv_role_account();
	pid_t parent = getppid();
	int death_signal = 0, r;

	(void)prctl(PR_GET_PDEATHSIG, &death_signal, 0, 0, 0); /* else stays 0 */
	r = step(limits_set(role), "resource limits", e);
	if (r == 0 && caps_have(BIT(CAP_SYS_CHROOT)))
		r = step(root_empty(), "empty root directory", e);
	if (r == 0)
		r = step(rights_drop(account), "account of the role", e);
	if (r == 0)
		r = step(follow_parent(parent, death_signal), "parent", e);
	if (r == 0)
		r = step(no_new_rights(), "no new privileges", e);
	if (r == 0) {
		r = landlock_enforce(role != PRIV_JOB_LOCAL);
		/* Kernels without it have the filter alone. */
		r = step(r == -ENOSYS ? 0 : r, "Landlock", e);
	}
	if (r == 0 && !SANITIZED)
		r = step(seccomp_enforce(role), "system call filter", e);
	return r;
}
