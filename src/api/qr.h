/* QR codes as SVG, for pages that may load nothing from elsewhere. */
#ifndef API_QR_H
#define API_QR_H

/* One path in currentColor on a transparent ground, with the quiet zone of four modules. Malloc'd; NULL when
 * text is empty, too long for a code, or out of memory. */
char *api_qr_svg(const char *text);

#endif /* API_QR_H */
