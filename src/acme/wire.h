/* What an ACME server says (RFC 8555 7.1, 6.7): JSON documents, read into
 * structs with bounds; members that nobody needs are ignored. Addresses are
 * https and short; tokens and names are what they must be; text for people is
 * printable and cut to size. */
#ifndef ACME_WIRE_H
#define ACME_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acme/job_order.h"
#include "acme/jws.h"
#include "acme/plan.h"
#include "base/str.h"

enum {
	ACME_DOCUMENT_MAX = 64 << 10, ACME_URL_SIZE = 513, ACME_WORDS_SIZE = 241, ACME_TYPE_SIZE = 65,
	ACME_PROBLEMS_MAX = 8, ACME_LISTED_MAX = 64
};

enum acme_status {
	ACME_STATUS_OTHER, ACME_PENDING, ACME_READY, ACME_PROCESSING, ACME_VALID, ACME_INVALID, ACME_DEACTIVATED, ACME_EXPIRED,
	ACME_REVOKED
};

struct acme_directory_doc {
	char new_nonce[ACME_URL_SIZE], new_account[ACME_URL_SIZE], new_order[ACME_URL_SIZE];
	char revoke[ACME_URL_SIZE], window[ACME_URL_SIZE];	/* "": not offered */
	char terms[ACME_URL_SIZE];	/* "": none */
	bool binding;			/* accounts need an external one */
};

/* A problem document (RFC 7807). */
struct acme_problem {
	char type[ACME_TYPE_SIZE];	/* behind "urn:ietf:params:acme:error:"; "" = another or none */
	char words[ACME_WORDS_SIZE];	/* for people */
	size_t nsubs;
	struct acme_subproblem {
		char name[ACME_NAME_SIZE], type[ACME_TYPE_SIZE], words[ACME_WORDS_SIZE];
	} subs[ACME_PROBLEMS_MAX];
};

struct acme_order {
	enum acme_status status;
	char finalize[ACME_URL_SIZE];
	char certificate[ACME_URL_SIZE];	/* "": there is none yet */
	size_t nnames, nauthz;
	char names[ACME_NAMES_MAX][ACME_NAME_SIZE];
	char authz[ACME_NAMES_MAX][ACME_URL_SIZE];
	bool failed;
	struct acme_problem problem;		/* when failed */
};

struct acme_authz {
	enum acme_status status;
	char name[ACME_NAME_SIZE];		/* without "*." */
	bool wildcard, offered;			/* the challenge of the kind that was asked for */
	enum acme_status challenge;
	char url[ACME_URL_SIZE], token[ACME_TOKEN_MAX + 1];
	bool failed;				/* the challenge, or when it is not offered, any other */
	struct acme_problem problem;
};

struct acme_account_doc {
	enum acme_status status;
	char orders[ACME_URL_SIZE];		/* "": no list of them */
};

/* False: it is no such document; *out is then worthless. */
bool acme_directory_read(struct str body, struct acme_directory_doc *out);
bool acme_problem_read(struct str body, struct acme_problem *out);
bool acme_order_read(struct str body, struct acme_order *out);
bool acme_authz_read(struct str body, enum acme_challenge kind, struct acme_authz *out);
bool acme_account_doc_read(struct str body, struct acme_account_doc *out);

/* A list of orders (7.1.2.1), the first ACME_LISTED_MAX of them. */
bool acme_orders_read(struct str body, char out[ACME_LISTED_MAX][ACME_URL_SIZE], size_t *n);

/* An order for exactly these names, each once? */
bool acme_order_names(const struct acme_order *o, const char *const *names, size_t n);

/* An address that may be asked: https, short, one word. */
bool acme_url_ok(struct str s);

const char *acme_challenge_name(enum acme_challenge kind);	/* "http-01" */

#endif /* ACME_WIRE_H */
