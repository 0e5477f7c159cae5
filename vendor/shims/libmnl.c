/* Two symbols of glibc that the prebuilt libmnl.a refers to and musl lacks.
 * Both serve only libmnl's debug dump. */
#include <stdarg.h>
#include <stdio.h>

int __fprintf_chk(FILE *f, int flag, const char *fmt, ...);
const unsigned short **__ctype_b_loc(void);

int
__fprintf_chk(FILE *f, int flag, const char *fmt, ...)
{
	va_list ap;
	int n;

	(void)flag;	/* only asks for checks that musl does not have */
	va_start(ap, fmt);
	n = vfprintf(f, fmt, ap);
	va_end(ap);
	return n;
}

#define PRINT	0x4000	/* glibc's bit for isprint(), little-endian */
#define P8	PRINT, PRINT, PRINT, PRINT, PRINT, PRINT, PRINT, PRINT

/* Indexed from -128 to 255; 0x20 to 0x7e are printable. */
static const unsigned short classes[384] = {
	[128 + 0x20] = P8, P8, P8, P8, P8, P8, P8, P8, P8, P8, P8,
	PRINT, PRINT, PRINT, PRINT, PRINT, PRINT, PRINT
};

const unsigned short **
__ctype_b_loc(void)
{
	static const unsigned short *table = classes + 128;

	return &table;
}
