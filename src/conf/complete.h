/* From what a person wrote to the one complete form of a document: text
 * trimmed, names in lower case, addresses in canonical form, defaults filled in,
 * members in schema order. Doing it twice changes nothing. Values of a wrong
 * type are left for verify.c to name. */
#ifndef CONF_COMPLETE_H
#define CONF_COMPLETE_H

#include <jansson.h>

struct conf_row;

/* A whole document, in place. 0, -ENOMEM, or -EINVAL if it is no object. */
int conf_complete(json_t *doc);

/* After an edit that took old (complete) to draft: members that had the value derived from others follow them
 * (identity.domain, identity.domain_name, wireguard.address6), and records move with the zone that they stand
 * in (DNL-2). Before conf_complete(). 0 or -ENOMEM. */
int conf_complete_follow(const json_t *old, json_t *draft);

#endif /* CONF_COMPLETE_H */
