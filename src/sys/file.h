/* Files that survive power loss, and the state directory they live in.
 * Every write, but where said: <file>.tmp-<random> in the same directory, write, fsync,
 * rename, fsync of the directory (data.md 2, STA-1). Directories are named by
 * an open descriptor, so nothing here follows a path twice. */
#ifndef SYS_FILE_H
#define SYS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct err;
struct sync;

/* Open dir (made with mode 0700 when make is set, parents included). It must be a directory owned by the
 * caller and writable by nobody else. The descriptor, or -errno with e set. */
int file_dir_open(const char *path, bool make, struct err *e);

/* A directory below dirfd, made 0700 if absent. */
int file_dir_sub(int dirfd, const char *name, struct err *e);

/* Replace name durably by n bytes at p; mode 0600 or 0400. name may be new.
 * On failure the old file stands untouched. Results are negative errnos of the
 * system calls; e gets ERR_STORAGE_FULL, ERR_NOT_FOUND (-ENOENT), ERR_CONFLICT
 * (-EEXIST), ERR_TOO_LARGE (-EFBIG) or ERR_INTERNAL. */
int file_write(int dirfd, const char *name, const void *p, size_t n, mode_t mode, struct err *e);

/* As file_write, but in place where the file has no other name and there is room: only those of its pages are written that are
 * not as they should be. For what nobody goes by before this has succeeded: a crash or a failure may leave a mixture, and who
 * has the file open reads one. After a failure the file is not to be rewritten again: its pages may be right in memory alone, and
 * a disk that failed to write them says so only once. */
int file_rewrite(int dirfd, const char *name, const void *p, size_t n, mode_t mode, struct err *e);

/* Give a file another name in the directory, durably, in the place of what has that. On failure it has the one or the other.
 * later: it is durable once sync_wait() says so; NULL: now. */
int file_rename(int dirfd, const char *from, const char *to, struct sync *later);

/* As file_write, but -EEXIST when name exists already. */
int file_create(int dirfd, const char *name, const void *p, size_t n, mode_t mode, struct err *e);

/* As file_create, mode 0600, but durable once sync_wait() says so; before that a loss of power may leave it cut short under its
 * name, which nobody is to know. later NULL: now. */
int file_create_later(int dirfd, const char *name, const void *p, size_t n, struct sync *later, struct err *e);

/* As file_write, but without writing: name becomes a second name of the durable file from in fromfd, whatever either is changed
 * to in place. Fails where the file system has no such names. */
int file_share(int fromfd, const char *from, int dirfd, const char *name, struct err *e);

/* Are they two names of one file? */
bool file_is_shared(int afd, const char *a, int bfd, const char *b);

/* Read all of name, at most max bytes, into a malloc'd NUL-terminated buffer.
 * -EFBIG beyond, -ENOENT (quiet, but e is set), -EINVAL when it is no regular
 * file; *out is then NULL. */
int file_read(int dirfd, const char *name, size_t max, char **out, size_t *n, struct err *e);

/* Unlink and fsync the directory. 0 when it was not there. */
int file_remove(int dirfd, const char *name, struct err *e);

/* Delete stray *.tmp-* of an earlier crash. */
void file_sweep(int dirfd);

/* Names in the directory, without "." and ".."; visit returns false to stop. */
int file_list(int dirfd, bool (*visit)(void *arg, const char *name), void *arg);

/* flock name exclusively. The held descriptor, or -EWOULDBLOCK with *holder = pid written in it (0 unknown). */
int file_lock(int dirfd, const char *name, pid_t *holder, struct err *e);

/* Free bytes of the file system under dirfd for this caller, and its size. */
int file_space(int dirfd, uint64_t *free_bytes, uint64_t *total_bytes);

enum { FILE_FAULT_SHORT = -1 };	/* as error: a write takes half of what it is given */

/* Set by tests to make the n-th following system call of a write fail with the given
 * errno, or to _exit(9) at it when error is 0 (STA-1, STA-2). Compiled in only with -DPIC_FAULTS. */
void file_fault(unsigned nth, int error);
void file_fault_lasting(unsigned nth, int error);	/* and all that follow, until the next call of file_fault() */

#endif /* SYS_FILE_H */
