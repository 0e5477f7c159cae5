/* What a cell keeps of its dealings with ACME servers (TLS-2, TLS-3, TIM-2): vault/acme.json, written as a whole and durably at
 * each step, so that whoever is stopped in the middle goes on with the same account and the same order. Keys are secrets
 * of the vault. */
#ifndef ROLE_ACME_KEPT_H
#define ROLE_ACME_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acme/decide.h"
#include "acme/plan.h"
#include "vault/vault.h"

struct err;

enum { ACME_SERVERS_MAX = 8, ACME_URL_SIZE = 2049, ACME_ERROR_SIZE = 256 };

/* Known by its directory; the account has one key and an address at each. */
struct acme_server {
	char directory[ACME_URL_SIZE];
	char account_url[ACME_URL_SIZE];	/* "": there is none yet */
	bool staged;			/* its staging server has issued once: it can be asked itself */
};

/* A certificate that is wanted or was, by its first name. */
struct acme_item {
	char name[ACME_NAME_SIZE];	/* "": nothing */
	struct acme_past past;
	char issued_by[ACME_URL_SIZE];	/* directory that the present one is of; "": none */
	char error[ACME_ERROR_SIZE];	/* of the last try; "": it succeeded, or there was none */
	int64_t error_at;
	struct acme_order {		/* under way */
		struct acme_want want;	/* n 0: none is */
		char key_ref[VAULT_REF_SIZE];	/* of the certificate that comes */
		char directory[ACME_URL_SIZE], url[ACME_URL_SIZE];	/* url "": not known */
		bool unsure;		/* it may exist without its url being known */
	} order;
};

struct acme_kept {
	char account_ref[VAULT_REF_SIZE];	/* "": there is no account */
	char spare_ref[VAULT_REF_SIZE];		/* an RSA key for the next order; "": there is none */
	struct acme_server servers[ACME_SERVERS_MAX];
	size_t nservers;
	struct acme_ledger ledger;
	struct acme_item items[ACME_WANTS_MAX];
	size_t nitems;
};

/* The stored one, or an empty one: NULL when out of memory. What cannot be read is said and counts as nothing. */
struct acme_kept *acme_kept_load(int state_fd);
void acme_kept_free(struct acme_kept *k);	/* NULL is allowed */
int acme_kept_store(const struct acme_kept *k, int state_fd, struct err *e);

/* Found, or made where there is room: the oldest server, or an item without a certificate and an order, gives way; NULL: it is
 * full. */
struct acme_server *acme_kept_server(struct acme_kept *k, const char *directory);
struct acme_item *acme_kept_item(struct acme_kept *k, const char *name);

/* NULL: nothing is known. */
const struct acme_item *acme_kept_find(const struct acme_kept *k, const char *name);

bool acme_kept_needs(const struct acme_kept *k, const char *ref);	/* a secret */

#endif /* ROLE_ACME_KEPT_H */
