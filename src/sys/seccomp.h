/* The system calls that a role may still make. One table of calls says which
 * role may use which, and with what arguments; everything else ends the
 * process at once (SIGSYS), because no correct role makes it. */
#ifndef SYS_SECCOMP_H
#define SYS_SECCOMP_H

#include <stddef.h>
#include <sys/types.h>

#include "sys/priv.h"

struct sock_filter;	/* linux/filter.h */

enum { SECCOMP_PROGRAM_MAX = 512 };	/* instructions */

/* Write the filter program of a role into out, for the process me (the only
 * one that it may signal, for abort). The number of instructions, or -ENOSPC. */
int seccomp_build(enum priv_role role, pid_t me, struct sock_filter *out,
    size_t max);

/* Put the filter of role on this process, for good. PR_SET_NO_NEW_PRIVS must be
 * set. 0 or -errno. */
int seccomp_enforce(enum priv_role role);

#endif /* SYS_SECCOMP_H */
