/* Short copies; see copy.h. Nothing in here is a memcpy() to any compiler: it would call itself. */
#include "sys/copy.h"

#include <stdint.h>

/* So many bytes of any type, wherever they lie. */
typedef uint16_t two __attribute__((aligned(1), may_alias));
typedef uint32_t four __attribute__((aligned(1), may_alias));
typedef uint64_t eight __attribute__((aligned(1), may_alias));
typedef uint8_t sixteen __attribute__((vector_size(16), aligned(1), may_alias));

/* The first and the last bytes, which overlap unless n is twice as many. All are read before one is written: who copies within one
 * buffer, as musl's forgives him, has the result of memmove(), whatever the compiler makes of it. */
#define ENDS(type)                                                               \
	do {                                                                     \
		const type first = *(const type *)from;                          \
		const type last = *(const type *)(from + n - sizeof(type));      \
		*(type *)to = first;                                             \
		*(type *)(to + n - sizeof(type)) = last;                         \
	} while (0)

static void
copy_32(uint8_t *to, const uint8_t *from, size_t n)
{
	const sixteen *a = (const sixteen *)from, *z = (const sixteen *)(from + n - 32);
	const sixteen a0 = a[0], a1 = a[1], z0 = z[0], z1 = z[1];
	sixteen *first = (sixteen *)to, *last = (sixteen *)(to + n - 32);

	first[0] = a0;
	first[1] = a1;
	last[0] = z0;
	last[1] = z1;
}

static void
copy_64(uint8_t *to, const uint8_t *from, size_t n)
{
	const sixteen *a = (const sixteen *)from, *z = (const sixteen *)(from + n - 64);
	const sixteen a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], z0 = z[0], z1 = z[1], z2 = z[2], z3 = z[3];
	sixteen *first = (sixteen *)to, *last = (sixteen *)(to + n - 64);

	first[0] = a0;
	first[1] = a1;
	first[2] = a2;
	first[3] = a3;
	last[0] = z0;
	last[1] = z1;
	last[2] = z2;
	last[3] = z3;
}

void *
__wrap_memcpy(void *dst, const void *src, size_t n)
{
	const uint8_t *from = src;
	uint8_t *to = dst;

	if (n > 128)
		return __real_memcpy(dst, src, n);
	if (n > 64)
		copy_64(to, from, n);
	else if (n > 32)
		copy_32(to, from, n);
	else if (n > 16)
		ENDS(sixteen);
	else if (n >= 8)
		ENDS(eight);
	else if (n >= 4)
		ENDS(four);
	else if (n >= 2)
		ENDS(two);
	else if (n == 1)
		to[0] = from[0];
	return dst;
}
