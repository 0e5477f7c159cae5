/* The sealing key: where it comes from, and the only time that one is made
 * (data.md 5, SEC-7). */
#ifndef VAULT_KEY_H
#define VAULT_KEY_H

#include <stdbool.h>
#include <stdint.h>

struct err;

enum { VAULT_KEY_BYTES = 32 };

/* Read the key into key, which the caller wipes: from PIC_SEAL_KEY_FILE, else from the systemd credential
 * pic-seal-key, else from seal.key in vaultfd. make: a missing seal.key is drawn and written, 0400; a missing file named
 * in the environment never is. 0, or -EINVAL with e saying what is wrong and that nothing was made. */
int vault_key_read(int vaultfd, bool make, uint8_t key[VAULT_KEY_BYTES], struct err *e);

#endif /* VAULT_KEY_H */
