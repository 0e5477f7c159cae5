/* memcpy() of the release build. musl's for x86-64 takes 17 ns however few the bytes are ("rep movsq" and single bytes behind
 * it), and a request over HTTP/2 is 45 short copies, most of them in libraries: short ones take 2 ns here, long ones are
 * left to musl. The linker puts it in the place of memcpy() (Makefile: --wrap); tests and fuzzers have the C library's, whose
 * every call their sanitizers see. */
#ifndef SYS_COPY_H
#define SYS_COPY_H

#include <stddef.h>

/* The names are the linker's. */
void *__wrap_memcpy(void *dst, const void *src, size_t n);
void *__real_memcpy(void *restrict dst, const void *restrict src, size_t n);

#endif /* SYS_COPY_H */
