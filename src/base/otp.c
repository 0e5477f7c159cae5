/* One-time passwords; see otp.h. */
#include "base/otp.h"

#include <sodium.h>

#include "base/sha1.h"

uint32_t
otp_code(const uint8_t *secret, size_t n, int64_t step)
{
	uint8_t mac[SHA1_SIZE], counter[8];
	uint32_t v;
	int i;

	for (i = 0; i < 8; i++)
		counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	sha1_hmac(mac, secret, n, counter, sizeof(counter));
	i = mac[SHA1_SIZE - 1] & 15;	/* dynamic truncation, RFC 4226 5.3 */
	v = (uint32_t)(mac[i] & 0x7f) << 24 | (uint32_t)mac[i + 1] << 16 |
	    (uint32_t)mac[i + 2] << 8 | mac[i + 3];
	sodium_memzero(mac, sizeof(mac));
	return v % OTP_MODULUS;
}
