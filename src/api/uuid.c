/* UUIDs. */
#include "api/uuid.h"

#include <stdint.h>
#include <stdio.h>

#include <sodium.h>

const char *
api_uuid(char buf[API_UUID_SIZE])
{
	char hex[33];
	uint8_t b[16];

	randombytes_buf(b, sizeof(b));
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	sodium_bin2hex(hex, sizeof(hex), b, sizeof(b));
	snprintf(buf, API_UUID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
	return buf;
}
