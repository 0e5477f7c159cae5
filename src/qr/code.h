/* QR codes of short texts (setup address, TOTP, client files): for terminals
 * and as an SVG picture. Black on white with the four-module margin that phones
 * want, whatever the theme. ISO/IEC 18004 by libqrencode. */
#ifndef QR_CODE_H
#define QR_CODE_H

#include <stddef.h>

/* Malloc'd text of half-block characters with ANSI colours, lines ended by \n; NULL when text is too
 * long for a code (about 2,300 bytes) or out of memory. */
char *qr_terminal(const char *text);

/* Malloc'd "<svg …><path d=\"…\"/></svg>": one path, one unit a module, margin included. NULL as above. */
char *qr_svg(const char *text);

#endif /* QR_CODE_H */
