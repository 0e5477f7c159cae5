/* What the files of sys/file.h share; for no others: file.c (whole files), file_dir.c (directories), file_patch.c (writing in
 * place) and file_sys.c. All results are negative errnos on failure. */
#ifndef SYS_FILE_SET_H
#define SYS_FILE_SET_H

#include "sys/file.h"

/* Marks, before 16 hexadecimal digits, what a crash left under way. */
#define FILE_TMP_MARK ".tmp-"

/* --- file_sys.c: the system calls of a write, which tests can make fail (file_fault()) ---------- */

/* Count one more. True when it is to fail, with errno set. */
bool file_sys_fault(void);

int file_sys_open(int dirfd, const char *name, int flags, mode_t mode);
ssize_t file_sys_write(int fd, const void *p, size_t n);
int file_sys_allocate(int fd, size_t n);	/* room for n octets; what is there stays */
int file_sys_fdatasync(int fd);
int file_sys_truncate(int fd, size_t n);
int file_sys_fsync(int fd, struct sync *later);	/* NULL: now */
int file_sys_close(int fd);
int file_sys_rename(int dirfd, const char *from, const char *to, unsigned flags);
int file_sys_link(int fromfd, const char *from, int dirfd, const char *name);
int file_sys_unlink(int dirfd, const char *name);

/* --- file.c --------------------------------------------------------------------------------------- */

int file_write_all(int fd, const char *p, size_t n);

/* error and its words: what a caller may have asked on purpose has a kind. */
int file_failed(struct err *e, int error, const char *name);

/* --- file_patch.c --------------------------------------------------------------------------------- */

/* file_rewrite() where that is possible; a full disk leaves the file alone. */
int file_write_in_place(int dirfd, const char *name, const void *p, size_t n, mode_t mode);

#endif /* SYS_FILE_SET_H */
