/* Where the effective domain comes from, and who keeps its address: rules about identity.domain_mode, the names that
 * follow from it, and the ddns section (data.md 4.1, 4.10, TLS-1). */
#ifndef CONF_DOMAIN_H
#define CONF_DOMAIN_H

#include <jansson.h>

#include "base/str.h"

struct conf;
struct err;

/* 400, as in rules.h; 409, as in conflict.h. */
void conf_domain_rules(const struct conf *c, struct err *e);
void conf_domain_conflicts(const struct conf *c, struct err *e);

/* For documents that are not complete yet. The provider that a mode brings ("none" in lan and http01); where a provider
 * is asked unless something else is set. NULL: there is no such mode or provider. */
const char *conf_domain_provider(struct str mode);
const char *conf_domain_base(struct str provider);

/* The words in doc, trimmed; of the provider that which is in force. Empty: there is none. */
struct str conf_domain_mode_of(const json_t *doc);
struct str conf_domain_provider_of(const json_t *doc);

#endif /* CONF_DOMAIN_H */
