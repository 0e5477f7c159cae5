/* Syncs that the disk does while we go on, several at once: those of one change end about as soon as the slowest of them.
 * By the kernel's AIO (io_submit(2)), which needs no thread of ours; where it refuses, each is done as it is begun. */
#ifndef SYS_SYNC_H
#define SYS_SYNC_H

struct sync;

struct sync *sync_new(void);		/* NULL: no memory */
void sync_free(struct sync *s);		/* waits; NULL is allowed */

/* fsync(2) of a file or folder, which may be closed at once. 0, or a negative errno: what is known now. */
int sync_begin(struct sync *s, int fd);

/* Until all that were begun have ended: 0, or why one of them failed, which is said once. */
int sync_wait(struct sync *s);

#endif /* SYS_SYNC_H */
