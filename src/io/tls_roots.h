/* The authorities that everybody trusts, compiled in (PRC-1): made by
 * vendor/mkroots.c, which describes the records, of what vendor/roots.pins names. */
#ifndef IO_TLS_ROOTS_H
#define IO_TLS_ROOTS_H

#include <stddef.h>
#include <stdint.h>

extern const uint8_t io_tls_roots[];
extern const size_t io_tls_roots_len;

#endif /* IO_TLS_ROOTS_H */
