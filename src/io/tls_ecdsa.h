/* ECDSA on P-256, deterministic (RFC 6979), in constant time: the signatures of
 * br_ecdsa_i31_sign_asn1() in a sixth of its time, for the server's side of a handshake. */
#ifndef IO_TLS_ECDSA_H
#define IO_TLS_ECDSA_H

#include <stddef.h>
#include <stdint.h>

#include <bearssl.h>

enum { IO_TLS_ECDSA_MAX = 72 };

/* hash of h's size, by a private scalar of 32 bytes. The signature in DER; its length, or 0: key is no scalar of the curve. */
size_t io_tls_ecdsa_sign(const br_hash_class *h, const uint8_t *hash, const uint8_t key[32], uint8_t sig[IO_TLS_ECDSA_MAX]);

#endif /* IO_TLS_ECDSA_H */
