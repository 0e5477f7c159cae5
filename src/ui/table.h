/* What mkassets.sh generates: build/VARIANT/ui/table.c. Only ui/assets.c and
 * the generated file include this. */
#ifndef UI_TABLE_H
#define UI_TABLE_H

#include <stddef.h>

#include "ui/assets.h"

/* Sorted by path, bytewise. */
extern const struct ui_asset ui_table[];
extern const size_t ui_table_count;

/* Define sym and sym_end around the bytes of file. %progbits and not
 * @progbits: the latter starts a comment on ARM. */
#define UI_BYTES(sym, file) \
	__asm__(".section .rodata.ui,\"a\",%progbits\n" \
	    ".balign 16\n" \
	    ".global " #sym "\n" #sym ":\n" \
	    ".incbin \"" file "\"\n" \
	    ".global " #sym "_end\n" #sym "_end:\n" \
	    ".byte 0\n" \
	    ".previous\n"); \
	extern const unsigned char sym[], sym##_end[]

#endif /* UI_TABLE_H */
