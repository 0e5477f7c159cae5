/* Landlock: no path of any file system can be opened any more, no TCP port
 * bound, no process outside signalled, as far as the kernel can say so. */
#ifndef SYS_LANDLOCK_H
#define SYS_LANDLOCK_H

#include <stdbool.h>

/* Restrict this process for good. connect: outgoing TCP stays allowed.
 * PR_SET_NO_NEW_PRIVS must be set. 0, -ENOSYS where the kernel has no Landlock
 * (nothing changed), or another -errno. */
int landlock_enforce(bool connect);

#endif /* SYS_LANDLOCK_H */
