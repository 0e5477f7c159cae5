/* Rules for single values, as the rows of the schema name them. Each gets a
 * string that has passed type and length, and says in rule what it must be.
 * What these accepted, a capability may use without checking again. */
#ifndef CONF_CHECK_H
#define CONF_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/addr.h"
#include "base/str.h"

enum { CONF_NAME_MAX = 253, CONF_NAME64_MAX = 64, CONF_LABEL_MAX = 63, CONF_TXT_MAX = 4096, CONF_RULE_MAX = 200 };

/* Predicates on text. */
bool conf_is_label(struct str s);		/* data.md 1: label */
bool conf_is_name64(struct str s);
bool conf_is_uuid(struct str s);
bool conf_is_secret_ref(struct str s);
bool conf_is_wgkey(struct str s);
bool conf_is_ifname(struct str s);
/* Lower case, no final dot; underscore: labels may hold '_'. At least min_labels. */
bool conf_is_domain(struct str s, unsigned min_labels, bool underscore);
/* name is zone or below it. */
bool conf_is_below(struct str name, struct str zone);

/* Rows' check members. */
bool conf_check_label(const json_t *v, char *rule, size_t size);
bool conf_check_name64(const json_t *v, char *rule, size_t size);
bool conf_check_uuid(const json_t *v, char *rule, size_t size);
bool conf_check_sha256(const json_t *v, char *rule, size_t size);
bool conf_check_secret_ref(const json_t *v, char *rule, size_t size);
bool conf_check_wgkey(const json_t *v, char *rule, size_t size);
bool conf_check_ifname(const json_t *v, char *rule, size_t size);
bool conf_check_uplink(const json_t *v, char *rule, size_t size);
bool conf_check_domain2(const json_t *v, char *rule, size_t size);	/* at least two labels */
bool conf_check_own_domain(const json_t *v, char *rule, size_t size);	/* and none that is shared, as co.uk */
bool conf_check_zone(const json_t *v, char *rule, size_t size);		/* one label will do, '_' allowed */
bool conf_check_timezone(const json_t *v, char *rule, size_t size);
bool conf_check_ip_range(const json_t *v, char *rule, size_t size);
bool conf_check_ula(const json_t *v, char *rule, size_t size);
bool conf_check_wg_address(const json_t *v, char *rule, size_t size);
bool conf_check_wg_address6(const json_t *v, char *rule, size_t size);
bool conf_check_network(const json_t *v, char *rule, size_t size);	/* a prefix without host bits */
bool conf_check_ipv4(const json_t *v, char *rule, size_t size);
bool conf_check_ipv6(const json_t *v, char *rule, size_t size);
bool conf_check_client_dns(const json_t *v, char *rule, size_t size);	/* auto or an address */
bool conf_check_forward_to(const json_t *v, char *rule, size_t size);	/* a private address of some other host */
bool conf_check_access(const json_t *v, char *rule, size_t size);	/* the form of an access name */
bool conf_check_ports(const json_t *v, char *rule, size_t size);	/* as conf_ports_read() */
bool conf_check_listen(const json_t *v, char *rule, size_t size);	/* "*" or an address */
bool conf_check_upstream(const json_t *v, char *rule, size_t size);	/* an address that can be asked */
bool conf_check_endpoint(const json_t *v, char *rule, size_t size);	/* auto, host name or address */
bool conf_check_time_source(const json_t *v, char *rule, size_t size);	/* host name or address of somebody else */
/* https, a host name, no user: that would be shown to everybody who sees the address. */
bool conf_check_https_url(const json_t *v, char *rule, size_t size);
bool conf_check_email(const json_t *v, char *rule, size_t size);
bool conf_check_scope(const json_t *v, char *rule, size_t size);

#endif /* CONF_CHECK_H */
