/* From answers to the first configuration (SET-8). Pure but for setup_keys_make(). */
#ifndef SETUP_DOCUMENT_H
#define SETUP_DOCUMENT_H

#include <stdint.h>

#include <jansson.h>

#include "base/addr.h"
#include "base/wgkey.h"

struct err;

/* What is drawn once, at completion. Private keys go to the vault and are wiped by setup_keys_wipe(). */
struct setup_keys {
	struct wgkey_pair wg;		/* of the cell */
	struct wgkey_pair peer;		/* of the first device */
	char shared[WGKEY_TEXT];	/* between the two */
	struct addr_prefix ula;		/* RFC 4193 /48 */
};

void setup_keys_make(struct setup_keys *k);
void setup_keys_wipe(struct setup_keys *k);

/* {"private_key":…}: the document to seal for the wireguard section. New reference. */
json_t *setup_keys_secret(const struct setup_keys *k);

/* The name of the first device, NULL: none; and its keys, {"public_key", "private_key", "preshared_key"}, of which the last
 * is what to seal for it. New reference. */
const char *setup_document_peer(const json_t *answers);
json_t *setup_keys_peer(const struct setup_keys *k);

/* The credentials of dynamic DNS among the answers (conf/credential.h). New reference; NULL: none. */
json_t *setup_document_credentials(const json_t *answers);

struct setup_document {
	const json_t *answers;		/* of setup_wizard_complete() */
	const struct setup_keys *keys;		/* NULL: without keys, to be checked only */
	const char *user_secret_ref;	/* the sealed {"password_hash"} of the admin */
	const char *wg_secret_ref;	/* the sealed private key */
	const char *peer_secret_ref;	/* the sealed preshared key; NULL: none */
	const char *ddns_secret_ref;	/* the sealed credentials of dynamic DNS; NULL: none */
	int64_t now;
};

/* Edit the draft of generation 0 into that of generation 1; for conf_change.edit. 0 or -ENOMEM. */
int setup_document_edit(const struct setup_document *d, json_t *draft, struct err *e);

#endif /* SETUP_DOCUMENT_H */
