/* Running this same file again in another role (PRC-3: nothing else is ever executed). */
#ifndef SYS_PROC_H
#define SYS_PROC_H

#include <stddef.h>
#include <sys/types.h>

enum { PROC_FDS_MAX = 8 };

struct proc_spawn {
	const char *const *argv;	/* NULL-terminated; argv[0] is what ps shows */
	int fds[PROC_FDS_MAX];		/* become 3, 4, … in the child; everything else is closed */
	size_t nfds;
	int stdin_fd, stdout_fd, stderr_fd;	/* -1 = /dev/null (stderr: inherited) */
};

/* fork and execve /proc/self/exe with an empty environment but PIC_LOG_LEVEL, JOURNAL_STREAM and PIC_TRUST_FILE.
 * The child dies with its parent (PR_SET_PDEATHSIG) and has default signal dispositions. Returns once
 * the new image runs: the pid, or -errno with no child left behind. The kernel names the new process
 * after the file or the descriptor; PR_SET_NAME is the role's business. */
pid_t proc_spawn(const struct proc_spawn *s);

/* Process that holds the port, where readable; fills name (may be ""). The pid, 0 = unknown (PRC-10). */
pid_t proc_port_holder(int protocol /* IPPROTO_* */, unsigned port, char *name, size_t size);

#endif /* SYS_PROC_H */
