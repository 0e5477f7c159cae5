/* Which certificates a cell wants from an ACME authority (TLS-1, TLS-5, TIM-4),
 * and where it orders them. Pure. */
#ifndef ACME_PLAN_H
#define ACME_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum acme_challenge { ACME_HTTP_01, ACME_DNS_01 };

enum { ACME_WANTS_MAX = 256, ACME_WANT_NAMES = 2, ACME_NAME_SIZE = 254 };

struct acme_want {
	size_t n;
	char names[ACME_WANT_NAMES][ACME_NAME_SIZE];	/* lower case; the first identifies it */
};

/* DNS-01: one for domain and *.domain. HTTP-01: one for each of domain and the hosts below it that the Internet may
 * reach (full names; what is not below domain, no host name, or there twice, is left out). How many of at most max. */
size_t acme_plan(enum acme_challenge how, const char *domain, const char *const *hosts, size_t nhosts,
    struct acme_want *out, size_t max);

/* Exactly these names, in any order and letter case? */
bool acme_want_fits(const struct acme_want *w, const struct str *names, size_t n);

/* The staging directory beside a production directory; NULL: none is known, and production is used at once. */
const char *acme_staging(const char *directory);

/* Where to order next: staging until it has succeeded once with an account that is new in production (TLS-2). */
const char *acme_directory(const char *directory, bool has_account, bool staged);

#endif /* ACME_PLAN_H */
