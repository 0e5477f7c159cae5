/* Giving up what a role does not need (PRC-2, PRC-5). Every call here is
 * one-way and is made before the role reads its first foreign byte. */
#ifndef SYS_PRIV_H
#define SYS_PRIV_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct err;

enum priv_role { PRIV_EDGE, PRIV_TUNNEL, PRIV_JOB_NET, PRIV_JOB_LOCAL };

struct priv_account {
	uid_t uid;
	gid_t gid;
};

/* What the caller has: true when it can bind low ports and change accounts (root mode, PRC-9). */
bool priv_is_root_mode(void);

/* The account of the unprivileged roles: user "pic" if it exists, else a fixed id that no Debian package uses. */
struct priv_account priv_role_account(void);

/* Core: of what it has keep only CAP_NET_ADMIN, NET_BIND_SERVICE, SYS_TIME, SETUID, SETGID, SYS_CHROOT, KILL,
 * CHOWN, DAC_OVERRIDE and, for the roles, SETPCAP (bounding, permitted, effective, inheritable); no core dumps, which
 * would hold keys. no_new_privs stays off (roles are re-executed). */
int priv_core(struct err *e);

/* Become the role for good: empty root directory (chroot to a fresh empty directory; skipped without
 * CAP_SYS_CHROOT), account, no capability in any set, no_new_privs, no core dumps, resource limits,
 * Landlock with no allowed path where the kernel has it, seccomp allow-list of the role (kill the process
 * on anything else). In user mode the account stays, everything else holds. After a failure the process is half
 * locked down: its caller must exit. Sanitizer builds have no filter and no memory limit. */
int priv_become(enum priv_role role, struct err *e);

/* Descriptor limit for core and edge (LIM: 16,384 together); soft failure. */
void priv_raise_nofile(unsigned want);

#endif /* SYS_PRIV_H */
