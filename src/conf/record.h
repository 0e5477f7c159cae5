/* Custom DNS records (data.md 4.6): which names, types and values there are,
 * and the zones that a cell can hold them in. conf_build() has applied these to
 * every record of a snapshot; a reader of struct conf_record may rely on it. */
#ifndef CONF_RECORD_H
#define CONF_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/str.h"

struct addr_prefix;

enum { CONF_REVERSE_ZONES_MAX = 128, CONF_REVERSE_ZONE_SIZE = 80 };

/* Owner name relative to its zone: "@", labels with '_', leftmost "*". */
bool conf_record_is_name(struct str name);

/* The value of a record of this type; false with the rule in words. */
bool conf_record_value_ok(const char *type, const char *value, char *rule, size_t size);

/* A CAA value taken apart: 0 issue "ca.example". tag and value point into s. */
bool conf_record_caa(struct str s, uint8_t *flags, struct str *tag, struct str *value);

/* Is name one of those that the cell generates under its own domains: @ api www ns ntp vpn ca? */
bool conf_record_is_generated(const char *name);

/* The reverse zones that cover net, IPv4 on octet, IPv6 on nibble boundaries: one for /16 and /24, several for /17 … /23,
 * the /24 for anything longer. The count, at most max. */
size_t conf_record_reverse(const struct addr_prefix *net, char (*out)[CONF_REVERSE_ZONE_SIZE], size_t max);

/* Row checks. */
bool conf_check_record_name(const json_t *v, char *rule, size_t size);

#endif /* CONF_RECORD_H */
