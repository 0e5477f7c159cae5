/* What depends on the host is tested in namespaces of our own, where the kernel lets us have them. */
#ifndef UNIT_SYS_APART_H
#define UNIT_SYS_APART_H

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NO_NAMESPACE = 77 };

/* Run probe in fresh namespaces; its result. */
static inline int
apart(int flags, int (*probe)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (unshare(flags) < 0 && unshare(flags | CLONE_NEWUSER) < 0)
			_exit(NO_NAMESPACE);
		_exit(probe());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == NO_NAMESPACE)
		skip();
	return WEXITSTATUS(status);
}

#endif /* UNIT_SYS_APART_H */
