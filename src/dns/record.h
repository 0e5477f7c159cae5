/* The text side of records, by ldns: a configured record to wire data, and
 * answers to lines as in a master file. */
#ifndef DNS_RECORD_H
#define DNS_RECORD_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct conf_record;
struct dns_record;	/* dns/zones.h */

enum { DNS_RECORD_TEXT_MAX = 20480 };	/* a TXT of 4,096 octets, each escaped */

/* Type, TTL and data of a configured record into *out, the data in a. Target
 * names are absolute and get lower-cased. 0, -EINVAL, -ENOMEM. */
int dns_record_read(const struct conf_record *r, struct arena *a, struct dns_record *out);

/* "A" … "CAA" of a type number; "TYPE12345" for unknown ones. buf: 16 octets. */
const char *dns_record_type_name(uint16_t type, char buf[16]);

/* The answer section of a message we made ourselves, one line per record, at
 * most max lines in a. The number of lines; -EINVAL, -ENOMEM. */
int dns_record_lines(const uint8_t *msg, size_t n, struct arena *a, const char **lines, size_t max);

#endif /* DNS_RECORD_H */
