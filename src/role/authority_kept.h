/* What authority.c and authority_file.c share. */
#ifndef ROLE_AUTHORITY_KEPT_H
#define ROLE_AUTHORITY_KEPT_H

#include <stdint.h>

#include <jansson.h>

#include "ca/cert.h"
#include "ca/plan.h"
#include "ca/scope.h"
#include "role/cert.h"
#include "vault/vault.h"

/* A root or an intermediate. Holds its key. */
struct signer {
	struct ca_cert cert;		/* der NULL: there is none */
	char common_name[CA_COMMON_NAME_MAX + 1];
	struct ca_span span;
	char secret_ref[VAULT_REF_SIZE];	/* "": its key is not stored yet */
};

struct authority {
	struct signer root, intermediate;
	struct ca_scope scope;		/* of the root */
	struct cell_cert *server;	/* NULL: none */
	json_t *issued;			/* records, newest last */
	uint8_t *crl;			/* NULL: none */
	size_t crl_n;
	uint64_t crl_number;
	struct ca_span crl_span;
};

/* Empty; or a copy, to be changed. NULL when out of memory. */
struct authority *authority_new(void);
struct authority *authority_copy(const struct authority *a);

struct ca_issuer signer_issuer(const struct signer *s);

/* Add to what was issued by a's intermediate. names is borrowed, and so is the record. NULL when out of memory. */
json_t *authority_record(struct authority *a, const char *id, const json_t *names, const char *kind, const struct ca_span *s,
    const char *actor);

/* Drop the records of earlier certificates of the cell, and where the clock is trusted of what has run out: one that leapt
 * ahead must not take what is revoked off the list. */
void authority_forget(struct authority *a, int64_t now, enum ca_clock clock);

#endif /* ROLE_AUTHORITY_KEPT_H */
