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
	struct addr_prefix ula;		/* RFC 4193 /48 */
};

void setup_keys_make(struct setup_keys *k);
void setup_keys_wipe(struct setup_keys *k);

/* {"private_key":…}: the document to seal for the wireguard section. New reference. */
json_t *setup_keys_secret(const struct setup_keys *k);

/* The credentials of dynamic DNS among the answers (conf/credential.h). New reference; NULL: none. */
json_t *setup_document_credentials(const json_t *answers);

struct setup_document {
	const json_t *answers;		/* of setup_wizard_complete() */
	const struct setup_keys *keys;		/* NULL: without keys, to be checked only */
	const char *user_secret_ref;	/* the sealed {"password_hash"} of the admin */
	const char *wg_secret_ref;	/* the sealed private key */
	const char *ddns_secret_ref;	/* the sealed credentials of dynamic DNS; NULL: none */
	int64_t now;
};

/* Edit the draft of generation 0 into that of generation 1; for conf_change.edit. 0 or -ENOMEM. */
int setup_document_edit(const struct setup_document *d, json_t *draft, struct err *e);

#endif /* SETUP_DOCUMENT_H */
