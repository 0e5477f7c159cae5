/* Included before everything else when clang-tidy reads our sources, never
 * when they are compiled. The analyzer cannot tell that -errno is negative
 * (it does not follow a unary minus), so it takes "return -errno" for a
 * success and reports what then was not set. Two concrete values help it. */
#ifndef LINT_ERRNO_H
#define LINT_ERRNO_H

#include <errno.h>

int lint_choice(void);

static inline int *
lint_errno(void)
{
	static int e;

	e = lint_choice() ? EAGAIN : EIO;
	return &e;
}

#undef errno
#define errno (*lint_errno())

#endif /* LINT_ERRNO_H */
