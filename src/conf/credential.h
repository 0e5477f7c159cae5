/* The sealed credentials of dynamic DNS (data.md 4.10): what they become when the configuration changes. Pure; the
 * documents are on their way from and to the vault, and go with json_decref().
 *
 * {"totp_secret"?, "token"?, "api_token"?, "password"?, "release"?}
 *   pic_ngo     totp_secret proves that a name may be taken (without: that of this program); token is what the service
 *               gave for the name
 *   cloudflare  api_token        duckdns, freedns  token        noip  password
 *   release     [{"name", "token", "base"}]: names of pic_ngo that are still to be given back, oldest first */
#ifndef CONF_CREDENTIAL_H
#define CONF_CREDENTIAL_H

#include <stdbool.h>

#include <jansson.h>

struct conf;
struct err;

enum { CONF_CREDENTIAL_MAX = 512, CONF_RELEASES_MAX = 16 };

struct conf_credential_change {
	const struct conf *old, *next;	/* in force; what would be */
	const json_t *had;		/* the document of old; NULL: none */
	const json_t *given;		/* members of a request: text, "" = as it is, null = none; NULL: nothing given */
	const char *token;		/* that pic_ngo gave just now for the name of next; NULL: none */
	bool release;			/* a name that is left is to be given back */
};

/* Members for another provider, of a wrong form, or missing where the change brings the provider: ERR_VALIDATION with
 * fields "ddns.api_token" … 0 with *out, a new reference, NULL: nothing to be sealed. */
int conf_credential_next(const struct conf_credential_change *c, json_t **out, struct err *e);

/* Is the name of next (provider pic_ngo) one that old does not have? */
bool conf_credential_takes_name(const struct conf *old, const struct conf *next);

/* Does old have a name of pic_ngo that next does not keep? It is another one of the same service (*renamed), or left. */
bool conf_credential_leaves_name(const struct conf *old, const struct conf *next, bool *renamed);

/* Is the provider's own credential there? doc may be NULL. */
bool conf_credential_has_token(const json_t *doc);

/* Move the members that are secrets out of a ddns object of a request. New reference, NULL: there are none. */
json_t *conf_credential_take(json_t *ddns);

#endif /* CONF_CREDENTIAL_H */
