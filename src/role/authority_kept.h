/* What the files authority*.c share. */
#ifndef ROLE_AUTHORITY_KEPT_H
#define ROLE_AUTHORITY_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "ca/cert.h"
#include "ca/plan.h"
#include "ca/scope.h"
#include "role/authority.h"
#include "role/cert.h"
#include "vault/vault.h"

/* A root or an intermediate. Holds its key. */
struct signer {
	struct ca_cert cert;		/* der NULL: there is none */
	char common_name[CA_COMMON_NAME_MAX + 1];
	struct ca_span span;
	char secret_ref[VAULT_REF_SIZE];	/* "": its key is not stored yet */
	/* What it has revoked, of what it issued; an intermediate's. */
	uint8_t *list;			/* NULL: none yet */
	size_t list_n;
	uint64_t list_number;
	struct ca_span list_span;
};

struct authority {
	bool lost;			/* there is one that cannot be read: nothing takes its place by itself */
	char fault[AUTHORITY_FAULT_MAX];	/* why */
	struct signer root, intermediate;
	struct signer earlier[AUTHORITY_EARLIER_MAX];	/* intermediates that sign their lists still; newest last */
	size_t nearlier;
	struct ca_scope scope;		/* of the root */
	struct cell_cert *server;	/* NULL: none */
	json_t *issued;			/* records, newest last */
	uint64_t list_number;		/* of the newest list of all */
};

enum { AUTHORITY_SIGNER_ID = 7, AUTHORITY_URL_MAX = 320 };

/* Empty; or a copy, to be changed. NULL when out of memory. */
struct authority *authority_new(void);
struct authority *authority_copy(const struct authority *a);

struct ca_issuer signer_issuer(const struct signer *s);
void signer_clear(struct signer *s);

/* The end of its name, which tells its key from others: "1A2B3C". */
const char *signer_id(const struct signer *s);

/* Where the list of the signer is: base "…/crl.der" becomes "…/crl-1A2B3C.der". NULL stays NULL. */
const char *signer_url(const struct signer *s, const char *base, char url[AUTHORITY_URL_MAX]);

/* The i-th of the signers that have lists: first the intermediate, then the earlier ones. NULL: no more. */
struct signer *authority_signer(struct authority *a, size_t i);

/* Of a record. */
const char *record_text(const json_t *record, const char *key);	/* "": it has none */
int64_t record_time(const json_t *record, const char *key);	/* 0: the same */
json_t *authority_find(const struct authority *a, const char *id);	/* borrowed; NULL: there is none */

/* --- authority_list.c --- */

/* A new list of s, or of all. */
int authority_list_make(struct authority *a, struct signer *s, int64_t now, struct err *e);
int authority_lists_make(struct authority *a, int64_t now, struct err *e);
/* When the first of the lists ends; zero where one is missing. */
struct ca_span authority_lists_span(const struct authority *a);

/* The intermediate is about to make room for another: it goes on signing its list while something is good that it has
 * issued. ERR_CONFLICT: there are too many such. */
int authority_keep_earlier(struct authority *a, int64_t now, struct err *e);
void authority_drop_earlier(struct authority *a);	/* all: their root is no more */
void authority_forget_earlier(struct authority *a);	/* of whom no record is left */

/* Add to what was issued by a's intermediate. names is borrowed, and so is the record. NULL when out of memory. */
json_t *authority_record(struct authority *a, const char *id, const json_t *names, const char *kind, const struct ca_span *s,
    const char *actor);

/* Drop the records of earlier certificates of the cell, and where the clock is trusted of what has run out: one that leapt
 * ahead must not take what is revoked off the list. Where it is unsure, what has run out and is not revoked makes room when
 * there is none. */
void authority_forget(struct authority *a, int64_t now, enum ca_clock clock);

#endif /* ROLE_AUTHORITY_KEPT_H */
