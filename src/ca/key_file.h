/* Private keys in files as other programs write them: PEM with PKCS #8, SEC 1
 * or PKCS #1 (RFC 5208, 5915, 8017), P-256 or RSA. */
#ifndef CA_KEY_FILE_H
#define CA_KEY_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct err;

enum { CA_KEY_FILE_MAX = 4096 };

/* The key as io/tls.h takes it: 32 bytes of a P-256 scalar, or RSA in DER. What stands around its block is passed over. 0, or
 * -EINVAL with e about "key". The caller wipes out. */
int ca_key_file_read(struct str pem, uint8_t out[CA_KEY_FILE_MAX], size_t *n, struct err *e);

#endif /* CA_KEY_FILE_H */
