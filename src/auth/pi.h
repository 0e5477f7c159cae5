/* Digits of pi for auth/bcrypt.c. */
#ifndef AUTH_PI_H
#define AUTH_PI_H

#include <stdint.h>

enum { AUTH_PI_WORDS = 18 + 4 * 256 };

extern const uint32_t auth_pi[AUTH_PI_WORDS];

#endif /* AUTH_PI_H */
