/* From what a person wrote to the one complete form of a document: text
 * trimmed, names in lower case, addresses in canonical form, defaults filled in,
 * members in schema order. Doing it twice changes nothing. Values of a wrong
 * type are left for verify.c to name. */
#ifndef CONF_COMPLETE_H
#define CONF_COMPLETE_H

#include <jansson.h>

/* A whole document, in place. 0, -ENOMEM, or -EINVAL if it is no object. */
int conf_complete(json_t *doc);

/* The same for a draft (conf/draft.h) of the complete document base: what it shares with that is complete. */
int conf_complete_draft(json_t *doc, const json_t *base);

/* Members whose default comes from other members. */
enum conf_derived {			/* in an order in which each derives from earlier ones */
	CONF_DERIVED_DOMAIN,		/* identity.domain: <cell_name>.cell */
	CONF_DERIVED_PROVIDER,		/* ddns.provider: by domain_mode */
	CONF_DERIVED_BASE,		/* ddns.api_base_url: that of the provider */
	CONF_DERIVED_SUBDOMAIN,		/* ddns.subdomain: cell_name for provider pic_ngo, else null */
	CONF_DERIVED_DOMAIN_NAME,	/* identity.domain_name: by domain_mode, where it has a default */
	CONF_DERIVED_ADDRESS6,		/* wireguard.address6: subnet 1, host 1 of identity.ula_prefix; null without one */
	CONF_DERIVED_COUNT
};

/* Section and key of the member. */
const char *conf_derived_section(enum conf_derived which);
const char *conf_derived_key(enum conf_derived which);

/* New reference; NULL when the mode has no default, or what it derives from is missing or wrong. */
json_t *conf_derived_value(const json_t *doc, enum conf_derived which);

#endif /* CONF_COMPLETE_H */
