/* The curves of our key exchange: X25519 by libsodium, which is three times
 * as fast as BearSSL's, and P-256 by BearSSL. */
#ifndef IO_TLS_CURVE_H
#define IO_TLS_CURVE_H

#include <bearssl.h>

/* For br_ssl_engine_set_ec(). sodium_init() must have been called. */
extern const br_ec_impl io_tls_curves;

/* The same and P-384, with which some servers sign. */
extern const br_ec_impl io_tls_client_curves;

#endif /* IO_TLS_CURVE_H */
