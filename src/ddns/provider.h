/* Who is told the public addresses of the cell (DDN-1), one row each, and an
 * account there. For linear code in a job's child. */
#ifndef DDNS_PROVIDER_H
#define DDNS_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/addr.h"

struct ddns_account;
struct err;
struct io_tls_client;

enum { DDNS_TOKEN_MAX = 512 };

/* How servers are reached. */
struct ddns_net {
	struct addr_port resolver;	/* the name server that is asked */
	struct io_tls_client *tls;
};

struct ddns_addrs { struct addr v4, v6; };	/* len 0 = none */

/* One provider. What it cannot do is NULL. All are 0 or a negative errno with e, whose kind says whose turn it is:
 *   ERR_FORBIDDEN     credentials, or an account that is blocked: the owner's
 *   ERR_CONFLICT      the name belongs to somebody else: the owner's
 *   ERR_VALIDATION    what is configured (a zone, a host) is not there: the owner's
 *   ERR_UNAUTHENTICATED  the token of a registration: register again
 *   ERR_RATE_LIMITED, ERR_UNAVAILABLE  not before retry_after seconds (0 = not said)
 *   ERR_REMOTE        it cannot be reached, fails, or says what it must not: later
 * No text of e holds a credential. */
struct ddns_provider {
	const char *name;

	/* The name has the addresses of to. gone: what it was told to have and has not any more, of a kind that to has
	 * none of; withdrawn by who can (not noip, not freedns). */
	int (*update)(const struct ddns_account *a, const struct ddns_addrs *to, const struct ddns_addrs *gone, struct err *e);

	/* The TXT record of a certificate order (TLS-1). Set: the same value twice is no error. Clear: it is not there: no
	 * error. */
	int (*txt_set)(const struct ddns_account *a, const char *name, const char *value, struct err *e);
	int (*txt_clear)(const struct ddns_account *a, const char *name, const char *value, struct err *e);
	bool txt_single;		/* there is one for all names: set replaces (TIM-7) */

	/* Names that are registered with it (DDN-3). The new token has no other copy. */
	int (*enlist)(const struct ddns_account *a, const struct ddns_addrs *at, char token[DDNS_TOKEN_MAX + 1], struct err *e);
	int (*check)(const struct ddns_account *a, const char *label, bool *available, struct err *e);
	int (*release)(const struct ddns_account *a, struct err *e);
};

/* An account; text is borrowed from the document. A field that the provider has no use for may be NULL. */
struct ddns_account {
	const struct ddns_provider *provider;
	struct ddns_net net;
	const char *base;		/* "https://host[:port][/path]", no '/' at its end */
	const json_t *paths;		/* of pic_ngo */
	const char *name;		/* the public name */
	const char *label;		/* pic_ngo, duckdns: its first label */
	const char *zone;		/* cloudflare; NULL = to be looked for */
	const char *username, *contact;	/* noip */
	const char *token;		/* or password; NULL: there is none yet (pic_ngo alone) */
	const char *otp_secret;		/* pic_ngo: base32 */
};

const struct ddns_provider *ddns_provider_find(const char *name);	/* NULL: there is none */

/* From {"provider", "api_base_url", "api_paths", "name", "label", "zone", "username", "contact", "secret": {"totp_secret",
 * "token", "api_token", "password"}}, which must outlive a. ERR_VALIDATION: something that it needs is missing. */
int ddns_account_read(struct ddns_account *a, const json_t *doc, const struct ddns_net *net, struct err *e);

/* What the rows above have, and ERR_VALIDATION where they have nothing. TXT records are for acme/, connected by role/. */
int ddns_enlist(const struct ddns_account *a, const struct ddns_addrs *at, char token[DDNS_TOKEN_MAX + 1], struct err *e);
int ddns_check(const struct ddns_account *a, const char *label, bool *available, struct err *e);
int ddns_release(const struct ddns_account *a, struct err *e);
int ddns_txt_set(const struct ddns_account *a, const char *name, const char *value, struct err *e);
int ddns_txt_clear(const struct ddns_account *a, const char *name, const char *value, struct err *e);

#endif /* DDNS_PROVIDER_H */
