/* The Internet checksum; see checksum.h. Words of 32 bits are added to sums of
 * 64, which have room for the carries of more than any packet has: no addition
 * waits for another one's carry. */
#include "base/checksum.h"

#include <string.h>

#include <arpa/inet.h>

enum { STEP = 32, STEPS_MAX = 1 << 24 /* in one go: far from where its sums could overflow */ };

static uint64_t
load(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* The two words of 32 bits in v: below 2^33, and as much modulo 2^16 - 1. */
static uint64_t
halves(uint64_t v)
{
	return (v & UINT32_MAX) + (v >> 32);
}

static uint64_t
add_steps(const uint8_t *p, size_t steps)
{
	uint64_t a = 0, b = 0, c = 0, d = 0;

	for (; steps > 0; steps--, p += STEP) {
		a += halves(load(p));
		b += halves(load(p + 8));
		c += halves(load(p + 16));
		d += halves(load(p + 24));
	}
	return halves(a) + halves(b) + halves(c) + halves(d);
}

uint64_t
checksum_add(uint64_t sum, const void *start, size_t n)
{
	const uint8_t *p = start;
	size_t steps;
	uint8_t last[8] = { 0 };

	sum = halves(sum);
	while (n >= STEP) {
		steps = n / STEP < STEPS_MAX ? n / STEP : STEPS_MAX;
		sum = halves(sum + add_steps(p, steps));
		p += steps * STEP;
		n -= steps * STEP;
	}
	for (; n >= 8; n -= 8, p += 8)
		sum += halves(load(p));
	if (n > 0) {
		memcpy(last, p, n);
		sum += halves(load(last));
	}
	return sum;
}

uint64_t
checksum_add_be(uint64_t sum, uint32_t v)
{
	return halves(sum) + htonl(v);
}

uint16_t
checksum_fold(uint64_t sum)
{
	sum = halves(halves(sum));
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

void
checksum_put(uint8_t *at, uint64_t sum)
{
	const uint16_t v = checksum_fold(sum);

	memcpy(at, &v, sizeof(v));
}

void
checksum_put_complement(uint8_t *at, uint64_t sum)
{
	const uint16_t v = (uint16_t)~checksum_fold(sum);

	memcpy(at, &v, sizeof(v));
}
