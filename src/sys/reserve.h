/* Disk space put by for the day when there is none (LIM-2): a file of real
 * blocks in the state directory. A writer whose change must not fail for want
 * of space lets a piece of it go after -ENOSPC and tries once more. */
#ifndef SYS_RESERVE_H
#define SYS_RESERVE_H

#include <stdbool.h>
#include <stdint.h>

enum { RESERVE_BYTES = 16 << 20 };

/* Make the reserve of the directory n bytes; nothing to do when it has them.
 * 0; -ENOSPC when the disk has no room for it (what it had it keeps);
 * -EOPNOTSUPP on file systems that cannot promise blocks; or another -errno. */
int reserve_fill(int dirfd, uint64_t n);

/* Give n bytes of it back to the file system, or what is left of it. False when
 * nothing was left. */
bool reserve_release(int dirfd, uint64_t n);

#endif /* SYS_RESERVE_H */
