/* The structures are written down here because the kernel headers of the
 * oldest supported build machine know only the first of seven versions. */
#include "sys/landlock.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444	/* the same on every architecture */
#define SYS_landlock_restrict_self 446
#endif

/* struct landlock_ruleset_attr. Older kernels take a shorter one. */
struct ruleset {
	uint64_t fs;		/* version 1 */
	uint64_t net;		/* version 4 */
	uint64_t scoped;	/* version 6 */
};

enum {
	CREATE_VERSION = 1 << 0,
	FS_V1 = (1 << 13) - 1,	/* execute … make symlink */
	FS_REFER = 1 << 13,	/* version 2 */
	FS_TRUNCATE = 1 << 14,	/* version 3 */
	FS_IOCTL_DEV = 1 << 15,	/* version 5 */
	NET_BIND_TCP = 1 << 0,
	NET_CONNECT_TCP = 1 << 1,
	SCOPE_ABSTRACT_UNIX = 1 << 0,
	SCOPE_SIGNAL = 1 << 1
};

/* Everything that this version handles and the caller does not need. */
static size_t
ruleset_fill(struct ruleset *r, int version, bool connect)
{
	*r = (struct ruleset){ .fs = FS_V1 };
	if (version >= 2)
		r->fs |= FS_REFER;
	if (version >= 3)
		r->fs |= FS_TRUNCATE;
	if (version >= 4)
		r->net = connect ? NET_BIND_TCP : NET_BIND_TCP | NET_CONNECT_TCP;
	if (version >= 5)
		r->fs |= FS_IOCTL_DEV;
	if (version >= 6)
		r->scoped = SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL;
	if (version >= 6)
		return sizeof(*r);
	return version >= 4 ? offsetof(struct ruleset, scoped)
	    : offsetof(struct ruleset, net);
}

int
landlock_enforce(bool connect)
{
	struct ruleset r;
	long version, fd;
	int error = 0;

	version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);
	if (version < 1)	/* not built in, or switched off at boot */
		return -ENOSYS;
	fd = syscall(SYS_landlock_create_ruleset, &r,
	    ruleset_fill(&r, (int)version, connect), 0);
	if (fd < 0)
		return -errno;
	/* No rule is added: what is handled is denied. */
	if (syscall(SYS_landlock_restrict_self, (int)fd, 0) < 0)
		error = -errno;
	(void)close((int)fd);	/* the domain holds its own reference */
	return error;
}
