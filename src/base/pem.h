/* PEM (RFC 7468): one block with a label. */
#ifndef BASE_PEM_H
#define BASE_PEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Append a block to *text, which is NULL or malloc'd with *len characters and a NUL. False when out of memory:
 * then nothing changed. */
bool pem_add(char **text, size_t *len, const char *label, const uint8_t *der, size_t n);

/* The first block with label in text, malloc'd; *rest (may be NULL) gets what stands behind it. NULL: there is none. Base64
 * is strict but for spaces and ends of lines. The caller wipes what is secret. */
uint8_t *pem_read(struct str text, const char *label, size_t *n, struct str *rest);

#endif /* BASE_PEM_H */
