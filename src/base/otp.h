/* One-time passwords (RFC 4226, RFC 6238): six digits, 30 s, HMAC-SHA-1. */
#ifndef BASE_OTP_H
#define BASE_OTP_H

#include <stddef.h>
#include <stdint.h>

enum { OTP_STEP_S = 30, OTP_DIGITS = 6, OTP_MODULUS = 1000000 };

/* The code of a step (Unix time / OTP_STEP_S), below OTP_MODULUS. */
uint32_t otp_code(const uint8_t *secret, size_t n, int64_t step);

#endif /* BASE_OTP_H */
