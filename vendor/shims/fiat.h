/* P-256 of BoringSSL and fiat-crypto, as far as signing needs it; see fiat.c. */
#ifndef FIAT_H
#define FIAT_H

#include <stdint.h>

/* x of k times the base point, in constant time. Four words, the lowest first; 0 < k < order. */
void fiat_p256_base_x(const uint64_t k[4], uint64_t x[4]);

#endif /* FIAT_H */
