/* The Internet checksum (RFC 1071): a sum of 16-bit words with the carry added
 * at the low end. Sums are kept unfolded and in the machine's own order of
 * octets, so that pieces can be added and only the end costs something. */
#ifndef BASE_CHECKSUM_H
#define BASE_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* sum and n octets more. Only the last piece may have an odd number of them. */
uint64_t checksum_add(uint64_t sum, const void *p, size_t n);

/* sum and a number in network order, as the fields of a pseudo header are: below 2^32. */
uint64_t checksum_add_be(uint64_t sum, uint32_t v);

/* Of 16 bits; 0 only if all that was added is 0. */
uint16_t checksum_fold(uint64_t sum);

/* Write the sum, or what makes it right: its complement, at two octets that were counted as 0. */
void checksum_put(uint8_t *at, uint64_t sum);
void checksum_put_complement(uint8_t *at, uint64_t sum);

/* Is it right, with its field counted in? */
static inline bool
checksum_ok(uint64_t sum)
{
	return checksum_fold(sum) == 0xffff;
}

#endif /* BASE_CHECKSUM_H */
